// SPDX-License-Identifier: MIT
// runforge verify: whether a record holds together. Pinned by tests/clients/verify_test.py.
#include <string>
#include <vector>

#include "commands.hpp"
#include "config.hpp"
#include "handles.hpp"
#include "json.hpp"
#include "output.hpp"
#include "print/table.hpp"
#include "session.hpp"
#include "signing.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

std::string layers_text(const json::View& report) {
  std::string text;
  const json::View layers = report["layers"];
  for (std::size_t i = 0; i < layers.size(); ++i) {
    std::string status = layers[i]["status"].text();
    if (status == "not_checked") status = "not checked";
    text += pad_right(layers[i]["layer"].text(), 12) + status;
    if (layers[i]["reason"]) text += ": " + printable(layers[i]["reason"].text());
    text += "\n";
  }
  return text;
}

std::string failures_text(const json::View& report) {
  std::string text;
  const json::View failures = report["failures"];
  for (std::size_t i = 0; i < failures.size(); ++i) {
    text += "  " + failures[i]["layer"].text() + ": " + printable(failures[i]["file"].text());
    if (failures[i]["pointer"]) text += " " + printable(failures[i]["pointer"].text());
    text += ": " + printable(failures[i]["message"].text()) + "\n";
  }
  return text;
}

/// What else the signed statement says.
std::string statement_text(const json::View& statement) {
  if (const json::View data = statement["data"])
    return data.text() == "holds" ? ": found whole, and holds for the data" : ": found whole, data not checked";
  const std::string compared = statement["compared"] ? statement["compared"].text() : "";
  if (compared == "as_of") return " with version " + printable(statement["runforge_version"].text());
  return compared == "numbers" ? ": numbers alone, as version 0.1.0 compared" : "";
}

std::string signatures_text(const json::View& report) {
  std::string text;
  const json::View signatures = report["signatures"];
  for (std::size_t i = 0; i < signatures.size(); ++i)
    if (signatures[i]["checked"].is_true())
      text += "  " + signatures[i]["says"].text() + " by key " + signatures[i]["key_id"].text() +
              statement_text(signatures[i]) + "\n";
  return text;
}

/// Every key given, with what it must have stated.
struct Keys {
  std::vector<std::uint8_t> bytes;  ///< 32 a key
  std::vector<rf_statement> wanted;

  void add(const std::vector<std::string>& paths, rf_statement statement) {
    const std::vector<std::uint8_t> loaded = load_public_keys(paths);
    bytes.insert(bytes.end(), loaded.begin(), loaded.end());
    wanted.insert(wanted.end(), paths.size(), statement);
  }
};

Keys keys_of(const VerifyArguments& arguments) {
  Keys keys;
  keys.add(arguments.public_keys, RF_STATEMENT_ANY);
  keys.add(arguments.recorded_by, RF_STATEMENT_RECORDED);
  keys.add(arguments.reproduced_by, RF_STATEMENT_REPRODUCED);
  return keys;
}

/// The dataset read as the run at `path` was; none without --data, nor where the record cannot be read: the
/// report then says what is wrong with it.
Dataset dataset_for(const VerifyArguments& arguments, const rf_hooks* hooks) {
  Run run;
  if (!arguments.data || rf_run_open(arguments.run.c_str(), Receiver(run).slot(), nullptr) != RF_OK)
    return nullptr;
  return load_dataset(*arguments.data, recorded_reading_options(run.get()), hooks);
}

}  // namespace

void run_verify(const VerifyArguments& arguments) {
  Session session(thread_count(arguments.threads), !arguments.json);
  const Dataset dataset = dataset_for(arguments, session.hooks());
  const Keys keys = keys_of(arguments);
  const Judgement judgement = judge(rf_verify_artifacts_by, arguments.run.c_str(), dataset.get(), keys.bytes.data(),
                                    keys.wanted.data(), keys.wanted.size(), session.hooks());
  session.clear_progress();
  if (arguments.json) {
    write_stdout(text_of(judgement.report));
  } else {
    const json::Document report = json::parse(text_of(judgement.report), "verify.v1");
    const json::View view(&report);
    write_stdout(
        layers_text(view) + failures_text(view) + signatures_text(view) +
        (judgement.status == RF_OK ? "VERIFIED: everything that was checked holds.\n" : "NOT VERIFIED\n"));
  }
  if (judgement.status != RF_OK) throw judgement.failure;
}

}  // namespace rf::tool
