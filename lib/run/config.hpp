// SPDX-License-Identifier: MIT
// The training configuration: the caller's request, and the resolved configuration with every default
// explicit. docs/formats/config.md describes it for people, schemas/train_config.v1.schema.json for programs.
// Pinned by tests/unit/run/config_test.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "artifact/history.hpp"
#include "core/result.hpp"
#include "core/vocabulary.hpp"
#include "json/value.hpp"
#include "params/params.hpp"
#include "table/selection.hpp"

namespace rf::run {

enum class SplitMethod : std::uint8_t { kStratifiedShuffle, kShuffle, kGroup, kTime, kPredefined };
inline constexpr std::array kSplitMethods = {SplitMethod::kStratifiedShuffle, SplitMethod::kShuffle,
                                             SplitMethod::kGroup, SplitMethod::kTime,
                                             SplitMethod::kPredefined};
constexpr std::string_view split_method_name(SplitMethod method) {
  constexpr std::string_view kNames[] = {"stratified_shuffle", "shuffle", "group", "time", "predefined"};
  return kNames[static_cast<std::size_t>(method)];
}

struct TrainConfig {
  json::Value requested;  ///< the caller's configuration, without defaults
  json::Value resolved;   ///< every default explicit; resolving it again gives the same

  std::string label = "label";
  core::Task task = core::Task::kClassification;
  core::Family family = core::Family::kLogisticRegression;
  params::Resolved parameters;
  std::optional<params::Profile> profile;
  std::uint32_t seed = 42;
  std::map<std::string, table::Role>
      roles;                      ///< kFeature, kIgnored, at most one each of kWeight, kGroup, kTime
  core::MissingPolicies missing;  ///< for the features and the weight
  SplitMethod split_method = SplitMethod::kStratifiedShuffle;
  double validation_fraction = 0.2;               ///< not used by kPredefined
  std::string split_column;                       ///< for kPredefined
  std::optional<std::size_t> max_classes = 1000;  ///< absent: any number, as in versions before the limit
};

/// A member of the configuration and the version that introduced it.
struct ConfigMember {
  std::string_view pointer;
  std::string_view since;
  std::string_view neutral =
      "";  ///< JSON; set for members that came after the first release (artifact/history.hpp)
};
/// All members except the hyperparameters, which params::fields() lists.
std::span<const ConfigMember> config_members();

/// Reads, checks and resolves a train_config.v1 text; empty text is `{}`.
/// Errors: INVALID_JSON, UNKNOWN_KEY, INVALID_VALUE, UNKNOWN_MODEL, UNKNOWN_PROFILE, PROFILE_CONFLICT,
/// TASK_NOT_SUPPORTED and those of params::resolve; details hold a JSON pointer.
core::Result<TrainConfig> read_train_config(std::string_view text);

/// The same for a recorded request, resolved as the record's version did: with the defaults of that version,
/// and with neutral values for everything that it did not know. UNKNOWN_KEY, UNKNOWN_MODEL and
/// UNKNOWN_PARAMETER if the request names something that it did not know. `resolved` contains only members
/// that it knew.
core::Result<TrainConfig> read_train_config(std::string_view text, const artifact::AsOf& as_of);

}  // namespace rf::run
