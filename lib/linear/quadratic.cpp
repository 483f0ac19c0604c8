// SPDX-License-Identifier: MIT
// Coordinate descent with soft thresholding (Friedman, Hastie, Tibshirani, Regularization Paths, 2010, eq.
// 5). If columns are correlated, it finds the signs quickly but the values slowly. So every
// kSweepsBetweenSolves sweeps it solves for the nonzero coordinates exactly, up to the first change of sign.
// tests/unit/linear/quadratic_test.cpp pins it.
#include "linear/quadratic.hpp"

#include <algorithm>
#include <cmath>

#include "core/kernels.hpp"
#include "linear/cholesky.hpp"

namespace rf::linear {
namespace {

constexpr int kMostSweeps = 1000;
constexpr int kSweepsBetweenSolves = 10;
constexpr int kMostSolves = 20;
constexpr std::size_t kMostSolved = 1000;

double soft_threshold(double value, double by) {
  if (value > by) return value - by;
  return value < -by ? value + by : 0;
}

class Descent {
 public:
  Descent(const QuadraticModel& model, const core::Kernels& kernels)
      : model_(model), kernels_(kernels), z_(model.start), r_(model.gradient) {}

  std::vector<double> run(double tolerance) {
    for (int sweep = 1; sweep <= kMostSweeps && subgradient_norm() > tolerance; ++sweep) {
      for (std::size_t j = 0; j < model_.n; ++j) descend(j);
      if (sweep % kSweepsBetweenSolves == 0) solve_nonzero();
    }
    return std::move(z_);
  }

 private:
  double subgradient_norm() const {
    double largest = 0;
    for (std::size_t j = 0; j < model_.n; ++j)
      largest = std::max(largest, std::abs(minimal_subgradient(r_[j], z_[j], model_.l1[j])));
    return largest;
  }

  void move(std::size_t j, double to) {
    const double change = to - z_[j];
    if (change == 0) return;
    z_[j] = to;
    kernels_.axpy(change, model_.hessian.data() + j * model_.n, r_.data(), model_.n);
  }

  void descend(std::size_t j) {
    const double h = model_.hessian[j * model_.n + j];
    if (h > 0) move(j, soft_threshold(z_[j] - r_[j] / h, model_.l1[j] / h));
  }

  /// Solves for the coordinates that are nonzero or free of l1. A coordinate that would change its sign stops
  /// at zero and leaves the set; then the others are solved for again.
  void solve_nonzero() {
    for (int solve = 0; solve < kMostSolves; ++solve) {
      std::vector<std::size_t> free;
      for (std::size_t j = 0; j < model_.n; ++j)
        if (z_[j] != 0 || model_.l1[j] == 0) free.push_back(j);
      if (free.empty() || free.size() > kMostSolved) return;
      if (newton_step(free)) return;
    }
  }

  /// Goes to the minimum over the free coordinates, or only as far as no sign changes. Returns whether it
  /// reached the minimum.
  bool newton_step(std::span<const std::size_t> free) {
    const std::size_t n = free.size();
    std::vector<double> matrix(n * n);
    std::vector<double> step(n);
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t b = 0; b <= a; ++b) matrix[a * n + b] = model_.hessian[free[a] * model_.n + free[b]];
      step[a] = 0 - minimal_subgradient(r_[free[a]], z_[free[a]], model_.l1[free[a]]);
    }
    Cholesky(std::move(matrix), n, {}, kernels_).solve(step);
    double length = 1;
    std::size_t first = n;  // the coordinate that reaches zero first
    for (std::size_t a = 0; a < n; ++a) {
      const double z = z_[free[a]];
      if (model_.l1[free[a]] == 0 || (z > 0) == (z + length * step[a] > 0)) continue;
      length = -z / step[a];
      first = a;
    }
    for (std::size_t a = 0; a < n; ++a) move(free[a], a == first ? 0 : z_[free[a]] + length * step[a]);
    return first == n;
  }

  const QuadraticModel& model_;
  const core::Kernels& kernels_;
  std::vector<double> z_;  ///< w + d
  std::vector<double> r_;  ///< g + H d
};

}  // namespace

double minimal_subgradient(double gradient, double w, double l1) {
  if (w > 0) return gradient + l1;
  if (w < 0) return gradient - l1;
  return soft_threshold(gradient, l1);
}

std::vector<double> minimise(const QuadraticModel& model, double tolerance, const core::Kernels& kernels) {
  return Descent(model, kernels).run(tolerance);
}

}  // namespace rf::linear
