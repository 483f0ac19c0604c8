// SPDX-License-Identifier: MIT
// A model as a user sees it: what it predicts, how its inputs are encoded, and its fitted parameters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/context.hpp"
#include "core/family.hpp"
#include "core/result.hpp"
#include "core/vocabulary.hpp"
#include "encode/encoder.hpp"
#include "model/boosting.hpp"
#include "model/forest.hpp"
#include "model/linear.hpp"

namespace rf::model {

struct Model {
  core::Family family = core::Family::kLogisticRegression;
  core::Task task = core::Task::kClassification;
  encode::Encoder encoder;
  core::ClassLabels classes;  ///< empty for regression
  std::variant<LinearModel, Forest, Boosting> fitted;
};

/// What an iterative solver reports for the record.
struct SolverReport {
  std::string name;  ///< "newton_cholesky", "lbfgs", ...
  std::uint64_t iterations = 0;
  bool converged = true;
  std::optional<double> gradient_norm;  ///< largest magnitude of the (sub)gradient at the end
  std::optional<double> objective;
};

/// Outputs per row: 1 for regression, the number of classes otherwise.
std::size_t n_outputs(const Model& model);
/// Whether outputs are probabilities (not so for linear_svc and regression).
bool has_probabilities(const Model& model);
/// Names of the outputs: the classes as text ("0", "true", "setosa"); {"prediction"} for regression.
std::vector<std::string> output_names(const Model& model);
/// A class as text, as CSV output writes it.
std::string label_text(const core::ClassLabel& label);

/// Which outputs are accepted; others are NOT_FINITE. kNumbers accepts infinite outputs, but not NaN.
enum class Outputs : std::uint8_t { kFinite, kNumbers };

/// Writes the outputs of encoded samples to `out`, n_outputs(model) per sample. The workers share the rows in
/// blocks. For one batch; predictor.hpp is for more. CANCELLED, NOT_FINITE.
core::Result<> predict(const Model& model, const core::SampleView& x, std::span<double> out,
                       core::Context& context, Outputs expected = Outputs::kFinite);
/// The same for a few samples on the calling thread; allocates nothing.
void predict_samples(const Model& model, const core::SampleView& x, const core::Kernels& kernels,
                     double* out);

/// Checks the outputs. This is necessary because outputs can be infinite or NaN although all numbers in the
/// model's file are finite. NaN is never accepted, because it cannot be ordered: no metric, text or caller
/// receives one. NOT_FINITE.
core::Result<> check_outputs(std::span<const double> outputs, Outputs expected = Outputs::kFinite);

/// Number of the first largest output; outputs are not NaN.
std::size_t predicted_class(std::span<const double> outputs);

}  // namespace rf::model
