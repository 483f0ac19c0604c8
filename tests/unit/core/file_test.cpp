// SPDX-License-Identifier: MIT
#include "core/file.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "unit/core/temporary_folder.hpp"

namespace rf::core {
namespace {

namespace fs = std::filesystem;

std::string detail(const Error& error, const std::string& key) {
  for (const Detail& entry : error.details)
    if (entry.key == key) return std::get<std::string>(entry.value);
  return "";
}

TEST(ReadFile, GivesAllBytes) {
  const TemporaryFolder folder;
  for (const std::size_t size : {0, 1, 4095, 4096, 4097, 1000000}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31);
    folder.write("data", bytes);
    EXPECT_EQ(*read_file(folder.path("data")), bytes) << size;
  }
}

TEST(ReadFile, ReadsFilesThatClaimNoSize) {
  const Result<std::string> status = read_file("/proc/self/status");
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_NE(status->find("Pid:"), std::string::npos);
}

TEST(ReadFile, FollowsSymbolicLinks) {
  const TemporaryFolder folder;
  folder.write("data", "bytes");
  fs::create_symlink("data", folder.path("link"));
  EXPECT_EQ(*read_file(folder.path("link")), "bytes");
}

TEST(ReadFile, SaysThatThereIsNone) {
  const TemporaryFolder folder;
  const Error error = read_file(folder.path("none.csv")).error();
  EXPECT_EQ(error.code, Code::kFileNotFound);
  EXPECT_EQ(error.message, "cannot read \"" + folder.path("none.csv") + "\": No such file or directory");
  EXPECT_EQ(detail(error, "file"), folder.path("none.csv"));
  folder.write("data", "");
  EXPECT_EQ(read_file(folder.path("data/below")).error().code, Code::kFileNotFound);
  EXPECT_EQ(read_file("").error().code, Code::kFileNotFound);
  EXPECT_EQ(read_file(folder.path("data") + std::string("\0x", 2)).error().code, Code::kFileNotFound);
}

TEST(ReadFile, TakesRegularFilesOnly) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.path()).error().code, Code::kNotAFile);
  EXPECT_EQ(read_file(folder.path()).error().message,
            "\"" + folder.path() + "\" is a folder, expected a regular file");
  ASSERT_EQ(mkfifo(folder.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_file(folder.path("pipe")).error().code, Code::kNotAFile);  // and does not wait for a writer
  EXPECT_EQ(read_file("/dev/null").error().code, Code::kNotAFile);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(folder.path("socket").size(), sizeof address.sun_path);
  folder.path("socket").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(read_file(folder.path("socket")).error().code, Code::kNotAFile);
  ::close(socket);
}

TEST(ReadFile, KeepsTheLimit) {
  const TemporaryFolder folder;
  folder.write("data", std::string(10000, 'x'));
  EXPECT_EQ(read_file(folder.path("data"), 10000)->size(), 10000u);
  const Error error = read_file(folder.path("data"), 9999).error();
  EXPECT_EQ(error.code, Code::kLimitReached);
  EXPECT_EQ(error.message, "\"" + folder.path("data") + "\" is larger than the limit of 9999 bytes");
  EXPECT_EQ(read_file(folder.path("data"), 1).error().message,
            "\"" + folder.path("data") + "\" is larger than the limit of 1 byte");
  // One that claims no size beforehand.
  EXPECT_EQ(read_file("/proc/self/status", 100).error().code, Code::kLimitReached);
}

TEST(ReadFile, SaysWhyItCannotRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read every file; run as another user to check this";
  const TemporaryFolder folder;
  folder.write("data", "x");
  fs::permissions(folder.path("data"), fs::perms::none);
  const Error error = read_file(folder.path("data")).error();
  EXPECT_EQ(error.code, Code::kReadFailed);
  EXPECT_NE(error.message.find("Permission denied"), std::string::npos) << error.message;
}

// A failing read() that root meets too: the first page of its own address space is not mapped.
TEST(ReadFile, ReportsAFailingRead) {
  const Error error = read_file("/proc/self/mem").error();
  EXPECT_EQ(error.code, Code::kReadFailed);
  EXPECT_EQ(error.message, "cannot read \"/proc/self/mem\": Input/output error");
}

TEST(ReadFile, SurvivesAFileThatGrowsAndShrinks) {
  const TemporaryFolder folder;
  const std::string path = folder.path("data");
  folder.write("data", "");
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (std::size_t round = 0; !stop; ++round) fs::resize_file(path, round % 2 == 0 ? 300000 : 10);
  });
  for (int i = 0; i < 300; ++i) {
    const Result<std::string> bytes = read_file(path);
    ASSERT_TRUE(bytes.ok());
    ASSERT_LE(bytes->size(), 300000u);
  }
  stop = true;
  writer.join();
}

