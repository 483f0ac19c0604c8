// SPDX-License-Identifier: MIT
// The kernels for the least capable CPU the build supports.
#include "core/kernels_impl.hpp"

namespace rf::core {
namespace {
constexpr Kernels kTable = table_named("baseline");
}

const Kernels& baseline_kernels() {
  return kTable;
}

}  // namespace rf::core
