// SPDX-License-Identifier: MIT
// The inputs of a training determine its results. diff compares the inputs in the order in which one follows
// from another, and the first part that differs is the answer: the split follows from data and configuration,
// and the results follow from all inputs. Pinned by tests/unit/audit/diff_test.cpp.
#include "audit/diff.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/documents.hpp"
#include "artifact/run_directory.hpp"
#include "audit/diff_parts.hpp"
#include "audit/emitted.hpp"
#include "audit/file_difference.hpp"
#include "core/mutant.hpp"
#include "core/text.hpp"
#include "json/parse.hpp"
#include "json/schema.hpp"
#include "json/write.hpp"
#include "run/as_of.hpp"

namespace rf::audit {
namespace {

using core::Result;

constexpr const char* kVersion = "version";
constexpr const char* kProfilePointer = "/numeric_profile";

struct Side {
  std::vector<artifact::File> files;
  json::Value record;   ///< run.v1, or a later one
  json::Value dataset;  ///< dataset.v1
  const artifact::Release* row = nullptr;
};

core::Error invalid_run(const std::string& directory, const std::string& what) {
  return {core::Code::kInvalidRun, "\"" + directory + "\": " + what, {{"file", directory}}};
}

/// Parses the documents of the files, checks them against their schemas and stores them in `side`.
Result<> read_documents(const std::string& directory, Side& side) {
  for (const artifact::File& file : side.files) {
    if (!file.name.ends_with(".json")) continue;
    Result<json::Value> document = json::parse(file.bytes);
    if (!document) return invalid_run(directory, file.name + ": " + document.error().message);
    if (const Result<> checked = json::check_schema(*document, file.schema_version); !checked)
      return invalid_run(directory, file.name + ": " + checked.error().message);
    if (file.name == artifact::kRecord)
      side.record = std::move(*document);
    else if (file.name == artifact::kDataset)
      side.dataset = std::move(*document);
  }
  if (side.dataset.is_null())
    return invalid_run(directory, std::string("run.json lists no ") + artifact::kDataset);
  return {};
}

/// Each file must be one that the version writes, with the schema of that version. The record cannot choose
/// otherwise.
Result<> check_names(const std::string& directory, const Side& side) {
  const std::vector<artifact::ReleaseFile> known =
      side.row->files_of(explanation_of(side.record.find("model_family")->as_string()));
  for (const artifact::File& file : side.files) {
    if (file.name == artifact::kRecord) continue;
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const artifact::ReleaseFile& one) { return one.name == file.name; });
    if (found == known.end())
      return invalid_run(directory,
                         "version " + side.row->version + " leaves no file " + core::quoted(file.name));
    if (file.name.ends_with(".json") && found->schema != file.schema_version)
      return invalid_run(
          directory, file.name + ": expected the schema " + found->schema + ", found " + file.schema_version);
  }
  return {};
}

Result<Side> read_side(const std::string& directory, const artifact::History& history) {
  Side side;
  RF_ASSIGN(artifact::RunDirectory read, artifact::read_run_directory(directory));
  side.files = std::move(read.files);
  RF_TRY(read_documents(directory, side));
  const std::string& version = side.record.find("runforge_version")->as_string();
  side.row = history.find(version);
  if (side.row == nullptr) return unsupported_version(directory, version);
  RF_TRY(check_names(directory, side));
  return side;
}

/// Renders the later run as the earlier run's version would have written it. If that version cannot have
/// written it, the later run stays as it is, which shows as a difference.
Result<> render_as_of(const Side& earlier, const artifact::History& history, const std::string& directory,
                      Side& later) {
  const run::Documents recorded = run::documents_of(earlier.files);
  Result<std::vector<artifact::File>> rendered =
      run::as_of(later.files, artifact::AsOf(history, *earlier.row), &recorded);
  if (!rendered) return {};  // the member that prevents it is a difference of the configuration
  later.files = std::move(*rendered);
  return read_documents(directory, later);
}

/// Removes from a record the members that may differ for the same inputs: the spelling of the file and the
/// wording of the requested configuration.
void take_out_wording(json::Value& record) {
  json::Value::Object& members = record.as_object();
  members.erase("requested_config");
  for (const char* fact : {"fingerprint_sha256", "size_bytes", "source"})
    members.at("dataset").as_object().erase(fact);
  for (json::Value& parameter : members.at("hyperparameters").as_array())
    parameter.as_object().erase("source");
}

/// Returns the files without those members, for the comparison.
std::vector<artifact::File> without_wording(Side& side) {
  json::Value record = side.record;
  take_out_wording(record);
  for (artifact::File& file : side.files)
    if (file.name == artifact::kRecord) file.bytes = json::pretty(record);
  return std::move(side.files);
}

json::Value remark(std::string_view section, const char* message) {
  return json::Value::object().set("section", section).set("message", message);
}

bool same_member(const Side& a, const Side& b, const char* object, const char* key) {
  const json::Value* of_a = a.record.find(object)->find(key);
  const json::Value* of_b = b.record.find(object)->find(key);
  return of_a == nullptr || of_b == nullptr ? of_a == of_b : *of_a == *of_b;
}

