// SPDX-License-Identifier: MIT
// An emitted run as it lies on disk, whatever is wrong with it, and the two layers of verifying that look at
// files one by one: what each is, and what is said of its bytes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "json/value.hpp"
#include "run/findings.hpp"

namespace rf::run {

inline constexpr const char* kRecord = "run.json";
inline constexpr const char* kExecution = "execution.v1.json";
inline constexpr const char* kSums = "SHA256SUMS";
inline constexpr const char* kMetrics = "metrics.v1.json";
inline constexpr const char* kDataset = "dataset.v1.json";
inline constexpr const char* kIndex = "interpretability.index.v1.json";
inline constexpr const char* kModel = "model.safetensors";
inline constexpr const char* kFirstMinisig = "SHA256SUMS.minisig";
inline constexpr const char* kEnvelopes = "run.intoto.jsonl";

struct EmittedRun {
  std::map<std::string, std::string> files;      ///< bytes by name
  std::map<std::string, json::Value> documents;  ///< those that parse and match their schema, by name
  bool is_complete = false;                      ///< every file that belongs to the run is there and readable

  const json::Value* record() const { return find(kRecord); }
  const json::Value* find(const std::string& name) const {
    const auto found = documents.find(name);
    return found == documents.end() ? nullptr : &found->second;
  }
  std::string_view bytes(const std::string& name) const {
    const auto found = files.find(name);
    return found == files.end() ? std::string_view() : std::string_view(found->second);
  }
};

/// Signatures stand beside the files they sign and are listed nowhere.
bool is_signature(std::string_view name);

/// The bytes of each file of the directory; nothing is looked at yet.
core::Result<EmittedRun> read_emitted(const std::string& directory, core::Context& context);
/// Looks at each file by itself (layer "files") and fills in the rest of `run`.
void look_at_files(EmittedRun& run, Findings& findings);
/// Sizes and digests (layer "digests"). `sha256` holds the digest of each file, in hexadecimal.
void check_digests(const EmittedRun& run, const std::map<std::string, std::string>& sha256,
                   Findings& findings);

}  // namespace rf::run
