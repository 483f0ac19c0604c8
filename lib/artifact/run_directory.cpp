// SPDX-License-Identifier: MIT
// Writes and reads the files of a run. On reading, each file is compared with the digest that run.json names
// for it. Pinned by tests/unit/artifact/run_directory_test.cpp.
#include "artifact/run_directory.hpp"

#include <algorithm>
#include <utility>

#include "artifact/run_files.hpp"
#include "core/host.hpp"
#include "core/mutant.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "json/schema.hpp"

namespace rf::artifact {
namespace {

constexpr std::int64_t kSecondsPerDay = 86400;

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

/// Parses run.json and checks it against its schema.
core::Result<json::Value> read_record(const std::string& directory, const std::string& bytes) {
  core::Result<json::Value> record = json::parse(bytes);
  if (!record.ok()) return invalid_run(directory, "run.json: " + record.error().message);
  const json::Value* const schema = record->find("schema_version");
  const std::string name = schema != nullptr && schema->is_string() ? schema->as_string() : "";
  if (name.starts_with("run.v") && json::schema_text(name) == nullptr) {
    return core::Error{core::Code::kUnsupportedFormat,
                       "\"" + directory + "\" has a record of version " + core::quoted(name) +
                           ", which this library does not read",
                       {{"file", directory}, {"got", name}}};
  }
  if (!name.starts_with("run.v"))
    return invalid_run(directory, "run.json: expected the schema of a run, found " + core::quoted(name));
  if (core::Result<> checked = json::check_schema_open(*record, name); !checked.ok()) {
    core::Error error = invalid_run(directory, "run.json: " + checked.error().message);
    const core::Details& more = checked.error().details;
    error.details.insert(error.details.end(), more.begin(), more.end());
    return error;
  }
  return record;
}

core::Error altered(const std::string& directory, const std::string& what) {
  return {core::Code::kRunAltered, "\"" + directory + "\": " + what, {{"file", directory}}};
}

/// Reads a file of the run. Its digest must be the one in run.json.
core::Result<File> read_listed_file(const std::string& directory, const json::Value& entry) {
  File file{entry.find("path")->as_string(), entry.find("schema_version")->as_string(), ""};
  const double stated = entry.find("size_bytes")->as_number();
  const std::uint64_t limit = most_bytes_read(file.name, stated);
  core::Result<std::string> bytes = core::read_file_no_link(core::path_in(directory, file.name), limit);
  if (!bytes && bytes.error().code == core::Code::kLimitReached && stated <= static_cast<double>(limit))
    return altered(directory, file.name + " is not the file that run.json names: it has more than " +
                                  core::decimal(static_cast<std::int64_t>(limit)) + " bytes");
  if (!bytes) return std::move(bytes).error();
  file.bytes = std::move(*bytes);
  const std::string& expected = entry.find("sha256")->as_string();
  const std::string found = file.sha256();
  if (RF_MUTANT(exchanged_files_are_opened, found != expected, false))
    return altered(directory, file.name + " is not the file that run.json names: expected the SHA-256 " +
                                  expected + ", found " + found);
  return file;
}

/// The run id in execution.v1.json, which must name this run.json. "" if the file does not exist.
core::Result<std::string> read_run_id(const std::string& directory, const std::string& run_digest) {
  RF_ASSIGN(const std::optional<std::string> bytes,
            core::read_file_if_there(core::path_in(directory, kExecution), kMostDocumentBytes));
  if (!bytes) return std::string();
  const core::Result<json::Value> execution = json::parse(*bytes);
  const json::Value* const digest = execution ? execution->find("run_digest") : nullptr;
  const json::Value* const id = execution ? execution->find("run_id") : nullptr;
  if (digest == nullptr || id == nullptr || !id->is_string())
    return altered(directory, "execution.v1.json names no run");
  if (*digest != json::Value(run_digest))
    return altered(directory,
                   "run.json is not the record that execution.v1.json names: its SHA-256 is " + run_digest);
  return id->as_string();
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
    RF_TRY(sink.add(kSums, sums));
    if (occurrence.signatures) {
      RF_ASSIGN(const std::vector<File> signatures, occurrence.signatures(id, sums));
      for (const File& signature : signatures) RF_TRY(sink.add(signature.name, signature.bytes));
    }
    core::Result<> published = sink.publish(id);
    if (published.ok()) return id;  // moved, so nothing is allocated once the run is published
    // If another run has the name, the next second gives one. The last second that can be named has no next.
    if (RF_MUTANT(taken_name_is_an_error, published.error().code != core::Code::kAlreadyExists, true) ||
        later == kSecondsPerDay || run_id(unix_seconds + later + 1, input_digest) == id)
      return std::move(published).error();
  }
}

std::uint64_t most_bytes_read(std::string_view name, double stated) {
  constexpr std::uint64_t kSmall = std::uint64_t{16} << 20;
  const std::uint64_t limit = name == kModel ? kMostModelBytes : kMostDocumentBytes;
  if (stated >= static_cast<double>(limit)) return limit;
  return std::max(kSmall, static_cast<std::uint64_t>(stated));
}

core::Result<RunDirectory> read_run_directory(const std::string& directory) {
  RunDirectory read;
  RF_ASSIGN(std::string record_bytes,
            core::read_file_no_link(core::path_in(directory, kRecord), kMostDocumentBytes));
  RF_ASSIGN(const json::Value record, read_record(directory, record_bytes));
  RF_ASSIGN(read.run_id, read_run_id(directory, crypto::sha256_hex(record_bytes)));
  read.files.push_back({kRecord, record.find("schema_version")->as_string(), std::move(record_bytes)});
  for (const json::Value& entry : record.find("artifacts")->as_array()) {
    const std::string& name = entry.find("path")->as_string();
    if (name.find('/') != std::string::npos || name == "." || name == ".." || name == kRecord) {
      return invalid_run(directory,
                         "run.json lists " + core::quoted(name) + ", which names no other file of the run");
    }
    RF_ASSIGN(File file, read_listed_file(directory, entry));
    read.files.push_back(std::move(file));
  }
  // total order: names; a name that comes twice is refused below
  std::sort(read.files.begin(), read.files.end(),
            [](const File& a, const File& b) { return a.name < b.name; });
  const auto same = std::adjacent_find(read.files.begin(), read.files.end(),
                                       [](const File& a, const File& b) { return a.name == b.name; });
  if (same != read.files.end())
    return invalid_run(directory, "run.json lists " + core::quoted(same->name) + " twice");
  return read;
}

}  // namespace rf::artifact
