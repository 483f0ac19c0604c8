// SPDX-License-Identifier: MIT
// The fault-injecting twin of core/staging and core/file: every call of a publication fails in turn
// (failing_calls.hpp).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "core/file.hpp"
#include "unit/core/failing_calls.hpp"
#include "unit/core/temporary_folder.hpp"

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

/// What only looks for leftovers, and what comes once all is in place, may fail unnoticed.
bool may_fail_unnoticed(const std::vector<std::string>& calls, std::size_t i) {
  if (calls[i] == "openat ." || calls[i] == "look readdir") return true;
  if (std::find(calls.begin() + static_cast<std::ptrdiff_t>(i), calls.end(), "fsync") == calls.end())
    return true;
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
  EXPECT_EQ(before, 5);  // the marker and its folder, two files and their folder
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
  const pid_t child = ::fork();
  if (child == 0) {
    StagingDirectory staging = *StagingDirectory::create(folder.path());
    ::_exit(staging.add("a.json", "{}").ok() ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const fs::path left = fs::directory_iterator(folder.path())->path();
  faults.before_lock = [&] { fs::rename(left, folder.path("moved")); };
  ASSERT_TRUE(StagingDirectory::create(folder.path()).ok());
  EXPECT_FALSE(faults.before_lock) << "nobody asked for the lock";
  EXPECT_TRUE(fs::exists(folder.path("moved/run/a.json")));
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
    EXPECT_EQ(*read_file(folder.path("file")), result.ok() ? kBytes : "old") << calls[i];
    if (may_fail_unnoticed(calls, i)) {
      EXPECT_TRUE(result.ok()) << calls[i];
    } else {
      ASSERT_FALSE(result.ok()) << calls[i];
      EXPECT_EQ(result.error().code, Code::kWriteFailed) << calls[i];
    }
  }
}

TEST_F(StagingFaults, ANewFileAndAReplacedOneAreThereBothOrNeither) {
  const auto change = [](const std::string& folder) -> Result<> {
    RF_ASSIGN(FileChanges changes, FileChanges::begin(folder));
    RF_TRY(changes.stage("new", kBytes, FileChanges::Kind::kSecret));
    RF_TRY(changes.stage("file", kBytes, FileChanges::Kind::kReplacing));
    return changes.commit();
  };
  const TemporaryFolder reference;
  reference.write("file", "old");
  const auto calls = calls_of([&] { return change(reference.path()); });
  for (const int error : {ENOSPC, EIO, EACCES})
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const TemporaryFolder folder;
      folder.write("file", "old");
      faults = Faults{};
      faults.failing_call = i;
      faults.error = error;
      const Result<> result = change(folder.path());
      faults = Faults{};
      const std::string what = calls[i] + ", error " + std::to_string(error);
      EXPECT_EQ(result.ok(), may_fail_unnoticed(calls, i)) << what;
      EXPECT_EQ(*read_file(folder.path("file")), result.ok() ? kBytes : "old") << what;
      EXPECT_EQ(fs::exists(folder.path("new")), result.ok()) << what;
      EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), result.ok() ? 2 : 1) << what;
      if (!result.ok()) {
        EXPECT_TRUE(change(folder.path()).ok()) << what;
      }
    }
}

// Whatever a signal interrupts is done again.
TEST_F(StagingFaults, NoInterruptedCallIsAFailure) {
  const auto work = [](const std::string& folder) -> Result<> {
    RF_TRY(publish(folder + "/out"));
    RF_TRY(write_file_atomically(folder + "/file", kBytes));
    RF_TRY(write_secret_file(folder + "/secret", kBytes));
    RF_ASSIGN(const auto entries, list_entries(folder));
    EXPECT_EQ(entries.size(), 3u);
    RF_TRY(read_file(folder + "/file"));
    RF_ASSIGN(const auto held, read_file_if_there(folder + "/file", UINT64_MAX));
    EXPECT_TRUE(held && *held == kBytes);
    RF_TRY(staging_at(folder, ".runforge-0123456789abcdef"));
    Monitor monitor;
    RF_ASSIGN(const FolderLock lock, FolderLock::take(folder, FolderLock::Sharing::kNobody, monitor));
    return {};
  };
  const TemporaryFolder reference;
  const auto calls = calls_of([&] { return work(reference.path()); });
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const TemporaryFolder folder;
    faults = Faults{};
    faults.failing_call = i;
    faults.error = EINTR;
    const Result<> result = work(folder.path());
    faults = Faults{};
    EXPECT_TRUE(result.ok()) << calls[i] << ": " << result.error().message;
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 3) << calls[i];
  }
}

