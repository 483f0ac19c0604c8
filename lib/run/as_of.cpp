// SPDX-License-Identifier: MIT
// Writes a run as an earlier version would have written it. First everything that the earlier version did not
// know is left out. Then versions, schemas and digests are set in the files that remain. A file that names
// the digest of another file is set after that other file.
#include "run/as_of.hpp"

#include <algorithm>
#include <utility>

#include "artifact/run_files.hpp"
#include "artifact/safetensors.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"
#include "run/result_files.hpp"

namespace rf::run {
namespace {

using artifact::AsOf;
using artifact::Entry;
using artifact::Thing;
using core::Result;

/// The model file with another version and input digest in its header.
ModelFile model_as_of(const artifact::File& file, const artifact::Release& row,
                      const std::string& input_digest) {
  Result<artifact::Container> container = artifact::read_safetensors(file.bytes);
  if (!container) return {file.sha256(), file.bytes.size(), file.bytes};
  container->metadata["runforge_version"] = row.version;
  container->metadata["input_digest"] = input_digest;
  std::string bytes = artifact::write_safetensors(*container);
  std::string sha256 = crypto::sha256_hex(bytes);
  const std::uint64_t size_bytes = bytes.size();
  return {std::move(sha256), size_bytes, std::move(bytes)};
}

core::Error not_of_that_version(const AsOf& row, const Entry& entry, const std::string& pointer) {
  return {core::Code::kInvalidRun,
          "run.json, " + pointer + ": came with version " + entry.since +
              " and is not at the value that changes nothing, so version " + row.row().version +
              " cannot have written it",
          {{"pointer", pointer}}};
}

class Renderer {
 public:
  Renderer(Documents made, const AsOf& row, const Documents* recorded, const core::Monitor& monitor)
      : made_(std::move(made)), row_(row), recorded_(recorded), monitor_(monitor) {}

  Result<Rendered> operator()(const ModelOf& model) {
    // The running version knows everything that it makes.
    if (!row_.is_running()) {
      RF_TRY(leave_out_options());
      RF_TRY(leave_out_parameters());
      leave_out_metrics();
      leave_out_diagnostics();
      leave_out_files();
      if (recorded_ != nullptr) take_prose();
    }
    RF_TRY(finish(model));
    return std::move(rendered_);
  }

 private:
  json::Value& record() { return made_.at(artifact::kRecord); }

  /// Removes from an object of options those that the version did not know. Each must have its neutral value.
  Result<> leave_out(Thing thing, json::Value& options, const std::string& pointer) {
    for (const Entry& entry : row_.history().entries) {
      if (entry.thing != thing || row_.knows(entry)) continue;
      const json::Value* const value = json::at(options, entry.name);
      if (value == nullptr) continue;
      // A limit may have any value: if it did not refuse the training, it does not change the results.
      // Reading options may too: the results follow from the table, whose digest the record holds.
      const bool changes_no_result = thing == Thing::kReadingOption || entry.name.starts_with("/limits/");
      if (!changes_no_result && *value != entry.neutral)
        return not_of_that_version(row_, entry, pointer + entry.name);
      json::erase_at(options, entry.name);
    }
    return {};
  }

  Result<> leave_out_options() {
    RF_TRY(leave_out(Thing::kConfigMember, member(record(), "config"), "/config"));
    json::Value& dataset = member(record(), "dataset");
    if (dataset.find("source") == nullptr) return {};
    return leave_out(Thing::kReadingOption, member(member(dataset, "source"), "options"),
                     "/dataset/source/options");
  }

  /// Removes the hyperparameters that the version did not know. A configuration that was resolved as of the
  /// version does not contain them; another one may.
  Result<> leave_out_parameters() {
    const std::string family = record().find("model_family")->as_string();
    json::Value::Object& parameters = member(member(record(), "config"), "params").as_object();
    json::Value::Array& listed = member(record(), "hyperparameters").as_array();
    for (const Entry& entry : row_.history().entries) {
      if (entry.thing != Thing::kHyperparameter || !entry.name.starts_with(family + "/") || row_.knows(entry))
        continue;
      const std::string name = entry.name.substr(family.size() + 1);
      const auto parameter = parameters.find(name);
      if (parameter == parameters.end()) continue;
      if (parameter->second != entry.neutral)
        return not_of_that_version(row_, entry, "/config/params/" + name);
      parameters.erase(parameter);
      std::erase_if(listed, [&](const json::Value& one) { return one.find("name")->as_string() == name; });
    }
    return {};
  }

