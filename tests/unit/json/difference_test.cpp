// SPDX-License-Identifier: MIT
#include "json/difference.hpp"

#include <gtest/gtest.h>

#include "json/parse.hpp"

namespace rf::json {
namespace {

/// "pointer: expected | found", or "equal".
std::string difference(std::string_view expected, std::string_view found) {
  const auto first = first_difference(parse(expected).value(), parse(found).value());
  if (!first) return "equal";
  return first->pointer + ": " + first->expected.value_or("nothing") + " | " +
         first->found.value_or("nothing");
}

TEST(FirstDifference, IsNoneForEqualDocuments) {
  EXPECT_EQ(difference(R"({"a": [1, {"b": null}]})", R"({"a":[1.0,{"b":null}]})"), "equal");
}

TEST(FirstDifference, NamesTheFirstPlaceInDocumentOrder) {
  EXPECT_EQ(difference(R"({"b": 1, "a": 2})", R"({"b": 3, "a": 4})"), "/a: 2 | 4");
  EXPECT_EQ(difference(R"({"a": [1, 2, 3]})", R"({"a": [1, 5, 6]})"), "/a/1: 2 | 5");
  EXPECT_EQ(difference(R"({"a/b": {"~": 1}})", R"({"a/b": {"~": true}})"), "/a~1b/~0: 1 | true");
  EXPECT_EQ(difference("1", "2"), ": 1 | 2");
}

TEST(FirstDifference, SaysWhatOnlyOneOfThemHas) {
  EXPECT_EQ(difference(R"({"a": 1, "b": 2})", R"({"a": 1})"), "/b: 2 | nothing");
  EXPECT_EQ(difference(R"({"b": 2})", R"({"a": 1, "b": 2})"), "/a: nothing | 1");
  EXPECT_EQ(difference("[1]", "[1, [2]]"), "/1: nothing | [2]");
  EXPECT_EQ(difference("[]", "{}"), ": [] | {}");
}

}  // namespace
}  // namespace rf::json
