// SPDX-License-Identifier: MIT
// Writes and reads one DSSE line. The reader writes each envelope again and compares the text, so an envelope
// has exactly one form. Pinned by tests/unit/artifact/dsse_test.cpp.
#include "artifact/dsse.hpp"

#include <algorithm>
#include <utility>

#include "artifact/minisign.hpp"
#include "core/text.hpp"
#include "crypto/base64.hpp"
#include "json/parse.hpp"
#include "json/value.hpp"
#include "json/write.hpp"

namespace rf::artifact {
namespace {

using core::Result;

constexpr std::string_view kPayloadType = "application/vnd.in-toto+json";

core::Error invalid_envelope(std::string what) {
  return {core::Code::kInvalidSignature, std::move(what), {}};
}

std::string line_of(const Envelope& envelope) {
  json::Value signature;
  signature.set("keyid", envelope.key_id).set("sig", crypto::base64(envelope.signature));
  json::Value line;
  line.set("payload", crypto::base64(envelope.statement))
      .set("payloadType", kPayloadType)
      .set("signatures", json::Value::array().push(std::move(signature)));
  return json::canonical(line);
}

std::string text_at(const json::Value* object, std::string_view key) {
  const json::Value* member = object == nullptr ? nullptr : object->find(key);
  return member != nullptr && member->is_string() ? member->as_string() : "";
}

bool is_key_id(std::string_view text) {
  return text.size() == 16 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
         });
}

}  // namespace

std::string pre_authentication_encoding(std::string_view type, std::string_view body) {
  const auto counted = [](std::string_view text) {
    return core::decimal(static_cast<std::int64_t>(text.size())) + " " + std::string(text);
  };
  return "DSSEv1 " + counted(type) + " " + counted(body);
}

Result<std::string> dsse_line(std::string_view statement, const crypto::Signer& signer) {
  Envelope envelope{std::string(statement), key_id(signer.public_key()), {}};
  RF_ASSIGN(envelope.signature, signer.sign(pre_authentication_encoding(kPayloadType, statement)));
  return line_of(envelope) + "\n";
}

Result<Envelope> read_dsse_line(std::string_view line) {
  const Result<json::Value> parsed = json::parse(line);
  if (!parsed) return invalid_envelope(parsed.error().message);
  const json::Value* signatures = parsed->find("signatures");
  const json::Value* signature =
      signatures != nullptr && signatures->is_array() && signatures->as_array().size() == 1
          ? &signatures->as_array().front()
          : nullptr;
  if (signature == nullptr) return invalid_envelope("expected an envelope with one signature");
  const auto statement = crypto::from_base64(text_at(&*parsed, "payload"));
  const auto bytes = crypto::from_base64(text_at(signature, "sig"));
  Envelope envelope;
  if (!statement || !bytes || bytes->size() != envelope.signature.size())
    return invalid_envelope("expected a payload and a signature of 64 bytes, both in base64");
  envelope.statement = *statement;
  envelope.key_id = text_at(signature, "keyid");
  if (!is_key_id(envelope.key_id))
    return invalid_envelope("expected a keyid of 16 hexadecimal digits in capitals");
  std::copy(bytes->begin(), bytes->end(), envelope.signature.begin());
  if (line_of(envelope) != line) return invalid_envelope("the envelope is not laid out as it was written");
  return envelope;
}

Result<> check_envelope(const Envelope& envelope, const crypto::PublicKey& key) {
  if (crypto::verify_signature(pre_authentication_encoding(kPayloadType, envelope.statement),
                               envelope.signature, key))
    return {};
  return invalid_envelope("the signature is not valid: key " + key_id(key) + " did not sign this statement");
}

}  // namespace rf::artifact
