// SPDX-License-Identifier: MIT
// The destinations of a run's files: a directory that appears whole or not at all, or memory. Also reads such
// a directory. Pinned by tests/unit/artifact/run_directory_test.cpp.
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

/// Takes files, then publishes them all under one name. The only virtual interface of the library.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Replaces the bytes of a name that was added before.
  virtual core::Result<> add(const std::string& name, std::string_view bytes) = 0;
  /// ALREADY_EXISTS if the name is taken; the caller may then try another name.
  virtual core::Result<> publish(const std::string& name) = 0;
};

/// Keeps files in a map; publish only records the name. For tests, and for hosts that keep runs elsewhere.
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

/// The files that are made again for each run id that is tried.
struct Occurrence {
  /// execution.v1.json
  std::function<core::Result<File>(const std::string& run_id)> execution;
  /// Signature files over the text of SHA256SUMS; may be empty.
  std::function<core::Result<std::vector<File>>(const std::string& run_id, const std::string& sums)>
      signatures;
};

/// Writes the result files, execution.v1.json, SHA256SUMS and signatures, and publishes them under the first
/// free run id. If an id is taken, the next second is tried, up to a day. Returns the run id. Because
/// execution.v1.json names the run id, this file, SHA256SUMS and the signatures are staged again for each id
/// tried.
core::Result<std::string> emit_run(Sink& sink, std::span<const File> results, const std::string& input_digest,
                                   std::int64_t unix_seconds, const Occurrence& occurrence);

/// The most bytes to read of a file whose size is `stated` in run.json. A larger file is not the listed one,
/// so it need not be read. Up to 16 MiB are read in any case, so that the digest can show whether the file or
/// the stated size is wrong.
std::uint64_t most_bytes_read(std::string_view name, double stated);

struct RunDirectory {
  std::vector<File> files;  ///< the result files including run.json, names ascending
  std::string run_id;       ///< "" if execution.v1.json does not exist
};

/// Reads an emitted run. run.json must parse and match its schema, every file it lists must exist with the
/// listed digest, and execution.v1.json must name this run.json. Nothing else is checked. INVALID_RUN,
/// UNSUPPORTED_FORMAT, RUN_ALTERED, FILE_NOT_FOUND.
core::Result<RunDirectory> read_run_directory(const std::string& directory);

}  // namespace rf::artifact
