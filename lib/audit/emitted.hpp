// SPDX-License-Identifier: MIT
// An emitted run as it is on disk, with all its faults, and the two layers of verify that check files one by
// one: layer "files" checks what each file is, layer "digests" checks its bytes against the recorded digests.
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

/// Returns the error UNSUPPORTED_VERSION.
core::Error unsupported_version(const std::string& directory, const std::string& version);

struct EmittedRun {
  std::map<std::string, std::string> files;  ///< bytes by name, of the files that belong to a run
  run::Documents documents;                  ///< the documents that parse and match their schema, by name
  std::string version;                       ///< the version that run.json names; "" if it names none
  const artifact::Release* row = nullptr;    ///< the history's entry for that version; null if there is none
  bool is_complete = false;                  ///< every file that belongs to the run exists and is readable

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

/// The most signature files that a reader takes. A signer adds no more.
inline constexpr std::size_t kMostSignatures = 1000;

/// True if the file is a signature. Signatures are in the same directory as the files they sign; no document
/// lists them.
bool is_signature(std::string_view name);

/// Returns whether the member at `pointer` is a sentence for people. Anybody may have changed recorded
/// sentences, so they are never shown.
bool is_prose(std::string_view file, std::string_view pointer);

/// The document that explains a model of the family that a record names.
core::Explanation explanation_of(std::string_view family);

/// Waits until nobody is signing the run (core::FolderLock), reads the directory and checks each file by
/// itself (layer "files"). Links are not followed. Entries that do not belong to the run are reported and not
/// read. If the history has no entry for the version that run.json names, only SHA256SUMS is read as well.
/// Borrows the history.
core::Result<EmittedRun> read_emitted(const std::string& directory, const artifact::History& history,
                                      Findings& findings, core::Context& context);
/// As above for files in memory. It assumes that all of them belong to the run.
EmittedRun emitted_in_memory(std::map<std::string, std::string> files, const artifact::History& history,
                             Findings& findings);

/// Reads the signatures of a run again. The caller holds the folder's lock.
core::Result<> read_signatures_again(const std::string& directory, EmittedRun& run, Findings& findings,
                                     core::Context& context);

/// Checks sizes and digests (layer "digests"). `sha256` holds the digest of each file, in hexadecimal.
void check_digests(const EmittedRun& run, const std::map<std::string, std::string>& sha256,
                   Findings& findings);

}  // namespace rf::audit
