// SPDX-License-Identifier: MIT
// The runforge command: a client of the C ABI and of nothing else. Reads the command line, runs one command,
// and turns a failure into one line (or one JSON object) and the exit status. Pinned by tests/clients.
#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <variant>
#include <vector>

#include "commands.hpp"
#include "failure.hpp"
#include "json.hpp"
#include "options.hpp"
#include "output.hpp"
#include "runforge/runforge.h"
#include "text.hpp"

namespace rf::tool {
namespace {

struct RunCommand {
  void operator()(const TrainArguments& arguments) const { run_train(arguments); }
  void operator()(const InspectArguments& arguments) const { run_inspect(arguments); }
  void operator()(const ShowArguments& arguments) const { run_show(arguments); }
  void operator()(const PredictArguments& arguments) const { run_predict(arguments); }
  void operator()(const VerifyArguments& arguments) const { run_verify(arguments); }
  void operator()(const ReproduceArguments& arguments) const { run_reproduce(arguments); }
  void operator()(const KeygenArguments& arguments) const { run_keygen(arguments); }
  void operator()(const SignArguments& arguments) const { run_sign(arguments); }
  void operator()(const DiffArguments& arguments) const { run_diff(arguments); }
  void operator()(const SchemaArguments& arguments) const { run_schema(arguments); }
  void operator()(const TextRequest& request) const { write_stdout(request.text); }
};

void run(const std::vector<std::string>& words) {
  if (rf_abi_check(RF_ABI_VERSION, RF_VERSION_NUMBER) != RF_OK)
    throw Failure{RF_E_UNSUPPORTED, "UNSUPPORTED_FORMAT",
                  std::string("the installed library ") + rf_version_string() + " does not fit this program"};
  std::visit(RunCommand(), parse_command_line(words));
}

std::string error_json(const Failure& failure) {
  json::Document document;
  document.SetObject();
  json::Value error(rapidjson::kObjectType);
  json::set(document, error, "status", json::Value(failure.status));
  json::set(document, error, "code", json::text_value(document, failure.code));
  json::set(document, error, "message", json::text_value(document, printable(failure.message)));
  const json::Document details = json::parse(failure.details, "details");
  json::set(document, error, "details", json::Value(details, document.GetAllocator()));
  json::set(document, document, "error", std::move(error));
  return json::layout(document);
}

int report(const Failure& failure, bool as_json) {
  const std::string line = "runforge: error: " + printable(failure.message) + " [" + failure.code + "]\n";
  try {
    as_json && !failure.in_report ? write_json(error_json(failure)) : write_stderr(line);
  } catch (const Failure&) {
    write_stderr(line);
  } catch (const ClosedPipe&) {
    write_stderr(line);
  }
  return failure.status;
}

}  // namespace
}  // namespace rf::tool

int main(int count, char** arguments) {
  using rf::tool::Failure;
  rf::tool::secure_standard_descriptors();
  bool as_json = false;
  try {
    const std::vector<std::string> words(arguments + std::min(count, 1), arguments + count);
    as_json = std::find(words.begin(), words.end(), "--json") != words.end();
    rf::tool::run(words);
    return 0;
  } catch (const Failure& failure) {
    return rf::tool::report(failure, as_json);
  } catch (const runforge::Error& error) {
    return rf::tool::report(Failure(error), as_json);
  } catch (const rf::tool::ClosedPipe&) {
    return rf::tool::end_by_closed_pipe();
  } catch (const std::bad_alloc&) {
    return rf::tool::report({RF_E_NOMEM, "OUT_OF_MEMORY", "not enough memory"}, as_json);
  } catch (const std::exception& error) {
    return rf::tool::report({RF_E_INTERNAL, "INTERNAL", error.what()}, as_json);
  }
}
