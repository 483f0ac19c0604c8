// SPDX-License-Identifier: MIT
// Runs as they were emitted pass; whatever is done to one is found, and the file is named.
#include "audit/verify.hpp"

#include <algorithm>
#include <cstring>

#include "unit/audit/verify_fixture.hpp"
#include "unit/core/sanitized.hpp"

namespace rf::audit {
namespace {

struct Case {
  const char* file;
  const char* config;
};

TEST_F(Verify, WhatWasEmittedHolds) {
  for (const auto& [file, config] : {
           Case{"iris.csv", R"({"label": "species"})"},
           Case{"iris.csv", R"({"label": "species", "split": {"fraction": 0}})"},
           Case{"breast_cancer.csv", R"({"label": "diagnosis", "profile": "fast"})"},
           Case{"titanic.csv",
                R"({"label": "Survived", "model": "random_forest", "missing": {"policy": "fill"},
                                  "params": {"n_estimators": 5}})"},
           Case{"titanic.csv",
                R"({"label": "Survived", "model": "gradient_boosting", "missing": {"policy": "native"},
                                  "params": {"n_estimators": 5}})"},
           Case{"diabetes.csv", R"({"label": "progression", "task": "regression"})"},
           Case{"diabetes.csv",
                R"({"label": "progression", "task": "regression", "model": "decision_tree"})"},
       }) {
    const auto dataset = run::load_test_data(file);
    const std::string directory = emit_run(*dataset, config);
    const Verification without = check(directory);
    EXPECT_TRUE(without.passed) << config << without.first_failure;
    EXPECT_EQ(status(without, "meaning"), "passed");
    EXPECT_EQ(status(without, "data"), "not_checked");
    const Verification with = check(directory, dataset.get());
    EXPECT_TRUE(with.passed) << config << with.first_failure;
    EXPECT_EQ(status(with, "data"), "passed");
    EXPECT_EQ(status(with, "signatures"), "not_checked");
  }
}

// Under a sanitizer every fifth byte: each takes milliseconds there.
#if RF_TEST_SANITIZED
constexpr std::size_t kByteStep = 5;
#else
constexpr std::size_t kByteStep = 1;
#endif

TEST_F(Verify, EveryByteCounts) {
  const std::string directory = emit_run(*small_, R"({"model": "logistic_regression"})");
  for (const auto& [name, bytes] : read(directory)) {
    for (std::size_t i = 0; i < bytes.size(); i += kByteStep) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ (i % 2 == 0 ? 0x01 : 0x20));
      write(directory, name, changed);
      const Verification found = check(directory);
      ASSERT_FALSE(found.passed) << name << ", byte " << i;
      ASSERT_TRUE(names(found, name)) << name << ", byte " << i << ": " << found.first_failure;
    }
    write(directory, name, bytes);
  }
  EXPECT_TRUE(check(directory).passed);
}

TEST_F(Verify, FilesThatAreMissingForeignCutOrSwappedAreNamed) {
  const std::string directory = emit_run(*small_, "{}");
  const std::string other_directory = emit_run(*small_, R"({"seed": 7})");
  const Files good = read(directory);
  const Files other = read(other_directory);
  for (const auto& [name, bytes] : good) {
    Files files = good;
    files.erase(name);
    put(directory, files);
    EXPECT_TRUE(names(check(directory), name)) << "without " << name;

    files["renamed-" + name] = bytes;
    put(directory, files);
    EXPECT_TRUE(names(check(directory), name)) << "renamed " << name;

    for (const std::size_t size : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
      files = good;
      files[name] = bytes.substr(0, size);
      put(directory, files);
      EXPECT_TRUE(names(check(directory), name)) << name << " cut to " << size;
    }
    files = good;
    files[name] = other.at(name);
    put(directory, files);
    EXPECT_FALSE(check(directory).passed) << name << " of the other run";
  }
  Files files = good;
  files["notes.txt"] = "looks good to me";
  put(directory, files);
  EXPECT_EQ(first(check(directory)), "files notes.txt ");
  files = good;
  files["SHA256SUMS.minisig"] = "no signature";
  put(directory, files);
  EXPECT_EQ(first(check(directory)), "signatures SHA256SUMS.minisig ");
}

TEST_F(Verify, TheSameDocumentWrittenOtherwiseIsAltered) {
  const std::string directory = emit_run(*small_, "{}");
  const Files good = read(directory);
  for (const char* name : {"run.json", "metrics.v1.json", "dataset.v1.json", "execution.v1.json"}) {
    Files files = good;
    files[name] = json::canonical(json::parse(good.at(name)).value());
    put(directory, files);
    EXPECT_EQ(first(check(directory)), std::string("files ") + name + " ");
  }
  Files files = good;
  std::string& metrics = files["metrics.v1.json"];
  const std::size_t number = metrics.find_first_of(",\n", metrics.find("\"accuracy\": "));
  metrics.insert(number, metrics[number - 1] == '1' ? ".0" : "0");
  reseal(files);
  put(directory, files);
  EXPECT_EQ(first(check(directory)), "files metrics.v1.json ");
}

