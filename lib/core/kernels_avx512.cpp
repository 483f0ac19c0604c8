// SPDX-License-Identifier: MIT
// The kernels for x86-64-v4.
#include "core/kernels_impl.hpp"
#include "core/kernels_x86.hpp"

namespace rf::core {
namespace {
constexpr Kernels kTable = table_named("avx512");
}

const Kernels& avx512_kernels() {
  return kTable;
}

}  // namespace rf::core
