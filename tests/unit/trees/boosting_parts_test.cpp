// SPDX-License-Identifier: MIT
// The parts of boosting on their own: row lists, random choices, losses.
#include <set>

#include "trees/boosting_loss.hpp"
#include "trees/row_partition.hpp"
#include "unit/core/row_list.hpp"
#include "unit/trees/boosting_support.hpp"

namespace rf::trees {
namespace {

TEST(RowPartition, LeftRowsAscendAndRightRowsDescend) {
  const std::vector<std::uint8_t> column = {1, 0, 2, 0, 1, 2, 0};
  const auto rows = core::row_list<core::Sample>({0, 1, 2, 3, 4, 5, 6});
  const auto left = [](std::uint32_t n_bins) {
    GoesLeft goes_left{};
    std::fill_n(goes_left.begin(), n_bins, std::uint8_t{1});
    return goes_left;
  };
  std::vector<core::Sample> to(rows.size());
  EXPECT_EQ(part_rows(rows, column.data(), left(1), to.data()), 3u);
  EXPECT_EQ(to, core::row_list<core::Sample>({1, 3, 6, 5, 4, 2, 0}));
  // All on one side.
  EXPECT_EQ(part_rows(rows, column.data(), left(0), to.data()), 0u);
  EXPECT_EQ(to.front(), core::Sample{6});
  EXPECT_EQ(part_rows(rows, column.data(), left(3), to.data()), 7u);
  EXPECT_EQ(to, rows);
}

TEST(RowPartition, FindsRowsBetweenInBothDirections) {
  const auto up = core::row_list<core::Sample>({1, 4, 6, 9});
  const auto down = core::row_list<core::Sample>({9, 6, 4, 1});
  for (std::size_t begin = 0; begin < 12; ++begin) {
    for (std::size_t end = begin; end < 12; ++end) {
      std::set<core::Sample> expected;
      for (const core::Sample row : up)
        if (number_of(row) >= begin && number_of(row) < end) expected.insert(row);
      for (const auto* list : {&up, &down}) {
        const auto found = rows_between(*list, begin, end);
        EXPECT_EQ(std::set<core::Sample>(found.begin(), found.end()), expected) << begin << " " << end;
        EXPECT_EQ(found.size(), expected.size());
      }
    }
  }
  EXPECT_TRUE(rows_between(std::span<const core::Sample>(), 0, 5).empty());
  EXPECT_EQ(rows_between(std::span(up).first(1), 1, 2).size(), 1u);
}

model::ClassTarget classes_of(const std::vector<std::int32_t>& class_of, std::size_t n_classes) {
  return {class_of, n_classes, {}};
}

TEST(BoostingSample, HeldOutRowsKeepTheShares) {
  std::vector<std::int32_t> class_of;
  for (int i = 0; i < 1000; ++i) class_of.push_back(i % 10 == 0 ? 2 : i % 2);
  params::GradientBoosting parameters;
  auto none = hold_out(classes_of(class_of, 3), parameters, 1);
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->fitted.size(), 1000u);
  EXPECT_TRUE(none->held_out.empty());

  parameters.early_stopping_rounds = 1;
  auto rows = hold_out(classes_of(class_of, 3), parameters, 1);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->held_out.size(), 100u);
  std::vector<int> counts(3);
  for (const core::Sample row : rows->held_out) ++counts[static_cast<std::size_t>(class_of[number_of(row)])];
  EXPECT_EQ(counts, (std::vector<int>{40, 50, 10}));
  std::set<core::Sample> all(rows->fitted.begin(), rows->fitted.end());
  all.insert(rows->held_out.begin(), rows->held_out.end());
  EXPECT_EQ(all.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(rows->fitted.begin(), rows->fitted.end()));
  EXPECT_TRUE(std::is_sorted(rows->held_out.begin(), rows->held_out.end()));

  auto other_seed = hold_out(classes_of(class_of, 3), parameters, 2);
  EXPECT_NE(rows->held_out, other_seed->held_out);
}

TEST(BoostingSample, EveryClassKeepsARowToFit) {
  params::GradientBoosting parameters;
  parameters.early_stopping_rounds = 1;
  parameters.early_stopping_fraction = 0.9;
  auto rows = hold_out(classes_of({0, 0, 0, 0, 0, 1}, 2), parameters, 1);
  ASSERT_TRUE(rows.ok());
  EXPECT_NE(std::find(rows->fitted.begin(), rows->fitted.end(), core::Sample{5}), rows->fitted.end());
  EXPECT_EQ(rows->held_out.size(), 4u);
}

