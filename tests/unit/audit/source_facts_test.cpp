// SPDX-License-Identifier: MIT
// A run looked at with data that came another way than the record says, and what the record says of reading.
#include "run/source_facts.hpp"

#include <functional>
#include <utility>

#include "artifact/documents.hpp"
#include "audit/record.hpp"
#include "audit/reproduce.hpp"
#include "unit/audit/verify_fixture.hpp"

namespace rf::audit {
namespace {

TEST_F(Verify, OtherDataIsRefused) {
  const std::string directory = emit_run(*small_, "{}");
  const auto other = run::load_text(std::string(kSmallCsv) + "9,9,red,a\n");
  const Verification found = check(directory, other.get());
  EXPECT_EQ(status(found, "data"), "not_checked");
  EXPECT_EQ(found.claim, Claim::kHoldsTogether);
  ASSERT_FALSE(found.verdict.ok());
  EXPECT_EQ(found.verdict.error().code, core::Code::kDatasetMismatch);
  const json::Value& asked = found.report.find("asked")->as_array().front();
  EXPECT_EQ(asked.find("what")->as_string(), "data");
  EXPECT_FALSE(asked.find("done")->as_bool());
}

TEST_F(Verify, TheSameTableThatCameAnotherWayHoldsAndIsTold) {
  const std::string directory = emit_run(*small_, "{}");
  const auto about = [](const Verification& found) {
    const json::Value::Array& notes = found.report.find("notes")->as_array();
    return notes.size() == 1 ? notes.front().find("about")->as_string() : "";
  };
  run::OwnContext own;
  table::ReadingOptions options;
  options.missing_tokens.push_back("nothing of the table");
  const auto read_otherwise = run::load_buffer(kSmallCsv, options, own.context);
  ASSERT_TRUE(read_otherwise.ok());
  const Verification otherwise = check(directory, read_otherwise->get());
  EXPECT_TRUE(otherwise.passed);
  EXPECT_EQ(about(otherwise), "reading_options");

  table::Dataset table = small_->dataset();
  table.source.reset();
  const run::LoadedDataset in_memory(std::move(table), std::nullopt, {});
  const Verification memory = check(directory, &in_memory);
  EXPECT_TRUE(memory.passed);
  EXPECT_EQ(about(memory), "data_in_memory");
}

/// Column t holds numbers and a few texts, w a number that a double does not hold.
std::string csv_with_surprises() {
  std::string csv = "x,t,w,label\n";
  for (int i = 0; i < 40; ++i)
    csv += std::to_string(i) + (i % 20 == 7 ? ",none," : "," + std::to_string(i % 5) + ",") +
           (i < 3 ? "9007199254740993," : "1,") + (i % 2 ? "a\n" : "b\n");
  return csv;
}

std::vector<std::string> abouts(const Verification& found) {
  std::vector<std::string> all;
  for (const json::Value& note : found.report.find("notes")->as_array())
    all.push_back(note.find("about")->as_string());
  return all;
}

TEST_F(Verify, WhatReadingToldFollowsFromTheTableWhereverItCameFrom) {
  const auto file = run::load_text(csv_with_surprises());
  table::Dataset table = file->dataset();
  ASSERT_EQ(table.diagnostics.size(), 2u);
  table.source.reset();
  const run::LoadedDataset in_memory(table, std::nullopt, {});
  const std::string of_memory = emit_run(in_memory, "{}");
  EXPECT_TRUE(check(of_memory, &in_memory).passed) << check(of_memory, &in_memory).first_failure;
  EXPECT_TRUE(check(of_memory, file.get()).passed) << check(of_memory, file.get()).first_failure;
  EXPECT_EQ(abouts(check(of_memory, file.get())), std::vector<std::string>{"no_file_named"});
  const std::string of_file = emit_run(*file, "{}");
  EXPECT_TRUE(check(of_file, &in_memory).passed) << check(of_file, &in_memory).first_failure;
  EXPECT_EQ(abouts(check(of_file, &in_memory)), std::vector<std::string>{"data_in_memory"});

  // Declared kinds leave nothing to tell; the record of a file says which were declared.
  run::OwnContext own;
  table::ReadingOptions options;
  options.kinds = {{"t", core::Kind::kCategory}, {"w", core::Kind::kCategory}};
  const auto declared = run::load_buffer(csv_with_surprises(), options, own.context);
  ASSERT_TRUE(declared.ok());
  ASSERT_TRUE((*declared)->dataset().diagnostics.empty());
  const std::string of_declared = emit_run(**declared, "{}");
  EXPECT_TRUE(check(of_declared, &in_memory).passed) << check(of_declared, &in_memory).first_failure;
  const auto respelled = run::load_text(csv_with_surprises() + "\n");
  EXPECT_TRUE(check(of_declared, respelled.get()).passed)
      << check(of_declared, respelled.get()).first_failure;
  EXPECT_TRUE(check(of_file, respelled.get()).passed) << check(of_file, respelled.get()).first_failure;
}

TEST_F(Verify, OtherDeclaredKindsThatGiveTheSameTableHoldAndAreTold) {
  const auto file = run::load_text(csv_with_surprises());
  run::OwnContext own;
  table::ReadingOptions options;
  options.kinds = {{"t", core::Kind::kCategory}, {"w", core::Kind::kCategory}};
  const auto declared = run::load_buffer(csv_with_surprises(), options, own.context);
  ASSERT_TRUE(declared.ok());
  const auto memory = [](const run::LoadedDataset& dataset) {
    table::Dataset table = dataset.dataset();
    table.source.reset();
    return run::LoadedDataset(std::move(table), std::nullopt, {});
  };
  const run::LoadedDataset told = memory(*file), untold = memory(**declared);
  struct Pair {
    const run::LoadedDataset& recorded;
    const run::LoadedDataset& given;
    std::vector<std::string> about;
  };
  const std::vector<std::string> options_differ = {"reading_options"};
  for (const Pair& pair : {Pair{*file, **declared, options_differ}, Pair{**declared, *file, options_differ},
                           Pair{told, untold, {}}, Pair{untold, told, {"untold_reading"}}}) {
    const std::string directory = emit_run(pair.recorded, "{}");
    const Verification found = check(directory, &pair.given);
    EXPECT_TRUE(found.passed) << found.first_failure;
    EXPECT_EQ(abouts(found), pair.about);
    const auto again = reproduce(directory, pair.given, nullptr, history_, own.context);
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_TRUE(again->reproduced) << again->summary;
  }
}

TEST_F(Verify, AFileThatCannotHaveBeenReadSoIsFound) {
  const std::string directory = emit_run(*small_, "{}");
  const Files honest = read(directory);
  table::Dataset table = small_->dataset();
  table.source.reset();
  const run::LoadedDataset in_memory(std::move(table), std::nullopt, {});
  const auto options = [](json::Value& document) -> json::Value& {
    return at(document, {"dataset", "source", "options"});
  };
  const std::vector<std::pair<const char*, std::function<void(json::Value&)>>> forgeries = {
      {"kinds/x", [&](json::Value& d) { at(options(d), {"kinds"}).set("x", "category"); }},
      {"kinds/nobody", [&](json::Value& d) { at(options(d), {"kinds"}).set("nobody", "numeric"); }},
      {"limits/max_rows", [&](json::Value& d) { at(options(d), {"limits"}).set("max_rows", 3); }},
      {"limits/max_columns", [&](json::Value& d) { at(options(d), {"limits"}).set("max_columns", 2); }},
      {"limits/max_bytes", [&](json::Value& d) { at(options(d), {"limits"}).set("max_bytes", 10); }},
      {"limits/max_cell_bytes", [&](json::Value& d) { at(options(d), {"limits"}).set("max_cell_bytes", 1); }},
      {"delimiter", [&](json::Value& d) { options(d).set("delimiter", ";"); }},
      {"missing_tokens",
       [&](json::Value& d) { options(d).set("missing_tokens", json::Value::array().push("red")); }},
  };
  for (const auto& [pointer, forge] : forgeries) {
    Files files = honest;
    edit(files, "run.json", forge);
    reseal(files);
    put(directory, files);
    const std::string wanted = std::string("run.json /dataset/source/options/") + pointer;
    for (const run::LoadedDataset* data :
         {static_cast<const run::LoadedDataset*>(nullptr), &in_memory, small_.get()}) {
      const Verification found = check(directory, data);
      EXPECT_FALSE(found.passed) << pointer;
      bool is_named = false;
      for (const std::string& failure : failures(found))
        is_named |= failure.find(wanted) != std::string::npos;
      EXPECT_TRUE(is_named) << pointer << ": " << found.first_failure;
    }
  }
}

/// 0.1.0 recorded infinite predictions; what came to be refused since does not make its records false.
TEST_F(Verify, InfiniteOutputsHoldOnlyInARecordOfAVersionThatTookThem) {
  std::string csv = "x,label,part\n";
  for (int i = 0; i < 20; ++i)
    csv += "0." + std::to_string(i + 10) + "," + std::to_string(i) + "e200,train\n";
  csv += "1e308,1e200,validation\n0.5,2e200,validation\n";
  const auto data = run::load_text(csv);
  const char* const config = R"({"task": "regression", "split": {"method": "predefined", "column": "part"}})";
  const auto refused = run::try_train(*data, config);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, core::Code::kNotFinite);

