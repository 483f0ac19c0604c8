// SPDX-License-Identifier: MIT
#include "artifact/key_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "artifact/minisign.hpp"
#include "core/file.hpp"
#include "unit/core/temporary_folder.hpp"

namespace rf::artifact {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat facts;
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777 : 0;
}

TEST(KeyFile, KeepsTheKeyForItsOwnerOnly) {
  const core::TemporaryFolder folder;
  const auto signer = crypto::Signer::generate();
  ASSERT_TRUE(signer.ok());
  ASSERT_TRUE(write_key_file(folder.path("key"), *signer).ok());
  EXPECT_EQ(mode_of(folder.path("key")), 0600u);
  const auto read = read_key_file(folder.path("key"));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->signer.public_key(), signer->public_key());
  EXPECT_FALSE(read->open_to_others);

  EXPECT_EQ(write_key_file(folder.path("key"), *signer).error().code, core::Code::kAlreadyExists);
  for (const mode_t mode : {0640, 0604, 0620, 0602}) {
    ASSERT_EQ(::chmod(folder.path("key").c_str(), mode), 0);
    EXPECT_TRUE(read_key_file(folder.path("key"))->open_to_others) << std::oct << mode;
  }
}

TEST(KeyFile, WhatIsNoKeyIsRefused) {
  const core::TemporaryFolder folder;
  const auto code_of = [&](std::string_view bytes) {
    folder.write("key", bytes);
    const auto read = read_key_file(folder.path("key"));
    return read.ok() ? core::Code::kInternal : read.error().code;
  };
  EXPECT_EQ(code_of(""), core::Code::kInvalidKey);
  EXPECT_EQ(code_of("secret"), core::Code::kInvalidKey);
  EXPECT_EQ(code_of(std::string(5000, 'x')), core::Code::kInvalidKey);
  EXPECT_EQ(code_of(std::string(4096, 'x')), core::Code::kInvalidKey);
  EXPECT_EQ(read_key_file(folder.path("none")).error().code, core::Code::kFileNotFound);
  EXPECT_EQ(read_key_file(folder.path()).error().code, core::Code::kNotAFile);
}

TEST(KeyFile, PublicKeysComeInTwoForms) {
  const core::TemporaryFolder folder;
  const auto signer = crypto::Signer::generate();
  folder.write("key.pub", public_key_text(signer->public_key()));
  EXPECT_EQ(*read_public_key(folder.path("key.pub")), signer->public_key());
  folder.write("pem",
               "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
               "-----END PUBLIC KEY-----\n");
  EXPECT_EQ((*read_public_key(folder.path("pem")))[0], 0x19);
  folder.write("short", public_key_text(signer->public_key()).substr(0, 60) + "\n");
  EXPECT_EQ(read_public_key(folder.path("short")).error().code, core::Code::kInvalidKey);
  folder.write("long", std::string(5000, 'x'));
  EXPECT_EQ(read_public_key(folder.path("long")).error().code, core::Code::kInvalidKey);
  EXPECT_EQ(read_public_key(folder.path("none")).error().code, core::Code::kFileNotFound);
}

TEST(KeyFile, AHostsKeyCannotBeKept) {
  const core::TemporaryFolder folder;
  const auto signer =
      crypto::Signer::from_function([](std::string_view, crypto::Signature&) { return false; }, {});
  EXPECT_EQ(write_key_file(folder.path("key"), signer).error().code, core::Code::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(folder.path("key")));
}

}  // namespace
}  // namespace rf::artifact
