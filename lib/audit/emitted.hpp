// SPDX-License-Identifier: MIT
// An emitted run as it lies on disk, whatever is wrong with it, and the two layers of verifying that look at
// files one by one: what each is, and what is said of its bytes.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/documents.hpp"
#include "artifact/history.hpp"
#include "artifact/run_files.hpp"
#include "audit/findings.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "json/parse.hpp"
#include "json/value.hpp"
#include "run/as_of.hpp"

namespace rf::audit {

/// UNSUPPORTED_VERSION.
core::Error unsupported_version(const std::string& directory, const std::string& version);

struct EmittedRun {
  std::map<std::string, std::string> files;  ///< bytes by name, of what belongs to a run
  run::Documents documents;                  ///< those that parse and match their schema, by name
  std::string version;                       ///< that run.json names; "" where it does not say
  const artifact::Release* row = nullptr;    ///< of that version; null where there is none
  bool is_complete = false;                  ///< every file that belongs to the run is there and readable

  const json::Value* record() const { return find(artifact::kRecord); }
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

/// Whether a place of a document is a sentence for people. Recorded ones may be anybody's words and are never
/// shown.
bool is_prose(std::string_view file, std::string_view pointer);

/// Which files a model of the family leaves.
artifact::LeftBy left_by(std::string_view family);

/// Waits for whoever is signing the run (core::FolderLock), reads the directory and looks at each file by
/// itself (layer "files"). Links are not followed; what does not belong to the run is named and not read.
/// Where run.json names a version without a row, nothing else is looked at. Borrows the history.
core::Result<EmittedRun> read_emitted(const std::string& directory, const artifact::History& history,
                                      Findings& findings, core::Context& context);
/// The same of files in memory, none of which is foreign.
EmittedRun emitted_in_memory(std::map<std::string, std::string> files, const artifact::History& history,
                             Findings& findings);

/// Reads the signatures beside a run again. The caller has the folder's lock.
core::Result<> read_signatures_again(const std::string& directory, EmittedRun& run, Findings& findings,
                                     core::Context& context);

/// Sizes and digests (layer "digests"). `sha256` holds the digest of each file, in hexadecimal.
void check_digests(const EmittedRun& run, const std::map<std::string, std::string>& sha256,
                   Findings& findings);

}  // namespace rf::audit
