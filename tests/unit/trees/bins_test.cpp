// SPDX-License-Identifier: MIT
#include "trees/bins.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

#include "core/philox.hpp"
#include "unit/trees/tree_support.hpp"

namespace rf::trees {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ColumnBins cut(std::vector<double> values, std::uint32_t max_bins, bool is_sample = false) {
  return cut_numeric(values, max_bins, is_sample);
}

Bins bins_of(const Problem& problem, std::uint32_t max_bins, std::uint32_t n_threads = 1) {
  Host host(n_threads);
  auto bins = make_bins(problem.input(), max_bins, host.context);
  EXPECT_TRUE(bins.ok());
  return std::move(*bins);
}

TEST(ThresholdBetween, IsTheMiddleAndNeverTheUpperValue) {
  EXPECT_EQ(threshold_between(1, 2), 1.5);
  EXPECT_EQ(threshold_between(-3, 5), 1);
  const double max = std::numeric_limits<double>::max();
  EXPECT_EQ(threshold_between(-max, max), 0);
  EXPECT_EQ(threshold_between(max / 2, max), max / 4 + max / 2);
  const double tiny = std::numeric_limits<double>::denorm_min();
  for (const double low : {1.0, -1.0, 0.1, 1e300, tiny, 2 * tiny, -tiny, 0.0, -3 * tiny}) {
    const double high = std::nextafter(low, kInfinity);
    EXPECT_EQ(threshold_between(low, high), low);
    EXPECT_LT(threshold_between(low, high), high);
  }
}

TEST(CutNumeric, GivesEachValueABinWhenThereAreFew) {
  const ColumnBins bins = cut({3, -1, 3, 0, 8, -1}, 4);
  EXPECT_EQ(bins.n_bins, 4u);
  EXPECT_EQ(bins.lower, (std::vector<double>{-1, 0, 3, 8}));
  EXPECT_EQ(bins.upper, bins.lower);
  EXPECT_EQ(bins.cuts, (std::vector<double>{-0.5, 1.5, 5.5}));
}

TEST(CutNumeric, OfOneValueIsOneBinWithoutCuts) {
  const ColumnBins bins = cut({2, 2}, 255);
  EXPECT_EQ(bins.n_bins, 1u);
  EXPECT_TRUE(bins.cuts.empty());
}

TEST(CutNumeric, TakesMinusZeroForZero) {
  const ColumnBins bins = cut({0.0, -0.0, 1}, 255);
  EXPECT_EQ(bins.n_bins, 2u);
  EXPECT_FALSE(std::signbit(bins.lower[0]));
}

TEST(CutNumeric, SharesRowsEquallyByHand) {
  // 12 rows, 3 bins: shares of 4; 5 comes five times and is a bin of its own, the other seven rows make two.
  const ColumnBins bins = cut({1, 2, 3, 4, 5, 5, 5, 5, 5, 6, 7, 8}, 3);
  EXPECT_EQ(bins.lower, (std::vector<double>{1, 5, 6}));
  EXPECT_EQ(bins.upper, (std::vector<double>{4, 5, 8}));
  EXPECT_EQ(bins.cuts, (std::vector<double>{4.5, 5.5}));
}

TEST(CutNumeric, KeepsWithinMaxBinsAndNearEqualShares) {
  core::RandomStream stream(3, core::Purpose::kForestBootstrap);
  for (const std::uint32_t max_bins : {2u, 3u, 16u, 254u, 255u}) {
    for (const std::uint64_t spread : {std::uint64_t{300}, std::uint64_t{1} << 40}) {
      std::vector<double> values(5000);
      for (double& value : values) value = static_cast<double>(stream.below(spread));
      const ColumnBins bins = cut(values, max_bins);
      ASSERT_LE(bins.n_bins, max_bins);
      ASSERT_GE(bins.n_bins + 2, max_bins);
      ASSERT_EQ(bins.cuts.size() + 1, bins.n_bins);
      std::map<std::size_t, std::size_t> rows_of_bin;
      for (const double value : values)
        ++rows_of_bin[std::lower_bound(bins.cuts.begin(), bins.cuts.end(), value) - bins.cuts.begin()];
      ASSERT_EQ(rows_of_bin.size(), bins.n_bins);
      const std::size_t share = 5000 / max_bins;
      for (const auto& [bin, rows] : rows_of_bin) ASSERT_LE(rows, 2 * share + 34) << "bin " << bin;
    }
  }
}

TEST(CutNumeric, SurvivesAValueThatFillsMostRows) {
  std::vector<double> values(10'000, 0.0);
  for (std::size_t i = 0; i < 2000; ++i) values[i] = static_cast<double>(i) - 1000.5;
  const ColumnBins bins = cut(values, 10);
  EXPECT_LE(bins.n_bins, 10u);
  EXPECT_GE(bins.n_bins, 9u);
  const auto zero = std::find(bins.lower.begin(), bins.lower.end(), 0.0);
  ASSERT_NE(zero, bins.lower.end());
  EXPECT_EQ(bins.upper[static_cast<std::size_t>(zero - bins.lower.begin())], 0.0);
}

TEST(CutNumeric, BoundsTheBinsOfASampleByItsCuts) {
  const ColumnBins bins = cut({1, 2, 3}, 255, true);
  EXPECT_EQ(bins.cuts, (std::vector<double>{1.5, 2.5}));
  EXPECT_EQ(bins.lower, (std::vector<double>{-kInfinity, 1.5, 2.5}));
  EXPECT_EQ(bins.upper, (std::vector<double>{1.5, 2.5, kInfinity}));
}

TEST(BinLevels, KeepsLevelNumbersWhenTheyFit) {
  const std::vector<std::uint64_t> counts = {5, 0, 9};
  EXPECT_EQ(bin_levels(counts, 3).bin_of_level, (std::vector<std::uint8_t>{0, 1, 2}));
  EXPECT_EQ(bin_levels(counts, 3).n_bins, 3u);
}

TEST(BinLevels, LetsTheRarestShareABin) {
  const std::vector<std::uint64_t> counts = {2, 7, 2, 1, 9};
  // Most frequent: 4, 1, then 0 before 2 by number; 2 and 3 share.
  const ColumnBins bins = bin_levels(counts, 4);
  EXPECT_EQ(bins.n_bins, 4u);
  EXPECT_EQ(bins.bin_of_level, (std::vector<std::uint8_t>{0, 1, 3, 3, 2}));
  const ColumnBins two = bin_levels(counts, 2);
  EXPECT_EQ(two.bin_of_level, (std::vector<std::uint8_t>{1, 1, 1, 1, 0}));
}

TEST(MakeBins, PutsEveryValueBetweenItsBinsEnds) {
  core::RandomStream stream(4, core::Purpose::kForestBootstrap);
  const std::size_t n = 9000;
  Problem problem = numeric_problem(3, {});
  problem.n_levels = {0, 7, 0};
  for (std::size_t i = 0; i < n; ++i) {
    problem.x.push_back(stream.uniform() * stream.uniform() - 0.3);
    problem.x.push_back(static_cast<double>(stream.below(7)));
    problem.x.push_back(static_cast<double>(stream.below(100)));
  }
  const Bins bins = bins_of(problem, 255);
  for (std::size_t i = 0; i < n; ++i) {
    for (const std::size_t f : {std::size_t{0}, std::size_t{2}}) {
      const std::uint8_t bin = bins.row(static_cast<core::Sample>(i))[f];
      ASSERT_LE(bins.column(f).lower[bin], problem.at(i, f));
      ASSERT_GE(bins.column(f).upper[bin], problem.at(i, f));
    }
    ASSERT_EQ(bins.row(static_cast<core::Sample>(i))[1], problem.at(i, 1));
  }
  EXPECT_EQ(bins.column(0).n_bins, 255u);
  EXPECT_EQ(bins.column(2).n_bins, 100u);
}

TEST(MakeBins, CutsOnAnEvenlySpacedSampleOfLongColumns) {
  const std::size_t n = 2 * kBinSampleRows + 1;
  Problem problem = numeric_problem(1, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) problem.x[i] = static_cast<double>(i * 7919 % n);
  const Bins bins = bins_of(problem, 255);
  EXPECT_EQ(bins.column(0).n_bins, 255u);
  std::vector<std::size_t> rows_of_bin(255);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint8_t bin = bins.row(static_cast<core::Sample>(i))[0];
    ++rows_of_bin[bin];
    ASSERT_TRUE(bin == 0 || problem.x[i] > bins.column(0).lower[bin]);
    ASSERT_LE(problem.x[i], bins.column(0).upper[bin]);
  }
  const auto [least, most] = std::minmax_element(rows_of_bin.begin(), rows_of_bin.end());
  EXPECT_GT(*least, n / 255 * 9 / 10);
  EXPECT_LT(*most, n / 255 * 11 / 10);
}

TEST(MakeBins, DoesNotDependOnTheNumberOfThreads) {
  core::RandomStream stream(5, core::Purpose::kForestBootstrap);
  Problem problem = numeric_problem(70, std::vector<double>(70 * 5000));
  for (double& value : problem.x) value = stream.uniform();
  const Bins one = bins_of(problem, 64);
  for (const std::uint32_t n_threads : {2u, 3u, 7u}) {
    const Bins many = bins_of(problem, 64, n_threads);
    for (std::size_t f = 0; f < 70; ++f) ASSERT_EQ(many.column(f).cuts, one.column(f).cuts);
    for (std::size_t i = 0; i < problem.n(); ++i)
      ASSERT_TRUE(std::equal(one.row(static_cast<core::Sample>(i)),
                             one.row(static_cast<core::Sample>(i)) + 70,
                             many.row(static_cast<core::Sample>(i))));
  }
}

TEST(MakeBins, DoesNotDependOnWhereTheRowsLie) {
  core::RandomStream stream(6, core::Purpose::kForestBootstrap);
  const std::size_t n = kBinSampleRows + 5000;
  Problem problem = numeric_problem(2, std::vector<double>(2 * n));
  problem.n_levels[1] = 5;
  for (std::size_t i = 0; i < n; ++i) {
    problem.x[2 * i] = stream.uniform() < 0.1 ? std::numeric_limits<double>::quiet_NaN() : stream.uniform();
    problem.x[2 * i + 1] = static_cast<double>(stream.below(5));
  }
  auto row_of = core::consecutive<core::TableRow>(n);  // sample i is in row row_of[i]
  for (std::size_t i = n; i > 1; --i) std::swap(row_of[i - 1], row_of[stream.below(i)]);
  Problem shuffled = problem;
  for (std::size_t i = 0; i < n; ++i)
    for (const std::size_t f : {0u, 1u}) shuffled.x[2 * number_of(row_of[i]) + f] = problem.x[2 * i + f];
  TreeInput input = shuffled.input();
  input.rows = row_of;

  Host host(3);
  const auto straight = make_bins(problem.input(), 255, host.context, MissingCells::kOwnBin);
  const auto scattered = make_bins(input, 255, host.context, MissingCells::kOwnBin);
  ASSERT_TRUE(straight.ok() && scattered.ok());
  EXPECT_EQ(scattered->column(0).cuts, straight->column(0).cuts);
  for (std::size_t i = 0; i < n; ++i)
    ASSERT_TRUE(std::equal(straight->row(static_cast<core::Sample>(i)),
                           straight->row(static_cast<core::Sample>(i)) + 2,
                           scattered->row(static_cast<core::Sample>(i))))
        << i;

  shuffled.x[2 * number_of(row_of[7])] = kInfinity;
  const auto bins = make_bins(input, 255, host.context, MissingCells::kOwnBin);
  ASSERT_FALSE(bins.ok());
  EXPECT_EQ(bins.error().message,
            "design column 0, sample 7: expected a finite number, found one that is not");
}

TEST(MakeBins, NamesTheCellThatIsNotFinite) {
  Host host;
  for (const double bad : {kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    Problem problem = numeric_problem(2, {1, 2, 3, bad});
    const auto bins = make_bins(problem.input(), 255, host.context);
    ASSERT_FALSE(bins.ok());
    EXPECT_EQ(bins.error().code, core::Code::kNotFinite);
    EXPECT_EQ(bins.error().message,
              "design column 1, sample 1: expected a finite number, found one that is not");
  }
  Problem problem = numeric_problem(1, std::vector<double>(2 * kBinSampleRows, 1.0));
  problem.x[1] = kInfinity;  // not in the sample
  const auto bins = make_bins(problem.input(), 255, host.context);
  ASSERT_FALSE(bins.ok());
  EXPECT_EQ(bins.error().code, core::Code::kNotFinite);
}

TEST(MakeBins, MissingNumbersGetABinOfTheirOwnWhereAskedFor) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const Problem problem = numeric_problem(3, {1, missing, 5,  //
                                              2, missing, 6,  //
                                              missing, missing, 7});
  Host host;
  EXPECT_FALSE(make_bins(problem.input(), 255, host.context).ok());
  auto bins = make_bins(problem.input(), 255, host.context, MissingCells::kOwnBin);
  ASSERT_TRUE(bins.ok());
  EXPECT_TRUE(bins->column(0).has_missing);
  EXPECT_EQ(bins->column(0).n_bins, 2u);
  EXPECT_EQ(bins->column(0).cuts, (std::vector<double>{1.5}));
  EXPECT_EQ(bins->row(core::Sample{2})[0], 2);
  EXPECT_TRUE(bins->column(1).has_missing);
  EXPECT_EQ(bins->column(1).n_bins, 1u);
  EXPECT_EQ(bins->row(core::Sample{0})[1], 1);
  EXPECT_FALSE(bins->column(2).has_missing);

  const Problem infinite = numeric_problem(1, {1, kInfinity});
  EXPECT_FALSE(make_bins(infinite.input(), 255, host.context, MissingCells::kOwnBin).ok());
}

TEST(MakeBins, TheMissingBinMayBeThe256th) {
  std::vector<double> x;
  for (int i = 0; i < 300; ++i) x.push_back(i);
  x.push_back(std::numeric_limits<double>::quiet_NaN());
  const Problem problem = numeric_problem(1, x);
  Host host;
  auto bins = make_bins(problem.input(), 255, host.context, MissingCells::kOwnBin);
  ASSERT_TRUE(bins.ok());
  EXPECT_EQ(bins->column(0).n_bins, 255u);
  EXPECT_EQ(bins->row(core::Sample{300})[0], 255);
  EXPECT_EQ(bins->row(core::Sample{299})[0], 254);
}

}  // namespace
}  // namespace rf::trees
