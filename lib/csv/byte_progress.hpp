// SPDX-License-Identifier: MIT
// Reports the progress of a pass over bytes at fixed offsets. The sequence of reports therefore depends only
// on the size.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/monitor.hpp"
#include "core/result.hpp"

namespace rf::csv {

inline constexpr std::size_t kStepBytes = std::size_t{1} << 20;  ///< from one report to the next

/// Reports `stage` each time another kStepBytes of a pass are done, independent of the records' sizes.
class ByteProgress {
 public:
  ByteProgress(core::Monitor& monitor, const char* stage, std::uint64_t pass, std::uint64_t n_passes,
               std::size_t size)
      : monitor_(monitor), stage_(stage), before_(pass * size), total_(n_passes * size), size_(size) {}

  core::Result<> at(std::size_t offset) {
    while (next_ <= offset && next_ < size_) {
      RF_TRY(monitor_.report(stage_, before_ + next_, total_));
      next_ += kStepBytes;
    }
    return {};
  }
  core::Result<> finish() {
    RF_TRY(at(size_));
    return monitor_.report(stage_, before_ + size_, total_);
  }

 private:
  core::Monitor& monitor_;
  const char* stage_;
  std::uint64_t before_;
  std::uint64_t total_;
  std::size_t size_;
  std::size_t next_ = kStepBytes;
};

}  // namespace rf::csv
