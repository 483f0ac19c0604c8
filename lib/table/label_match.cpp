// SPDX-License-Identifier: MIT
// Determination: rows are sorted by feature value, then neighbours are compared once. Correlation: r = sum uv
// / sqrt(sum u^2 sum v^2), where u and v are the centred values. Each is first scaled by a power of two, so
// that no square overflows or vanishes.
#include "table/label_match.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
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

/// Rows of a rare label whose feature value occurs again; fewer fall on values of their own by chance.
constexpr std::size_t kMinorRows = 3;
constexpr std::size_t kRepeats = 10;  ///< rows in addition to the number of values; fewer may agree by chance

struct Pair {
  std::uint64_t feature;
  std::uint64_t label;
  bool operator<(const Pair& other) const {
    return feature != other.feature ? feature < other.feature : label < other.label;
  }
};

bool has_one_value(const Column& column, std::span<const TableRow> rows) {
  return std::all_of(rows.begin(), rows.end(),
                     [&](TableRow row) { return cell_bits(column, row) == cell_bits(column, rows[0]); });
}

/// Sorts, and asks the monitor between parts that take some milliseconds. Sorts only parts after a cancel.
void sort_pairs(std::vector<Pair>& pairs, const core::Monitor& monitor) {
  constexpr std::size_t kPart = std::size_t{1} << 16;
  const auto at = [&](std::size_t i) {
    return pairs.begin() + static_cast<std::ptrdiff_t>(std::min(i, pairs.size()));
  };
  for (std::size_t i = 0; i < pairs.size() && !monitor.cancelled(); i += kPart)
    std::sort(at(i), at(i + kPart));  // total order: whole pairs are compared; equal ones are the same
  for (std::size_t size = kPart; size < pairs.size(); size *= 2)
    for (std::size_t i = 0; i + size < pairs.size() && !monitor.cancelled(); i += 2 * size)
      std::inplace_merge(at(i), at(i + size), at(i + 2 * size));
}

/// Values of the feature with those of the label, sorted; rows where the feature is missing are left out.
std::vector<Pair> sorted_pairs(const Column& feature, const Column& label, std::span<const TableRow> rows,
                               const core::Monitor& monitor) {
  std::vector<Pair> pairs;
  pairs.reserve(rows.size());
  for (const TableRow row : rows) {
    if (!feature.is_missing(row)) pairs.push_back({cell_bits(feature, row), cell_bits(label, row)});
  }
  sort_pairs(pairs, monitor);
  return pairs;
}

/// What sorted pairs show, or nothing if one value of the feature occurs with two values of the label.
struct Determined {
  std::size_t n_values = 0;
  std::size_t n_repeats = 0;     ///< pairs less values
  std::size_t n_minor_rows = 0;  ///< rows whose value repeats, with another label than most of these rows
};
std::optional<Determined> determined(const std::vector<Pair>& pairs) {
  Determined found;
  std::map<std::uint64_t, std::size_t> repeating_rows;  // by label
  for (std::size_t begin = 0, end = 0; begin < pairs.size(); begin = end) {
    while (end < pairs.size() && pairs[end].feature == pairs[begin].feature) ++end;
    // Pairs are sorted by label within a value.
    if (pairs[begin].label != pairs[end - 1].label) return std::nullopt;
    ++found.n_values;
    if (end - begin > 1) repeating_rows[pairs[begin].label] += end - begin;
  }
  found.n_repeats = pairs.size() - found.n_values;
  std::size_t all = 0;
  std::size_t most = 0;
  for (const auto& [label, n_rows] : repeating_rows) {
    all += n_rows;
    most = std::max(most, n_rows);
  }
  found.n_minor_rows = all - most;
  return found;
}

/// The number of feature values if they determine the label, else nothing.
std::optional<std::size_t> determining_values(const Column& feature, const Column& label,
                                              std::span<const TableRow> rows, const core::Monitor& monitor) {
  const std::optional<Determined> found = determined(sorted_pairs(feature, label, rows, monitor));
  const bool enough = found && found->n_values >= 2 && found->n_repeats >= found->n_values &&
                      found->n_repeats >= kRepeats && found->n_minor_rows >= kMinorRows;
  return enough ? std::optional(found->n_values) : std::nullopt;
}

