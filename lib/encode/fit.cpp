// SPDX-License-Identifier: MIT
// Computes the statistics of the training rows: median, mean, population standard deviation, levels. Each
// column is one task; sums run over blocks of rows in the fixed tree of core/blocks.hpp. Mean and deviation
// are computed from values scaled by a power of two, which is exact and keeps squares of 1e300 finite.
// tests/unit/encode/fit_test.cpp pins it.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "core/blocks.hpp"
#include "core/kernels.hpp"
#include "core/messages.hpp"
#include "core/power_of_two.hpp"
#include "core/row_order.hpp"
#include "encode/cell.hpp"
#include "encode/encoder.hpp"

namespace rf::encode {
namespace {

/// A fitted feature and the facts for its diagnostics.
struct FittedFeature {
  Feature feature;
  std::size_t n_missing = 0;
  std::size_t n_filled = 0;
  bool constant = false;
  bool high_cardinality = false;
};

/// Sum of term(value), block by block.
template <class Term>
double blocked_sum(std::span<const double> values, const core::Kernels& kernels, Term term) {
  std::vector<double> sums(std::max<std::size_t>(1, core::block_count(values.size())), 0.0);
  double terms[core::kBlockRows];
  for (std::size_t b = 0; b < core::block_count(values.size()); ++b) {
    const core::RowRange range = core::block_range(values.size(), b);
    for (std::size_t i = 0; i < range.size(); ++i) terms[i] = term(values[range.begin + i]);
    sums[b] = kernels.sum(terms, range.size());
  }
  core::merge_pairwise(sums, [](double& into, double from) { into += from; });
  return sums[0];
}

/// Mean of the two middle values; 0 if there are no values.
double median(std::vector<double> values) {
  if (values.empty()) return 0;
  // total order: numbers; equal ones are equal bits: no NaN, no -0
  std::sort(values.begin(), values.end());
  const double low = values[(values.size() - 1) / 2];
  const double high = values[values.size() / 2];
  const double mean = 0.5 * (low + high);
  return std::isfinite(mean) ? mean : 0.5 * low + 0.5 * high;
}

/// mean = sum x / n, scale = sqrt(sum (x - mean)^2 / n).
void fit_scaling(std::span<const double> values, double min, double max, const core::Kernels& kernels,
                 NumericEncoding& encoding) {
  const auto n = static_cast<double>(values.size());
  const core::PowerOfTwo unit = core::scale_to_unit(std::max(std::abs(min), std::abs(max)));
  const double mean = blocked_sum(values, kernels, [&](double value) { return value * unit.down; }) / n;
  const auto squared_difference = [&](double value) {
    const double difference = value * unit.down - mean;
    return difference * difference;
  };
  const double deviation = std::sqrt(blocked_sum(values, kernels, squared_difference) / n);
  encoding.mean = std::clamp(mean * unit.up, min, max);
  encoding.scale = std::clamp(deviation * unit.up, std::numeric_limits<double>::denorm_min(),
                              std::numeric_limits<double>::max());
}

/// Smallest and largest value; NaN is ignored.
struct Extremes {
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  void add(double value) {
    min = value < min ? value : min;
    max = value > max ? value : max;
  }
};

/// Trees use numbers as they are, so only missing cells and whether the column is constant are determined.
void look_over_numbers(const table::Column& column, const core::RowOrder& order, core::MissingPolicy missing,
                       FittedFeature& fitted) {
  const NumericCells cells(column);
  Extremes extremes;
  for (const core::TableRow row : order.rows) {
    const double value = cells[row];
    fitted.n_missing += std::isnan(value) ? 1 : 0;
    extremes.add(value);
  }
  const bool misses = missing == core::MissingPolicy::kNative && fitted.n_missing > 0;
  const bool all_missing = fitted.n_missing == order.rows.size();
  fitted.constant = all_missing ? misses : extremes.min == extremes.max && !misses;
  fitted.feature.encoding = NumericEncoding{};
}

/// `values` is scratch memory.
void fit_numeric(const table::Column& column, const core::RowOrder& order, Layout layout,
                 core::MissingPolicy missing, const core::Kernels& kernels, std::vector<double>& values,
                 FittedFeature& fitted) {
  const NumericCells cells(column);
  Extremes extremes;
  const auto is_missing = [](double value) { return std::isnan(value); };
  values.resize(order.rows.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = cells[order.rows[i]];
    values[number_of(order.position(i))] = value;
    fitted.n_missing += is_missing(value) ? 1 : 0;
    extremes.add(value);
  }
  NumericEncoding encoding;
  if (missing == core::MissingPolicy::kFill) {
    std::vector<double> present;
    std::remove_copy_if(values.begin(), values.end(), std::back_inserter(present), is_missing);
    encoding.fill = median(std::move(present));
    if (fitted.n_missing > 0) extremes.add(encoding.fill);
    std::replace_if(values.begin(), values.end(), is_missing, encoding.fill);
  } else if (fitted.n_missing > 0) {
    values.erase(std::remove_if(values.begin(), values.end(), is_missing), values.end());
  }
  const bool misses = missing == core::MissingPolicy::kNative && fitted.n_missing > 0;
  if (values.empty()) {
    fitted.constant = misses;
  } else {
    fitted.constant = extremes.min == extremes.max && !misses;
    if (layout == Layout::kLinear) {
      if (fitted.constant)
        encoding.mean = extremes.min;
      else
        fit_scaling(values, extremes.min, extremes.max, kernels, encoding);
    }
  }
  fitted.feature.encoding = encoding;
}

/// Many levels for the number of rows: see fit_encoder.
bool is_high_cardinality(std::size_t n_levels, std::size_t n_rows) {
  return n_levels > 50 && n_levels > n_rows / 10;
}

void fit_category(const table::Column& column, std::span<const core::TableRow> rows,
                  core::MissingPolicy missing, FittedFeature& fitted) {
  const table::CategoryValues& values = column.category();
  std::vector<char> occurs(values.levels.size(), 0);
  for (const core::TableRow row : rows) {
    if (values.codes[number_of(row)] < 0)
      ++fitted.n_missing;
    else
      occurs[static_cast<std::size_t>(values.codes[number_of(row)])] = 1;
  }
  CategoryEncoding encoding;
  for (std::size_t level = 0; level < occurs.size(); ++level)
    if (occurs[level]) encoding.levels.push_back(values.levels[level]);
  // total order: levels of a column are all different
  std::sort(encoding.levels.begin(), encoding.levels.end());
  const bool has_levels_for_all =
      missing == core::MissingPolicy::kFill || missing == core::MissingPolicy::kNative;
  encoding.has_missing_level = has_levels_for_all && fitted.n_missing > 0;
  fitted.constant = encoding.n_design_levels() <= 1;
  fitted.high_cardinality = is_high_cardinality(encoding.levels.size(), rows.size());
  fitted.feature.encoding = std::move(encoding);
}

core::Diagnostic constant_feature(const Feature& feature) {
  return core::diagnostic(core::Code::kConstantFeature, core::Severity::kWarning, {{"column", feature.name}});
}

core::Diagnostic high_cardinality(const Feature& feature, std::size_t n_rows) {
  const auto levels = static_cast<std::int64_t>(std::get<CategoryEncoding>(feature.encoding).levels.size());
  return core::diagnostic(
      core::Code::kHighCardinalityCategory, core::Severity::kWarning,
      {{"column", feature.name}, {"levels", levels}, {"rows", static_cast<std::int64_t>(n_rows)}});
}

core::Diagnostic values_filled(std::span<const FittedFeature> fitted) {
  core::Details filled;
  for (const FittedFeature& one : fitted)
    if (one.n_filled > 0) filled.push_back({one.feature.name, static_cast<std::int64_t>(one.n_filled)});
  return core::diagnostic(core::Code::kMissingValuesFilled, core::Severity::kInfo, std::move(filled));
}

}  // namespace

core::Result<FittedEncoder> fit_encoder(const table::Table& table, std::span<const std::size_t> columns,
                                        std::span<const core::TableRow> rows, Layout layout,
                                        const core::MissingPolicies& missing, core::Context& context) {
  const core::RowOrder order = core::by_table_row(rows, table.n_rows);
  std::vector<FittedFeature> fitted(columns.size());
  std::vector<std::vector<double>> room(context.workers.n_threads());
  const auto fit_feature = [&](std::size_t f, std::uint32_t slot) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const table::Column& column = table.columns[columns[f]];
    fitted[f].feature.name = column.name;
    fitted[f].feature.kind = column.kind();
    const core::MissingPolicy policy = missing.of(column.name);
    if (policy != missing.policy) fitted[f].feature.missing = policy;
    if (column.kind() == core::Kind::kCategory)
      fit_category(column, order.rows, policy, fitted[f]);
    else if (layout == Layout::kTree && policy != core::MissingPolicy::kFill)
      look_over_numbers(column, order, policy, fitted[f]);
    else
      fit_numeric(column, order, layout, policy, context.kernels, room[slot], fitted[f]);
    fitted[f].n_filled = policy == core::MissingPolicy::kFill ? fitted[f].n_missing : 0;
    return {};
  };
  RF_TRY(context.workers.run(columns.size(), fit_feature));

  FittedEncoder result{{layout, missing.policy, {}}, {}};
  bool any_filled = false;
  for (const FittedFeature& one : fitted) {
    if (one.constant) result.diagnostics.push_back(constant_feature(one.feature));
    if (one.high_cardinality) result.diagnostics.push_back(high_cardinality(one.feature, rows.size()));
    any_filled = any_filled || one.n_filled > 0;
  }
  if (any_filled) result.diagnostics.insert(result.diagnostics.begin(), values_filled(fitted));
  for (FittedFeature& one : fitted) result.encoder.features.push_back(std::move(one.feature));
  return result;
}

}  // namespace rf::encode
