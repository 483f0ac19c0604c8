// SPDX-License-Identifier: MIT
// Every solver of one smooth penalised score against its slow, obvious twin: dense Newton by plain loops and
// Gauss elimination in long double, on hundreds of small random problems of the kinds that break things.
#include <cmath>
#include <numeric>

#include "core/kernels.hpp"
#include "linear/solver.hpp"
#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;
using Numbers = std::vector<long double>;

struct Case {
  Samples samples;
  std::string kind;
  bool well_conditioned = true;  ///< so that coefficients, not only the objective, must agree
};

LinearProblem problem_of(const Case& from, Loss loss) {
  LinearProblem problem;
  problem.x = from.samples.view();
  problem.loss = loss;
  problem.class_of = from.samples.class_of;
  problem.weight = from.samples.weight;
  problem.l2 = 1;
  problem.intercept_penalised = loss == Loss::kSquaredHinge;
  return problem;
}

/// The twin.
class DenseNewton {
 public:
  explicit DenseNewton(const LinearProblem& problem) : problem_(problem), n_(problem.x.n_features + 1) {}

  Numbers solve() {
    Numbers theta(n_, 0);
    evaluate(theta);
    for (int iteration = 0; iteration < 200; ++iteration) {
      const Numbers start = theta;
      const long double before = value;
      const Numbers d = direction();
      long double length = 1;
      for (; length > 1e-9L; length /= 2) {
        for (std::size_t u = 0; u < n_; ++u) theta[u] = start[u] + length * d[u];
        evaluate(theta);
        if (value < before) break;
      }
      if (!(value < before)) return start;
    }
    return theta;
  }

  void evaluate(const Numbers& theta) {
    value = 0;
    gradient.assign(n_, 0);
    hessian_.assign(n_ * n_, 0);
    for (std::size_t i = 0; i < problem_.x.n_samples; ++i) add_row(theta, i);
    for (std::size_t u = problem_.intercept_penalised ? 0 : 1; u < n_; ++u) {
      value += theta[u] * theta[u] / 2;
      gradient[u] += theta[u];
      hessian_[u * n_ + u] += 1;
    }
  }

  long double largest_gradient() const {
    long double largest = 0;
    for (const long double g : gradient) largest = std::max(largest, std::abs(g));
    return largest;
  }

  long double value = 0;
  Numbers gradient;

 private:
  void add_row(const Numbers& theta, std::size_t i) {
    const auto column = [&](std::size_t u) -> long double {
      return u == 0 ? 1 : problem_.x.sample(i)[u - 1];
    };
    const long double t = problem_.class_of[i] == 1 ? 1 : -1;
    const long double w = problem_.weight[i];
    long double z = 0;
    for (std::size_t u = 0; u < n_; ++u) z -= t * theta[u] * column(u);
    long double first = 0;
    long double second = 0;
    if (problem_.loss == Loss::kLogistic) {
      const long double q = z > 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z));
      value += w * (std::max(z, 0.0L) + std::log1p(std::exp(-std::abs(z))));
      first = -t * q * w;
      second = q * (1 - q) * w;
    } else if (1 + z > 0) {
      value += w * (1 + z) * (1 + z);
      first = -2 * t * w * (1 + z);
      second = 2 * w;
    }
    for (std::size_t u = 0; u < n_; ++u) {
      gradient[u] += first * column(u);
      for (std::size_t v = 0; v < n_; ++v) hessian_[u * n_ + v] += second * column(u) * column(v);
    }
  }

  /// -H^-1 g by elimination with row pivots; a column without pivot stays.
  Numbers direction() const {
    Numbers a = hessian_;
    Numbers b = gradient;
    std::vector<std::size_t> row(n_);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t c = 0; c < n_; ++c) {
      std::size_t best = c;
      for (std::size_t r = c; r < n_; ++r)
        if (std::abs(a[row[r] * n_ + c]) > std::abs(a[row[best] * n_ + c])) best = r;
      std::swap(row[c], row[best]);
      const long double pivot = a[row[c] * n_ + c];
      if (pivot == 0) continue;
      for (std::size_t r = c + 1; r < n_; ++r) {
        const long double share = a[row[r] * n_ + c] / pivot;
        for (std::size_t k = c; k < n_; ++k) a[row[r] * n_ + k] -= share * a[row[c] * n_ + k];
        b[row[r]] -= share * b[row[c]];
      }
    }
    Numbers d(n_, 0);
    for (std::size_t c = n_; c-- > 0;) {
      long double left = -b[row[c]];
      for (std::size_t k = c + 1; k < n_; ++k) left -= a[row[c] * n_ + k] * d[k];
      const long double pivot = a[row[c] * n_ + c];
      d[c] = pivot == 0 ? 0 : left / pivot;
    }
    return d;
  }

  const LinearProblem& problem_;
  std::size_t n_;
  Numbers hessian_;
};