TEST(ListEntries, GivesEverythingAscendingByBytesAndFollowsNoLink) {
  const TemporaryFolder folder;
  for (const char* name : {"b", "a", "B", "_", "\xC3\xA4", ".hidden", "a10", "a9"})
    folder.write(name, "12345");
  fs::create_directory(folder.path("sub"));
  fs::create_symlink("a", folder.path("link"));
  fs::create_symlink("nowhere", folder.path("dangling"));
  ASSERT_EQ(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
  std::vector<std::string> names;
  for (const FolderEntry& entry : *list_entries(folder.path())) {
    names.push_back(entry.name);
    const EntryKind wanted = entry.name == "sub"                                ? EntryKind::kFolder
                             : entry.name == "pipe"                             ? EntryKind::kPipe
                             : entry.name == "link" || entry.name == "dangling" ? EntryKind::kLink
                                                                                : EntryKind::kFile;
    EXPECT_EQ(entry.kind, wanted) << entry.name;
    if (wanted == EntryKind::kFile) {
      EXPECT_EQ(entry.size_bytes, 5u);
    }
  }
  EXPECT_EQ(names, (std::vector<std::string>{".hidden", "B", "_", "a", "a10", "a9", "b", "dangling", "link",
                                             "pipe", "sub", "\xC3\xA4"}));
  EXPECT_EQ(list_entries(folder.path("none")).error().code, Code::kFileNotFound);
  EXPECT_EQ(list_entries(folder.path("a")).error().code, Code::kFileNotFound);
}

TEST(ReadFileNoLink, ReadsAFileAndRefusesALink) {
  const TemporaryFolder folder;
  folder.write("a", "12345");
  fs::create_symlink("a", folder.path("link"));
  EXPECT_EQ(*read_file_no_link(folder.path("a"), 5), "12345");
  EXPECT_EQ(read_file_no_link(folder.path("a"), 4).error().code, Code::kLimitReached);
  const auto link = read_file_no_link(folder.path("link"), 5);
  ASSERT_FALSE(link.ok());
  EXPECT_EQ(link.error().code, Code::kNotAFile);
  EXPECT_NE(link.error().message.find("a symbolic link"), std::string::npos) << link.error().message;
}

TEST(MakeDirectories, MakesMissingParents) {
  const TemporaryFolder folder;
  EXPECT_TRUE(make_directories(folder.path("a/b/c")).ok());
  EXPECT_TRUE(fs::is_directory(folder.path("a/b/c")));
  EXPECT_TRUE(make_directories(folder.path("a/b/c")).ok());
  EXPECT_TRUE(make_directories(folder.path("a/d/")).ok());
  EXPECT_TRUE(make_directories(folder.path("e//f///")).ok());
  EXPECT_TRUE(fs::is_directory(folder.path("e/f")));
  EXPECT_TRUE(make_directories(folder.path("a/./../g/h")).ok());
  EXPECT_TRUE(fs::is_directory(folder.path("g/h")));
  EXPECT_TRUE(make_directories("/").ok());
  EXPECT_TRUE(make_directories(".").ok());
}

TEST(MakeDirectories, NamesALinkThatLeadsNowhere) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder.path("nowhere"), folder.path("link"));
  for (const char* name : {"link", "link/runs"}) {
    const Result<> result = make_directories(folder.path(name));
    ASSERT_FALSE(result.ok()) << name;
    EXPECT_EQ(result.error().code, Code::kWriteFailed);
    EXPECT_EQ(result.error().message, "cannot write \"" + folder.path("link") +
                                          "\": it is a symbolic link to something that is not there");
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path("nowhere")));
}

TEST(MakeDirectories, SaysWhatIsInTheWay) {
  const TemporaryFolder folder;
  folder.write("data", "");
  for (const char* name : {"data", "data/below", "data/far/below"}) {
    const Result<> result = make_directories(folder.path(name));
    ASSERT_FALSE(result.ok()) << name;
    EXPECT_EQ(result.error().code, Code::kWriteFailed);
    EXPECT_NE(result.error().message.find("Not a directory"), std::string::npos) << result.error().message;
  }
  EXPECT_EQ(make_directories("").error().code, Code::kWriteFailed);
  EXPECT_EQ(make_directories(folder.path(std::string(5000, 'x'))).error().code, Code::kWriteFailed);
}

}  // namespace
}  // namespace rf::core
