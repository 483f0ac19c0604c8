// SPDX-License-Identifier: MIT
// SHA-256 (FIPS 180-4), streaming: by the processor's instructions where it has them, else by libsodium.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/sha256_steps.hpp"

namespace rf::crypto {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  void update(const void* data, std::size_t size);
  void update(std::string_view bytes) { update(bytes.data(), bytes.size()); }
  /// `size` bytes of each text into its own hash: faster than one after the other where so many came before
  /// to both.
  static void update_two(Sha256& a, const void* data_a, Sha256& b, const void* data_b, std::size_t size);
  /// Little-endian, whatever the machine.
  void update_u32(std::uint32_t value);
  void update_u64(std::uint64_t value);
  /// After which whole blocks of 64 bytes are hashed without being copied: 0 .. 63.
  std::size_t bytes_to_whole_block() const;
  /// Begins to hash whole blocks in steps (sha256_steps_x86.hpp), after whole blocks only. false where the
  /// processor has no instructions for it: nothing has begun then. The text stays where it is until
  /// end_steps(), before which nothing else is hashed.
  bool begin_steps(const std::uint8_t* data, std::size_t n_blocks, Sha256Steps& steps) const;
  /// Ends the block that the steps have come to; returns how many blocks have been hashed.
  std::size_t end_steps(Sha256Steps& steps, const std::uint8_t* data);
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