Case random_case(std::uint64_t seed) {
  Random random(seed);
  const auto up_to = [&](std::size_t n) {
    return static_cast<std::size_t>((random.uniform() + 1) / 2 * static_cast<double>(n));
  };
  Case made;
  const std::size_t p = 1 + up_to(6);
  const std::size_t n = seed % 10 == 9 ? 1 : 4 + up_to(40);
  made.samples = synthetic(n, p, 2, seed);
  made.samples.weight.assign(n, 1.0);
  Samples& s = made.samples;
  for (std::size_t i = 0; i < std::min<std::size_t>(4, n); ++i) s.class_of[i] = i % 3 == 0 ? 0 : 1;
  switch (seed % 10) {
    case 0:
      made.kind = "constant column";
      for (std::size_t i = 0; i < n; ++i) s.x[i * p] = 3;
      break;
    case 1:
      made.kind = "zero column";
      for (std::size_t i = 0; i < n; ++i) s.x[i * p] = 0;
      break;
    case 2:
      made.kind = "collinear columns";
      for (std::size_t i = 0; i < n; ++i) s.x[i * p + p - 1] = 2 * s.x[i * p];
      break;
    case 3:
      made.kind = "huge weights";
      for (std::size_t i = 0; i < n; i += 3) s.weight[i] = 1e12;
      made.well_conditioned = false;
      break;
    case 4:
      made.kind = "separable";
      for (std::size_t i = 0; i < n; ++i) s.class_of[i] = s.x[i * p] > 0 ? 1 : 0;
      break;
    case 5:
      made.kind = "weights 0";
      for (std::size_t i = 0; i < n; i += 2) s.weight[i] = 0;
      break;
    case 6:
      made.kind = "one class";
      std::fill(s.class_of.begin(), s.class_of.end(), 1);
      made.well_conditioned = false;  // the free intercept of logistic regression goes to infinity
      break;
    case 7:
      made.kind = "far rows";
      for (std::size_t j = 0; j < p; ++j) s.x[j] *= 1000;
      made.well_conditioned = false;
      break;
    case 8:
      made.kind = "small weights";
      for (double& w : s.weight) w = 0.01;
      break;
    default:
      made.kind = "one row";
      made.well_conditioned = false;
  }
  return made;
}

struct Named {
  const char* name;
  core::Result<Solution> (*solve)(LinearObjective&, const SolveOptions&);
};

const Named kSolvers[] = {
    {"newton_cholesky", [](LinearObjective& o, const SolveOptions& s) { return solve_newton(o, s); }},
    {"subsampled_newton",
     [](LinearObjective& o, const SolveOptions& s) { return solve_subsampled_newton(o, s); }},
    {"newton_cg", [](LinearObjective& o, const SolveOptions& s) { return solve_newton_cg(o, s); }},
    {"lbfgs", [](LinearObjective& o, const SolveOptions& s) { return solve_lbfgs(o, s); }},
};

constexpr double kTol = 1e-10;

void expect_optimum(const Case& made, Loss loss, const Named& solver, const core::Kernels& kernels) {
  const LinearProblem problem = problem_of(made, loss);
  DenseNewton twin(problem);
  const Numbers expected = twin.solve();
  const long double best = twin.value;
  twin.evaluate(Numbers(expected.size(), 0));
  const long double tolerance = kTol * std::max(1.0L, twin.largest_gradient());

  Harness harness;
  core::Context context{harness.workers, harness.monitor, kernels};
  LinearObjective objective(problem, context);
  auto solved = solver.solve(objective, {kTol, 2000, 0, 2000});
  ASSERT_TRUE(solved.ok()) << solved.error().message;
  twin.evaluate(Numbers(solved->theta.begin(), solved->theta.end()));
  if (!made.well_conditioned) {
    // The curvature is at least 1 where penalised, which bounds the value by the gradient; on the way to
    // infinity a free intercept leaves a value as small as its gradient; huge weights leave rounding.
    const auto n = static_cast<long double>(expected.size());
    const long double slack = n * tolerance * tolerance + 100 * tolerance;
    EXPECT_LE(twin.value, best + 1e-9L * std::max(1.0L, best) + slack) << solver.name;
    EXPECT_LE(twin.largest_gradient(), 1000 * tolerance) << solver.name;
    return;
  }
  EXPECT_EQ(solved->ending, model::Ending::kConverged) << solver.name << " " << solved->gradient_norm;
  EXPECT_LE(twin.largest_gradient(), 1.01L * tolerance + 1e-13L) << solver.name;
  std::vector<double> plain(expected.begin(), expected.end());
  expect_agree(solved->theta, plain, 1e-6);
}

TEST(Solvers, AgreeWithDenseNewtonOnSmallProblems) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Case made = random_case(seed);
    SCOPED_TRACE(made.kind + ", seed " + std::to_string(seed));
    for (const Loss loss : {Loss::kLogistic, Loss::kSquaredHinge})
      for (const Named& solver : kSolvers) expect_optimum(made, loss, solver, core::baseline_kernels());
  }
}

