// SPDX-License-Identifier: MIT
#include "core/descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "unit/core/temporary_folder.hpp"

namespace rf::core {
namespace {

bool is_open(int number) {
  return ::fcntl(number, F_GETFD) != -1;
}

TEST(Descriptor, ClosesWhatItOwnsOnce) {
  int number = -1;
  {
    Descriptor opened = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
    ASSERT_TRUE(opened.valid());
    number = opened.number();
    Descriptor moved = std::move(opened);
    EXPECT_FALSE(opened.valid());
    EXPECT_EQ(moved.number(), number);
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Descriptor, IsNotInheritedByOtherPrograms) {
  const Descriptor opened = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
  EXPECT_NE(::fcntl(opened.number(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Descriptor, ReportsAFailingClose) {
  const Descriptor opened = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
  Descriptor twin(opened.number());
  EXPECT_EQ(twin.close(), 0);
  Descriptor again(opened.number());
  EXPECT_EQ(again.close(), EBADF);
  EXPECT_FALSE(again.valid());
}

TEST(OpenAt, RefusesANameThatTheSystemWouldCut) {
  const TemporaryFolder folder;
  EXPECT_FALSE(open_at(AT_FDCWD, folder.path("a") + std::string("\0b", 2), O_WRONLY | O_CREAT, 0666).valid());
  EXPECT_FALSE(std::filesystem::exists(folder.path("a")));
}

TEST(WriteAndClose, SaysWhatTheSystemSaid) {
  const TemporaryFolder folder;
  EXPECT_EQ(write_and_close(open_at(AT_FDCWD, folder.path("a"), O_WRONLY | O_CREAT, 0666), "bytes"), 0);
  EXPECT_EQ(write_and_close(open_at(AT_FDCWD, folder.path("a"), O_RDONLY), "bytes"), EBADF);
  const Descriptor full = open_at(AT_FDCWD, "/dev/full", O_WRONLY);
  if (full.valid()) {
    EXPECT_EQ(write_and_close(open_at(AT_FDCWD, "/dev/full", O_WRONLY), "bytes"), ENOSPC);
  }
}

TEST(ParentOf, CutsTheLastName) {
  EXPECT_EQ(parent_of("a/b/c"), "a/b");
  EXPECT_EQ(parent_of("a/b/"), "a");
  EXPECT_EQ(parent_of("a//b"), "a");
  EXPECT_EQ(parent_of("a"), ".");
  EXPECT_EQ(parent_of("/a"), "/");
  EXPECT_EQ(parent_of("//a"), "/");
  EXPECT_EQ(parent_of("/"), "/");
  EXPECT_EQ(parent_of("."), ".");
}

TEST(SystemReason, HasWordsForEveryNumber) {
  EXPECT_EQ(system_reason(ENOSPC), "No space left on device");
  EXPECT_EQ(system_reason(123456), "system error 123456");
}

TEST(RandomStagingName, IsNewEachTime) {
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = random_staging_name();
    EXPECT_TRUE(name.starts_with(kStagingPrefix) && is_plain_name(name)) << name;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 1000u);
}

TEST(IsPlainName, IsOneNameWithinAFolder) {
  for (const char* name : {"a", ".a", "...", "a b", "\xC3\xA4"}) EXPECT_TRUE(is_plain_name(name)) << name;
  for (const char* name : {"", ".", "..", "a/b", "/", "a/"}) EXPECT_FALSE(is_plain_name(name)) << name;
  EXPECT_FALSE(is_plain_name(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace rf::core
