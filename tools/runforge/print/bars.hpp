// SPDX-License-Identifier: MIT
// Named numbers as bars.
#pragma once

#include <string>
#include <vector>

namespace rf::tool {

struct Bar {
  std::string name;
  double value;
};

/// Bars from the left for values >= 0.
std::string bars_text(const std::vector<Bar>& bars, std::size_t width);
/// Bars to both sides of an axis: negative values to the left.
std::string diverging_bars_text(const std::vector<Bar>& bars, std::size_t width);

}  // namespace rf::tool
