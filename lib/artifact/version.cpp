// SPDX-License-Identifier: MIT
// The version comes from the project() line of the top-level build file, by a compile definition on this file
// alone.
#include "artifact/version.hpp"

namespace rf::artifact {

const char* runforge_version() {
  return RUNFORGE_VERSION;
}

}  // namespace rf::artifact
