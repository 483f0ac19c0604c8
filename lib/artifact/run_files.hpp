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

/// The purpose of each file of a run, in a few words for people. tools/runforge/run_files.inc is made from
/// it.
struct RunFile {
  const char* name;
  const char* purpose;
};
inline constexpr std::array<RunFile, 11> kRunFiles = {{{kRecord, "provenance"},
                                                       {kSums, "checksums of all files"},
                                                       {kDataset, "column profile"},
                                                       {kExecution, "when, where and how long"},
                                                       {kFirstMinisig, "signature of the checksums"},
                                                       {kImportance, "feature importance"},
                                                       {kIndex, "what there is to explain this model"},
                                                       {kCoefficients, "coefficients"},
                                                       {kMetrics, "validation metrics"},
                                                       {kModel, "model"},
                                                       {kEnvelopes, "signed statement"}}};

/// Larger than any document of ours; also the limit of json::parse().
inline constexpr std::uint64_t kMostDocumentBytes = json::kMostDocumentBytes;
/// Larger than any model of ours.
inline constexpr std::uint64_t kMostModelBytes = std::uint64_t{16} << 30;

}  // namespace rf::artifact