  void leave_out_metrics() {
    const auto is_unknown = [&](const auto& metric) {
      const Entry* const entry = row_.history().find(Thing::kMetric, metric.first);
      return entry != nullptr && !row_.knows(*entry);
    };
    std::erase_if(member(record(), "metrics").as_object(), is_unknown);
    if (const auto metrics = made_.find(artifact::kMetrics); metrics != made_.end())
      std::erase_if(metrics->second.as_object(), is_unknown);
  }

  /// Removes the diagnostics whose code or metric the version did not know, and unknown details of the
  /// others. They are kept in found_now.
  void leave_out_diagnostics() {
    json::Value kept = json::Value::array();
    for (json::Value& diagnostic : member(record(), "diagnostics").as_array()) {
      const std::string& code = diagnostic.find("code")->as_string();
      const json::Value* const metric = json::at(diagnostic, "/details/metric");
      const bool is_known =
          row_.knows(Thing::kCode, code) &&
          (metric == nullptr || !metric->is_string() || row_.knows(Thing::kMetric, metric->as_string()));
      if (!is_known) {
        rendered_.found_now.push(std::move(diagnostic));
        continue;
      }
      if (diagnostic.find("details") != nullptr) {
        json::Value with_all_facts = diagnostic;
        const std::size_t n_unknown =
            std::erase_if(member(diagnostic, "details").as_object(), [&](const auto& detail) {
              const Entry* const entry = row_.history().find(Thing::kDetail, code + "/" + detail.first);
              return entry != nullptr && !row_.knows(*entry);
            });
        if (n_unknown > 0) rendered_.found_now.push(std::move(with_all_facts));
        if (diagnostic.find("details")->as_object().empty()) diagnostic.as_object().erase("details");
      }
      kept.push(std::move(diagnostic));
    }
    record().set("diagnostics", std::move(kept));
  }

  void leave_out_files() {
    std::erase_if(made_, [&](const auto& document) {
      return document.first != artifact::kRecord && file_of(document.first) == nullptr;
    });
    if (const auto index = made_.find(artifact::kIndex); index != made_.end())
      std::erase_if(member(index->second, "available_artifacts").as_object(), [&](const auto& entry) {
        return !made_.contains(entry.second.find("path")->as_string());
      });
  }

  const artifact::ReleaseFile* file_of(const std::string& name) const {
    for (const artifact::ReleaseFile& file : row_.row().files)
      if (file.name == name) return &file;
    return nullptr;
  }

  /// Takes the recorded sentences, because another version states the same facts in other words.
  void take_prose() {
    if (const auto record = recorded_->find(artifact::kRecord); record != recorded_->end()) {
      const json::Value* const theirs = record->second.find("diagnostics");
      json::Value::Array& ours = member(this->record(), "diagnostics").as_array();
      for (std::size_t i = 0; theirs != nullptr && i < std::min(ours.size(), theirs->as_array().size()); ++i)
        take_sentence(ours[i], theirs->as_array()[i], "message");
    }
    const auto index = recorded_->find(artifact::kIndex);
    const auto made_index = made_.find(artifact::kIndex);
    if (index == recorded_->end() || made_index == made_.end()) return;
    for (auto& [key, entry] : member(made_index->second, "available_artifacts").as_object())
      if (const json::Value* theirs = index->second.find("available_artifacts")->find(key))
        take_summary(entry, *theirs);
  }

  /// Takes the recorded sentence if all other members are equal.
  static void take_sentence(json::Value& ours, const json::Value& theirs, const char* key) {
    json::Value same_words = ours;
    if (const json::Value* sentence = theirs.find(key)) same_words.set(key, *sentence);
    if (same_words == theirs) ours = std::move(same_words);
  }

  static void take_summary(json::Value& ours, const json::Value& theirs) {
    if (const json::Value* sentence = theirs.find("summary")) ours.set("summary", *sentence);
  }

