// SPDX-License-Identifier: MIT
// The training configuration: what the caller asked for, and what that resolves to with every default
// explicit. docs/formats/config.md says it for people, schemas/train_config.v1.schema.json for programs.
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
  json::Value requested;  ///< what the caller gave, nothing filled in
  json::Value resolved;   ///< every default explicit; resolving it again gives itself

  std::string label = "label";
  core::Task task = core::Task::kClassification;
  std::string family;
  params::Resolved parameters;
  std::optional<params::Profile> profile;
  std::uint32_t seed = 42;
  std::map<std::string, table::Role>
      roles;                      ///< kFeature, kIgnored, at most one each of kWeight, kGroup, kTime
  core::MissingPolicies missing;  ///< of features, and of the weight
  SplitMethod split_method = SplitMethod::kStratifiedShuffle;
  double validation_fraction = 0.2;               ///< not used by kPredefined
  std::string split_column;                       ///< of kPredefined
  std::optional<std::size_t> max_classes = 1000;  ///< none: any number, as versions before the limit had it
};

/// A member of the configuration and the version that it came with.
struct ConfigMember {
  std::string_view pointer;
  std::string_view since;
  std::string_view neutral =
      "";  ///< JSON; of members that came after the first release (artifact/history.hpp)
};
/// All but the hyperparameters, which params::fields() lists.
std::span<const ConfigMember> config_members();

/// Reads, checks and resolves a train_config.v1 text; empty text is `{}`.
/// Errors: INVALID_JSON, UNKNOWN_KEY, INVALID_VALUE, UNKNOWN_MODEL, UNKNOWN_PROFILE, PROFILE_CONFLICT,
/// TASK_NOT_SUPPORTED and those of params::resolve; details hold a JSON pointer.
core::Result<TrainConfig> read_train_config(std::string_view text);

/// The same for a recorded request, resolved as the record's version did: defaults of its time, what it did
/// not know at the neutral value. UNKNOWN_KEY, UNKNOWN_MODEL and UNKNOWN_PARAMETER for a request of what it
/// did not know. `resolved` holds what it knew.
core::Result<TrainConfig> read_train_config(std::string_view text, const artifact::AsOf& as_of);

}  // namespace rf::run
