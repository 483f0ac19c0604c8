// SPDX-License-Identifier: MIT
// Loads a dataset from a file, bytes or memory, measures the time of loading, and adds the surprises of text
// columns to its diagnostics.
#include "run/dataset.hpp"

#include <utility>

#include "csv/byte_source.hpp"
#include "csv/csv.hpp"
#include "memory/arrow.hpp"
#include "run/stage_clock.hpp"
#include "table/digest.hpp"
#include "table/surprises.hpp"

namespace rf::run {
namespace {

core::Result<std::shared_ptr<const LoadedDataset>> load(csv::ByteSource source,
                                                        const table::ReadingOptions& options,
                                                        const std::string& source_name,
                                                        std::optional<std::string> path,
                                                        core::Context& context) {
  StageClock clock;
  clock.begin("load");
  source.hash_bytes();
  source.count_in(context.budget);
  RF_ASSIGN(table::Dataset dataset, csv::read_csv(source, options, source_name, context));
  for (core::Diagnostic& surprise : table::surprises(dataset.table, options, context))
    dataset.diagnostics.push_back(std::move(surprise));
  return std::make_shared<const LoadedDataset>(std::move(dataset), std::move(path), clock.take());
}

core::Result<std::shared_ptr<const LoadedDataset>> from_memory(core::Result<table::Dataset> dataset,
                                                               StageClock& clock) {
  if (!dataset.ok()) return std::move(dataset).error();
  return std::make_shared<const LoadedDataset>(std::move(dataset).value(), std::nullopt, clock.take());
}

}  // namespace

LoadedDataset::LoadedDataset(table::Dataset dataset, std::optional<std::string> path,
                             std::vector<artifact::StageTime> stages)
    : dataset_(std::move(dataset)), path_(std::move(path)), stages_(std::move(stages)) {}

core::Result<crypto::Digest> LoadedDataset::content_digest(core::Context& context) const {
  const std::lock_guard lock(digest_mutex_);
  if (!digest_) {
    RF_ASSIGN(digest_, table::content_digest(dataset_.table, context));
  }
  return *digest_;
}

core::Result<std::shared_ptr<const LoadedDataset>> load_file(const std::string& path,
                                                             const table::ReadingOptions& options,
                                                             core::Context& context) {
  RF_ASSIGN(csv::ByteSource source, csv::ByteSource::open(path));
  return load(std::move(source), options, path, path, context);
}

core::Result<std::shared_ptr<const LoadedDataset>> load_buffer(std::string_view bytes,
                                                               const table::ReadingOptions& options,
                                                               core::Context& context) {
  return load(csv::ByteSource(bytes), options, "buffer", std::nullopt, context);
}

core::Result<std::shared_ptr<const LoadedDataset>> load_columns(memory::TypedTable& table,
                                                                const table::ReadingOptions& options,
                                                                core::Context& context) {
  StageClock clock;
  clock.begin("load");
  return from_memory(table.finish(options, context), clock);
}

core::Result<std::shared_ptr<const LoadedDataset>> load_arrow_stream(
    ArrowArrayStream& stream, const table::ReadingOptions& options, core::Context& context,
    const core::DefaultFloatEnvironment* environment) {
  StageClock clock;
  clock.begin("load");
  return from_memory(memory::read_arrow_stream(stream, options, context, environment), clock);
}

core::Result<std::shared_ptr<const LoadedDataset>> load_arrow(const ArrowSchema& schema,
                                                              const ArrowArray& batch,
                                                              const table::ReadingOptions& options,
                                                              core::Context& context) {
  StageClock clock;
  clock.begin("load");
  return from_memory(memory::read_arrow(schema, batch, options, context), clock);
}

}  // namespace rf::run
