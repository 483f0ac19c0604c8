// SPDX-License-Identifier: MIT
// The workers share the samples in blocks. The size of a block may depend on the number of threads, because a
// sample's outputs depend only on the sample. tests/unit/model/predictor_test.cpp pins it.
#include "model/predictor.hpp"

#include <algorithm>
#include <vector>

#include "core/blocks.hpp"

namespace rf::model {

core::Result<> Predictor::predict(const core::SampleView& x, std::span<double> out, core::Context& context,
                                  Outputs expected) const {
  RF_ASSIGN(const BinnedForest* const binned, prepared(x.n_samples, context));
  const std::size_t n_threads = context.workers.n_threads();
  const std::size_t share = (x.n_samples + n_threads - 1) / n_threads;
  const std::size_t block =
      binned ? std::clamp(share, std::size_t{1}, binned->block_samples()) : core::kBlockRows;
  const std::size_t n_blocks = (x.n_samples + block - 1) / block;

  const std::size_t width = n_outputs(model_);
  std::vector<BinnedForest::Scratch> scratch(n_threads);
  const auto predict_block = [&](std::size_t number, std::uint32_t slot) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const std::size_t begin = number * block;
    const core::SampleView samples = x.range(begin, std::min(x.n_samples, begin + block));
    double* const outputs = out.data() + begin * width;
    if (binned == nullptr) {
      predict_samples(model_, samples, context.kernels, outputs);
    } else if (const auto* boosting = std::get_if<Boosting>(&model_.fitted)) {
      double* const scores = raw_scores_of(*boosting, samples.n_samples, outputs);
      binned->sum_trees(boosting->n_scores(), samples, context.kernels, scores, scratch[slot]);
      scores_to_outputs(*boosting, samples.n_samples, context.kernels, outputs);
    } else {
      binned->sum_trees(1, samples, context.kernels, outputs, scratch[slot]);
      sums_to_mean(std::get<Forest>(model_.fitted), {outputs, samples.n_samples * width});
    }
    return check_outputs({outputs, samples.n_samples * width}, expected);
  };
  return context.workers.run(n_blocks, predict_block);
}

const Forest* Predictor::trees() const {
  if (const auto* forest = std::get_if<Forest>(&model_.fitted)) return forest;
  if (const auto* boosting = std::get_if<Boosting>(&model_.fitted)) return &boosting->trees;
  return nullptr;
}

/// Returns null if the model is not made of trees, the batch is small, too few samples came so far, or the
/// trees do not fit. Waiting until preparing would have paid never takes twice as long as knowing the samples
/// to come.
core::Result<const BinnedForest*> Predictor::prepared(std::size_t n_samples, core::Context& context) const {
  const Forest* const forest = trees();
  if (forest == nullptr || n_samples < BinnedForest::kFewestSamples)
    return static_cast<const BinnedForest*>(nullptr);
  const std::lock_guard lock(mutex_);
  if (!is_prepared_) {
    n_samples_so_far_ += n_samples;
    if (!BinnedForest::pays(*forest, n_samples_so_far_)) return static_cast<const BinnedForest*>(nullptr);
    RF_ASSIGN(binned_, BinnedForest::prepare(*forest, context));
    is_prepared_ = true;
  }
  return binned_ ? &*binned_ : static_cast<const BinnedForest*>(nullptr);
}

}  // namespace rf::model
