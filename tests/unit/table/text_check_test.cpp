// SPDX-License-Identifier: MIT
#include "table/text_check.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rf::table {
namespace {

TEST(FindTextFault, AcceptsText) {
  EXPECT_FALSE(find_text_fault("").has_value());
  EXPECT_FALSE(find_text_fault("a,\xC3\xA9,\xE2\x82\xAC,\xF0\x9F\x90\x88\n").has_value());
}

TEST(FindTextFault, NamesTheFirstFault) {
  const std::string nul_first("ab\0\xFF", 4);
  EXPECT_EQ(find_text_fault(nul_first)->code, core::Code::kNulByte);
  EXPECT_EQ(find_text_fault(nul_first)->offset, 2u);
  const std::string invalid_first("ab\xFF\0", 4);
  EXPECT_EQ(find_text_fault(invalid_first)->code, core::Code::kInvalidUtf8);
  EXPECT_EQ(find_text_fault(invalid_first)->offset, 2u);
  EXPECT_EQ(find_text_fault("abc\xC3")->offset, 3u) << "a character cut at the end";
}

TEST(CharacterBoundary, NeverCutsACharacter) {
  const std::string text = "a\xF0\x9F\x90\x88z";
  EXPECT_EQ(character_boundary(text, 1), 1u);
  for (const std::size_t inside : {2u, 3u, 4u}) EXPECT_EQ(character_boundary(text, inside), 1u) << inside;
  EXPECT_EQ(character_boundary(text, 5), 5u);
  EXPECT_EQ(character_boundary(text, 99), text.size());
}

TEST(CharacterBoundary, StaysWhereBytesAreNoCharacters) {
  EXPECT_EQ(character_boundary(std::string(10, '\x80'), 7), 7u);
}

TEST(DescribeTextFault, RecognisesUtf16) {
  const std::string utf16(
      "\xFF\xFE"
      "a\0",
      4);
  EXPECT_EQ(describe_text_fault(utf16, 0), "expected UTF-8, found UTF-16; save the file as UTF-8");
  EXPECT_EQ(describe_text_fault("a\xE9", 1), "expected UTF-8, found the byte 0xe9 where it cannot stand");
  EXPECT_EQ(found_text(utf16, 0), "UTF-16");
}

TEST(DescribeTextFault, SaysOnceWhatWasExpected) {
  const std::string nul("a\0", 2);
  EXPECT_EQ(found_text(nul, 1), "a NUL byte");
  EXPECT_EQ(describe_text_fault(nul, 1), "expected text, found a NUL byte");
  EXPECT_EQ(found_text("a\xE9", 1), "the byte 0xe9 where it cannot stand");
}

}  // namespace
}  // namespace rf::table
