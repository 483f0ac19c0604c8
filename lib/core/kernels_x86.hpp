// SPDX-License-Identifier: MIT
// The tables that only some x86-64 CPUs can run. Only core/kernels.cpp chooses among them.
#pragma once

#include "core/kernels.hpp"

namespace rf::core {

const Kernels& avx2_kernels();
const Kernels& avx512_kernels();

}  // namespace rf::core
