// SPDX-License-Identifier: MIT
// SHA-256 of a text, a little at a time between other work on it. Each block is one chain of dependent
// instructions; the processor has room for others beside it. Pinned by tests/unit/data/paced_hash_test.cpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crypto/sha256.hpp"

namespace rf::data {

class PacedHash {
 public:
  /// `text` and `hash` outlive it. Nothing is hashed yet.
  PacedHash(crypto::Sha256& hash, std::string_view text) : hash_(hash), rest_(text) {}
  PacedHash(const PacedHash&) = delete;
  PacedHash& operator=(const PacedHash&) = delete;

  /// All of it in so many calls of some(), as nearly as whole blocks allow.
  void spread_over(std::uint64_t n_calls) {
    take(std::min(rest_.size(), hash_.bytes_to_whole_block()));
    per_call_ = (rest_.size() << kFractionBits) / std::max<std::uint64_t>(n_calls, 1) + 1;
  }
  void some() {
    owed_ += per_call_;
    const std::uint64_t n_bytes = owed_ >> kFractionBits & ~std::uint64_t{63};
    if (n_bytes == 0 || n_bytes > rest_.size()) return;
    owed_ -= n_bytes << kFractionBits;
    take(static_cast<std::size_t>(n_bytes));
  }
  void rest() { take(rest_.size()); }

 private:
  static constexpr int kFractionBits = 16;  // a text has fewer than 2^32 bytes

  void take(std::size_t n_bytes) {
    hash_.update(rest_.substr(0, n_bytes));
    rest_.remove_prefix(n_bytes);
  }

  crypto::Sha256& hash_;
  std::string_view rest_;
  std::uint64_t per_call_ = 0;  ///< bytes, in fractions
  std::uint64_t owed_ = 0;      ///< the same
};

}  // namespace rf::data