struct Forgery {
  const char* file;
  std::initializer_list<const char*> path;
  json::Value value;
  const char* found;  ///< layer, file and pointer of a failure
};

TEST_F(Verify, AForgerWhoMakesAllDigestsRightAgainIsFoundByMeaning) {
  const std::string directory = emit_run(*small_, R"({"params": {"C": 2}})");
  const Files good = read(directory);
  const std::string zeros(64, '0');
  for (const Forgery& forgery : {
           Forgery{"metrics.v1.json", {"accuracy"}, 0.99, "meaning metrics.v1.json /accuracy"},
           Forgery{"metrics.v1.json", {"f1_macro"}, 0.99, "meaning metrics.v1.json /f1_macro"},
           Forgery{"metrics.v1.json", {"log_loss"}, 0.01, "meaning run.json /metrics/log_loss"},
           Forgery{"metrics.v1.json",
                   {"confusion_matrix", "0", "0"},
                   9,
                   "meaning metrics.v1.json /confusion_matrix"},
           Forgery{"run.json", {"metrics", "accuracy"}, 0.99, "meaning run.json /metrics/accuracy"},
           Forgery{"run.json", {"config", "params", "C"}, 1, "meaning run.json /config/params/C"},
           Forgery{"run.json", {"requested_config", "params", "C"}, 1, "meaning run.json /config/params/C"},
           Forgery{
               "run.json", {"hyperparameters", "0", "value"}, 1, "meaning run.json /hyperparameters/0/value"},
           Forgery{"run.json", {"split", "seed"}, 43, "meaning run.json /split/seed"},
           Forgery{"run.json", {"input_digest"}, zeros, "meaning run.json /input_digest"},
           Forgery{"run.json", {"num_samples"}, 25, "meaning run.json /num_samples"},
           Forgery{"run.json", {"num_features"}, 4, "meaning run.json /num_features"},
           Forgery{"run.json", {"dataset", "content_sha256"}, zeros, "meaning run.json /input_digest"},
           Forgery{"linear_coefficients.v1.json",
                   {"coefficients_by_class", "0", "features", "0", "rank"},
                   2,
                   "meaning linear_coefficients.v1.json /coefficients_by_class/0/features/0/rank"},
           Forgery{"linear_coefficients.v1.json",
                   {"intercepts", "0", "intercept"},
                   0,
                   "meaning linear_coefficients.v1.json /intercepts/0/intercept"},
           Forgery{"interpretability.index.v1.json",
                   {"available_artifacts", "metrics_v1", "sha256"},
                   zeros,
                   "meaning interpretability.index.v1.json /available_artifacts/metrics_v1/sha256"},
           Forgery{"dataset.v1.json", {"rows", "used"}, 23, "meaning dataset.v1.json /rows/used"},
           Forgery{
               "dataset.v1.json", {"class_counts", "0", "train"}, 1, "meaning dataset.v1.json /class_counts"},
           Forgery{"execution.v1.json",
                   {"run_id"},
                   "20231114-221320-00000000",
                   "meaning execution.v1.json /run_id"},
       }) {
    Files files = good;
    edit(files, forgery.file, [&](json::Value& document) { at(document, forgery.path) = forgery.value; });
    reseal(files);
    put(directory, files);
    expect_failure(check(directory), forgery.found);
  }
}

TEST_F(Verify, AModelOfAnotherFamilyThanConfiguredIsAFailureWithTheDataToo) {
  const std::string directory =
      emit_run(*small_, R"({"model": "random_forest", "params": {"n_estimators": 2}})");
  Files files = read(directory);
  edit(files, "run.json", [](json::Value& document) {
    at(document, {"requested_config", "model"}) = "gradient_boosting";
  });
  reseal(files);
  put(directory, files);
  expect_failure(check(directory, small_.get()), "meaning model.safetensors ");
}

TEST_F(Verify, AModelOfMoreClassesThanConfiguredIsAFailure) {
  std::string csv = "x,label\n";
  for (int i = 0; i < 30; ++i) csv += std::to_string(i) + "," + std::to_string(i % 3) + "\n";
  const std::string directory = emit_run(*run::load_text(csv), R"({"limits": {"max_classes": 3}})");
  EXPECT_TRUE(check(directory).passed);
  Files files = read(directory);
  edit(files, "run.json", [](json::Value& document) {
    for (const char* config : {"requested_config", "config"})
      at(document, {config, "limits", "max_classes"}) = 2;
  });
  reseal(files);
  put(directory, files);
  expect_failure(check(directory), "meaning model.safetensors ");
}

