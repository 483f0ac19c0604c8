// SPDX-License-Identifier: MIT
// The fault-injecting twin of core/staging and core/file: the linker puts the functions below in place of the
// system calls (--wrap, see CMakeLists.txt), and every call of a publication fails in turn.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/file.hpp"
#include "unit/core/temporary_folder.hpp"

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
};
Faults faults;

bool makes_bytes(const std::string& call) {
  return !call.starts_with("rename") && !call.starts_with("close");
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
ssize_t __real_getrandom(void* bytes, size_t size, unsigned flags);

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
  return __real_flock(file, operation);
}

ssize_t __wrap_getrandom(void* bytes, size_t size, unsigned flags) {
  return fails("getrandom") ? -1 : __real_getrandom(bytes, size, flags);
}
}

namespace rf::core {
namespace {

namespace fs = std::filesystem;

const std::string kBytes(10000, 'b');

Result<> publish(const std::string& parent) {
  RF_ASSIGN(StagingDirectory staging, StagingDirectory::create(parent));
  RF_TRY(staging.add("a.json", "{}"));
  RF_TRY(staging.add("b.bin", kBytes));
  return staging.publish("run");
}

class StagingFaults : public testing::Test {
 protected:
  void SetUp() override { faults = Faults{}; }
  void TearDown() override { faults = Faults{}; }

  /// The calls of an undisturbed `action`.
  template <class Action>
  static std::vector<std::string> calls_of(Action action) {
    faults = Faults{};
    EXPECT_TRUE(action().ok());
    return faults.calls;
  }
};

/// What is opened or closed only to look for leftovers may fail unnoticed.
bool may_fail_unnoticed(const std::vector<std::string>& calls, std::size_t i) {
  if (calls[i] == "openat .") return true;
  // Only the close after a write tells something about the bytes: it follows write and fsync.
  return calls[i] == "close" && !(i >= 2 && calls[i - 1] == "fsync" && calls[i - 2] == "write");
}

void expect_nothing_left(const std::string& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    EXPECT_EQ(entry.path().filename(), "out") << "left behind: " << entry.path();
}

TEST_F(StagingFaults, EveryFailingCallFailsThePublicationAndLeavesNothing) {
  const TemporaryFolder reference;
  const std::vector<std::string> calls = calls_of([&] { return publish(reference.path("out")); });
  ASSERT_GT(calls.size(), 15u);
  std::size_t n_failed = 0;
  for (const int error : {ENOSPC, EIO, EDQUOT})
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const TemporaryFolder folder;
      faults = Faults{};
      faults.failing_call = i;
      faults.error = error;
      const Result<> result = publish(folder.path("out"));
      faults = Faults{};
      const std::string what = "call " + std::to_string(i) + ", " + calls[i];
      if (may_fail_unnoticed(calls, i)) {
        EXPECT_TRUE(result.ok()) << what;
        continue;
      }
      ++n_failed;
      ASSERT_FALSE(result.ok()) << what;
      EXPECT_EQ(result.error().code, Code::kWriteFailed) << what;
      const std::string reason = error == ENOSPC   ? "No space left on device"
                                 : error == EDQUOT ? "Disk quota exceeded"
                                                   : "Input/output error";
      EXPECT_TRUE(result.error().message.ends_with(": " + reason)) << what << ": " << result.error().message;
      expect_nothing_left(folder.path());
    }
  EXPECT_GE(n_failed, 3u * 12);
}

TEST_F(StagingFaults, AFullDiskFailsThePublicationAndLeavesNothing) {
  const TemporaryFolder reference;
  const std::vector<std::string> calls = calls_of([&] { return publish(reference.path("out")); });
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (!makes_bytes(calls[i])) continue;
    const TemporaryFolder folder;
    faults = Faults{};
    faults.failing_call = i;
    faults.and_all_after = true;
    faults.error = ENOSPC;
    const Result<> result = publish(folder.path("out"));
    faults = Faults{};
    ASSERT_FALSE(result.ok()) << "call " << i << ", " << calls[i];
    EXPECT_EQ(result.error().code, Code::kWriteFailed);
    expect_nothing_left(folder.path());
  }
}

