// SPDX-License-Identifier: MIT
// From resolved parameters to the trainer that takes them: the one place that knows all families.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "core/sample_view.hpp"
#include "encode/encoder.hpp"
#include "model/model.hpp"
#include "params/params.hpp"

namespace rf::run {

/// Linear families standardise and one-hot; tree families take columns as they are.
encode::Layout layout_of(const params::Parameters& parameters);

/// The training rows' target, in the order of the matrix; one of the two lists is empty.
struct TrainingTarget {
  std::vector<std::int32_t> class_of;
  std::size_t n_classes = 0;
  std::vector<double> value_of;
  std::vector<double> sample_weight;  ///< empty: all 1
};

struct Fit {
  decltype(model::Model::fitted) fitted;
  std::optional<model::SolverReport> solver;
  core::Diagnostics diagnostics;
};

core::Result<Fit> fit_model(const encode::Encoder& encoder, core::SampleView x, const TrainingTarget& target,
                            const params::Parameters& parameters, std::uint64_t seed, core::Context& context);

}  // namespace rf::run
