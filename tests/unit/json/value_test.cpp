// SPDX-License-Identifier: MIT
#include "json/value.hpp"

#include <gtest/gtest.h>

namespace rf::json {
namespace {

std::vector<std::string> keys_of(const Value& object) {
  std::vector<std::string> keys;
  for (const auto& [key, member] : object.as_object()) keys.push_back(key);
  return keys;
}

// RFC 8785, 3.2.3: the example of the RFC, in the order it gives.
TEST(Utf16Less, OrdersTheExampleOfRfc8785) {
  Value object;
  for (const char* key : {"\u20ac", "\r", "\ufb33", "1", "\U0001F600", "\u0080", "\u00f6"})
    object.set(key, true);
  EXPECT_EQ(keys_of(object),
            (std::vector<std::string>{"\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001F600", "\ufb33"}));
}

TEST(Utf16Less, PutsSurrogatesBeforeThePrivateUseArea) {
  const Utf16Less less;
  EXPECT_TRUE(less("\U00010000", "\ue000"));
  EXPECT_TRUE(less("\U0010FFFF", "\uffff"));
  EXPECT_FALSE(less("\ue000", "\U0010FFFF"));
  EXPECT_TRUE(less("\ud7ff", "\U00010000"));
  EXPECT_TRUE(less("a\U00010000", "a\ue000"));
}

TEST(Utf16Less, PutsAPrefixFirstAndNothingBeforeItself) {
  const Utf16Less less;
  EXPECT_TRUE(less("", "a"));
  EXPECT_TRUE(less("a", "ab"));
  EXPECT_FALSE(less("ab", "a"));
  EXPECT_FALSE(less("ab", "ab"));
  EXPECT_FALSE(less("", ""));
  EXPECT_TRUE(less("\x7f", "\u0080"));  // unsigned bytes
}

TEST(Value, FindGivesMembersOfObjectsOnly) {
  const Value object = Value().set("a", 1);
  ASSERT_NE(object.find("a"), nullptr);
  EXPECT_EQ(object.find("a")->as_number(), 1);
  EXPECT_EQ(object.find("b"), nullptr);
  EXPECT_EQ(Value().find("a"), nullptr);
  EXPECT_EQ(Value("a").find("a"), nullptr);
  EXPECT_EQ(Value::array().find("a"), nullptr);
}

TEST(Value, SetReplacesAndPushAppends) {
  EXPECT_EQ(Value().set("a", 1).set("a", 2).find("a")->as_number(), 2);
  const Value array = Value().push("x").push(false);
  ASSERT_EQ(array.as_array().size(), 2U);
  EXPECT_EQ(array.as_array()[1], Value(false));
}

TEST(Value, KeepsTextsApartFromBooleans) {
  EXPECT_TRUE(Value("true").is_string());
  EXPECT_TRUE(Value(std::string_view("true")).is_string());
  EXPECT_TRUE(Value(true).is_bool());
  EXPECT_TRUE(Value(1).is_number());
}

}  // namespace
}  // namespace rf::json
