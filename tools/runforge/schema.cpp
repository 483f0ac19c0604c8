// SPDX-License-Identifier: MIT
// runforge schema: the JSON Schemas inside the library. Pinned by tests/clients/schema_test.py, which checks
// that the list below is complete.
#include <array>
#include <string>

#include "commands.hpp"
#include "failure.hpp"
#include "output.hpp"
#include "runforge/runforge.h"
#include "text.hpp"

namespace rf::tool {
namespace {

constexpr std::array kNames = {
    "dataset.v1",
    "dataset_options.v1",
    "diff.v1",
    "emit_options.v1",
    "execution.v1",
    "feature_importance.v1",
    "inspect.v1",
    "inspect.v2",
    "interpretability.index.v1",
    "linear_coefficients.v1",
    "metrics.v1",
    "model_describe.v1",
    "predict_report.v1",
    "reproduce.v1",
    "reproduce.v2",
    "run.v1",
    "run.v2",
    "train_config.v1",
    "verify.v1",
    "verify.v2",
};

}  // namespace

void run_schema(const SchemaArguments& arguments) {
  if (arguments.name) {
    if (const char* text = rf_schema(arguments.name->c_str())) return write_stdout(text);
    const std::vector<std::string> names(kNames.begin(), kNames.end());
    const std::string near = nearest(*arguments.name, names);
    throw usage_failure("unknown schema \"" + *arguments.name + "\"; " +
                        (near.empty() ? "runforge schema lists them" : "did you mean \"" + near + "\"?"));
  }
  std::string list;
  for (const char* name : kNames)
    if (rf_schema(name)) list += std::string(name) + "\n";
  write_text(list);
}

}  // namespace rf::tool
