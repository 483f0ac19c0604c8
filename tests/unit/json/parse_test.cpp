// SPDX-License-Identifier: MIT
#include "json/parse.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>

#include "json/write.hpp"

namespace rf::json {
namespace {

std::string read(std::string_view text) {
  const auto parsed = parse(text);
  return parsed.ok() ? canonical(*parsed) : "refused: " + parsed.error().message;
}

core::Error refusal(std::string_view text, const ParseOptions& options = {}) {
  auto parsed = parse(text, options);
  return parsed.ok() ? core::Error{core::Code::kInternal, "accepted " + std::string(text), {}}
                     : parsed.error();
}

TEST(Parse, ReadsEveryKindOfValue) {
  EXPECT_EQ(read(" {\"a\" : [ 1 , -2.5e1, \"x\", true,false,null, {} , [] ] }\r\n\t"),
            R"({"a":[1,-25,"x",true,false,null,{},[]]})");
  EXPECT_EQ(read("0"), "0");
  EXPECT_EQ(read("\"\""), "\"\"");
  EXPECT_EQ(read("null"), "null");
}

TEST(Parse, RoundsNumbersCorrectly) {
  // Cases that RapidJSON's default parser gets wrong, or that lie on the border between two doubles.
  EXPECT_EQ(parse("0.9868011474609375")->as_number(), 0.9868011474609375);
  EXPECT_EQ(parse("123e34")->as_number(), 123e34);
  EXPECT_EQ(parse("2.2250738585072011e-308")->as_number(), 2.2250738585072011e-308);
  EXPECT_EQ(parse("1.7976931348623157e308")->as_number(), std::numeric_limits<double>::max());
  EXPECT_EQ(parse("5e-324")->as_number(), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(parse("9007199254740993")->as_number(), 9007199254740992.0);
  EXPECT_EQ(parse("0.1000000000000000055511151231257827021181583404541015625")->as_number(), 0.1);
}

TEST(Parse, TakesUnderflowAndMinusZeroAsZero) {
  EXPECT_EQ(parse("1e-400")->as_number(), 0);
  EXPECT_FALSE(std::signbit(parse("-0")->as_number()));
  EXPECT_FALSE(std::signbit(parse("-0.0e5")->as_number()));
}

TEST(Parse, RefusesNumbersBeyondADouble) {
  for (const char* text : {"1e309", "-1e309", "1.8e308", "[1, 1e400]", "1e99999999999999999999"}) {
    const core::Error error = refusal(text);
    EXPECT_EQ(error.code, core::Code::kInvalidJson) << text;
    EXPECT_NE(error.message.find("out of the range of a double"), std::string::npos) << error.message;
  }
}

TEST(Parse, RefusesWhatIsNoNumberInJson) {
  for (const char* text : {"01", "+1", ".5", "5.", "1e", "1e+", "-", "0x10", "NaN", "Infinity", "-Infinity",
                           "1_000", "--1", "1.e1", "\uff11"}) {
    EXPECT_EQ(refusal(text).code, core::Code::kInvalidJson) << text;
  }
}

TEST(Parse, RefusesWhatIsNoJson) {
  for (const char* text :
       {"",           " ",       "{",         "}",     "[1",        "[1,]",        "[,1]",
        "{\"a\":1,}", "{\"a\"}", "{\"a\":}",  "{a:1}", "{'a':1}",   "[1] 2",       "{} {}",
        "tru",        "True",    "nul",       "\"abc", "\"\\x\"",   "\"\\u12g4\"", "\"a\nb\"",
        "\"a\tb\"",   "// c\n1", "/* c */ 1", "[1 2]", "{\"a\" 1}", "undefined",   "{\"a\":1 \"b\":2}"}) {
    EXPECT_EQ(refusal(text).code, core::Code::kInvalidJson) << text;
  }
}

TEST(Parse, RefusesDuplicateMembersAtAnyDepth) {
  const core::Error error = refusal("{\n  \"a\": {\"b\": 1,\n        \"b\": 2}}");
  EXPECT_EQ(error.code, core::Code::kInvalidJson);
  EXPECT_EQ(error.message, "JSON line 3, column 12: the member \"b\" appears twice in one object");
  EXPECT_EQ(refusal("{\"a\":1,\"\\u0061\":2}").code, core::Code::kInvalidJson);
  EXPECT_EQ(read("{\"a\":{\"a\":{\"a\":1}}}"), "{\"a\":{\"a\":{\"a\":1}}}");
}

TEST(Parse, RefusesBadEncoding) {
  for (const char* text : {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
                           "\"\xe2\x82\"", "\xef\xbb\xbf{}", "{\"\x80\":1}"}) {
    EXPECT_EQ(refusal(text).code, core::Code::kInvalidJson) << text;
  }
  EXPECT_NE(refusal("\xef\xbb\xbf{}").message.find("byte order mark"), std::string::npos);
  EXPECT_EQ(refusal("[\n\"ä\xff\"]").details, (core::Details{{"line", 2}, {"column", 3}}));
}

TEST(Parse, RefusesLoneSurrogatesAndJoinsPairs) {
  for (const char* text : {"\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\udc00\\ud800\"",
                           "\"\\ud83dx\"", "{\"\\udead\":1}"}) {
    const core::Error error = refusal(text);
    EXPECT_EQ(error.code, core::Code::kInvalidJson) << text;
    EXPECT_NE(error.message.find("half a surrogate pair"), std::string::npos) << error.message;
  }
  EXPECT_EQ(parse("\"\\ud83d\\ude00\"")->as_string(), "\U0001F600");
}

TEST(Parse, TakesNulInTextsButNotInNamesOrAsAByte) {
  EXPECT_EQ(parse("\"a\\u0000b\"")->as_string(), std::string("a\0b", 3));
  EXPECT_EQ(refusal("{\"a\\u0000b\":1}").code, core::Code::kInvalidJson);
  // RapidJSON would take the byte for the end of the text.
  EXPECT_EQ(refusal(std::string_view("{}\0garbage", 10)).code, core::Code::kInvalidJson);
  EXPECT_EQ(refusal(std::string_view("\"a\0b\"", 5)).code, core::Code::kInvalidJson);
}

TEST(Parse, NamesLineAndColumnInCharacters) {
  const core::Error error = refusal("{\"ä\": 1,\n \"öü\": x}");
  EXPECT_EQ(error.message, "JSON line 2, column 8: expected a value");
  EXPECT_EQ(error.details, (core::Details{{"line", 2}, {"column", 8}}));
  EXPECT_EQ(refusal("").message, "JSON line 1, column 1: expected a value, found the end of the text");
  EXPECT_EQ(refusal("[1] x").message, "JSON line 1, column 5: expected the end of the text after the value");
}

TEST(Parse, BoundsDepth) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse(nested(64)).ok());
  EXPECT_EQ(refusal(nested(65)).code, core::Code::kLimitReached);
  EXPECT_EQ(refusal(std::string(1000000, '[')).code, core::Code::kLimitReached);
  const core::Error error = refusal("{\"a\":[0]}", {.max_depth = 1});
  EXPECT_EQ(error.code, core::Code::kLimitReached);
  EXPECT_NE(error.message.find("nested deeper than 1 level"), std::string::npos) << error.message;
  EXPECT_EQ(error.message.find("levels"), std::string::npos) << error.message;
  EXPECT_TRUE(parse("{\"a\":[0]}", {.max_depth = 2}).ok());
}

TEST(Parse, BoundsSize) {
  EXPECT_TRUE(parse("[1]", {.max_bytes = 3}).ok());
  const core::Error error = refusal("[1] ", {.max_bytes = 3});
  EXPECT_EQ(error.code, core::Code::kLimitReached);
  EXPECT_EQ(error.message, "the JSON text has 4 bytes; the limit is 3");
  EXPECT_EQ(refusal("1", {.max_bytes = 0}).message, "the JSON text has 1 byte; the limit is 0");
}

TEST(Parse, BoundsTheMemoryThatAValueTakes) {
  std::string zeros = "[0";
  for (int i = 0; i < 300'000; ++i) zeros += ",0";
  zeros += "]";
  EXPECT_TRUE(parse(zeros).ok());
  EXPECT_EQ(refusal(zeros, {.max_memory_factor = 8, .free_memory = 1 << 20}).code, core::Code::kLimitReached);
  std::string members = "{";
  for (int i = 100'000; i < 300'000; ++i)
    members += (i > 100'000 ? ",\"" : "\"") + std::to_string(i) + "\":0";
  members += "}";
  EXPECT_TRUE(parse(members).ok());
  EXPECT_EQ(refusal(members, {.max_memory_factor = 4, .free_memory = 1 << 20}).code,
            core::Code::kLimitReached);
  EXPECT_TRUE(parse('"' + std::string(5'000'000, 'a') + '"', {.max_memory_factor = 1}).ok());
  EXPECT_TRUE(parse("[0,0,0,0]", {.max_memory_factor = 0}).ok()) << "little is never refused";
}

TEST(Parse, IsLeftOnceTheCallerAsksToStop) {
  std::atomic<bool> stop = true;
  core::MonitorHooks hooks;
  hooks.cancel = &stop;
  const core::Monitor monitor(hooks);
  std::string zeros = "[0";
  for (int i = 0; i < 10'000; ++i) zeros += ",0";
  EXPECT_EQ(refusal(zeros + "]", {.monitor = &monitor}).code, core::Code::kCancelled);
  EXPECT_EQ(refusal(zeros, {.monitor = &monitor}).code, core::Code::kCancelled)
      << "before the fault at the end";
  stop = false;
  EXPECT_TRUE(parse(zeros + "]", {.monitor = &monitor}).ok());
}

TEST(Parse, ReadsBackWhatTheWriterWrites) {
  const std::string text = R"({"":[-1.5,1e+21,1e-7,4294967295,"\u0000\u001f\"\\é😀",[],{"😀":{},"ﬀ":null}]})";
  EXPECT_EQ(read(text), text);
  EXPECT_EQ(canonical(*parse(pretty(*parse(text)))), text);
}

TEST(Parse, SurvivesEveryTruncationAndEveryByteChanged) {
  const std::string text = R"({"a":[1.5e3,-0,"\u00e9\ud83d\ude00 x",true,null],"b":{"c":{}}})";
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(parse(text.substr(0, size)).ok()) << size;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      const auto parsed = parse(changed);  // a sanitizer build watches
      if (parsed.ok()) {
        const std::string written = canonical(*parsed);
        EXPECT_EQ(read(written), written);
      }
    }
  }
}

}  // namespace
}  // namespace rf::json
