// SPDX-License-Identifier: MIT
// SHA-256 (FIPS 180-4), streaming: by the processor's instructions where it has them, else by libsodium.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rf::crypto {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  void update(const void* data, std::size_t size);
  void update(std::string_view bytes) { update(bytes.data(), bytes.size()); }
  /// Little-endian, whatever the machine.
  void update_u32(std::uint32_t value);
  void update_u64(std::uint64_t value);
  /// After which whole blocks of 64 bytes are hashed without being copied: 0 .. 63.
  std::size_t bytes_to_whole_block() const;
  /// Digest of all bytes so far; the object is not usable afterwards.
  Digest finish();

 private:
  void (*compress_)(std::uint32_t* state, const std::uint8_t* data, std::size_t n_blocks);  ///< or null
  alignas(16) std::array<std::uint8_t, 128> state_;  ///< crypto_hash_sha256_state, size checked in sha256.cpp
};

Digest sha256(std::string_view bytes);
/// 64 lower-case hexadecimal digits.
std::string hex(const Digest& digest);
std::string sha256_hex(std::string_view bytes);

}  // namespace rf::crypto
