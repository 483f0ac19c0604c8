// SPDX-License-Identifier: MIT
// The folder's marker is written and locked before the file is made, and removed after the file, so that the
// library can clear what a killed command left. Pinned by tests/clients/staging_test.py.
#include "staged_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string_view>

namespace rf::tool {
namespace {

constexpr int kNameTries = 16;
constexpr const char* kMarker = "RUNFORGE_STAGING";
constexpr const char* kFile = "0.new";
/// The whole marker: its fixed beginning, and the one file name that is made.
constexpr std::string_view kMarkerText =
    "RunForge staging 1\n"
    "A command of RunForge was writing here. Unless it still is, this folder may be removed. It made:\n"
    "0.new\n";

/// For calls that must be completed whether or not a signal came.
template <class Call>
auto insisted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

/// Whether nothing of that name exists any more.
bool remove_in(int folder, const char* name, int flags) {
  return insisted([&] { return ::unlinkat(folder, name, flags); }) == 0 || errno == ENOENT;
}

/// A Linux system call for which not every C library has a function.
int rename_without_replacing(int from_folder, const char* from, int to_folder, const char* to) {
  constexpr unsigned kNoReplace = 1;
  return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, kNoReplace));
}

int sync(int descriptor) {
  const int result = retried([&] { return ::fsync(descriptor); });
  return result == 0 || errno == EINVAL || errno == EROFS ? 0 : errno;
}

/// Linux closes the descriptor even if close() is interrupted.
int close_file(int& descriptor) {
  const int result = descriptor < 0 ? 0 : ::close(descriptor);
  descriptor = -1;
  return result == 0 || errno == EINTR ? 0 : errno;
}

/// ".runforge-" and 16 digits; empty, with errno set, if the system has no random bytes.
std::string random_name() {
  unsigned char bytes[8];
  const ssize_t n_bytes = retried([&] { return ::getrandom(bytes, sizeof bytes, 0); });
  if (n_bytes >= 0 && n_bytes != sizeof bytes) errno = EIO;
  if (n_bytes != sizeof bytes) return "";
  std::string name = ".runforge-";
  for (const unsigned char byte : bytes) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name;
}

}  // namespace

StagedFile::~StagedFile() {
  close_file(file_);
  // The marker is removed after the file it describes. A folder that could not be opened is empty.
  if (!name_.empty() && (folder_ < 0 || (remove_in(folder_, kFile, 0) && remove_in(folder_, kMarker, 0))))
    remove_in(parent_, name_.c_str(), AT_REMOVEDIR);
  close_file(marker_);
  close_file(folder_);
  close_file(parent_);
}

int StagedFile::create(const std::string& place, mode_t mode) {
  const std::size_t slash = place.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : place.substr(0, slash + 1);
  target_ = slash == std::string::npos ? place : place.substr(slash + 1);
  parent_ = retried([&] { return ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (parent_ < 0) return errno;
  if (const int error = make_folder(); error != 0) return error;
  if (const int error = write_marker(); error != 0) return error;
  file_ = retried(
      [&] { return ::openat(folder_, kFile, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode); });
  return file_ < 0 ? errno : 0;
}

int StagedFile::make_folder() {
  for (int tries = 1;; ++tries) {
    std::string name = random_name();
    if (name.empty()) return errno;
    if (retried([&] { return ::mkdirat(parent_, name.c_str(), 0777); }) == 0) {
      name_ = std::move(name);
      break;
    }
    if (errno != EEXIST || tries == kNameTries) return errno;
  }
  folder_ = retried(
      [&] { return ::openat(parent_, name_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); });
  return folder_ < 0 ? errno : 0;
}

/// Writes the marker whole and to disk before anything else is made.
int StagedFile::write_marker() {
  marker_ = retried(
      [&] { return ::openat(folder_, kMarker, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666); });
  if (marker_ < 0) return errno;
  // A file system without locks excludes nobody.
  if (retried([&] { return ::flock(marker_, LOCK_EX | LOCK_NB); }) != 0 && errno != ENOSYS &&
      errno != EOPNOTSUPP && errno != EINVAL && errno != EBADF && errno != ENOLCK)
    return errno;
  for (std::string_view text = kMarkerText; !text.empty();) {
    const ssize_t n_bytes = retried([&] { return ::write(marker_, text.data(), text.size()); });
    if (n_bytes <= 0) return n_bytes < 0 ? errno : EIO;
    text.remove_prefix(static_cast<std::size_t>(n_bytes));
  }
  if (const int error = sync(marker_); error != 0) return error;
  return sync(folder_);
}

int StagedFile::finish() {
  if (const int error = sync(file_); error != 0) return error;
  return close_file(file_);
}

int StagedFile::move(bool replaces) const {
  const char* const target = target_.c_str();
  if (!replaces) {
    if (retried([&] { return rename_without_replacing(folder_, kFile, parent_, target); }) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // The file system or the kernel lacks the flag.
    struct stat facts;
    if (retried([&] { return ::fstatat(parent_, target, &facts, AT_SYMLINK_NOFOLLOW); }) == 0) return EEXIST;
    if (errno != ENOENT) return errno;
  }
  return retried([&] { return ::renameat(folder_, kFile, parent_, target); }) == 0 ? 0 : errno;
}

int StagedFile::publish(bool replaces) {
  if (const int error = move(replaces); error != 0) return error;
  published_ = true;
  const int unsynced = sync(parent_);
  if (unsynced != 0 && !replaces)
    published_ = insisted([&] { return ::unlinkat(parent_, target_.c_str(), 0); }) != 0;
  return unsynced;
}

}  // namespace rf::tool
