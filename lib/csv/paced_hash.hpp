// SPDX-License-Identifier: MIT
// Hashes a text by SHA-256, a few rounds at a time between other work on the text. Pinned by
// tests/unit/csv/paced_hash_test.cpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crypto/sha256.hpp"

namespace rf::csv {

class PacedHash {
 public:
  /// `text` and `hash` must outlive it. Nothing is hashed yet.
  PacedHash(crypto::Sha256& hash, std::string_view text) : hash_(hash), rest_(text) {}
  PacedHash(const PacedHash&) = delete;
  PacedHash& operator=(const PacedHash&) = delete;

  /// Returns the steps, which others may advance until stop(); null if nothing can be hashed in steps. Call
  /// it once.
  crypto::Sha256Steps* begin() {
    const std::size_t n_bytes = std::min(rest_.size(), hash_.bytes_to_whole_block());
    hash_.update(rest_.substr(0, n_bytes));
    rest_.remove_prefix(n_bytes);
    begun_ = hash_.begin_steps(bytes(), rest_.size() / 64, steps_);
    return begun_ ? &steps_ : nullptr;
  }
  /// Finishes the block that the steps have reached. Returns the text that is not hashed.
  std::string_view stop() {
    if (begun_) rest_.remove_prefix(64 * hash_.end_steps(steps_, bytes()));
    begun_ = false;
    return rest_;
  }

 private:
  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(rest_.data()); }

  crypto::Sha256& hash_;
  std::string_view rest_;
  crypto::Sha256Steps steps_{};
  bool begun_ = false;
};

}  // namespace rf::csv
