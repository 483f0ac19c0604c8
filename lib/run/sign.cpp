// SPDX-License-Identifier: MIT
#include "run/sign.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "artifact/dsse.hpp"
#include "artifact/minisign.hpp"
#include "artifact/version.hpp"
#include "core/file.hpp"
#include "core/mutant.hpp"
#include "json/parse.hpp"
#include "run/emitted.hpp"
#include "run/findings.hpp"
#include "run/history.hpp"
#include "run/verify_parts.hpp"
#include "run/whole.hpp"

namespace rf::run {
namespace {

using artifact::DataLook;
using artifact::Says;
using core::Code;
using core::Result;

Says said_of(const Run& run) {
  return RF_MUTANT(signing_is_recording, run.origin == Origin::kTrained, true) ? Says::kRecorded
                                                                               : Says::kSigned;
}

/// The line for a run in memory that was trained here, or was looked at.
Result<std::string> line_for(const Run& run, const crypto::Signer& signer) {
  RF_ASSIGN(const Held held, hold(run));
  const artifact::Record record{held.record, held.sha256};
  RF_ASSIGN(
      const std::string statement,
      said_of(run) == Says::kRecorded
          ? artifact::provenance_statement(record)
          : artifact::signature_statement(record, {artifact::runforge_version(), DataLook::kNotChecked}));
  return artifact::dsse_line(statement, signer);
}

/// Adds a line to the envelopes beside the run, unless it is there. The caller holds the folder's lock.
Result<> add_line(const std::string& directory, const std::string& line) {
  const std::string path = core::path_in(directory, kEnvelopes);
  Result<std::string> held = core::read_file_no_link(path, kMostDocumentBytes);
  if (!held && held.error().code != Code::kFileNotFound) return std::move(held).error();
  const std::string lines = held ? std::move(*held) : std::string();
  if (("\n" + lines).find("\n" + line) != std::string::npos) return {};
  const char* const end = lines.empty() || lines.ends_with('\n') ? "" : "\n";
  return core::write_file_atomically(path, lines + end + line);
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

/// RUN_ALTERED where something was found.
Result<> refuse_altered(const std::string& directory, const Findings& findings) {
  if (RF_MUTANT(altered_run_is_signed, !findings.failures().empty(), false))
    return core::Error{Code::kRunAltered, "not signed: " + findings.first_failure(), {{"file", directory}}};
  return {};
}

/// The layer "data". A run that could not be looked at with this data, or a file that is not the one that the
/// record names, lets nobody say that the run holds for it.
Result<> check_for_data(const std::string& directory, const CheckedRun& checked, const artifact::History& history,
                        const LoadedDataset& dataset, Findings& findings, core::Context& context) {
  const artifact::AsOf row(history, *checked.run.row);
  RF_ASSIGN(const DataChecked found, check_data(checked, row, dataset, findings, context));
  if (found.is_other_data || findings.skipped(Layer::kData))
    return core::Error{Code::kDatasetMismatch, "not signed: " + findings.reason(Layer::kData), {{"file", directory}}};
  if (!found.is_the_file && findings.failures().empty())
    return core::Error{Code::kDatasetMismatch,
                       "not signed: " + (findings.notes().empty() ? std::string("the data is not what the record names")
                                                                   : findings.notes().back().message),
                       {{"file", directory}}};
  return {};
}

/// Whether the signer, whose key alone was given, has said this already; who recorded the run has found it
/// whole.
bool says_as_much(const std::vector<Attestation>& attestations, DataLook data) {
  return std::any_of(attestations.begin(), attestations.end(), [&](const Attestation& attestation) {
    const artifact::Statement& said = attestation.statement;
    return attestation.is_checked && ((said.says == Says::kSigned && said.data >= data) ||
                                      (said.says == Says::kRecorded && data == DataLook::kNotChecked));
  });
}

}  // namespace

std::string minisig_name(const std::string& key_id) {
  return "SHA256SUMS." + key_id + ".minisig";
}

std::string trusted_comment(Says says, const std::string& run_id, const std::string& run_digest) {
  return "run " + run_id + " with the run digest " + run_digest +
         (says == Says::kRecorded ? "" : ", found whole");
}

Result<std::string> sign_statement(const Run& run, const crypto::Signer& signer, core::Context& context) {
  RF_TRY(check_whole(run, context));
  return line_for(run, signer);
}

Result<std::vector<artifact::File>> signature_files(const Run& run, const std::string& run_id,
                                                    const std::string& sums, const crypto::Signer& signer) {
  RF_ASSIGN(std::string minisig,
            artifact::minisign_text(sums, trusted_comment(said_of(run), run_id, run.run_digest), signer));
  RF_ASSIGN(std::string line, line_for(run, signer));
  return std::vector<artifact::File>{{kFirstMinisig, "", std::move(minisig)},
                                     {kEnvelopes, "", std::move(line)}};
}

Result<> sign(const std::string& directory, const LoadedDataset* dataset, const crypto::Signer& signer,
              core::Context& context) {
  RF_ASSIGN(const core::FolderLock lock, core::FolderLock::take(directory));
  Findings findings;
  const artifact::History history = product_history();
  RF_ASSIGN(EmittedRun emitted, read_emitted(directory, history, findings, context));
  if (!emitted.version.empty() && emitted.row == nullptr && findings.failures().empty()) return unsupported_version(directory, emitted.version);
  RF_ASSIGN(const CheckedRun checked, check_run(std::move(emitted), history, findings, context));
  const EmittedRun& run = checked.run;
  const WantedKey own{signer.public_key(), Wanted::kAny};
  const SignaturesFound found = look_at_signatures(checked, {&own, 1}, findings);
  RF_TRY(refuse_altered(directory, findings));
  if (dataset != nullptr) {
    RF_TRY(check_for_data(directory, checked, history, *dataset, findings, context));
    RF_TRY(refuse_altered(directory, findings));
  }

  const DataLook data = dataset == nullptr ? DataLook::kNotChecked : DataLook::kHolds;
  const std::string key_id = artifact::key_id(signer.public_key());
  if (says_as_much(found.attestations, data))
    return core::Error{Code::kAlreadyExists,
                       "\"" + directory + "\" is signed by key " + key_id + " already",
                       {{"file", directory}}};
  RF_ASSIGN(const std::string statement, artifact::signature_statement({*run.record(), checked.groundwork.sha256},
                                                                       {artifact::runforge_version(), data}));
  RF_ASSIGN(const std::string line, artifact::dsse_line(statement, signer));
  std::optional<core::Unfinished> new_file;
  if (const Place place = place_for(run, key_id); !place.is_there) {
    const std::string& run_id = run.find(kExecution)->find("run_id")->as_string();
    RF_ASSIGN(
        const std::string minisig,
        artifact::minisign_text(run.bytes(kSums),
                                trusted_comment(Says::kSigned, run_id, checked.groundwork.sha256.at(kRecord)), signer));
    std::string path = core::path_in(directory, place.name);
    RF_TRY(core::write_new_file(path, minisig));
    new_file.emplace(std::move(path));
  }
  RF_TRY(add_line(directory, line));
  if (new_file) new_file->keep();
  return {};
}

Result<> attest(const std::string& directory, const artifact::Record& record, const crypto::Signer& signer) {
  RF_ASSIGN(const std::string statement, artifact::reproduction_statement(record, artifact::runforge_version()));
  RF_ASSIGN(const std::string line, artifact::dsse_line(statement, signer));
  RF_ASSIGN(const core::FolderLock lock, core::FolderLock::take(directory));
  return add_line(directory, line);
}

}  // namespace rf::run
