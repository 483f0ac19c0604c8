// SPDX-License-Identifier: MIT
// runforge verify: checks whether a record holds together. Pinned by tests/clients/verify_test.py.
#include <string>
#include <vector>

#include "commands.hpp"
#include "config.hpp"
#include "failure.hpp"
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

/// The rest of the signed statement.
std::string statement_text(const json::View& statement) {
  if (const json::View data = statement["data"])
    return data.text() == "holds" ? ": found whole, and holds for the data"
                                  : ": found whole, data not checked";
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

/// Every key given, with the statement that it must have made.
std::vector<runforge::WantedKey> wanted_keys(const VerifyArguments& arguments) {
  std::vector<runforge::WantedKey> keys;
  const auto add = [&keys](const std::vector<std::string>& paths, rf_statement wanted) {
    for (const std::string& path : paths) keys.push_back({runforge::load_public_key(path), wanted});
  };
  add(arguments.public_keys, RF_STATEMENT_ANY);
  add(arguments.recorded_by, RF_STATEMENT_RECORDED);
  add(arguments.reproduced_by, RF_STATEMENT_REPRODUCED);
  return keys;
}

/// Findings that the record's version did not look for, and notes. Neither fails anything.
std::string told_text(const json::View& report) {
  std::string text;
  const std::string version = report["record"]["runforge_version"].text();
  const json::View found = report["found_now"];
  for (std::size_t i = 0; i < found.size(); ++i)
    text += "  not looked for by " + printable(version) +
            ", found now: " + printable(found[i]["message"].text()) + " [" +
            printable(found[i]["code"].text()) + "]\n";
  const json::View notes = report["notes"];
  for (std::size_t i = 0; i < notes.size(); ++i)
    text += "  note: " + printable(notes[i]["message"].text()) + "\n";
  return text;
}

/// The layers that were not checked, as a list.
std::string unchecked_text(const json::View& report) {
  std::string text;
  const json::View layers = report["layers"];
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (layers[i]["status"].text() == "not_checked")
      text += (text.empty() ? "" : ", ") + layers[i]["layer"].text();
  return text;
}

std::string headline(const json::View& report) {
  const std::string claim = report["claim"].text();
  const std::string of = " as a record of " + printable(report["record"]["runforge_version"].text());
  if (claim == "verified") return "VERIFIED" + of + ": files, data and signatures hold.\n";
  if (claim != "holds_together") return "NOT VERIFIED\n";
  const std::string unchecked = unchecked_text(report);
  return "HOLDS TOGETHER" + of + (unchecked.empty() ? "." : "; not checked: " + unchecked + ".") + "\n";
}

std::string report_text(const json::View& report) {
  if (report["claim"].text() == "unsupported") return "";
  return layers_text(report) + failures_text(report) + signatures_text(report) + told_text(report) +
         headline(report);
}

/// The dataset, read as the run at `path` was; none without --data, or if the record cannot be read: the
/// report then names the fault.
struct GivenData {
  runforge::Dataset dataset;
  std::optional<Failure> refusal;  ///< why there is no dataset although --data was given
};

GivenData dataset_for(const VerifyArguments& arguments, const runforge::Hooks& hooks) {
  GivenData given;
  if (!arguments.data) return given;
  try {
    const runforge::Blob options = runforge::Run::open(arguments.run).reading_options();
    given.dataset = load_dataset(*arguments.data, options.view(), hooks);
  } catch (const runforge::Error& refusal) {
    if (refusal.status() == RF_E_CANCELLED) throw;
    given.refusal = Failure(refusal);
  }
  return given;
}

}  // namespace

void run_verify(const VerifyArguments& arguments) {
  Session session(thread_count(arguments.threads), !arguments.json);
  const GivenData given = dataset_for(arguments, session.hooks());
  const runforge::Verdict verdict =
      runforge::verify_by(arguments.run, &given.dataset, wanted_keys(arguments), session.hooks());
  session.clear_progress();
  // A requested check that was not done is not a success. A run that contradicts itself does so whatever the
  // data.
  if (verdict.holds && given.refusal) throw *given.refusal;
  const json::Document report = json::parse(verdict.report.view(), "verify.v2");
  arguments.json ? write_json(verdict.report.view()) : write_text(report_text(json::View(&report)));
  if (!verdict.holds) throw failure_of(verdict);
}

}  // namespace rf::tool
