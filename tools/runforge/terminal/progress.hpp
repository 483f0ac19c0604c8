// SPDX-License-Identifier: MIT
// One line on a terminal that shows how far a call is. It is redrawn in place and removed at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace rf::tool {

/// Columns of the terminal on the descriptor; 80 if it is not a terminal or does not report them.
std::size_t terminal_width(int descriptor);

class Progress {
 public:
  /// Draws on standard error if that is a terminal and `wanted`.
  explicit Progress(bool wanted);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  bool active() const { return active_; }
  void draw(std::string_view stage, std::uint64_t done, std::uint64_t total);
  void clear();

 private:
  bool active_;
  bool drawn_ = false;
  std::string stage_;
  std::chrono::steady_clock::time_point last_draw_;
};

/// The line without the control sequences: `stage`, bar, percent and count, at most `width` columns.
std::string progress_line(std::string_view stage, std::uint64_t done, std::uint64_t total, std::size_t width);

}  // namespace rf::tool
