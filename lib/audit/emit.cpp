// SPDX-License-Identifier: MIT
#include "audit/record.hpp"
#include "audit/sign.hpp"
#include "audit/whole.hpp"
#include "core/host.hpp"
#include "run/stage_clock.hpp"

namespace rf::audit {

core::Result<std::string> emit(const run::Run& run, const std::string& parent,
                               const run::EmitOptions& options, const crypto::Signer* signer,
                               core::Context& context) {
  run::StageClock clock;
  clock.begin("emit");
  RF_TRY(context.monitor.report("emit", 0, 1));
  RF_TRY(check_whole(run, context));
  const std::int64_t created_at = options.timestamp.value_or(core::unix_seconds_now());
  RF_ASSIGN(const auto sink, artifact::open_directory_sink(parent));

  std::string path;  // built before the run is published, because nothing may fail afterwards
  artifact::Occurrence occurrence;
  occurrence.execution = [&](const std::string& run_id) -> core::Result<artifact::File> {
    path = core::path_in(parent, run_id);
    artifact::ExecutionFacts facts;
    facts.run_id = run_id;
    facts.created_at = created_at;
    facts.run_digest = run.run_digest;
    // It is not known how an opened run was trained.
    facts.details = options.execution_details && run.origin == run::Origin::kTrained;
    if (facts.details) {
      facts.dataset_path = run.dataset_path;
      facts.host = core::host_facts();
      facts.threads = run.threads;
      facts.build = build_info();
      facts.peak_memory_bytes = core::peak_memory_bytes();
      run::StageClock so_far = clock;
      facts.stages = run.stages;
      for (artifact::StageTime& stage : so_far.take()) facts.stages.push_back(std::move(stage));
    }
    RF_TRY(context.monitor.check());
    return execution_file(facts);
  };
  if (signer != nullptr)
    occurrence.signatures = [&](const std::string& run_id, const std::string& sums) {
      return signature_files(run, run_id, sums, *signer);
    };
  RF_TRY(artifact::emit_run(*sink, run.files, run.input_digest, created_at, occurrence));

  // The run is published, so a cancellation has no effect any more.
  (void)context.monitor.report("emit", 1, 1);
  return path;
}

}  // namespace rf::audit
