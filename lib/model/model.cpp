// SPDX-License-Identifier: MIT
// One model of any family: names of its outputs and its predictions.
// tests/unit/model/model_test.cpp pins it.
#include "model/model.hpp"

#include <algorithm>
#include "core/number_text.hpp"
#include "model/predictor.hpp"

namespace rf::model {

std::size_t n_outputs(const Model& model) {
  if (const auto* linear = std::get_if<LinearModel>(&model.fitted)) return linear->n_outputs();
  if (const auto* boosting = std::get_if<Boosting>(&model.fitted)) return boosting->n_outputs();
  return std::get<Forest>(model.fitted).n_outputs;
}

bool has_probabilities(const Model& model) {
  return model.task == core::Task::kClassification && core::family_info(model.family).probabilities;
}

std::vector<std::string> output_names(const Model& model) {
  if (model.task == core::Task::kRegression) return {"prediction"};
  std::vector<std::string> names;
  for (const core::ClassLabel& label : model.classes) names.push_back(label_text(label));
  return names;
}

std::string label_text(const core::ClassLabel& label) {
  if (const auto* text = std::get_if<std::string>(&label)) return *text;
  if (const auto* flag = std::get_if<bool>(&label)) return *flag ? "true" : "false";
  std::string out;
  core::append_number(out, std::get<double>(label));
  return out;
}

core::Result<> predict(const Model& model, const core::SampleView& x, std::span<double> out,
                       core::Context& context, Outputs expected) {
  return Predictor(model).predict(x, out, context, expected);
}

void predict_samples(const Model& model, const core::SampleView& x, const core::Kernels& kernels,
                     double* out) {
  if (const auto* linear = std::get_if<LinearModel>(&model.fitted))
    predict(*linear, x, kernels, out);
  else if (const auto* boosting = std::get_if<Boosting>(&model.fitted))
    predict(*boosting, x, kernels, out);
  else
    predict(std::get<Forest>(model.fitted), x, out);
}

core::Result<> check_outputs(std::span<const double> outputs, Outputs expected) {
  // x - x is 0 for finite x, and not a number for all others.
  double nothing = 0;
  for (const double output : outputs) nothing += output - output;
  if (nothing == 0) return {};
  if (expected == Outputs::kNumbers &&
      std::none_of(outputs.begin(), outputs.end(), [](double output) { return output != output; }))
    return {};
  return core::Error{
      core::Code::kNotFinite, "predicting: an output of the model left the range of finite numbers", {}};
}

std::size_t predicted_class(std::span<const double> outputs) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < outputs.size(); ++k)
    if (outputs[k] > outputs[best]) best = k;
  return best;
}

}  // namespace rf::model
