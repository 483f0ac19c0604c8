// SPDX-License-Identifier: MIT
// Makes and reads statements. A reader takes the few free words from a statement, makes the statement again
// from run.json and accepts it only if the bytes are equal. Pinned by
// tests/unit/artifact/provenance_test.cpp.
#include "artifact/provenance.hpp"

#include <utility>

#include "artifact/history.hpp"
#include "artifact/run_files.hpp"
#include "core/mutant.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace rf::artifact {
namespace {

using core::Result;

constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
constexpr std::string_view kProvenanceType = "https://slsa.dev/provenance/v1";
constexpr std::string_view kSignatureType = "urn:runforge:signature:v1";
constexpr std::string_view kReproductionType = "urn:runforge:reproduction:v1";
constexpr std::string_view kReproductionAsOfType = "urn:runforge:reproduction:v2";
constexpr std::string_view kBuildType = "urn:runforge:train:v1";
constexpr std::string_view kBuilder = "urn:runforge:library";

json::Value resource(std::string_view name, const std::string& sha256) {
  json::Value value;
  value.set("name", name).set("digest", json::Value::object().set("sha256", sha256));
  return value;
}

const std::string& recorded_by(const Record& record) {
  return record.document.find("runforge_version")->as_string();
}

/// Digests by file name, as listed in run.json. The digest of run.json itself is that of the bytes in hand.
Digests named_digests(const Record& record) {
  Digests named;
  for (const json::Value& artifact : record.document.find("artifacts")->as_array())
    named[artifact.find("path")->as_string()] = artifact.find("sha256")->as_string();
  if (const auto own = record.sha256.find(kRecord); own != record.sha256.end())
    named[own->first] = own->second;
  return named;
}

/// The result files, including run.json, by name.
json::Value subjects(const Record& record) {
  json::Value array = json::Value::array();
  for (const auto& [name, digest] : named_digests(record)) array.push(resource(name, digest));
  return array;
}

json::Value dependencies(const json::Value& record) {
  const json::Value& dataset = *record.find("dataset");
  json::Value array = json::Value::array();
  array.push(resource("dataset content", dataset.find("content_sha256")->as_string()));
  if (const json::Value* fingerprint = dataset.find("fingerprint_sha256"))
    array.push(resource("dataset file", fingerprint->as_string()));
  return array;
}

/// The only place that assembles a statement, so no statement is made without checking the digests.
Result<std::string> statement(const Record& record, std::string_view type, json::Value predicate) {
  RF_TRY(check_subjects(record));
  json::Value value;
  value.set("_type", kStatementType)
      .set("subject", subjects(record))
      .set("predicateType", type)
      .set("predicate", std::move(predicate));
  return json::canonical(value);
}

/// The members that all predicates of our own types share.
json::Value own_predicate(const Record& record, std::string_view verdict,
                          const std::string& runforge_version) {
  json::Value predicate;
  predicate.set("verdict", verdict)
      .set("numeric_profile", *record.document.find("numeric_profile"))
      .set("recorded_by", recorded_by(record))
      .set("runforge_version", runforge_version)
      .set("resolvedDependencies", dependencies(record.document));
  return predicate;
}

Result<std::string> reproduction(const Record& record, const std::string& runforge_version,
                                 Sameness sameness) {
  const char* verdict = "byte-identical";
  const char* compared = "bytes";
  if (sameness == Sameness::kAsOf) {
    verdict = "identical as of";
    compared = "as_of";
  } else if (sameness == Sameness::kNumbers) {
    verdict = "numbers-identical";
    compared = "numbers";
  }
  json::Value predicate = own_predicate(record, verdict, runforge_version);
  predicate.set("compared", compared);
  return statement(record, sameness == Sameness::kAsOf ? kReproductionAsOfType : kReproductionType,
                   std::move(predicate));
}

std::string text_at(const json::Value& object, std::string_view key) {
  const json::Value* found = object.find(key);
  return found != nullptr && found->is_string() ? found->as_string() : "";
}

/// What a statement of this type with this predicate claims. The caller compares the bytes to find out
/// whether it is such a statement.
Statement claimed_statement(const std::string& type, const json::Value& predicate, const Record& record) {
  if (type == kProvenanceType) return {.says = Says::kRecorded, .runforge_version = recorded_by(record)};
  Statement claimed{.says = Says::kSigned, .runforge_version = text_at(predicate, "runforge_version")};
  if (type == kSignatureType) {
    if (text_at(predicate, "data") == "holds") claimed.data = DataLook::kHolds;
    return claimed;
  }
  claimed.says = Says::kReproduced;
  if (type == kReproductionAsOfType)
    claimed.sameness = Sameness::kAsOf;
  else if (text_at(predicate, "compared") != "bytes")
    claimed.sameness = Sameness::kNumbers;
  return claimed;
}

/// The only valid bytes for this statement.
Result<std::string> statement_that_says(const Statement& said, const Record& record) {
  switch (said.says) {
    case Says::kRecorded:
      return provenance_statement(record);
    case Says::kSigned:
      return signature_statement(record, {said.runforge_version, said.data});
    case Says::kReproduced:
      break;
  }
  return reproduction(record, said.runforge_version, said.sameness);
}

}  // namespace

