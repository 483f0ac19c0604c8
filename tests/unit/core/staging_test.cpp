// SPDX-License-Identifier: MIT
// StagingDirectory and write_file_atomically on a healthy system; staging_faults_test.cpp makes calls fail.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "core/file.hpp"
#include "unit/core/temporary_folder.hpp"

namespace rf::core {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

Names entries_of(const std::string& folder) {
  Names names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

Result<> publish(const std::string& parent, const std::string& name) {
  RF_ASSIGN(StagingDirectory staging, StagingDirectory::create(parent));
  RF_TRY(staging.add("a.json", "{}"));
  RF_TRY(staging.add("b.bin", std::string(100000, 'b')));
  return staging.publish(name);
}

TEST(StagingDirectory, PublishesAllFilesAndNothingElse) {
  const TemporaryFolder folder;
  ASSERT_TRUE(publish(folder.path("out/runs"), "run").ok());
  EXPECT_EQ(entries_of(folder.path("out/runs")), Names{"run"});
  EXPECT_EQ(entries_of(folder.path("out/runs/run")), (Names{"a.json", "b.bin"}));
  EXPECT_EQ(*read_file(folder.path("out/runs/run/a.json")), "{}");
  EXPECT_EQ(*read_file(folder.path("out/runs/run/b.bin")), std::string(100000, 'b'));
}

TEST(StagingDirectory, ShowsNothingFinishedBeforePublishing) {
  const TemporaryFolder folder;
  StagingDirectory staging = *StagingDirectory::create(folder.path());
  ASSERT_TRUE(staging.add("a.json", "{}").ok());
  const Names names = entries_of(folder.path());
  ASSERT_EQ(names.size(), 1u);
  EXPECT_TRUE(names[0].starts_with(".runforge-"));
  EXPECT_EQ(names[0].size(), std::string(".runforge-0123456789abcdef").size());
}

TEST(StagingDirectory, RemovesWhatWasNotPublished) {
  const TemporaryFolder folder;
  {
    StagingDirectory staging = *StagingDirectory::create(folder.path());
    ASSERT_TRUE(staging.add("a.json", "{}").ok());
    StagingDirectory moved = std::move(staging);
    ASSERT_TRUE(moved.add("b.json", "{}").ok());
  }
  EXPECT_EQ(entries_of(folder.path()), Names{});
}

TEST(StagingDirectory, NeverReplacesAndCanBePublishedUnderAnotherName) {
  const TemporaryFolder folder;
  fs::create_directory(folder.path("empty"));
  fs::create_directory(folder.path("full"));
  folder.write("full/file", "old");
  folder.write("file", "old");
  fs::create_symlink("nowhere", folder.path("link"));
  StagingDirectory staging = *StagingDirectory::create(folder.path());
  ASSERT_TRUE(staging.add("a.json", "{}").ok());
  for (const char* name : {"empty", "full", "file", "link"}) {
    const Result<> result = staging.publish(name);
    ASSERT_FALSE(result.ok()) << name;
    EXPECT_EQ(result.error().code, Code::kAlreadyExists);
    EXPECT_EQ(result.error().message, "\"" + folder.path(name) + "\" is already there");
  }
  EXPECT_EQ(*read_file(folder.path("full/file")), "old");
  EXPECT_EQ(*read_file(folder.path("file")), "old");
  EXPECT_TRUE(staging.publish("new").ok());
  EXPECT_EQ(*read_file(folder.path("new/a.json")), "{}");
}

TEST(StagingDirectory, OfManyAtOnceExactlyOneGetsTheName) {
  const TemporaryFolder folder;
  std::atomic<int> n_published = 0, n_refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      const Result<> result = publish(folder.path(), "run");
      if (result.ok()) ++n_published;
      if (!result.ok() && result.error().code == Code::kAlreadyExists) ++n_refused;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(n_published, 1);
  EXPECT_EQ(n_refused, 7);
  EXPECT_EQ(entries_of(folder.path()), Names{"run"});
}

TEST(StagingDirectory, AFailedFileForbidsPublishing) {
  const TemporaryFolder folder;
  {
    StagingDirectory staging = *StagingDirectory::create(folder.path());
    ASSERT_TRUE(staging.add("a.json", "{}").ok());
    EXPECT_EQ(staging.add("a.json", "{}").error().code, Code::kWriteFailed);  // twice the same name
    EXPECT_EQ(staging.publish("run").error().code, Code::kWriteFailed);
  }
  EXPECT_EQ(entries_of(folder.path()), Names{});
}

TEST(StagingDirectory, TakesPlainNamesOnly) {
  const TemporaryFolder folder;
  for (const char* name : {"", ".", "..", "a/b", "/a"}) {
    StagingDirectory staging = *StagingDirectory::create(folder.path());
    EXPECT_EQ(staging.publish(name).error().code, Code::kWriteFailed) << name;
    EXPECT_EQ(staging.add(name, "x").error().code, Code::kWriteFailed) << name;
  }
}

TEST(StagingDirectory, KeepsTheUmask) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(027);
  const bool published = publish(folder.path(), "run").ok();
  ::umask(before);
  ASSERT_TRUE(published);
  struct stat facts;
  ASSERT_EQ(::stat(folder.path("run").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0750u);
  ASSERT_EQ(::stat(folder.path("run/a.json").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0640u);
}

TEST(StagingDirectory, SaysWhyAFolderCannotBeMade) {
  const TemporaryFolder folder;
  folder.write("file", "");
  const Error error = StagingDirectory::create(folder.path("file/below")).error();
  EXPECT_EQ(error.code, Code::kWriteFailed);
  EXPECT_NE(error.message.find("Not a directory"), std::string::npos) << error.message;
  // Where even root may not write.
  EXPECT_EQ(StagingDirectory::create("/proc/self").error().code, Code::kWriteFailed);
}

TEST(StagingDirectory, SaysThatItMayNotWrite) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere; run as another user to check this";
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const Error error = StagingDirectory::create(folder.path()).error();
  fs::permissions(folder.path(), fs::perms::owner_all);
  EXPECT_EQ(error.code, Code::kWriteFailed);
  EXPECT_NE(error.message.find("Permission denied"), std::string::npos) << error.message;
}

/// Makes a file or folder look as if last changed that long ago.
void age(const std::string& path, std::chrono::hours hours) {
  fs::last_write_time(path, fs::file_time_type::clock::now() - hours);
}

class Leftovers : public testing::Test {
 protected:
  /// `.runforge-<name>` with a file in it.
  std::string leftover(const std::string& name, std::chrono::hours hours) {
    const std::string path = folder_.path(".runforge-" + name);
    fs::create_directory(path);
    folder_.write(".runforge-" + name + "/a.json", "half");
    age(path, hours);
    return path;
  }
  TemporaryFolder folder_;
};

TEST_F(Leftovers, OfDeadProcessesAreRemovedAfterADay) {
  const std::string old = leftover("old", std::chrono::hours(25));
  const std::string young = leftover("young", std::chrono::hours(23));
  folder_.write(".runforge-file", "half");
  age(folder_.path(".runforge-file"), std::chrono::hours(25));
  fs::create_directory(folder_.path("other"));
  age(folder_.path("other"), std::chrono::hours(1000));
  ASSERT_TRUE(StagingDirectory::create(folder_.path()).ok());
  EXPECT_FALSE(fs::exists(old));
  EXPECT_FALSE(fs::exists(folder_.path(".runforge-file")));
  EXPECT_TRUE(fs::exists(young + "/a.json"));
  EXPECT_TRUE(fs::exists(folder_.path("other")));
}

TEST_F(Leftovers, ThatSomebodyHoldsStay) {
  const std::string held = leftover("held", std::chrono::hours(25));
  const int descriptor = ::open(held.c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(descriptor, LOCK_EX | LOCK_NB), 0);
  ASSERT_TRUE(StagingDirectory::create(folder_.path()).ok());
  EXPECT_TRUE(fs::exists(held + "/a.json"));
  ::close(descriptor);
  ASSERT_TRUE(StagingDirectory::create(folder_.path()).ok());
  EXPECT_FALSE(fs::exists(held));
}

TEST_F(Leftovers, AreNotTheFoldersOfTheLiving) {
  StagingDirectory slow = *StagingDirectory::create(folder_.path());
  ASSERT_TRUE(slow.add("a.json", "{}").ok());
  age(folder_.path(entries_of(folder_.path())[0]), std::chrono::hours(100));
  ASSERT_TRUE(publish(folder_.path(), "quick").ok());
  ASSERT_TRUE(slow.publish("slow").ok());
  EXPECT_EQ(*read_file(folder_.path("slow/a.json")), "{}");
}

TEST_F(Leftovers, BehindSymbolicLinksStay) {
  fs::create_directory(folder_.path("precious"));
  folder_.write("precious/file", "x");
  age(folder_.path("precious"), std::chrono::hours(25));
  fs::create_symlink("precious", folder_.path(".runforge-link"));
  ASSERT_TRUE(StagingDirectory::create(folder_.path()).ok());
  EXPECT_TRUE(fs::exists(folder_.path("precious/file")));
}

TEST_F(Leftovers, WithAFolderInsideStay) {
  const std::string odd = leftover("odd", std::chrono::hours(25));
  fs::create_directory(odd + "/inside");
  age(odd, std::chrono::hours(25));
  ASSERT_TRUE(StagingDirectory::create(folder_.path()).ok());
  EXPECT_TRUE(fs::exists(odd + "/inside"));
}

// A child publishes one folder after the other until it is killed; whatever has a final name must be whole.
TEST(StagingDirectory, KilledAtAnyMomentLeavesNothingHalfFinished) {
  std::mt19937 generator(50);
  std::size_t n_whole = 0;
  for (int round = 0; round < 50; ++round) {
    const TemporaryFolder folder;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int run = 0;; ++run)
        if (!publish(folder.path(), "run" + std::to_string(run)).ok()) ::_exit(1);
    }
    // Two rounds of three see at least one folder finished, however slow the machine.
    while (round % 3 != 0 && !fs::exists(folder.path("run0"))) ::usleep(200);
    ::usleep(static_cast<useconds_t>(generator() % 10000));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child failed by itself";
    for (const std::string& name : entries_of(folder.path())) {
      if (name.starts_with(".runforge-")) continue;
      ++n_whole;
      ASSERT_EQ(read_file(folder.path(name + "/a.json"))->size(), 2u);
      ASSERT_EQ(read_file(folder.path(name + "/b.bin"))->size(), 100000u);
    }
  }
  EXPECT_GE(n_whole, 33u);
}

