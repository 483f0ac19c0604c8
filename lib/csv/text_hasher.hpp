// SPDX-License-Identifier: MIT
// The fingerprint of a text that several threads read in parts. The parts are hashed in file order, by one
// thread at a time: a thread that has time, or that can hash between other work. Pinned by
// tests/unit/csv/text_hasher_test.cpp.
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

/// Any number of threads may use it at once.
class TextHasher {
 public:
  /// The first `n_ahead` bytes of the parts to come are hashed already. `hash` must outlive it.
  TextHasher(crypto::Sha256& hash, std::size_t n_ahead) : hash_(hash), n_ahead_(n_ahead) {}
  TextHasher(const TextHasher&) = delete;
  TextHasher& operator=(const TextHasher&) = delete;

  /// Adds the next part. Its bytes must stay until n_hashed() counts it.
  void add(std::string_view text);
  std::uint64_t n_hashed() const { return n_hashed_.load(std::memory_order_acquire); }

  /// Calls work(h). h lets it advance the hashing of the first unhashed part, as far as it likes; null if
  /// nothing is pending or another thread is hashing.
  template <class Work>
  void beside(Work work) {
    const std::unique_lock turn(turn_, std::try_to_lock);
    const std::string_view text = turn ? first() : std::string_view();
    if (text.empty()) return work(nullptr);
    PacedHash hash(hash_, text);
    work(&hash);
    leave(hash.stop());
  }
  /// Hashes until at most `most` parts are left, unless another thread hashes.
  void catch_up(std::size_t most);
  /// Hashes all parts added before. It waits for a thread that is hashing.
  void hash_all();

 private:
  std::string_view first();
  std::size_t n_left();
  void leave(std::string_view rest);
  void hash_down_to(std::size_t most);

  crypto::Sha256& hash_;
  std::mutex turn_;  ///< held by the thread that hashes
  std::mutex mutex_;
  std::size_t n_ahead_;                ///< under the mutex
  std::deque<std::string_view> left_;  ///< under the mutex: the rest of each part, never empty
  std::atomic<std::uint64_t> n_hashed_ = 0;
};

}  // namespace rf::csv
