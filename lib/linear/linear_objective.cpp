// SPDX-License-Identifier: MIT
// One pass computes everything for a chunk of rows while the chunk is in the cache: scores, losses, gradient
// and, if requested, Gram matrices. A block has one accumulator per entry and adds its rows in order, so the
// sums do not depend on chunk length or vector width. Losses are summed in 16 lanes per block.
// tests/unit/linear/linear_objective_test.cpp compares with central differences and a naive implementation.
#include "linear/linear_objective.hpp"

#include <algorithm>
#include <atomic>

#include "core/blocks.hpp"
#include "core/kernels.hpp"
#include "core/row_sums.hpp"

namespace rf::linear {
namespace {

/// The most numbers in a chunk of samples (320 KB). This limit makes no chunk shorter than 16 rows.
constexpr std::size_t kChunkNumbers = 40960;

constexpr double kLog2 = 0x1.62e42fefa39efp-1;

/// Rows per chunk: a power of two, so that no chunk crosses the boundary of a group.
std::size_t chunk_rows(std::size_t n_features) {
  std::size_t rows = kGroupRows;
  while (rows > 16 && rows * n_features > kChunkNumbers) rows /= 2;
  return rows;
}

/// The number of all rows divided by the number of rows in every `every`th group.
double share_of_rows(std::size_t n_rows, std::size_t every) {
  std::size_t taken = 0;
  for (std::size_t begin = 0; begin < n_rows; begin += every * kGroupRows)
    taken += std::min(kGroupRows, n_rows - begin);
  return static_cast<double>(n_rows) / static_cast<double>(taken);
}

std::size_t pair_size(std::size_t n_columns) {
  return n_columns + (n_columns - 1) * (n_columns - 1);
}

/// Position of an unknown in a row of floats: theta has the intercept first, rows of floats have it last.
std::size_t float_column(std::size_t unknown, std::size_t n_features) {
  return unknown == 0 ? n_features : unknown - 1;
}

}  // namespace

struct LinearObjective::Scratch {
  std::vector<double> row_loss;  ///< of a block
  std::vector<double> score;     ///< of a chunk; softmax_losses replaces them by probabilities
  std::vector<double> residual;
  std::vector<double> curvature;
  std::vector<double> gathered;  ///< chosen features of a chunk
  std::vector<double> loss_of_score;
  std::vector<float> floats;         ///< rows of a chunk
  std::vector<const float*> curved;  ///< the rows with curvature
  std::vector<float> float_curvature;
  std::vector<float> gram;  ///< of a block
};

struct LinearObjective::Pass {
  std::span<const double> theta;
  bool hessian = false;
  bool all_features = true;
  std::span<const std::size_t> features;  ///< of the Hessian, unless all_features
  std::size_t n_hessian_features = 0;
  bool metric = false;
  bool zero = false;            ///< also compute the gradient at theta = 0
  std::size_t every = 1;        ///< use every `every`th group of rows
  double* curvature = nullptr;  ///< of each row, if wanted
};

double Hessian::at(std::size_t a, std::size_t i, std::size_t b, std::size_t j) const {
  if (a < b) std::swap(a, b);
  if (i < j) std::swap(i, j);
  const double* pair = pairs.data() + (a * (a + 1) / 2 + b) * pair_size(n_columns);
  return j == 0 ? pair[i] : pair[n_columns + (i - 1) * (n_columns - 1) + (j - 1)];
}

LinearObjective::LinearObjective(LinearProblem problem, core::Context& context)
    : problem_(std::move(problem)), context_(context), chunk_rows_(chunk_rows(n_features())) {
  double largest = 0;
  for (const double weight : problem_.weight) largest = std::max(largest, weight);
  curvature_scale_ = core::scale_to_unit(2 * largest);
}

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

core::Result<Evaluation> LinearObjective::evaluate_sample(std::span<const double> theta, std::size_t every) {
  Pass pass;
  pass.metric = true;
  pass.every = every;
  return run(pass, theta);
}

core::Result<Evaluation> LinearObjective::evaluate_first(std::span<const double> theta) {
  Pass pass;
  pass.metric = problem_.n_scores == 1;
  pass.zero = true;
  return run(pass, theta);
}

core::Result<Evaluation> LinearObjective::evaluate_with_curvature(std::span<const double> theta) {
  std::vector<double> curvature(problem_.x.n_samples);
  Pass pass;
  pass.curvature = curvature.data();
  RF_ASSIGN(Evaluation evaluation, run(pass, theta));
  evaluation.curvature = std::move(curvature);
  return evaluation;
}

double LinearObjective::value_at_zero() const {
  const double sum = context_.kernels.sum(problem_.weight.data(), problem_.weight.size());
  return (problem_.loss == Loss::kLogistic ? kLog2 * sum : sum) * static_cast<double>(problem_.n_scores);
}

core::Result<Evaluation> LinearObjective::run(const Pass& pass, std::span<const double> theta) {
  const std::size_t n_scores = problem_.n_scores;
  const std::size_t n_pairs = pass.hessian ? n_scores * (n_scores + 1) / 2 : 0;
  const std::size_t n_gradient = n_unknowns();
  const std::size_t n_metric = pass.metric ? n_scores * (n_features() + 1) * (n_features() + 1) : 0;
  const std::size_t size =
      1 + (pass.zero ? 2 : 1) * n_gradient + n_metric + n_pairs * pair_size(pass.n_hessian_features + 1);
  std::vector<Scratch> scratch(context_.workers.n_threads());
  Pass full = pass;
  full.theta = theta;
  RF_ASSIGN(std::vector<double> sums,
            core::sum_rows(context_, problem_.x.n_samples, size,
                           [&](core::RowRange rows, std::uint32_t slot, double* out) {
                             block(full, rows, scratch[slot], out);
                           }));
  if (pass.every > 1)
    for (double& sum : sums) sum *= share_of_rows(problem_.x.n_samples, pass.every);
  auto from = sums.begin();
  const auto take = [&](std::size_t count, std::vector<double>& to) {
    to.assign(from, from + static_cast<std::ptrdiff_t>(count));
    from += static_cast<std::ptrdiff_t>(count);
  };
  Evaluation evaluation;
  evaluation.value = *from++;
  take(n_gradient, evaluation.gradient);
  take(pass.zero ? n_gradient : 0, evaluation.gradient_at_zero);
  take(n_metric, evaluation.metric);
  evaluation.hessian.n_columns = pass.n_hessian_features + 1;
  evaluation.hessian.pairs.assign(from, sums.end());
  add_penalty(theta, evaluation);
  return evaluation;
}

void LinearObjective::block(const Pass& pass, core::RowRange rows, Scratch& scratch, double* sums) const {
  const std::size_t n_scores = problem_.n_scores;
  scratch.row_loss.assign(core::kBlockRows, 0.0);
  scratch.score.resize(n_scores * chunk_rows_);
  scratch.residual.resize(2 * n_scores * chunk_rows_);
  scratch.curvature.resize(n_scores * chunk_rows_);
  const std::size_t width = float_width();
  if (pass.metric) scratch.gram.assign(n_scores * width * width, 0.0f);
  double* const gradient = sums + 1;
  double* const metric = gradient + (pass.zero ? 2 : 1) * n_unknowns();
  for (std::size_t begin = rows.begin; begin < rows.end; begin += chunk_rows_) {
    if (begin / kGroupRows % pass.every != 0) continue;
    const core::RowRange chunk{begin, std::min(rows.end, begin + chunk_rows_)};
    context_.kernels.linear.scores(problem_.x.sample(begin), problem_.x.stride, n_features(), chunk.size(),
                                   pass.theta.data(), n_scores, scratch.score.data());
    chunk_losses(chunk, scratch, scratch.row_loss.data() + (begin - rows.begin));
    if (pass.curvature != nullptr)
      std::copy_n(scratch.curvature.data(), chunk.size(), pass.curvature + begin);
    if (pass.zero) residuals_at_zero(chunk, scratch.residual.data() + n_scores * chunk.size());
    context_.kernels.linear.add_gradients(problem_.x.sample(begin), problem_.x.stride, n_features(),
                                          chunk.size(), scratch.residual.data(),
                                          pass.zero ? 2 * n_scores : n_scores, gradient);
    if (pass.metric) chunk_metric(chunk, scratch);
    if (pass.hessian) chunk_hessian(pass, chunk, scratch, metric);
  }
  if (pass.metric) copy_gram(scratch, metric);
  sums[0] = context_.kernels.sum(scratch.row_loss.data(), rows.size());
}

void LinearObjective::chunk_losses(core::RowRange rows, Scratch& scratch, double* row_loss) const {
  const std::size_t n = rows.size();
  const double* weight = problem_.weight.data() + rows.begin;
  const std::int32_t* class_of = problem_.class_of.data() + rows.begin;
  if (problem_.loss == Loss::kSoftmax) {
    context_.kernels.linear.softmax_losses(n, problem_.n_scores, scratch.score.data(), class_of, weight,
                                           row_loss, scratch.residual.data());
    return;
  }
  scratch.loss_of_score.resize(n);
  for (std::size_t k = 0; k < problem_.n_scores; ++k) {
    double* loss = k == 0 ? row_loss : scratch.loss_of_score.data();
    binary_losses(problem_.loss, context_.kernels,
                  {n, scratch.score.data() + k * n, class_of, positive_class(k), weight, loss,
                   scratch.residual.data() + k * n, scratch.curvature.data() + k * n});
    if (k > 0) context_.kernels.axpy(1, loss, row_loss, n);
  }
}

/// The first derivatives at score 0: -t / 2 of the logistic loss, -2 t of the squared hinge.
void LinearObjective::residuals_at_zero(core::RowRange rows, double* residual) const {
  const double factor = problem_.loss == Loss::kLogistic ? 0.5 : 2;
  for (std::size_t k = 0; k < problem_.n_scores; ++k)
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double size = factor * problem_.weight[rows.begin + i];
      residual[k * rows.size() + i] = problem_.class_of[rows.begin + i] == positive_class(k) ? -size : size;
    }
}

