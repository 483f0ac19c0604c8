// SPDX-License-Identifier: MIT
// The two small option documents beside the training configuration: how to read, how to emit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/result.hpp"
#include "json/value.hpp"
#include "table/dataset.hpp"

namespace rf::run {

/// A reading option and the version that it came with.
struct ReadingOption {
  std::string_view pointer;
  std::string_view since;
};
std::span<const ReadingOption> reading_options();

/// dataset_options.v1; empty text is `{}`. INVALID_JSON, UNKNOWN_KEY, INVALID_VALUE.
core::Result<table::ReadingOptions> read_dataset_options(std::string_view text);
table::ReadingOptions dataset_options_from(const json::Value& checked);

struct EmitOptions {
  std::optional<std::int64_t> timestamp;  ///< Unix seconds; none: the clock
  bool execution_details = true;
};

/// emit_options.v1; empty text is `{}`. INVALID_JSON, UNKNOWN_KEY, INVALID_VALUE.
core::Result<EmitOptions> read_emit_options(std::string_view text);

}  // namespace rf::run
