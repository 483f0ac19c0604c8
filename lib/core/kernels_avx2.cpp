// SPDX-License-Identifier: MIT
// The kernels for x86-64-v3, without fused multiply-add, which would round once where the other tables round
// twice.
#include "core/kernels_impl.hpp"
#include "core/kernels_x86.hpp"

namespace rf::core {
namespace {
constexpr Kernels kTable = table_named("avx2");
}

const Kernels& avx2_kernels() {
  return kTable;
}

}  // namespace rf::core
