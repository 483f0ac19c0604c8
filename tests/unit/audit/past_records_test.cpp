// SPDX-License-Identifier: MIT
// Records of a version that only the tests know: with its row they pass, without it nobody can judge them,
// and they fail when they claim to be of the running version.
#include "unit/audit/past_fixture.hpp"

namespace rf::audit {
namespace {

// What the old version did otherwise, one thing each.

Past less_a_hyperparameter() {
  return {
      R"({"model": "gradient_boosting", "params": {"n_estimators": 5, "min_samples_leaf": 2}})",
      [](History& history) { came_later(history, Thing::kHyperparameter, "gradient_boosting/min_gain", 0); },
      [](Files& files) {
        json::Value record = json::parse(files.at(artifact::kRecord)).value();
        at(record, {"config", "params"}).as_object().erase("min_gain");
        std::erase_if(at(record, {"hyperparameters"}).as_array(),
                      [](const json::Value& one) { return one.find("name")->as_string() == "min_gain"; });
        files[artifact::kRecord] = json::pretty(record);
      }};
}

Past another_default() {
  return {R"({"seed": 7, "params": {"C": 2}})",
          [](History& history) {
            entry(history, Thing::kConfigMember, "/seed").earlier_defaults = {{kLater, 7}};
            entry(history, Thing::kHyperparameter, "logistic_regression/C").earlier_defaults = {{kLater, 2}};
          },
          [](Files& files) {
            json::Value record = json::parse(files.at(artifact::kRecord)).value();
            record.set("requested_config", json::Value::object());
            for (json::Value& one : at(record, {"hyperparameters"}).as_array()) one.set("source", "default");
            files[artifact::kRecord] = json::pretty(record);
          }};
}

Past less_a_metric() {
  return {"{}", [](History& history) { came_later(history, Thing::kMetric, "roc_auc"); },
          [](Files& files) {
            json::Value record = json::parse(files.at(artifact::kRecord)).value();
            json::Value metrics = json::parse(files.at(artifact::kMetrics)).value();
            json::Value index = json::parse(files.at(artifact::kIndex)).value();
            at(record, {"metrics"}).as_object().erase("roc_auc");
            metrics.as_object().erase("roc_auc");
            at(index, {"available_artifacts", "metrics_v1"}).set("summary", kOldProse);
            files[artifact::kRecord] = json::pretty(record);
            files[artifact::kMetrics] = json::pretty(metrics);
            files[artifact::kIndex] = json::pretty(index);
          }};
}

Past less_a_code() {
  return {"{}", [](History& history) { came_later(history, Thing::kCode, "DUPLICATE_ROWS_ACROSS_SPLIT"); },
          [](Files& files) {
            json::Value record = json::parse(files.at(artifact::kRecord)).value();
            EXPECT_EQ(std::erase_if(at(record, {"diagnostics"}).as_array(),
                                    [](const json::Value& one) {
                                      return one.find("code")->as_string() == "DUPLICATE_ROWS_ACROSS_SPLIT";
                                    }),
                      1u);
            files[artifact::kRecord] = json::pretty(record);
          }};
}

Past less_a_fact(const char* code, const char* key_in_history, const char* key) {
  return {"{}",
          [=](History& history) {
            came_later(history, Thing::kDetail, std::string(code) + "/" + key_in_history);
          },
          [=](Files& files) {
            json::Value record = json::parse(files.at(artifact::kRecord)).value();
            json::Value& one = first_with_code(record, code);
            EXPECT_EQ(at(one, {"details"}).as_object().erase(key), 1u);
            if (one.find("details")->as_object().empty()) one.as_object().erase("details");
            one.set("message", kOldProse);
            files[artifact::kRecord] = json::pretty(record);
          }};
}

Past less_a_limit() {
  return {"{}",
          [](History& history) { came_later(history, Thing::kConfigMember, "/limits/max_classes", "none"); },
          [](Files& files) {
            json::Value record = json::parse(files.at(artifact::kRecord)).value();
            EXPECT_EQ(at(record, {"config"}).as_object().erase("limits"), 1u);
            files[artifact::kRecord] = json::pretty(record);
          }};
}

Past less_a_file() {
  return {"{}",
          [](History& history) {
            std::erase_if(history.releases.front().files,
                          [](const artifact::ReleaseFile& file) { return file.name == artifact::kIndex; });
          },
          [](Files& files) {
            files.erase(artifact::kIndex);
            json::Value record = json::parse(files.at(artifact::kRecord)).value();
            std::erase_if(at(record, {"artifacts"}).as_array(), [](const json::Value& one) {
              return one.find("path")->as_string() == artifact::kIndex;
            });
            files[artifact::kRecord] = json::pretty(record);
          }};
}

/// The old version took spaces for what they are.
Past another_rule_of_reading() {
  return {"{}", [](History& history) { came_later(history, Thing::kReadingOption, "/trim", false); },
          [](Files& files) {
            json::Value record = json::parse(files.at(artifact::kRecord)).value();
            EXPECT_EQ(at(record, {"dataset", "source", "options"}).as_object().erase("trim"), 1u);
            files[artifact::kRecord] = json::pretty(record);
          },
          R"({"trim": false})"};
}

Past other_sentences() {
  return {"{}", [](History&) {},
          [](Files& files) {
            json::Value record = json::parse(files.at(artifact::kRecord)).value();
            json::Value index = json::parse(files.at(artifact::kIndex)).value();
            for (json::Value& one : at(record, {"diagnostics"}).as_array()) one.set("message", kOldProse);
            for (auto& [key, one] : at(index, {"available_artifacts"}).as_object())
              one.set("summary", kOldProse);
            files[artifact::kRecord] = json::pretty(record);
            files[artifact::kIndex] = json::pretty(index);
          }};
}

TEST_F(PastRecords, AHyperparameterLess) {
  expect_is_of_its_time(less_a_hyperparameter());
}
TEST_F(PastRecords, AnotherDefault) {
  expect_is_of_its_time(another_default());
}
TEST_F(PastRecords, AMetricLess) {
  expect_is_of_its_time(less_a_metric());
}
TEST_F(PastRecords, ACodeLess) {
  expect_is_of_its_time(less_a_code(), 1);
}
TEST_F(PastRecords, AFactLess) {
  expect_is_of_its_time(less_a_fact("MISSING_VALUES_DROPPED", "dropped", "dropped"), 1);
}
TEST_F(PastRecords, AFactOfAColumnLess) {
  expect_is_of_its_time(less_a_fact("MISSING_VALUES_DROPPED", "missing:*", "missing:x"), 1);
}
TEST_F(PastRecords, TheOnlyFactLess) {
  expect_is_of_its_time(less_a_fact("DUPLICATE_ROWS_ACROSS_SPLIT", "rows", "rows"), 1);
}
TEST_F(PastRecords, ALimitLess) {
  expect_is_of_its_time(less_a_limit());
}
TEST_F(PastRecords, AFileLess) {
  expect_is_of_its_time(less_a_file());
}
TEST_F(PastRecords, AnotherRuleOfReading) {
  expect_is_of_its_time(another_rule_of_reading());
}
TEST_F(PastRecords, OtherSentences) {
  expect_is_of_its_time(other_sentences());
}

TEST_F(PastRecords, AllOfItAtOnce) {
  const Past parts[] = {another_default(), less_a_metric(), less_a_code(), other_sentences(), less_a_file()};
  Past all = another_default();
  all.history = [&](History& history) {
    for (const Past& part : parts) part.history(history);
  };
  all.age = [&](Files& files) {
    for (const Past& part : parts) part.age(files);
  };
  expect_is_of_its_time(all, 1);
}

// What an old record cannot have.

TEST_F(PastRecords, WhatTheRowDidNotKnowIsAFailureInItsRecord) {
  const struct {
    const char* config;
    Thing thing;
    const char* name;
    json::Value neutral;
  } cases[] = {
      {R"({"model": "gradient_boosting", "params": {"n_estimators": 5, "min_samples_leaf": 2, "min_gain": 0.25}})",
       Thing::kHyperparameter, "gradient_boosting/min_gain", 0},
      // The value changes nothing, but the old version would have refused the word.
      {R"({"model": "gradient_boosting", "params": {"n_estimators": 5, "min_samples_leaf": 2, "min_gain": 0}})",
       Thing::kHyperparameter, "gradient_boosting/min_gain", 0},
      {R"({"missing": {"columns": {"x": "fill"}}})", Thing::kConfigMember, "/missing/columns",
       json::Value::object()},
      {R"({"missing": {"columns": {}}})", Thing::kConfigMember, "/missing/columns", json::Value::object()},
      {R"({"limits": {"max_classes": 7}})", Thing::kConfigMember, "/limits/max_classes", "none"},
      {R"({"limits": {}})", Thing::kConfigMember, "/limits/max_classes", "none"},
      {R"({"model": "random_forest", "params": {"n_estimators": 5}})", Thing::kFamily, "random_forest",
       json::Value()},
  };
  for (const auto& [config, thing, name, neutral] : cases) {
    const Pair pair = age({config, {}, [](Files&) {}});
    const std::string old = place("old", pair.aged);
    EXPECT_TRUE(check(old, with_row(), pair.dataset.get()).passed) << name;
    const History history = with_row(
        [kind = thing, &what = name, &none = neutral](History& all) { came_later(all, kind, what, none); });
    const Verification found = check(old, history);
    EXPECT_FALSE(found.passed) << config;
    EXPECT_NE(found.first_failure.find("requested_config"), std::string::npos) << found.first_failure;
    const auto reproduced = again(old, history, *pair.dataset, &signer_);
    EXPECT_TRUE(!reproduced.ok() || !reproduced->reproduced) << config;
    EXPECT_FALSE(read(old).contains(artifact::kEnvelopes));
  }
}

/// A forger takes the member out of the request alone.
TEST_F(PastRecords, AValueThatChangesResultsIsAFailureWhoeverAskedForIt) {
  const Past past = {
      R"({"model": "gradient_boosting", "params": {"n_estimators": 5, "min_samples_leaf": 2, "min_gain": 0.25}})",
      less_a_hyperparameter().history, [](Files& files) {
        json::Value record = json::parse(files.at(artifact::kRecord)).value();
        at(record, {"requested_config", "params"}).as_object().erase("min_gain");
        files[artifact::kRecord] = json::pretty(record);
      }};
  const Pair pair = age(past);
  EXPECT_FALSE(check(place("old", pair.aged), with_row(past.history)).passed);
}

TEST_F(PastRecords, AnOptionOfReadingThatTheRowDidNotKnowIsAFailure) {
  for (const char* reading : {R"({"trim": false})", R"({"trim": true})"}) {
    Past past = another_rule_of_reading();
    past.age = [](Files&) {};
    past.reading = reading;
    const Pair pair = age(past);
    const std::string old = place("old", pair.aged);
    const History history = with_row(past.history);
    EXPECT_FALSE(check(old, history).passed) << reading;
    EXPECT_FALSE(check(old, history, pair.dataset.get()).passed) << reading;
    const auto reproduced = again(old, history, *pair.dataset);
    EXPECT_TRUE(!reproduced.ok() || !reproduced->reproduced) << reading;
  }
}

TEST_F(PastRecords, AnOptionOfReadingThatTheRowKnewIsNeverLeftOut) {
  const Past past = another_rule_of_reading();
  const Pair pair = age(past);
  const std::string old = place("old", pair.aged);
  EXPECT_FALSE(check(old, with_row()).passed);
  EXPECT_FALSE(check(old, with_row(), pair.dataset.get()).passed);
}

TEST_F(PastRecords, DiffNamesWhatTheOldVersionCannotHaveHad) {
  const Past past = less_a_hyperparameter();
  const Pair pair = age(past);
  const std::string old = place("old", pair.aged);
  const std::string other = emit_run(
      *pair.dataset,
      R"({"model": "gradient_boosting", "params": {"n_estimators": 5, "min_samples_leaf": 2, "min_gain": 1e300}})");
  const auto report = diff(old, other, with_row(past.history));
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->find("verdict")->as_string(), "different");
  EXPECT_EQ(report->find("cause")->as_string(), "config");
  EXPECT_NE(json::canonical(*report->find("sections")).find("/config/params/min_gain"), std::string::npos);
}

/// A value that the later version took and that gave the same results is still another configuration.
TEST_F(PastRecords, DiffNamesAnOptionThatMadeNoDifference) {
  const Past past = less_a_hyperparameter();
  const Pair pair = age(past);
  const std::string other = emit_run(
      *pair.dataset,
      R"({"model": "gradient_boosting", "params": {"n_estimators": 5, "min_samples_leaf": 2, "min_gain": 1e-300}})");
  const auto report = diff(place("old", pair.aged), other, with_row(past.history));
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->find("verdict")->as_string(), "different");
  EXPECT_NE(json::canonical(*report->find("sections")).find("/config/params/min_gain"), std::string::npos);
}

