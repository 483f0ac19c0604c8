// SPDX-License-Identifier: MIT
#include "run/dataset.hpp"

#include <utility>

#include "core/file.hpp"
#include "data/csv.hpp"
#include "data/digest.hpp"
#include "data/fingerprint.hpp"
#include "run/stage_clock.hpp"

namespace rf::run {
namespace {

core::Result<std::shared_ptr<const LoadedDataset>> load(std::string_view bytes, const data::ReadingOptions& options,
                                                        const std::string& source_name, std::optional<std::string> path,
                                                        StageClock& clock, core::Context& context) {
  RF_ASSIGN(data::Dataset dataset, data::read_csv(bytes, options, source_name, context));
  clock.begin("fingerprint");
  RF_ASSIGN(dataset.source->fingerprint_sha256, data::fingerprint(bytes, context));
  return std::make_shared<const LoadedDataset>(std::move(dataset), std::move(path), clock.take());
}

}  // namespace

LoadedDataset::LoadedDataset(data::Dataset dataset, std::optional<std::string> path,
                             std::vector<artifact::StageTime> stages)
    : dataset_(std::move(dataset)), path_(std::move(path)), stages_(std::move(stages)) {}

crypto::Digest LoadedDataset::content_digest(core::Context& context) const {
  std::call_once(digest_once_, [&] { digest_ = data::content_digest(dataset_.table, context); });
  return digest_;
}

core::Result<std::shared_ptr<const LoadedDataset>> load_file(const std::string& path,
                                                             const data::ReadingOptions& options,
                                                             core::Context& context) {
  StageClock clock;
  clock.begin("load");
  RF_ASSIGN(const std::string bytes, core::read_file(path, options.limits.max_bytes));
  return load(bytes, options, path, path, clock, context);
}

core::Result<std::shared_ptr<const LoadedDataset>> load_buffer(std::string_view bytes,
                                                               const data::ReadingOptions& options,
                                                               core::Context& context) {
  StageClock clock;
  clock.begin("load");
  return load(bytes, options, "buffer", std::nullopt, clock, context);
}

}  // namespace rf::run
