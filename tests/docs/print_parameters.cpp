// SPDX-License-Identifier: MIT
// Prints docs/PARAMETERS.md from the tables that training itself resolves parameters by.
#include <cstddef>
#include <iostream>
#include <string>

#include "core/number_text.hpp"
#include "params/params.hpp"

namespace {

using rf::core::Task;
using rf::params::fields;
using rf::params::Value;

std::string text(const Value& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const double* number = std::get_if<double>(&value)) return rf::core::number_text(*number);
  return std::get<std::string>(value);
}

void print_family(const rf::core::FamilyInfo& family) {
  std::cout << "\n## " << family.name << "\n\n"
            << family.meaning << ". Tasks: "
            << (family.classification && family.regression ? "classification, regression"
                : family.classification                    ? "classification"
                                                           : "regression")
            << ".\n\n| parameter | default | values | meaning |\n|---|---|---|---|\n";
  const Task task = family.classification ? Task::kClassification : Task::kRegression;
  const auto other = family.classification && family.regression ? fields(family.family, Task::kRegression)
                                                                : fields(family.family, task);
  std::size_t i = 0;
  for (const rf::params::Field& field : fields(family.family, task)) {
    std::cout << "| `" << field.name << "` | " << text(field.default_value);
    if (other[i].default_value != field.default_value)
      std::cout << "; regression: " << text(other[i].default_value);
    std::cout << " | " << field.range.text() << " | " << field.meaning << " |\n";
    ++i;
  }
}

}  // namespace

int main() {
  std::cout
      << "# Parameters\n\n"
         "Every parameter of every model family, made by `docs/generate/parameters.sh` from the tables that\n"
         "training resolves parameters by. Give them in `params` of the training configuration or with\n"
         "`--param NAME=VALUE`. A parameter that does not apply to the other choices is refused: `l1_ratio`\n"
         "without penalty elasticnet, `C` with penalty none, `max_samples` without bootstrap, "
         "`class_weight`\n"
         "under regression.\n";
  for (const rf::core::FamilyInfo& family : rf::core::kFamilies) print_family(family);
  std::cout << "\n## Profiles\n\n| profile | version | model | parameters |\n|---|---|---|---|\n";
  for (const rf::params::Profile& profile : rf::params::profiles()) {
    std::cout << "| `" << profile.name << "` | " << profile.version << " | "
              << (profile.family ? rf::core::family_name(*profile.family) : "any") << " | ";
    for (const auto& [name, value] : profile.parameters)
      std::cout << "`" << name << "` " << text(value) << " ";
    std::cout << "|\n";
  }
}
