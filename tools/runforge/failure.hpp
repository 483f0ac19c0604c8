// SPDX-License-Identifier: MIT
// How a command says that it cannot go on. The tool is a program, not a library: a command throws a Failure
// and main prints it and ends; nothing is caught on the way but to clean up. Codes are those of the library,
// and USAGE for a command line that cannot be understood.
#pragma once

#include <string>
#include <utility>

namespace rf::tool {

struct Failure {
  int status;                  ///< exit status, an rf_status
  std::string code;            ///< "FILE_NOT_FOUND"
  std::string message;         ///< one sentence
  std::string details = "{}";  ///< JSON object
  bool in_report = false;      ///< standard output says it already, in a report of its own
};

/// Who reads standard output wants no more of it, as `head` does: main ends as a program that SIGPIPE ends,
/// without a word.
struct ClosedPipe {};

inline Failure usage_failure(std::string message) {
  return {2, "USAGE", std::move(message)};
}

}  // namespace rf::tool