TEST(WriteFileAtomically, WritesAndReplaces) {
  const TemporaryFolder folder;
  for (const std::string& bytes : {std::string("first"), std::string(), std::string(300000, 'x')}) {
    ASSERT_TRUE(write_file_atomically(folder.path("model"), bytes).ok());
    EXPECT_EQ(*read_file(folder.path("model")), bytes);
    EXPECT_EQ(entries_of(folder.path()), Names{"model"});
  }
}

TEST(WriteFileAtomically, RefusesWhatIsNoRegularFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(write_file_atomically(folder.path(), "x").error().code, Code::kNotAFile);
  EXPECT_EQ(write_file_atomically(folder.path("new/"), "x").error().code, Code::kNotAFile);
  EXPECT_EQ(write_file_atomically("", "x").error().code, Code::kNotAFile);
  ASSERT_EQ(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(write_file_atomically(folder.path("pipe"), "x").error().code, Code::kNotAFile);
  // A link to a device: renaming over it would be safe here, over the device itself not.
  fs::create_symlink("/dev/null", folder.path("null"));
  EXPECT_EQ(write_file_atomically(folder.path("null"), "x").error().code, Code::kNotAFile);
}

TEST(WriteFileAtomically, SaysWhyItCannotWrite) {
  const TemporaryFolder folder;
  folder.write("file", "");
  for (const char* name : {"none/model", "file/model"}) {
    const Error error = write_file_atomically(folder.path(name), "x").error();
    EXPECT_EQ(error.code, Code::kWriteFailed);
    EXPECT_TRUE(error.message.starts_with("cannot write \"" + folder.path(name) + "\": ")) << error.message;
  }
}

}  // namespace
}  // namespace rf::core
