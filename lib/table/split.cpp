// SPDX-License-Identifier: MIT
// The recipe of docs/LEARNERS.md, step by step, with one random stream. The order of the draws must not
// change. Pinned by tests/unit/table/split_test.cpp against lists made by scikit-learn 1.2.
#include "table/split.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "core/mutant.hpp"
#include "core/text.hpp"
#include "table/mt19937.hpp"

namespace rf::table {
namespace {

using core::KeptRow;

struct Sizes {
  std::size_t train;
  std::size_t validation;
};

core::Result<Sizes> side_sizes(std::size_t n, double fraction) {
  const double wanted = std::ceil(fraction * static_cast<double>(n));
  if (!(wanted >= 0) || !(wanted < static_cast<double>(n))) {
    return nothing_trains(n, "row");
  }
  const auto validation = static_cast<std::size_t>(wanted);
  return Sizes{n - validation, validation};
}

Split all_into_train(std::size_t n) {
  Split split;
  split.train = core::consecutive<KeptRow>(n);
  return split;
}

using Counts = std::vector<std::size_t>;

/// Whether a class has too few rows to be on both sides.
bool has_lone_row(const Counts& counts) {
  return std::any_of(counts.begin(), counts.end(), [](std::size_t count) { return count < 2; });
}

/// Shares `n_draws` over classes in proportion to `counts`:
///   value_c = counts_c / n * n_draws, quota_c = floor(value_c), remainder_c = value_c - quota_c,
/// the remaining units go one each to the largest remainders; equal remainders are in random order.
Counts share(const Counts& counts, std::size_t n_draws, Mt19937& random) {
  const auto n = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::size_t{0}));
  Counts quotas;
  std::vector<double> remainders;
  for (const std::size_t count : counts) {
    const double value = static_cast<double>(count) / n * static_cast<double>(n_draws);
    quotas.push_back(static_cast<std::size_t>(std::floor(value)));
    remainders.push_back(value - std::floor(value));
  }
  const std::size_t given = std::accumulate(quotas.begin(), quotas.end(), std::size_t{0});
  std::size_t open = n_draws > given ? n_draws - given : 0;
  std::vector<double> levels = remainders;
  // total order: numbers; equal ones are the same
  std::sort(levels.begin(), levels.end(), std::greater<>());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  for (std::size_t level = 0; level < levels.size() && open > 0; ++level) {
    std::vector<std::size_t> tied;
    for (std::size_t c = 0; c < counts.size(); ++c) {
      if (remainders[c] == levels[level]) tied.push_back(c);
    }
    random.shuffle(tied);  // draws numbers even if all of them are taken
    tied.resize(std::min(tied.size(), open));
    for (const std::size_t c : tied) ++quotas[c];
    open -= tied.size();
  }
  return quotas;
}

std::vector<KeptRow> permuted(const std::vector<KeptRow>& items, Mt19937& random) {
  std::vector<KeptRow> result = items;
  random.shuffle(result);
  return result;
}

}  // namespace

core::Error nothing_trains(std::size_t n, std::string_view unit) {
  const std::string all =
      n == 1 ? "the only " + std::string(unit) + " is" : "all " + core::counted(n, unit) + " are";
  return {core::Code::kZeroRows,
          "the split leaves no training rows: " + all + " used for validation",
          {{"rows", static_cast<std::int64_t>(n)}}};
}

core::Result<Split> shuffle_split(std::size_t n, double fraction, std::uint32_t seed) {
  RF_ASSIGN(const Sizes sizes, side_sizes(n, fraction));
  if (sizes.validation == 0) return all_into_train(n);
  Mt19937 random(seed);
  std::vector<KeptRow> order = core::consecutive<KeptRow>(n);
  random.shuffle(order);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(sizes.validation);
  return Split{{middle, order.end()}, {order.begin(), middle}, false};
}

core::Result<Split> stratified_shuffle_split(std::span<const std::int32_t> class_of, std::size_t n_classes,
                                             double fraction, std::uint32_t seed) {
  RF_ASSIGN(const Sizes sizes, side_sizes(class_of.size(), fraction));
  if (sizes.validation == 0) return all_into_train(class_of.size());
  std::vector<std::vector<KeptRow>> rows_of(n_classes);
  for (std::size_t row = 0; row < class_of.size(); ++row) {
    rows_of[static_cast<std::size_t>(class_of[row])].push_back(static_cast<KeptRow>(row));
  }
  Counts counts;
  for (const auto& rows : rows_of) counts.push_back(rows.size());
  if (RF_MUTANT(lone_row_is_stratified, has_lone_row(counts), false) || sizes.train < n_classes ||
      sizes.validation < n_classes) {
    return shuffle_split(class_of.size(), fraction, seed);
  }

  Mt19937 random(seed);
  const Counts train_quotas = share(counts, sizes.train, random);
  Counts remaining = counts;
  for (std::size_t c = 0; c < n_classes; ++c) remaining[c] -= train_quotas[c];
  const Counts validation_quotas = share(remaining, sizes.validation, random);

  Split split;
  split.stratified = true;
  for (std::size_t c = 0; c < n_classes; ++c) {
    const std::vector<std::uint32_t> order = random.permutation(counts[c]);
    const std::size_t end = std::min(counts[c], train_quotas[c] + validation_quotas[c]);
    for (std::size_t i = 0; i < end; ++i) {
      (i < train_quotas[c] ? split.train : split.validation).push_back(rows_of[c][order[i]]);
    }
  }
  split.train = RF_MUTANT(training_rows_not_shuffled, permuted(split.train, random), split.train);
  split.validation = permuted(split.validation, random);
  return split;
}

}  // namespace rf::table
