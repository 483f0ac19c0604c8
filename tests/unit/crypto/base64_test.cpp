// SPDX-License-Identifier: MIT
#include "crypto/base64.hpp"

#include <gtest/gtest.h>

namespace rf::crypto {
namespace {

// RFC 4648, section 10.
TEST(Base64, OfTheStandardsExamples) {
  const std::pair<const char*, const char*> examples[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}};
  for (const auto& example : examples) {
    EXPECT_EQ(base64(std::string_view(example.first)), example.second);
    EXPECT_EQ(from_base64(example.second), example.first);
  }
}

TEST(Base64, OnlyTheOneFormIsRead) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", " Zm9v", "Zm9v=", "Zm_v",
                           "Z", "====", "Zg==Zg=="})
    EXPECT_FALSE(from_base64(text)) << text;
  EXPECT_FALSE(from_base64(std::string_view("Zm9v\0", 5)));
}

}  // namespace
}  // namespace rf::crypto
