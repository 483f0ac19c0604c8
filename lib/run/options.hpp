// SPDX-License-Identifier: MIT
// The two small option documents apart from the training configuration: how to read and how to emit. Pinned
// by tests/unit/run/options_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "artifact/history.hpp"
#include "core/result.hpp"
#include "json/value.hpp"
#include "table/dataset.hpp"

namespace rf::run {

/// A reading option and the version that introduced it.
struct ReadingOption {
  std::string_view pointer;
  std::string_view since;
  std::string_view neutral = {};  ///< JSON: the value that reads as before the option was known
};
std::span<const ReadingOption> reading_options();
/// Gives the options that the view's version did not know their neutral values.
void set_neutral_options(json::Value& options, const artifact::AsOf& as_of);

/// dataset_options.v1; empty text is `{}`. INVALID_JSON, UNKNOWN_KEY, INVALID_VALUE.
core::Result<table::ReadingOptions> read_dataset_options(std::string_view text);
table::ReadingOptions dataset_options_from(const json::Value& checked);

struct EmitOptions {
  std::optional<std::int64_t> timestamp;  ///< Unix seconds; absent: the current time
  bool execution_details = true;
};

/// emit_options.v1; empty text is `{}`. INVALID_JSON, UNKNOWN_KEY, INVALID_VALUE.
core::Result<EmitOptions> read_emit_options(std::string_view text);

}  // namespace rf::run
