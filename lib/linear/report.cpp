// SPDX-License-Identifier: MIT
// Diagnostics of the linear trainers. tests/unit/linear/report_test.cpp pins them.
#include "linear/report.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/messages.hpp"
#include "core/number_text.hpp"
#include "core/text.hpp"

namespace rf::linear {
namespace {

constexpr std::size_t kMostListed = 50;

std::string numbers(std::span<const std::size_t> columns) {
  std::string text;
  for (const std::size_t column : columns.first(std::min(columns.size(), kMostListed)))
    text += (text.empty() ? "" : ", ") + core::decimal(static_cast<std::int64_t>(column));
  return columns.size() > kMostListed ? text + ", ..." : text;
}

const char* reason(const Solution& solution) {
  switch (solution.ending) {
    case model::Ending::kSeparated:
      return "separated";
    case model::Ending::kRounding:
      return "rounding";
    default:
      return "iteration_limit";
  }
}

}  // namespace

Totals totals_of(std::span<const Solution> solutions) {
  Totals totals;
  for (const Solution& solution : solutions) {
    totals.iterations = std::max<std::uint64_t>(totals.iterations, solution.iterations);
    totals.gradient_norm = std::max(totals.gradient_norm, solution.gradient_norm);
    totals.objective = totals.objective + solution.value;
    if (!solution.dropped.empty() &&
        (!totals.deficient || solution.dropped.size() > totals.deficient->dropped.size()))
      totals.deficient = &solution;
    if (solution.ending != model::Ending::kConverged &&
        (!totals.unfinished || solution.gradient_norm > totals.unfinished->gradient_norm))
      totals.unfinished = &solution;
  }
  return totals;
}

core::Diagnostic rank_deficient(std::span<const std::size_t> columns) {
  const auto count = static_cast<std::int64_t>(columns.size());
  return core::diagnostic(core::Code::kRankDeficient, core::Severity::kWarning,
                          {{"count", count}, {"columns", numbers(columns)}});
}

core::Diagnostic not_converged(const Solution& solution, std::uint32_t max_iter) {
  return core::diagnostic(core::Code::kNotConverged, core::Severity::kWarning,
                          {{"iterations", static_cast<std::int64_t>(solution.iterations)},
                           {"max_iter", static_cast<std::int64_t>(max_iter)},
                           {"gradient_norm", core::number_text(solution.gradient_norm)},
                           {"tolerance", core::number_text(solution.tolerance)},
                           {"reason", reason(solution)}});
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

}  // namespace rf::linear
