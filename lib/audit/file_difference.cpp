// SPDX-License-Identifier: MIT
// Compares models tensor by tensor and documents leaf by leaf. It reports the first difference. Pinned by
// tests/unit/audit/reproduce_test.cpp and diff_test.cpp.
#include "audit/file_difference.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "artifact/safetensors.hpp"
#include "audit/emitted.hpp"
#include "audit/findings.hpp"
#include "core/mutant.hpp"
#include "core/text.hpp"
#include "json/difference.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace rf::audit {
namespace {

using core::Result;

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

FileDifference said(const std::string& file, std::string where, std::string text) {
  return {file, std::move(where), std::nullopt, std::nullopt, std::move(text)};
}

/// The first tensor that differs, by name.
std::optional<FileDifference> tensor_difference(const artifact::File& expected, const artifact::File& found) {
  const std::string& file = expected.name;
  const Result<artifact::Container> a = artifact::read_safetensors(expected.bytes);
  const Result<artifact::Container> b = artifact::read_safetensors(found.bytes);
  if (!a) return said(file, "", a.error().message);
  if (!b) return said(file, "", b.error().message);
  for (const auto& [name, tensor] : a->tensors) {
    const auto other = b->tensors.find(name);
    if (other == b->tensors.end())
      return FileDifference{file, name, "a tensor of this name", std::nullopt, ""};
    if (tensor.dtype != other->second.dtype || tensor.shape != other->second.shape)
      return said(file, name, "the tensors have other types or shapes");
    if (tensor.bytes == other->second.bytes) continue;
    std::size_t byte = 0;
    while (tensor.bytes[byte] == other->second.bytes[byte]) ++byte;
    const std::size_t i = byte / element_bytes(tensor.dtype);
    return FileDifference{file, name + "[" + core::decimal(static_cast<std::int64_t>(i)) + "]",
                          element_text(tensor, i), element_text(other->second, i), ""};
  }
  for (const auto& [name, tensor] : b->tensors)
    if (!a->tensors.contains(name))
      return FileDifference{file, name, std::nullopt, "a tensor of this name", ""};
  return std::nullopt;
}

/// Removes a member from each entry of a list or of an object.
void erase_from_each(json::Value& entries, const char* member) {
  const auto erase = [&](json::Value& entry) {
    if (entry.is_object()) entry.as_object().erase(member);
  };
  if (entries.is_array()) std::for_each(entries.as_array().begin(), entries.as_array().end(), erase);
  if (entries.is_object())
    for (auto& [key, entry] : entries.as_object()) erase(entry);
}

/// The document without its sentences for people. They repeat the facts next to them, and recorded ones are
/// never shown.
json::Value without_prose(const std::string& file, json::Value document) {
  const bool is_record = file == artifact::kRecord;
  if (!document.is_object() || (!is_record && file != artifact::kIndex)) return document;
  const auto entries = document.as_object().find(is_record ? "diagnostics" : "available_artifacts");
  if (entries != document.as_object().end())
    erase_from_each(entries->second, is_record ? "message" : "summary");
  return document;
}

std::optional<FileDifference> document_difference(const artifact::File& expected,
                                                  const artifact::File& found) {
  const Result<json::Value> a = json::parse(expected.bytes);
  const Result<json::Value> b = json::parse(found.bytes);
  if (!a) return said(expected.name, "", a.error().message);
  if (!b) return said(expected.name, "", b.error().message);
  auto difference = json::first_difference(without_prose(expected.name, *a), without_prose(found.name, *b));
  if (!difference) {
    difference = json::first_difference(*a, *b);
    if (!difference) return std::nullopt;
    return said(expected.name, std::move(difference->pointer), "only a sentence for people differs");
  }
  return FileDifference{expected.name, std::move(difference->pointer), std::move(difference->expected),
                        std::move(difference->found), ""};
}

const artifact::File* find_file(std::span<const artifact::File> files, const std::string& name) {
  for (const artifact::File& file : files)
    if (file.name == name) return &file;
  return nullptr;
}

}  // namespace

std::string FileDifference::message() const {
  return text.empty() ? difference_text({where, expected, found}) : text;
}

std::optional<FileDifference> file_difference(const artifact::File& expected, const artifact::File& found) {
  if (RF_MUTANT(sizes_compared_for_bytes, expected.bytes == found.bytes,
                expected.bytes.size() == found.bytes.size()))
    return std::nullopt;
  const bool is_model = expected.name == artifact::kModel;
  if (auto difference = is_model ? tensor_difference(expected, found) : document_difference(expected, found))
    return difference;
  return said(expected.name, "",
              is_model ? "the tensors are equal, their header is not"
                       : "the documents are equal, their layout is not");
}

FilesCompared compare_files(std::span<const artifact::File> expected, std::span<const artifact::File> found) {
  FilesCompared result{json::Value::array(), 0, std::nullopt};
  const auto add = [&](const std::string& name, std::optional<FileDifference> difference) {
    result.files.push(json::Value::object().set("path", name).set("equal", !difference));
    result.n_equal += difference ? 0 : 1;
    // run.json and the index contain digests of other files, so they differ whenever another file does.
    const auto follows = [](const FileDifference& one) {
      return one.file == artifact::kRecord || one.file == artifact::kIndex;
    };
    if (difference && (!result.first || (follows(*result.first) && !follows(*difference))))
      result.first = std::move(difference);
  };
  for (const artifact::File& file : expected) {
    const artifact::File* const other = find_file(found, file.name);
    add(file.name, other == nullptr ? FileDifference{file.name, "", "a file of this name", std::nullopt, ""}
                                    : file_difference(file, *other));
  }
  for (const artifact::File& file : found)
    if (find_file(expected, file.name) == nullptr)
      add(file.name, FileDifference{file.name, "", std::nullopt, "a file of this name", ""});
  return result;
}

}  // namespace rf::audit
