// SPDX-License-Identifier: MIT
// One pass does everything for a chunk of rows while it is in the cache: scores, losses, gradient and, if
// asked for, Gram matrices. Sums of a block have one accumulator per entry with rows in order, so neither
// chunk length nor vector width can be seen; losses are summed in 16 lanes per block.
// tests/unit/train/linear_objective_test.cpp compares with central differences and a naive twin.
#include "train/linear_objective.hpp"

#include <algorithm>
#include <atomic>

#include "core/blocks.hpp"
#include "train/row_sums.hpp"

namespace rf::train {
namespace {

/// Numbers of a chunk of samples: 256 KB.
constexpr std::size_t kChunkNumbers = 32768;

std::size_t pair_size(std::size_t n_columns) {
  return n_columns + (n_columns - 1) * (n_columns - 1);
}

}  // namespace

struct LinearObjective::Scratch {
  std::vector<double> row_loss;  ///< of a block
  std::vector<double> score;     ///< of a chunk; probabilities once softmax losses are taken
  std::vector<double> residual;
  std::vector<double> curvature;
  std::vector<double> sign;
  std::vector<double> gathered;  ///< chosen features of a chunk
};

struct LinearObjective::Pass {
  std::span<const double> theta;
  bool hessian = false;
  bool all_features = true;
  std::span<const std::size_t> features;  ///< of the Hessian, unless all
  std::size_t n_hessian_features = 0;
};

double Hessian::at(std::size_t a, std::size_t i, std::size_t b, std::size_t j) const {
  if (a < b) std::swap(a, b);
  if (i < j) std::swap(i, j);
  const double* pair = pairs.data() + (a * (a + 1) / 2 + b) * pair_size(n_columns);
  return j == 0 ? pair[i] : pair[n_columns + (i - 1) * (n_columns - 1) + (j - 1)];
}

LinearObjective::LinearObjective(LinearProblem problem, core::Context& context)
    : problem_(std::move(problem)),
      context_(context),
      chunk_rows_(std::clamp<std::size_t>(kChunkNumbers / std::max<std::size_t>(1, n_features()), 16, 128)) {}

core::Result<Evaluation> LinearObjective::evaluate(std::span<const double> theta) {
  return run({}, theta);
}

core::Result<Evaluation> LinearObjective::evaluate_with_hessian(std::span<const double> theta) {
  Pass pass;
  pass.hessian = true;
  pass.n_hessian_features = n_features();
  return run(pass, theta);
}

core::Result<Hessian> LinearObjective::hessian(std::span<const double> theta,
                                               std::span<const std::size_t> features) {
  Pass pass;
  pass.hessian = true;
  pass.all_features = false;
  pass.features = features;
  pass.n_hessian_features = features.size();
  RF_ASSIGN(Evaluation evaluation, run(pass, theta));
  return std::move(evaluation.hessian);
}

core::Result<Evaluation> LinearObjective::run(const Pass& pass, std::span<const double> theta) {
  const std::size_t n_scores = problem_.n_scores;
  const std::size_t n_pairs = pass.hessian ? n_scores * (n_scores + 1) / 2 : 0;
  const std::size_t n_gradient = n_unknowns();
  const std::size_t size = 1 + n_gradient + n_pairs * pair_size(pass.n_hessian_features + 1);
  std::vector<Scratch> scratch(context_.workers.n_threads());
  Pass full = pass;
  full.theta = theta;
  RF_ASSIGN(const std::vector<double> sums,
            sum_rows(context_, problem_.x.n_samples, size,
                     [&](core::RowRange rows, std::uint32_t slot, double* out) {
                       block(full, rows, scratch[slot], out);
                     }));
  const auto gradient = sums.begin() + 1;
  const auto pairs = gradient + static_cast<std::ptrdiff_t>(n_gradient);
  Evaluation evaluation;
  evaluation.value = sums[0];
  evaluation.gradient.assign(gradient, pairs);
  evaluation.hessian.n_columns = pass.n_hessian_features + 1;
  evaluation.hessian.pairs.assign(pairs, sums.end());
  add_penalty(theta, evaluation);
  return evaluation;
}

void LinearObjective::block(const Pass& pass, core::RowRange rows, Scratch& scratch, double* sums) const {
  const std::size_t n_scores = problem_.n_scores;
  scratch.row_loss.resize(core::kBlockRows);
  scratch.score.resize(n_scores * chunk_rows_);
  scratch.residual.resize(n_scores * chunk_rows_);
  scratch.curvature.resize(chunk_rows_);
  scratch.sign.resize(chunk_rows_);
  double* gradient = sums + 1;
  for (std::size_t begin = rows.begin; begin < rows.end; begin += chunk_rows_) {
    const core::RowRange chunk{begin, std::min(rows.end, begin + chunk_rows_)};
    const std::size_t n = chunk.size();
    chunk_scores(pass.theta, chunk, scratch.score.data());
    chunk_losses(chunk, scratch, scratch.row_loss.data() + (begin - rows.begin));
    for (std::size_t k = 0; k < n_scores; ++k) {
      const double* residual = scratch.residual.data() + k * n;
      double* g = gradient + k * (n_features() + 1);
      for (std::size_t i = 0; i < n; ++i) g[0] += residual[i];
      context_.kernels.add_weighted_rows(problem_.x.sample(begin), problem_.x.stride, n_features(), n,
                                         residual, g + 1);
    }
    if (pass.hessian) chunk_hessian(pass, chunk, scratch, gradient + n_unknowns());
  }
  sums[0] = context_.kernels.sum(scratch.row_loss.data(), rows.size());
}

void LinearObjective::chunk_scores(std::span<const double> theta, core::RowRange rows, double* score) const {
  for (std::size_t k = 0; k < problem_.n_scores; ++k) {
    const double* w = theta.data() + k * (n_features() + 1);
    context_.kernels.row_dots(problem_.x.sample(rows.begin), problem_.x.stride, n_features(), rows.size(),
                              w + 1, w[0], score + k * rows.size());
  }
}

void LinearObjective::chunk_losses(core::RowRange rows, Scratch& scratch, double* row_loss) const {
  const std::size_t n = rows.size();
  const double* weight = problem_.weight.data() + rows.begin;
  const std::int32_t* class_of = problem_.class_of.data() + rows.begin;
  if (problem_.loss == Loss::kSoftmax) {
    softmax_losses(context_.kernels, n, problem_.n_scores, scratch.score.data(), class_of, weight, row_loss,
                   scratch.residual.data());
    return;
  }
  for (std::size_t i = 0; i < n; ++i) scratch.sign[i] = class_of[i] == problem_.positive_class ? 1 : -1;
  binary_losses(problem_.loss, context_.kernels, n, scratch.score.data(), scratch.sign.data(), weight,
                row_loss, scratch.residual.data(), scratch.curvature.data());
}

void LinearObjective::chunk_hessian(const Pass& pass, core::RowRange rows, Scratch& scratch,
                                    double* sums) const {
  const std::size_t n = rows.size();
  const std::size_t width = pass.n_hessian_features;
  const double* x = problem_.x.sample(rows.begin);
  std::size_t stride = problem_.x.stride;
  if (!pass.all_features) {
    scratch.gathered.resize(chunk_rows_ * width);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < width; ++j)
        scratch.gathered[i * width + j] = x[i * stride + pass.features[j]];
    x = scratch.gathered.data();
    stride = width;
  }
  double* pair = sums;
  for (std::size_t a = 0; a < problem_.n_scores; ++a) {
    for (std::size_t b = 0; b <= a; ++b, pair += pair_size(width + 1)) {
      double* h = scratch.curvature.data();
      if (problem_.loss == Loss::kSoftmax) {
        const double* p_a = scratch.score.data() + a * n;
        const double* p_b = scratch.score.data() + b * n;
        const double* weight = problem_.weight.data() + rows.begin;
        for (std::size_t i = 0; i < n; ++i) h[i] = weight[i] * p_a[i] * ((a == b ? 1.0 : 0.0) - p_b[i]);
      }
      for (std::size_t i = 0; i < n; ++i) pair[0] += h[i];
      context_.kernels.add_weighted_rows(x, stride, width, n, h, pair + 1);
      context_.kernels.add_weighted_gram(x, stride, width, n, h, pair + 1 + width);
    }
  }
}

