// SPDX-License-Identifier: MIT
// execution.v1: when and where a run was made, and how long it took. It is the only document that may differ
// between two runs on the same inputs. Pinned by tests/unit/artifact/execution_document_test.cpp.
#include <string>
#include <string_view>
#include <utility>

#include "artifact/documents.hpp"
#include "core/text.hpp"

namespace rf::artifact {
namespace {

json::Value host_value(const core::HostFacts& host) {
  json::Value value;
  value.set("system", host.system)
      .set("machine", host.machine)
      .set("host_name", host.host_name)
      .set("n_cores", host.n_cores);
  if (!host.cpu.empty()) value.set("cpu", host.cpu);
  return value;
}

json::Value stages_value(const std::vector<StageTime>& stages) {
  json::Value array = json::Value::array();
  for (const StageTime& stage : stages) {
    array.push(json::Value::object()
                   .set("name", stage.name)
                   .set("wall_seconds", stage.wall_seconds)
                   .set("cpu_seconds", stage.cpu_seconds));
  }
  return array;
}

/// A path as text that core::unescaped_utf8() turns back into the path. A backslash that would read as the
/// start of an escape is itself escaped.
std::string recorded_path(std::string_view path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool reads_as_escape = i + 4 <= path.size() && core::unescaped_utf8(path.substr(i, 4)).size() == 1;
    text += reads_as_escape ? "\\x5c" : path.substr(i, 1);
  }
  return core::escaped_utf8(text);
}

}  // namespace

json::Value execution_document(const ExecutionFacts& facts) {
  json::Value document;
  document.set("run_id", facts.run_id)
      .set("created_at", core::format_rfc3339(facts.created_at))
      .set("run_digest", facts.run_digest);
  if (!facts.details) return document;
  if (facts.dataset_path) document.set("dataset_path", recorded_path(*facts.dataset_path));
  document.set("host", host_value(facts.host))
      .set("threads", facts.threads)
      .set("build", facts.build.is_null() ? json::Value::object() : facts.build)
      .set("stages", stages_value(facts.stages));
  if (facts.peak_memory_bytes > 0) document.set("peak_memory_bytes", facts.peak_memory_bytes);
  return document;
}

}  // namespace rf::artifact
