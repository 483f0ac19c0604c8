// SPDX-License-Identifier: MIT
// Products with rounded rows against plain loops on doubles.
#include "linear/rounded_rows.hpp"

#include <cmath>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;

TEST(RoundedRows, ProductsAgreeWithPlainLoopsToEightBits) {
  const Samples samples = synthetic(700, 45, 2, 11);
  std::vector<double> v(46);
  Random random(12);
  for (double& value : v) value = random.uniform();
  std::vector<RoundedRows::Weighted> rows;
  for (std::size_t r = 0; r < 700; r += 2) rows.push_back({r, 0.25f + static_cast<float>(r) / 700});
  std::vector<double> expected(46, 0.0);
  double size = 0;  // of the terms of an entry
  for (const auto& [row, h] : rows) {
    double dot = v[0];
    for (std::size_t j = 0; j < 45; ++j) dot += samples.at(row, j) * v[1 + j];
    expected[0] += h * dot;
    for (std::size_t j = 0; j < 45; ++j) expected[1 + j] += h * dot * samples.at(row, j);
    size += h * std::abs(dot) * 1.7;
  }
  std::vector<double> first;
  for (const std::uint32_t n_threads : {1u, 2u, 7u}) {
    Harness harness(n_threads);
    RoundedRows rounded(samples.view(), 1, harness.context);
    ASSERT_TRUE(rounded.copy().ok());
    std::vector<double> out(46);
    ASSERT_TRUE(rounded.multiply(rows, v, out).ok());
    for (std::size_t u = 0; u < 46; ++u) EXPECT_NEAR(out[u], expected[u], 0x1p-7 * size) << u;
    if (first.empty()) first = out;
    EXPECT_EQ(out, first);
  }
}

TEST(RoundedRows, EverySecondGroupIsHalfOfTheRows) {
  const Samples samples = synthetic(700, 3, 2, 13);
  Harness harness;
  const RoundedRows rounded(samples.view(), 2, harness.context);
  EXPECT_EQ(rounded.n_rows(), 3u * 128);  // groups 0, 2 and 4; the short one is the fifth
  EXPECT_EQ(rounded.sample_of(128), core::Sample{256});
}

}  // namespace
}  // namespace rf::linear
