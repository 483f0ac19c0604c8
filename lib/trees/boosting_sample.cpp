// SPDX-License-Identifier: MIT
// Selection sampling (Knuth, "The Art of Computer Programming", volume 2, 3.4.2, algorithm S): every subset
// of the wanted size is equally likely, and its elements come out in order.
// tests/unit/trees/boosting_parts_test.cpp pins it.
#include "trees/boosting_sample.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/philox.hpp"
#include "core/text.hpp"

namespace rf::trees {
namespace {

std::size_t share_of(double share, std::size_t n) {
  return static_cast<std::size_t>(std::floor(share * static_cast<double>(n)));
}

/// Calls take(i) or leave(i) for i = 0 .. n - 1; it takes `wanted` of them.
template <class Take, class Leave>
void select(std::size_t n, std::size_t wanted, core::RandomStream& stream, Take take, Leave leave) {
  for (std::size_t i = 0; i < n; ++i) {
    if (stream.below(n - i) < wanted) {
      take(i);
      --wanted;
    } else {
      leave(i);
    }
  }
}

core::Error nothing_held_out(const params::GradientBoosting& parameters, std::size_t n_rows) {
  return {core::Code::kParameterOutOfRange,
          "early stopping: early_stopping_fraction leaves none of the " +
              core::counted(n_rows, "training row") +
              " to hold out; raise it, or leave early_stopping_rounds out",
          {{"pointer", "/params/early_stopping_fraction"},
           {"got", std::to_string(parameters.early_stopping_fraction)}}};
}

/// The number of rows to hold out, for each class.
std::vector<std::size_t> quotas(const std::vector<std::size_t>& counts, double fraction, std::size_t n_rows) {
  std::vector<std::size_t> quota(counts.size());
  std::vector<double> remainder(counts.size());
  std::size_t n_held_out = 0;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    quota[c] = std::min(share_of(fraction, counts[c]), counts[c] - std::min<std::size_t>(counts[c], 1));
    remainder[c] = fraction * static_cast<double>(counts[c]) - static_cast<double>(quota[c]);
    n_held_out += quota[c];
  }
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainder[a] > remainder[b]; });
  for (const std::size_t c : order) {
    if (n_held_out >= share_of(fraction, n_rows)) break;
    if (quota[c] + 1 >= counts[c]) continue;
    ++quota[c];
    ++n_held_out;
  }
  return quota;
}

HeldOut all_fitted(std::size_t n_rows) {
  HeldOut rows;
  rows.fitted = core::consecutive<core::Sample>(n_rows);
  return rows;
}

core::Result<HeldOut> hold_out_of_groups(std::size_t n_rows,
                                         const std::vector<std::vector<core::Sample>>& groups,
                                         const params::GradientBoosting& parameters, std::uint64_t seed) {
  std::vector<std::size_t> counts;
  for (const auto& group : groups) counts.push_back(group.size());
  const std::vector<std::size_t> quota = quotas(counts, parameters.early_stopping_fraction, n_rows);
  HeldOut rows;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    core::RandomStream stream(seed, core::Purpose::kBoostingHeldOut, static_cast<std::uint32_t>(g));
    select(
        groups[g].size(), quota[g], stream, [&](std::size_t i) { rows.held_out.push_back(groups[g][i]); },
        [&](std::size_t i) { rows.fitted.push_back(groups[g][i]); });
  }
  if (rows.held_out.empty()) return nothing_held_out(parameters, n_rows);
  // total order: row numbers, each once
  std::sort(rows.fitted.begin(), rows.fitted.end());
  // total order: row numbers, each once
  std::sort(rows.held_out.begin(), rows.held_out.end());
  return rows;
}

}  // namespace

core::Result<HeldOut> hold_out(const model::ClassTarget& target, const params::GradientBoosting& parameters,
                               std::uint64_t seed) {
  const std::size_t n_rows = target.class_of.size();
  if (!parameters.early_stopping_rounds) return all_fitted(n_rows);
  std::vector<std::vector<core::Sample>> groups(target.n_classes);
  for (std::size_t i = 0; i < n_rows; ++i)
    groups[static_cast<std::size_t>(target.class_of[i])].push_back(static_cast<core::Sample>(i));
  return hold_out_of_groups(n_rows, groups, parameters, seed);
}

core::Result<HeldOut> hold_out(const model::ValueTarget& target, const params::GradientBoosting& parameters,
                               std::uint64_t seed) {
  const std::size_t n_rows = target.value_of.size();
  HeldOut all = all_fitted(n_rows);
  if (!parameters.early_stopping_rounds) return all;
  return hold_out_of_groups(n_rows, {std::move(all.fitted)}, parameters, seed);
}

std::vector<core::Sample> draw_rows(std::span<const core::Sample> rows, double share, std::uint64_t seed,
                                    std::uint32_t round) {
  if (share >= 1) return {rows.begin(), rows.end()};
  std::vector<core::Sample> drawn;
  core::RandomStream stream(seed, core::Purpose::kBoostingRows, round);
  select(
      rows.size(), std::max<std::size_t>(1, share_of(share, rows.size())), stream,
      [&](std::size_t i) { drawn.push_back(rows[i]); }, [](std::size_t) {});
  return drawn;
}

CountedFeatures draw_features(std::size_t n_features, double share, std::uint64_t seed, std::uint32_t tree) {
  if (share >= 1) return {};
  CountedFeatures features;
  features.all = false;
  core::RandomStream stream(seed, core::Purpose::kBoostingColumns, tree);
  select(
      n_features, std::max<std::size_t>(1, share_of(share, n_features)), stream,
      [&](std::size_t f) { features.numbers.push_back(static_cast<std::int32_t>(f)); }, [](std::size_t) {});
  return features;
}

}  // namespace rf::trees
