// SPDX-License-Identifier: MIT
// Writes files so that nothing half done looks finished: everything is made in a staging folder
// (core/staging_folder.hpp) in the destination's folder and then moved by a rename. All steps go through
// descriptors of the two folders, so a change of the working directory in another thread does not matter.
// Pinned by tests/unit/core/staging_test.cpp, and by staging_faults_test.cpp with every system call failing
// in turn.
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>

#include "core/descriptor.hpp"
#include "core/file.hpp"
#include "core/mutant.hpp"
#include "core/staging_folder.hpp"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

namespace rf::core {
namespace {

Error already_there(const std::string& path) {
  return {Code::kAlreadyExists, "\"" + path + "\" is already there", {{"file", path}}};
}

/// A name in an open folder.
struct Place {
  const Descriptor& folder;
  const std::string& name;
};

/// 0 or the error number.
int move(const Place& from, const Place& to) {
  return retried([&] {
           return ::renameat(from.folder.number(), from.name.c_str(), to.folder.number(), to.name.c_str());
         }) == 0
             ? 0
             : errno;
}

/// Never replaces a file or a folder with content: 0 or the error number.
int move_without_replacing(const Place& from, const Place& to) {
  const int result = static_cast<int>(retried([&] {
#if defined(__GLIBC__)
    return ::renameat2(from.folder.number(), from.name.c_str(), to.folder.number(), to.name.c_str(),
                       RENAME_NOREPLACE);
#else
    return ::syscall(SYS_renameat2, from.folder.number(), from.name.c_str(), to.folder.number(),
                     to.name.c_str(), RENAME_NOREPLACE);
#endif
  }));
  if (result == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // The file system or the kernel does not support RENAME_NOREPLACE. The check below and rename() are two
  // steps, and something may be created at `to` in between. Then rename() of a folder fails, unless it is an
  // empty folder, and rename() of a file replaces a file.
  struct stat facts;
  const int looked = look_at(to.folder, to.name, facts);
  if (looked != ENOENT) return looked == 0 ? EEXIST : looked;
  return move(from, to);
}

/// 0 or the error number.
int remove_file(const Place& place) {
  return retried([&] { return ::unlinkat(place.folder.number(), place.name.c_str(), 0); }) == 0 ? 0 : errno;
}

Descriptor create_in(const Descriptor& folder, const std::string& name, unsigned mode) {
  return open_at(folder.number(), name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
}

}  // namespace

struct StagingDirectory::State {
  std::string parent_path;
  Descriptor parent;
  std::optional<StagingFolder> staging;
  Descriptor run;  ///< the folder that is published
  std::vector<std::string> files;
  bool complete = true;  ///< no add() has failed

  std::string noted(const std::string& name) const { return std::string(StagingFolder::kRun) + "/" + name; }
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
  clear_interrupted(state->parent);
  RF_ASSIGN(StagingFolder staging, StagingFolder::create(state->parent, parent));
  const Descriptor& folder = state->staging.emplace(std::move(staging)).folder();
  const auto failed = [&](int error) {
    return system_failure(Code::kWriteFailed, "cannot make a folder in", parent, error);
  };
  const std::string name = StagingFolder::kRun;
  if (const int error = state->staging->note(name); error != 0) return failed(error);
  if (retried([&] { return ::mkdirat(folder.number(), name.c_str(), 0777); }) != 0) return failed(errno);
  state->run = open_at(folder.number(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!state->run.valid()) return failed(errno);
  return StagingDirectory(std::move(state));
}

Result<> StagingDirectory::add(const std::string& name, std::string_view bytes) {
  State& state = *state_;
  if (!is_plain_name(name)) return cannot_write_in(state.parent_path, name, EINVAL);
  state.files.push_back(name);
  int error = state.staging->note(state.noted(name));
  if (error == 0) {
    Descriptor file = create_in(state.run, name, 0666);
    error = file.valid() ? write_and_close(std::move(file), bytes) : errno;
  }
  if (error == 0) return {};
  state.complete = false;
  return cannot_write_in(state.parent_path, name, error);
}

Result<> StagingDirectory::replace(const std::string& name, std::string_view bytes) {
  State& state = *state_;
  const auto ours = std::find(state.files.begin(), state.files.end(), name);
  if (ours != state.files.end()) {
    if (const int error = remove_file({state.run, name}); error != 0) {
      state.complete = false;
      return cannot_write_in(state.parent_path, name, error);
    }
    state.files.erase(ours);
  }
  return add(name, bytes);
}

Result<> StagingDirectory::publish(const std::string& name) {
  State& state = *state_;
  if (!is_plain_name(name) || !state.complete) return cannot_write_in(state.parent_path, name, EINVAL);
  if (const int error = RF_MUTANT(folder_not_synced, sync_descriptor(state.run.number()), 0); error != 0)
    return cannot_write_in(state.parent_path, name, error);
  const std::string staged = StagingFolder::kRun;
  const int error = move_without_replacing({state.staging->folder(), staged}, {state.parent, name});
  // Without the flag, rename() fails with ENOTEMPTY if a folder is in the way, and with ENOTDIR if a file is.
  if (error == EEXIST || error == ENOTEMPTY || error == ENOTDIR)
    return already_there(path_in(state.parent_path, name));
  if (error != 0) return cannot_write_in(state.parent_path, name, error);
  if (const int unsynced = sync_descriptor(state.parent.number()); unsynced != 0) {
    // The rename may not be durable. It is undone, so that a failure leaves nothing.
    move_without_replacing({state.parent, name}, {state.staging->folder(), staged});
    return cannot_write_in(state.parent_path, name, unsynced);
  }
  return {};
}

struct FileChanges::State {
  struct Change {
    std::string name;
    std::string staged;  ///< "0.new"
    std::string before;  ///< "0.old": the replaced file, kept as long as it may have to be restored
    Kind kind;
    bool is_kept = false;    ///< `before` exists
    bool was_absent = true;  ///< no file was replaced
    bool is_done = false;
  };

  std::string path;
  Descriptor parent;
  std::optional<StagingFolder> staging;
  std::vector<Change> changes;

  std::string shown(const std::string& name) const { return path == "." ? name : path_in(path, name); }
  Error failed(const std::string& name, int error) const {
    return system_failure(Code::kWriteFailed, "cannot write", shown(name), error);
  }

  /// Keeps the existing file under a second name: 0 or the error number. On a file system without hard links
  /// the file cannot be restored.
  int keep(Change& change) {
    const int result = retried([&] {
      return ::linkat(parent.number(), change.name.c_str(), staging->folder().number(), change.before.c_str(),
                      0);
    });
    change.is_kept = result == 0;
    change.was_absent = result != 0 && errno == ENOENT;
    const bool goes_without = errno == ENOENT || errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS ||
                              errno == EMLINK || errno == EXDEV;
    return result == 0 || goes_without ? 0 : errno;
  }

  int put(Change& change) {
    const Place from{staging->folder(), change.staged}, to{parent, change.name};
    if (change.kind != Kind::kReplacing) return move_without_replacing(from, to);
    if (const int error = keep(change); error != 0) return error;
    return move(from, to);
  }

  void take_back() {
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
      if (!change->is_done) continue;
      if (change->is_kept)
        move({staging->folder(), change->before}, {parent, change->name});
      else if (change->was_absent)
        remove_file({parent, change->name});
    }
    sync_descriptor(parent.number());
  }
};

FileChanges::FileChanges(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileChanges::FileChanges(FileChanges&&) noexcept = default;
FileChanges& FileChanges::operator=(FileChanges&&) noexcept = default;
FileChanges::~FileChanges() = default;

Result<FileChanges> FileChanges::begin(const std::string& directory) {
  auto state = std::make_unique<State>();
  state->path = directory;
  state->parent = open_at(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
  if (!state->parent.valid())
    return system_failure(errno == ENOENT ? Code::kFileNotFound : Code::kWriteFailed, "cannot open",
                          directory, errno);
  RF_ASSIGN(StagingFolder staging, StagingFolder::create(state->parent, directory));
  state->staging.emplace(std::move(staging));
  return FileChanges(std::move(state));
}

Result<> FileChanges::stage(const std::string& name, std::string_view bytes, Kind kind) {
  State& state = *state_;
  if (!is_plain_name(name)) return state.failed(name, EINVAL);
  const std::string number = std::to_string(state.changes.size());
  state.changes.push_back({name, number + ".new", number + ".old", kind});
  const std::string& staged = state.changes.back().staged;
  // Both names are noted here, because commit() must not allocate memory: an allocation could fail half-way.
  int error = state.staging->note(staged);
  if (error == 0 && kind == Kind::kReplacing) error = state.staging->note(state.changes.back().before);
  if (error == 0) {
    Descriptor file = create_in(state.staging->folder(), staged, kind == Kind::kSecret ? 0600 : 0666);
    error = file.valid() ? write_and_close(std::move(file), bytes) : errno;
  }
  if (error == 0) return {};
  return state.failed(name, error);
}

Result<> FileChanges::commit() {
  State& state = *state_;
  if (state.changes.empty()) return {};
  for (State::Change& change : state.changes) {
    const int error = state.put(change);
    change.is_done = error == 0;
    if (error == 0) continue;
    state.take_back();
    if (error == EEXIST) return already_there(state.shown(change.name));
    return state.failed(change.name, error);
  }
  if (const int error = sync_descriptor(state.parent.number()); error != 0) {
    state.take_back();
    return state.failed(state.changes.front().name, error);
  }
  return {};
}

void clear_staging(const std::string& directory) {
  const Descriptor folder = open_at(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
  if (folder.valid()) clear_interrupted(folder);
}

struct FolderLock::State {
  explicit State(Descriptor opened) : folder(std::move(opened)) {}
  State(State&&) = delete;
  // Without LOCK_UN, the child of a fork() would keep the lock after this descriptor is closed.
  ~State() {
    retried([&] { return ::flock(folder.number(), LOCK_UN); });
  }

  Descriptor folder;
};

FolderLock::FolderLock(std::unique_ptr<State> state) : state_(std::move(state)) {}
FolderLock::FolderLock(FolderLock&&) noexcept = default;
FolderLock& FolderLock::operator=(FolderLock&&) noexcept = default;
FolderLock::~FolderLock() = default;

Result<FolderLock> FolderLock::take(const std::string& directory, Sharing sharing, Monitor& monitor) {
  constexpr int kPauseMilliseconds = 5;
  constexpr std::chrono::seconds kSilence(1), kPatience(30);
  const bool reads = sharing == Sharing::kReaders;
  const auto failed = [&](const char* verb, int error) {
    const Code code = reads ? Code::kReadFailed : Code::kWriteFailed;
    return system_failure(error == ENOENT || error == ENOTDIR ? Code::kFileNotFound : code, verb, directory,
                          error);
  };
  Descriptor folder = open_at(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
  if (!folder.valid()) return failed(reads ? "cannot read" : "cannot open", errno);
  const auto begun = std::chrono::steady_clock::now();
  while (true) {
    const int error = try_lock(folder, reads ? LOCK_SH : LOCK_EX);
    if (error == 0 || means_no_locks(error)) break;
    if (error != EWOULDBLOCK) return failed("cannot lock", error);
    const auto waited = std::chrono::steady_clock::now() - begun;
    RF_TRY(waited > kSilence ? monitor.report("wait", 0, 0) : monitor.check());
    if (!monitor.can_be_cancelled() && waited > kPatience)
      return failed("another program holds the lock of", EWOULDBLOCK);
    ::poll(nullptr, 0, kPauseMilliseconds);
  }
  return FolderLock(std::make_unique<State>(std::move(folder)));
}

namespace {

Result<> write_whole_file(const std::string& path, std::string_view bytes, FileChanges::Kind kind) {
  const auto failed = [&](int error) {
    return system_failure(Code::kWriteFailed, "cannot write", path, error);
  };
  const Error is_folder{
      Code::kNotAFile, "\"" + path + "\" is a folder, expected a file to write", {{"file", path}}};
  if (path.empty() || path.back() == '/') return is_folder;
  if (!is_plain_name(path.substr(path.find_last_of('/') + 1))) {
    // "." and "..", and names that no file can have
    return path.find('\0') == std::string::npos ? is_folder : failed(EINVAL);
  }
  struct stat facts;
  const int looked = retried([&] { return ::lstat(path.c_str(), &facts); }) == 0 ? 0 : errno;
  if (looked != 0 && looked != ENOENT) return failed(looked);
  if (looked == 0 && kind != FileChanges::Kind::kReplacing)
    return S_ISDIR(facts.st_mode) ? is_folder : already_there(path);
  // Renaming over a device or a pipe would replace it.
  const int followed = retried([&] { return ::stat(path.c_str(), &facts); }) == 0 ? 0 : errno;
  if (followed != 0 && followed != ENOENT) return failed(followed);
  if (followed == 0 && S_ISDIR(facts.st_mode)) return is_folder;
  if (followed == 0 && !S_ISREG(facts.st_mode))
    return Error{Code::kNotAFile, "\"" + path + "\" is not a regular file", {{"file", path}}};
  const std::string directory = parent_of(path);
  const std::string name = path.substr(path.find_last_of('/') + 1);
  Result<FileChanges> changes = FileChanges::begin(directory);
  if (!changes && changes.error().code == Code::kFileNotFound) return failed(ENOENT);
  if (!changes) return std::move(changes).error();
  RF_TRY(changes->stage(name, bytes, kind));
  return changes->commit();
}

}  // namespace

Result<> write_file_atomically(const std::string& path, std::string_view bytes) {
  return write_whole_file(path, bytes, FileChanges::Kind::kReplacing);
}

Result<> write_secret_file(const std::string& path, std::string_view bytes) {
  return write_whole_file(path, bytes, FileChanges::Kind::kSecret);
}

}  // namespace rf::core
