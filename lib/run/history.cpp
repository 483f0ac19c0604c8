// SPDX-License-Identifier: MIT
// Each component declares the version that introduced each of its names. This file collects them. Pinned by
// tests/unit/run/history_test.cpp.
#include "run/history.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/model_file.hpp"
#include "artifact/run_files.hpp"
#include "artifact/version.hpp"
#include "core/codes.hpp"
#include "core/messages.hpp"
#include "evaluate/metrics.hpp"
#include "json/parse.hpp"
#include "params/params.hpp"
#include "run/config.hpp"
#include "run/options.hpp"

namespace rf::run {
namespace {

using artifact::Entry;
using artifact::Release;
using artifact::ReleaseFile;
using artifact::Thing;
using core::Explanation;

std::vector<ReleaseFile> files_of_0_1() {
  return {{artifact::kDataset, "dataset.v1"},
          {artifact::kImportance, "feature_importance.v1", Explanation::kImportance},
          {artifact::kIndex, "interpretability.index.v1"},
          {artifact::kCoefficients, "linear_coefficients.v1", Explanation::kCoefficients},
          {artifact::kMetrics, "metrics.v1"},
          {artifact::kModel, "model.v1"}};
}

/// The running version's files: those of the result plane that `artifacts` lists.
std::vector<ReleaseFile> files_of_now() {
  std::vector<ReleaseFile> files;
  for (const artifact::RunFile& file : artifact::kRunFiles)
    if (file.plane == artifact::Plane::kResult && file.name != std::string_view(artifact::kRecord))
      files.push_back({file.name, file.schema, file.explanation});
  // total order: no two files have one name
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

/// One entry for each released version, then the entry of the running version.
std::vector<Release> releases() {
  std::vector<Release> rows = {{"0.1.0", 3, 1, "run.v1", "execution.v1", files_of_0_1()}};
  Release running{artifact::runforge_version(), artifact::kNumericProfile,  artifact::kModelFormat,
                  artifact::kRecordSchema,      artifact::kExecutionSchema, files_of_now()};
  if (rows.back().version != running.version) rows.push_back(std::move(running));
  return rows;
}

void add(std::vector<Entry>& entries, Thing thing, std::string_view name, std::string_view since,
         std::string_view neutral = {}) {
  entries.push_back({thing, std::string(name), std::string(since)});
  if (!neutral.empty()) entries.back().neutral = json::parse(neutral).value();
}

void add_parameter(std::vector<Entry>& entries, const core::FamilyInfo& family, const params::Field& field) {
  add(entries, Thing::kHyperparameter, std::string(family.name) + "/" + std::string(field.name), field.since);
  if (field.neutral) entries.back().neutral = artifact::parameter_value(*field.neutral);
}

void add_parameters(std::vector<Entry>& entries) {
  for (const core::FamilyInfo& family : core::kFamilies) {
    add(entries, Thing::kFamily, family.name, family.since);
    std::set<std::string_view> seen;
    for (const core::Task task : {core::Task::kClassification, core::Task::kRegression})
      for (const params::Field& field : params::fields(family.family, task))
        if (seen.insert(field.name).second) add_parameter(entries, family, field);
  }
}

/// 0.1.0 had this code in the report of inspect alone.
std::string_view since_in_records(const core::CodeInfo& info) {
  return info.name == core::code_name(core::Code::kFeatureMatchesLabel) ? "0.2.0" : info.since;
}

void add_codes(std::vector<Entry>& entries) {
  for (const core::CodeInfo& info : core::kCodeTable)
    if (info.status == core::Status::kOk) add(entries, Thing::kCode, info.name, since_in_records(info));
  for (const core::DetailKey& detail : core::kDetailKeys)
    add(entries, Thing::kDetail, std::string(core::code_name(detail.code)) + "/" + std::string(detail.key),
        detail.since);
}

}  // namespace

artifact::History product_history() {
  artifact::History history{releases(), {}};
  std::vector<Entry>& entries = history.entries;
  for (const ConfigMember& member : config_members())
    add(entries, Thing::kConfigMember, member.pointer, member.since, member.neutral);
  for (const ReadingOption& option : reading_options())
    add(entries, Thing::kReadingOption, option.pointer, option.since, option.neutral);
  add_parameters(entries);
  for (const evaluate::MetricName& metric : evaluate::kMetricNames)
    add(entries, Thing::kMetric, metric.name, metric.since);
  add_codes(entries);
  return history;
}

}  // namespace rf::run
