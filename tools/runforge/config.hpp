// SPDX-License-Identifier: MIT
// Turns flags and a --config file into the JSON that the library takes. Only what the caller gave is passed
// on.
#pragma once

#include <optional>
#include <string>

#include "failure.hpp"
#include "json.hpp"
#include "options.hpp"

namespace rf::tool {

struct LibraryConfig {
  std::string dataset = "{}";  ///< dataset_options.v1
  std::string train = "{}";    ///< train_config.v1
  bool has_train = false;      ///< whether any option of a training was given
};

/// Runs `body`. A mistake in a configuration that the library finds there names the file of --config, if
/// there is one.
template <typename Body>
auto with_config_named(const std::optional<std::string>& path, Body body) {
  try {
    return body();
  } catch (const runforge::Error& error) {
    if (!path || error.status() != RF_E_CONFIG) throw;
    throw Failure(error.status(), error.code(), *path + " (or a flag): " + error.message(), error.details());
  }
}

/// The --config file, in which each flag overrides its key.
LibraryConfig library_config(const ConfigArguments& arguments);

/// Returns the reading options for the file to predict: `recorded` (those of a run, or what a model needs),
/// in which the members of the config file's `dataset` replace theirs.
std::string reading_options(json::Document recorded, const std::optional<std::string>& config_path);

/// emit_options.v1. The time is that of --timestamp, else of SOURCE_DATE_EPOCH, else the library chooses it.
std::string emit_options(const TrainArguments& arguments);

/// The number of threads: all cores unless `wanted` is given.
std::uint32_t thread_count(const std::optional<std::uint32_t>& wanted);

}  // namespace rf::tool
