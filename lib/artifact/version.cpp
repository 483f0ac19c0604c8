// SPDX-License-Identifier: MIT
// The version comes from the project() line of the top-level build file, through a compile definition on this
// file only.
#include "artifact/version.hpp"

namespace rf::artifact {

const char* runforge_version() {
  return RUNFORGE_VERSION;
}

}  // namespace rf::artifact
