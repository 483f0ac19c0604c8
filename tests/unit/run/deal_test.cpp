// SPDX-License-Identifier: MIT
// Splits by columns and sample weights through the pipeline: the record says what ran, and what ran is what
// it says.
#include "run/deal.hpp"

#include "json/parse.hpp"
#include "unit/core/row_list.hpp"
#include "unit/run/run_fixture.hpp"

namespace rf::run {
namespace {

core::Result<Dealt> try_deal(const LoadedDataset& dataset, std::string_view config) {
  auto read = read_train_config(config);
  if (!read.ok()) return std::move(read).error();
  return deal(dataset, *read, core::Monitor());
}

json::Value record_of(const Run& run) {
  return *json::parse(run.find("run.json")->bytes);
}

/// y follows x but for the last rows, where it is the opposite.
std::string table(int rows) {
  std::string csv = "x,w,g,t,side,y\n";
  for (int i = 0; i < rows; ++i) {
    const bool late = i >= rows * 3 / 4;
    csv += std::to_string(i % 10) + "," + (late ? "0" : "1") + ",g" + std::to_string(i % 7) + ",2024-01-" +
           (i % 28 < 9 ? "0" : "") + std::to_string(i % 28 + 1) + "," +
           (i % 5 == 0 ? "validation" : "train") + "," + ((i % 10 < 5) != late ? "0" : "1") + "\n";
  }
  return csv;
}

TEST(DealTest, GroupsStayTogetherAndTheRecordSaysSo) {
  const auto dataset = load_text(table(140));
  const char* const config =
      R"({"label":"y","roles":{"g":"group","w":"ignored","t":"ignored","side":"ignored"},
                                 "split":{"method":"group","fraction":0.3}})";
  const auto dealt = try_deal(*dataset, config);
  ASSERT_TRUE(dealt.ok()) << dealt.error().message;
  EXPECT_EQ(dealt->validation_rows.size(), 60u);  // ceil(0.3 * 7) groups of 20
  for (const core::TableRow v : dealt->validation_rows)
    for (const core::TableRow t : dealt->train_rows) EXPECT_NE(number_of(v) % 7, number_of(t) % 7);
  EXPECT_EQ(dealt->selection.features.size(), 1u);
  const json::Value record = record_of(*train_on(*dataset, config));
  EXPECT_EQ(record.find("split")->find("method")->as_string(), "group");
  EXPECT_EQ(record.find("split")->find("num_validation")->as_number(), 60);
}

TEST(DealTest, TheLatestRowsValidate) {
  const auto dataset = load_text(table(28));
  const auto dealt =
      try_deal(*dataset, R"({"label":"y","roles":{"t":"time"},"split":{"method":"time","fraction":0.25}})");
  ASSERT_TRUE(dealt.ok()) << dealt.error().message;
  EXPECT_EQ(dealt->validation_rows, core::row_list<core::TableRow>({21, 22, 23, 24, 25, 26, 27}));
}

TEST(DealTest, APredefinedSplitHasNoFraction) {
  const auto dataset = load_text(table(40));
  const char* const config = R"({"label":"y","split":{"method":"predefined","column":"side"}})";
  const auto dealt = try_deal(*dataset, config);
  ASSERT_TRUE(dealt.ok()) << dealt.error().message;
  EXPECT_EQ(dealt->validation_rows, core::row_list<core::TableRow>({0, 5, 10, 15, 20, 25, 30, 35}));
  const json::Value record = record_of(*train_on(*dataset, config));
  EXPECT_EQ(record.find("split")->find("method")->as_string(), "predefined");
  EXPECT_EQ(record.find("split")->find("validation_fraction"), nullptr);
  EXPECT_EQ(record.find("config")->find("split")->find("column")->as_string(), "side");
}

TEST(DealTest, RowsOfWeightZeroTeachNothing) {
  // Validation rows follow a rule that most training rows break; those have weight 0.
  std::string csv = "x,w,side,y\n";
  for (int i = 0; i < 500; ++i) {
    const bool validates = i % 50 < 10;
    const bool follows = validates || i % 50 < 20;
    csv += std::to_string(i % 10) + (follows ? ",2," : ",0,") + (validates ? "validation," : "train,") +
           ((i % 10 < 5) == follows ? "0" : "1") + "\n";
  }
  const auto dataset = load_text(csv);
  for (const std::string model :
       {"logistic_regression", "linear_svc", "decision_tree", "random_forest", "gradient_boosting"}) {
    SCOPED_TRACE(model);
    const auto accuracy = [&](const std::string& role) {
      return train_on(*dataset, R"({"label":"y","model":")" + model + R"(","roles":{"w":")" + role +
                                    R"("},"split":{"method":"predefined","column":"side"}})")
          ->metrics.at("accuracy");
    };
    EXPECT_EQ(accuracy("weight"), 1);
    EXPECT_EQ(accuracy("ignored"), 0);
  }
}

TEST(DealTest, WeightsAreRefusedWhereTheyMakeNoSense) {
  const auto message = [](const char* weights, const char* policy) {
    std::string csv = "x,w,y\n";
    int i = 0;
    for (const char* w = weights; *w != 0; ++w, ++i)
      csv += std::to_string(i) + "," +
             (*w == 'm'   ? ""
              : *w == 'n' ? "-1"
                          : std::string(1, *w)) +
             "," + std::to_string(i % 2) + "\n";
    const auto dealt = try_deal(*load_text(csv),
                                std::string(R"({"label":"y","roles":{"w":"weight"},"missing":{"policy":")") +
                                    policy + R"("},"split":{"fraction":0}})");
    return dealt.ok() ? std::to_string(dealt->weights.size()) + " weights" : dealt.error().message;
  };
  EXPECT_EQ(message("1234", "fill"), "4 weights");
  EXPECT_EQ(message("1m34", "drop_rows"), "3 weights");
  EXPECT_EQ(message("1m34", "fill"),
            "row 1 (rows are numbered from 0), column \"w\": expected a sample weight, found none; only the "
            "missing policy drop_rows leaves such rows out");
  EXPECT_EQ(
      message("12n4", "fill"),
      "row 2 (rows are numbered from 0), column \"w\": expected a sample weight of at least 0, found -1");
  EXPECT_EQ(message("0000", "fill"),
            "column \"w\": expected a training row with a weight above 0, found none");
}

}  // namespace
}  // namespace rf::run
