// SPDX-License-Identifier: MIT
// Outputs of linear models by hand, at the ends of the range, and one row against many.
#include "model/linear.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace rf::model {
namespace {

std::vector<double> outputs(const LinearModel& model, const std::vector<double>& x) {
  const std::size_t n = model.n_features == 0 ? 1 : x.size() / model.n_features;
  std::vector<double> out(n * model.n_outputs());
  predict(model, {x.data(), model.n_features, n, model.n_features}, core::baseline_kernels(), out.data());
  return out;
}

LinearModel one_score(Link link) {
  return {link, 2, {2, -1}, {0.5}};
}

TEST(LinearModel, RegressionGivesTheScore) {
  EXPECT_EQ(outputs(one_score(Link::kIdentity), {1, 1, 0, 0}), (std::vector<double>{1.5, 0.5}));
}

TEST(LinearModel, DecisionOfTwoClassesIsTheScoreAndItsNegative) {
  EXPECT_EQ(outputs(one_score(Link::kDecision), {1, 1, -1, 0}), (std::vector<double>{-1.5, 1.5, 1.5, -1.5}));
}

TEST(LinearModel, DecisionOfMoreClassesIsTheScores) {
  const LinearModel model{Link::kDecision, 1, {1, 2, 3}, {0, 0, -1}};
  EXPECT_EQ(outputs(model, {1, -1}), (std::vector<double>{1, 2, 2, -1, -2, -4}));
}

TEST(LinearModel, LogisticByHand) {
  const LinearModel model{Link::kLogistic, 1, {std::log(3.0)}, {0}};
  const std::vector<double> out = outputs(model, {0, 1, -1});
  EXPECT_EQ(out[0], 0.5);
  EXPECT_EQ(out[1], 0.5);
  EXPECT_NEAR(out[3], 0.75, 1e-15);  // an ulp or two of the logarithm
  EXPECT_NEAR(out[5], 0.25, 1e-15);
}

TEST(LinearModel, LogisticRowsSumToOneExactlyAndKeepSmallProbabilities) {
  const LinearModel model{Link::kLogistic, 1, {1}, {0}};
  for (double score = -750; score <= 750; score += 0.37) {
    const std::vector<double> out = outputs(model, {score});
    EXPECT_EQ(out[0] + out[1], 1) << score;
    EXPECT_GT(std::abs(score) < 700 ? std::min(out[0], out[1]) : 1, 0) << score;
    EXPECT_EQ(out[0], outputs(model, {-score})[1]) << score;
  }
}

TEST(LinearModel, SoftmaxByHandAndFarOut) {
  const LinearModel model{Link::kSoftmax, 1, {0, 1, 0}, {0, 0, 0}};
  const std::vector<double> out = outputs(model, {0, std::log(2.0), 1e300});
  EXPECT_EQ(out[0], 1.0 / 3);
  EXPECT_NEAR(out[4], 0.5, 1e-15);  // an ulp or two of logarithm and exponential
  EXPECT_EQ(out[6], 0);
  EXPECT_EQ(out[7], 1);
}

TEST(LinearModel, OneRowHasTheBitsItHasAmongMany) {
  for (const Link link : {Link::kIdentity, Link::kLogistic, Link::kDecision, Link::kSoftmax}) {
    const std::size_t n_scores = link == Link::kSoftmax ? 5 : 1;
    LinearModel model{link, 19, {}, {}};
    while (model.coefficients.size() < n_scores * 19)
      model.coefficients.push_back(std::sqrt(2.0 + static_cast<double>(model.coefficients.size())) - 5);
    for (std::size_t k = 0; k < n_scores; ++k) model.intercepts.push_back(0.1 * static_cast<double>(k));
    std::vector<double> x;
    for (std::size_t i = 0; i < 150 * 19; ++i) x.push_back(std::sqrt(static_cast<double>((i * 31) % 17)) - 2);
    const std::vector<double> many = outputs(model, x);
    for (std::size_t i = 0; i < 150; ++i) {
      const std::vector<double> one = outputs(model, {x.begin() + static_cast<std::ptrdiff_t>(i * 19),
                                                      x.begin() + static_cast<std::ptrdiff_t>((i + 1) * 19)});
      for (std::size_t k = 0; k < one.size(); ++k) EXPECT_EQ(one[k], many[i * one.size() + k]);
    }
  }
}

TEST(LinearModel, PaddedSamplesGiveTheSame) {
  const LinearModel model = one_score(Link::kIdentity);
  const std::vector<double> x = {1, 1, 99, 0, 0, 99};
  std::vector<double> out(2);
  predict(model, {x.data(), 2, 2, 3}, core::baseline_kernels(), out.data());
  EXPECT_EQ(out, outputs(model, {1, 1, 0, 0}));
}

TEST(LinearModel, NoSamplesWriteNothing) {
  const LinearModel model = one_score(Link::kLogistic);
  predict(model, {nullptr, 2, 0, 2}, core::baseline_kernels(), nullptr);
}

}  // namespace
}  // namespace rf::model
