// SPDX-License-Identifier: MIT
// Where a run's files go: a directory that appears whole or not at all, or memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/documents.hpp"
#include "core/file.hpp"
#include "core/result.hpp"

namespace rf::artifact {

/// Takes files, then publishes them all under one name. The one virtual interface of the library.
class Sink {
 public:
  virtual ~Sink() = default;
  /// A name added before gets the new bytes.
  virtual core::Result<> add(const std::string& name, std::string_view bytes) = 0;
  /// ALREADY_EXISTS when the name is taken; then another name may be tried.
  virtual core::Result<> publish(const std::string& name) = 0;
};

/// Files in a map; publish only records the name. For tests and for hosts that keep runs elsewhere.
class MemorySink : public Sink {
 public:
  core::Result<> add(const std::string& name, std::string_view bytes) override;
  core::Result<> publish(const std::string& name) override;
  std::map<std::string, std::string> files;
  std::string published_name;
};

/// core::StagingDirectory as a Sink.
core::Result<std::unique_ptr<Sink>> open_directory_sink(const std::string& parent);

/// "20240101-120000-abc12345"
std::string run_id(std::int64_t unix_seconds, const std::string& input_digest);

/// The SHA256SUMS text: one line `<hex>  <name>` for each file, names ascending by bytes.
std::string sha256sums(std::span<const File> files);

/// What is made anew for each run id that is tried.
struct Occurrence {
  /// execution.v1.json
  std::function<core::Result<File>(const std::string& run_id)> execution;
  /// Signature files over the text of SHA256SUMS; may be empty.
  std::function<core::Result<std::vector<File>>(const std::string& run_id, const std::string& sums)>
      signatures;
};

/// Writes the result files, execution.v1.json, SHA256SUMS and signatures, and publishes under the first free
/// run id: a taken one moves on by a second, up to a day. Returns the run id. Because execution.v1.json names
/// the run id, it and what covers it are staged again for each name tried.
core::Result<std::string> emit_run(Sink& sink, std::span<const File> results, const std::string& input_digest,
                                   std::int64_t unix_seconds, const Occurrence& occurrence);

/// How many bytes of a file are read that run.json says has `stated`: more is another file, which nobody
/// needs to read for that. A small one is read all the same, so that its digest can tell who is wrong.
std::uint64_t most_bytes_read(std::string_view name, double stated);

struct RunDirectory {
  std::vector<File> files;  ///< the result files, names ascending, run.json among them
  std::string run_id;       ///< "" where execution.v1.json is not there
};

/// An emitted run, for reading: run.json parses and matches its schema, every file it lists is there and is
/// the one whose digest it names, and execution.v1.json names this run.json. Nothing else is looked at.
/// INVALID_RUN, UNSUPPORTED_FORMAT, RUN_ALTERED, FILE_NOT_FOUND.
core::Result<RunDirectory> read_run_directory(const std::string& directory);

}  // namespace rf::artifact
