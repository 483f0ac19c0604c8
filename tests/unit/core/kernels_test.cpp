// SPDX-License-Identifier: MIT
// Each kernel of each table that this CPU runs against the plain loop its documentation promises, bit for
// bit.
#include "core/kernels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "core/math.hpp"
#include "core/philox.hpp"

namespace rf::core {
namespace {

using Values = std::vector<double>;

/// Numbers of mixed sign over 24 powers of two, so that a changed order of additions changes the last bits.
Values random_values(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  Values values(n);
  for (double& value : values) {
    const std::uint64_t bits = generator();
    value = (static_cast<double>(bits >> 11) * 0x1p-52 - 1) * static_cast<double>(1u << (bits % 24));
  }
  return values;
}

std::vector<std::uint64_t> patterns(std::span<const double> values) {
  std::vector<std::uint64_t> out;
  for (const double value : values) out.push_back(std::bit_cast<std::uint64_t>(value));
  return out;
}

double lane_tree(const std::array<double, 16>& l) {
  return (((l[0] + l[8]) + (l[4] + l[12])) + ((l[2] + l[10]) + (l[6] + l[14]))) +
         (((l[1] + l[9]) + (l[5] + l[13])) + ((l[3] + l[11]) + (l[7] + l[15])));
}

double plain_sum(const double* x, std::size_t n) {
  std::array<double, 16> lanes{};
  for (std::size_t i = 0; i < n; ++i) lanes[i % 16] += x[i];
  return lane_tree(lanes);
}

double plain_dot(const double* x, const double* y, std::size_t n) {
  std::array<double, 16> lanes{};
  for (std::size_t i = 0; i < n; ++i) lanes[i % 16] += x[i] * y[i];
  return lane_tree(lanes);
}

class EachTable : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const KernelTables tables = runnable_kernels();
    for (std::size_t i = 0; i < tables.count; ++i)
      if (tables.entries[i]->name == GetParam()) kernels_ = tables.entries[i];
    if (kernels_ == nullptr) GTEST_SKIP() << "this CPU or build has no kernels named " << GetParam();
  }
  const Kernels* kernels_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Kernels, EachTable, testing::Values("baseline", "avx2", "avx512"),
                         [](const auto& name) { return name.param; });

constexpr double kUntouched = 42.0;

const std::size_t kLengths[] = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 24, 28, 31, 32, 33, 47, 100, 257, 4096};

TEST_P(EachTable, SumIsSixteenLanesAndTheTree) {
  for (const std::size_t n : kLengths) {
    const Values x = random_values(n + 1, n);
    EXPECT_EQ(patterns({{kernels_->sum(x.data(), n)}}), patterns({{plain_sum(x.data(), n)}})) << n;
    EXPECT_EQ(kernels_->sum(x.data() + 1, n), plain_sum(x.data() + 1, n)) << n << ", not aligned";
  }
}

TEST_P(EachTable, DotIsSixteenLanesAndTheTree) {
  for (const std::size_t n : kLengths) {
    const Values x = random_values(n, n), y = random_values(n, n + 1);
    EXPECT_EQ(kernels_->dot(x.data(), y.data(), n), plain_dot(x.data(), y.data(), n)) << n;
  }
}

// G_l and H_l of rising cuts, as a node has them; the answer is the plain formula's, bit by bit, and its
// largest.
TEST_P(EachTable, CutGainsAreThoseOfTheFormula) {
  for (const std::size_t n : kLengths) {
    const Values random = random_values(2 * n, n);
    std::vector<std::int64_t> gradient(n), hessian(n);
    std::int64_t gradient_sum = 0, hessian_sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      gradient[i] = gradient_sum += static_cast<std::int64_t>(random[i] * 1e6);
      hessian_sum += 1 + static_cast<std::int64_t>(std::abs(random[n + i]) * 1e6);
      hessian[i] = hessian_sum | std::int64_t{3} << 50;  // what the mask takes away
    }
    for (const double l2 : {0.0, 1.5}) {
      const CutSums cuts{
          n,       gradient.data(), hessian.data(), (std::int64_t{1} << 50) - 1,
          0x1p-20, 0x1p-21,         3.25,           static_cast<double>(hessian_sum + 7) * 0x1p-21,
          l2};
      Values gains(n + 1, kUntouched), expected(n + 1, kUntouched);
      double largest = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const double gl = static_cast<double>(gradient[i]) * cuts.gradient_unit;
        const double hl = static_cast<double>(hessian[i] & cuts.hessian_mask) * cuts.hessian_unit;
        const double gr = cuts.node_gradient - gl, a = hl + l2, b = cuts.node_hessian - hl + l2;
        const double d = gl * b - gr * a;
        expected[i] = (d * d - l2 * (gl * gl * b + gr * gr * a)) / (a * b * (a + b - l2));
        largest = std::max(largest, expected[i]);
      }
      EXPECT_EQ(kernels_->cut_gains(cuts, gains.data()), largest) << n;
      EXPECT_EQ(patterns(gains), patterns(expected)) << n;
    }
  }
}

