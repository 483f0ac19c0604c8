// SPDX-License-Identifier: MIT
// feature_importance.v1: both orders and the top list.
#include "unit/artifact/sample_models.hpp"
#include "unit/artifact/support.hpp"

namespace rf::artifact {
namespace {

TEST(ImportanceDocument, HasOneEntryPerColumnInBothOrders) {
  const json::Value document =
      test::finished(importance_document(test::forest_model()), "feature_importance.v1");
  EXPECT_EQ(test::text(document, "model_family"), "\"random_forest\"");
  EXPECT_EQ(test::text(document, "importance_type"), "\"impurity_decrease\"");
  EXPECT_EQ(test::text(document, "num_features"), "3");
  EXPECT_EQ(test::text(document, "features_by_importance"),
            R"([{"importance":0.75,"name":"x","rank":1},{"importance":0.25,"name":"colour","rank":2},)"
            R"({"importance":0,"name":"idle","rank":3}])");
  EXPECT_EQ(test::text(document, "features_by_original_order"),
            R"([{"importance":0.75,"index":0,"name":"x"},{"importance":0.25,"index":1,"name":"colour"},)"
            R"({"importance":0,"index":2,"name":"idle"}])");
  EXPECT_EQ(test::text(document, "top_k"), R"(["x","colour","idle"])");
}

TEST(ImportanceDocument, EqualImportancesAreOrderedByName) {
  model::Model model = test::forest_model();
  std::get<model::Forest>(model.fitted).split_gain.assign(6, 0);
  const json::Value document = test::finished(importance_document(model), "feature_importance.v1");
  EXPECT_EQ(test::text(document, "top_k"), R"(["colour","idle","x"])");
}

TEST(ImportanceDocument, TheTopListHoldsTenAtMost) {
  model::Model model = test::regression_tree_model();
  model.encoder.features.clear();
  for (int i = 0; i < 12; ++i)
    model.encoder.features.push_back(test::numeric("f" + std::to_string(i), 0, 0, 1));
  std::get<model::Forest>(model.fitted).n_features = 12;
  std::get<model::Forest>(model.fitted).feature[0] = 7;
  const json::Value document = test::finished(importance_document(model), "feature_importance.v1");
  ASSERT_EQ(document.find("top_k")->as_array().size(), 10u);
  EXPECT_EQ(document.find("top_k")->as_array()[0].as_string(), "f7");
}

}  // namespace
}  // namespace rf::artifact
