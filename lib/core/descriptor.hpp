// SPDX-License-Identifier: MIT
// Small pieces that reading, writing and staging share: a descriptor that closes itself, writing all bytes,
// and errors of the system put into words. Private to core/file.cpp and core/staging.cpp.
#pragma once

#include <dirent.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.hpp"

namespace rf::core {

/// The result of a system call, made again as long as a signal interrupts it.
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
  /// Gives the descriptor away unclosed.
  int release() { return std::exchange(number_, -1); }
  /// 0, or the error number; closed in any case.
  int close();

 private:
  int number_;
};

/// openat() that a signal does not end; `directory` may be AT_FDCWD. errno is set when the result is invalid.
Descriptor open_at(int directory, const std::string& name, int flags, unsigned mode = 0);

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using DirectoryEntries = std::unique_ptr<DIR, CloseDirectory>;

/// What stands in an open folder, from its first entry on; null with errno when it cannot be read.
DirectoryEntries entries_of(Descriptor directory);

/// The next entry but "." and "..". Null with errno 0 at the end, with the error number where reading fails.
const dirent* next_entry(const DirectoryEntries& entries);

/// Writes all bytes: 0 or the error number. Where a file may not grow as far (RLIMIT_FSIZE) that is EFBIG if
/// the process ignores SIGXFSZ, which otherwise ends it.
int write_all(const Descriptor& file, std::string_view bytes);

/// Writes all bytes, fsyncs and closes: 0 or the error number.
int write_and_close(Descriptor file, std::string_view bytes);

/// fsync of a file or folder: 0 or the error number. A file system that cannot fsync a folder is fine.
int sync_descriptor(int descriptor);

/// Makes the entries of a folder last: 0 or the error number. A folder that may be changed but not read
/// cannot be opened for this and is left alone.
int sync_directory(const std::string& path);

/// "a/b" for "a/b/c", "/" for "/c", "." for "c"; slashes at the end do not count.
std::string parent_of(std::string path);

/// The system's words for an error number, in no locale's language.
std::string system_reason(int error_number);

/// `<verb> "<path>": <reason>` with the path as detail "file". OUT_OF_MEMORY instead of `code` where that is
/// the reason.
Error system_failure(Code code, std::string_view verb, const std::string& path, int error_number);

/// `.runforge-<16 hexadecimal digits>`, or nothing when the system gives no random bytes (errno is set).
std::string random_staging_name();

/// What every staging name starts with.
inline constexpr std::string_view kStagingPrefix = ".runforge-";

/// Neither empty, "." nor "..", without slash and NUL.
bool is_plain_name(std::string_view name);

}  // namespace rf::core