  run::OwnContext own;
  const artifact::AsOf row(history_, *history_.find("0.1.0"));
  const auto run =
      run::train(*data, run::read_train_config(config).value(), run::RenderedAs{row}, own.context);
  ASSERT_TRUE(run.ok()) << run.error().message;
  const std::string directory =
      emit(**run, folder_.path(), {std::nullopt, false}, nullptr, own.context).value();
  Files files = read(directory);
  rewrite_version(files, "0.1.0");
  put(directory, files);
  const Verification found = check(directory, data.get());
  EXPECT_TRUE(found.passed) << found.first_failure;
  const auto again = reproduce(directory, *data, nullptr, history_, own.context);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_TRUE(again->reproduced) << again->summary;

  rewrite_version(files, history_.running().version.c_str());
  put(directory, files);
  EXPECT_FALSE(check(directory, data.get()).passed);
}

TEST_F(Verify, ARecordThatNamesNoFileMayTellLessOfReadingAndNothingElse) {
  const auto file = run::load_text(csv_with_surprises());
  table::Dataset table = file->dataset();
  table.source.reset();
  table.diagnostics.clear();
  const run::LoadedDataset in_memory(std::move(table), std::nullopt, {});
  const std::string directory = emit_run(in_memory, "{}");
  const Verification honest = check(directory, file.get());
  EXPECT_TRUE(honest.passed) << honest.first_failure;
  EXPECT_EQ(honest.claim, Claim::kHoldsTogether);
  EXPECT_EQ(abouts(honest), (std::vector<std::string>{"no_file_named", "untold_reading"}));
  EXPECT_NE(honest.report.find("notes")->as_array()[1].find("message")->as_string().find(
                "INTEGER_TOO_WIDE of \"w\", TEXT_AMONG_NUMBERS of \"t\""),
            std::string::npos)
      << honest.report.find("notes")->as_array()[1].find("message")->as_string();
  run::OwnContext own;
  const auto again = reproduce(directory, *file, nullptr, history_, own.context);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_TRUE(again->reproduced) << again->summary;
  EXPECT_EQ(again->report.find("notes")->as_array().size(), 2u);

  // A column that shows no decimal comma, and one whose surprise is told otherwise.
  for (const char* code : {"DECIMAL_COMMA", "TEXT_AMONG_NUMBERS"}) {
    Files files = read(directory);
    edit(files, "run.json", [&](json::Value& document) {
      json::Value invented = json::Value::object();
      invented.set("code", code)
          .set("severity", "warning")
          .set("details", json::Value::object().set("column", "t").set("cells", 3));
      document.set("diagnostics", artifact::with_messages(json::Value::array().push(std::move(invented))));
    });
    reseal(files);
    const std::string forged = emit_run(in_memory, "{}");
    put(forged, files);
    const Verification found = check(forged, file.get());
    EXPECT_FALSE(found.passed) << code;
    bool is_of_data = false;
    for (const std::string& failure : failures(found))
      is_of_data |= failure.starts_with("data run.json /diagnostics");
    EXPECT_TRUE(is_of_data) << code << found.first_failure;
  }
}

}  // namespace
}  // namespace rf::audit