/// Lists the differences that change no result.
json::Value remarks(const Side& a, const Side& b) {
  json::Value list = json::Value::array();
  if (same_member(a, b, "dataset", "content_sha256")) {
    if (!same_member(a, b, "dataset", "fingerprint_sha256") || !same_member(a, b, "dataset", "size_bytes"))
      list.push(remark("data", "the table is the same, the files it was read from are not"));
    else if (!same_member(a, b, "dataset", "source"))
      list.push(remark("data", "the table is the same, it was read with other options"));
  }
  if (*a.record.find("config") == *b.record.find("config") &&
      *a.record.find("requested_config") != *b.record.find("requested_config"))
    list.push(remark("config", "the configuration is the same, it was asked for in other words"));
  if (a.row != b.row && a.row->numeric_profile == b.row->numeric_profile)
    list.push(remark("version", "two versions of one numeric profile, which give the same numbers"));
  return list;
}

std::array<Section, 4> compare_sections(const Side& a, const Side& b) {
  std::array<Section, 4> sections = {Section("data"), Section("config"), Section("split"), Section(kVersion)};
  compare_data({a.record, a.dataset}, {b.record, b.dataset}, sections[0]);
  sections[1].compare_leaves(artifact::kRecord, "/config", *a.record.find("config"),
                             *b.record.find("config"));
  sections[2].compare_leaves(artifact::kRecord, "/split", *a.record.find("split"), *b.record.find("split"));
  sections[3].compare_leaves(artifact::kRecord, kProfilePointer, json::Value(a.row->numeric_profile),
                             json::Value(b.row->numeric_profile));
  sections[3].compare_leaves(artifact::kRecord, "/runforge_version", json::Value(a.row->version),
                             json::Value(b.row->version));
  return sections;
}

/// True if the section can explain different results. The section "version" can do so only if the numeric
/// profiles differ, because two versions of one numeric profile give the same numbers.
bool can_explain(const Section& section) {
  if (section.name() != kVersion || section.is_equal()) return !section.is_equal();
  return section.differences().as_array()[0].find("pointer")->as_string() == kProfilePointer;
}

json::Value run_value(const Side& side) {
  return json::Value::object()
      .set("input_digest", *side.record.find("input_digest"))
      .set("result_digest", *side.record.find("result_digest"))
      .set("model_family", *side.record.find("model_family"))
      .set("runforge_version", *side.record.find("runforge_version"))
      .set("numeric_profile", *side.record.find("numeric_profile"));
}

json::Value first_difference_value(const FileDifference& first) {
  json::Value value;
  value.set("file", first.file);
  if (!first.where.empty()) value.set("where", first.where);
  if (!first.text.empty()) value.set("message", first.text);
  if (first.expected) value.set("a", *first.expected);
  if (first.found) value.set("b", *first.found);
  return value;
}

}  // namespace

Result<json::Value> diff(const std::string& directory_a, const std::string& directory_b,
                         const artifact::History& history) {
  RF_ASSIGN(Side a, read_side(directory_a, history));
  RF_ASSIGN(Side b, read_side(directory_b, history));
  const json::Value of_a = run_value(a);
  const json::Value of_b = run_value(b);
  const bool same_version = a.row == b.row;
  if (!same_version)
    RF_TRY(a.row < b.row ? render_as_of(a, history, directory_b, b)
                         : render_as_of(b, history, directory_a, a));
  const std::array<Section, 4> sections = compare_sections(a, b);
  Section metrics("metrics");
  metrics.compare_leaves(artifact::kRecord, "/metrics", *a.record.find("metrics"), *b.record.find("metrics"));
  const json::Value of_remarks = remarks(a, b);
  FilesCompared compared = compare_files(without_wording(a), without_wording(b));

  // If no result differs, there is nothing to explain. The remarks list the remaining differences.
  const auto cause = compared.first
                         ? std::find_if(RF_MUTANT(data_is_no_cause, sections.begin(), sections.begin() + 1),
                                        sections.end(), can_explain)
                         : sections.end();
  const bool is_explained = cause != sections.end();
  json::Value report;
  report.set("verdict", compared.first ? "different" : "equal")
      .set("cause", is_explained     ? cause->name()
                    : compared.first ? "unexplained"
                                     : "none")
      .set("answer", is_explained ? cause->answer() : no_cause_answer(compared))
      .set("compared", same_version ? "bytes" : "numbers")
      .set("a", of_a)
      .set("b", of_b)
      .set("metrics", metrics.differences())
      .set("files", std::move(compared.files))
      .set("remarks", of_remarks);
  json::Value parts = json::Value::array();
  for (const Section& section : sections) parts.push(section.value());
  report.set("sections", std::move(parts));
  if (compared.first) report.set("first_difference", first_difference_value(*compared.first));
  RF_ASSIGN(const artifact::File file,
            artifact::finish_document("diff.v1.json", "diff.v1", std::move(report)));
  return json::parse(file.bytes);
}

}  // namespace rf::audit
