// SPDX-License-Identifier: MIT
// StagingDirectory and write_file_atomically on a healthy system; staging_faults_test.cpp makes calls fail.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
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
  /// What a command leaves that is killed while it stages a run; the path of its folder.
  std::string leftover(const std::string& parent) const {
    const Names before = entries_of(parent);
    const pid_t child = ::fork();
    if (child == 0) {
      StagingDirectory staging = *StagingDirectory::create(parent);
      const bool added = staging.add("a.json", "half").ok() && staging.add("b.json", "half").ok();
      ::_exit(added ? 0 : 1);
    }
    int status = -1;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    for (const std::string& name : entries_of(parent))
      if (std::find(before.begin(), before.end(), name) == before.end()) return parent + "/" + name;
    ADD_FAILURE() << "nothing is left";
    return "";
  }
  std::string leftover() const { return leftover(folder_.path()); }

  Staging staging_of(const std::string& name) const { return *staging_at(folder_.path(), name); }

  static constexpr const char* kMarker = "RUNFORGE_STAGING";
  TemporaryFolder folder_;
};

TEST_F(Leftovers, OfDeadProcessesAreCleared) {
  const std::string left = leftover();
  EXPECT_EQ(entries_of(left), (Names{kMarker, "run"}));
  EXPECT_EQ(entries_of(left + "/run"), (Names{"a.json", "b.json"}));
  EXPECT_EQ(staging_of(fs::path(left).filename()), Staging::kInterrupted);
  ASSERT_TRUE(StagingDirectory::create(folder_.path()).ok());
  EXPECT_EQ(entries_of(folder_.path()), Names{});
}

TEST_F(Leftovers, WithALastNoteThatWasCutOffAreCleared) {
  const std::string left = leftover();
  std::ofstream(left + "/" + kMarker, std::ios::app) << "run/c.js";
  ASSERT_TRUE(StagingDirectory::create(folder_.path()).ok());
  EXPECT_EQ(entries_of(folder_.path()), Names{});
}

// Whatever is not provably ours stays, however old it is.
TEST_F(Leftovers, ThatAreNobodysOrSomebodyElsesStay) {
  folder_.write(".runforge-key", "secret");
  folder_.write(".runforge-0123456789abcde0", "a file of that name");
  fs::create_directories(folder_.path(".runforge-cache/below"));
  folder_.write(".runforge-cache/file", "x");
  fs::create_directory(folder_.path(".runforge-0123456789abcde1"));
  folder_.write(".runforge-0123456789abcde1/file", "no marker");
  fs::create_directory(folder_.path(".runforge-0123456789abcde2"));

  const std::string with_foreign_file = leftover();
  std::ofstream(with_foreign_file + "/mine") << "x";
  fs::create_directory(folder_.path("other"));
  const auto moved = [&](const std::string& name) {
    const std::string to = folder_.path(name);
    fs::rename(leftover(folder_.path("other")), to);
    return to;
  };
  const std::string foreign_inside = moved(".runforge-0123456789abcde3");
  std::ofstream(foreign_inside + "/run/mine") << "x";
  const std::string folder_inside = moved(".runforge-0123456789abcde4");
  fs::remove(folder_inside + "/run/a.json");
  fs::create_directory(folder_inside + "/run/a.json");
  const std::string link_inside = moved(".runforge-0123456789abcde5");
  fs::remove(link_inside + "/run/a.json");
  fs::create_symlink(folder_.path(".runforge-key"), link_inside + "/run/a.json");
  const std::string other_marker = moved(".runforge-0123456789abcde6");
  std::ofstream(other_marker + "/" + kMarker) << "somebody else's\n";
  const std::string cut_marker = moved(".runforge-0123456789abcde7");
  fs::resize_file(cut_marker + "/" + kMarker, 10);
  const std::string linked_marker = moved(".runforge-0123456789abcde8");
  fs::rename(linked_marker + "/" + kMarker, folder_.path("marker"));
  fs::create_symlink(folder_.path("marker"), linked_marker + "/" + kMarker);
  const std::string pipe_for_marker = moved(".runforge-0123456789abcde9");
  fs::remove(pipe_for_marker + "/" + kMarker);
  ASSERT_EQ(::mkfifo((pipe_for_marker + "/" + kMarker).c_str(), 0600), 0);
  // Markers that were forged: they name what lies elsewhere, or what we never make.
  folder_.write("precious", "x");
  const std::string forged[] = {"../precious",
                                folder_.path("precious"),
                                "run/../../precious",
                                "run/../../../x",
                                "../../x",
                                "./1.new",
                                "run/..",
                                "thesis.docx",
                                "x.new",
                                ".new",
                                "",
                                "1.new/x"};
  for (std::size_t i = 0; i < std::size(forged); ++i) {
    const std::string hostile = moved(".runforge-fedcba98765432" + std::to_string(10 + i));
    std::ofstream(hostile + "/" + kMarker, std::ios::app) << forged[i] << "\n";
    EXPECT_EQ(staging_at(folder_.path(), hostile.substr(hostile.rfind('/') + 1)).value(), Staging::kNone)
        << forged[i];
  }
  moved(".runforge-0123456789ABCDEF");
  moved(".runforge-0123456789abcdef0");
  fs::rename(leftover(folder_.path("other")), folder_.path("other/real"));
  fs::create_symlink("other/real", folder_.path(".runforge-0123456789abcdea"));

  Names before;
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
    before.push_back(entry.path());
    if (!entry.is_symlink()) age(entry.path(), std::chrono::hours(1000));
  }
  ASSERT_TRUE(publish(folder_.path(), "run").ok());
  fs::remove_all(folder_.path("run"));
  Names after;
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) after.push_back(entry.path());
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  EXPECT_EQ(after, before);
  EXPECT_EQ(*read_file(folder_.path(".runforge-key")), "secret");

  // An empty folder of that name, or one whose marker was being written, holds nothing: it is told, and not
  // removed.
  EXPECT_EQ(staging_of(".runforge-0123456789abcde2"), Staging::kInterrupted);
  for (const char* name :
       {".runforge-key", ".runforge-cache", ".runforge-0123456789abcde0", ".runforge-0123456789abcde1",
        ".runforge-0123456789abcde3", ".runforge-0123456789abcde4", ".runforge-0123456789abcde5",
        ".runforge-0123456789abcde6", ".runforge-0123456789abcde7", ".runforge-0123456789abcde8",
        ".runforge-0123456789abcde9", ".runforge-0123456789abcdea", ".runforge-0123456789ABCDEF",
        ".runforge-0123456789abcdef0"})
    EXPECT_EQ(staging_of(name), Staging::kNone) << name;
  EXPECT_EQ(staging_of(fs::path(with_foreign_file).filename()), Staging::kNone);
  EXPECT_EQ(staging_of(".runforge-0123456789abcdeb"), Staging::kGone);
}

