// SPDX-License-Identifier: MIT
// Prepared ensembles beside the walk of the forest's own arrays, bit by bit, on random trees.
#include "model/predictor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <thread>
#include <vector>

#include "core/kernels.hpp"
#include "core/philox.hpp"
#include "model/binned_forest.hpp"

namespace rf::model {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct Host {
  explicit Host(std::uint32_t n_threads = 1) : workers(n_threads) {}
  core::Workers workers;
  core::Monitor monitor;
  core::Context context{workers, monitor, core::baseline_kernels()};
};

/// Random trees and samples over features of which every third is a category of 40 levels when asked for.
class RandomForestOf {
 public:
  RandomForestOf(std::uint64_t seed, std::size_t n_features, std::size_t n_outputs, bool with_categories)
      : stream_(seed, core::Purpose::kForestBootstrap), with_categories_(with_categories) {
    forest.n_features = n_features;
    forest.n_outputs = n_outputs;
    forest.tree_offsets = {0};
  }

  /// Adds a tree that goes on with probability `deeper` at each node, to at most `max_depth`.
  void add_tree(double deeper, std::uint32_t max_depth) {
    first_ = static_cast<std::int32_t>(forest.feature.size());
    add_node(deeper, max_depth);
    forest.tree_offsets.push_back(static_cast<std::int64_t>(forest.feature.size()));
  }

  std::vector<double> samples(std::size_t n, double missing) {
    std::vector<double> x;
    for (std::size_t i = 0; i < n * forest.n_features; ++i) {
      const std::size_t f = i % forest.n_features;
      if (stream_.uniform() < missing) {
        x.push_back(is_category(f) ? -1 : kMissing);
      } else {
        x.push_back(is_category(f) ? static_cast<double>(stream_.below(70)) : number());
      }
    }
    return x;
  }

  Forest forest;

 private:
  bool is_category(std::size_t feature) const { return with_categories_ && feature % 3 == 2; }
  /// Few distinct ones, so that samples often equal a threshold.
  double number() { return static_cast<double>(stream_.below(200)) / 8 - 12; }

  std::int32_t add_node(double deeper, std::uint32_t max_depth) {
    const std::size_t node = forest.feature.size();
    const bool is_leaf = max_depth == 0 || stream_.uniform() >= deeper;
    const std::size_t feature = static_cast<std::size_t>(stream_.below(forest.n_features));
    const bool by_level = !is_leaf && is_category(feature);
    forest.feature.push_back(is_leaf ? kLeaf : static_cast<std::int32_t>(feature));
    forest.threshold.push_back(is_leaf || by_level ? 0 : number());
    forest.left.push_back(0);
    forest.right.push_back(0);
    forest.default_left.push_back(static_cast<std::uint8_t>(is_leaf ? 0 : stream_.below(2)));
    forest.level_set.push_back(by_level ? static_cast<std::int32_t>(forest.level_words.size()) : -1);
    // Forests of categories have words, if not in every set.
    const std::size_t fewest = forest.level_words.empty() ? 1 : 0;
    forest.level_set_words.push_back(by_level ? static_cast<std::int32_t>(fewest + stream_.below(2)) : 0);
    for (std::int32_t word = 0; word < forest.level_set_words.back(); ++word)
      forest.level_words.push_back(stream_.next_u32());
    forest.leaf.push_back(is_leaf ? static_cast<std::int32_t>(forest.leaf_values.size() / forest.n_outputs)
                                  : -1);
    forest.split_gain.push_back(0);
    if (is_leaf) {
      // Some leaves equal, some nearly so.
      const double scale = stream_.below(3) == 0 ? 1 : stream_.uniform();
      for (std::size_t k = 0; k < forest.n_outputs; ++k)
        forest.leaf_values.push_back(scale / static_cast<double>(k + 3));
    } else {
      const std::int32_t left = add_node(deeper, max_depth - 1);
      forest.left[node] = left;
      const std::int32_t right = add_node(deeper, max_depth - 1);
      forest.right[node] = right;
    }
    return static_cast<std::int32_t>(node) - first_;
  }

  core::RandomStream stream_;
  bool with_categories_;
  std::int32_t first_ = 0;
};

/// The twin: one sample down one tree at a time, as the documentation of Forest says.
std::vector<double> naive_sums(const Forest& forest, std::size_t n_scores, const std::vector<double>& x) {
  const std::size_t n = x.size() / forest.n_features;
  const std::size_t width = n_scores * forest.n_outputs;
  std::vector<double> sums(n * width, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t t = 0; t < forest.n_trees(); ++t) {
      const auto first = static_cast<std::size_t>(forest.tree_offsets[t]);
      std::size_t at = first;
      while (forest.feature[at] != kLeaf) {
        const double value = x[i * forest.n_features + static_cast<std::size_t>(forest.feature[at])];
        bool left = value <= forest.threshold[at];
        if (forest.level_set[at] >= 0 && value >= 0 && value < 32 * forest.level_set_words[at]) {
          const auto level = static_cast<std::uint32_t>(value);
          left =
              (forest.level_words[static_cast<std::size_t>(forest.level_set[at]) + level / 32] >> level % 32 &
               1) != 0;
        } else if (forest.level_set[at] >= 0 || std::isnan(value)) {
          left = forest.default_left[at] != 0;
        }
        at = first + static_cast<std::size_t>(left ? forest.left[at] : forest.right[at]);
      }
      for (std::size_t k = 0; k < forest.n_outputs; ++k)
        sums[i * width + t % n_scores * forest.n_outputs + k] +=
            forest.leaf_values[static_cast<std::size_t>(forest.leaf[at]) * forest.n_outputs + k];
    }
  }
  return sums;
}

