// SPDX-License-Identifier: MIT
// A model that predicts many batches. A tree ensemble is prepared (binned_forest.hpp) once enough samples
// have been predicted in large batches to repay it, and the preparation is kept. Loading a model therefore
// stays fast, and a caller that scores only a few rows never pays, in time or memory. Outputs are the same
// bits either way. tests/unit/model/predictor_test.cpp pins it.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

#include "core/context.hpp"
#include "core/result.hpp"
#include "core/sample_view.hpp"
#include "model/binned_forest.hpp"
#include "model/model.hpp"

namespace rf::model {

class Predictor {
 public:
  /// Borrows the model, which must outlive it.
  explicit Predictor(const Model& model) : model_(model) {}

  const Model& model() const { return model_; }
  /// As model::predict. May be called from several threads at once.
  core::Result<> predict(const core::SampleView& x, std::span<double> out, core::Context& context,
                         Outputs expected = Outputs::kFinite) const;

  /// Whether the preparation has been made; for tests.
  bool is_prepared() const {
    const std::lock_guard lock(mutex_);
    return is_prepared_;
  }

 private:
  const Forest* trees() const;
  core::Result<const BinnedForest*> prepared(std::size_t n_samples, core::Context& context) const;

  const Model& model_;
  mutable std::mutex mutex_;
  mutable std::uint64_t n_samples_so_far_ = 0;
  mutable bool is_prepared_ = false;  ///< under the mutex; binned_ does not change once this is true
  mutable std::optional<BinnedForest> binned_;  ///< empty if 16 bits cannot hold the trees
};

}  // namespace rf::model
