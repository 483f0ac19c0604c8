// SPDX-License-Identifier: MIT
// linear_coefficients.v1: entries, order, names.
#include "unit/artifact/sample_models.hpp"
#include "unit/artifact/support.hpp"

namespace rf::artifact {
namespace {

TEST(CoefficientsDocument, TwoClassesHaveOneEntryForTheSecond) {
  const json::Value document =
      test::finished(coefficients_document(test::binary_model()), "linear_coefficients.v1");
  EXPECT_EQ(test::text(document, "coefficient_space"), "\"standardized\"");
  EXPECT_EQ(test::text(document, "num_features"), "5");
  EXPECT_EQ(test::text(document, "num_classes"), "2");
  EXPECT_EQ(test::text(document, "classes"), "[\"no\",\"yes, süß\"]");
  EXPECT_EQ(test::text(document, "intercepts"), "[{\"class\":\"yes, süß\",\"intercept\":-1.5}]");
  EXPECT_EQ(document.find("coefficients_by_class")->as_array().size(), 1u);
}

TEST(CoefficientsDocument, SortsByMagnitudeThenName) {
  const json::Value document =
      test::finished(coefficients_document(test::binary_model()), "linear_coefficients.v1");
  const json::Value& features = *document.find("coefficients_by_class")->as_array()[0].find("features");
  // Coefficients -2, then 0.5 twice (names by bytes), then 0.125, then -0, which is written 0.
  EXPECT_EQ(test::text(features),
            R"([{"abs_coefficient":2,"coefficient":-2,"name":"smoker","rank":1},)"
            R"({"abs_coefficient":0.5,"coefficient":0.5,"missing":true,"name":"a\\=b=","rank":2},)"
            R"({"abs_coefficient":0.5,"coefficient":0.5,"name":"age","rank":3},)"
            R"({"abs_coefficient":0.125,"coefficient":0.125,"name":"a\\=b=x\\\\y","rank":4},)"
            R"({"abs_coefficient":0,"coefficient":0,"name":"a\\=b=z","rank":5}])");
  EXPECT_EQ(test::text(document.find("top_k_by_class")->as_array()[0], "top_features"),
            R"(["smoker","a\\=b=","age","a\\=b=x\\\\y","a\\=b=z"])");
}

TEST(CoefficientsDocument, EqualNamesAreOrderedByDesignColumn) {
  // The missing level and an empty level are both named "c=".
  model::Model model = test::binary_model();
  model.encoder.features = {test::category("c", {""}, true)};
  std::get<model::LinearModel>(model.fitted) = {model::Link::kLogistic, 2, {-1, 1}, {0}};
  const json::Value document = test::finished(coefficients_document(model), "linear_coefficients.v1");
  const json::Value& features = *document.find("coefficients_by_class")->as_array()[0].find("features");
  EXPECT_EQ(features.as_array()[0].find("coefficient")->as_number(), -1);
  EXPECT_NE(features.as_array()[0].find("missing"), nullptr);
  EXPECT_EQ(features.as_array()[1].find("missing"), nullptr);
}

TEST(CoefficientsDocument, MoreClassesHaveAnEntryEach) {
  const json::Value document =
      test::finished(coefficients_document(test::softmax_model()), "linear_coefficients.v1");
  EXPECT_EQ(test::text(document, "classes"), "[-1,0,7]");
  EXPECT_EQ(test::text(document, "intercepts"),
            R"([{"class":-1,"intercept":0.1},{"class":0,"intercept":0.2},{"class":7,"intercept":-0.3}])");
  const auto& by_class = document.find("coefficients_by_class")->as_array();
  ASSERT_EQ(by_class.size(), 3u);
  EXPECT_EQ(test::column(*by_class[0].find("features"), "name"), (std::vector<std::string>{"w", "x"}));
  EXPECT_EQ(test::column(*by_class[2].find("features"), "name"), (std::vector<std::string>{"x", "w"}));
}

TEST(CoefficientsDocument, RegressionHasOneEntryWithoutClass) {
  const json::Value document =
      test::finished(coefficients_document(test::ridge_model()), "linear_coefficients.v1");
  EXPECT_EQ(document.find("classes"), nullptr);
  EXPECT_EQ(document.find("num_classes"), nullptr);
  EXPECT_EQ(test::text(document, "intercepts"), R"([{"intercept":1e+300}])");
  EXPECT_EQ(test::text(document, "top_k_by_class"), R"([{"top_features":["x"]}])");
}

TEST(CoefficientsDocument, BooleanClassesAreBooleans) {
  model::Model model = test::binary_model();
  model.classes = {false, true};
  const json::Value document = test::finished(coefficients_document(model), "linear_coefficients.v1");
  EXPECT_EQ(test::text(document, "classes"), "[false,true]");
}

TEST(CoefficientsDocument, TopFeaturesAreTenAtMost) {
  model::Model model = test::ridge_model();
  auto& linear = std::get<model::LinearModel>(model.fitted);
  model.encoder.features.clear();
  linear.coefficients.clear();
  for (int i = 0; i < 12; ++i) {
    model.encoder.features.push_back(test::numeric("f" + std::to_string(i), 0, 0, 1));
    linear.coefficients.push_back(i);
  }
  linear.n_features = 12;
  const json::Value document = test::finished(coefficients_document(model), "linear_coefficients.v1");
  const auto& top = document.find("top_k_by_class")->as_array()[0].find("top_features")->as_array();
  ASSERT_EQ(top.size(), 10u);
  EXPECT_EQ(top[0].as_string(), "f11");
  EXPECT_EQ(top[9].as_string(), "f2");
}

}  // namespace
}  // namespace rf::artifact
