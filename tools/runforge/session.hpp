// SPDX-License-Identifier: MIT
// Shared by the commands: a call's hooks on a terminal, a run's documents, warnings.
#pragma once

#include <cstdint>
#include <string>

#include "handles.hpp"
#include "json.hpp"
#include "terminal/interrupt.hpp"
#include "terminal/progress.hpp"

namespace rf::tool {

/// Progress, cancel flag and threads for library calls. The progress line is removed when the session ends.
class Session {
 public:
  Session(std::uint32_t threads, bool show_progress);
  const rf_hooks* hooks() const { return &hooks_; }
  void clear_progress() { progress_.clear(); }

 private:
  Interrupt interrupt_;
  Progress progress_;
  rf_hooks hooks_;
};

Dataset load_dataset(const std::string& path, const std::string& options, const rf_hooks* hooks);
/// An artifact of the run, parsed; null JSON if the run has no artifact of that name.
json::Document artifact_document(const rf_run* run, const std::string& name);
/// dataset_options.v1 from the record, so that a file is read as the recorded one was.
std::string recorded_reading_options(const rf_run* run);
/// The result of a call that returns a JSON report and, if the answer is no, an error as well. judge() makes
/// it.
struct Judgement {
  Blob report;
  rf_status status = RF_OK;
  Failure failure;  ///< set if status is not RF_OK
};
template <typename Function, typename... Arguments>
Judgement judge(Function function, Arguments... arguments) {
  rf_blob* report = nullptr;
  rf_error* stored = nullptr;
  Judgement judgement;
  judgement.status = function(arguments..., &report, &stored);
  judgement.report.reset(report);
  const Error error(stored);
  if (judgement.status == RF_OK) return judgement;
  judgement.failure = {judgement.status, rf_error_code(stored), rf_error_message(stored),
                       rf_error_details(stored), report != nullptr};
  if (report == nullptr) throw judgement.failure;
  return judgement;
}
/// Last part of the path of a directory, links resolved: the run id of a run directory.
std::string directory_name(const std::string& path);
/// All diagnostics as a paragraph under a title; "" if there are none.
std::string notes_text(const json::View& diagnostics);
/// Each diagnostic of severity warning as a line on standard error.
void print_warnings(const json::View& diagnostics);

}  // namespace rf::tool
