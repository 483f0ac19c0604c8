// SPDX-License-Identifier: MIT
// Output by plain system calls: every byte is written or the failure is known. Pinned by
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
#include <string>

#include "failure.hpp"
#include "terminal/interrupt.hpp"

namespace rf::tool {
namespace {

constexpr int kIoStatus = 4;

std::string system_text(int error_number) {
  char buffer[128];
  return strerror_r(error_number, buffer, sizeof buffer);
}

/// 0, or the error number of the write that failed.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR || interrupted()) {
      return errno;
    }
  }
  return 0;
}

/// The file that the path stands for when symbolic links are followed; the path itself where there is none
/// yet.
std::string resolved(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  if (!real) return path;
  const std::string result = real;
  std::free(real);
  return result;
}

}  // namespace

void secure_standard_descriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    // The lowest free number is the closed one; opened so that using it the usual way fails.
    if (::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) < 0) return;
  }
  std::signal(SIGPIPE, SIG_IGN);
}

int end_by_closed_pipe() {
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
  return 128 + SIGPIPE;  // where the signal is blocked
}

void write_stdout(std::string_view text) {
  const int error_number = write_all(STDOUT_FILENO, text);
  if (error_number == EINTR) throw Failure{6, "CANCELLED", "cancelled while writing standard output"};
  if (error_number == EPIPE) throw ClosedPipe();
  if (error_number != 0)
    throw Failure{kIoStatus, "WRITE_FAILED", "standard output: cannot write: " + system_text(error_number)};
}

void write_stderr(std::string_view text) {
  write_all(STDERR_FILENO, text);
}

std::string read_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    throw Failure{kIoStatus, errno == ENOENT ? "FILE_NOT_FOUND" : "READ_FAILED",
                  path + ": cannot open: " + system_text(errno)};
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
    if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
    if (got > 0 || (got < 0 && errno == EINTR && !interrupted())) continue;
    const int error_number = got < 0 ? errno : 0;
    ::close(descriptor);
    if (error_number != 0)
      throw Failure{kIoStatus, "READ_FAILED", path + ": cannot read: " + system_text(error_number)};
    return text;
  }
}

OutputFile::OutputFile(const std::string& path) : shown_path_(path), final_path_(resolved(path)) {
  struct stat facts;
  const bool exists = ::stat(final_path_.c_str(), &facts) == 0;
  if (exists && S_ISDIR(facts.st_mode)) fail("write", EISDIR);
  if (exists && !S_ISREG(facts.st_mode)) {
    descriptor_ = ::open(final_path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail("open", errno);
    return;
  }
  if (exists && ::access(final_path_.c_str(), W_OK) != 0) fail("write", errno);
  const std::size_t slash = final_path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : final_path_.substr(0, slash + 1);
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    const std::string staged =
        folder + ".runforge-" + std::to_string(::getpid()) + "-" + std::to_string(attempt) + ".tmp";
    descriptor_ =
        ::open(staged.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, exists ? facts.st_mode & 0777 : 0666);
    if (descriptor_ >= 0) staged_path_ = staged;
    if (descriptor_ < 0 && (errno != EEXIST || attempt == 100)) fail("create", errno);
  }
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!staged_path_.empty()) ::unlink(staged_path_.c_str());
}

void OutputFile::write(std::string_view text) {
  if (const int error_number = write_all(descriptor_, text); error_number != 0) fail("write", error_number);
}

void OutputFile::commit() {
  const bool staged = !staged_path_.empty();
  if (staged && ::fsync(descriptor_) != 0) fail("write", errno);
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) fail("write", errno);
  if (staged && ::rename(staged_path_.c_str(), final_path_.c_str()) != 0) fail("create", errno);
  staged_path_.clear();
}

void OutputFile::fail(const char* action, int error_number) const {
  if (error_number == EINTR) throw Failure{6, "CANCELLED", "cancelled while writing " + shown_path_};
  throw Failure{kIoStatus, "WRITE_FAILED",
                shown_path_ + ": cannot " + action + ": " + system_text(error_number)};
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat first, second;
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

bool is_directory(const std::string& path) {
  struct stat facts;
  return ::stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

bool file_exists(const std::string& path) {
  struct stat facts;
  return ::lstat(path.c_str(), &facts) == 0;
}

}  // namespace rf::tool