TEST(BoostingSample, DrawsWithoutReplacementByName) {
  const auto rows = core::consecutive<core::Sample>(1000);
  const auto drawn = draw_rows(rows, 0.25, 7, 3);
  EXPECT_EQ(drawn.size(), 250u);
  EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
  EXPECT_EQ(std::set<core::Sample>(drawn.begin(), drawn.end()).size(), 250u);
  EXPECT_EQ(drawn, draw_rows(rows, 0.25, 7, 3));
  EXPECT_NE(drawn, draw_rows(rows, 0.25, 7, 4));
  EXPECT_NE(drawn, draw_rows(rows, 0.25, 8, 3));
  EXPECT_EQ(draw_rows(rows, 1, 7, 3), rows);
  EXPECT_EQ(draw_rows(std::span(rows).first(3), 0.01, 7, 3).size(), 1u);

  EXPECT_TRUE(draw_features(10, 1, 7, 0).all);
  const CountedFeatures features = draw_features(10, 0.35, 7, 0);
  EXPECT_FALSE(features.all);
  EXPECT_EQ(features.numbers.size(), 3u);
  std::vector<int> counts(10);
  for (std::uint32_t tree = 0; tree < 2000; ++tree)
    for (const std::int32_t f : draw_features(10, 0.35, 7, tree).numbers)
      ++counts[static_cast<std::size_t>(f)];
  for (const int count : counts)
    EXPECT_NEAR(count, 600, 5 * std::sqrt(2000 * 0.3 * 0.7));  // five standard deviations
}

/// Gradients and hessians of the mean loss times n by differences of scores.
void expect_derivatives(BoostingLoss& loss, Host&) {
  const auto all = core::consecutive<core::Sample>(loss.n_rows());
  ASSERT_TRUE(loss.start(all).ok());
  const double step = 1e-4;
  for (std::size_t k = 0; k < loss.n_scores(); ++k) {
    for (std::size_t row = 0; row < loss.n_rows(); ++row) {
      ASSERT_TRUE(loss.begin_round().ok());
      RowGradients sums;
      const auto quantiser = loss.gradients(k, 0, sums);
      ASSERT_TRUE(quantiser.ok());
      const double g =
          quantiser->gradient(sums.of(static_cast<core::Sample>(row))) * quantiser->gradient_scale();
      const double h = quantiser->hessian(sums.of(static_cast<core::Sample>(row)));
      const std::vector<core::Sample> alone = {static_cast<core::Sample>(row)};
      double& score = loss.scores(k)[row];
      const double at = score;
      const double here = *loss.mean_loss(alone);
      score = at + step;
      const double above = *loss.mean_loss(alone);
      score = at - step;
      const double below = *loss.mean_loss(alone);
      score = at;
      // Squared error trains on half of what it reports.
      const double factor = quantiser->hessian(sums.of(static_cast<core::Sample>(row))) == 1 ? 0.5 : 1;
      EXPECT_NEAR(g, factor * (above - below) / (2 * step), 1e-7);
      EXPECT_NEAR(h, factor * (above - 2 * here + below) / (step * step), 1e-5);
    }
  }
}

TEST(BoostingLoss, GradientMatchesCentralDifferences) {
  Host host;
  const std::vector<std::int32_t> two = {0, 1, 1, 0, 1};
  BoostingLoss logistic(classes_of(two, 2), host.context);
  EXPECT_EQ(logistic.n_scores(), 1u);
  expect_derivatives(logistic, host);
  const std::vector<std::int32_t> three = {0, 1, 2, 2, 1, 1};
  BoostingLoss softmax(classes_of(three, 3), host.context);
  EXPECT_EQ(softmax.n_scores(), 3u);
  expect_derivatives(softmax, host);
  const std::vector<double> values = {0, 1, 3, -2};
  BoostingLoss squared(model::ValueTarget{values, {}}, host.context);
  expect_derivatives(squared, host);
}

TEST(BoostingLoss, StartsWhereOneNumberForAllRowsIsBest) {
  Host host;
  const std::vector<std::int32_t> two = {0, 1, 1, 1};
  BoostingLoss logistic(classes_of(two, 2), host.context);
  const auto all = core::row_list<core::Sample>({0, 1, 2, 3});
  ASSERT_TRUE(logistic.start(all).ok());
  EXPECT_DOUBLE_EQ(logistic.base_scores()[0], std::log(3.0));
  // A class that no fitted row has counts as half a row.
  ASSERT_TRUE(logistic.start(std::span(all).subspan(1)).ok());
  EXPECT_DOUBLE_EQ(logistic.base_scores()[0], std::log(6.0));
  const std::vector<double> values = {1e300, -1e300, 5e299, -1.5e300};
  BoostingLoss squared(model::ValueTarget{values, {}}, host.context);
  ASSERT_TRUE(squared.start(all).ok());
  EXPECT_DOUBLE_EQ(squared.base_scores()[0] * squared.target_scale() + squared.target_centre(), -2.5e299);
}

}  // namespace
}  // namespace rf::trees
