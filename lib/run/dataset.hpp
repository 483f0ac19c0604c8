// SPDX-License-Identifier: MIT
// The dataset behind a handle. It is immutable and shared by threads. Its content digest is computed at first
// use.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/stage_time.hpp"
#include "core/context.hpp"
#include "core/float_environment.hpp"
#include "core/result.hpp"
#include "crypto/sha256.hpp"
#include "memory/arrow_c_data.hpp"
#include "memory/typed_table.hpp"
#include "table/dataset.hpp"

namespace rf::run {

class LoadedDataset {
 public:
  LoadedDataset(table::Dataset dataset, std::optional<std::string> path,
                std::vector<artifact::StageTime> stages);

  const table::Dataset& dataset() const { return dataset_; }
  const table::Table& table() const { return dataset_.table; }
  /// The path as the caller gave it; absent for a buffer and for columns from memory.
  const std::optional<std::string>& path() const { return path_; }
  /// Seconds of stage "load", which includes the fingerprint.
  const std::vector<artifact::StageTime>& stages() const { return stages_; }
  /// Computed by the first call that is not cancelled. Any thread may call it. CANCELLED.
  core::Result<crypto::Digest> content_digest(core::Context& context) const;

 private:
  table::Dataset dataset_;
  std::optional<std::string> path_;
  std::vector<artifact::StageTime> stages_;
  mutable std::mutex digest_mutex_;
  mutable std::optional<crypto::Digest> digest_;
};

/// Reads a CSV file or named pipe, compressed or not. FILE_NOT_FOUND, NOT_A_FILE, READ_FAILED and the errors
/// of csv::read_csv.
core::Result<std::shared_ptr<const LoadedDataset>> load_file(const std::string& path,
                                                             const table::ReadingOptions& options,
                                                             core::Context& context);
/// Reads CSV bytes, compressed or not. The bytes are not kept.
core::Result<std::shared_ptr<const LoadedDataset>> load_buffer(std::string_view bytes,
                                                               const table::ReadingOptions& options,
                                                               core::Context& context);

/// Takes columns from memory. Afterwards `table` is empty, also on failure. A dataset from memory has no
/// source.
core::Result<std::shared_ptr<const LoadedDataset>> load_columns(memory::TypedTable& table,
                                                                const table::ReadingOptions& options,
                                                                core::Context& context);
/// Reads through the Arrow C data interface. memory/arrow.hpp describes who releases what.
core::Result<std::shared_ptr<const LoadedDataset>> load_arrow_stream(
    ArrowArrayStream& stream, const table::ReadingOptions& options, core::Context& context,
    const core::DefaultFloatEnvironment* environment);
core::Result<std::shared_ptr<const LoadedDataset>> load_arrow(const ArrowSchema& schema,
                                                              const ArrowArray& batch,
                                                              const table::ReadingOptions& options,
                                                              core::Context& context);

}  // namespace rf::run
