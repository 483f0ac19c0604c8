// SPDX-License-Identifier: MIT
// Ctrl-C and its kin as a cancel flag the library watches.
#pragma once

#include "failure.hpp"

namespace rf::tool {

/// While one lives, SIGINT, SIGTERM and SIGHUP set its flag instead of ending the program. One at a time.
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
