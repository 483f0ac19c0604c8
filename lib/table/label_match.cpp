// SPDX-License-Identifier: MIT
// Determination: rows are sorted by feature value, then neighbours are compared once. Correlation: r = sum uv
// / sqrt(sum u^2 sum v^2), where u and v are the centred values. Each is first scaled by a power of two, so
// that no square overflows or vanishes.
#include "table/label_match.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/blocks.hpp"
#include "core/kernels.hpp"
#include "core/messages.hpp"
#include "core/number_text.hpp"
#include "core/philox.hpp"

namespace rf::table {
namespace {

constexpr std::size_t kRepeats = 10;  ///< rows in addition to the number of values; fewer may agree by chance

struct Pair {
  std::uint64_t feature;
  std::uint64_t label;
  bool operator<(const Pair& other) const {
    return feature != other.feature ? feature < other.feature : label < other.label;
  }
};

bool has_one_value(const Column& column, std::span<const RowIndex> rows) {
  return std::all_of(rows.begin(), rows.end(),
                     [&](RowIndex row) { return cell_bits(column, row) == cell_bits(column, rows[0]); });
}

/// Values of the feature with those of the label, sorted; rows where the feature is missing are left out.
std::vector<Pair> sorted_pairs(const Column& feature, const Column& label, std::span<const RowIndex> rows) {
  std::vector<Pair> pairs;
  pairs.reserve(rows.size());
  for (const RowIndex row : rows) {
    if (!feature.is_missing(row)) pairs.push_back({cell_bits(feature, row), cell_bits(label, row)});
  }
  // total order: whole pairs are compared; equal ones are the same
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

/// The number of values in sorted pairs, or nothing if one of them occurs with two values of the label.
std::optional<std::size_t> values_without_contradiction(const std::vector<Pair>& pairs) {
  std::size_t n_values = pairs.empty() ? 0 : 1;
  for (std::size_t i = 1; i < pairs.size(); ++i) {
    if (pairs[i].feature != pairs[i - 1].feature) {
      ++n_values;
    } else if (pairs[i].label != pairs[i - 1].label) {
      return std::nullopt;
    }
  }
  return n_values;
}

/// The number of feature values if they determine the label, else nothing.
std::optional<std::size_t> determining_values(const Column& feature, const Column& label,
                                              std::span<const RowIndex> rows) {
  const std::vector<Pair> pairs = sorted_pairs(feature, label, rows);
  const std::optional<std::size_t> found = values_without_contradiction(pairs);
  if (!found) return std::nullopt;
  const std::size_t n_values = *found;
  const bool enough = n_values >= 2 && pairs.size() >= 2 * n_values && pairs.size() >= n_values + kRepeats;
  return enough ? std::optional(n_values) : std::nullopt;
}

double number_at(const Column& column, RowIndex row) {
  return column.kind() == Kind::kNumeric ? column.numeric().values[row]
                                         : static_cast<double>(column.boolean().values[row]);
}

template <class BlockSum>
double blocked(std::size_t n, BlockSum block_sum) {
  std::vector<double> sums(std::max<std::size_t>(1, core::block_count(n)), 0.0);
  for (std::size_t block = 0; block < core::block_count(n); ++block)
    sums[block] = block_sum(core::block_range(n, block));
  core::merge_pairwise(sums, [](double& into, double from) { into += from; });
  return sums[0];
}

double dot(const std::vector<double>& x, const std::vector<double>& y, const core::Kernels& kernels) {
  return blocked(x.size(), [&](const core::RowRange& range) {
    return kernels.dot(x.data() + range.begin, y.data() + range.begin, range.size());
  });
}

/// The exponent of the largest magnitude, as std::ilogb gives it. The values must not all be 0.
int scale_of(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::fabs(value));
  const auto exponent = static_cast<int>((std::bit_cast<std::uint64_t>(largest) >> 52) & 0x7FF);
  return std::clamp(exponent - 1023, -1000, 1022);
}

/// Scales the values to at most 2 and centres them. Returns false if all are equal.
bool centre(std::vector<double>& values, const core::Kernels& kernels) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (*low == *high) return false;
  const double down = std::bit_cast<double>(static_cast<std::uint64_t>(1023 - scale_of(values)) << 52);
  for (double& value : values) value *= down;
  const double mean = blocked(values.size(),
                              [&](const core::RowRange& range) {
                                return kernels.sum(values.data() + range.begin, range.size());
                              }) /
                      static_cast<double>(values.size());
  for (double& value : values) value -= mean;
  return true;
}

std::optional<double> correlation(const Column& feature, const Column& label, std::span<const RowIndex> rows,
                                  const core::Kernels& kernels) {
  if (feature.kind() == Kind::kCategory || label.kind() == Kind::kCategory) return std::nullopt;
  std::vector<double> x;
  std::vector<double> y;
  for (const RowIndex row : rows) {
    if (feature.is_missing(row)) continue;
    x.push_back(number_at(feature, row));
    y.push_back(number_at(label, row));
  }
  if (x.size() < kRepeats || !centre(x, kernels) || !centre(y, kernels)) return std::nullopt;
  const double scale = std::sqrt(dot(x, x, kernels)) * std::sqrt(dot(y, y, kernels));
  if (scale == 0) return std::nullopt;
  return std::clamp(dot(x, y, kernels) / scale, -1.0, 1.0);
}

/// At most kSampledRows of the rows, drawn by number, ascending. Evenly spaced rows would not do: in a file
/// sorted by groups they would hold one row of each.
std::vector<RowIndex> sampled(std::span<const RowIndex> rows) {
  core::RandomStream random(0, core::Purpose::kLabelMatches);
  std::vector<std::uint64_t> drawn(kSampledRows);
  for (std::uint64_t& number : drawn) number = random.below(rows.size());
  // total order: numbers; equal ones are one
  std::sort(drawn.begin(), drawn.end());
  drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
  std::vector<RowIndex> some;
  for (const std::uint64_t number : drawn) some.push_back(rows[static_cast<std::size_t>(number)]);
  return some;
}

/// Whether a feature may have two rows for each of its values on average, as one must that determines the
/// label. If each value had exactly two rows, a share s of all rows would repeat values in (at least) s - 2
/// s^2 / 3 of its rows. A third of that is enough here, because the sample may have been unlucky.
bool may_repeat(std::size_t n_sampled, std::size_t n_values, double share) {
  const double expected = static_cast<double>(n_sampled) * (share - 2 * share * share / 3);
  return 3 * static_cast<double>(n_sampled - n_values) >= expected;
}

/// False if the sampled rows, a `share` of all, show that the feature neither determines the label nor moves
/// with it. This takes little time compared with a training; sorting all rows for each column would not.
bool is_promising(const Column& feature, const Column& label, std::span<const RowIndex> some, double share,
                  const core::Kernels& kernels) {
  const auto r = correlation(feature, label, some, kernels);
  if (r && std::fabs(*r) > kPromisingCorrelation) return true;
  const std::vector<Pair> pairs = sorted_pairs(feature, label, some);
  const std::optional<std::size_t> n_values = values_without_contradiction(pairs);
  return n_values && may_repeat(pairs.size(), *n_values, share);
}

std::optional<core::Diagnostic> match_of(const Column& feature, const Column& label,
                                         std::span<const RowIndex> rows, const core::Kernels& kernels) {
  const auto told = [&](const char* match, core::Detail fact) {
    return core::diagnostic(
        core::Code::kFeatureMatchesLabel, core::Severity::kWarning,
        {{"column", feature.name}, {"label", label.name}, {"match", match}, std::move(fact)});
  };
  if (const auto n_values = determining_values(feature, label, rows))
    return told("determines", {"values", static_cast<std::int64_t>(*n_values)});
  const auto r = correlation(feature, label, rows, kernels);
  if (r && std::fabs(*r) > kMatchingCorrelation)
    return told("correlates", {"correlation", core::number_text(*r)});
  return std::nullopt;
}

}  // namespace

core::Diagnostics find_label_matches(const Table& table, std::size_t label,
                                     std::span<const std::size_t> features, std::span<const RowIndex> rows,
                                     core::Context& context) {
  if (has_one_value(table.columns[label], rows)) return {};
  const std::vector<RowIndex> some = rows.size() > kSampledRows ? sampled(rows) : std::vector<RowIndex>();
  const double share = static_cast<double>(some.size()) / static_cast<double>(rows.size());
  std::vector<std::optional<core::Diagnostic>> found(features.size());
  // No task has an error to return; an exception is rethrown by run().
  (void)context.workers.run(features.size(), [&](std::size_t i, std::uint32_t) -> core::Result<> {
    const Column& feature = table.columns[features[i]];
    if (some.empty() || is_promising(feature, table.columns[label], some, share, context.kernels))
      found[i] = match_of(feature, table.columns[label], rows, context.kernels);
    return {};
  });
  core::Diagnostics diagnostics;
  for (std::optional<core::Diagnostic>& diagnostic : found) {
    if (diagnostic) diagnostics.push_back(std::move(*diagnostic));
  }
  return diagnostics;
}

}  // namespace rf::table
