// SPDX-License-Identifier: MIT
// What every long computation is handed by its caller and may not let into its result.
#pragma once

#include <cstdint>

#include "core/kernels.hpp"
#include "core/memory_budget.hpp"
#include "core/monitor.hpp"
#include "core/workers.hpp"

namespace rf::core {

struct Context {
  Workers& workers;
  Monitor& monitor;
  const Kernels& kernels;
  MemoryBudget* budget = nullptr;  ///< null: memory is not counted
};

}  // namespace rf::core
