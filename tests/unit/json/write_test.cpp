// SPDX-License-Identifier: MIT
#include "json/write.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <stdexcept>

#include "json/parse.hpp"

namespace rf::json {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

// RFC 8785, 3.2.2 and 3.2.3: input and output of the RFC.
TEST(Canonical, WritesTheExampleOfRfc8785) {
  const auto parsed = parse(R"({
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  })");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(canonical(*parsed),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

TEST(Canonical, EscapesWhatRfc8785Escapes) {
  EXPECT_EQ(quoted("\b\t\n\f\r\"\\"), R"("\b\t\n\f\r\"\\")");
  EXPECT_EQ(quoted(std::string_view("\0\x01\x0b\x1f", 4)), R"("\u0000\u0001\u000b\u001f")");
  EXPECT_EQ(quoted("/\x7f<>\u00e9\u2028\U0001F600"), "\"/\x7f<>\u00e9\u2028\U0001F600\"");
  EXPECT_EQ(quoted(""), "\"\"");
}

TEST(Canonical, WritesWhatIsNoUtf8AsEscapedText) {
  EXPECT_EQ(canonical(Value("a\xFF\\xfe")), R"("a\\xff\\xfe")");
  EXPECT_EQ(canonical(Value("a\\xfe")), R"("a\\xfe")") << "a text that is UTF-8 is written as it is";
}

TEST(Canonical, SortsMembersByUtf16) {
  EXPECT_EQ(canonical(Value().set("\ue000", 1).set("\U00010000", 2).set("b", 3).set("B", 4)),
            "{\"B\":4,\"b\":3,\"\U00010000\":2,\"\ue000\":1}");
}

TEST(Canonical, WritesEmptyContainersAndScalars) {
  EXPECT_EQ(canonical(Value()), "null");
  EXPECT_EQ(canonical(Value::array()), "[]");
  EXPECT_EQ(canonical(Value::object()), "{}");
  EXPECT_EQ(canonical(-0.0), "0");
  EXPECT_EQ(canonical(9007199254740992.0), "9007199254740992");
  EXPECT_EQ(canonical("x"), "\"x\"");
}

TEST(Canonical, ThrowsOnNumbersJsonCannotHold) {
  EXPECT_THROW(canonical(std::numeric_limits<double>::quiet_NaN()), std::logic_error);
  EXPECT_THROW(pretty(Value().push(std::numeric_limits<double>::infinity())), std::logic_error);
}

// The text is what node prints for JSON.stringify(value, null, 2).
TEST(Pretty, LaysOutAsJsonStringifyDoes) {
  const Value value =
      Value()
          .set("empty", Value().set("array", Value::array()).set("object", Value::object()))
          .set("nested", Value().push(Value().push(1).push("two")).push(Value().set("k", false)))
          .set("a", true);
  EXPECT_EQ(pretty(value), R"({
  "a": true,
  "empty": {
    "array": [],
    "object": {}
  },
  "nested": [
    [
      1,
      "two"
    ],
    {
      "k": false
    }
  ]
}
)");
  EXPECT_EQ(pretty(Value::object()), "{}\n");
}

TEST(Pretty, LosesNothingButWhiteSpaceAgainstCanonical) {
  const Value value = Value().set("a b", Value().push(" : , ").push(1.5)).set("c", Value().set("\n", "\t {"));
  const auto read_back = parse(pretty(value));
  ASSERT_TRUE(read_back.ok());
  EXPECT_EQ(*read_back, value);
  EXPECT_EQ(canonical(*read_back), canonical(value));
}

TEST(Pretty, IsLeftOnceTheCallerAsksToStop) {
  std::atomic<bool> stop = true;
  core::MonitorHooks hooks;
  hooks.cancel = &stop;
  const core::Monitor monitor(hooks);
  Value zeros = Value::array();
  for (int i = 0; i < 10'000; ++i) zeros.push(0);
  EXPECT_EQ(pretty(zeros, monitor).error().code, core::Code::kCancelled);
  stop = false;
  EXPECT_EQ(*pretty(zeros, monitor), pretty(zeros));
}

TEST(PointerToken, EscapesTildeAndSlash) {
  EXPECT_EQ(pointer_token("a/b~c"), "a~1b~0c");
  EXPECT_EQ(pointer_token("~1"), "~01");
  EXPECT_EQ(pointer_token(""), "");
}

}  // namespace
}  // namespace rf::json
