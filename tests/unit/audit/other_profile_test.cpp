// SPDX-License-Identifier: MIT
// Records of a version that computed under another numeric profile: doubles that need arithmetic on data may
// lie close, and nothing else differs.
#include <cmath>

#include "unit/audit/past_fixture.hpp"

namespace rf::audit {
namespace {

class OtherProfile : public PastRecords {
 protected:
  static History history() {
    return with_row([](History& all) { all.releases.front().numeric_profile = 2; });
  }

  void SetUp() override {
    dataset_ = load();
    files_ = read(emit_run(*dataset_, R"({"split": {"fraction": 0.5}})"));
  }

  /// The metric in both files that hold it.
  void set_metric(const char* name, double value) {
    hand_edit(files_, artifact::kMetrics, [&](json::Value& metrics) { metrics.set(name, value); });
    hand_edit(files_, artifact::kRecord,
              [&](json::Value& record) { at(record, {"metrics"}).set(name, value); });
  }
  double metric(const char* name) const {
    return json::parse(files_.at(artifact::kMetrics))->find(name)->as_number();
  }

  Verification checked() {
    hand_edit(files_, artifact::kRecord, [](json::Value& record) { record.set("numeric_profile", 2); });
    seal_as(files_, kOld);
    return check(place("old", files_), history(), dataset_.get());
  }
  json::Value& column(json::Value& dataset, std::size_t i) {
    return at(dataset, {"columns"}).as_array().at(i);
  }

  std::shared_ptr<const run::LoadedDataset> dataset_;
  Files files_;
};

TEST_F(OtherProfile, DoublesThatNeedArithmeticMayLieClose) {
  EXPECT_TRUE(checked().passed);
  set_metric("log_loss", metric("log_loss") * (1 + 1e-10));
  EXPECT_TRUE(checked().passed) << first(checked());
  hand_edit(files_, artifact::kDataset, [&](json::Value& dataset) {
    for (const char* statistic : {"mean", "std"}) {
      const double value = column(dataset, 0).find(statistic)->as_number();
      column(dataset, 0).set(statistic, std::nextafter(value, 1e300));
      column(dataset, 1).set(statistic, column(dataset, 1).find(statistic)->as_number() * (1 - 1e-10));
    }
  });
  EXPECT_TRUE(checked().passed) << first(checked());
}

TEST_F(OtherProfile, NotFurtherOff) {
  const Files honest = files_;
  set_metric("log_loss", metric("log_loss") * (1 + 1e-8));
  EXPECT_FALSE(checked().passed);
  for (const char* statistic : {"mean", "std"}) {
    files_ = honest;
    hand_edit(files_, artifact::kDataset, [&](json::Value& dataset) {
      column(dataset, 0).set(statistic, column(dataset, 0).find(statistic)->as_number() * (1 + 1e-8));
    });
    EXPECT_FALSE(checked().passed) << statistic;
  }
}

TEST_F(OtherProfile, BothFilesSayTheSame) {
  hand_edit(files_, artifact::kMetrics,
            [&](json::Value& metrics) { metrics.set("log_loss", metric("log_loss") * (1 + 1e-10)); });
  EXPECT_FALSE(checked().passed);
}

TEST_F(OtherProfile, WhatIsCountedIsExact) {
  const Files honest = files_;
  for (const char* name : {"accuracy", "f1_macro", "precision_macro", "recall_macro", "roc_auc"}) {
    files_ = honest;
    set_metric(name, metric(name) * (1 - 1e-12));
    EXPECT_FALSE(checked().passed) << name;
  }
  files_ = honest;
  hand_edit(files_, artifact::kMetrics, [](json::Value& metrics) {
    json::Value::Array& row = at(metrics, {"confusion_matrix", "0"}).as_array();
    const std::size_t from = row[0].as_number() > 0 ? 0 : 1;
    row[from] = row[from].as_number() - 1;
    row[1 - from] = row[1 - from].as_number() + 1;
  });
  EXPECT_FALSE(checked().passed);
  for (const char* end : {"min", "max"}) {
    files_ = honest;
    hand_edit(files_, artifact::kDataset, [&](json::Value& dataset) {
      column(dataset, 0).set(end, column(dataset, 0).find(end)->as_number() * (1 + 1e-12));
    });
    EXPECT_FALSE(checked().passed) << end;
  }
}

TEST_F(OtherProfile, APerfectModelIsNotClose) {
  const json::Value matrix = *json::parse(files_.at(artifact::kMetrics))->find("confusion_matrix");
  for (const char* name : {"accuracy", "f1_macro", "precision_macro", "recall_macro", "roc_auc"})
    set_metric(name, 1);
  set_metric("log_loss", 1e-12);
  hand_edit(files_, artifact::kMetrics, [&](json::Value& metrics) {
    json::Value perfect = json::Value::array();
    for (std::size_t i = 0; i < matrix.as_array().size(); ++i) {
      json::Value row = json::Value::array();
      double sum = 0;
      for (const json::Value& count : matrix.as_array()[i].as_array()) sum += count.as_number();
      for (std::size_t j = 0; j < matrix.as_array().size(); ++j) row.push(i == j ? sum : 0.0);
      perfect.push(std::move(row));
    }
    ASSERT_NE(perfect, matrix) << "the model is perfect";
    metrics.set("confusion_matrix", std::move(perfect));
  });
  EXPECT_FALSE(checked().passed);
}

TEST_F(OtherProfile, NothingIsTrainedAgain) {
  ASSERT_TRUE(checked().passed);
  const auto refused = again(place("old", files_), history(), *dataset_, &signer_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, core::Code::kNumericProfileMismatch);
}

TEST_F(OtherProfile, TheRecordDoesNotChooseItsProfile) {
  hand_edit(files_, artifact::kRecord, [](json::Value& record) { record.set("numeric_profile", 2); });
  seal_as(files_, kOld);
  EXPECT_FALSE(check(place("old", files_), with_row(), dataset_.get()).passed);
  seal_as(files_, artifact::runforge_version());
  EXPECT_FALSE(check(place("old", files_), history(), dataset_.get()).passed);
}

}  // namespace
}  // namespace rf::audit
