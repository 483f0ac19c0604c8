// SPDX-License-Identifier: MIT
// SHA-256 (FIPS 180-4), streaming: with the processor's SHA instructions if it has them, else with libsodium.
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
  /// Adds `size` bytes of each text to its own hash. Faster than two updates if both hashes are at the same
  /// position within a block.
  static void update_two(Sha256& a, const void* data_a, Sha256& b, const void* data_b, std::size_t size);
  /// Little-endian, whatever the machine.
  void update_u64(std::uint64_t value);
  /// The number of bytes, 0 .. 63, after which whole blocks of 64 bytes are hashed without being copied.
  std::size_t bytes_to_whole_block() const;
  /// Begins to hash `n_blocks` whole blocks in steps (sha256_steps_x86.hpp). Only whole blocks may have been
  /// hashed before. Returns false, and begins nothing, if n_blocks is 0 or the processor lacks the SHA
  /// instructions. After it has returned true, the caller must keep the text in place and hash nothing else
  /// until end_steps().
  bool begin_steps(const std::uint8_t* data, std::size_t n_blocks, Sha256Steps& steps) const;
  /// Finishes the current block and returns the number of blocks hashed.
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
