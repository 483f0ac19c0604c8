// SPDX-License-Identifier: MIT
// Trees and forests beside scikit-learn's, from tests/data/reference/trees.json (tests/reference/
// make_tree_references.py made it). Columns of iris and diabetes have fewer distinct values than bins, so
// trees agree split by split; breast_cancer has more, so only scores can agree.
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

#include "json/parse.hpp"
#include "unit/trees/tree_support.hpp"

namespace rf::trees {
namespace {

const std::string kDataDir = RUNFORGE_TEST_DATA_DIR;

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

json::Value reference() {
  auto document = json::parse(read_text(kDataDir + "/reference/trees.json"));
  EXPECT_TRUE(document.ok());
  return std::move(*document);
}

/// All rows of a numeric CSV, the last column being the label.
Problem load(const std::string& name, bool classification) {
  const std::string text = read_text(kDataDir + "/" + name + ".csv");
  std::vector<std::vector<double>> rows;
  for (std::size_t at = text.find('\n') + 1; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::vector<double> row;
    for (const char* cell = text.data() + at; cell < text.data() + end; ++cell) {
      double value = 0;
      const auto parsed = std::from_chars(cell, text.data() + end, value);
      EXPECT_EQ(parsed.ec, std::errc{});
      row.push_back(value);
      cell = parsed.ptr;
    }
    rows.push_back(row);
    at = end + 1;
  }
  Problem problem = numeric_problem(rows[0].size() - 1, {});
  for (const std::vector<double>& row : rows) {
    problem.x.insert(problem.x.end(), row.begin(), row.end() - 1);
    problem.value_of.push_back(row.back());
    if (!classification) continue;
    problem.class_of.push_back(static_cast<std::int32_t>(row.back()));
    problem.n_classes = std::max(problem.n_classes, static_cast<std::size_t>(row.back()) + 1);
  }
  return problem;
}

Problem every_third(const Problem& all, bool validation) {
  Problem part = all;
  part.x.clear();
  part.class_of.clear();
  part.value_of.clear();
  for (std::size_t i = 0; i < all.n(); ++i) {
    if ((i % 3 == 0) != validation) continue;
    part.x.insert(part.x.end(), all.x.begin() + static_cast<std::ptrdiff_t>(i * all.n_features),
                  all.x.begin() + static_cast<std::ptrdiff_t>((i + 1) * all.n_features));
    part.value_of.push_back(all.value_of[i]);
    if (!all.is_regression()) part.class_of.push_back(all.class_of[i]);
  }
  return part;
}

/// Accuracy, or R squared.
double score(const model::Forest& forest, const Problem& problem) {
  const std::vector<double> out = predict_all(forest, problem);
  const double n = static_cast<double>(problem.n());
  if (!problem.is_regression()) {
    double right = 0;
    for (std::size_t i = 0; i < problem.n(); ++i) {
      const auto first = out.begin() + static_cast<std::ptrdiff_t>(i * problem.n_classes);
      const auto largest = std::max_element(first, first + static_cast<std::ptrdiff_t>(problem.n_classes));
      right += largest - first == problem.class_of[i] ? 1 : 0;
    }
    return right / n;
  }
  double mean = 0;
  for (const double y : problem.value_of) mean += y / n;
  double residual = 0;
  double total = 0;
  for (std::size_t i = 0; i < problem.n(); ++i) {
    residual += (problem.value_of[i] - out[i]) * (problem.value_of[i] - out[i]);
    total += (problem.value_of[i] - mean) * (problem.value_of[i] - mean);
  }
  return 1 - residual / total;
}

params::DecisionTree parameters_of(const json::Value::Object& tree) {
  params::DecisionTree parameters;
  parameters.max_depth.reset();
  const auto number = [&](const char* key) { return static_cast<std::uint32_t>(tree.at(key).as_number()); };
  if (!tree.at("max_depth").is_null()) parameters.max_depth = number("max_depth");
  if (tree.contains("min_samples_leaf")) parameters.min_samples_leaf = number("min_samples_leaf");
  if (tree.contains("max_leaf_nodes")) parameters.max_leaves = number("max_leaf_nodes");
  return parameters;
}

/// scikit-learn holds features as floats, so thresholds agree to 2^-23 of their size.
void expect_same_splits(const model::Forest& tree, const json::Value::Array& expected) {
  std::vector<std::pair<std::int32_t, double>> splits;
  for (std::size_t i = 0; i < tree.feature.size(); ++i)
    if (tree.feature[i] >= 0) splits.push_back({tree.feature[i], tree.threshold[i]});
  std::sort(splits.begin(), splits.end());
  ASSERT_EQ(splits.size(), expected.size());
  for (std::size_t i = 0; i < splits.size(); ++i) {
    EXPECT_EQ(splits[i].first, expected[i].as_array()[0].as_number());
    EXPECT_NEAR(splits[i].second, expected[i].as_array()[1].as_number(), 1.2e-7 * std::abs(splits[i].second));
  }
}

TEST(TreeReference, TreesAreScikitLearnsWhereNoTieDecides) {
  const json::Value document = reference();
  int n_same_splits = 0;
  int n_weighted = 0;
  for (const json::Value& entry : document.as_object().at("trees").as_array()) {
    const json::Value::Object& expected = entry.as_object();
    const std::string& name = expected.at("dataset").as_string();
    Problem problem = load(name, expected.at("task").as_string() == "classification");
    if (expected.contains("weights")) {
      const json::Value::Array& weights = expected.at("weights").as_array();
      for (std::size_t i = 0; i < problem.n(); ++i)
        problem.weights.push_back(weights[i % weights.size()].as_number());
      ++n_weighted;
    }
    const model::Forest tree = fit_tree(problem, parameters_of(expected));
    SCOPED_TRACE(name + ", leaves " + std::to_string((tree.feature.size() + 1) / 2));
    // Bins of breast_cancer hold two or three values each: with few leaves, a moved cut moves several rows of
    // 569.
    const double tolerance = name == "breast_cancer" ? 0.02 : 1e-9;
    EXPECT_NEAR(score(tree, problem), expected.at("score").as_number(), tolerance);
    if (name == "breast_cancer" || expected.at("splits").is_null()) continue;
    expect_same_splits(tree, expected.at("splits").as_array());
    ++n_same_splits;
  }
  EXPECT_GE(n_same_splits, 17);
  EXPECT_GE(n_weighted, 20);
}

TEST(TreeReference, ForestsScoreAsScikitLearns) {
  const json::Value document = reference();
  for (const json::Value& entry : document.as_object().at("forests").as_array()) {
    const json::Value::Object& expected = entry.as_object();
    SCOPED_TRACE(expected.at("dataset").as_string());
    const bool classification = expected.at("task").as_string() == "classification";
    const Problem all = load(expected.at("dataset").as_string(), classification);
    params::RandomForest parameters;
    if (!classification) parameters.max_features = {false, 1.0};
    double mean = 0;
    for (std::uint64_t seed = 0; seed < 5; ++seed)
      mean += score(fit_forest(every_third(all, false), parameters, seed), every_third(all, true)) / 5;
    // The mean of five seeds lies in the range of scikit-learn's ten, widened by a validation row or 0.01.
    EXPECT_GE(mean, expected.at("lowest").as_number() - 0.01);
    EXPECT_LE(mean, expected.at("highest").as_number() + 0.01);
  }
}

}  // namespace
}  // namespace rf::trees
