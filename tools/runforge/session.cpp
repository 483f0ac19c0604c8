// SPDX-License-Identifier: MIT
// Glue between library calls and the terminal. Pinned by tests/clients/terminal_test.py.
#include "session.hpp"

#include <cstdlib>

#include "output.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

bool has_artifact(const runforge::Run& run, std::string_view name) {
  for (std::uint64_t i = 0; i < run.artifact_count(); ++i)
    if (run.artifact_name(i) == name) return true;
  return false;
}

}  // namespace

Session::Session(std::uint32_t threads, bool show_progress) : progress_(show_progress) {
  if (progress_.active())
    hooks_.progress = [this](std::string_view stage, std::uint64_t done, std::uint64_t total) {
      progress_.draw(stage, done, total);
      return true;
    };
  hooks_.cancel = &interrupt_.flag();
  hooks_.threads = threads;
}

runforge::Dataset load_dataset(const std::string& path, std::string_view options,
                               const runforge::Hooks& hooks) {
  return runforge::Dataset::load(path == "-" ? "/dev/stdin" : path, options, hooks);
}

json::Document artifact_document(const runforge::Run& run, const std::string& name) {
  return has_artifact(run, name) ? json::parse(run.artifact(name), name) : json::Document();
}

Failure failure_of(const runforge::Verdict& verdict) {
  Failure failure(verdict.status, verdict.code, verdict.fault, verdict.details);
  failure.in_report = true;
  return failure;
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