TEST_F(Leftovers, ThatSomebodyHoldsStay) {
  const std::string held = leftover();
  const int descriptor = ::open((held + "/" + kMarker).c_str(), O_RDONLY);
  ASSERT_EQ(::flock(descriptor, LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(staging_of(fs::path(held).filename()), Staging::kAtWork);
  ASSERT_TRUE(StagingDirectory::create(folder_.path()).ok());
  EXPECT_TRUE(fs::exists(held + "/run/a.json"));
  ::close(descriptor);
  ASSERT_TRUE(StagingDirectory::create(folder_.path()).ok());
  EXPECT_FALSE(fs::exists(held));
}

TEST_F(Leftovers, AreNotTheFoldersOfTheLiving) {
  StagingDirectory slow = *StagingDirectory::create(folder_.path());
  ASSERT_TRUE(slow.add("a.json", "{}").ok());
  FileChanges file = *FileChanges::begin(folder_.path());
  ASSERT_TRUE(file.stage("file", "x", FileChanges::Kind::kNew).ok());
  for (const std::string& name : entries_of(folder_.path())) {
    EXPECT_EQ(staging_of(name), Staging::kAtWork);
    age(folder_.path(name), std::chrono::hours(100));
  }
  ASSERT_TRUE(publish(folder_.path(), "quick").ok());
  clear_staging(folder_.path());
  ASSERT_TRUE(slow.publish("slow").ok());
  ASSERT_TRUE(file.commit().ok());
  EXPECT_EQ(*read_file(folder_.path("slow/a.json")), "{}");
  EXPECT_EQ(*read_file(folder_.path("file")), "x");
}

// Only a folder that runs are written to is known to be ours.
TEST_F(Leftovers, StayWhereASingleFileIsWritten) {
  const std::string left = leftover();
  ASSERT_TRUE(write_file_atomically(folder_.path("model"), "x").ok());
  EXPECT_TRUE(fs::exists(left));
}

TEST(FileChanges, AreAllMadeOrNone) {
  const TemporaryFolder folder;
  folder.write("replaced", "old");
  folder.write("taken", "old");
  for (const bool is_taken : {true, false}) {
    FileChanges changes = *FileChanges::begin(folder.path());
    ASSERT_TRUE(changes.stage("replaced", "new", FileChanges::Kind::kReplacing).ok());
    ASSERT_TRUE(changes.stage("added", "new", FileChanges::Kind::kReplacing).ok());
    ASSERT_TRUE(changes.stage("secret", "new", FileChanges::Kind::kSecret).ok());
    ASSERT_TRUE(changes.stage("taken", "new", FileChanges::Kind::kNew).ok());
    EXPECT_EQ(*read_file(folder.path("replaced")), "old") << "nothing is in place yet";
    const Result<> done = changes.commit();
    EXPECT_EQ(done.ok(), !is_taken);
    if (is_taken) {
      EXPECT_EQ(done.error().code, Code::kAlreadyExists);
      EXPECT_EQ(*read_file(folder.path("replaced")), "old");
      EXPECT_FALSE(fs::exists(folder.path("added")));
      EXPECT_FALSE(fs::exists(folder.path("secret")));
      fs::remove(folder.path("taken"));
    }
  }
  EXPECT_EQ(entries_of(folder.path()), (Names{"added", "replaced", "secret", "taken"}));
  EXPECT_EQ(*read_file(folder.path("replaced")), "new");
  struct stat facts;
  ASSERT_EQ(::stat(folder.path("secret").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

// Where a file may not grow as far the write is an error, for a program that ignores SIGXFSZ.
TEST(StagingDirectory, AFileThatMayNotGrowIsAnErrorAndLeavesNothing) {
  const TemporaryFolder folder;
  folder.write("file", "old");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {50000, 50000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const Result<> run = publish(folder.path(), "run");
    const Result<> file = write_file_atomically(folder.path("file"), std::string(100000, 'b'));
    const auto is_too_large = [](const Result<>& result) {
      return !result.ok() && result.error().code == Code::kWriteFailed &&
             result.error().message.ends_with(": File too large");
    };
    ::_exit(is_too_large(run) && is_too_large(file) ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(entries_of(folder.path()), Names{"file"});
  EXPECT_EQ(*read_file(folder.path("file")), "old");
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
