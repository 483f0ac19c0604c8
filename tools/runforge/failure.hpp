// SPDX-License-Identifier: MIT
// How a command reports that it cannot go on. The tool is a program, not a library: a command throws a
// Failure, and main prints it and exits. Code between them catches only to clean up. The codes are the
// library's, and USAGE for a command line that cannot be understood.
#pragma once

#include <string>
#include <utility>

namespace rf::tool {

struct Failure {
  int status;                  ///< exit status, an rf_status
  std::string code;            ///< "FILE_NOT_FOUND"
  std::string message;         ///< one sentence
  std::string details = "{}";  ///< JSON object
  bool in_report = false;      ///< a report on standard output already contains it
};

/// The reader of standard output has closed it, as `head` does. main ends like a program that SIGPIPE ends,
/// without a message.
struct ClosedPipe {};

inline Failure usage_failure(std::string message) {
  return {2, "USAGE", std::move(message)};
}

}  // namespace rf::tool