  Result<> finish(const ModelOf& model) {
    const std::uint32_t profile = row_.row().numeric_profile;
    rendered_.input_digest = input_digest(
        *record().find("config"), record().find("dataset")->find("content_sha256")->as_string(), profile);
    record().set("numeric_profile", profile).set("input_digest", rendered_.input_digest);
    for (const auto& [name, document] : made_)
      if (name != artifact::kRecord && name != artifact::kIndex) RF_TRY(finish_file(name));
    if (const auto index = made_.find(artifact::kIndex); index != made_.end()) {
      index->second.set("input_digest", rendered_.input_digest);
      for (auto& [key, entry] : member(index->second, "available_artifacts").as_object())
        point_at(entry, entry.find("path")->as_string());
      RF_TRY(finish_file(artifact::kIndex));
    }
    list_artifacts(model(rendered_.input_digest));
    RF_TRY(finish_file(artifact::kRecord));
    // total order: names, each once
    std::sort(rendered_.files.begin(), rendered_.files.end(),
              [](const artifact::File& a, const artifact::File& b) { return a.name < b.name; });
    return {};
  }

  Result<> finish_file(const std::string& name) {
    RF_TRY(monitor_.check());
    const std::string& schema = name == artifact::kRecord ? row_.row().record_schema : file_of(name)->schema;
    RF_ASSIGN(artifact::File file, artifact::finish_document(name, schema, std::move(made_.at(name)),
                                                             row_.row().version, &monitor_));
    sha256_[name] = file.sha256();
    rendered_.files.push_back(std::move(file));
    return {};
  }

  /// Sets schema and digest of a finished file in an entry of another file.
  void point_at(json::Value& entry, const std::string& name) const {
    entry.set("schema_version", file_of(name)->schema).set("sha256", sha256_.at(name));
  }

  void list_artifacts(ModelFile model) {
    json::Value list = json::Value::array();
    // The names ascend, with the model in its place among them.
    std::map<std::string, json::Value> entries;
    for (const artifact::File& file : rendered_.files) {
      json::Value entry = json::Value::object().set("path", file.name).set("size_bytes", file.bytes.size());
      point_at(entry, file.name);
      entries.emplace(file.name, std::move(entry));
    }
    if (const artifact::ReleaseFile* file = file_of(artifact::kModel))
      entries.emplace(artifact::kModel, json::Value::object()
                                            .set("path", file->name)
                                            .set("schema_version", file->schema)
                                            .set("sha256", model.sha256)
                                            .set("size_bytes", model.size_bytes));
    for (auto& [name, entry] : entries) list.push(std::move(entry));
    if (!model.bytes.empty())
      rendered_.files.push_back(
          {artifact::kModel, file_of(artifact::kModel)->schema, std::move(model.bytes)});
    record()
        .set("result_digest", crypto::sha256_hex(json::canonical(list)))
        .set("artifacts", std::move(list));
    if (record().find("metrics_v1") != nullptr)
      member(record(), "metrics_v1").set("schema_version", file_of(artifact::kMetrics)->schema);
  }

  static json::Value& member(json::Value& object, const char* key) {
    return object.as_object().find(key)->second;
  }

  Documents made_;
  const AsOf& row_;
  const Documents* recorded_;
  const core::Monitor& monitor_;
  std::map<std::string, std::string> sha256_;  ///< of the finished files, by name
  Rendered rendered_;
};

}  // namespace

Result<Rendered> as_of(Documents made, const ModelOf& model, const AsOf& as_of, const Documents* recorded,
                       const core::Monitor& monitor) {
  return Renderer(std::move(made), as_of, recorded, monitor)(model);
}

Documents documents_of(const std::vector<artifact::File>& files) {
  Documents documents;
  for (const artifact::File& file : files)
    if (file.name.ends_with(".json")) documents.emplace(file.name, json::parse(file.bytes).value());
  return documents;
}

Result<std::vector<artifact::File>> as_of(const std::vector<artifact::File>& files, const AsOf& row,
                                          const Documents* recorded, const core::Monitor& monitor) {
  Documents made = documents_of(files);
  for (auto& [name, document] : made) {
    document.as_object().erase("schema_version");
    document.as_object().erase("runforge_version");
    if (name == artifact::kRecord)
      document.set("diagnostics", artifact::with_messages(*document.find("diagnostics")));
  }
  const auto model = [&](const std::string& input_digest) {
    for (const artifact::File& file : files)
      if (file.name == artifact::kModel) return model_as_of(file, row.row(), input_digest);
    return ModelFile{};
  };
  RF_ASSIGN(Rendered rendered, as_of(std::move(made), model, row, recorded, monitor));
  return std::move(rendered.files);
}

}  // namespace rf::run
