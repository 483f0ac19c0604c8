// SPDX-License-Identifier: MIT
// Signed statements as lines of JSON: DSSE envelopes (Dead Simple Signing Envelope, version 1) over in-toto
// statements, one signer each, in one form. docs/formats/signatures.md; tests/unit/artifact/dsse_test.cpp and
// tests/clients/signature_test.py pin it.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "crypto/ed25519.hpp"

namespace rf::artifact {

/// The bytes that are signed: "DSSEv1 <length> <type> <length> <body>".
std::string pre_authentication_encoding(std::string_view type, std::string_view body);

/// One line, its line feed included. SIGNING_FAILED.
core::Result<std::string> dsse_line(std::string_view statement, const crypto::Signer& signer);

struct Envelope {
  std::string statement;
  std::string key_id;
  crypto::Signature signature{};
};

/// A line without its line feed, laid out as dsse_line() lays it out. INVALID_SIGNATURE says what is wrong.
core::Result<Envelope> read_dsse_line(std::string_view line);

/// INVALID_SIGNATURE: not signed by `key`.
core::Result<> check_envelope(const Envelope& envelope, const crypto::PublicKey& key);

}  // namespace rf::artifact
