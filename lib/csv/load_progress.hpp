// SPDX-License-Identifier: MIT
// Reports the progress of loading at fixed places. The sequence of reports therefore depends only on the
// size. The units are three times the bytes: a third each for checking, cutting and converting them.
#pragma once

#include <cstdint>
#include <optional>

#include "core/monitor.hpp"
#include "csv/byte_progress.hpp"

namespace rf::csv {

class LoadProgress {
 public:
  /// `size` is in bytes, empty if unknown. If it is unknown, bytes are reported with a total of 0.
  LoadProgress(core::Monitor& monitor, std::optional<std::uint64_t> size) : monitor_(monitor), size_(size) {
    if (size_) third_.emplace(monitor_, kStage, 0, kThirds, static_cast<std::size_t>(*size_));
  }

  core::Result<> at(std::uint64_t n_bytes) {
    if (!size_) return unknown_at(n_bytes);
    const std::uint64_t units = kThirds * (n_bytes < *size_ ? n_bytes : *size_);
    while (n_done_ + 1 < kThirds && units >= (n_done_ + 1) * *size_) RF_TRY(next_third());
    return third_->at(static_cast<std::size_t>(units - n_done_ * *size_));
  }
  core::Result<> finish(std::uint64_t n_bytes) {
    if (!size_) return monitor_.report(kStage, n_bytes, 0);
    while (n_done_ + 1 < kThirds) RF_TRY(next_third());
    return third_->finish();
  }

 private:
  static constexpr const char* kStage = "load";
  static constexpr std::uint64_t kThirds = 3;

  core::Result<> next_third() {
    RF_TRY(third_->finish());
    third_.emplace(monitor_, kStage, ++n_done_, kThirds, static_cast<std::size_t>(*size_));
    return {};
  }
  core::Result<> unknown_at(std::uint64_t n_bytes) {
    for (; next_ <= n_bytes; next_ += kStepBytes) RF_TRY(monitor_.report(kStage, next_, 0));
    return monitor_.check();
  }

  core::Monitor& monitor_;
  std::optional<std::uint64_t> size_;
  std::optional<ByteProgress> third_;
  std::uint64_t n_done_ = 0;
  std::uint64_t next_ = kStepBytes;
};

}  // namespace rf::csv
