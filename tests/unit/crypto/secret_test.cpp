// SPDX-License-Identifier: MIT
#include "crypto/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "unit/core/sanitized.hpp"

namespace rf::crypto {
namespace {

/// The flags line of the mapping that holds `address`; "" where the system does not tell.
std::string flags_of_mapping(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool is_inside = false;
  for (std::string line; std::getline(maps, line);) {
    const std::size_t dash = line.find('-');
    if (dash != std::string::npos && dash <= 16 && line.find_first_not_of("0123456789abcdef") == dash) {
      const std::uintptr_t begin = std::stoull(line.substr(0, dash), nullptr, 16);
      const std::uintptr_t end = std::stoull(line.substr(dash + 1), nullptr, 16);
      is_inside = begin <= wanted && wanted < end;
    }
    if (is_inside && line.starts_with("VmFlags:")) return line + " ";
  }
  return "";
}

TEST(Secret, IsZeroAndItsOwn) {
  auto secret = Secret::allocate(40);
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(secret->size(), 40u);
  EXPECT_TRUE(
      std::all_of(secret->bytes().begin(), secret->bytes().end(), [](std::uint8_t b) { return b == 0; }));
  secret->bytes()[0] = 1;
  const Secret moved = std::move(*secret);
  EXPECT_EQ(moved.bytes()[0], 1);
}

TEST(Secret, StaysOutOfCoreDumps) {
  const auto secret = Secret::allocate(32);
  ASSERT_TRUE(secret.ok());
  const std::string flags = flags_of_mapping(secret->bytes().data());
  if (flags.empty()) GTEST_SKIP() << "the system does not tell the flags of a mapping";
  EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
}

// Only the secret's own bytes can be touched; the page behind them cannot be read.
TEST(SecretDeathTest, ReadingPastTheEndEndsTheProcess) {
#if RF_TEST_SANITIZED
  GTEST_SKIP() << "a sanitizer answers to the fault in its own way";
#endif
  const auto secret = Secret::allocate(32);
  ASSERT_TRUE(secret.ok());
  const volatile std::uint8_t* const bytes = secret->bytes().data();
  EXPECT_DEATH((void)bytes[32], "");
}

}  // namespace
}  // namespace rf::crypto