/// Codes from everywhere; those next to 0, to a bin and to 65535 are frequent.
TEST_P(EachTable, RuledOutLeavesAreThoseOfThePlainLoop) {
  RandomStream random(3, Purpose::kForestBootstrap);
  const std::uint16_t edges[] = {0, 1, 9, 10, 11, 32767, 32768, 65533, 65534, 65535};
  const auto some_code = [&] {
    return random.below(3) == 0 ? std::uint16_t(random.below(65536)) : edges[random.below(10)];
  };
  for (std::size_t n_groups = 1; n_groups <= 19; ++n_groups) {
    for (std::size_t n_tests = 0; n_tests < kMostLeavesOfWord; ++n_tests) {
      const std::size_t n_features = 1 + random.below(5);
      std::vector<std::uint16_t> codes(n_groups * n_features * kGroupSamples);
      for (std::uint16_t& code : codes) code = some_code();
      std::vector<LeafTest> tests(n_tests);
      for (LeafTest& test : tests)
        test = {random.next_u32(), std::uint16_t(random.below(n_features) * kGroupSamples),
                std::min<std::uint16_t>(some_code(), 65533), std::uint16_t(random.below(2))};
      for (const bool shifted : {false, true}) {
        std::vector<std::uint32_t> expected(n_groups * kGroupSamples, UINT32_MAX), leaves(expected.size(), 7);
        for (std::size_t i = 0; i < expected.size(); ++i) {
          const std::uint16_t* const group = codes.data() + i / kGroupSamples * n_features * kGroupSamples;
          for (const LeafTest& test : tests) {
            const std::uint16_t code = group[test.first_code + i % kGroupSamples];
            const bool goes_left = code <= test.bin || (shifted && test.shift == 1 && code == 65535);
            if (!goes_left) expected[i] &= test.kept;
          }
        }
        kernels_->rule_out_leaves({tests.data(), n_tests, shifted}, codes.data(), n_features * kGroupSamples,
                                  n_groups, leaves.data());
        ASSERT_EQ(leaves, expected) << n_groups << " groups, " << n_tests << " tests, shifted " << shifted;
      }
    }
  }
}

TEST_P(EachTable, SumOfNothingAndOfNegativeZerosIsZero) {
  const Values zeros(20, -0.0);
  for (const std::size_t n : {0, 1, 16, 20})
    EXPECT_EQ(std::bit_cast<std::uint64_t>(kernels_->sum(zeros.data(), n)), 0u) << n;
}

TEST_P(EachTable, AxpyRoundsProductAndSum) {
  for (const std::size_t n : kLengths) {
    const Values x = random_values(n, 5);
    Values y = random_values(n, 6), expected = y;
    for (std::size_t i = 0; i < n; ++i) {
      const double product = 0.3 * x[i];
      expected[i] = expected[i] + product;
    }
    kernels_->axpy(0.3, x.data(), y.data(), n);
    EXPECT_EQ(patterns(y), patterns(expected)) << n;
  }
}

struct Shape {
  std::size_t n_rows, n_features, stride;
};
/// Every number of features that a vector, a tile or an unrolled loop could end at, and enough rows for each.
std::vector<Shape> shapes() {
  std::vector<Shape> all = {{0, 3, 8}, {1, 0, 8}, {3, 130, 136}, {128, 13, 13}, {300, 29, 32}};
  for (std::size_t n = 1; n <= 80; ++n) all.push_back({1 + n % 19, n, n % 2 == 0 ? n : (n + 7) / 8 * 8});
  return all;
}

TEST_P(EachTable, RowDotsAreDotsPlusBias) {
  for (const auto& [n_rows, n_features, stride] : shapes()) {
    const Values x = random_values(n_rows * stride, 1), w = random_values(n_features, 2);
    Values out(n_rows + 1, kUntouched), expected(n_rows + 1, kUntouched);
    for (std::size_t i = 0; i < n_rows; ++i)
      expected[i] = 0.7 + plain_dot(&x[i * stride], w.data(), n_features);
    kernels_->row_dots(x.data(), stride, n_features, n_rows, w.data(), 0.7, out.data());
    EXPECT_EQ(patterns(out), patterns(expected)) << n_rows << " x " << n_features;
  }
}

TEST_P(EachTable, WeightedRowsAreAddedOneByOne) {
  for (const auto& [n_rows, n_features, stride] : shapes()) {
    const Values x = random_values(n_rows * stride, 1), r = random_values(n_rows, 2);
    Values g = random_values(n_features + 1, 3), expected = g;
    for (std::size_t i = 0; i < n_rows; ++i)
      for (std::size_t j = 0; j < n_features; ++j) expected[j] += r[i] * x[i * stride + j];
    kernels_->add_weighted_rows(x.data(), stride, n_features, n_rows, r.data(), g.data());
    EXPECT_EQ(patterns(g), patterns(expected)) << n_rows << " x " << n_features;
  }
}

