// SPDX-License-Identifier: MIT
// The tables of kernels that a caller can name without seeing a kernel: who only passes a table on includes
// this and not core/kernels.hpp, so that a changed kernel rebuilds those who call one.
// tests/unit/core/kernels_test.cpp pins it.
#pragma once

namespace rf::core {

struct Kernels;

/// The table compiled for the least capable CPU that the build supports.
const Kernels& baseline_kernels();
/// The fastest table this CPU can run.
const Kernels& best_kernels();

}  // namespace rf::core
