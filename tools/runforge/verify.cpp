// SPDX-License-Identifier: MIT
// runforge verify: whether a record holds together. Pinned by tests/clients/verify_test.py.
#include <string>

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

std::string signatures_text(const json::View& report) {
  std::string text;
  const json::View signatures = report["signatures"];
  for (std::size_t i = 0; i < signatures.size(); ++i)
    if (signatures[i]["checked"].is_true())
      text += "  " + signatures[i]["says"].text() + " by key " + signatures[i]["key_id"].text() + "\n";
  return text;
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
  const std::vector<std::uint8_t> keys = load_public_keys(arguments.public_keys);
  const Judgement judgement = judge(rf_verify_artifacts, arguments.run.c_str(), dataset.get(), keys.data(),
                                    arguments.public_keys.size(), session.hooks());
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
