// SPDX-License-Identifier: MIT
// The whole way: real CSV in, every result file out, the same bytes again.
#include "run/pipeline.hpp"

#include <algorithm>
#include <set>

#include "audit/record.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"
#include "unit/core/temporary_folder.hpp"
#include "unit/run/run_fixture.hpp"

namespace rf::run {
namespace {

json::Value document(const Run& run, std::string_view name) {
  const artifact::File* file = run.find(name);
  if (file == nullptr) {
    ADD_FAILURE() << "no " << name;
    return json::Value::object();
  }
  auto parsed = json::parse(file->bytes);
  EXPECT_TRUE(parsed.ok());
  return std::move(parsed).value();
}

std::set<std::string> names(const Run& run) {
  std::set<std::string> all;
  for (const artifact::File& file : run.files) all.insert(file.name);
  return all;
}

struct Case {
  const char* file;
  const char* config;
};

std::string case_name(const testing::TestParamInfo<Case>& info) {
  std::string name = std::string(info.param.file) + "_" + info.param.config;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return std::to_string(info.index) + "_" + name;
}

class EveryFamily : public testing::TestWithParam<Case> {};

TEST_P(EveryFamily, GivesTheSameBytesForAnyNumberOfThreads) {
  const auto dataset = load_test_data(GetParam().file);
  const auto once = train_on(*dataset, GetParam().config, 1);
  for (const std::uint32_t threads : {2u, 3u, 7u}) {
    const auto again = train_on(*dataset, GetParam().config, threads);
    ASSERT_EQ(names(*again), names(*once));
    for (const artifact::File& file : once->files)
      EXPECT_EQ(again->find(file.name)->bytes, file.bytes) << file.name << " with " << threads << " threads";
  }
}

TEST_P(EveryFamily, LeavesACompleteRecord) {
  const auto dataset = load_test_data(GetParam().file);
  const auto run = train_on(*dataset, GetParam().config);
  const json::Value record = document(*run, "run.json");
  std::set<std::string> listed = {"run.json"};
  for (const json::Value& entry : record.find("artifacts")->as_array()) {
    const std::string& path = entry.find("path")->as_string();
    listed.insert(path);
    const artifact::File* file = run->find(path);
    ASSERT_NE(file, nullptr) << path;
    EXPECT_EQ(entry.find("sha256")->as_string(), crypto::sha256_hex(file->bytes)) << path;
    EXPECT_EQ(entry.find("size_bytes")->as_number(), static_cast<double>(file->bytes.size())) << path;
  }
  EXPECT_EQ(listed, names(*run));
  EXPECT_EQ(record.find("result_digest")->as_string(),
            crypto::sha256_hex(json::canonical(*record.find("artifacts"))));
  EXPECT_EQ(run->run_digest, crypto::sha256_hex(run->find("run.json")->bytes));
  EXPECT_EQ(record.find("dataset")->find("fingerprint_sha256")->as_string(),
            crypto::sha256_hex(*core::read_file(test_data(GetParam().file))));
}

TEST_P(EveryFamily, TrainsFromTheRecordedConfigToTheSameModel) {
  const auto dataset = load_test_data(GetParam().file);
  const auto run = train_on(*dataset, GetParam().config);
  const auto again = train_on(*dataset, json::canonical(*document(*run, "run.json").find("config")));
  EXPECT_EQ(again->input_digest, run->input_digest);
  EXPECT_EQ(again->find("model.safetensors")->bytes, run->find("model.safetensors")->bytes);
}

INSTANTIATE_TEST_SUITE_P(
    RealData, EveryFamily,
    testing::Values(
        Case{"iris.csv", R"({"label":"species"})"},
        Case{"iris.csv", R"({"label":"species","model":"linear_svc"})"},
        Case{"iris.csv", R"({"label":"species","model":"random_forest","params":{"n_estimators":20}})"},
        Case{"breast_cancer.csv", R"({"label":"diagnosis"})"},
        Case{"breast_cancer.csv", R"({"label":"diagnosis","params":{"penalty":"l1"}})"},
        Case{"breast_cancer.csv", R"({"label":"diagnosis","model":"decision_tree"})"},
        Case{"titanic.csv", R"({"label":"Survived","missing":{"policy":"fill"}})"},
        Case{"titanic.csv", R"({"label":"Survived","model":"random_forest","missing":{"policy":"native"},)"
                            R"("roles":{"Parch":"weight"},"params":{"n_estimators":20}})"},
        Case{"titanic.csv", R"({"label":"Fare","task":"regression","model":"decision_tree",)"
                            R"("missing":{"policy":"native"},"roles":{"SibSp":"weight"}})"},
        Case{"titanic.csv", R"({"label":"Survived","model":"random_forest","missing":{"policy":"fill"},)"
                            R"("params":{"n_estimators":20,"class_weight":"balanced"}})"},
        Case{"diabetes.csv", R"({"label":"progression","task":"regression"})"},
        Case{"diabetes.csv", R"({"label":"progression","task":"regression","model":"decision_tree"})"},
        Case{"diabetes.csv", R"({"label":"progression","task":"regression","model":"random_forest",)"
                             R"("params":{"n_estimators":20}})"}),
    case_name);

TEST(PipelineTest, BufferAndFileGiveTheSameRecord) {
  const std::string path = test_data("titanic.csv");
  const auto from_file = train_on(*load_test_data("titanic.csv"), R"({"label":"Survived"})");
  const auto from_buffer = train_on(*load_text(*core::read_file(path)), R"({"label":"Survived"})");
  EXPECT_EQ(from_file->find("run.json")->bytes, from_buffer->find("run.json")->bytes);
}

TEST(PipelineTest, AnotherSpellingOfTheSameTableGivesTheSameResults) {
  const auto plain =
      load_text("a,b,y\n1,x,0\n2,y,1\n3,x,0\n4,y,1\n5,x,0\n6,y,1\n7,x,0\n8,y,1\n9,x,0\n10,y,1\n");
  const auto quoted = load_text(
      "\xEF\xBB\xBF\"a\";b;y\r\n1.0;\"x\";0\r\n2;y "
      ";1\r\n\r\n3;x;0\r\n4;y;1\r\n5;x;0\r\n6;y;1\r\n7;x;0\r\n8;y;1\r\n"
      "9e0;x;0\r\n10;y;1\r\n");
  const auto a = train_on(*plain, R"({"label":"y"})");
  const auto b = train_on(*quoted, R"({"label":"y"})");
  EXPECT_EQ(a->input_digest, b->input_digest);
  for (const artifact::File& file : a->files) {
    if (file.name == "run.json") continue;
    EXPECT_EQ(b->find(file.name)->bytes, file.bytes) << file.name;
  }
  EXPECT_NE(a->run_digest, b->run_digest) << "run.json tells the sources apart";
}

TEST(PipelineTest, AnotherSeedGivesAnotherSplitAndAnotherDigest) {
  const auto dataset = load_test_data("iris.csv");
  const auto a = train_on(*dataset, R"({"label":"species","seed":1})");
  const auto b = train_on(*dataset, R"({"label":"species","seed":2})");
  EXPECT_NE(a->input_digest, b->input_digest);
  EXPECT_NE(document(*a, "run.json").find("split")->find("train_rows_sha256")->as_string(),
            document(*b, "run.json").find("split")->find("train_rows_sha256")->as_string());
}

TEST(PipelineTest, FractionZeroTrainsOnAllRowsAndSaysSo) {
  const auto run = train_on(*load_test_data("iris.csv"), R"({"label":"species","split":{"fraction":0}})");
  const json::Value record = document(*run, "run.json");
  EXPECT_EQ(record.find("split")->find("num_train")->as_number(), 150);
  EXPECT_EQ(record.find("split")->find("num_validation")->as_number(), 0);
  EXPECT_TRUE(run->metrics.empty());
}

TEST(PipelineTest, ProfileIsRecordedWithItsParameters) {
  const auto run = train_on(*load_test_data("iris.csv"), R"({"label":"species","profile":"fast"})");
  const json::Value record = document(*run, "run.json");
  EXPECT_EQ(record.find("profile_name")->as_string(), "fast");
  EXPECT_EQ(record.find("profile_version")->as_string(), "1.0");
  EXPECT_EQ(record.find("expanded_parameters_hash")->as_string(), crypto::sha256_hex(R"({"max_iter":50})"));
}

TEST(PipelineTest, RefusalsNameTheirReason) {
  const auto refusal = [](std::string_view csv, std::string_view config) {
    const auto run = try_train(*load_text(csv), config);
    return run.ok() ? std::string("trained")
                    : std::string(core::code_name(run.error().code)) + ": " + run.error().message;
  };
  std::string rare = "x,y\n";
  for (int i = 0; i < 30; ++i)
    rare += std::to_string(i % 7) + (i == 29 ? ",rare\n" : i % 2 ? ",a\n" : ",b\n");
  bool refused = false;
  for (int seed = 0; seed < 20 && !refused; ++seed)
    refused = refusal(rare, R"({"label":"y","seed":)" + std::to_string(seed) + "}") ==
              "CLASS_NOT_IN_TRAINING: class \"rare\" has no row among the training rows; drop the class, "
              "give it more "
              "rows or choose another seed";
  EXPECT_TRUE(refused);

  const std::string two = "x,y\n1,0\n2,1\n3,0\n4,1\n5,0\n6,1\n7,0\n8,1\n9,0\n10,1\n";
  OwnContext own;
  table::ReadingOptions options;
  options.kinds["z"] = core::Kind::kNumeric;
  const auto with_kind = load_buffer(two, options, own.context);
  ASSERT_TRUE(with_kind.ok()) << with_kind.error().message;
  const auto run = try_train(**with_kind, R"({"label":"y"})");
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(run.error().code, core::Code::kColumnNotFound);
}

TEST(PipelineTest, ProgressIsTheSameForAnyNumberOfThreads) {
  using Seen = std::vector<std::string>;
  const auto record = [](std::uint32_t threads) {
    Seen seen;
    core::Workers workers(threads);
    core::MonitorHooks hooks;
    hooks.user = &seen;
    hooks.progress = [](void* user, const char* stage, std::uint64_t done,
                        std::uint64_t total) -> std::int32_t {
      static_cast<Seen*>(user)->push_back(std::string(stage) + " " + std::to_string(done) + "/" +
                                          std::to_string(total));
      return 0;
    };
    core::Monitor monitor(hooks);
    core::Context context{workers, monitor, core::baseline_kernels()};
    const auto dataset = load_file(test_data("titanic.csv"), {}, context);
    EXPECT_TRUE(dataset.ok());
    const auto config = read_train_config(R"({"label":"Survived","model":"random_forest"})");
    EXPECT_TRUE(train(**dataset, *config, context).ok());
    return seen;
  };
  const Seen one = record(1);
  EXPECT_GT(one.size(), 100u);
  EXPECT_EQ(record(2), one);
  EXPECT_EQ(record(7), one);
}

TEST(PipelineTest, CancelAtAnyProgressCallGivesNoRun) {
  const auto dataset = load_test_data("iris.csv");
  const auto config =
      read_train_config(R"({"label":"species","model":"random_forest","params":{"n_estimators":5}})");
  for (int stop_at = 1;; ++stop_at) {
    struct State {
      int calls = 0;
      int stop_at;
    } state{0, stop_at};
    core::Workers workers(2);
    core::MonitorHooks hooks;
    hooks.user = &state;
    hooks.progress = [](void* user, const char*, std::uint64_t, std::uint64_t) -> std::int32_t {
      auto* counter = static_cast<State*>(user);
      return ++counter->calls == counter->stop_at ? 1 : 0;
    };
    core::Monitor monitor(hooks);
    core::Context context{workers, monitor, core::baseline_kernels()};
    const auto run = train(*dataset, *config, context);
    if (state.calls < stop_at) {
      EXPECT_TRUE(run.ok()) << "nothing asked to stop";
      break;
    }
    ASSERT_FALSE(run.ok()) << "stopped at call " << stop_at;
    EXPECT_EQ(run.error().code, core::Code::kCancelled);
    EXPECT_EQ(state.calls, stop_at) << "no call after the stop";
  }
}

TEST(RecordTest, AnEmittedRunReadsBackWithTheSameBytes) {
  const auto run = train_on(*load_test_data("iris.csv"), R"({"label":"species"})");
  const core::TemporaryFolder parent;
  OwnContext own;
  const auto directory = audit::emit(*run, parent.path(), {}, nullptr, own.context);
  ASSERT_TRUE(directory.ok()) << directory.error().message;
  const auto opened = audit::open(*directory);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  ASSERT_EQ(names(**opened), names(*run));
  for (const artifact::File& file : run->files) EXPECT_EQ((*opened)->find(file.name)->bytes, file.bytes);
  EXPECT_EQ((*opened)->run_digest, run->run_digest);
  EXPECT_EQ((*opened)->metrics, run->metrics);
}

TEST(PipelineTest, WhatReadingNoticedIsRecordedOfUsedColumnsOnly) {
  std::string csv = "code,secret,y\n";
  for (int i = 0; i < 40; ++i)
    csv += (i == 7 ? "x" : std::to_string(i % 5)) + (i == 9 ? ",planted-name," : ",1,") +
           std::to_string(i % 2) + "\n";
  const auto dataset = load_text(csv);
  ASSERT_EQ(dataset->dataset().diagnostics.size(), 2u);
  const auto run = train_on(*dataset, R"({"label":"y","roles":{"secret":"ignored"}})");
  const std::string& record = run->find("run.json")->bytes;
  EXPECT_NE(record.find("column \\\"code\\\""), std::string::npos) << record;
  for (const artifact::File& file : run->files)
    EXPECT_EQ(file.bytes.find("planted-name"), std::string::npos) << file.name;
}

}  // namespace
}  // namespace rf::run
