// SPDX-License-Identifier: MIT
#include "csv/text_hasher.hpp"

#include <algorithm>

namespace rf::csv {

void TextHasher::add(std::string_view text) {
  const std::lock_guard lock(mutex_);
  const std::size_t n_ahead = std::min(n_ahead_, text.size());
  n_ahead_ -= n_ahead;
  text.remove_prefix(n_ahead);
  if (text.empty()) {
    n_hashed_.fetch_add(1, std::memory_order_release);  // all parts before it are hashed too
  } else {
    left_.push_back(text);
  }
}

std::string_view TextHasher::first() {
  const std::lock_guard lock(mutex_);
  return left_.empty() ? std::string_view() : left_.front();
}

std::size_t TextHasher::n_left() {
  const std::lock_guard lock(mutex_);
  return left_.size();
}

void TextHasher::leave(std::string_view rest) {
  const std::lock_guard lock(mutex_);
  left_.front() = rest;
  if (!rest.empty()) return;
  left_.pop_front();
  n_hashed_.fetch_add(1, std::memory_order_release);
}

/// The caller holds turn_.
void TextHasher::hash_down_to(std::size_t most) {
  while (n_left() > most) {
    hash_.update(first());
    leave({});
  }
}

void TextHasher::catch_up(std::size_t most) {
  const std::unique_lock turn(turn_, std::try_to_lock);
  if (turn) hash_down_to(most);
}

void TextHasher::hash_all() {
  const std::lock_guard turn(turn_);
  hash_down_to(0);
}

}  // namespace rf::csv
