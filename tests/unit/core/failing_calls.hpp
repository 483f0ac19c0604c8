// SPDX-License-Identifier: MIT
// System calls that fail on demand: the linker puts the functions below in place of the system's (--wrap, see
// CMakeLists.txt). Included once, by staging_faults_test.cpp.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace {

/// Which calls fail, and what has been called.
struct Faults {
  std::vector<std::string> calls;
  std::size_t failing_call = SIZE_MAX;  ///< number of the call that fails
  bool and_all_after = false;           ///< writes, syncs and creations after it fail too, as on a full disk
  int error = 0;
  bool short_writes = false;
  bool interrupt = false;  ///< every other write and fsync is interrupted
  int rename_flag_error = 0;
  std::function<void()> before_lock;
  int link_error = 0;               ///< of every linkat
  int removals_until_failure = -1;  ///< at 0 the next removal fails
};
Faults faults;

bool makes_bytes(const std::string& call) {
  return !call.starts_with("rename") && !call.starts_with("close") && !call.starts_with("look");
}

bool fails(const std::string& call) {
  faults.calls.push_back(call);
  const std::size_t number = faults.calls.size() - 1;
  const bool now = number == faults.failing_call;
  const bool after = faults.and_all_after && number > faults.failing_call && makes_bytes(call);
  if (now || after) errno = faults.error;
  return now || after;
}

bool interrupts() {
  if (!faults.interrupt || faults.calls.size() % 2 == 0) return false;
  errno = EINTR;
  return true;
}

}  // namespace

extern "C" {
int __real_openat(int directory, const char* name, int flags, ...);
ssize_t __real_write(int file, const void* bytes, size_t size);
int __real_fsync(int file);
int __real_close(int file);
int __real_mkdir(const char* path, mode_t mode);
int __real_mkdirat(int directory, const char* name, mode_t mode);
int __real_renameat2(int from_directory, const char* from, int to_directory, const char* to, unsigned flags);
int __real_renameat(int from_directory, const char* from, int to_directory, const char* to);
int __real_flock(int file, int operation);
int __real_linkat(int from_directory, const char* from, int to_directory, const char* to, int flags);
ssize_t __real_getrandom(void* bytes, size_t size, unsigned flags);
int __real_unlinkat(int directory, const char* name, int flags);
int __real_stat(const char* path, struct stat* facts);
int __real_lstat(const char* path, struct stat* facts);
int __real_fstat(int file, struct stat* facts);
int __real_fstatat(int directory, const char* name, struct stat* facts, int flags);
dirent* __real_readdir(DIR* directory);

int __wrap_openat(int directory, const char* name, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  if (fails(std::string("openat ") + name)) return -1;
  return __real_openat(directory, name, flags, mode);
}

ssize_t __wrap_write(int file, const void* bytes, size_t size) {
  if (fails("write") || interrupts()) return -1;
  return __real_write(file, bytes, faults.short_writes && size > 1 ? size / 2 : size);
}

int __wrap_fsync(int file) {
  return fails("fsync") || interrupts() ? -1 : __real_fsync(file);
}

int __wrap_close(int file) {
  const int result = __real_close(file);
  return fails("close") ? -1 : result;
}

int __wrap_mkdir(const char* path, mode_t mode) {
  return fails("mkdir") ? -1 : __real_mkdir(path, mode);
}

int __wrap_mkdirat(int directory, const char* name, mode_t mode) {
  return fails("mkdirat") ? -1 : __real_mkdirat(directory, name, mode);
}

int __wrap_renameat2(int from_directory, const char* from, int to_directory, const char* to, unsigned flags) {
  if (fails("renameat2")) return -1;
  if (faults.rename_flag_error != 0) {
    errno = faults.rename_flag_error;
    return -1;
  }
  return __real_renameat2(from_directory, from, to_directory, to, flags);
}

int __wrap_renameat(int from_directory, const char* from, int to_directory, const char* to) {
  return fails("renameat") ? -1 : __real_renameat(from_directory, from, to_directory, to);
}

int __wrap_flock(int file, int operation) {
  if (faults.before_lock) std::exchange(faults.before_lock, nullptr)();
  return fails("flock") ? -1 : __real_flock(file, operation);
}

int __wrap_linkat(int from_directory, const char* from, int to_directory, const char* to, int flags) {
  if (faults.link_error != 0) errno = faults.link_error;
  return fails("linkat") || faults.link_error != 0
             ? -1
             : __real_linkat(from_directory, from, to_directory, to, flags);
}

int __wrap_unlinkat(int directory, const char* name, int flags) {
  if (faults.removals_until_failure-- != 0) return __real_unlinkat(directory, name, flags);
  errno = EIO;
  return -1;
}

int __wrap_stat(const char* path, struct stat* facts) {
  return fails("look stat") ? -1 : __real_stat(path, facts);
}

int __wrap_lstat(const char* path, struct stat* facts) {
  return fails("look lstat") ? -1 : __real_lstat(path, facts);
}

int __wrap_fstat(int file, struct stat* facts) {
  return fails("look fstat") ? -1 : __real_fstat(file, facts);
}

int __wrap_fstatat(int directory, const char* name, struct stat* facts, int flags) {
  return fails("look fstatat") ? -1 : __real_fstatat(directory, name, facts, flags);
}

dirent* __wrap_readdir(DIR* directory) {
  return fails("look readdir") ? nullptr : __real_readdir(directory);
}

ssize_t __wrap_getrandom(void* bytes, size_t size, unsigned flags) {
  return fails("getrandom") ? -1 : __real_getrandom(bytes, size, flags);
}
}
