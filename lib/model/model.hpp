// SPDX-License-Identifier: MIT
// A model as a user meets it: what it was trained to tell, how its inputs are encoded, and what was fitted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "core/vocabulary.hpp"
#include "encode/encoder.hpp"
#include "model/boosting.hpp"
#include "model/forest.hpp"
#include "model/linear.hpp"

namespace rf::model {

struct Model {
  std::string family;  ///< "logistic_regression", ...
  core::Task task = core::Task::kClassification;
  encode::Encoder encoder;
  core::ClassLabels classes;  ///< empty for regression
  std::variant<LinearModel, Forest, Boosting> fitted;
};

/// What an iterative solver has to say for the record.
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

/// Which outputs are taken; others are NOT_FINITE. Infinite ones are numbers, NaN is none.
enum class Outputs : std::uint8_t { kFinite, kNumbers };

/// Outputs of encoded samples into `out`, n_outputs(model) per sample, rows in blocks over the workers.
/// CANCELLED. For one batch; predictor.hpp for more. NOT_FINITE.
core::Result<> predict(const Model& model, const core::SampleView& x, std::span<double> out,
                       core::Context& context, Outputs expected = Outputs::kFinite);
/// The same for a few samples on the calling thread; allocates nothing.
void predict_samples(const Model& model, const core::SampleView& x, const core::Kernels& kernels,
                     double* out);

/// Finite numbers in the file of a model do not make its outputs finite. What is not a number has no order,
/// so no metric, text or caller is given one. NOT_FINITE.
core::Result<> check_outputs(std::span<const double> outputs, Outputs expected = Outputs::kFinite);

/// Number of the first largest output; outputs are not NaN.
std::size_t predicted_class(std::span<const double> outputs);

}  // namespace rf::model
