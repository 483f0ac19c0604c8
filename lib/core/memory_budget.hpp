// SPDX-License-Identifier: MIT
// A ceiling on the memory of one call. Code that allocates memory in proportion to the data reserves it
// first. A reservation past the ceiling is refused before anything is allocated. Whether a reservation is
// refused never changes a result. Small objects are not counted. tests/unit/core/memory_budget_test.cpp pins
// it.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.hpp"
#include "core/text.hpp"

namespace rf::core {

class MemoryBudget {
 public:
  /// 0: no ceiling.
  explicit MemoryBudget(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}

  /// Any thread may call it. LIMIT_REACHED names the purpose, the bytes needed and the bytes allowed.
  Result<> take(std::uint64_t bytes, std::string_view what) {
    const std::uint64_t held = held_.fetch_add(bytes) + bytes;
    if (max_bytes_ == 0 || held <= max_bytes_) return {};
    held_.fetch_sub(bytes);
    return Error{
        Code::kLimitReached,
        "max_bytes allows " + counted(max_bytes_, "byte") + "; with " + std::string(what) +
            " this needs at least " + decimal(static_cast<std::int64_t>(held)),
        {{"max_bytes", static_cast<std::int64_t>(max_bytes_)}, {"needed", static_cast<std::int64_t>(held)}}};
  }
  void give_back(std::uint64_t bytes) { held_.fetch_sub(bytes); }
  std::uint64_t held() const { return held_.load(); }
  /// The bytes still available; 2^64 - 1 without a ceiling.
  std::uint64_t left() const {
    const std::uint64_t held = held_.load();
    return max_bytes_ == 0 ? UINT64_MAX : max_bytes_ - (held < max_bytes_ ? held : max_bytes_);
  }

 private:
  std::uint64_t max_bytes_;
  std::atomic<std::uint64_t> held_ = 0;
};

/// Bytes held for as long as the object lives.
class Reservation {
 public:
  Reservation() = default;
  /// Reserves nothing yet.
  explicit Reservation(MemoryBudget* budget) : budget_(budget) {}
  /// `budget` null: nothing is counted.
  static Result<Reservation> of(MemoryBudget* budget, std::uint64_t bytes, std::string_view what) {
    Reservation reservation;
    if (budget == nullptr) return reservation;
    RF_TRY(budget->take(bytes, what));
    reservation.budget_ = budget;
    reservation.bytes_ = bytes;
    return reservation;
  }
  Reservation(Reservation&& other) noexcept { *this = std::move(other); }
  Reservation& operator=(Reservation&& other) noexcept {
    if (this == &other) return *this;
    release();
    budget_ = std::exchange(other.budget_, nullptr);
    bytes_ = other.bytes_;
    return *this;
  }
  ~Reservation() { release(); }

  /// Holds `bytes` from now on. After LIMIT_REACHED it holds as many bytes as before.
  Result<> resize(std::uint64_t bytes, std::string_view what) {
    if (budget_ == nullptr) return {};
    if (bytes > bytes_) RF_TRY(budget_->take(bytes - bytes_, what));
    if (bytes < bytes_) budget_->give_back(bytes_ - bytes);
    bytes_ = bytes;
    return {};
  }

  void release() {
    if (budget_ != nullptr) budget_->give_back(bytes_);
    budget_ = nullptr;
  }

 private:
  MemoryBudget* budget_ = nullptr;
  std::uint64_t bytes_ = 0;
};

}  // namespace rf::core