// Enough rows for two samples, 64 and 8; in order of the label and in random order; one weight that outweighs
// all.
TEST(Solvers, SubsampledNewtonAgreesWithDenseNewtonOnManyRows) {
  for (const bool heavy : {false, true})
    for (const bool sorted : {false, true}) {
      Case made{synthetic(12000, 1, 2, 77), "many rows", true};
      ASSERT_EQ(first_sample(12000, 1), 64u);
      made.samples.weight.assign(made.samples.n, 1.0);
      if (sorted) std::sort(made.samples.class_of.begin(), made.samples.class_of.end());
      if (heavy) made.samples.weight[129] = 1e6;
      for (const Loss loss : {Loss::kLogistic, Loss::kSquaredHinge})
        expect_optimum(made, loss, kSolvers[1], core::baseline_kernels());
    }
}

TEST(Solvers, SubsampledNewtonHandsSingularMetricsToNewton) {
  // Two equal columns of weight 1e9: beside that the penalty is below what floats can tell.
  Case made{synthetic(4000, 2, 2, 78), "equal columns", false};
  for (std::size_t i = 0; i < made.samples.n; ++i) made.samples.x[2 * i + 1] = made.samples.at(i, 0);
  made.samples.weight.assign(made.samples.n, 1e9);
  const LinearProblem problem = problem_of(made, Loss::kLogistic);
  Harness harness;
  LinearObjective first(problem, harness.context);
  LinearObjective second(problem, harness.context);
  const Solution handed = *solve_subsampled_newton(first, {1e-8, 100, 0, 100});
  const Solution newton = *solve_newton(second, {1e-8, 100, 0, 100});
  EXPECT_EQ(handed.dropped, newton.dropped);
  EXPECT_EQ(handed.theta, newton.theta);
}

TEST(Solvers, ThreadsAndKernelsLeaveNoTrace) {
  const core::KernelTables tables = core::runnable_kernels();
  struct Shape {
    std::size_t n;
    std::size_t p;
    const Named* solver;
  };
  for (const Shape& shape : {Shape{20000, 3, &kSolvers[1]}, Shape{9000, 40, &kSolvers[0]},
                             Shape{700, 350, &kSolvers[2]}, Shape{9000, 40, &kSolvers[3]}}) {
    Case made{synthetic(shape.n, shape.p, 2, 79), "", true};
    made.samples.weight.assign(made.samples.n, 1.0);
    for (const Loss loss : {Loss::kLogistic, Loss::kSquaredHinge}) {
      const LinearProblem problem = problem_of(made, loss);
      std::vector<double> expected;
      for (std::size_t table = 0; table < tables.count; ++table)
        for (const std::uint32_t n_threads : {1u, 2u, 3u, 7u}) {
          Harness harness(n_threads);
          core::Context context{harness.workers, harness.monitor, *tables.entries[table]};
          LinearObjective objective(problem, context);
          const Solution solution = *shape.solver->solve(objective, {1e-8, 100, 0, 100});
          EXPECT_EQ(solution.ending, model::Ending::kConverged) << shape.solver->name;
          if (expected.empty()) expected = solution.theta;
          EXPECT_EQ(solution.theta, expected) << shape.solver->name << " " << tables.entries[table]->name;
        }
    }
  }
}

// Enough rows for all classes at once.
TEST(Solvers, AllAgainstTheRestAgreesWithOneAfterAnother) {
  const Samples samples = synthetic(3000, 1, 3, 80);
  params::LinearSvc parameters;
  parameters.tol = 1e-10;
  Progress progress;
  Harness harness(1, progress.hooks());
  const LinearFit fit =
      must_fit(fit_linear_svc(samples.view(), samples.classes(), parameters, harness.context));
  EXPECT_EQ(fit.solver.name, "subsampled_newton");
  EXPECT_TRUE(fit.solver.converged);
  EXPECT_TRUE(std::is_sorted(progress.done.begin(), progress.done.end()));
  for (std::int32_t k = 0; k < 3; ++k) {
    Samples one = samples;
    one.n_classes = 2;
    for (std::int32_t& own : one.class_of) own = own == k ? 1 : 0;
    const LinearFit alone = fit_svc(one, parameters);
    const auto at = static_cast<std::size_t>(k);
    expect_agree({fit.model.intercepts[at], fit.model.coefficients[at]}, all_numbers(alone.model), 1e-6);
  }
}

TEST(Solvers, ProgressIsTheSameForAnyNumberOfThreadsAndCancelIsHeard) {
  const Samples samples = synthetic(3000, 1, 2, 81);
  std::vector<std::uint64_t> expected;
  for (const std::uint32_t n_threads : {1u, 3u}) {
    Progress progress;
    Harness harness(n_threads, progress.hooks());
    must_fit(fit_logistic_regression(samples.view(), samples.classes(), {}, harness.context));
    EXPECT_GE(progress.done.size(), 2u);
    EXPECT_TRUE(std::is_sorted(progress.done.begin(), progress.done.end()));
    if (expected.empty()) expected = progress.done;
    EXPECT_EQ(progress.done, expected);
  }
  Progress progress;
  progress.stop_at = 1;
  Harness harness(2, progress.hooks());
  const auto stopped = fit_logistic_regression(samples.view(), samples.classes(), {}, harness.context);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, core::Code::kCancelled);
}

}  // namespace
}  // namespace rf::linear
