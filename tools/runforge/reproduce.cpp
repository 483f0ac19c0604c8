// SPDX-License-Identifier: MIT
// runforge reproduce: trains again from a record and compares. Pinned by tests/clients/verify_test.py.
#include <string>

#include "commands.hpp"
#include "config.hpp"
#include "failure.hpp"
#include "json.hpp"
#include "output.hpp"
#include "session.hpp"
#include "signing.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

std::string verdict_text(const json::View& report) {
  const json::View files = report["files"];
  std::size_t n_equal = 0;
  for (std::size_t i = 0; i < files.size(); ++i) n_equal += files[i]["equal"].is_true() ? 1 : 0;
  const std::string equal = std::to_string(n_equal) + " of " + counted(files.size(), "result file") + " ";
  const json::View asked = report["asked"];
  const json::View first = report["first_difference"];
  if (first && asked.size() > 0 && !asked[0]["done"].is_true())
    return "NOT REPRODUCED: the run contradicts itself, so nothing was trained.\n" +
           printable(first["file"].text()) + (first["where"] ? " " + printable(first["where"].text()) : "") +
           ": " + printable(first["message"].text()) + "\n";
  if (first)
    return "NOT REPRODUCED: " + equal + (n_equal == 1 ? "is" : "are") +
           " equal.\nFirst difference: " + printable(first["file"].text()) +
           (first["where"] ? " " + printable(first["where"].text()) : "") + ": " +
           printable(first["message"].text()) + "\n";
  const std::string attested =
      report["attested_by"] ? "Signed by key " + report["attested_by"].text() + "\n" : "";
  const json::View notes = report["notes"];
  std::string told;
  const json::View found = report["found_now"];
  for (std::size_t i = 0; i < found.size(); ++i)
    told += "Found now, not looked for by " + printable(report["recorded_by"].text()) + ": " +
            printable(found[i]["message"].text()) + " [" + printable(found[i]["code"].text()) + "]\n";
  for (std::size_t i = 0; i < notes.size(); ++i)
    told += "Note: " + printable(notes[i]["message"].text()) + "\n";
  if (report["compared"].text() == "bytes")
    return "REPRODUCED: " + equal + "byte-identical\n" + told + attested;
  return "REPRODUCED as of " + printable(report["recorded_by"].text()) + ": " + equal +
         "byte-identical to what it wrote; trained again by " + rf_version_string() + "\n" + told + attested;
}

/// The data, read as the record requires. A run that contradicts itself is reported before data that cannot
/// be read.
runforge::Dataset dataset_for(const ReproduceArguments& arguments, const Session& session) {
  const runforge::Run run = runforge::Run::open(arguments.run);
  try {
    return load_dataset(arguments.data, run.reading_options().view(), session.hooks());
  } catch (const runforge::Error& refusal) {
    if (refusal.status() == RF_E_CANCELLED) throw;
    const runforge::Verdict verdict = runforge::verify(arguments.run, nullptr, {}, session.hooks());
    if (verdict.status != RF_E_INTEGRITY) throw;
    Failure altered = failure_of(verdict);
    altered.in_report = false;
    throw altered;
  }
}

}  // namespace

void run_reproduce(const ReproduceArguments& arguments) {
  Session session(thread_count(arguments.threads), !arguments.json);
  const runforge::Signer signer = load_signer(arguments.sign);
  const runforge::Dataset dataset = dataset_for(arguments, session);
  const runforge::Verdict verdict =
      runforge::reproduce(arguments.run, dataset, signer ? &signer : nullptr, session.hooks());
  session.clear_progress();
  const json::Document report = json::parse(verdict.report.view(), "reproduce.v2");
  arguments.json ? write_json(verdict.report.view()) : write_text(verdict_text(json::View(&report)));
  if (!verdict.holds) throw failure_of(verdict);
}

}  // namespace rf::tool