/// The result of `action` when the first `call` that it makes fails.
template <class Action>
auto with_failing(const std::string& call, int error, Action action) {
  faults = Faults{};
  (void)action();
  const auto first = std::find(faults.calls.begin(), faults.calls.end(), call);
  EXPECT_NE(first, faults.calls.end()) << call;
  const auto number = static_cast<std::size_t>(first - faults.calls.begin());
  faults = Faults{};
  faults.failing_call = number;
  faults.error = error;
  auto result = action();
  faults = Faults{};
  return result;
}

// Where a file cannot be given a second name it cannot come back: then the new one stays, whole.
TEST_F(StagingFaults, WithoutSecondNamesNothingIsLostEither) {
  const TemporaryFolder reference;
  reference.write("file", "old");
  faults.link_error = EPERM;
  ASSERT_TRUE(write_file_atomically(reference.path("file"), kBytes).ok());
  const std::vector<std::string> calls = faults.calls;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const TemporaryFolder folder;
    folder.write("file", "old");
    faults = Faults{};
    faults.link_error = EPERM;
    faults.failing_call = i;
    faults.error = EIO;
    const Result<> result = write_file_atomically(folder.path("file"), kBytes);
    faults = Faults{};
    const std::string content = *read_file(folder.path("file"));
    EXPECT_TRUE(content == kBytes || (content == "old" && !result.ok())) << calls[i];
  }
}

// The marker goes last, and only when all else is gone.
TEST_F(StagingFaults, WhatCannotBeRemovedIsStillProvablyOurs) {
  int n_left = 0;
  for (int n = 0; n < 8; ++n) {
    const TemporaryFolder folder;
    {
      StagingDirectory staging = *StagingDirectory::create(folder.path());
      ASSERT_TRUE(staging.add("a.json", "{}").ok() && staging.add("b.json", "{}").ok());
      faults.removals_until_failure = n;
    }
    faults = Faults{};
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      ++n_left;
      EXPECT_EQ(*staging_at(folder.path(), entry.path().filename()), Staging::kInterrupted) << n;
    }
    clear_staging(folder.path());
    for (const auto& entry : fs::directory_iterator(folder.path())) EXPECT_TRUE(fs::is_empty(entry)) << n;
  }
  EXPECT_EQ(n_left, 5) << "two files, their folder, the marker and the staging folder";
}

// Only ENOENT says that there is nothing.
TEST_F(StagingFaults, ALookThatFailsIsNotAnAbsence) {
  const TemporaryFolder folder;
  folder.write("file", "old");
  const std::string file = folder.path("file");
  for (const int error : {EIO, EACCES, EMFILE}) {
    for (const char* call : {"look fstatat", "look readdir"}) {
      const auto entries = with_failing(call, error, [&] { return list_entries(folder.path()); });
      ASSERT_FALSE(entries.ok()) << call;
      EXPECT_EQ(entries.error().code, Code::kReadFailed) << call;
    }
    const auto held =
        with_failing("openat " + file, error, [&] { return read_file_if_there(file, UINT64_MAX); });
    EXPECT_TRUE(!held.ok() || held->has_value());
    for (const char* call : {"look stat", "look lstat"}) {
      const auto written = with_failing(call, error, [&] { return write_file_atomically(file, "new"); });
      ASSERT_FALSE(written.ok()) << call;
      EXPECT_EQ(written.error().code, Code::kWriteFailed) << call;
    }
    const auto made = with_failing("look stat", error, [&] { return make_directories(folder.path()); });
    EXPECT_FALSE(made.ok());
  }
}

// Without the flag of renameat2 the place is looked at first. Where that fails, nothing is replaced.
TEST_F(StagingFaults, WithoutTheRenameFlagALookThatFailsReplacesNothing) {
  const TemporaryFolder folder;
  fs::create_directory(folder.path("run"));
  StagingDirectory staging = *StagingDirectory::create(folder.path());
  ASSERT_TRUE(staging.add("a.json", "{}").ok());
  faults = Faults{};
  faults.rename_flag_error = EINVAL;
  faults.failing_call = 2;  // fsync, renameat2, and the look
  faults.error = EIO;
  const Result<> result = staging.publish("run");
  EXPECT_EQ(faults.calls[2], "look fstatat");
  faults = Faults{};
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kWriteFailed);
  EXPECT_TRUE(fs::is_empty(folder.path("run")));
}

}  // namespace
}  // namespace rf::core
