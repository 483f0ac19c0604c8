// SPDX-License-Identifier: MIT
// How a command reports that it cannot go on. The tool is a program, not a library: a command throws a
// Failure, or runforge::Error from a call of the library, and main prints it and ends. Nothing is caught on
// the way except to clean up. Codes are those of the library, and USAGE for a command line that cannot be
// understood.
#pragma once

#include <string>
#include <utility>

#include "runforge/runforge.hpp"

namespace rf::tool {

struct Failure {
  Failure(int status_, std::string code_, std::string message_, std::string details_ = "{}")
      : status(status_), code(std::move(code_)), message(std::move(message_)), details(std::move(details_)) {}
  /// The library's own.
  explicit Failure(const runforge::Error& error)
      : Failure(error.status(), error.code(), error.message(), error.details()) {}

  int status;              ///< exit status, an rf_status
  std::string code;        ///< "FILE_NOT_FOUND"
  std::string message;     ///< one sentence
  std::string details;     ///< JSON object
  bool in_report = false;  ///< a report on standard output already contains it
};

/// The reader of standard output has closed it, as `head` does. main ends like a program that SIGPIPE ends,
/// without a message.
struct ClosedPipe {};

inline Failure usage_failure(std::string message) {
  return {2, "USAGE", std::move(message)};
}

}  // namespace rf::tool
