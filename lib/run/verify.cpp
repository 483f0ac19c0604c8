// SPDX-License-Identifier: MIT
#include "run/verify.hpp"

#include <utility>

#include "artifact/documents.hpp"
#include "core/text.hpp"
#include "json/parse.hpp"
#include "run/emitted.hpp"
#include "run/findings.hpp"
#include "run/verify_parts.hpp"

namespace rf::run {

core::Result<Verification> verify(const std::string& directory, const LoadedDataset* dataset,
                                  core::Context& context) {
  Findings findings;
  RF_ASSIGN(const EmittedRun run, read_emitted(directory, findings, context));
  check_digests(run, findings);

  std::optional<Reread> reread;
  if (run.is_complete) {
    RF_ASSIGN(reread, check_meaning(run, findings, context));
  } else {
    findings.skip(Layer::kMeaning, "not every file of the run can be read");
  }
  if (dataset == nullptr) {
    findings.skip(Layer::kData, "no data was given");
  } else if (!reread) {
    findings.skip(Layer::kData, "the configuration or the model cannot be read");
  } else {
    RF_TRY(check_data(run, *reread, *dataset, findings, context));
  }
  findings.skip(Layer::kSignatures, "no public key was given");

  Verification verification;
  verification.passed = findings.failures().empty();
  if (!verification.passed) {
    const Failure& first = findings.failures().front();
    verification.first_failure =
        first.file + (first.pointer.empty() ? "" : ", " + first.pointer) + ": " + first.message;
  }
  RF_ASSIGN(const artifact::File report,
            artifact::finish_document("verify.v1.json", "verify.v1", findings.report()));
  RF_ASSIGN(verification.report, json::parse(report.bytes));
  return verification;
}

}  // namespace rf::run
