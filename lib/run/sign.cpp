// SPDX-License-Identifier: MIT
#include "run/sign.hpp"

#include <optional>
#include <utility>

#include "artifact/dsse.hpp"
#include "artifact/minisign.hpp"
#include "core/file.hpp"
#include "core/mutant.hpp"
#include "json/parse.hpp"
#include "run/emitted.hpp"
#include "run/findings.hpp"
#include "run/verify_parts.hpp"

namespace rf::run {
namespace {

using core::Code;
using core::Result;

/// Says to people which run a signature is of.
std::string comment_for(const std::string& run_id, const std::string& run_digest) {
  return "run " + run_id + " with the run digest " + run_digest;
}

Result<json::Value> record_of(const Run& run) {
  const artifact::File* const record = run.find(kRecord);
  if (record == nullptr) return core::Error{Code::kInvalidRun, "the run has no run.json", {}};
  return json::parse(record->bytes);
}

/// Adds a line to the envelopes beside the run, unless it is there. The caller holds the folder's lock.
Result<bool> add_line(const std::string& directory, const std::string& line) {
  const std::string path = core::path_in(directory, kEnvelopes);
  std::string lines;
  if (core::file_exists(path)) {
    RF_ASSIGN(lines, core::read_file(path));
  }
  if (("\n" + lines).find("\n" + line) != std::string::npos) return false;
  RF_TRY(core::write_file_atomically(path, lines + line));
  return true;
}

/// Where this key's minisign file is or goes, and whether it is there.
struct Place {
  std::string name;
  bool is_there;
};
Place place_for(const EmittedRun& run, const std::string& key_id) {
  const std::string own = minisig_name(key_id);
  if (run.files.contains(own)) return {own, true};
  if (!run.files.contains(kFirstMinisig)) return {kFirstMinisig, false};
  const Result<artifact::Minisign> first = artifact::read_minisign(run.bytes(kFirstMinisig));
  return first && first->key_id == key_id ? Place{kFirstMinisig, true} : Place{own, false};
}

}  // namespace

std::string minisig_name(const std::string& key_id) { return "SHA256SUMS." + key_id + ".minisig"; }

Result<std::string> sign_statement(const Run& run, const crypto::Signer& signer) {
  RF_ASSIGN(const json::Value record, record_of(run));
  return artifact::dsse_line(artifact::provenance_statement({record, run.find(kRecord)->bytes}), signer);
}

Result<std::vector<artifact::File>> signature_files(const Run& run, const std::string& run_id,
                                                    const std::string& sums, const crypto::Signer& signer) {
  RF_ASSIGN(std::string minisig, artifact::minisign_text(sums, comment_for(run_id, run.run_digest), signer));
  RF_ASSIGN(std::string line, sign_statement(run, signer));
  return std::vector<artifact::File>{{kFirstMinisig, "", std::move(minisig)}, {kEnvelopes, "", std::move(line)}};
}

Result<> sign(const std::string& directory, const crypto::Signer& signer, core::Context& context) {
  RF_ASSIGN(const core::FolderLock lock, core::FolderLock::take(directory));
  Findings findings;
  RF_ASSIGN(const CheckedRun checked, check_run(directory, findings, context));
  const EmittedRun& run = checked.run;
  check_signatures(run, {}, findings);
  if (RF_MUTANT(altered_run_is_signed, !findings.failures().empty(), false))
    return core::Error{
        Code::kRunAltered, "not signed: " + findings.first_failure(), {{"file", directory}}};

  const json::Value& record = *run.record();
  RF_ASSIGN(const std::string line,
            artifact::dsse_line(artifact::provenance_statement({record, run.bytes(kRecord)}), signer));
  const std::string key_id = artifact::key_id(signer.public_key());
  const Place place = place_for(run, key_id);
  const json::Value& execution = *run.find(kExecution);
  std::optional<core::Unfinished> new_file;
  if (!place.is_there) {
    RF_ASSIGN(const std::string minisig,
              artifact::minisign_text(run.bytes(kSums),
                                      comment_for(execution.find("run_id")->as_string(),
                                                  execution.find("run_digest")->as_string()),
                                      signer));
    std::string path = core::path_in(directory, place.name);
    RF_TRY(core::write_new_file(path, minisig));
    new_file.emplace(std::move(path));
  }
  RF_ASSIGN(const bool added, add_line(directory, line));
  if (new_file) new_file->keep();
  if (place.is_there && !added)
    return core::Error{Code::kAlreadyExists,
                       "\"" + directory + "\" is signed by key " + key_id + " already",
                       {{"file", directory}}};
  return {};
}

Result<> attest(const std::string& directory, const Run& run, const artifact::ReproducedBy& by,
                const crypto::Signer& signer) {
  RF_ASSIGN(const json::Value record, record_of(run));
  RF_ASSIGN(const std::string line,
            artifact::dsse_line(artifact::reproduction_statement({record, run.find(kRecord)->bytes}, by), signer));
  RF_ASSIGN(const core::FolderLock lock, core::FolderLock::take(directory));
  RF_TRY(add_line(directory, line));
  return {};
}

}  // namespace rf::run
