// SPDX-License-Identifier: MIT
// Diagnostics of the linear trainers in words. tests/unit/train/report_test.cpp pins them.
#include "train/report.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/number_text.hpp"
#include "core/text.hpp"

namespace rf::train {
namespace {

constexpr std::size_t kMostListed = 50;

std::string numbers(std::span<const std::size_t> columns) {
  std::string text;
  for (const std::size_t column : columns.first(std::min(columns.size(), kMostListed)))
    text += (text.empty() ? "" : ", ") + core::decimal(static_cast<std::int64_t>(column));
  return columns.size() > kMostListed ? text + ", ..." : text;
}

std::string reason(const Solution& solution) {
  switch (solution.ending) {
    case Ending::kSeparated:
      return "the classes can be told apart completely, so without a penalty no finite optimum exists; "
             "stopped";
    case Ending::kRounding:
      return "rounding let neither the objective nor its gradient improve any more; stopped";
    default:
      return "the iteration limit came first; stopped";
  }
}

}  // namespace

core::Diagnostic rank_deficient(std::span<const std::size_t> columns) {
  const auto count = static_cast<std::int64_t>(columns.size());
  return {core::Code::kRankDeficient,
          core::Severity::kWarning,
          core::decimal(count) +
              " design columns depend linearly on the columns before them and got coefficient 0: " +
              numbers(columns),
          {{"count", count}, {"columns", numbers(columns)}}};
}

core::Diagnostic not_converged(const Solution& solution, std::uint32_t max_iter) {
  const auto iterations = static_cast<std::int64_t>(solution.iterations);
  const std::string norm = core::number_text(solution.gradient_norm);
  const std::string tolerance = core::number_text(solution.tolerance);
  return {core::Code::kNotConverged,
          core::Severity::kWarning,
          reason(solution) + " after " + core::decimal(iterations) + " of at most " +
              core::decimal(max_iter) + " iterations with largest gradient " + norm + ", wanted " + tolerance,
          {{"iterations", iterations},
           {"max_iter", static_cast<std::int64_t>(max_iter)},
           {"gradient_norm", norm},
           {"tolerance", tolerance}}};
}

core::Result<> check_finite(const model::LinearModel& model) {
  const auto finite = [](double value) { return std::isfinite(value); };
  if (std::all_of(model.intercepts.begin(), model.intercepts.end(), finite) &&
      std::all_of(model.coefficients.begin(), model.coefficients.end(), finite))
    return {};
  return core::Error{core::Code::kNotFinite, "training: a coefficient left the range of finite numbers", {}};
}

core::Result<> check_finite(const model::LinearModel& model, const model::SolverReport& solver) {
  for (const auto& [value, name] : {std::pair(solver.objective, "the objective"),
                                    std::pair(solver.gradient_norm, "the gradient of the objective")})
    if (value && !std::isfinite(*value))
      return core::Error{
          core::Code::kNotFinite, "training: " + std::string(name) + " left the range of finite numbers", {}};
  return check_finite(model);
}

}  // namespace rf::train
