// SPDX-License-Identifier: MIT
// A result file is compared byte for byte. Of a run that another version of the same numeric profile
// recorded, numbers and tensors are compared instead: documents without runforge_version and the digests that
// depend on it.
#include "run/reproduce.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/minisign.hpp"
#include "artifact/safetensors.hpp"
#include "artifact/version.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/difference.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"
#include "run/config.hpp"
#include "run/findings.hpp"
#include "run/pipeline.hpp"
#include "run/record.hpp"
#include "run/sign.hpp"

namespace rf::run {
namespace {

using core::Code;
using core::Result;

struct Mismatch {
  std::string file;
  std::string pointer;  ///< JSON pointer, or `tensor[element]`
  std::string text;     ///< "expected 1, found 2"
};

json::Value parsed(const artifact::File& file) {
  Result<json::Value> value = json::parse(file.bytes);
  return value ? std::move(*value) : json::Value();
}

/// Takes out what another version of the same numeric profile writes otherwise.
void blank_version(json::Value& value) {
  if (value.is_array())
    for (json::Value& element : value.as_array()) blank_version(element);
  if (!value.is_object()) return;
  for (const char* key : {"runforge_version", "result_digest", "sha256", "size_bytes"})
    value.as_object().erase(key);
  for (auto& [key, member] : value.as_object())
    if (key != "dataset") blank_version(member);
}

/// One element of a tensor as text.
std::string element_text(const artifact::Tensor& tensor, std::size_t i) {
  switch (tensor.dtype) {
    case artifact::Dtype::kF64: {
      const double value = tensor.values<double>()[i];
      return std::isfinite(value) ? json::canonical(value) : "a number that is not finite";
    }
    case artifact::Dtype::kI64:
      return core::decimal(tensor.values<std::int64_t>()[i]);
    case artifact::Dtype::kI32:
      return core::decimal(tensor.values<std::int32_t>()[i]);
    case artifact::Dtype::kU32:
      return core::decimal(tensor.values<std::uint32_t>()[i]);
    case artifact::Dtype::kU8:
      break;
  }
  return core::decimal(tensor.values<std::uint8_t>()[i]);
}

std::size_t element_bytes(artifact::Dtype dtype) {
  switch (dtype) {
    case artifact::Dtype::kF64:
    case artifact::Dtype::kI64:
      return 8;
    case artifact::Dtype::kI32:
    case artifact::Dtype::kU32:
      return 4;
    case artifact::Dtype::kU8:
      break;
  }
  return 1;
}

/// The first tensor that differs, by name.
std::optional<Mismatch> tensor_difference(const artifact::File& recorded, const artifact::File& again) {
  const Result<artifact::Container> a = artifact::read_safetensors(recorded.bytes);
  const Result<artifact::Container> b = artifact::read_safetensors(again.bytes);
  if (!a) return Mismatch{recorded.name, "", a.error().message};
  if (!b) return Mismatch{recorded.name, "", b.error().message};
  for (const auto& [name, tensor] : a->tensors) {
    const auto found = b->tensors.find(name);
    if (found == b->tensors.end())
      return Mismatch{recorded.name, name, "the recorded model has this tensor, the new one has not"};
    const artifact::Tensor& other = found->second;
    if (tensor.dtype != other.dtype || tensor.shape != other.shape)
      return Mismatch{recorded.name, name, "the tensors have other types or shapes"};
    if (tensor.bytes == other.bytes) continue;
    std::size_t byte = 0;
    while (tensor.bytes[byte] == other.bytes[byte]) ++byte;
    const std::size_t i = byte / element_bytes(tensor.dtype);
    return Mismatch{recorded.name, name + "[" + core::decimal(static_cast<std::int64_t>(i)) + "]",
                    "expected " + element_text(tensor, i) + ", found " + element_text(other, i)};
  }
  for (const auto& [name, tensor] : b->tensors)
    if (!a->tensors.contains(name))
      return Mismatch{recorded.name, name, "only the new model has this tensor"};
  return std::nullopt;
}

/// None where the files say the same; `same_version` asks for the same bytes.
std::optional<Mismatch> mismatch(const artifact::File& recorded, const artifact::File& again,
                                 bool same_version) {
  if (recorded.bytes == again.bytes) return std::nullopt;
  if (recorded.name == "model.safetensors") {
    if (auto difference = tensor_difference(recorded, again)) return difference;
    if (!same_version) return std::nullopt;
    return Mismatch{recorded.name, "", "the tensors are equal, their header is not"};
  }
  json::Value a = parsed(recorded);
  json::Value b = parsed(again);
  if (!same_version) {
    blank_version(a);
    blank_version(b);
  }
  if (const auto difference = json::first_difference(a, b))
    return Mismatch{recorded.name, difference->pointer, difference_text(*difference)};
  if (!same_version) return std::nullopt;
  return Mismatch{recorded.name, "", "the documents are equal, their layout is not"};
}

core::Error invalid_run(const std::string& directory, const std::string& what) {
  return {Code::kInvalidRun, "\"" + directory + "\": " + what, {{"file", directory}}};
}

/// What must be settled before any training.
Result<TrainConfig> settled_config(const std::string& directory, const json::Value& record,
                                   const LoadedDataset& dataset, core::Context& context) {
  const double profile = record.find("numeric_profile")->as_number();
  if (profile != artifact::kNumericProfile)
    return core::Error{
        Code::kNumericProfileMismatch,
        "the run was recorded under numeric profile " + core::decimal(static_cast<std::int64_t>(profile)) +
            ", this library computes under " + core::decimal(artifact::kNumericProfile),
        {{"expected", static_cast<std::int64_t>(profile)}, {"got", std::int64_t{artifact::kNumericProfile}}}};
  const std::string& expected = record.find("dataset")->find("content_sha256")->as_string();
  const std::string content = crypto::hex(dataset.content_digest(context));
  if (content != expected)
    return core::Error{Code::kDatasetMismatch,
                       "the data is not what the run was trained on: expected the content digest " +
                           expected + ", found " + content,
                       {{"expected", expected}, {"got", content}}};
  RF_ASSIGN(TrainConfig config, read_train_config(json::canonical(*record.find("requested_config"))));
  if (const auto difference = json::first_difference(*record.find("config"), config.resolved))
    return invalid_run(directory, "requested_config does not resolve to config: run.json, /config" +
                                      difference->pointer + ": " + difference_text(*difference));
  return config;
}

}  // namespace

Result<Reproduction> reproduce(const std::string& directory, const LoadedDataset& dataset,
                               const crypto::Signer* signer, core::Context& context) {
  RF_ASSIGN(const std::shared_ptr<const Run> recorded, open(directory));
  const json::Value record = parsed(*recorded->find("run.json"));
  RF_ASSIGN(const TrainConfig config, settled_config(directory, record, dataset, context));
  RF_ASSIGN(const std::shared_ptr<const Run> again, train(dataset, config, context));

  const std::string& recorded_by = record.find("runforge_version")->as_string();
  const bool same_version = recorded_by == artifact::runforge_version();
  json::Value files = json::Value::array();
  std::optional<Mismatch> first;
  std::size_t n_equal = 0;
  for (const artifact::File& file : recorded->files) {
    const artifact::File* const other = again->find(file.name);
    std::optional<Mismatch> found = other == nullptr
                                        ? Mismatch{file.name, "", "training again does not give this file"}
                                        : mismatch(file, *other, same_version);
    n_equal += found ? 0 : 1;
    files.push(json::Value::object().set("path", file.name).set("equal", !found));
    // run.json differs wherever another file does; that one tells more.
    if (found && (!first || first->file == "run.json")) first = std::move(found);
  }
  for (const artifact::File& file : again->files) {
    if (recorded->find(file.name) != nullptr) continue;
    files.push(json::Value::object().set("path", file.name).set("equal", false));
    if (!first) first = Mismatch{file.name, "", "the record lacks this file"};
  }

  Reproduction result;
  result.reproduced = !first;
  json::Value report;
  report.set("verdict", first ? "different" : "reproduced")
      .set("compared", same_version ? "bytes" : "numbers")
      .set("recorded_by", recorded_by)
      .set("numeric_profile", artifact::kNumericProfile)
      .set("files", std::move(files));
  if (first) {
    json::Value difference;
    difference.set("file", first->file).set("message", first->text);
    if (!first->pointer.empty()) difference.set("where", first->pointer);
    report.set("first_difference", std::move(difference));
    result.summary = first->file + (first->pointer.empty() ? "" : ", " + first->pointer) + ": " + first->text;
  } else {
    const std::string counted = core::decimal(static_cast<std::int64_t>(n_equal)) + " of " +
                                core::decimal(static_cast<std::int64_t>(recorded->files.size())) +
                                " result files ";
    result.summary = same_version ? counted + "byte-identical"
                                  : counted + "hold identical numbers; recorded by " + recorded_by +
                                        ", checked by " + artifact::runforge_version();
  }
  if (result.reproduced && signer != nullptr) {
    RF_TRY(attest(directory, *recorded, {artifact::runforge_version(), same_version}, *signer));
    report.set("attested_by", artifact::key_id(signer->public_key()));
  }
  RF_ASSIGN(const artifact::File file,
            artifact::finish_document("reproduce.v1.json", "reproduce.v1", std::move(report)));
  RF_ASSIGN(result.report, json::parse(file.bytes));
  return result;
}

}  // namespace rf::run
