// SPDX-License-Identifier: MIT
// read_model on any bytes: a refusal, or a model that predicts and comes back the same. As a libFuzzer target
// (clang++ -fsanitize=fuzzer) or with replay.cpp, which mutates the files it is given.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "artifact/model_file.hpp"
#include "core/kernels.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace artifact = rf::artifact;
  const auto loaded = artifact::read_model({reinterpret_cast<const char*>(data), size});
  if (!loaded.ok()) {
    const auto code = loaded.error().code;
    require(code == rf::core::Code::kInvalidModel || code == rf::core::Code::kUnsupportedFormat);
    return 0;
  }
  const rf::model::Model& model = loaded->model;
  const std::vector<double> x(2 * model.encoder.n_design_columns(), 1.0);
  std::vector<double> out(2 * rf::model::n_outputs(model));
  const std::size_t width = model.encoder.n_design_columns();
  rf::model::predict_samples(model, {x.data(), width, 2, width}, rf::core::baseline_kernels(), out.data());

  const std::string again = artifact::write_model(model, loaded->input_digest);
  const auto reread = artifact::read_model(again);
  require(reread.ok() && artifact::write_model(reread->model, reread->input_digest) == again);
  return 0;
}
