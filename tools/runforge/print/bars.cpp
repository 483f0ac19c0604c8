// SPDX-License-Identifier: MIT
// Bars in eighths of a character, scaled to the largest magnitude shown. Pinned by
// tests/clients/show_test.py.
#include "print/bars.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "text.hpp"

namespace rf::tool {
namespace {

constexpr std::size_t kMaxNameWidth = 32;
constexpr std::size_t kMaxBarWidth = 40;
constexpr std::string_view kFullBlock = "\u2588";
constexpr std::array<std::string_view, 8> kLeftBlocks = {"",       "\u258F", "\u258E", "\u258D",
                                                         "\u258C", "\u258B", "\u258A", "\u2589"};

struct Measures {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  double largest = 0;
};

std::string signed_text(double value) {
  return (value > 0 ? "+" : "") + fixed_text(value, 4);
}

Measures measure(const std::vector<Bar>& bars, std::string (*value_text)(double)) {
  Measures measures;
  for (const Bar& bar : bars) {
    measures.name_width =
        std::max(measures.name_width, display_width(shortened(printable(bar.name), kMaxNameWidth)));
    measures.value_width = std::max(measures.value_width, value_text(bar.value).size());
    measures.largest = std::max(measures.largest, std::fabs(bar.value));
  }
  return measures;
}

std::string label(const Bar& bar, const Measures& measures, std::string (*value_text)(double)) {
  return "  " + pad_right(shortened(printable(bar.name), kMaxNameWidth), measures.name_width) + "  " +
         pad_left(value_text(bar.value), measures.value_width) + "  ";
}

std::size_t bar_columns(const Measures& measures, std::size_t width, std::size_t axis) {
  const std::size_t taken = measures.name_width + measures.value_width + 6 + axis;
  return std::clamp<std::size_t>(width > taken ? width - taken : 0, 10, kMaxBarWidth);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string plain_text(double value) {
  return fixed_text(value, 4);
}

double part_of(double value, double largest) {
  return largest > 0 ? std::fabs(value) / largest : 0;
}

}  // namespace

std::string bars_text(const std::vector<Bar>& bars, std::size_t width) {
  const Measures measures = measure(bars, plain_text);
  const std::size_t columns = bar_columns(measures, width, 0);
  std::string out;
  for (const Bar& bar : bars) {
    const auto eighths = static_cast<std::size_t>(
        std::lround(part_of(bar.value, measures.largest) * static_cast<double>(columns * 8)));
    std::string line = label(bar, measures, plain_text) + repeated(kFullBlock, eighths / 8);
    line += kLeftBlocks[eighths % 8];
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string diverging_bars_text(const std::vector<Bar>& bars, std::size_t width) {
  const Measures measures = measure(bars, signed_text);
  const std::size_t side = bar_columns(measures, width, 1) / 2;
  std::string out;
  for (const Bar& bar : bars) {
    const auto full = static_cast<std::size_t>(
        std::lround(part_of(bar.value, measures.largest) * static_cast<double>(side)));
    const std::string blocks = repeated(kFullBlock, full);
    const bool negative = bar.value < 0;
    out += label(bar, measures, signed_text) + std::string(negative ? side - full : side, ' ') +
           (negative ? blocks : "") + "\u2502" + (negative ? "" : blocks) + "\n";
  }
  return out;
}

}  // namespace rf::tool
