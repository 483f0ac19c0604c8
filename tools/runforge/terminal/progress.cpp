// SPDX-License-Identifier: MIT
// The progress line. Drawn at the start of a stage and then at most every 50 ms, so that reporting often
// costs nothing. Pinned by tests/clients/terminal_test.py on a pseudo-terminal.
#include "terminal/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "output.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

constexpr auto kRedrawInterval = std::chrono::milliseconds(50);
constexpr std::size_t kStageWidth = 11;
constexpr std::size_t kMaxBarWidth = 40;

bool can_redraw(int descriptor) {
  const char* terminal = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && !(terminal && std::string_view(terminal) == "dumb");
}

}  // namespace

std::size_t terminal_width(int descriptor) {
  struct winsize size = {};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string progress_line(std::string_view stage, std::uint64_t done, std::uint64_t total,
                          std::size_t width) {
  std::string line = pad_right(std::string(stage), kStageWidth);
  if (total == 0) return shortened(done == 0 ? line : line + " " + grouped_text(done), width);
  done = std::min(done, total);
  const double part = static_cast<double>(done) / static_cast<double>(total);
  const std::string percent = pad_left(std::to_string(static_cast<int>(part * 100)) + "%", 5);
  const std::string count = "  " + grouped_text(done) + "/" + grouped_text(total);
  const std::size_t taken = kStageWidth + 3 + percent.size() + count.size();
  const std::size_t bar_width = taken < width ? std::min(kMaxBarWidth, width - taken) : 0;
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(bar_width));
  const std::string bar = std::string(filled, '#') + std::string(bar_width - filled, '.');
  return shortened(line + " [" + bar + "]" + percent + count, width);
}

Progress::Progress(bool wanted) : active_(wanted && can_redraw(STDERR_FILENO)) {}

void Progress::draw(std::string_view stage, std::uint64_t done, std::uint64_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (drawn_ && stage_ == stage && now - last_draw_ < kRedrawInterval) return;
  stage_ = stage;
  last_draw_ = now;
  drawn_ = true;
  // One column stays free: writing the last one makes some terminals wrap.
  write_stderr("\r" + progress_line(stage, done, total, terminal_width(STDERR_FILENO) - 1) + "\033[K");
}

void Progress::clear() {
  if (drawn_) write_stderr("\r\033[K");
  drawn_ = false;
}

}  // namespace rf::tool
