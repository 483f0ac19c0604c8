// SPDX-License-Identifier: MIT
#include "run/verify.hpp"

#include <utility>

#include "artifact/documents.hpp"
#include "artifact/safetensors.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "run/emitted.hpp"
#include "run/findings.hpp"
#include "run/verify_parts.hpp"

namespace rf::run {
namespace {

/// On two threads one reads the model while the other hashes it, which takes about as long.
core::Result<Groundwork> lay_groundwork(const EmittedRun& run, core::Context& context) {
  Groundwork groundwork{{}, artifact::invalid_model("it is not there"), false};
  const auto read_model = [&] {
    const std::string_view bytes = run.bytes(kModel);
    groundwork.model = artifact::read_model(bytes);
    if (groundwork.model.ok())
      groundwork.model_is_as_written =
          artifact::is_written_model(groundwork.model->model, groundwork.model->input_digest, bytes);
  };
  std::vector<std::pair<const std::string*, std::string*>> files;  // bytes and where their digest goes
  for (const auto& [name, bytes] : run.files) files.emplace_back(&bytes, &groundwork.sha256[name]);
  RF_TRY(context.workers.run(files.size() + 1, [&](std::size_t task, std::uint32_t) -> core::Result<> {
    if (task == 0) {
      if (run.is_complete) read_model();
      return {};
    }
    const auto& [bytes, digest] = files[task - 1];
    *digest = crypto::sha256_hex(*bytes);
    return {};
  }));
  return groundwork;
}

}  // namespace

core::Result<CheckedRun> check_files(EmittedRun run, Findings& findings, core::Context& context) {
  look_at_files(run, findings);
  CheckedRun checked{std::move(run), {}, {}};
  RF_ASSIGN(Groundwork groundwork, lay_groundwork(checked.run, context));
  checked.sha256 = groundwork.sha256;
  check_digests(checked.run, groundwork.sha256, findings);
  if (checked.run.is_complete) {
    RF_ASSIGN(checked.reread, check_meaning(checked.run, std::move(groundwork), findings, context));
  } else {
    findings.skip(Layer::kMeaning, "not every file of the run can be read");
  }
  return checked;
}

core::Result<CheckedRun> check_run(const std::string& directory, Findings& findings, core::Context& context) {
  RF_ASSIGN(EmittedRun run, read_emitted(directory, context));
  return check_files(std::move(run), findings, context);
}

core::Result<Verification> verify(const std::string& directory, const LoadedDataset* dataset,
                                  std::span<const WantedKey> keys, core::Context& context) {
  Findings findings;
  RF_ASSIGN(const CheckedRun checked, check_run(directory, findings, context));
  if (dataset == nullptr) {
    findings.skip(Layer::kData, "no data was given");
  } else if (!checked.reread) {
    findings.skip(Layer::kData, "the configuration or the model cannot be read");
  } else {
    RF_TRY(check_data(checked.run, *checked.reread, *dataset, findings, context));
  }
  const SignaturesFound signatures = check_signatures(checked, keys, findings);

  Verification verification;
  verification.passed = findings.failures().empty();
  if (!verification.passed) verification.first_failure = findings.first_failure();
  json::Value document = findings.report();
  document.set("signatures", attestations_value(signatures.attestations));
  RF_ASSIGN(const artifact::File report,
            artifact::finish_document("verify.v1.json", "verify.v1", std::move(document)));
  RF_ASSIGN(verification.report, json::parse(report.bytes));
  return verification;
}

}  // namespace rf::run
