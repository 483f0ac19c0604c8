// SPDX-License-Identifier: MIT
// Writes and reads minisign's text form. Lengths, prefixes and line ends are fixed; only the text of the
// untrusted comment is free. Pinned by tests/unit/artifact/minisign_test.cpp.
#include "artifact/minisign.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/mutant.hpp"
#include "core/text.hpp"
#include "crypto/base64.hpp"
#include "crypto/sha256.hpp"

namespace rf::artifact {
namespace {

using core::Result;

constexpr std::string_view kUntrusted = "untrusted comment: ";
constexpr std::string_view kTrusted = "trusted comment: ";
constexpr std::string_view kKeyAlgorithm = "Ed";
constexpr std::string_view kPrehashedAlgorithm = "ED";
constexpr std::size_t kMostCommentBytes = 1024;  // minisign's limit; enough for every line here
constexpr std::size_t kKeyNumberBytes = 8;

template <class Bytes>
std::string_view view(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string key_number(const crypto::PublicKey& key) {
  return std::string(view(crypto::sha256(view(key))).substr(0, kKeyNumberBytes));
}

std::string key_number_text(std::string number) {
  std::reverse(number.begin(), number.end());
  std::string text = core::hex({reinterpret_cast<const std::uint8_t*>(number.data()), number.size()});
  for (char& c : text)
    if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

core::Error invalid_minisign(std::string what) {
  return {core::Code::kInvalidSignature, std::move(what), {}};
}

bool is_one_line(std::string_view text) {
  return text.size() <= kMostCommentBytes && core::find_invalid_utf8(text) == std::string_view::npos &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Takes the next line, without its line feed. Returns nullopt if the text has no line feed.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

crypto::Signature signature_from(std::string_view bytes) {
  crypto::Signature signature;
  std::copy_n(bytes.begin(), signature.size(), signature.begin());
  return signature;
}

std::string commented(const crypto::Signature& signature, std::string_view trusted_comment) {
  return std::string(view(signature)).append(trusted_comment);
}

}  // namespace

std::string key_id(const crypto::PublicKey& key) {
  return key_number_text(key_number(key));
}

std::string public_key_text(const crypto::PublicKey& key) {
  std::string bytes(kKeyAlgorithm);
  bytes.append(key_number(key)).append(view(key));
  return std::string(kUntrusted) + "RunForge public key " + key_id(key) + "\n" + crypto::base64(bytes) + "\n";
}

std::optional<crypto::PublicKey> public_key_from_text(std::string_view text) {
  const auto comment = take_line(text);
  const auto line = take_line(text);
  if (!comment || !line || !text.empty() || !comment->starts_with(kUntrusted)) return std::nullopt;
  const auto bytes = crypto::from_base64(*line);
  const std::size_t key_at = kKeyAlgorithm.size() + kKeyNumberBytes;
  crypto::PublicKey key;
  if (!bytes || bytes->size() != key_at + key.size() || !bytes->starts_with(kKeyAlgorithm))
    return std::nullopt;
  std::copy_n(bytes->begin() + static_cast<std::ptrdiff_t>(key_at), key.size(), key.begin());
  if (bytes->compare(kKeyAlgorithm.size(), kKeyNumberBytes, key_number(key)) != 0) return std::nullopt;
  return key;
}

Result<std::string> minisign_text(std::string_view signed_bytes, std::string_view trusted_comment,
                                  const crypto::Signer& signer) {
  RF_ASSIGN(const crypto::Signature signature, signer.sign(view(crypto::blake2b(signed_bytes))));
  RF_ASSIGN(const crypto::Signature of_comment, signer.sign(commented(signature, trusted_comment)));
  std::string bytes(kPrehashedAlgorithm);
  bytes.append(key_number(signer.public_key())).append(view(signature));
  return std::string(kUntrusted) + "signature by RunForge key " + key_id(signer.public_key()) + "\n" +
         crypto::base64(bytes) + "\n" + std::string(kTrusted) + std::string(trusted_comment) + "\n" +
         crypto::base64(view(of_comment)) + "\n";
}

Result<Minisign> read_minisign(std::string_view text) {
  std::array<std::string_view, 4> lines;
  for (std::string_view& line : lines) {
    const auto taken = take_line(text);
    if (!taken) return invalid_minisign("expected four lines, each ended by a line feed");
    line = *taken;
  }
  if (!text.empty()) return invalid_minisign("there is text after the fourth line");
  if (!lines[0].starts_with(kUntrusted) || !is_one_line(lines[0]))
    return invalid_minisign("line 1: expected \"" + std::string(kUntrusted) + "...\"");
  const auto bytes = crypto::from_base64(lines[1]);
  const std::size_t signature_at = kPrehashedAlgorithm.size() + kKeyNumberBytes;
  if (!bytes || bytes->size() != signature_at + crypto::Signature().size())
    return invalid_minisign("line 2: expected a signature of 74 bytes in base64");
  if (!bytes->starts_with(kPrehashedAlgorithm))
    return invalid_minisign("line 2: expected a signature of the kind \"ED\" (prehashed), found another");
  if (!lines[2].starts_with(kTrusted) || !is_one_line(lines[2]))
    return invalid_minisign("line 3: expected \"" + std::string(kTrusted) + "...\"");
  const auto of_comment = crypto::from_base64(lines[3]);
  if (!of_comment || of_comment->size() != crypto::Signature().size())
    return invalid_minisign("line 4: expected a signature of 64 bytes in base64");
  Minisign read;
  read.key_id = key_number_text(bytes->substr(kPrehashedAlgorithm.size(), kKeyNumberBytes));
  read.signature = signature_from(std::string_view(*bytes).substr(signature_at));
  read.trusted_comment = lines[2].substr(kTrusted.size());
  read.comment_signature = signature_from(*of_comment);
  return read;
}

Result<> check_minisign(const Minisign& read, std::string_view signed_bytes, const crypto::PublicKey& key) {
  if (!crypto::verify_signature(view(crypto::blake2b(signed_bytes)), read.signature, key))
    return invalid_minisign("the signature is not valid: key " + key_id(key) + " did not sign these bytes");
  const std::string comment = commented(read.signature, read.trusted_comment);
  if (RF_MUTANT(trusted_comment_not_checked, !crypto::verify_signature(comment, read.comment_signature, key),
                false))
    return invalid_minisign("the trusted comment is not the one that key " + key_id(key) + " signed");
  return {};
}

}  // namespace rf::artifact
