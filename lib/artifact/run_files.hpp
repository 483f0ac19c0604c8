// SPDX-License-Identifier: MIT
// The files of a run directory: their names, the schemas that the running version writes, and their size
// limits.
#pragma once

#include <array>
#include <cstdint>

#include "core/family.hpp"
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

/// A file of the result plane follows from data, configuration and version; the others describe one training.
enum class Plane : std::uint8_t { kResult, kOccurrence, kSignature };

/// One file of a run. The running version's row of the history, the purposes in tools/runforge/run_files.inc
/// and the tables of files in the documents are made from kRunFiles.
struct RunFile {
  const char* name;
  const char* schema;  ///< that the running version writes; "" if it has none
  Plane plane;
  core::Explanation explanation;  ///< kNone: a run has the file whatever explains its model
  const char* purpose;            ///< a few words for people
  const char* holds;              ///< one clause for the documents
};
inline constexpr std::array kRunFiles = {
    RunFile{kRecord, kRecordSchema, Plane::kResult, core::Explanation::kNone, "provenance",
            "the record: inputs, full configuration, split, headline metrics, SHA-256 of every other result "
            "file"},
    RunFile{kMetrics, "metrics.v1", Plane::kResult, core::Explanation::kNone, "validation metrics",
            "all metrics on the validation rows"},
    RunFile{kCoefficients, "linear_coefficients.v1", Plane::kResult, core::Explanation::kCoefficients,
            "coefficients", "coefficients of each class, with names and ranks"},
    RunFile{kImportance, "feature_importance.v1", Plane::kResult, core::Explanation::kImportance,
            "feature importance", "impurity decrease or gain of each column"},
    RunFile{kIndex, "interpretability.index.v1", Plane::kResult, core::Explanation::kNone,
            "what there is to explain this model", "the list of files that explain this model"},
    RunFile{kDataset, "dataset.v1", Plane::kResult, core::Explanation::kNone, "column profile",
            "the columns: kinds, missing cells, ranges, levels; class counts"},
    RunFile{kModel, "model.v1", Plane::kResult, core::Explanation::kNone, "model",
            "the model: data only, nothing executable"},
    RunFile{kExecution, kExecutionSchema, Plane::kOccurrence, core::Explanation::kNone,
            "when, where and how long",
            "when, where, how long; with the sums, the only file that depends on a clock"},
    RunFile{kSums, "", Plane::kOccurrence, core::Explanation::kNone, "checksums of all files",
            "sums of all the files above"},
    RunFile{kFirstMinisig, "", Plane::kSignature, core::Explanation::kNone, "signature of the checksums",
            "a signature of the sums"},
    RunFile{kEnvelopes, "", Plane::kSignature, core::Explanation::kNone, "signed statement",
            "signed statements about the run"},
};

/// Larger than any document of ours; also the limit of json::parse().
inline constexpr std::uint64_t kMostDocumentBytes = json::kMostDocumentBytes;
/// Larger than any model of ours.
inline constexpr std::uint64_t kMostModelBytes = std::uint64_t{16} << 30;

}  // namespace rf::artifact
