// SPDX-License-Identifier: MIT
// What the iterative solvers of LinearObjective share: when to stop and what they hand back. All start at
// theta = 0, stop when ||g||_inf <= tol * max(1, ||g at zero||_inf), count outer iterations against max_iter,
// and report ("train", progress_done + iterations, progress_total) after each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "linear/linear_objective.hpp"
#include "model/standing.hpp"

namespace rf::linear {

struct SolveOptions {
  double tol = 1e-8;
  std::uint32_t max_iter = 1000;
  std::uint64_t progress_done = 0;  ///< iterations that count as done before this solve
  std::uint64_t progress_total = 0;
};

struct Solution {
  std::vector<double> theta;
  model::Ending ending = model::Ending::kConverged;
  std::uint32_t iterations = 0;
  double value = 0;                  ///< whole objective
  double gradient_norm = 0;          ///< largest magnitude of the (sub)gradient
  double tolerance = 0;              ///< what gradient_norm had to reach
  std::vector<std::size_t> dropped;  ///< features that depend on others and were left at 0, ascending
  /// Without penalty: whether other rounding could have made another ending of it.
  bool close_call = false;
};

/// Newton's method, Hessian factored whole; for few unknowns. l1 is 0. `begun`, if it has a theta, is where
/// another solver gave up: its iterations count.
core::Result<Solution> solve_newton(LinearObjective& objective, const SolveOptions& options,
                                    Solution begun = {});
/// Newton's method from a start that samples of the rows give, its metric kept and corrected by secant pairs;
/// for few unknowns and many rows, one score. l1 is 0, l2 is not.
core::Result<Solution> solve_subsampled_newton(LinearObjective& objective, const SolveOptions& options);
/// The same for all classes against the rest at once, which reads the samples once for all; nothing where it
/// must be handed to Newton's method class by class.
core::Result<std::optional<Solution>> solve_all_against_rest(LinearObjective& objective,
                                                             const SolveOptions& options);
/// Newton's method with directions by conjugate gradients; for many unknowns and one score. l1 is 0, l2 is
/// not.
core::Result<Solution> solve_newton_cg(LinearObjective& objective, const SolveOptions& options);
/// Limited-memory quasi-Newton; for many unknowns. l1 is 0. `begun` as above; its tolerance holds.
core::Result<Solution> solve_lbfgs(LinearObjective& objective, const SolveOptions& options,
                                   Solution begun = {});
/// Newton's method with l1: coordinate descent on the quadratic model.
core::Result<Solution> solve_coordinate_descent(LinearObjective& objective, const SolveOptions& options);

/// What a solver says of a theta that it may have handed back, by its own rules and with the numbers it had
/// there: kConverged or kSeparated where it would end, kIterationLimit where it would go on. No step is made;
/// iterations are 0, max_iter does not count. judge_smooth serves every solver of the smooth objective that
/// leaves no column out.
core::Result<Solution> judge_newton(LinearObjective& objective, const SolveOptions& options,
                                    std::vector<double> theta);
core::Result<Solution> judge_smooth(LinearObjective& objective, const SolveOptions& options,
                                    std::vector<double> theta);
core::Result<Solution> judge_all_against_rest(LinearObjective& objective, const SolveOptions& options,
                                              std::vector<double> theta);
core::Result<Solution> judge_coordinate_descent(LinearObjective& objective, const SolveOptions& options,
                                                std::vector<double> theta);

/// Whether Newton's method could find columns that depend on others. Takes one pass; false is certain.
core::Result<bool> may_leave_out(LinearObjective& objective);

/// Whether solve_subsampled_newton has rows enough: `every` for its first sample, else 1.
std::size_t first_sample(std::size_t n_rows, std::size_t n_features);

double largest_magnitude(std::span<const double> values);

/// The change of `value` that may be rounding alone.
double rounding_of(double value);

/// Sufficient decrease along a direction: Armijo's rule or, where the decrease drowns in rounding, the bound
/// on the slope it implies for a quadratic (Hager and Zhang, A New Conjugate Gradient Method, 2005, eq. 4.1).
/// `slope` < 0 at the start, `slope_after` at the trial point.
struct Step {
  double length;
  double value_before;
  double value_after;
  double slope;
  double slope_after;
};
bool is_sufficient(const Step& step);

/// Notices that iterations no longer lead anywhere: neither a fall of the value beyond rounding nor a
/// gradient below half the smallest so far, `patience` times in a row.
class Stagnation {
 public:
  explicit Stagnation(std::uint32_t patience) : patience_(patience) {}
  bool update(double value, double gradient_norm);

 private:
  std::uint32_t patience_;
  std::uint32_t count_ = 0;
  bool first_ = true;
  double value_ = 0;
  double smallest_norm_ = 0;
};

/// No step at all.
inline SolveOptions only_judging(const SolveOptions& options) {
  return {options.tol, 0, 0, 0};
}

/// The loop around any method. It has gradient_norm() and value() at the current point; step() moves on and
/// says whether it could; settle() is asked once the gradient meets the tolerance, and says whether that is
/// the end and sets solution.ending. Fills in all of `solution` but theta, tolerance and dropped.
template <class Method>
core::Result<> iterate(Method& method, core::Monitor& monitor, const SolveOptions& options,
                       std::uint32_t patience, Solution& solution) {
  Stagnation stagnation(patience);
  while (true) {
    solution.gradient_norm = method.gradient_norm();
    solution.value = method.value();
    if (solution.gradient_norm <= solution.tolerance) {
      RF_ASSIGN(const bool settled, method.settle());
      if (settled) return {};
    } else if (stagnation.update(solution.value, solution.gradient_norm)) {
      solution.ending = model::Ending::kRounding;
      return {};
    }
    solution.ending = model::Ending::kIterationLimit;
    if (solution.iterations == options.max_iter) return {};
    RF_ASSIGN(const bool moved, method.step());
    solution.ending = model::Ending::kRounding;
    if (!moved) return {};
    ++solution.iterations;
    RF_TRY(monitor.report("train", options.progress_done + solution.iterations, options.progress_total));
  }
}

}  // namespace rf::linear
