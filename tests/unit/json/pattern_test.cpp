// SPDX-License-Identifier: MIT
#include "json/pattern.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace rf::json {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const auto read = Pattern::read(pattern);
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().message);
  return read.ok() && read->matches(text);
}

TEST(Pattern, AnchorsHoldTheEndsAndOnlyTheEnds) {
  EXPECT_TRUE(matches("b", "abc"));
  EXPECT_FALSE(matches("^b", "abc"));
  EXPECT_FALSE(matches("b$", "abc"));
  EXPECT_TRUE(matches("c$", "abc"));
  EXPECT_TRUE(matches("^abc$", "abc"));
  EXPECT_FALSE(matches("^abc$", "abc\n"));  // Python would match
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("", "abc"));
  EXPECT_TRUE(matches("^$", ""));
  EXPECT_FALSE(matches("^$", "a"));
  EXPECT_TRUE(matches("$", "a"));
}

TEST(Pattern, CountsRepetitions) {
  EXPECT_TRUE(matches("^a{2,3}$", "aa"));
  EXPECT_TRUE(matches("^a{2,3}$", "aaa"));
  EXPECT_FALSE(matches("^a{2,3}$", "a"));
  EXPECT_FALSE(matches("^a{2,3}$", "aaaa"));
  EXPECT_TRUE(matches("^a{2}b$", "aab"));
  EXPECT_TRUE(matches("^a{2,}$", "aaaaa"));
  EXPECT_FALSE(matches("^a{2,}$", "a"));
  EXPECT_TRUE(matches("^a{0}b$", "b"));
  EXPECT_TRUE(matches("^a?b+c*$", "bb"));
  EXPECT_TRUE(matches("^a?b+c*$", "abccc"));
  EXPECT_FALSE(matches("^a?b+c*$", "aabccc"));
  EXPECT_FALSE(matches("^a?b+c*$", "ac"));
  EXPECT_TRUE(matches("^a*a$", "aaa"));
}

TEST(Pattern, ReadsClasses) {
  EXPECT_TRUE(matches("^[A-Za-z0-9_-]+$", "a-Z_9"));
  EXPECT_TRUE(matches("^[-a]+$", "a-"));
  EXPECT_FALSE(matches("^[a-c]$", "d"));
  EXPECT_TRUE(matches("^[^a-c,]$", "d"));
  EXPECT_FALSE(matches("^[^a-c,]$", ","));
  EXPECT_TRUE(matches("^[\\]\\\\\\^]+$", "]\\^"));
  EXPECT_TRUE(matches("^\\.\\$\\/$", ".$/"));
}

TEST(Pattern, TakesCharactersNotBytes) {
  EXPECT_TRUE(matches("^[^,]$", "ä"));
  EXPECT_TRUE(matches("^[^,]{2}$", "日😀"));
  EXPECT_TRUE(matches("^[à-ü]+$", "äö"));
  EXPECT_FALSE(matches("^[à-ü]+$", "a"));
  EXPECT_TRUE(matches("^ä?$", ""));
  EXPECT_TRUE(matches("^[^a]{2}$", "\xFF\x80"));  // not UTF-8: each byte is a character
  EXPECT_TRUE(matches("^[^a]b$",
                      "\xE2"
                      "b"));
  EXPECT_TRUE(matches("^[^a]+$", "\xF0\x9F\x98"));
}

TEST(Pattern, RefusesWhatItDoesNotKnow) {
  for (const char* pattern :
       {"(a)",   "a|b",    "a.b",     "\\d",     "\\w",      "\\s",   "\\bx",    "\\u0041",      "\\n",
        "a**",   "a+?",    "a{2}{3}", "*a",      "?",        "+a",    "{2}",     "a{",           "a{2",
        "a{,2}", "a{2,1}", "a{x}",    "a{2,x}",  "a{12345}", "[a",    "[]",      "[^]",          "[z-a]",
        "[a-",   "[\\d]",  "[[a]",    "a]",      "a}",       "a^b",   "a$b",     "$a",           "^^",
        "$$",    "\\",     "[\\",     "a{1025}", "(?=a)",    "(?:a)", "[a-c-e]", "a{999}b{999}", ")"}) {
    const auto read = Pattern::read(pattern);
    ASSERT_FALSE(read.ok()) << pattern;
    EXPECT_EQ(read.error().code, core::Code::kInternal);
    EXPECT_NE(read.error().message.find("the pattern"), std::string::npos) << read.error().message;
  }
  EXPECT_EQ(Pattern::read("a{2}|b").error().message,
            "the pattern \"a{2}|b\" at byte 4: this part of the language is not known");
}

// All texts up to six characters of a small alphabet, against std::regex.
TEST(Pattern, AgreesWithTheStandardLibraryOnAllShortTexts) {
  const std::string alphabet = "ab-";
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; texts[i].size() < 6; ++i) {
    for (const char c : alphabet) texts.push_back(texts[i] + c);
  }
  for (const char* pattern : {"^a$", "a", "^a", "a$", "ab*a", "^a*b?a{1,2}$", "^[ab]+-[ab]{2}$", "[^a]b",
                              "^[^a]*$", "a?", "^a?b?-?$", "a{2}", "^a{2,}b", "b{0,2}-$", "^a*a*a*b$"}) {
    const std::regex slow(pattern, std::regex::ECMAScript);
    for (const std::string& text : texts) {
      ASSERT_EQ(matches(pattern, text), std::regex_search(text, slow)) << pattern << " on " << text;
    }
  }
}

// What takes a backtracking matcher time exponential in the text, and a recursive one its stack.
TEST(Pattern, TakesHostileTextsInLinearTime) {
  const std::string text(std::size_t{1} << 20, 'a');
  EXPECT_FALSE(matches("^a*a*a*a*a*a*a*a*b$", text));
  EXPECT_FALSE(matches("^[0-9a-f]{64}$", text));
  EXPECT_FALSE(matches("a{64}b", text));
  EXPECT_TRUE(matches("^a+$", text));
}

}  // namespace
}  // namespace rf::json
