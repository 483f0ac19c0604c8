// SPDX-License-Identifier: MIT
// Glue between library calls and the terminal. Pinned by tests/clients/terminal_test.py.
#include "session.hpp"

#include <cstdlib>

#include "output.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

bool has_artifact(const rf_run* run, std::string_view name) {
  for (std::uint64_t i = 0; i < rf_run_artifact_count(run); ++i)
    if (rf_run_artifact_name(run, i) == name) return true;
  return false;
}

}  // namespace

Session::Session(std::uint32_t threads, bool show_progress)
    : progress_(show_progress), hooks_(RF_HOOKS_INIT) {
  hooks_.log_level = RF_LOG_OFF;
  hooks_.user = &progress_;
  hooks_.progress = progress_.active() ? Progress::report : nullptr;
  hooks_.cancel = interrupt_.flag();
  hooks_.threads = threads;
}

Dataset load_dataset(const std::string& path, const std::string& options, const rf_hooks* hooks) {
  Dataset dataset;
  const std::string file = path == "-" ? "/dev/stdin" : path;
  call(rf_dataset_load, file.c_str(), options.data(), options.size(), hooks, Receiver(dataset).slot());
  return dataset;
}

json::Document artifact_document(const rf_run* run, const std::string& name) {
  if (!has_artifact(run, name)) return json::Document();
  const void* data = nullptr;
  std::size_t size = 0;
  call(rf_run_artifact, run, name.c_str(), &data, &size);
  return json::parse({static_cast<const char*>(data), size}, name);
}

std::string recorded_reading_options(const rf_run* run) {
  Blob options;
  call(rf_run_reading_options, run, Receiver(options).slot());
  return std::string(text_of(options));
}

std::string directory_name(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  std::string name = real ? real : path;
  std::free(real);
  while (name.size() > 1 && name.back() == '/') name.pop_back();
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos || name.size() == 1 ? name : name.substr(slash + 1);
}

std::string notes_text(const json::View& diagnostics) {
  std::string text;
  for (std::size_t i = 0; i < diagnostics.size(); ++i)
    text += "  " + pad_right(diagnostics[i]["severity"].text() + ":", 9) +
            printable(diagnostics[i]["message"].text()) + " [" + diagnostics[i]["code"].text() + "]\n";
  return text.empty() ? "" : "\nNotes:\n" + text;
}

void print_warnings(const json::View& diagnostics) {
  for (std::size_t i = 0; i < diagnostics.size(); ++i) {
    const json::View diagnostic = diagnostics[i];
    if (diagnostic["severity"].text() != "warning") continue;
    write_stderr("runforge: warning: " + printable(diagnostic["message"].text()) + " [" +
                 diagnostic["code"].text() + "]\n");
  }
}

}  // namespace rf::tool
