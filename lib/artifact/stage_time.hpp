// SPDX-License-Identifier: MIT
// The time that one stage of a run took, as execution.v1.json records it. It has a header of its own, so that
// measuring a stage does not need the documents. tests/unit/artifact/execution_document_test.cpp pins it.
#pragma once

#include <string>

namespace rf::artifact {

struct StageTime {
  std::string name;
  double wall_seconds = 0;
  double cpu_seconds = 0;
};

}  // namespace rf::artifact
