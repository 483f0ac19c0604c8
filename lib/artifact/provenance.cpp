// SPDX-License-Identifier: MIT
#include "artifact/provenance.hpp"

#include <map>
#include <utility>

#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace rf::artifact {
namespace {

constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
constexpr std::string_view kProvenanceType = "https://slsa.dev/provenance/v1";
constexpr std::string_view kReproductionType = "urn:runforge:reproduction:v1";
constexpr std::string_view kBuildType = "urn:runforge:train:v1";
constexpr std::string_view kBuilder = "urn:runforge:library";

json::Value resource(std::string_view name, const std::string& sha256) {
  json::Value value;
  value.set("name", name).set("digest", json::Value::object().set("sha256", sha256));
  return value;
}

/// The result files, run.json among them, by name.
json::Value subjects(const Record& record) {
  std::map<std::string, std::string> digests = {{"run.json", crypto::sha256_hex(record.bytes)}};
  for (const json::Value& artifact : record.document.find("artifacts")->as_array())
    digests[artifact.find("path")->as_string()] = artifact.find("sha256")->as_string();
  json::Value array = json::Value::array();
  for (const auto& [name, digest] : digests) array.push(resource(name, digest));
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

std::string statement(const Record& record, std::string_view type, json::Value predicate) {
  json::Value value;
  value.set("_type", kStatementType)
      .set("subject", subjects(record))
      .set("predicateType", type)
      .set("predicate", std::move(predicate));
  return json::canonical(value);
}

/// Where the statement's predicate is that of a reproduction, what it says of it.
ReproducedBy reproduced_by(const json::Value& predicate) {
  ReproducedBy by{"", true};
  if (const json::Value* version = predicate.find("runforge_version"); version != nullptr && version->is_string())
    by.runforge_version = version->as_string();
  if (const json::Value* compared = predicate.find("compared"); compared != nullptr && compared->is_string())
    by.same_bytes = compared->as_string() == "bytes";
  return by;
}

}  // namespace

std::string provenance_statement(const Record& record) {
  const json::Value& run = record.document;
  json::Value definition;
  definition.set("buildType", kBuildType)
      .set("externalParameters", json::Value::object().set("config", *run.find("config")))
      .set("internalParameters", json::Value::object().set("numeric_profile", *run.find("numeric_profile")))
      .set("resolvedDependencies", dependencies(run));
  json::Value builder;
  builder.set("id", kBuilder).set("version", json::Value::object().set("runforge", *run.find("runforge_version")));
  json::Value predicate;
  predicate.set("buildDefinition", std::move(definition))
      .set("runDetails", json::Value::object().set("builder", std::move(builder)));
  return statement(record, kProvenanceType, std::move(predicate));
}

std::string reproduction_statement(const Record& record, const ReproducedBy& by) {
  json::Value predicate;
  predicate.set("verdict", by.same_bytes ? "byte-identical" : "numbers-identical")
      .set("compared", by.same_bytes ? "bytes" : "numbers")
      .set("numeric_profile", *record.document.find("numeric_profile"))
      .set("recorded_by", *record.document.find("runforge_version"))
      .set("runforge_version", by.runforge_version)
      .set("resolvedDependencies", dependencies(record.document));
  return statement(record, kReproductionType, std::move(predicate));
}

core::Result<Says> read_statement(std::string_view text, const Record& record) {
  const core::Error invalid{core::Code::kInvalidSignature, "the statement is not one about this run", {}};
  const core::Result<json::Value> parsed = json::parse(text);
  if (!parsed) return invalid;
  if (text == provenance_statement(record)) return Says::kRecorded;
  const json::Value* predicate = parsed->find("predicate");
  if (predicate == nullptr) return invalid;
  if (text == reproduction_statement(record, reproduced_by(*predicate))) return Says::kReproduced;
  return invalid;
}

}  // namespace rf::artifact
