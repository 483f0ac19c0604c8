// SPDX-License-Identifier: MIT
#include "run/options.hpp"

#include <gtest/gtest.h>

#include <string>

#include "artifact/documents.hpp"
#include "json/write.hpp"

namespace rf::run {
namespace {

TEST(DatasetOptionsTest, DefaultsComeFromTheStruct) {
  const auto options = read_dataset_options("");
  ASSERT_TRUE(options.ok());
  EXPECT_FALSE(options->delimiter.has_value());
  EXPECT_TRUE(options->trim);
  EXPECT_EQ(options->missing_tokens, table::ReadingOptions().missing_tokens);
  EXPECT_EQ(options->limits, table::ReadingLimits());
}

TEST(DatasetOptionsTest, EveryKeyReachesTheStructAndTheRecord) {
  const char* const text =
      R"({"comment":"#","delimiter":";","header":false,"kinds":{"a":"category","b":"numeric","c":"boolean"},)"
      R"("limits":{"max_bytes":5,"max_cell_bytes":4,"max_columns":3,"max_rows":2},"missing_number_tokens":["y"],)"
      R"("missing_tokens":["x"],"rules":1,"skip_rows":7,"trim":false})";
  const auto options = read_dataset_options(text);
  ASSERT_TRUE(options.ok()) << options.error().message;
  EXPECT_EQ(options->delimiter, ';');
  EXPECT_EQ(options->kinds.at("a"), core::Kind::kCategory);
  EXPECT_EQ(options->limits.max_bytes, 5u);
  EXPECT_EQ(options->limits.max_cell_bytes, 4u);
  EXPECT_EQ(json::canonical(artifact::reading_options_value(*options)), text)
      << "what is recorded reads back as what was given";
}

TEST(DatasetOptionsTest, InferTextReachesTheStructAndIsNoFactOfCsv) {
  EXPECT_FALSE(read_dataset_options("{}")->infer_text);
  const auto options = read_dataset_options(R"({"infer_text":true})");
  ASSERT_TRUE(options.ok());
  EXPECT_TRUE(options->infer_text);
}

TEST(DatasetOptionsTest, MistakesAreRefused) {
  for (const char* text : {R"({"delimiter":"||"})", R"({"rules":3})", R"({"skip_rows":-1})",
                           R"({"header":1})", R"({"trim":1})", R"({"kind":{}})", R"({"kinds":{"a":"text"}})",
                           R"({"limits":{"max_rows":-1}})", R"({"infer_text":1})"}) {
    const auto options = read_dataset_options(text);
    ASSERT_FALSE(options.ok()) << text;
    EXPECT_EQ(options.error().status(), core::Status::kConfig) << text;
  }
}

TEST(EmitOptionsTest, TimestampIsReadAsAnInstant) {
  EXPECT_EQ(read_emit_options(R"({"timestamp":"2024-01-01T12:00:00Z"})")->timestamp, 1704110400);
  EXPECT_EQ(read_emit_options(R"({"timestamp":"2024-01-01T14:00:00+02:00"})")->timestamp, 1704110400);
  EXPECT_FALSE(read_emit_options("")->timestamp.has_value());
  EXPECT_TRUE(read_emit_options("")->execution_details);
  EXPECT_FALSE(read_emit_options(R"({"execution_details":false})")->execution_details);
  for (const char* text :
       {"2024-01-01 at noon UTC", "2024-01-01T12:00:00", "2024-01-01", "", "9999-12-31T23:59:59-01:00"}) {
    const auto wrong = read_emit_options("{\"timestamp\":\"" + std::string(text) + "\"}");
    ASSERT_FALSE(wrong.ok()) << text;
    EXPECT_EQ(wrong.error().message,
              "timestamp must be an RFC 3339 date and time with an offset, such as \"2024-01-01T12:00:00Z\", "
              "which in "
              "UTC is in the years 0000 to 9999; found \"" +
                  std::string(text) + "\"");
  }
  EXPECT_FALSE(read_emit_options(R"({"timestamp":7})").ok());
}

}  // namespace
}  // namespace rf::run
