// SPDX-License-Identifier: MIT
// Signed statements as lines of JSON: DSSE envelopes (Dead Simple Signing Envelope, version 1) over in-toto
// statements. Each line has one signer and exactly one form. docs/formats/signatures.md; pinned by
// tests/unit/artifact/dsse_test.cpp and tests/clients/signature_test.py.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "crypto/ed25519.hpp"

namespace rf::artifact {

/// The bytes that are signed: "DSSEv1 <length> <type> <length> <body>".
std::string pre_authentication_encoding(std::string_view type, std::string_view body);

/// Signs a statement. Returns one line, including its line feed. SIGNING_FAILED.
core::Result<std::string> dsse_line(std::string_view statement, const crypto::Signer& signer);

struct Envelope {
  std::string statement;
  std::string key_id;
  crypto::Signature signature{};
};

/// Reads a line without its line feed. Its layout must be that of dsse_line(). INVALID_SIGNATURE names the
/// fault.
core::Result<Envelope> read_dsse_line(std::string_view line);

/// INVALID_SIGNATURE: the signature does not verify under `key`.
core::Result<> check_envelope(const Envelope& envelope, const crypto::PublicKey& key);

}  // namespace rf::artifact