Result<> check_subjects(const Record& record) {
  const auto altered = [](const std::string& name, const std::string& what) {
    return core::Error{core::Code::kRunAltered, name + ": " + what, {{"file", name}}};
  };
  if (!record.sha256.contains(kRecord)) return altered(kRecord, "the file is missing");
  for (const json::Value& artifact : record.document.find("artifacts")->as_array()) {
    const std::string& name = artifact.find("path")->as_string();
    const std::string& named = artifact.find("sha256")->as_string();
    const auto found = record.sha256.find(name);
    if (found == record.sha256.end()) return altered(name, "run.json lists the file, and it is missing");
    if (RF_MUTANT(subjects_are_taken_over, found->second != named, false))
      return altered(name, "expected the SHA-256 " + named + " that run.json says, found " + found->second);
  }
  return {};
}

Result<std::string> provenance_statement(const Record& record) {
  const json::Value& run = record.document;
  json::Value definition;
  definition.set("buildType", kBuildType)
      .set("externalParameters", json::Value::object().set("config", *run.find("config")))
      .set("internalParameters", json::Value::object().set("numeric_profile", *run.find("numeric_profile")))
      .set("resolvedDependencies", dependencies(run));
  json::Value builder;
  builder.set("id", kBuilder).set("version", json::Value::object().set("runforge", recorded_by(record)));
  json::Value predicate;
  predicate.set("buildDefinition", std::move(definition))
      .set("runDetails", json::Value::object().set("builder", std::move(builder)));
  return statement(record, kProvenanceType, std::move(predicate));
}

Result<std::string> signature_statement(const Record& record, const FoundWhole& found) {
  json::Value predicate = own_predicate(record, "found whole", found.runforge_version);
  predicate.set("data", found.data == DataLook::kHolds ? "holds" : "not checked");
  return statement(record, kSignatureType, std::move(predicate));
}

Result<std::string> reproduction_statement(const Record& record, const std::string& runforge_version) {
  const bool same_version = runforge_version == recorded_by(record);
  return reproduction(record, runforge_version, same_version ? Sameness::kBytes : Sameness::kAsOf);
}

Result<Statement> read_statement(std::string_view text, const Record& record) {
  const core::Error invalid{core::Code::kInvalidSignature, "the statement is not one about this run", {}};
  const Result<json::Value> parsed = json::parse(text);
  if (!parsed) return invalid;
  const json::Value* predicate = parsed->find("predicate");
  if (predicate == nullptr) return invalid;
  const Statement claimed = claimed_statement(text_at(*parsed, "predicateType"), *predicate, record);
  if (!parse_version(claimed.runforge_version)) return invalid;
  // A reproduction compares bytes if and only if the record's own version made it.
  if (claimed.says == Says::kReproduced &&
      (claimed.sameness == Sameness::kBytes) != (claimed.runforge_version == recorded_by(record)))
    return invalid;
  const Result<std::string> expected = statement_that_says(claimed, record);
  if (!expected || text != *expected) return invalid;
  return claimed;
}

}  // namespace rf::artifact