core::SampleView view(const Forest& forest, const std::vector<double>& x) {
  return {x.data(), forest.n_features, x.size() / forest.n_features, forest.n_features};
}

std::vector<double> binned_sums(const Forest& forest, std::size_t n_scores, const std::vector<double>& x,
                                const core::Kernels& kernels = core::best_kernels()) {
  Host host(2);
  const auto binned = BinnedForest::prepare(forest, host.context);
  EXPECT_TRUE(binned.ok() && binned->has_value());
  const core::SampleView samples = view(forest, x);
  std::vector<double> out(samples.n_samples * n_scores * forest.n_outputs, -1);
  BinnedForest::Scratch scratch;
  (*binned)->sum_trees(n_scores, samples, kernels, out.data(), scratch);
  return out;
}

TEST(BinnedForest, GivesTheSumsOfTheNaiveWalkOnRandomForests) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::size_t n_outputs = 1 + seed % 4;
    const std::size_t n_scores = n_outputs == 1 ? 1 + seed / 4 % 3 : 1;
    RandomForestOf random(seed, 1 + seed % 9, n_outputs, seed % 3 == 0);
    const std::uint32_t depth = static_cast<std::uint32_t>(seed % 5 == 0 ? 30 : seed % 7);
    for (std::size_t t = 0; t < 6 * n_scores; ++t) random.add_tree(depth > 12 ? 0.55 : 0.9, depth);
    const std::vector<double> x = random.samples(1 + seed % 40, seed % 2 == 0 ? 0.1 : 0);
    const std::vector<double> expected = naive_sums(random.forest, n_scores, x);
    std::vector<double> walked(expected.size(), -1);
    sum_trees(random.forest, n_scores, view(random.forest, x), walked.data());
    ASSERT_EQ(walked, expected);
    ASSERT_EQ(binned_sums(random.forest, n_scores, x), expected);
  }
}

TEST(BinnedForest, GivesTheSameSumsWithoutGoingDownTreesOfFewLeaves) {
  const core::KernelTables tables = core::runnable_kernels();
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::size_t n_outputs = 1 + seed / 4 % 3;
    const std::size_t n_scores = n_outputs == 1 ? 1 + seed % 3 : 1;
    RandomForestOf random(seed, 1 + seed % 9, n_outputs, false);
    for (std::size_t t = 0; t < 6 * n_scores; ++t)
      random.add_tree(seed % 4 == 0 ? 1 : 0.8, static_cast<std::uint32_t>(seed % 6));
    const std::vector<double> x = random.samples(1 + seed * 7 % 700, seed % 2 == 0 ? 0.1 : 0);
    const std::vector<double> expected = naive_sums(random.forest, n_scores, x);
    for (std::size_t i = 0; i < tables.count; ++i)
      ASSERT_EQ(binned_sums(random.forest, n_scores, x, *tables.entries[i]), expected)
          << tables.entries[i]->name;
  }
}

