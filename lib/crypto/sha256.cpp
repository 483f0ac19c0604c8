// SPDX-License-Identifier: MIT
// SHA-256 by libsodium's crypto_hash_sha256_*; the opaque bytes of the class hold its state. If the processor
// has SHA instructions, they hash whole blocks, five times as fast. Hashing needs no sodium_init(), which
// only selects implementations of other primitives and seeds the generator. tests/unit/crypto/sha256_test.cpp
// holds the vectors of FIPS 180-4 and compares with libsodium and sha256sum.
#include "crypto/sha256.hpp"

#include <sodium/crypto_hash_sha256.h>

#include <new>

#include "core/text.hpp"
#include "crypto/sha256_blocks.hpp"

namespace rf::crypto {
namespace {

using State = crypto_hash_sha256_state;
constexpr std::size_t kBlockBytes = 64;

const State* state_in(const std::array<std::uint8_t, 128>& bytes) {
  return std::launder(reinterpret_cast<const State*>(bytes.data()));
}

State* state_in(std::array<std::uint8_t, 128>& bytes) {
  return std::launder(reinterpret_cast<State*>(bytes.data()));
}

/// Adds blocks to the count. The state's words already include them.
void count_blocks(State* state, std::size_t n_blocks) {
  state->count += std::uint64_t{8} * kBlockBytes * n_blocks;
}

template <class Integer>
std::array<std::uint8_t, sizeof(Integer)> little_endian(Integer value) {
  std::array<std::uint8_t, sizeof(Integer)> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return bytes;
}

}  // namespace

static_assert(sizeof(State) <= 128 && alignof(State) <= 16);
static_assert(sizeof(State{}.state) == 32 && sizeof(State{}.buf) == kBlockBytes);
static_assert(std::tuple_size_v<Digest> == crypto_hash_sha256_BYTES);

Sha256::Sha256() : compress_(best_compress()) {
  crypto_hash_sha256_init(new (state_.data()) State);
}

// libsodium's state between two calls: `state` covers all whole blocks, `count` is the number of bits so far,
// and `buf` holds the remaining bytes.
void Sha256::update(const void* data, std::size_t size) {
  State* const state = state_in(state_);
  const auto* bytes = static_cast<const unsigned char*>(data);
  if (compress_ != nullptr && size >= kBlockBytes) {
    const std::size_t lacking = bytes_to_whole_block();
    if (lacking > 0) crypto_hash_sha256_update(state, bytes, lacking);
    const std::size_t n_blocks = (size - lacking) / kBlockBytes;
    compress_(state->state, bytes + lacking, n_blocks);
    count_blocks(state, n_blocks);
    bytes += lacking + n_blocks * kBlockBytes;
    size -= lacking + n_blocks * kBlockBytes;
  }
  if (size > 0) crypto_hash_sha256_update(state, bytes, size);
}

void Sha256::update_two(Sha256& a, const void* data_a, Sha256& b, const void* data_b, std::size_t size) {
  const auto* bytes_a = static_cast<const unsigned char*>(data_a);
  const auto* bytes_b = static_cast<const unsigned char*>(data_b);
#if defined(__x86_64__)
  const std::size_t lacking = a.bytes_to_whole_block();
  const bool together = a.compress_ == compress_with_x86_sha && b.compress_ == a.compress_ &&
                        b.bytes_to_whole_block() == lacking && size >= lacking;
  if (together) {
    a.update(bytes_a, lacking);
    b.update(bytes_b, lacking);
    State* const state_a = state_in(a.state_);
    State* const state_b = state_in(b.state_);
    const std::size_t n_blocks = (size - lacking) / kBlockBytes;
    compress_two_with_x86_sha(state_a->state, bytes_a + lacking, state_b->state, bytes_b + lacking, n_blocks);
    count_blocks(state_a, n_blocks);
    count_blocks(state_b, n_blocks);
    const std::size_t n_done = lacking + n_blocks * kBlockBytes;
    bytes_a += n_done;
    bytes_b += n_done;
    size -= n_done;
  }
#endif
  a.update(bytes_a, size);
  b.update(bytes_b, size);
}

std::size_t Sha256::bytes_to_whole_block() const {
  const std::size_t held = state_in(state_)->count / 8 % kBlockBytes;
  return held == 0 ? 0 : kBlockBytes - held;
}

bool Sha256::begin_steps([[maybe_unused]] const std::uint8_t* data, [[maybe_unused]] std::size_t n_blocks,
                         [[maybe_unused]] Sha256Steps& steps) const {
#if defined(__x86_64__)
  if (compress_ != compress_with_x86_sha || n_blocks == 0) return false;
  steps.block = data;
  steps.end = data + n_blocks * kBlockBytes;
  begin_steps_with_x86_sha(state_in(state_)->state, &steps);
  return true;
#else
  return false;
#endif
}

std::size_t Sha256::end_steps(Sha256Steps& steps, const std::uint8_t* data) {
  State* const state = state_in(state_);
#if defined(__x86_64__)
  end_steps_with_x86_sha(&steps, state->state);
#endif
  const auto n_blocks = static_cast<std::size_t>(steps.block - data) / kBlockBytes;
  count_blocks(state, n_blocks);
  return n_blocks;
}

void Sha256::update_u64(std::uint64_t value) {
  const auto bytes = little_endian(value);
  update(bytes.data(), bytes.size());
}

Digest Sha256::finish() {
  Digest digest;
  crypto_hash_sha256_final(state_in(state_), digest.data());
  return digest;
}

Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string hex(const Digest& digest) {
  return core::hex(digest);
}

std::string sha256_hex(std::string_view bytes) {
  return hex(sha256(bytes));
}

}  // namespace rf::crypto
