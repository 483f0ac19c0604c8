// SPDX-License-Identifier: MIT
// Output by plain system calls: every byte is written, or the failure is known. Pinned by
// tests/clients/output_test.py (closed and full standard output, --out in full and unwritable places).
#include "output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "failure.hpp"
#include "runforge/runforge.h"
#include "terminal/interrupt.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

constexpr int kIoStatus = 4;
constexpr int kLimitStatus = 10;
constexpr std::size_t kMostBytes = std::size_t{256} << 20;

std::string system_text(int error_number) {
  char buffer[128];
  return strerror_r(error_number, buffer, sizeof buffer);
}

/// Returns 0, or the error number of the write that failed.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = retried([&] { return ::write(descriptor, text.data(), text.size()); });
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// Returns 0, or the error number. Follows links.
int look_at(const std::string& path, struct stat& facts) {
  return retried([&] { return ::stat(path.c_str(), &facts); }) == 0 ? 0 : errno;
}

/// The same for the path itself.
int look_at_itself(const std::string& path, struct stat& facts) {
  return retried([&] { return ::lstat(path.c_str(), &facts); }) == 0 ? 0 : errno;
}

/// Whether the system reports that nothing exists there.
bool is_absent(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR;
}

[[noreturn]] void fail_to_look(const std::string& path, int error_number) {
  if (error_number == EINTR) throw Failure{6, "CANCELLED", "cancelled"};
  throw Failure{kIoStatus, "READ_FAILED", path + ": cannot be looked at: " + system_text(error_number)};
}

bool same_inode(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// The descriptor through which the parent of this program lets it write the file, or -1. Replacing the file
/// would cut the parent off from it: `--out /dev/stderr 2>>log`.
int descriptor_of(const struct stat& facts) {
  constexpr int kMostDescriptors = 256;
  for (int descriptor = STDOUT_FILENO; descriptor < kMostDescriptors; ++descriptor) {
    const int flags = ::fcntl(descriptor, F_GETFL);
    struct stat open;
    if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && ::fstat(descriptor, &open) == 0 &&
        same_inode(facts, open))
      return descriptor;
  }
  return -1;
}

}  // namespace

void secure_standard_descriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    // open() returns the lowest free number, which is the closed descriptor. It is opened in the other
    // direction, so that the usual read or write fails.
    if (::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) < 0) return;
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

int end_by_closed_pipe() {
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
  return 128 + SIGPIPE;  // if the signal is blocked
}

void write_stdout(std::string_view text) {
  const int error_number = write_all(STDOUT_FILENO, text);
  if (error_number == EINTR) throw Failure{6, "CANCELLED", "cancelled while writing standard output"};
  if (error_number == EPIPE) throw ClosedPipe();
  if (error_number != 0)
    throw Failure{kIoStatus, "WRITE_FAILED", "standard output: cannot write: " + system_text(error_number)};
}

void write_text(std::string_view text) {
  write_stdout(printable_lines(text));
}

void write_json(std::string_view text) {
  write_stdout(printable_json(text));
}

void write_stderr(std::string_view text) {
  write_all(STDERR_FILENO, text);
}

std::string read_file(const std::string& path) {
  const int descriptor = retried([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
  if (descriptor < 0 && errno == EINTR) throw Failure{6, "CANCELLED", "cancelled"};
  if (descriptor < 0)
    throw Failure{kIoStatus, errno == ENOENT ? "FILE_NOT_FOUND" : "READ_FAILED",
                  path + ": cannot open: " + system_text(errno)};
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t got = retried([&] { return ::read(descriptor, buffer, sizeof buffer); });
    if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > kMostBytes) {
      ::close(descriptor);
      throw Failure{kLimitStatus, "LIMIT_REACHED",
                    path + ": expected at most " + grouped_text(kMostBytes) + " bytes, found more"};
    }
    if (got > 0) continue;
    const int error_number = got < 0 ? errno : 0;
    ::close(descriptor);
    if (error_number == EINTR) throw Failure{6, "CANCELLED", "cancelled"};
    if (error_number != 0)
      throw Failure{kIoStatus, "READ_FAILED", path + ": cannot read: " + system_text(error_number)};
    return text;
  }
}

OutputFile::OutputFile(const std::string& path, Kind kind) : shown_path_(path), kind_(kind) {
  struct stat facts;
  const int looked = look_at(path, facts);
  if (looked != 0 && looked != ENOENT) fail("write", looked);
  if (looked == 0 && S_ISDIR(facts.st_mode)) fail("write", EISDIR);
  const std::string place = place_of(path);
  const int already_open = looked == 0 && kind == Kind::kReplacing ? descriptor_of(facts) : -1;
  if (looked == 0 && kind == Kind::kReplacing && (!S_ISREG(facts.st_mode) || already_open >= 0)) {
    direct_ = already_open >= 0 ? retried([&] { return ::fcntl(already_open, F_DUPFD_CLOEXEC, 0); })
                                : retried([&] { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC); });
    if (direct_ < 0) fail("open", errno);
    return;
  }
  if (looked == 0 && retried([&] { return ::access(place.c_str(), W_OK); }) != 0) fail("write", errno);
  const int error = staged_.create(place, looked == 0 ? facts.st_mode & 0777 : 0666);
  if (error != 0) fail("create", error);
}

