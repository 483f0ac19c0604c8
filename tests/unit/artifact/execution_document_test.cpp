// SPDX-License-Identifier: MIT
// execution.v1: the whole, and what is left without details.
#include "unit/artifact/support.hpp"

namespace rf::artifact {
namespace {

ExecutionFacts some_facts() {
  ExecutionFacts facts;
  facts.run_id = "20240101-120000-abc12345";
  facts.created_at = 1704110400;
  facts.run_digest = std::string(64, 'd');
  facts.dataset_path = "data/iris.csv";
  facts.host = {"Linux 6.1.0", "x86_64", "box", "", 2};
  facts.threads = 7;
  facts.build = json::Value::object().set("compiler", "GCC 12.2");
  facts.stages = {{"load", 0.5, 0.25}, {"train", 1, 2}};
  facts.peak_memory_bytes = 4096;
  return facts;
}

TEST(ExecutionDocument, TellsWhenWhereAndHowLong) {
  const json::Value document = test::finished(execution_document(some_facts()), "execution.v1");
  EXPECT_EQ(test::text(document, "created_at"), "\"2024-01-01T12:00:00Z\"");
  EXPECT_EQ(test::text(document, "run_id"), "\"20240101-120000-abc12345\"");
  EXPECT_EQ(test::text(document, "host"),
            R"({"host_name":"box","machine":"x86_64","n_cores":2,"system":"Linux 6.1.0"})");
  EXPECT_EQ(
      test::text(document, "stages"),
      R"([{"cpu_seconds":0.25,"name":"load","wall_seconds":0.5},{"cpu_seconds":2,"name":"train","wall_seconds":1}])");
  EXPECT_EQ(test::text(document, "threads"), "7");
  EXPECT_EQ(test::text(document, "dataset_path"), "\"data/iris.csv\"");
  EXPECT_EQ(test::text(document, "peak_memory_bytes"), "4096");
}

TEST(ExecutionDocument, WithoutDetailsOnlyFiveMembersStay) {
  ExecutionFacts facts = some_facts();
  facts.details = false;
  const json::Value document = test::finished(execution_document(facts), "execution.v1");
  std::vector<std::string> keys;
  for (const auto& [key, value] : document.as_object()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"created_at", "run_digest", "run_id", "runforge_version",
                                            "schema_version"}));
}

TEST(ExecutionDocument, APathOfAnyBytesComesBack) {
  std::uint32_t state = 5;
  ExecutionFacts facts = some_facts();
  for (int round = 0; round < 5'000; ++round) {
    std::string path;
    for (int i = 0; i < 8; ++i) {
      state = state * 1664525 + 1013904223;
      path += "\\x05fc\xFF\xC3\xA4"[state / 65536 % 9];
    }
    facts.dataset_path = path;
    const std::string recorded = execution_document(facts).find("dataset_path")->as_string();
    ASSERT_EQ(core::find_invalid_utf8(recorded), std::string::npos);
    ASSERT_EQ(core::unescaped_utf8(recorded), path) << recorded;
  }
}

TEST(ExecutionDocument, ATableFromMemoryHasNoPath) {
  ExecutionFacts facts = some_facts();
  facts.dataset_path.reset();
  EXPECT_EQ(test::finished(execution_document(facts), "execution.v1").find("dataset_path"), nullptr);
}

}  // namespace
}  // namespace rf::artifact
