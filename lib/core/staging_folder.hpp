// SPDX-License-Identifier: MIT
// One staging folder: `.runforge-<16 hexadecimal digits>` in the folder whose files are to change. Its first
// file is the marker, which is written and synced before anything else and marks the folder as RunForge's.
// The command that works here holds a lock on the marker. Each name is noted in the marker before the entry
// is made, so that RunForge's entries can be distinguished from those of other programs.
// docs/formats/README.md describes the format. Private to core. Pinned by tests/unit/core/staging_test.cpp
// and staging_faults_test.cpp.
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/descriptor.hpp"
#include "core/file.hpp"
#include "core/result.hpp"

namespace rf::core {

/// WRITE_FAILED that names `directory`/`name` and the reason.
Error cannot_write_in(const std::string& directory, std::string_view name, int error_number);

/// lstat() of `name` in the folder `parent`: 0, ENOENT if it does not exist, or the error number.
int look_at(const Descriptor& parent, const std::string& name, struct stat& facts);

/// Takes the lock of an open file or folder without waiting (LOCK_SH or LOCK_EX): 0 or the error number;
/// EWOULDBLOCK if another process holds it.
int try_lock(const Descriptor& file, int kind);

/// Whether the error of a lock call means that the file system has no locks, so that nobody can be excluded.
bool means_no_locks(int error_number);

class StagingFolder {
 public:
  /// The folder inside that becomes a run. Its files are noted as "run/<name>".
  static constexpr const char* kRun = "run";

  /// Borrows `parent` for its whole life. WRITE_FAILED.
  static Result<StagingFolder> create(const Descriptor& parent, const std::string& parent_path);
  StagingFolder(StagingFolder&& other) noexcept;
  StagingFolder& operator=(StagingFolder&&) = delete;
  /// Removes the noted entries, then the marker, then the folder.
  ~StagingFolder();

  const Descriptor& folder() const { return folder_; }
  /// Notes a name that is about to be made: 0 or the error number.
  int note(const std::string& name);

 private:
  explicit StagingFolder(const Descriptor& parent) : parent_(&parent) {}

  const Descriptor* parent_;
  std::string name_;  ///< "" before the folder is made and after a move from this object
  Descriptor folder_;
  Descriptor marker_;  ///< holds the lock
  std::vector<std::string> noted_;
};

/// Removes the staging folders of processes that have ended: those whose marker is complete and not locked,
/// and that hold only noted entries. Failures are ignored.
void clear_interrupted(const Descriptor& parent);

}  // namespace rf::core
