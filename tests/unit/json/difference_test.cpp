// SPDX-License-Identifier: MIT
#include "json/difference.hpp"

#include <gtest/gtest.h>

#include "json/parse.hpp"
#include "json/write.hpp"

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

/// "pointer: a | b" for each leaf that differs.
std::vector<std::string> leaves(std::string_view a, std::string_view b) {
  const Value of_a = parse(a).value();
  const Value of_b = parse(b).value();
  const auto text = [](const Value* value) {
    return value == nullptr ? std::string("nothing") : canonical(*value);
  };
  std::vector<std::string> lines;
  for (const LeafDifference& leaf : leaf_differences(of_a, of_b))
    lines.push_back(leaf.pointer + ": " + text(leaf.a) + " | " + text(leaf.b));
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LeafDifferences, AreNoneForEqualDocuments) {
  EXPECT_EQ(leaves(R"({"a": [1, {"b": null}], "c": {}})", R"({"c":{},"a":[1.0,{"b":null}]})"), Lines());
}

TEST(LeafDifferences, NameEveryLeafOnce) {
  EXPECT_EQ(leaves(R"({"b": 1, "a": {"x": 2, "y": 3}})", R"({"b": 4, "a": {"x": 2, "y": 5}})"),
            (Lines{"/a/y: 3 | 5", "/b: 1 | 4"}));
  EXPECT_EQ(leaves("[1, 2, 3]", "[1, 5]"), (Lines{"/1: 2 | 5", "/2: 3 | nothing"}));
  EXPECT_EQ(leaves("1", "2"), Lines{": 1 | 2"});
}

TEST(LeafDifferences, GoDownIntoWhatOnlyOneOfThemHas) {
  EXPECT_EQ(leaves(R"({"a": {"x": 1, "y": [2]}})", "{}"),
            (Lines{"/a/x: 1 | nothing", "/a/y/0: 2 | nothing"}));
  EXPECT_EQ(leaves(R"({"p": 0})", R"({"p": 0, "q/r": {"s": true}})"), Lines{"/q~1r/s: nothing | true"});
  EXPECT_EQ(leaves(R"({"a": {}})", R"({"a": {"b": 1}})"), Lines{"/a/b: nothing | 1"});
  EXPECT_EQ(leaves(R"({"a": {}, "b": []})", "{}"), (Lines{"/a: {} | nothing", "/b: [] | nothing"}));
}

TEST(LeafDifferences, OfTwoTypesAreTheWholeValues) {
  EXPECT_EQ(leaves(R"({"a": 1})", R"({"a": {"b": 1}})"), Lines{R"(/a: 1 | {"b":1})"});
  EXPECT_EQ(leaves(R"({"a": []})", R"({"a": {}})"), Lines{"/a: [] | {}"});
}

}  // namespace
}  // namespace rf::json
