// SPDX-License-Identifier: MIT
// runforge schema: the JSON Schemas inside the library. Pinned by tests/clients/schema_test.py, which checks
// that the list below is complete.
#include <iterator>
#include <string>

#include "commands.hpp"
#include "failure.hpp"
#include "output.hpp"
#include "runforge/runforge.h"
#include "text.hpp"

namespace rf::tool {
namespace {

constexpr const char* kNames[] = {
#include "schema_names.inc"
};

}  // namespace

void run_schema(const SchemaArguments& arguments) {
  if (arguments.name) {
    if (const char* text = rf_schema(arguments.name->c_str())) return write_stdout(text);
    const std::vector<std::string> names(std::begin(kNames), std::end(kNames));
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
