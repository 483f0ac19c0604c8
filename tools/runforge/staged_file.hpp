// SPDX-License-Identifier: MIT
// One file under construction in a staging folder `.runforge-<16 hexadecimal digits>` next to its final
// place, as the library writes its own (docs/formats/README.md describes the folder's contents). The library
// removes what a killed command left, and skips the folder of a running command. Pinned by
// tests/clients/staging_test.py.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <string>

#include "terminal/interrupt.hpp"

namespace rf::tool {

/// Repeats a system call after a signal that does not end the command. EINTR therefore means CANCELLED.
template <class Call>
auto retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR && !interrupted()) result = call();
  return result;
}

/// Each function returns 0 or the error number.
class StagedFile {
 public:
  StagedFile() = default;
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;
  /// Removes the staged file.
  ~StagedFile();

  /// Opens an empty file that is to become `place`.
  int create(const std::string& place, mode_t mode);
  /// The descriptor to write to; -1 before the file is made.
  int descriptor() const { return file_; }
  /// Syncs and closes.
  int finish();
  /// Moves the finished file to its place. EEXIST if something is there, unless `replaces`. After a failure
  /// the place is as before, with one exception: if `replaces` and only the sync of the folder fails, the new
  /// file stays.
  int publish(bool replaces);
  /// Whether the finished file is in its place.
  bool is_published() const { return published_; }

 private:
  int make_folder();
  int write_marker();
  int move(bool replaces) const;

  int parent_ = -1;
  int folder_ = -1;
  int marker_ = -1;  ///< holds the lock
  int file_ = -1;
  bool published_ = false;
  std::string name_;    ///< name of the folder, once it is made
  std::string target_;  ///< name in the parent
};

}  // namespace rf::tool
