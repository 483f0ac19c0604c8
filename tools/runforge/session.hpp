// SPDX-License-Identifier: MIT
// Shared by the commands: a call's hooks on a terminal, a run's documents, warnings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "failure.hpp"
#include "json.hpp"
#include "terminal/interrupt.hpp"
#include "terminal/progress.hpp"

namespace rf::tool {

/// Progress, cancel flag and threads for library calls. The progress line is removed when the session ends.
class Session {
 public:
  Session(std::uint32_t threads, bool show_progress);
  const runforge::Hooks& hooks() const { return hooks_; }
  void clear_progress() { progress_.clear(); }

 private:
  Interrupt interrupt_;
  Progress progress_;
  runforge::Hooks hooks_;
};

runforge::Dataset load_dataset(const std::string& path, std::string_view options,
                               const runforge::Hooks& hooks);
/// An artifact of the run, parsed; null JSON if the run has none of that name.
json::Document artifact_document(const runforge::Run& run, const std::string& name);
/// What a verdict other than RF_OK ends the command with.
Failure failure_of(const runforge::Verdict& verdict);
/// Last part of the path of a directory, links resolved: the run id of a run directory.
std::string directory_name(const std::string& path);
/// All diagnostics as a paragraph under a title; "" if there are none.
std::string notes_text(const json::View& diagnostics);
/// Each diagnostic of severity warning as a line on standard error.
void print_warnings(const json::View& diagnostics);

}  // namespace rf::tool