TEST_F(StagingFaults, EveryFileAndFolderIsSyncedBeforeTheRenameAndTheParentAfterIt) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directories(folder.path("out")).ok());
  const std::vector<std::string> calls = calls_of([&] { return publish(folder.path("out")); });
  int before = 0, after = 0;
  bool renamed = false;
  for (const std::string& call : calls) {
    if (call == "renameat2") renamed = true;
    if (call == "fsync") ++(renamed ? after : before);
  }
  EXPECT_EQ(before, 3);  // two files and their folder
  EXPECT_EQ(after, 1);
}

TEST_F(StagingFaults, ShortAndInterruptedWritesAreCarriedOn) {
  const TemporaryFolder folder;
  faults.short_writes = true;
  faults.interrupt = true;
  EXPECT_TRUE(publish(folder.path()).ok());
  EXPECT_TRUE(write_file_atomically(folder.path("file"), kBytes).ok());
  EXPECT_GT(faults.calls.size(), 40u);
  faults = Faults{};
  EXPECT_EQ(*read_file(folder.path("run/b.bin")), kBytes);
  EXPECT_EQ(*read_file(folder.path("file")), kBytes);
}

TEST_F(StagingFaults, WithoutTheRenameFlagNothingIsReplacedEither) {
  for (const int error : {EINVAL, ENOSYS}) {
    const TemporaryFolder folder;
    fs::create_directory(folder.path("empty"));
    fs::create_directory(folder.path("full"));
    folder.write("full/file", "old");
    folder.write("file", "old");
    faults.rename_flag_error = error;
    StagingDirectory staging = *StagingDirectory::create(folder.path());
    ASSERT_TRUE(staging.add("a.json", "{}").ok());
    for (const char* name : {"empty", "full", "file"})
      EXPECT_EQ(staging.publish(name).error().code, Code::kAlreadyExists) << name;
    EXPECT_TRUE(staging.publish("run").ok());
    EXPECT_EQ(*read_file(folder.path("run/a.json")), "{}");
    EXPECT_EQ(*read_file(folder.path("full/file")), "old");
  }
}

// Its owner publishes an old staging folder between the look at it and the lock.
TEST_F(StagingFaults, AFolderPublishedWhileItIsJudgedStaleStays) {
  const TemporaryFolder folder;
  fs::create_directory(folder.path(".runforge-slow"));
  folder.write(".runforge-slow/a.json", "{}");
  fs::last_write_time(folder.path(".runforge-slow"),
                      fs::file_time_type::clock::now() - std::chrono::hours(48));
  faults.before_lock = [&] { fs::rename(folder.path(".runforge-slow"), folder.path("run")); };
  ASSERT_TRUE(StagingDirectory::create(folder.path()).ok());
  EXPECT_FALSE(faults.before_lock) << "nobody asked for the lock";
  EXPECT_TRUE(fs::exists(folder.path("run/a.json")));
}

TEST_F(StagingFaults, AFileIsReplacedWholeOrNotAtAll) {
  const TemporaryFolder reference;
  const auto calls = calls_of([&] { return write_file_atomically(reference.path("file"), kBytes); });
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const TemporaryFolder folder;
    folder.write("file", "old");
    faults = Faults{};
    faults.failing_call = i;
    faults.error = ENOSPC;
    const Result<> result = write_file_atomically(folder.path("file"), kBytes);
    faults = Faults{};
    std::size_t n_entries = 0;
    for (const auto& entry : fs::directory_iterator(folder.path())) n_entries += entry.exists() ? 1 : 0;
    EXPECT_EQ(n_entries, 1u) << calls[i];
    const std::string content = *read_file(folder.path("file"));
    EXPECT_TRUE(content == "old" || content == kBytes) << calls[i];
    if (may_fail_unnoticed(calls, i)) {
      EXPECT_TRUE(result.ok()) << calls[i];
    } else {
      ASSERT_FALSE(result.ok()) << calls[i];
      EXPECT_EQ(result.error().code, Code::kWriteFailed) << calls[i];
    }
  }
}

}  // namespace
}  // namespace rf::core
