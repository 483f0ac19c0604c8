// SPDX-License-Identifier: MIT
// Measures the time of each stage of a run for execution.v1.json. Its measurements never enter a result.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "artifact/stage_time.hpp"
#include "core/host.hpp"

namespace rf::run {

class StageClock {
 public:
  /// Ends the running stage, if any, and begins the next.
  void begin(std::string stage) {
    end();
    name_ = std::move(stage);
    wall_ = core::monotonic_seconds();
    cpu_ = core::process_cpu_seconds();
  }
  void end() {
    if (name_.empty()) return;
    stages_.push_back(
        {std::exchange(name_, {}), core::monotonic_seconds() - wall_, core::process_cpu_seconds() - cpu_});
  }
  std::vector<artifact::StageTime> take() {
    end();
    return std::move(stages_);
  }

 private:
  std::string name_;
  double wall_ = 0;
  double cpu_ = 0;
  std::vector<artifact::StageTime> stages_;
};

}  // namespace rf::run
