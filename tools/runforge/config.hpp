// SPDX-License-Identifier: MIT
// From flags and a --config file to the JSON the library takes. Only what the caller gave is passed on.
#pragma once

#include <optional>
#include <string>

#include "json.hpp"
#include "options.hpp"

namespace rf::tool {

struct LibraryConfig {
  std::string dataset = "{}";  ///< dataset_options.v1
  std::string train = "{}";    ///< train_config.v1
  bool has_train = false;      ///< whether anything was said about learning
};

/// The --config file with each flag put over its key.
LibraryConfig library_config(const ConfigArguments& arguments);

/// How to read the file to predict: `recorded` (a run's options or what a model needs) with the members of
/// the config file's `dataset` put over it.
std::string reading_options(json::Document recorded, const std::optional<std::string>& config_path);

/// emit_options.v1; the time is --timestamp's, else that of SOURCE_DATE_EPOCH, else left to the library.
std::string emit_options(const TrainArguments& arguments);

/// All cores unless told otherwise.
std::uint32_t thread_count(const std::optional<std::uint32_t>& wanted);

}  // namespace rf::tool
