// SPDX-License-Identifier: MIT
// One staging folder: `.runforge-<16 hexadecimal digits>` in the folder whose files are to change. Its first
// file is the marker, which is written and synced before anything else and says that the folder is ours. The
// lock of whoever works here is held on the marker. Each name is noted in the marker before it is made, so
// that what is ours can be told from what somebody else put there. The form is described in
// docs/formats/README.md. Private to core. Pinned by tests/unit/core/staging_test.cpp and
// staging_faults_test.cpp.
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/descriptor.hpp"
#include "core/file.hpp"
#include "core/result.hpp"

namespace rf::core {

/// `directory`/`name` in a WRITE_FAILED, with the reason.
Error cannot_write_in(const std::string& directory, std::string_view name, int error_number);

/// Whether `name` is there, links not followed: 0, ENOENT, or the error number of a look that failed.
int look_at(const Descriptor& parent, const std::string& name, struct stat& facts);

/// Takes the lock of an open file or folder without waiting (LOCK_SH or LOCK_EX): 0 or the error number,
/// EWOULDBLOCK where somebody has it.
int try_lock(const Descriptor& file, int kind);

/// Whether the error of a lock means a file system without locks, where nobody can be kept out.
bool means_no_locks(int error_number);

class StagingFolder {
 public:
  /// The folder inside that becomes a run. Files of it are noted as "run/<name>".
  static constexpr const char* kRun = "run";

  /// Borrows `parent` for its whole life. WRITE_FAILED.
  static Result<StagingFolder> create(const Descriptor& parent, const std::string& parent_path);
  StagingFolder(StagingFolder&& other) noexcept;
  StagingFolder& operator=(StagingFolder&&) = delete;
  /// Removes what was noted, then the marker, then the folder.
  ~StagingFolder();

  const Descriptor& folder() const { return folder_; }
  /// Notes a name that is about to be made: 0 or the error number.
  int note(const std::string& name);

 private:
  explicit StagingFolder(const Descriptor& parent) : parent_(&parent) {}

  const Descriptor* parent_;
  std::string name_;  ///< "" before it is made and once moved from
  Descriptor folder_;
  Descriptor marker_;  ///< holds the lock
  std::vector<std::string> noted_;
};

/// Removes the staging folders of processes that are gone: those whose marker is whole and not locked and
/// that hold nothing but what the marker notes. Failures do not matter.
void clear_interrupted(const Descriptor& parent);

}  // namespace rf::core
