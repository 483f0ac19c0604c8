// SPDX-License-Identifier: MIT
// Turns Ctrl-C and similar signals into a cancel flag that the library watches.
#pragma once

#include "failure.hpp"

namespace rf::tool {

/// While an Interrupt exists, SIGINT, SIGTERM and SIGHUP set its flag instead of ending the program. One at a
/// time.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();
  const runforge::Cancel& flag() const { return flag_; }

 private:
  runforge::Cancel flag_;
};

/// Whether such a signal came.
bool interrupted();
/// Throws CANCELLED if it did.
void stop_if_interrupted();

}  // namespace rf::tool
