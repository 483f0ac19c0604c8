// SPDX-License-Identifier: MIT
// Describes what each released version knew, so that its records are judged by what it could have written. A
// history lists the versions; the last is the running version. It also lists each thing that a record can
// name, with the version that introduced it. docs/decisions/0020-records-that-age.md. run/history.cpp builds
// the history of the product; tests pass their own tables. Pinned by tests/unit/artifact/history_test.cpp.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/family.hpp"
#include "json/value.hpp"

namespace rf::artifact {

/// major.minor.patch. A -dev version knows everything that the release it leads to knows.
struct Version {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t patch = 0;
  auto operator<=>(const Version&) const = default;
};
/// nullopt if the text is not a version.
std::optional<Version> parse_version(std::string_view word);

struct ReleaseFile {
  std::string name;
  std::string schema;                                        ///< "metrics.v1"
  core::Explanation explanation = core::Explanation::kNone;  ///< set if the file is a model's explanation
};

/// One version of the history.
struct Release {
  std::string version;  ///< "0.1.0"
  std::uint32_t numeric_profile = 0;
  int model_format = 0;  ///< the latest format that it writes
  std::string record_schema;
  std::string execution_schema;
  std::vector<ReleaseFile> files;  ///< apart from run.json and execution.v1.json, names ascending

  /// Returns the files that a run of this version lists in `artifacts` if its model has this explanation,
  /// names ascending.
  std::vector<ReleaseFile> files_of(core::Explanation explanation) const;
};

/// The kinds of things that a record can name.
enum class Thing : std::uint8_t {
  kConfigMember,    ///< JSON pointer in the configuration: "/missing/policy"
  kReadingOption,   ///< JSON pointer in the reading options: "/trim"
  kFamily,          ///< "random_forest"
  kHyperparameter,  ///< "random_forest/max_features"
  kMetric,          ///< "roc_auc"
  kCode,            ///< "NOT_CONVERGED"
  kDetail,          ///< "NOT_CONVERGED/reason"; key "*" matches any key, "missing:*" any key that begins so
};

/// The default that the versions before `until` had.
struct EarlierDefault {
  std::string until;
  json::Value value;
};

struct Entry {
  Thing thing;
  std::string name;
  std::string since;
  /// At this value every result is the same as before the member existed. Configuration members, reading
  /// options and hyperparameters that came after the first release have one.
  std::optional<json::Value> neutral = std::nullopt;
  std::vector<EarlierDefault> earlier_defaults = {};  ///< oldest first
};

struct History {
  std::vector<Release> releases;  ///< oldest first; the last is the running version
  std::vector<Entry> entries;

  const Release& running() const { return releases.back(); }
  /// Returns null if the history does not have the version.
  const Release* find(std::string_view version) const;
  /// Returns null if no version knows the name.
  const Entry* find(Thing thing, std::string_view name) const;
};

/// A view of the library as of one version of its history. Borrows the history.
class AsOf {
 public:
  AsOf(const History& history, const Release& row)
      : history_(&history), row_(&row), version_(*parse_version(row.version)) {}

  const Release& row() const { return *row_; }
  const History& history() const { return *history_; }
  bool is_running() const { return row_ == &history_->running(); }
  bool has_running_profile() const { return row_->numeric_profile == history_->running().numeric_profile; }
  /// True if the view's version is `version` or a later one.
  bool is_at_least(std::string_view version) const;
  /// True if the view's version knew it; false if no version knows it.
  bool knows(Thing thing, std::string_view name) const;
  bool knows(const Entry& entry) const;
  /// Returns the default of the view's version if it differs from today's, else null.
  const json::Value* earlier_default(const Entry& entry) const;

 private:
  const History* history_;
  const Release* row_;
  Version version_;
};

}  // namespace rf::artifact
