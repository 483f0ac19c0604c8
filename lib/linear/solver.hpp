// SPDX-License-Identifier: MIT
// Shared by the iterative solvers of LinearObjective: when they stop and what they return. All start at theta
// = 0, stop when ||g||_inf <= tol * max(1, ||g at zero||_inf), count outer iterations against max_iter, and
// report ("train", progress_done + iterations, progress_total) after each iteration.
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
  double tolerance = 0;              ///< the solver stops when gradient_norm is at most this
  std::vector<std::size_t> dropped;  ///< features that depend on others and were left at 0, ascending
  /// Only without penalty: true if different rounding could have led to a different ending.
  bool close_call = false;
};

/// Solves by Newton's method and factors the whole Hessian. Suited to few unknowns. l1 must be 0. `begun` may
/// hold the theta at which another solver gave up; the iterations of that solver are then included in the
/// count.
core::Result<Solution> solve_newton(LinearObjective& objective, const SolveOptions& options,
                                    Solution begun = {});
/// Solves by Newton's method that starts from a point found on samples of the rows. It keeps its metric and
/// corrects it by secant pairs. For few unknowns, many rows and one score. l1 is 0, l2 is not.
core::Result<Solution> solve_subsampled_newton(LinearObjective& objective, const SolveOptions& options);
/// As above for all classes against the rest at once, so that each pass over the samples serves all classes.
/// Returns nullopt if the caller must solve one class after another instead.
core::Result<std::optional<Solution>> solve_all_against_rest(LinearObjective& objective,
                                                             const SolveOptions& options);
/// Solves by Newton's method whose directions come from conjugate gradients; for many unknowns and one score.
/// l1 is 0, l2 is not.
core::Result<Solution> solve_newton_cg(LinearObjective& objective, const SolveOptions& options);
/// Solves by a limited-memory quasi-Newton method; for many unknowns. l1 is 0. `begun` as above; its
/// tolerance applies.
core::Result<Solution> solve_lbfgs(LinearObjective& objective, const SolveOptions& options,
                                   Solution begun = {});
/// Solves by Newton's method with l1: coordinate descent on the quadratic model.
core::Result<Solution> solve_coordinate_descent(LinearObjective& objective, const SolveOptions& options);

/// Applies a solver's stopping rules to a theta that it may have returned, with the same numbers that it had
/// there. The ending is kConverged or kSeparated if the solver would end there, and kIterationLimit if it
/// would go on. No step is made: iterations is 0 and max_iter is ignored. judge_smooth serves every solver of
/// the smooth objective that leaves no column out.
core::Result<Solution> judge_newton(LinearObjective& objective, const SolveOptions& options,
                                    std::vector<double> theta);
core::Result<Solution> judge_smooth(LinearObjective& objective, const SolveOptions& options,
                                    std::vector<double> theta);
core::Result<Solution> judge_all_against_rest(LinearObjective& objective, const SolveOptions& options,
                                              std::vector<double> theta);
core::Result<Solution> judge_coordinate_descent(LinearObjective& objective, const SolveOptions& options,
                                                std::vector<double> theta);

/// Returns false if Newton's method certainly finds no column that depends on others, else true. Takes one
/// pass.
core::Result<bool> may_leave_out(LinearObjective& objective);

/// Returns `every` for the first sample of solve_subsampled_newton; 1 if there are too few rows for it.
std::size_t first_sample(std::size_t n_rows, std::size_t n_features);

double largest_magnitude(std::span<const double> values);

/// Returns the largest change of `value` that may be rounding alone.
double rounding_of(double value);

/// A step, and the check that it decreases the value enough. The rule is Armijo's. If the change of the value
/// may be rounding alone, the rule is the bound on the slope that Armijo's rule implies for a quadratic
/// (Hager and Zhang, A New Conjugate Gradient Method, 2005, eq. 4.1). `slope` < 0 is the slope at the start,
/// `slope_after` the slope at the trial point.
struct Step {
  double length;
  double value_before;
  double value_after;
  double slope;
  double slope_after;
};
bool is_sufficient(const Step& step);

/// Detects iterations without progress: `patience` times in a row the value did not fall by more than
/// rounding and the gradient norm did not fall below half of the smallest so far.
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

/// Returns options that allow no step.
inline SolveOptions only_judging(const SolveOptions& options) {
  return {options.tol, 0, 0, 0};
}

/// The loop around any method. The method has gradient_norm() and value() at the current point. step() moves
/// to the next point and returns whether it could. settle() is called when the gradient meets the tolerance;
/// it sets solution.ending and returns whether the solve ends there. iterate fills in all of `solution` but
/// theta, tolerance and dropped.
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