OutputFile::~OutputFile() {
  if (direct_ >= 0) ::close(direct_);
}

/// Follows the links. Each must belong to the caller or to root.
std::string OutputFile::place_of(const std::string& path) const {
  constexpr int kMostLinks = 40;
  std::string place = path;
  for (int i = 0; i < kMostLinks; ++i) {
    struct stat facts;
    const int looked = look_at_itself(place, facts);
    if (looked == ENOENT || (looked == 0 && !S_ISLNK(facts.st_mode))) return place;
    if (looked != 0) fail("write", looked);
    if (facts.st_uid != ::geteuid() && facts.st_uid != 0)
      throw Failure{kIoStatus, "WRITE_FAILED",
                    shown_path_ + ": cannot write: " + place + " is a symbolic link of another user"};
    char target[PATH_MAX];
    const ssize_t size = retried([&] { return ::readlink(place.c_str(), target, sizeof target); });
    if (size < 0) fail("write", errno);
    if (static_cast<std::size_t>(size) == sizeof target) fail("write", ENAMETOOLONG);
    const std::string_view leads_to(target, static_cast<std::size_t>(size));
    place = leads_to.starts_with('/') ? std::string(leads_to)
                                      : place.substr(0, place.rfind('/') + 1) + std::string(leads_to);
  }
  fail("write", ELOOP);
}

void OutputFile::write(std::string_view text) {
  const int error_number = write_all(direct_ >= 0 ? direct_ : staged_.descriptor(), text);
  if (error_number != 0) fail("write", error_number);
}

void OutputFile::finish() {
  if (direct_ >= 0 || staged_.descriptor() < 0) return;
  if (const int error_number = staged_.finish(); error_number != 0) fail("write", error_number);
}

void OutputFile::commit() {
  if (direct_ >= 0) {
    const int closed = ::close(direct_);
    direct_ = -1;
    if (closed != 0 && errno != EINTR) fail("write", errno);
    return;
  }
  finish();
  const int error_number = staged_.publish(kind_ == Kind::kReplacing);
  if (error_number == EEXIST)
    throw Failure{RF_E_EXISTS, "ALREADY_EXISTS", "\"" + shown_path_ + "\" is already there"};
  if (error_number != 0)
    fail(staged_.is_published() ? "sync the folder of the finished file" : "create", error_number);
}

void OutputFile::fail(const char* action, int error_number) const {
  if (error_number == EINTR) throw Failure{6, "CANCELLED", "cancelled while writing " + shown_path_};
  if (error_number == EPIPE) throw ClosedPipe();  // the reader of a pipe has had enough
  throw Failure{kIoStatus, "WRITE_FAILED",
                "\"" + shown_path_ + "\": cannot " + action + ": " + system_text(error_number)};
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat facts[2];
  const std::string* const paths[] = {&a, &b};
  for (int i = 0; i < 2; ++i) {
    const int looked = look_at(*paths[i], facts[i]);
    if (is_absent(looked)) return false;
    if (looked != 0) fail_to_look(*paths[i], looked);
  }
  return same_inode(facts[0], facts[1]);
}

bool is_file_of_standard_input(const std::string& path) {
  struct stat named, input;
  return look_at(path, named) == 0 && S_ISREG(named.st_mode) && ::fstat(STDIN_FILENO, &input) == 0 &&
         same_inode(named, input);
}

bool is_file_in(const std::string& path, const std::string& folder) {
  struct stat facts;
  if (look_at(path, facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  if (real == nullptr) return false;
  const std::string_view place = real.get();
  return same_file(std::string(place.substr(0, place.rfind('/') + 1)), folder);
}

bool is_directory(const std::string& path) {
  struct stat facts;
  const int looked = look_at(path, facts);
  if (looked != 0 && !is_absent(looked)) fail_to_look(path, looked);
  return looked == 0 && S_ISDIR(facts.st_mode);
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

bool is_run_directory(const std::string& folder) {
  return file_exists(folder + "/run.json") && file_exists(folder + "/SHA256SUMS");
}

void refuse_run_directory(const char* flag, const std::string& place, const std::string& folder) {
  if (is_run_directory(folder))
    throw usage_failure(std::string(flag) + " " + place +
                        ": this is in a run directory, which must stay as it is; choose another folder");
}

bool file_exists(const std::string& path) {
  struct stat facts;
  const int looked = look_at_itself(path, facts);
  if (looked != 0 && !is_absent(looked)) fail_to_look(path, looked);
  return looked == 0;
}

void remove_file(const std::string& path) {
  int result = ::unlink(path.c_str());
  while (result != 0 && errno == EINTR) result = ::unlink(path.c_str());
}

}  // namespace rf::tool