// Prose of another version.

TEST_F(PastRecords, RecordedProseIsNeverShown) {
  const Pair pair = age(other_sentences());
  Files files = pair.aged;
  hand_edit(files, artifact::kRecord, [](json::Value& record) {
    first_with_code(record, "MISSING_VALUES_DROPPED").as_object().find("details")->second.set("rows", 77);
    json::Value more = first_with_code(record, "MISSING_VALUES_DROPPED");
    at(record, {"diagnostics"}).push(std::move(more));
  });
  seal_as(files, kOld);
  const std::string old = place("old", files);
  for (const History& history : {with_row(), with_row(less_a_code().history)}) {
    const Verification found = check(old, history, pair.dataset.get());
    EXPECT_FALSE(found.passed);
    EXPECT_EQ(json::canonical(found.report).find(kOldProse), std::string::npos) << json::pretty(found.report);
    const auto reproduced = again(old, history, *pair.dataset);
    ASSERT_TRUE(reproduced.ok()) << reproduced.error().message;
    EXPECT_FALSE(reproduced->reproduced);
    EXPECT_EQ(json::canonical(reproduced->report).find(kOldProse), std::string::npos)
        << json::pretty(reproduced->report);
    EXPECT_EQ(reproduced->summary.find(kOldProse), std::string::npos) << reproduced->summary;
  }
  const auto opened = open(old);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  const auto diagnostics = diagnostics_of(**opened);
  ASSERT_TRUE(diagnostics.ok());
  EXPECT_FALSE(diagnostics->as_array().empty());
  EXPECT_EQ(json::canonical(*diagnostics).find(kOldProse), std::string::npos);
}

TEST_F(PastRecords, ProseExcusesNothingBesideIt) {
  for (const char* member : {"severity", "code"}) {
    const Pair pair = age(other_sentences());
    Files files = pair.aged;
    hand_edit(files, artifact::kRecord, [&](json::Value& record) {
      json::Value& one = first_with_code(record, "MISSING_VALUES_DROPPED");
      const char* const other = one.find("severity")->as_string() == "info" ? "warning" : "info";
      one.set(member, std::string_view(member) == "code" ? "CONSTANT_FEATURE" : other);
    });
    seal_as(files, kOld);
    const Verification found = check(place("old", files), with_row(), pair.dataset.get());
    EXPECT_FALSE(found.passed) << member;
    EXPECT_EQ(json::canonical(found.report).find(kOldProse), std::string::npos);
  }
}

}  // namespace
}  // namespace rf::audit
