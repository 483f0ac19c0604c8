// SPDX-License-Identifier: MIT
// The version is stated in include/runforge/runforge.h alone. The top-level build file reads it there and
// hands it on as a compile definition of this file only.
#include "artifact/version.hpp"

namespace rf::artifact {

const char* runforge_version() {
  return RUNFORGE_VERSION;
}

}  // namespace rf::artifact
