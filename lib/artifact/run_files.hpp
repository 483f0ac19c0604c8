// SPDX-License-Identifier: MIT
// The files of a run directory: their names, the schemas that the running version writes, and their size
// limits.
#pragma once

#include <array>
#include <cstdint>

#include "json/parse.hpp"

namespace rf::artifact {

inline constexpr const char* kRecord = "run.json";
inline constexpr const char* kExecution = "execution.v1.json";
inline constexpr const char* kSums = "SHA256SUMS";
inline constexpr const char* kMetrics = "metrics.v1.json";
inline constexpr const char* kDataset = "dataset.v1.json";
inline constexpr const char* kIndex = "interpretability.index.v1.json";
inline constexpr const char* kCoefficients = "linear_coefficients.v1.json";
inline constexpr const char* kImportance = "feature_importance.v1.json";
inline constexpr const char* kModel = "model.safetensors";
/// The schemas that the running version writes.
inline constexpr const char* kRecordSchema = "run.v2";
inline constexpr const char* kExecutionSchema = "execution.v1";
inline constexpr const char* kFirstMinisig = "SHA256SUMS.minisig";
inline constexpr const char* kEnvelopes = "run.intoto.jsonl";

/// What each file of a run is for, in a few words, for people. Result files carry the schema that the running
/// version writes; the others have none here.
struct RunFile {
  const char* name;
  const char* schema;
  const char* purpose;
};
inline constexpr std::array<RunFile, 11> kRunFiles = {
    {{kRecord, "", "provenance"},
     {kSums, "", "checksums of all files"},
     {kDataset, "dataset.v1", "column profile"},
     {kExecution, "", "when, where and how long"},
     {kFirstMinisig, "", "signature of the checksums"},
     {kImportance, "feature_importance.v1", "feature importance"},
     {kIndex, "interpretability.index.v1", "what there is to explain this model"},
     {kCoefficients, "linear_coefficients.v1", "coefficients"},
     {kMetrics, "metrics.v1", "validation metrics"},
     {kModel, "model.v1", "model"},
     {kEnvelopes, "", "signed statement"}}};

/// Larger than any document of ours; also the limit of json::parse().
inline constexpr std::uint64_t kMostDocumentBytes = json::kMostDocumentBytes;
/// Larger than any model of ours.
inline constexpr std::uint64_t kMostModelBytes = std::uint64_t{16} << 30;

}  // namespace rf::artifact
