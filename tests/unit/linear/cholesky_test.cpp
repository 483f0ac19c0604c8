// SPDX-License-Identifier: MIT
// The factorisation against hand-made systems, and the rule that leaves dependent columns out.
#include "linear/cholesky.hpp"

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;

std::vector<double> solved(std::vector<double> a, std::vector<double> b) {
  Cholesky(std::move(a), b.size(), {}, core::baseline_kernels()).solve(b);
  return b;
}

TEST(Cholesky, SolvesAHandComputedSystem) {
  // [4 2; 2 5] x = [10; 13] has x = [1.5; 2]: 4 * 1.5 + 2 * 2 = 10, 2 * 1.5 + 5 * 2 = 13.
  EXPECT_EQ(solved({4, 2, 2, 5}, {10, 13}), (std::vector<double>{1.5, 2}));
}

TEST(Cholesky, ReadsTheLowerTriangleOnly) {
  EXPECT_EQ(solved({4, NAN, 2, 5}, {10, 13}), (std::vector<double>{1.5, 2}));
}

TEST(Cholesky, SolvesARandomSystem) {
  constexpr std::size_t n = 37;  // longer than two lanes of sixteen
  Random random(1);
  std::vector<double> root(n * n);
  for (double& value : root) value = random.uniform();
  std::vector<double> a(n * n, 0.0);
  std::vector<double> x(n);
  std::vector<double> b(n, 0.0);
  for (double& value : x) value = random.uniform();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t k = 0; k < n; ++k) a[i * n + j] += root[i * n + k] * root[j * n + k];
  for (std::size_t i = 0; i < n; ++i) a[i * n + i] += 0.1;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) b[i] += a[i * n + j] * x[j];
  expect_agree(solved(a, b), x, 1e-10);  // condition number below 1e4
}

TEST(Cholesky, LeavesOutWhatDependsOnEarlierColumns) {
  // Columns of X: c0, c1, c0 + c1, 0 with c0 = (1, 0), c1 = (1, 1); the Gram matrix has rank 2.
  const std::vector<double> gram = {1, 1, 2, 0, 1, 2, 3, 0, 2, 3, 5, 0, 0, 0, 0, 0};
  const Cholesky factor(gram, 4, {}, core::baseline_kernels());
  EXPECT_EQ(factor.dropped(), (std::vector<std::size_t>{2, 3}));
  std::vector<double> b = {3, 5, 8, 0};
  factor.solve(b);
  EXPECT_EQ(b, (std::vector<double>{1, 2, 0, 0}));
}

TEST(Cholesky, KeepsAPivotAboveTheToleranceAndDropsOneBelow) {
  for (const double pivot : {2e-12, 0.5e-12}) {
    const Cholesky factor({1, 0, 1, 1 + pivot}, 2, {}, core::baseline_kernels());
    EXPECT_EQ(factor.dropped().size(), pivot > 1e-12 ? 0u : 1u) << pivot;
  }
}

TEST(Cholesky, MeasuresPivotsAgainstTheFloorToo) {
  const std::vector<double> floor = {1, 1};
  const Cholesky factor({1, 0, 0, 1e-13}, 2, floor, core::baseline_kernels());
  EXPECT_EQ(factor.dropped(), (std::vector<std::size_t>{1}));
}

TEST(Cholesky, NotANumberBecomesADroppedColumn) {
  const Cholesky factor({NAN, 0, 0, 1}, 2, {}, core::baseline_kernels());
  EXPECT_EQ(factor.dropped(), (std::vector<std::size_t>{0}));
}

TEST(Cholesky, NothingToSolveIsFine) {
  EXPECT_EQ(solved({}, {}), std::vector<double>{});
}

}  // namespace
}  // namespace rf::linear