TEST_P(EachTable, WeightedGramTermsAreAddedOneByOne) {
  for (const auto& [n_rows, n_features, stride] : shapes()) {
    const Values x = random_values(n_rows * stride, 1), w = random_values(n_rows, 2);
    Values gram = random_values(n_features * n_features, 3), expected = gram;
    for (std::size_t i = 0; i < n_rows; ++i)
      for (std::size_t k = 0; k < n_features; ++k)
        for (std::size_t j = 0; j <= k; ++j) {
          const double weighted = w[i] * x[i * stride + j];
          expected[k * n_features + j] += weighted * x[i * stride + k];
        }
    kernels_->add_weighted_gram(x.data(), stride, n_features, n_rows, w.data(), gram.data());
    for (std::size_t k = 0; k < n_features; ++k)
      EXPECT_EQ(patterns({&gram[k * n_features], k + 1}), patterns({&expected[k * n_features], k + 1}))
          << n_rows << " x " << n_features << ", row " << k;
  }
}

TEST_P(EachTable, WeightedSumsDoNotDependOnHowRowsArePassed) {
  constexpr std::size_t kRows = 100, kFeatures = 21, kStride = 24;
  const Values x = random_values(kRows * kStride, 1), w = random_values(kRows, 2);
  Values whole_g(kFeatures), whole_gram(kFeatures * kFeatures), g = whole_g, gram = whole_gram;
  kernels_->add_weighted_rows(x.data(), kStride, kFeatures, kRows, w.data(), whole_g.data());
  kernels_->add_weighted_gram(x.data(), kStride, kFeatures, kRows, w.data(), whole_gram.data());
  for (std::size_t i = 0; i < kRows; i += 10) {
    kernels_->add_weighted_rows(&x[i * kStride], kStride, kFeatures, 10, &w[i], g.data());
    kernels_->add_weighted_gram(&x[i * kStride], kStride, kFeatures, 10, &w[i], gram.data());
  }
  EXPECT_EQ(patterns(g), patterns(whole_g));
  for (std::size_t k = 0; k < kFeatures; ++k)
    EXPECT_EQ(patterns({&gram[k * kFeatures], k + 1}), patterns({&whole_gram[k * kFeatures], k + 1}));
}

Values function_inputs() {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  Values inputs = {0.0,
                   -0.0,
                   1.0,
                   -1.0,
                   kInf,
                   -kInf,
                   std::nan(""),
                   5e-324,
                   -5e-324,
                   1e-310,
                   2.2250738585072014e-308,
                   710.0,
                   709.8,
                   -745.13,
                   -745.14,
                   -708.4,
                   1e300,
                   -1e300,
                   0.41,
                   -0.29,
                   -0.999,
                   0.70710678118654752,
                   1e-17,
                   -1e-17,
                   40.0,
                   -40.0,
                   1e-300};
  std::mt19937_64 generator(7);
  for (int i = 0; i < 20000; ++i) {
    const double unit = static_cast<double>(generator() >> 11) * 0x1p-53;
    inputs.push_back(i % 2 == 0 ? (unit - 0.5) * 1500 : unit * 4 - 1.2);
    inputs.push_back(std::bit_cast<double>(generator()));
  }
  return inputs;
}

TEST_P(EachTable, ArrayFunctionsHaveTheBitsOfTheScalarOnes) {
  using Array = void (*)(const double*, double*, std::size_t);
  using Scalar = double (*)(double);
  const std::pair<Array, Scalar> functions[] = {{kernels_->exp, exp},
                                                {kernels_->log, log},
                                                {kernels_->log1p, log1p},
                                                {kernels_->expit, expit},
                                                {kernels_->softplus, softplus}};
  const Values inputs = function_inputs();
  for (const auto& [array, scalar] : functions) {
    Values expected;
    for (const double x : inputs) expected.push_back(scalar(x));
    Values out(inputs.size());
    array(inputs.data(), out.data(), inputs.size());
    EXPECT_EQ(patterns(out), patterns(expected));
    Values in_place = inputs;
    array(in_place.data(), in_place.data(), in_place.size());
    EXPECT_EQ(patterns(in_place), patterns(expected)) << "in place";
    for (std::size_t n = 0; n < 20; ++n) {
      Values part(n + 1, 42.0);
      array(inputs.data() + 3, part.data(), n);
      EXPECT_EQ(patterns({part.data(), n}), patterns({expected.data() + 3, n})) << n;
      EXPECT_EQ(part[n], 42.0) << "written past the end, " << n;
    }
  }
}

TEST(KernelTables, BeginWithTheBaselineAndEndWithTheBest) {
  const KernelTables tables = runnable_kernels();
  ASSERT_GE(tables.count, 1u);
  EXPECT_EQ(tables.entries[0], &baseline_kernels());
  EXPECT_EQ(tables.entries[tables.count - 1], &best_kernels());
}

}  // namespace
}  // namespace rf::core