TEST_F(Verify, StagesAndFactsOfTheBuildAreThoseOfTheVersion) {
  run::OwnContext own;
  const auto directory = emit(*run::train_on(*small_, "{}"), folder_.path(),
                              {.timestamp = 1700000000, .execution_details = true}, nullptr, own.context);
  ASSERT_TRUE(directory.ok());
  const Files good = read(*directory);
  EXPECT_EQ(failures(check(*directory)), std::vector<std::string>());
  for (const Forgery& forgery : {
           Forgery{
               "execution.v1.json", {"stages"}, json::Value::array(), "meaning execution.v1.json /stages"},
           Forgery{
               "execution.v1.json", {"stages", "1", "name"}, "train", "meaning execution.v1.json /stages"},
           Forgery{
               "execution.v1.json", {"build", "compiler"}, 7, "meaning execution.v1.json /build/compiler"},
       }) {
    Files files = good;
    edit(files, forgery.file, [&](json::Value& document) { at(document, forgery.path) = forgery.value; });
    reseal(files);
    put(*directory, files);
    expect_failure(check(*directory), forgery.found);
  }
  Files files = good;
  edit(files, "execution.v1.json",
       [&](json::Value& document) { at(document, {"build"}).set("more", "text"); });
  reseal(files);
  put(*directory, files);
  expect_failure(check(*directory), "meaning execution.v1.json /build");
}

TEST_F(Verify, AModelThatReadsTheSameInOtherBytesIsForged) {
  const std::string directory = emit_run(*small_, "{}");
  Files files = read(directory);
  std::string& model = files["model.safetensors"];
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, model.data(), sizeof header_size);
  model.insert(sizeof header_size + header_size, 8,
               ' ');  // as the format allows and this library does not write
  header_size += 8;
  std::memcpy(model.data(), &header_size, sizeof header_size);
  reseal(files);
  put(directory, files);
  EXPECT_EQ(failures(check(directory)), std::vector<std::string>{"meaning model.safetensors "});
}

TEST_F(Verify, WhatOnlyTheDataTellsIsFoundWithIt) {
  const std::string directory = emit_run(*small_, "{}");
  const Files good = read(directory);
  const std::string zeros(64, '0');
  struct Step {
    Forgery forgery;
    bool in_record_too;  ///< so that meaning holds
  };
  for (const auto& step : {
           Step{{"metrics.v1.json", {"log_loss"}, 0.01, "data metrics.v1.json /log_loss"}, true},
           Step{{"metrics.v1.json", {"roc_auc"}, 0.5, "data metrics.v1.json /roc_auc"}, true},
           Step{{"run.json", {"split", "train_rows_sha256"}, zeros, "data run.json /split/train_rows_sha256"},
                false},
           Step{{"dataset.v1.json", {"columns", "0", "mean"}, 1, "data dataset.v1.json /columns/0/mean"},
                false},
       }) {
    const Forgery& forgery = step.forgery;
    Files files = good;
    edit(files, forgery.file, [&](json::Value& document) { at(document, forgery.path) = forgery.value; });
    if (step.in_record_too)
      edit(files, "run.json", [&](json::Value& document) {
        at(document, {"metrics", *forgery.path.begin()}) = forgery.value;
      });
    // The index tells the digest of metrics.v1.
    edit(files, "interpretability.index.v1.json", [&](json::Value& document) {
      at(document, {"available_artifacts", "metrics_v1", "sha256"}) =
          crypto::sha256_hex(files["metrics.v1.json"]);
    });
    reseal(files);
    put(directory, files);
    EXPECT_TRUE(check(directory).passed) << forgery.file << check(directory).first_failure;
    expect_failure(check(directory, small_.get()), forgery.found);
  }
}

TEST_F(Verify, ARecordOfAnotherVersionOfTheProfileHoldsWithItsData) {
  artifact::History history = run::product_history();
  history.releases.front() = history.running();
  history.releases.front().version = "0.1.0";
  for (artifact::Entry& entry : history.entries) entry.since = "0.1.0";
  for (const char* config : {"{}", R"({"model": "random_forest"})"}) {
    const std::string directory = emit_run(*small_, config);
    Files files = read(directory);
    rewrite_version(files, "0.1.0");
    put(directory, files);
    run::OwnContext own;
    const Verification found = verify(directory, {small_.get(), {}}, history, own.context).value();
    EXPECT_TRUE(found.passed) << config << ": " << found.first_failure;
    EXPECT_EQ(status(found, "data"), "passed");
  }
}

TEST_F(Verify, ADirectoryThatIsNotThereIsAnError) {
  run::OwnContext own;
  const auto found = verify(folder_.path("none"), {}, history_, own.context);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, core::Code::kFileNotFound);
  // An empty one holds nothing.
  const Verification empty = check(folder_.path());
  EXPECT_FALSE(empty.passed);
  EXPECT_TRUE(names(empty, "run.json"));
}

}  // namespace
}  // namespace rf::audit