double number_at(const Column& column, TableRow row) {
  return column.kind() == Kind::kNumeric ? column.numeric().values[number_of(row)]
                                         : static_cast<double>(column.boolean().values[number_of(row)]);
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

std::optional<double> correlation(const Column& feature, const Column& label, std::span<const TableRow> rows,
                                  const core::Kernels& kernels) {
  if (feature.kind() == Kind::kCategory || label.kind() == Kind::kCategory) return std::nullopt;
  std::vector<double> x;
  std::vector<double> y;
  for (const TableRow row : rows) {
    if (feature.is_missing(row)) continue;
    x.push_back(number_at(feature, row));
    y.push_back(number_at(label, row));
  }
  if (x.size() < kRepeats || !centre(x, kernels) || !centre(y, kernels)) return std::nullopt;
  const double scale = std::sqrt(dot(x, x, kernels)) * std::sqrt(dot(y, y, kernels));
  if (scale == 0) return std::nullopt;
  return std::clamp(dot(x, y, kernels) / scale, -1.0, 1.0);
}

/// The number of rows to draw of `n_rows`.
std::size_t n_drawn(std::size_t n_rows) {
  constexpr double kExpectedRepeats = 20;
  const double n = std::ceil(std::sqrt(2 * kExpectedRepeats * static_cast<double>(n_rows)));
  return std::max(kSampledRows, static_cast<std::size_t>(n));
}

/// Some of the rows, drawn by number, ascending. Evenly spaced rows would not do: in a file
/// sorted by groups they would hold one row of each.
std::vector<TableRow> sampled(std::span<const TableRow> rows) {
  core::RandomStream random(0, core::Purpose::kLabelMatches);
  std::vector<std::uint64_t> drawn(n_drawn(rows.size()));
  for (std::uint64_t& number : drawn) number = random.below(rows.size());
  // total order: numbers; equal ones are one
  std::sort(drawn.begin(), drawn.end());
  drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
  std::vector<TableRow> some;
  for (const std::uint64_t number : drawn) some.push_back(rows[static_cast<std::size_t>(number)]);
  return some;
}

/// What sampled rows leave possible. Looking at them takes little time compared with a training; sorting all
/// rows for each column would not.
struct Possible {
  bool determines = true;
  bool correlates = true;
};

/// `share` of all rows are in `some`. If a feature has two rows for each value, at least share / 2 of the
/// sampled rows are expected to repeat a value. A third of that is enough here, because the sample may have
/// been unlucky.
Possible possible_matches(const Column& feature, const Column& label, std::span<const TableRow> some,
                          double share, const core::Context& context) {
  Possible possible;
  const auto r = correlation(feature, label, some, context.kernels);
  possible.correlates = !r || std::fabs(*r) > kPromisingCorrelation;
  const std::vector<Pair> pairs = sorted_pairs(feature, label, some, context.monitor);
  const std::optional<Determined> found = determined(pairs);
  possible.determines =
      found && 6 * static_cast<double>(found->n_repeats) >= share * static_cast<double>(pairs.size());
  return possible;
}

std::optional<core::Diagnostic> match_of(const Column& feature, const Column& label,
                                         std::span<const TableRow> rows, Possible possible,
                                         const core::Context& context) {
  const auto told = [&](const char* match, core::Detail fact) {
    return core::diagnostic(
        core::Code::kFeatureMatchesLabel, core::Severity::kWarning,
        {{"column", feature.name}, {"label", label.name}, {"match", match}, std::move(fact)});
  };
  const auto n_values =
      possible.determines ? determining_values(feature, label, rows, context.monitor) : std::nullopt;
  if (n_values) return told("determines", {"values", static_cast<std::int64_t>(*n_values)});
  const auto r = possible.correlates ? correlation(feature, label, rows, context.kernels) : std::nullopt;
  if (r && std::fabs(*r) > kMatchingCorrelation)
    return told("correlates", {"correlation", core::number_text(*r)});
  return std::nullopt;
}

}  // namespace

core::Result<core::Diagnostics> find_label_matches(const Table& table, std::size_t label,
                                                   std::span<const std::size_t> features,
                                                   std::span<const TableRow> rows, core::Context& context) {
  if (has_one_value(table.columns[label], rows)) return core::Diagnostics();
  const std::vector<TableRow> some = rows.size() > kSampledRows ? sampled(rows) : std::vector<TableRow>();
  const double share = static_cast<double>(some.size()) / static_cast<double>(rows.size());
  std::vector<std::optional<core::Diagnostic>> found(features.size());
  const auto look_at = [&](std::size_t i, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const Column& feature = table.columns[features[i]];
    const Column& labels = table.columns[label];
    const Possible possible =
        some.empty() ? Possible{} : possible_matches(feature, labels, some, share, context);
    const bool needs_all_rows = possible.determines || possible.correlates;
    RF_ASSIGN(const core::Reservation memory,
              core::Reservation::of(context.budget, needs_all_rows ? rows.size() * sizeof(Pair) : 0,
                                    "the search for features that repeat the label"));
    found[i] = match_of(feature, labels, rows, possible, context);
    return context.monitor.check();  // what was found before a cancel means nothing
  };
  RF_TRY(context.workers.run(features.size(), look_at));
  core::Diagnostics diagnostics;
  for (std::optional<core::Diagnostic>& diagnostic : found) {
    if (diagnostic) diagnostics.push_back(std::move(*diagnostic));
  }
  return diagnostics;
}

}  // namespace rf::table