/// Copies the block's Gram matrices of floats to `metric`, in the order of theta.
void LinearObjective::copy_gram(const Scratch& scratch, double* metric) const {
  const std::size_t n = n_features() + 1;
  const std::size_t width = float_width();
  for (std::size_t k = 0; k < problem_.n_scores; ++k)
    for (std::size_t u = 0; u < n; ++u)
      for (std::size_t v = 0; v <= u; ++v) {
        const std::size_t a = float_column(u, n_features());
        const std::size_t b = float_column(v, n_features());
        metric[(k * n + u) * n + v] =
            static_cast<double>(scratch.gram[(k * width + std::max(a, b)) * width + std::min(a, b)]);
      }
}

/// Adds a chunk to the block's Gram matrices of floats. Curvatures are scaled to below 2. Rows without
/// curvature are left out, which changes no sum.
void LinearObjective::chunk_metric(core::RowRange rows, Scratch& scratch) const {
  const std::size_t width = float_width();
  const std::size_t n = rows.size();
  scratch.floats.resize(chunk_rows_ * width);
  scratch.float_curvature.resize(chunk_rows_);
  scratch.curved.resize(chunk_rows_);
  context_.kernels.linear.to_floats(problem_.x.sample(rows.begin), problem_.x.stride, n_features(), n, width,
                                    scratch.floats.data());
  for (std::size_t k = 0; k < problem_.n_scores; ++k) {
    std::size_t n_curved = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double h = scratch.curvature[k * n + i];
      scratch.curved[n_curved] = scratch.floats.data() + i * width;
      scratch.float_curvature[n_curved] = static_cast<float>(h * curvature_scale_.down);
      n_curved += h > 0 ? 1 : 0;
    }
    context_.kernels.linear.add_float_gram(scratch.curved.data(), width, n_curved,
                                           scratch.float_curvature.data(),
                                           scratch.gram.data() + k * width * width);
  }
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
  for (double& entry : evaluation.metric) entry *= curvature_scale_.up;
  if (l2 == 0) return;
  std::vector<double> penalised(theta.begin(), theta.end());
  for (std::size_t u = 0; u < penalised.size(); ++u)
    if (!is_penalised(u)) penalised[u] = 0;
  if (!evaluation.metric.empty())
    for (std::size_t u = 0; u < penalised.size(); ++u)
      if (is_penalised(u)) evaluation.metric[u * (n_features() + 1) + u % (n_features() + 1)] += l2;
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
  context_.kernels.linear.scores(problem_.x.sample(rows.begin), problem_.x.stride, n_features(), n,
                                 theta.data(), problem_.n_scores, score.data());
  for (std::size_t i = 0; i < n; ++i) {
    if (problem_.weight[rows.begin + i] == 0) continue;
    const std::int32_t own = problem_.class_of[rows.begin + i];
    if (problem_.loss != Loss::kSoftmax) {
      if (own == problem_.positive_class ? score[i] <= 0 : score[i] >= 0) return false;
      continue;
    }
    const double own_score = score[static_cast<std::size_t>(own) * n + i];
    for (std::size_t k = 0; k < problem_.n_scores; ++k)
      if (k != static_cast<std::size_t>(own) && score[k * n + i] >= own_score) return false;
  }
  return true;
}

}  // namespace rf::linear
