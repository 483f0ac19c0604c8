// SPDX-License-Identifier: MIT
// Reports what a training would see, before it runs: inspect.v2.
#pragma once

#include <optional>

#include "core/context.hpp"
#include "core/result.hpp"
#include "json/value.hpp"
#include "run/config.hpp"
#include "run/dataset.hpp"

namespace rf::run {

/// Without a configuration: columns and kinds. With one: also roles, rows that would be dropped, classes,
/// diagnostics, and `problem` if the training would be refused. CANCELLED.
core::Result<json::Value> inspect(const LoadedDataset& dataset, const std::optional<TrainConfig>& config,
                                  core::Context& context);

}  // namespace rf::run
