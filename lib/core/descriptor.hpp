// SPDX-License-Identifier: MIT
// Helpers that reading, writing and staging share: a descriptor that closes itself, writing all bytes, and
// messages for system errors. Private to core/file.cpp and core/staging.cpp.
#pragma once

#include <dirent.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.hpp"

namespace rf::core {

/// Repeats a system call as long as a signal interrupts it, and returns its result.
template <class Call>
auto retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

/// Owns an open descriptor, or none (-1).
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  bool valid() const { return number_ >= 0; }
  int number() const { return number_; }
  /// Passes the open descriptor to the caller, who closes it.
  int release() { return std::exchange(number_, -1); }
  /// Returns 0 or the error number. The descriptor is closed in either case.
  int close();

 private:
  int number_;
};

/// openat(), repeated if a signal interrupts it; `directory` may be AT_FDCWD. errno is set when the result is
/// invalid.
Descriptor open_at(int directory, const std::string& name, int flags, unsigned mode = 0);

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using DirectoryEntries = std::unique_ptr<DIR, CloseDirectory>;

/// The entries of an open folder, from the first one on. Null, with errno set, if the folder cannot be read.
DirectoryEntries entries_of(Descriptor directory);

/// The next entry other than "." and "..". Null at the end (errno is 0) or if reading fails (errno is the
/// error number).
const dirent* next_entry(const DirectoryEntries& entries);

/// Writes all bytes: 0 or the error number. Beyond the file size limit (RLIMIT_FSIZE) the error is EFBIG if
/// the process ignores SIGXFSZ; otherwise that signal ends the process.
int write_all(const Descriptor& file, std::string_view bytes);

/// Writes all bytes, fsyncs and closes: 0 or the error number.
int write_and_close(Descriptor file, std::string_view bytes);

/// fsync of a file or folder: 0 or the error number. If the file system cannot fsync a folder, that counts as
/// success.
int sync_descriptor(int descriptor);

/// Makes the entries of a folder durable: 0 or the error number. A folder that is writable but not readable
/// cannot be opened for fsync; it is left as it is and the result is 0.
int sync_directory(const std::string& path);

/// "a/b" for "a/b/c", "/" for "/c", "." for "c"; trailing slashes are ignored.
std::string parent_of(std::string path);

/// The system's description of an error number, independent of the locale.
std::string system_reason(int error_number);

/// `<verb> "<path>": <reason>` with the path as detail "file". The code is OUT_OF_MEMORY instead of `code` if
/// that is the reason.
Error system_failure(Code code, std::string_view verb, const std::string& path, int error_number);

/// `.runforge-<16 hexadecimal digits>`, or "" if the system provides no random bytes (errno is set).
std::string random_staging_name();

/// The prefix of every staging name.
inline constexpr std::string_view kStagingPrefix = ".runforge-";

/// Whether the name is not empty, not "." or "..", and contains no slash and no NUL.
bool is_plain_name(std::string_view name);

}  // namespace rf::core
