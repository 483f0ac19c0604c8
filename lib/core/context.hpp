// SPDX-License-Identifier: MIT
// The services that a caller passes to every long computation. None of them may influence the result.
#pragma once

#include <cstdint>

#include "core/kernel_choice.hpp"
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
