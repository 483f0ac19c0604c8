// SPDX-License-Identifier: MIT
// The run is written into memory in the same way as emit writes it, and checked like an emitted run. So only
// one check exists, and emit then writes what was checked. Pinned by tests/unit/audit/sign_test.cpp.
#include "audit/whole.hpp"

#include <utility>

#include "artifact/run_directory.hpp"
#include "artifact/version.hpp"
#include "audit/emitted.hpp"
#include "audit/findings.hpp"
#include "audit/verify_parts.hpp"
#include "core/mutant.hpp"
#include "json/parse.hpp"
#include "run/history.hpp"

namespace rf::audit {

using core::Result;

Result<Held> hold(const run::Run& run) {
  const artifact::File* const record = run.find(artifact::kRecord);
  if (record == nullptr) return core::Error{core::Code::kInvalidRun, "the run has no run.json", {}};
  Held held;
  RF_ASSIGN(held.record, json::parse(record->bytes));
  for (const artifact::File& file : run.files) held.sha256[file.name] = file.sha256();
  return held;
}

Result<artifact::File> execution_file(const artifact::ExecutionFacts& facts) {
  return artifact::finish_document(artifact::kExecution, artifact::kExecutionSchema,
                                   artifact::execution_document(facts));
}

Result<> check_whole(const run::Run& run, core::Context& context) {
  if (RF_MUTANT(opened_runs_are_trusted, run.origin == run::Origin::kTrained, true)) return {};
  RF_ASSIGN(const Held digests, hold(run));
  RF_TRY(artifact::check_subjects({digests.record, digests.sha256}));
  const std::string& version = digests.record.find("runforge_version")->as_string();
  if (version != artifact::runforge_version())
    return core::Error{core::Code::kUnsupportedVersion,
                       "the run was opened, and version " + version + " wrote it: version " +
                           artifact::runforge_version() +
                           " writes no files in the name of another. Copy its directory",
                       {{"got", version}}};
  artifact::MemorySink sink;
  artifact::Occurrence occurrence;
  occurrence.execution = [&](const std::string& run_id) {
    artifact::ExecutionFacts facts;
    facts.run_id = run_id;
    facts.run_digest = run.run_digest;
    facts.details = false;
    return execution_file(facts);
  };
  RF_TRY(artifact::emit_run(sink, run.files, run.input_digest, 0, occurrence));
  Findings findings;
  const artifact::History history = run::product_history();
  EmittedRun held = emitted_in_memory(std::move(sink.files), history, findings);
  RF_TRY(check_run(std::move(held), history, findings, context));
  if (findings.failures().empty()) return {};
  return core::Error{core::Code::kRunAltered,
                     "the run was opened, and does not hold together: " + findings.first_failure(),
                     {{"file", findings.failures().front().file}}};
}

}  // namespace rf::audit
