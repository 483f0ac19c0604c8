// SPDX-License-Identifier: MIT
// What goes into a training decides what comes out. So what went in is compared in the order in which one
// thing follows from another, and the first part that differs is the answer: the split follows from data and
// configuration, the results from all of it.
#include "run/diff.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/documents.hpp"
#include "artifact/run_directory.hpp"
#include "core/mutant.hpp"
#include "json/parse.hpp"
#include "json/schema.hpp"
#include "json/write.hpp"
#include "run/diff_parts.hpp"
#include "run/emitted.hpp"
#include "run/file_difference.hpp"

namespace rf::run {
namespace {

using core::Result;

constexpr const char* kVersion = "version";
constexpr const char* kProfilePointer = "/numeric_profile";

struct Side {
  std::vector<artifact::File> files;
  json::Value record;   ///< run.v1
  json::Value dataset;  ///< dataset.v1
};

Result<Side> read_side(const std::string& directory) {
  Side side;
  RF_ASSIGN(side.files, artifact::read_run_directory(directory));
  for (const artifact::File& file : side.files) {
    if (file.name != kRecord && file.name != kDataset) continue;
    Result<json::Value> document = json::parse(file.bytes);
    const Result<> checked = document ? json::check_schema(*document, file.schema_version) : Result<>();
    if (!document || !checked)
      return core::Error{core::Code::kInvalidRun,
                         "\"" + directory + "\": " + file.name + ": " +
                             (document ? checked.error().message : document.error().message),
                         {{"file", directory}}};
    (file.name == kRecord ? side.record : side.dataset) = std::move(*document);
  }
  if (side.dataset.is_null())
    return core::Error{core::Code::kInvalidRun,
                       "\"" + directory + "\": run.json lists no " + kDataset,
                       {{"file", directory}}};
  return side;
}

/// Takes out of a record what says the same in other words: how the file was spelled and how the
/// configuration was asked for.
void take_out_wording(json::Value& record) {
  json::Value::Object& members = record.as_object();
  members.erase("requested_config");
  for (const char* fact : {"fingerprint_sha256", "size_bytes", "source"})
    members.at("dataset").as_object().erase(fact);
  for (json::Value& parameter : members.at("hyperparameters").as_array())
    parameter.as_object().erase("source");
}

/// The files without that wording, for comparing.
std::vector<artifact::File> without_wording(Side& side) {
  json::Value record = side.record;
  take_out_wording(record);
  for (artifact::File& file : side.files)
    if (file.name == kRecord) file.bytes = json::pretty(record);
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

/// What differs and changes no result.
json::Value remarks(const Side& a, const Side& b) {
  json::Value list = json::Value::array();
  if (same_member(a, b, "dataset", "content_sha256")) {
    if (!same_member(a, b, "dataset", "fingerprint_sha256"))
      list.push(remark("data", "the table is the same, the files it was read from are not"));
    else if (!same_member(a, b, "dataset", "source"))
      list.push(remark("data", "the table is the same, it was read with other options"));
  }
  if (*a.record.find("config") == *b.record.find("config") &&
      *a.record.find("requested_config") != *b.record.find("requested_config"))
    list.push(remark("config", "the configuration is the same, it was asked for in other words"));
  if (*a.record.find("runforge_version") != *b.record.find("runforge_version") &&
      *a.record.find("numeric_profile") == *b.record.find("numeric_profile"))
    list.push(remark("version", "two versions of one numeric profile, which give the same numbers"));
  return list;
}

std::array<Section, 4> compare_sections(const Side& a, const Side& b) {
  std::array<Section, 4> sections = {Section("data"), Section("config"), Section("split"), Section(kVersion)};
  compare_data({a.record, a.dataset}, {b.record, b.dataset}, sections[0]);
  sections[1].compare_leaves(kRecord, "/config", *a.record.find("config"), *b.record.find("config"));
  sections[2].compare_leaves(kRecord, "/split", *a.record.find("split"), *b.record.find("split"));
  sections[3].compare_leaves(kRecord, kProfilePointer, *a.record.find("numeric_profile"),
                             *b.record.find("numeric_profile"));
  sections[3].compare_leaves(kRecord, "/runforge_version", *a.record.find("runforge_version"),
                             *b.record.find("runforge_version"));
  return sections;
}

/// Two versions of one numeric profile are meant to give the same numbers.
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

Result<json::Value> diff(const std::string& directory_a, const std::string& directory_b) {
  RF_ASSIGN(Side a, read_side(directory_a));
  RF_ASSIGN(Side b, read_side(directory_b));
  const std::array<Section, 4> sections = compare_sections(a, b);
  Section metrics("metrics");
  metrics.compare_leaves(kRecord, "/metrics", *a.record.find("metrics"), *b.record.find("metrics"));
  const bool same_version = *a.record.find("runforge_version") == *b.record.find("runforge_version");
  FilesCompared compared = compare_files(without_wording(a), without_wording(b),
                                         same_version ? Compared::kBytes : Compared::kNumbers);

  // Where no result differs there is nothing to explain: what differs then stands in the remarks.
  const auto first = RF_MUTANT(data_is_no_cause, sections.begin(), sections.begin() + 1);
  const auto cause = compared.first ? std::find_if(first, sections.end(), can_explain) : sections.end();
  const bool is_explained = cause != sections.end();
  json::Value report;
  report.set("verdict", compared.first ? "different" : "equal")
      .set("cause", is_explained     ? cause->name()
                    : compared.first ? "unexplained"
                                     : "none")
      .set("answer", is_explained ? cause->answer() : no_cause_answer(compared))
      .set("compared", same_version ? "bytes" : "numbers")
      .set("a", run_value(a))
      .set("b", run_value(b))
      .set("metrics", metrics.differences())
      .set("files", std::move(compared.files))
      .set("remarks", remarks(a, b));
  json::Value parts = json::Value::array();
  for (const Section& section : sections) parts.push(section.value());
  report.set("sections", std::move(parts));
  if (compared.first) report.set("first_difference", first_difference_value(*compared.first));
  RF_ASSIGN(const artifact::File file,
            artifact::finish_document("diff.v1.json", "diff.v1", std::move(report)));
  return json::parse(file.bytes);
}

}  // namespace rf::run