void LinearObjective::add_penalty(std::span<const double> theta, Evaluation& evaluation) const {
  const double l2 = problem_.l2;
  if (l2 == 0) return;
  std::vector<double> penalised(theta.begin(), theta.end());
  for (std::size_t u = 0; u < penalised.size(); ++u)
    if (!is_penalised(u)) penalised[u] = 0;
  const double square = context_.kernels.dot(penalised.data(), penalised.data(), penalised.size());
  evaluation.value += 0.5 * l2 * square;
  context_.kernels.axpy(l2, penalised.data(), evaluation.gradient.data(), penalised.size());
}

core::Result<bool> LinearObjective::separates(std::span<const double> theta) {
  std::atomic<bool> all = true;
  const auto block = [&](std::size_t b, std::uint32_t) -> core::Result<> {
    RF_TRY(context_.monitor.check());
    if (!separates_rows(theta, core::block_range(problem_.x.n_samples, b))) all = false;
    return {};
  };
  RF_TRY(context_.workers.run(core::block_count(problem_.x.n_samples), block));
  return all.load();
}

bool LinearObjective::separates_rows(std::span<const double> theta, core::RowRange rows) const {
  const std::size_t n = rows.size();
  std::vector<double> score(problem_.n_scores * n);
  chunk_scores(theta, rows, score.data());
  for (std::size_t i = 0; i < n; ++i) {
    if (problem_.weight[rows.begin + i] == 0) continue;
    const std::int32_t own = problem_.class_of[rows.begin + i];
    if (problem_.n_scores == 1) {
      if (own == problem_.positive_class ? score[i] <= 0 : score[i] >= 0) return false;
      continue;
    }
    const double own_score = score[static_cast<std::size_t>(own) * n + i];
    for (std::size_t k = 0; k < problem_.n_scores; ++k)
      if (k != static_cast<std::size_t>(own) && score[k * n + i] >= own_score) return false;
  }
  return true;
}

}  // namespace rf::train
