// SPDX-License-Identifier: MIT
// Pinned by tests/unit/artifact/run_directory_test.cpp.
#include "artifact/run_directory.hpp"

#include <algorithm>
#include <utility>

#include "core/host.hpp"
#include "core/mutant.hpp"
#include "core/text.hpp"
#include "json/parse.hpp"
#include "json/schema.hpp"

namespace rf::artifact {
namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::string_view kRunSchema = "run.v1";

class DirectorySink : public Sink {
 public:
  explicit DirectorySink(core::StagingDirectory staging) : staging_(std::move(staging)) {}
  core::Result<> add(const std::string& name, std::string_view bytes) override {
    return staging_.replace(name, bytes);
  }
  core::Result<> publish(const std::string& name) override { return staging_.publish(name); }

 private:
  core::StagingDirectory staging_;
};

core::Error invalid_run(const std::string& directory, const std::string& what) {
  return {core::Code::kInvalidRun,
          "\"" + directory + "\" is not a run that this library wrote: " + what,
          {{"file", directory}}};
}

/// Lines of SHA256SUMS by file name.
using SumLines = std::map<std::string, std::string>;

void add_line(SumLines& lines, const File& file) {
  lines[file.name] = file.sha256() + "  " + file.name + "\n";
}

std::string joined(const SumLines& lines) {
  std::string text;
  for (const auto& [name, line] : lines) text += line;
  return text;
}

/// The parsed run.json, known to match its schema.
core::Result<json::Value> read_record(const std::string& directory, const std::string& bytes) {
  core::Result<json::Value> record = json::parse(bytes);
  if (!record.ok()) return invalid_run(directory, "run.json: " + record.error().message);
  const json::Value* schema = record->find("schema_version");
  if (schema != nullptr && schema->is_string() && schema->as_string() != kRunSchema &&
      schema->as_string().starts_with("run.v")) {
    return core::Error{
        core::Code::kUnsupportedFormat,
        "\"" + directory + "\" has a record of version " + core::quoted(schema->as_string()) +
            ", this library reads \"" + std::string(kRunSchema) + "\"",
        {{"file", directory}, {"expected", std::string(kRunSchema)}, {"got", schema->as_string()}}};
  }
  if (core::Result<> checked = json::check_schema(*record, kRunSchema); !checked.ok()) {
    core::Error error = invalid_run(directory, "run.json: " + checked.error().message);
    const core::Details& more = checked.error().details;
    error.details.insert(error.details.end(), more.begin(), more.end());
    return error;
  }
  return record;
}

}  // namespace

core::Result<> MemorySink::add(const std::string& name, std::string_view bytes) {
  files[name] = bytes;
  return {};
}

core::Result<> MemorySink::publish(const std::string& name) {
  published_name = name;
  return {};
}

core::Result<std::unique_ptr<Sink>> open_directory_sink(const std::string& parent) {
  RF_ASSIGN(core::StagingDirectory staging, core::StagingDirectory::create(parent));
  return std::unique_ptr<Sink>(std::make_unique<DirectorySink>(std::move(staging)));
}

std::string run_id(std::int64_t unix_seconds, const std::string& input_digest) {
  return core::format_compact_utc(unix_seconds) + "-" + input_digest.substr(0, 8);
}

std::string sha256sums(std::span<const File> files) {
  SumLines lines;
  for (const File& file : files) add_line(lines, file);
  return joined(lines);
}

core::Result<std::string> emit_run(Sink& sink, std::span<const File> results, const std::string& input_digest,
                                   std::int64_t unix_seconds, const Occurrence& occurrence) {
  SumLines lines;
  for (const File& file : results) {
    RF_TRY(sink.add(file.name, file.bytes));
    add_line(lines, file);
  }
  for (std::int64_t later = 0;; ++later) {
    std::string id = run_id(unix_seconds + later, input_digest);
    RF_ASSIGN(const File record, occurrence.execution(id));
    RF_TRY(sink.add(record.name, record.bytes));
    add_line(lines, record);
    const std::string sums = joined(lines);
    RF_TRY(sink.add("SHA256SUMS", sums));
    if (occurrence.signatures) {
      RF_ASSIGN(const std::vector<File> signatures, occurrence.signatures(id, sums));
      for (const File& signature : signatures) RF_TRY(sink.add(signature.name, signature.bytes));
    }
    core::Result<> published = sink.publish(id);
    if (published.ok()) return id;  // moved: no memory is asked for once the run is there
    const core::Code code = published.error().code;
    const bool taken = RF_MUTANT(taken_name_is_an_error, code == core::Code::kAlreadyExists, false);
    if (!taken || later == kSecondsPerDay) return std::move(published).error();
  }
}

core::Result<std::vector<File>> read_run_directory(const std::string& directory) {
  std::vector<File> files;
  RF_ASSIGN(std::string record_bytes, core::read_file(core::path_in(directory, "run.json")));
  RF_ASSIGN(const json::Value record, read_record(directory, record_bytes));
  files.push_back({"run.json", std::string(kRunSchema), std::move(record_bytes)});
  for (const json::Value& entry : record.find("artifacts")->as_array()) {
    const std::string& name = entry.find("path")->as_string();
    if (name.find('/') != std::string::npos || name == "." || name == ".." || name == "run.json") {
      return invalid_run(directory,
                         "run.json lists " + core::quoted(name) + ", which names no other file of the run");
    }
    RF_ASSIGN(std::string bytes, core::read_file(core::path_in(directory, name)));
    files.push_back({name, entry.find("schema_version")->as_string(), std::move(bytes)});
  }
  // total order: names; a name that comes twice is refused below
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.name < b.name; });
  const auto same = std::adjacent_find(files.begin(), files.end(),
                                       [](const File& a, const File& b) { return a.name == b.name; });
  if (same != files.end())
    return invalid_run(directory, "run.json lists " + core::quoted(same->name) + " twice");
  return files;
}

}  // namespace rf::artifact
