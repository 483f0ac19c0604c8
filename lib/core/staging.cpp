// SPDX-License-Identifier: MIT
// Writing so that nothing half done looks finished: everything is made under a staging name in the
// destination's folder and moved by one rename. All steps go through descriptors of the two folders, so a
// change of the working directory in another thread does not matter. The lock is on the staging folder itself
// and so leaves no file behind; a staging folder without a lock belongs to a process that is gone.
// tests/unit/core/staging_test.cpp, and staging_faults_test.cpp with every system call failing in turn.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <memory>

#include "core/descriptor.hpp"
#include "core/file.hpp"
#include "core/mutant.hpp"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

namespace rf::core {
namespace {

constexpr time_t kStaleSeconds = 86400;
constexpr int kNameTries = 16;

/// `directory`/`name` in a message, with the reason.
Error cannot_write(const std::string& directory, std::string_view name, int error_number) {
  return system_failure(Code::kWriteFailed, "cannot write", path_in(directory, name), error_number);
}

Error already_there(const std::string& path) {
  return {Code::kAlreadyExists, "\"" + path + "\" is already there", {{"file", path}}};
}

/// Takes the lock of an open file or folder if nobody has it. A file system without locks counts as free.
bool lock(const Descriptor& file) {
  int result;
  do {
    result = ::flock(file.number(), LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  return result == 0 || errno != EWOULDBLOCK;
}

/// The entries of a folder that stays open itself.
DirectoryEntries entries_in(const Descriptor& directory) {
  return entries_of(open_at(directory.number(), ".", O_RDONLY | O_DIRECTORY));
}

/// Removes the files in an open folder; a folder inside stays.
void remove_files_in(const Descriptor& directory) {
  const DirectoryEntries entries = entries_in(directory);
  if (entries == nullptr) return;
  while (const dirent* entry = ::readdir(entries.get())) ::unlinkat(directory.number(), entry->d_name, 0);
}

/// Whether `name` in `parent` still is the open file: its owner may have moved it before the lock came free.
bool still_named(const Descriptor& parent, const std::string& name, const struct stat& facts) {
  struct stat named;
  return ::fstatat(parent.number(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         named.st_ino == facts.st_ino && named.st_dev == facts.st_dev;
}

/// Removes what is last changed before `changed_before` and has no lock.
void remove_if_stale(const Descriptor& parent, const std::string& name, time_t changed_before) {
  const Descriptor file = open_at(parent.number(), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  struct stat facts;
  if (!file.valid() || ::fstat(file.number(), &facts) != 0 || facts.st_mtime >= changed_before) return;
  if (!lock(file) || !still_named(parent, name, facts)) return;
  if (S_ISDIR(facts.st_mode)) {
    remove_files_in(file);
    ::unlinkat(parent.number(), name.c_str(), AT_REMOVEDIR);
  } else if (S_ISREG(facts.st_mode)) {
    ::unlinkat(parent.number(), name.c_str(), 0);
  }
}

/// What killed processes left; failures do not matter.
void remove_stale(const Descriptor& parent, time_t changed_before) {
  const DirectoryEntries entries = entries_in(parent);
  if (entries == nullptr) return;
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(entries.get()))
    if (std::string_view(entry->d_name).starts_with(kStagingPrefix)) names.emplace_back(entry->d_name);
  for (const std::string& name : names) remove_if_stale(parent, name, changed_before);
}

/// Renames within a folder and never replaces a file or a folder with content: 0 or the error number.
int rename_without_replacing(const Descriptor& parent, const std::string& from, const std::string& to) {
  const int folder = parent.number();
#if defined(__GLIBC__)
  if (::renameat2(folder, from.c_str(), folder, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
#else
  if (::syscall(SYS_renameat2, folder, from.c_str(), folder, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
#endif
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // The file system or the kernel lacks the flag. Where a folder is renamed, rename() itself refuses to replace
  // anything but an empty folder that came since the look; a file that came since would be replaced.
  struct stat facts;
  if (::fstatat(folder, to.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  return ::renameat(folder, from.c_str(), folder, to.c_str()) == 0 ? 0 : errno;
}

}  // namespace

struct StagingDirectory::State {
  std::string parent_path;
  Descriptor parent;
  Descriptor folder;  ///< holds the lock
  std::string name;   ///< "" once published
  std::vector<std::string> files;
  bool complete = true;  ///< no add() failed

  ~State() {
    if (RF_MUTANT(half_a_run_is_left_behind, name.empty(), true)) return;
    for (const std::string& file : files) ::unlinkat(folder.number(), file.c_str(), 0);
    ::unlinkat(parent.number(), name.c_str(), AT_REMOVEDIR);
  }
};

StagingDirectory::StagingDirectory(std::unique_ptr<State> state) : state_(std::move(state)) {}
StagingDirectory::StagingDirectory(StagingDirectory&&) noexcept = default;
StagingDirectory& StagingDirectory::operator=(StagingDirectory&&) noexcept = default;
StagingDirectory::~StagingDirectory() = default;

Result<StagingDirectory> StagingDirectory::create(const std::string& parent) {
  RF_TRY(make_directories(parent));
  auto state = std::make_unique<State>();
  state->parent_path = parent;
  state->parent = open_at(AT_FDCWD, parent, O_RDONLY | O_DIRECTORY);
  if (!state->parent.valid()) return system_failure(Code::kWriteFailed, "cannot open", parent, errno);
  remove_stale(state->parent, ::time(nullptr) - kStaleSeconds);
  for (int tries = 1;; ++tries) {
    state->name = random_staging_name();
    if (!state->name.empty() && ::mkdirat(state->parent.number(), state->name.c_str(), 0777) == 0) break;
    state->name.clear();  // nothing of ours to remove
    if (errno != EEXIST || tries == kNameTries)
      return system_failure(Code::kWriteFailed, "cannot make a folder in", parent, errno);
  }
  state->folder = open_at(state->parent.number(), state->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!state->folder.valid() || !lock(state->folder)) return cannot_write(parent, state->name, errno);
  return StagingDirectory(std::move(state));
}

Result<> StagingDirectory::add(const std::string& name, std::string_view bytes) {
  State& state = *state_;
  if (!is_plain_name(name)) return cannot_write(state.parent_path, name, EINVAL);
  // Noted before it is there: where no memory is left for the name, there is no file to forget.
  state.files.push_back(name);
  Descriptor file = open_at(state.folder.number(), name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0666);
  const int error = file.valid() ? write_and_close(std::move(file), bytes) : errno;
  if (error == 0) return {};
  state.complete = false;
  return cannot_write(state.parent_path, name, error);
}

Result<> StagingDirectory::replace(const std::string& name, std::string_view bytes) {
  State& state = *state_;
  const auto ours = std::find(state.files.begin(), state.files.end(), name);
  if (ours != state.files.end()) {
    if (::unlinkat(state.folder.number(), name.c_str(), 0) != 0) {
      state.complete = false;
      return cannot_write(state.parent_path, name, errno);
    }
    state.files.erase(ours);
  }
  return add(name, bytes);
}

Result<> StagingDirectory::publish(const std::string& name) {
  State& state = *state_;
  if (!is_plain_name(name) || !state.complete) return cannot_write(state.parent_path, name, EINVAL);
  if (const int error = RF_MUTANT(folder_not_synced, sync_descriptor(state.folder.number()), 0); error != 0)
    return cannot_write(state.parent_path, name, error);
  const int error = rename_without_replacing(state.parent, state.name, name);
  // Where the flag is missing, rename() says ENOTEMPTY of a folder and ENOTDIR of a file in the way.
  if (error == EEXIST || error == ENOTEMPTY || error == ENOTDIR)
    return already_there(path_in(state.parent_path, name));
  if (error != 0) return cannot_write(state.parent_path, name, error);
  if (const int unsynced = sync_descriptor(state.parent.number()); unsynced != 0) {
    // Not known to last: taken back, so that a failure leaves nothing.
    if (rename_without_replacing(state.parent, name, state.name) != 0) state.name.clear();
    return cannot_write(state.parent_path, name, unsynced);
  }
  state.name.clear();
  return {};
}

Unfinished::~Unfinished() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

struct FolderLock::State {
  Descriptor folder;
};

FolderLock::FolderLock(std::unique_ptr<State> state) : state_(std::move(state)) {}
FolderLock::FolderLock(FolderLock&&) noexcept = default;
FolderLock& FolderLock::operator=(FolderLock&&) noexcept = default;
FolderLock::~FolderLock() = default;

Result<FolderLock> FolderLock::take(const std::string& directory) {
  Descriptor folder = open_at(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
  if (!folder.valid()) {
    const bool absent = errno == ENOENT || errno == ENOTDIR;
    return system_failure(absent ? Code::kFileNotFound : Code::kWriteFailed, "cannot open", directory, errno);
  }
  while (::flock(folder.number(), LOCK_EX) != 0 && errno == EINTR) {
  }
  // Whoever writes here has the lock, so that what is staged is nobody's, however young.
  remove_stale(folder, std::numeric_limits<time_t>::max());
  return FolderLock(std::make_unique<State>(State{std::move(folder)}));
}

namespace {

struct FinalPlace {
  unsigned mode;
  bool may_replace;
};

Result<> write_whole_file(const std::string& path, std::string_view bytes, const FinalPlace& place) {
  if (path.empty() || path.back() == '/' || is_directory(path))
    return Error{Code::kNotAFile, "\"" + path + "\" is a folder, expected a file to write", {{"file", path}}};
  const std::string directory = parent_of(path);
  const std::string name = path.substr(path.find_last_of('/') + 1);
  if (!is_plain_name(name)) return system_failure(Code::kWriteFailed, "cannot write", path, EINVAL);
  struct stat facts;
  const bool is_there = ::lstat(path.c_str(), &facts) == 0;
  if (is_there && !place.may_replace) return already_there(path);
  // Renaming over a device or a pipe would replace it.
  if (is_there && ::stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode))
    return Error{Code::kNotAFile, "\"" + path + "\" is not a regular file", {{"file", path}}};
  const Descriptor parent = open_at(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
  if (!parent.valid()) return system_failure(Code::kWriteFailed, "cannot write", path, errno);
  const std::string staged = random_staging_name();
  Descriptor file = staged.empty() ? Descriptor()
                                   : open_at(parent.number(), staged, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                                             place.mode);
  if (!file.valid()) return system_failure(Code::kWriteFailed, "cannot write", path, errno);
  lock(file);
  int error = write_and_close(std::move(file), bytes);
  if (error == 0 && place.may_replace &&
      ::renameat(parent.number(), staged.c_str(), parent.number(), name.c_str()) != 0)
    error = errno;
  if (error == 0 && !place.may_replace) error = rename_without_replacing(parent, staged, name);
  if (error != 0) {
    ::unlinkat(parent.number(), staged.c_str(), 0);
    if (error == EEXIST) return already_there(path);
    return system_failure(Code::kWriteFailed, "cannot write", path, error);
  }
  if (const int unsynced = sync_descriptor(parent.number()); unsynced != 0)
    return system_failure(Code::kWriteFailed, "cannot write", path, unsynced);
  return {};
}

}  // namespace

Result<> write_file_atomically(const std::string& path, std::string_view bytes) {
  return write_whole_file(path, bytes, {0666, true});
}

Result<> write_new_file(const std::string& path, std::string_view bytes) {
  return write_whole_file(path, bytes, {0666, false});
}

Result<> write_secret_file(const std::string& path, std::string_view bytes) {
  return write_whole_file(path, bytes, {0600, false});
}

}  // namespace rf::core
