// SPDX-License-Identifier: MIT
// The fingerprint of a text that several threads read in parts: one thread at a time hashes the parts in file
// order, whoever has the time or can do it beside other work. Pinned by tests/unit/csv/text_hasher_test.cpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>

#include "crypto/sha256.hpp"
#include "csv/paced_hash.hpp"

namespace rf::csv {

/// For any number of threads at once.
class TextHasher {
 public:
  /// The first `n_ahead` bytes of the parts to come are hashed already. `hash` outlives it.
  TextHasher(crypto::Sha256& hash, std::size_t n_ahead) : hash_(hash), n_ahead_(n_ahead) {}
  TextHasher(const TextHasher&) = delete;
  TextHasher& operator=(const TextHasher&) = delete;

  /// The next part; it is read until n_hashed() counts it.
  void add(std::string_view text);
  std::uint64_t n_hashed() const { return n_hashed_.load(std::memory_order_acquire); }

  /// Calls `work` with the hashing of the first part that is not hashed yet, to get on with as far as it
  /// likes; with null where there is none or another thread hashes.
  template <class Work>
  void beside(Work work) {
    const std::unique_lock turn(turn_, std::try_to_lock);
    const std::string_view text = turn ? first() : std::string_view();
    if (text.empty()) return work(nullptr);
    PacedHash hash(hash_, text);
    work(&hash);
    leave(hash.stop());
  }
  /// Hashes until no more than `most` parts are left, unless another thread hashes.
  void catch_up(std::size_t most);
  /// All that have been added before.
  void hash_all();

 private:
  std::string_view first();
  std::size_t n_left();
  void leave(std::string_view rest);
  void hash_down_to(std::size_t most);

  crypto::Sha256& hash_;
  std::mutex turn_;  ///< of the thread that hashes
  std::mutex mutex_;
  std::size_t n_ahead_;                ///< under the mutex
  std::deque<std::string_view> left_;  ///< likewise: what is left of each part, none empty
  std::atomic<std::uint64_t> n_hashed_ = 0;
};

}  // namespace rf::csv
