// SPDX-License-Identifier: MIT
#include "artifact/key_file.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "artifact/minisign.hpp"
#include "core/file.hpp"
#include "crypto/pem.hpp"

namespace rf::artifact {
namespace {

constexpr std::size_t kMostBytes = 4096;  // of any key file

core::Error invalid_key(const std::string& path, const std::string& expected) {
  return {core::Code::kInvalidKey, "\"" + path + "\": expected " + expected, {{"file", path}}};
}

std::string_view text_of(const crypto::Secret& secret, std::size_t size_bytes) {
  return {reinterpret_cast<const char*>(secret.bytes().data()), size_bytes};
}

}  // namespace

core::Result<KeyFile> read_key_file(const std::string& path) {
  const crypto::StackWipe wipe;
  const std::string expected =
      "an Ed25519 private key as \"openssl genpkey -algorithm ed25519\" or keygen writes it";
  RF_ASSIGN(crypto::Secret bytes, crypto::Secret::allocate(kMostBytes));
  core::Result<core::SecretFile> read = core::read_secret_file(path, bytes.bytes());
  if (!read && read.error().code == core::Code::kLimitReached) return invalid_key(path, expected);
  if (!read) return std::move(read).error();
  RF_ASSIGN(std::optional<crypto::Signer> signer, crypto::signer_from_pem(text_of(bytes, read->size_bytes)));
  if (!signer) {
    const bool is_key = text_of(bytes, read->size_bytes).starts_with("-----BEGIN PRIVATE KEY-----");
    return invalid_key(path,
                       expected + (is_key ? ", found a key of another kind or one that was changed" : ""));
  }
  return KeyFile{std::move(*signer), read->open_to_others};
}

core::Result<> write_key_file(const std::string& path, const crypto::Signer& signer) {
  const crypto::StackWipe wipe;
  if (signer.seed().empty())
    return core::Error{
        core::Code::kInvalidArgument, "the signer's key is the host's and cannot be saved", {}};
  RF_ASSIGN(const crypto::Secret text, crypto::private_key_pem(signer));
  return core::write_secret_file(path, text_of(text, text.size()));
}

core::Result<crypto::PublicKey> read_public_key(const std::string& path) {
  core::Result<std::string> text = core::read_file(path, kMostBytes);
  if (!text && text.error().code != core::Code::kLimitReached) return std::move(text).error();
  if (text) {
    if (const auto key = public_key_from_text(*text)) return *key;
    if (const auto key = crypto::public_key_from_pem(*text)) return *key;
  }
  return invalid_key(path, "an Ed25519 public key, as keygen writes it beside the secret one or as PEM");
}

}  // namespace rf::artifact