TEST(BinnedForest, DoesNotFitTooManyThresholdsOrFeatures) {
  Host host;
  RandomForestOf random(1, 1, 1, false);
  for (std::size_t i = 0; i <= 65'534; ++i) {
    random.add_tree(1, 1);
    random.forest.threshold[3 * i] = static_cast<double>(i);
  }
  ASSERT_EQ(random.forest.n_trees(), 65'535u);
  auto binned = BinnedForest::prepare(random.forest, host.context);
  ASSERT_TRUE(binned.ok());
  EXPECT_FALSE(binned->has_value());
  random.forest.threshold[0] = 1;  // one fewer
  binned = BinnedForest::prepare(random.forest, host.context);
  ASSERT_TRUE(binned.ok());
  EXPECT_TRUE(binned->has_value());

  RandomForestOf wide(1, 4'096, 1, false);
  wide.add_tree(1, 3);
  binned = BinnedForest::prepare(wide.forest, host.context);
  ASSERT_TRUE(binned.ok());
  EXPECT_FALSE(binned->has_value());
}

Model model_of(std::variant<LinearModel, Forest, Boosting> fitted) {
  Model model;
  model.fitted = std::move(fitted);
  return model;
}

TEST(Predictor, GivesTheSameBitsForAnyBatchAndAnyNumberOfThreads) {
  RandomForestOf random(3, 7, 2, true);
  for (std::size_t t = 0; t < 9; ++t) random.add_tree(0.95, 8);
  RandomForestOf scores(4, 7, 1, true);
  for (std::size_t t = 0; t < 9; ++t) scores.add_tree(0.95, 8);
  const std::vector<double> x = random.samples(2'111, 0.02);
  const Model models[] = {model_of(random.forest), model_of(Boosting{Link::kLogistic, {0.25}, scores.forest}),
                          model_of(Boosting{Link::kSoftmax, {0.25, 0, -1}, scores.forest}),
                          model_of(Boosting{Link::kIdentity, {3}, scores.forest})};
  for (const Model& model : models) {
    const std::size_t width = n_outputs(model);
    const core::SampleView samples = view(random.forest, x);
    std::vector<double> expected(samples.n_samples * width);
    for (std::size_t i = 0; i < samples.n_samples; ++i)
      predict_samples(model, samples.range(i, i + 1), core::baseline_kernels(), expected.data() + i * width);
    for (const std::uint32_t n_threads : {1u, 2u, 3u, 7u}) {
      Host host(n_threads);
      const Predictor predictor(model);
      // Too few to prepare, enough to, and few again with what was prepared.
      for (const std::size_t n : {std::size_t{100}, samples.n_samples, std::size_t{3}}) {
        std::vector<double> out(n * width, -1);
        ASSERT_TRUE(predictor.predict(samples.range(0, n), out, host.context).ok());
        ASSERT_TRUE(std::equal(out.begin(), out.end(), expected.begin())) << n << " samples, " << n_threads;
      }
    }
  }
}

// 40 trees of hundreds of nodes each: one batch of 256 rows is too few, what comes adds up.
TEST(Predictor, BatchesAddUpUntilPreparingPays) {
  RandomForestOf random(6, 5, 1, false);
  for (std::size_t t = 0; t < 400; ++t) random.add_tree(0.97, 9);
  const std::size_t n_nodes = random.forest.feature.size();
  ASSERT_GT(n_nodes, 100u * 2 * 256);
  const Model model = model_of(random.forest);
  const std::vector<double> x = random.samples(256, 0);
  const core::SampleView samples = view(random.forest, x);
  std::vector<double> expected(256), out(256);
  predict(random.forest, samples, expected.data());
  Host host(1);
  const Predictor predictor(model);
  for (std::size_t n_so_far = 256; n_so_far < n_nodes / 100 + 1000; n_so_far += 256) {
    // Small batches do not count.
    ASSERT_TRUE(predictor.predict(samples.range(0, 255), {out.data(), 255}, host.context).ok());
    ASSERT_TRUE(predictor.predict(samples, out, host.context).ok());
    EXPECT_EQ(out, expected);
    EXPECT_EQ(predictor.is_prepared(), n_so_far >= n_nodes / 100)
        << n_so_far << " rows, " << n_nodes << " nodes";
  }
}

/// Finite leaves whose sum is not finite, walked and prepared.
TEST(Predictor, AnOutputThatIsNotFiniteIsAnError) {
  RandomForestOf random(7, 5, 1, false);
  for (std::size_t t = 0; t < 20; ++t) random.add_tree(0.95, 8);
  random.forest.leaf_values.assign(random.forest.leaf_values.size(), std::numeric_limits<double>::max());
  const Model model = model_of(random.forest);
  const std::vector<double> x = random.samples(3'000, 0);
  std::vector<double> out(3'000);
  Host host(2);
  const Predictor predictor(model);
  for (const std::size_t n : {std::size_t{1}, std::size_t{3'000}, std::size_t{3'000}}) {
    const core::Result<> found =
        predictor.predict(view(random.forest, x).range(0, n), {out.data(), n}, host.context);
    ASSERT_FALSE(found.ok()) << n;
    EXPECT_EQ(found.error().code, core::Code::kNotFinite);
  }
}

TEST(Predictor, ServesSeveralThreadsAtOnce) {
  RandomForestOf random(5, 5, 1, false);
  for (std::size_t t = 0; t < 20; ++t) random.add_tree(0.95, 8);
  const Model model = model_of(random.forest);
  const std::vector<double> x = random.samples(3'000, 0);
  std::vector<double> expected(3'000);
  predict(random.forest, view(random.forest, x), expected.data());
  const Predictor predictor(model);
  std::vector<std::vector<double>> outs(4, std::vector<double>(3'000));
  std::vector<std::thread> threads;
  for (std::vector<double>& out : outs)
    threads.emplace_back([&] {
      Host host(2);
      EXPECT_TRUE(predictor.predict(view(random.forest, x), out, host.context).ok());
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<double>& out : outs) EXPECT_EQ(out, expected);
}

}  // namespace
}  // namespace rf::model
