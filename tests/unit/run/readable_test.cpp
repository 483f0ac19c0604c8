// SPDX-License-Identifier: MIT
// What is known before training about the size of the files: never more than they have, and not much less.
#include "run/readable.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "artifact/safetensors.hpp"
#include "run/deal.hpp"
#include "run/fit.hpp"
#include "unit/run/run_fixture.hpp"

namespace rf::run {
namespace {

LeastBytes least_of(const LoadedDataset& dataset, std::string_view config_text) {
  OwnContext own;
  const TrainConfig config = read_train_config(config_text).value();
  const Dealt dealt = deal(dataset, config, own.monitor).value();
  model::Model model;
  model.task = config.task;
  model.classes = dealt.target.classes;
  model.encoder = encode::fit_encoder(dataset.table(), dealt.selection.features, dealt.train_rows,
                                      core::family_info(config.family).layout(), config.missing, own.context)
                      .value()
                      .encoder;
  return least_bytes(dataset.table(), config, dealt, model);
}

std::uint64_t size_of(const Run& run, const std::string& name) {
  const std::string& bytes = run.find(name)->bytes;
  if (name != artifact::kModel) return bytes.size();
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), sizeof header);
  return header;
}

/// Names that need escaping, categories, booleans, a column without a cell, a thousand columns.
std::string wide_csv() {
  std::string text = "y,\"quo\"\"te\",\"back\\slash\",eq=ual,\"tab\there\",\xC3\xA4,empty,truth,colour";
  constexpr int kNumbers = 1000;
  for (int j = 0; j < kNumbers; ++j) text += ",n" + std::to_string(j);
  for (int row = 0; row < 60; ++row) {
    text += "\n" + std::string(1, static_cast<char>('a' + row % 3));
    for (int j = 0; j < 5; ++j) text += "," + std::to_string(row * (j + 1) % 7) + ".5";
    text += std::string(",,") + (row % 2 == 0 ? "true" : "false") + (row % 5 == 0 ? "," : ",re=d") +
            std::to_string(row % 4);
    for (int j = 0; j < kNumbers; ++j) text += "," + std::to_string((row * j + row) % 11);
  }
  return text + "\n";
}

TEST(Readable, LeastBytesAreNeverMoreThanThereAreAndNotMuchLess) {
  const auto wide = load_text(wide_csv());
  for (
      const char* const config :
      {R"({"label":"y","missing":{"policy":"fill"}})",
       R"({"label":"y","model":"linear_svc","missing":{"policy":"fill"}})",
       R"({"label":"y","model":"random_forest","missing":{"policy":"native"},"params":{"n_estimators":3}})",
       R"({"label":"y","model":"gradient_boosting","missing":{"policy":"fill"},"params":{"n_estimators":3}})",
       R"({"label":"truth","missing":{"policy":"fill"},"params":{"penalty":"l1","C":0.001}})",
       R"({"label":"n7","task":"regression","missing":{"policy":"fill"},"split":{"fraction":0}})"}) {
    const auto run = train_on(*wide, config);
    const LeastBytes least = least_of(*wide, config);
    EXPECT_GE(least.size(), 4u);
    for (const auto& [name, bytes] : least) {
      const std::uint64_t size = size_of(*run, name);
      EXPECT_LE(bytes, size) << name << " of " << config;
      if (name == artifact::kRecord || name == artifact::kMetrics) continue;
      EXPECT_GT(bytes, size / 2) << name << " of " << config;
    }
  }
}

TEST(Readable, LeastBytesHoldForRealData) {
  for (const auto& [file, config] : std::vector<std::pair<const char*, const char*>>{
           {"iris.csv", R"({"label":"species"})"},
           {"titanic.csv", R"({"label":"Survived","missing":{"policy":"fill"},"roles":{"Name":"feature"}})"},
           {"titanic.csv", R"({"label":"Embarked","model":"decision_tree","roles":{"Cabin":"ignored"}})"},
           {"diabetes.csv", R"({"label":"progression","task":"regression"})"}}) {
    const auto dataset = load_test_data(file);
    const auto run = train_on(*dataset, config);
    for (const auto& [name, bytes] : least_of(*dataset, config))
      EXPECT_LE(bytes, size_of(*run, name)) << name << " of " << config;
  }
}

TEST(Readable, OfManyClassesTheConfusionMatrixCounts) {
  std::string text = "y,x\n";
  for (int row = 0; row < 1200; ++row)
    text += "c" + std::to_string(row % 300) + "," + std::to_string(row) + "\n";
  const auto dataset = load_text(text);
  const char* const config = R"({"label":"y","model":"decision_tree","params":{"max_depth":2}})";
  const std::uint64_t size = size_of(*train_on(*dataset, config), artifact::kMetrics);
  const std::uint64_t least = least_of(*dataset, config).at(artifact::kMetrics);
  EXPECT_LE(least, size);
  EXPECT_GT(least, size * 9 / 10);
}

TEST(Readable, ALimitIsNamed) {
  EXPECT_TRUE(check_room({{artifact::kDataset, 1000}, {artifact::kModel, 100'000'000}}, 1000).ok());
  const auto document = check_room({{artifact::kDataset, 1001}}, 1000);
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().code, core::Code::kLimitReached);
  EXPECT_EQ(
      document.error().message,
      "dataset.v1.json would have at least 1001 bytes; no document of more than 1000 bytes can be read");
  const auto header = check_room({{artifact::kModel, artifact::kMostHeaderBytes + 1}});
  ASSERT_FALSE(header.ok());
  EXPECT_EQ(header.error().message,
            "the header of model.safetensors would have more than 100000000 bytes, and could not be read");
}

// A control character has seven bytes in JSON that is text in JSON.
TEST(Readable, WhatCannotBeWrittenIsRefusedBeforeAnythingIsLearned) {
  const auto dataset = load_text(std::string(artifact::kMostHeaderBytes / 7 + 1, '\x01') +
                                 ",y\n1,2\n2,3\n3,5\n4,7\n5,8\n6,9\n7,1\n8,4\n9,6\n");
  std::vector<std::string> stages;
  core::MonitorHooks hooks;
  hooks.user = &stages;
  hooks.progress = [](void* user, const char* stage, std::uint64_t, std::uint64_t) -> std::int32_t {
    static_cast<std::vector<std::string>*>(user)->emplace_back(stage);
    return 0;
  };
  core::Monitor monitor(hooks);
  core::Workers workers(1);
  core::Context context{workers, monitor, core::baseline_kernels()};
  const auto run = train(*dataset, *read_train_config(R"({"label":"y","task":"regression"})"), context);
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(run.error().code, core::Code::kLimitReached);
  EXPECT_EQ(run.error().message,
            "the header of model.safetensors would have more than 100000000 bytes, and could not be read");
  ASSERT_FALSE(stages.empty());
  EXPECT_EQ(stages.back(), "encode");
}

}  // namespace
}  // namespace rf::run
