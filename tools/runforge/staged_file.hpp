// SPDX-License-Identifier: MIT
// One file under construction in a staging folder `.runforge-<16 hexadecimal digits>` beside its final place,
// as the library writes its own (docs/formats/README.md says what such a folder holds): the library clears
// what a killed command left, and passes over what one at work holds. Pinned by
// tests/clients/staging_test.py.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <string>

#include "terminal/interrupt.hpp"

namespace rf::tool {

/// The result of a system call, made again after a signal that does not end the command. EINTR so means
/// CANCELLED.
template <class Call>
auto retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR && !interrupted()) result = call();
  return result;
}

/// Each function gives 0 or the error number.
class StagedFile {
 public:
  StagedFile() = default;
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;
  /// Removes what is staged.
  ~StagedFile();

  /// Opens an empty file for what shall become `place`.
  int create(const std::string& place, mode_t mode);
  /// To write to; -1 before it is made.
  int descriptor() const { return file_; }
  /// Syncs and closes.
  int finish();
  /// Moves the finished file to its place. EEXIST, unless `replaces`, where something is there. After a
  /// failure nothing new is there.
  int publish(bool replaces);

 private:
  int make_folder();
  int write_marker();
  int move(bool replaces) const;

  int parent_ = -1;
  int folder_ = -1;
  int marker_ = -1;  ///< holds the lock
  int file_ = -1;
  std::string name_;    ///< of the folder, once it is made
  std::string target_;  ///< in the parent
};

}  // namespace rf::tool
