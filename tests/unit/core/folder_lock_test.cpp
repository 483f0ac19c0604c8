// SPDX-License-Identifier: MIT
// Locks of folders: who shares them, and how long they are waited for.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "core/file.hpp"
#include "unit/core/temporary_folder.hpp"

namespace rf::core {
namespace {

TEST(FolderLock, ReadersShareAndAWriterIsAlone) {
  using Sharing = FolderLock::Sharing;
  const TemporaryFolder folder;
  const std::atomic<bool> cancel = true;
  MonitorHooks hooks;
  hooks.cancel = &cancel;
  Monitor impatient(hooks);
  const auto take = [&](Sharing sharing) { return FolderLock::take(folder.path(), sharing, impatient); };
  {
    const Result<FolderLock> first = take(Sharing::kReaders), second = take(Sharing::kReaders);
    EXPECT_TRUE(first.ok() && second.ok());
    EXPECT_EQ(take(Sharing::kNobody).error().code, Code::kCancelled);
  }
  const Result<FolderLock> writer = take(Sharing::kNobody);
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(take(Sharing::kNobody).error().code, Code::kCancelled);
  EXPECT_EQ(take(Sharing::kReaders).error().code, Code::kCancelled);
  EXPECT_EQ(FolderLock::take(folder.path("none"), Sharing::kNobody, impatient).error().code,
            Code::kFileNotFound);
}

// A program that is not ours holds the lock: the wait ends when the caller asks for it.
TEST(FolderLock, AForeignLockIsWaitedForUntilTheCallerAsksToStop) {
  const TemporaryFolder folder;
  const int foreign = ::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(foreign, LOCK_EX | LOCK_NB), 0);
  std::atomic<bool> cancel = false;
  MonitorHooks hooks;
  hooks.cancel = &cancel;
  Monitor monitor(hooks);
  std::thread asks([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    cancel = true;
  });
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(FolderLock::take(folder.path(), FolderLock::Sharing::kNobody, monitor).error().code,
            Code::kCancelled);
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_GE(took, std::chrono::milliseconds(90)) << "nobody had asked yet";
  EXPECT_LT(took, std::chrono::seconds(20));
  asks.join();
  ::close(foreign);
}

TEST(FolderLock, AWaitIsReportedAndEndsWhenTheCallbackAsksForIt) {
  const TemporaryFolder folder;
  const int foreign = ::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(foreign, LOCK_EX | LOCK_NB), 0);
  std::vector<std::string> stages;
  MonitorHooks hooks;
  hooks.user = &stages;
  hooks.progress = [](void* user, const char* stage, std::uint64_t, std::uint64_t) {
    static_cast<std::vector<std::string>*>(user)->emplace_back(stage);
    return std::int32_t{1};
  };
  Monitor monitor(hooks);
  EXPECT_EQ(FolderLock::take(folder.path(), FolderLock::Sharing::kReaders, monitor).error().code,
            Code::kCancelled);
  EXPECT_EQ(stages, std::vector<std::string>{"wait"});
  ::close(foreign);
}

}  // namespace
}  // namespace rf::core
