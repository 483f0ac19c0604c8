// SPDX-License-Identifier: MIT
// Metrics of predicted numbers, as scikit-learn 1.2 defines them (sklearn.metrics, force_finite=True).
//
// Truth and prediction are first divided by a power of two near their largest magnitude. If plain arithmetic
// stays in range, this changes no bit of the result; otherwise it keeps the squares finite. Pinned by
// tests/unit/evaluate/regression_test.cpp on tests/data/reference/metrics.json.
#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <utility>

#include "core/messages.hpp"
#include "evaluate/blocked_sum.hpp"
#include "evaluate/metrics.hpp"

namespace rf::evaluate {
namespace {

/// 2^exponent for exponents of normal numbers.
double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// The exponent e of the largest magnitude m = f * 2^e, 1 <= f < 2, clamped so that 2^e and 2^-e are normal
/// numbers.
int common_exponent(std::span<const double> a, std::span<const double> b) {
  double largest = 0;
  for (const double value : a) largest = std::max(largest, std::fabs(value));
  for (const double value : b) largest = std::max(largest, std::fabs(value));
  if (largest == 0) return 0;
  const int exponent = static_cast<int>(std::bit_cast<std::uint64_t>(largest) >> 52) - 1023;
  return std::clamp(exponent, -1022, 1022);
}

std::vector<double> scaled(std::span<const double> values, double factor) {
  std::vector<double> result(values.size());
  std::transform(values.begin(), values.end(), result.begin(), [=](double value) { return value * factor; });
  return result;
}

bool is_constant(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

core::Result<double> mean_of(core::Context& context, const std::vector<double>& values) {
  RF_ASSIGN(const double sum,
            blocked_sum(context, values.size(), [&](const core::RowRange& range, double* terms) {
              std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(range.begin), range.size(), terms);
            }));
  return sum / static_cast<double>(values.size());
}

/// Sum of (value - centre)^2.
core::Result<double> square_sum(core::Context& context, const std::vector<double>& values, double centre) {
  return blocked_sum(context, values.size(), [&](const core::RowRange& range, double* terms) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const double deviation = values[i] - centre;
      terms[i - range.begin] = deviation * deviation;
    }
  });
}

/// Sum of (value - mean)^2; exactly 0 if all values are equal, because their computed mean may differ from
/// them.
core::Result<double> spread(core::Context& context, const std::vector<double>& values) {
  if (is_constant(values)) return 0.0;
  RF_ASSIGN(const double mean, mean_of(context, values));
  return square_sum(context, values, mean);
}

/// 1 - unexplained / total. Returns 1 if unexplained is 0; otherwise 0 if total is 0.
double explained_share(double unexplained, double total) {
  if (unexplained == 0) return 1;
  return total == 0 ? 0 : 1 - unexplained / total;
}

/// The middle of the sorted values, or the mean of the two middle ones.
double median(std::vector<double> values) {
  // total order: equal numbers have equal bits, except 0 and -0, whose order does not change the mean
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

void set_scalar(Metrics& metrics, const std::string& name, double value) {
  if (std::isfinite(value)) {
    metrics.scalars[name] = value;
    return;
  }
  metrics.diagnostics.push_back(core::diagnostic(core::Code::kMetricUndefined, core::Severity::kWarning,
                                                 {{"metric", name}, {"reason", "beyond_range"}}));
}

}  // namespace

core::Result<Metrics> regression_metrics(std::span<const double> truth, std::span<const double> predicted,
                                         core::Context& context) {
  Metrics metrics;
  metrics.profile = "regression.base.v1";
  if (truth.empty()) return metrics;

  const int exponent = common_exponent(truth, predicted);
  const double unit = power_of_two(exponent);
  const std::vector<double> y = scaled(truth, power_of_two(-exponent));
  std::vector<double> residual = scaled(predicted, power_of_two(-exponent));
  std::transform(y.begin(), y.end(), residual.begin(), residual.begin(),
                 [](double a, double b) { return a - b; });

  RF_ASSIGN(const double residual_squares, square_sum(context, residual, 0));
  RF_ASSIGN(const double residual_spread, spread(context, residual));
  RF_ASSIGN(const double truth_spread, spread(context, y));
  for (double& value : residual) value = std::fabs(value);
  RF_ASSIGN(const double absolute_mean, mean_of(context, residual));

  set_scalar(metrics, "rmse", std::sqrt(residual_squares / static_cast<double>(y.size())) * unit);
  set_scalar(metrics, "mae", absolute_mean * unit);
  set_scalar(metrics, "max_error", *std::max_element(residual.begin(), residual.end()) * unit);
  set_scalar(metrics, "explained_variance", explained_share(residual_spread, truth_spread));
  if (truth.size() >= 2) {
    set_scalar(metrics, "r2", explained_share(residual_squares, truth_spread));
  } else {
    metrics.diagnostics.push_back(core::diagnostic(core::Code::kMetricUndefined, core::Severity::kWarning,
                                                   {{"metric", "r2"}, {"reason", "one_row"}}));
  }
  set_scalar(metrics, "median_absolute_error", median(std::move(residual)) * unit);
  return metrics;
}

}  // namespace rf::evaluate
