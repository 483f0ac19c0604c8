// SPDX-License-Identifier: MIT
// Makes the statements and writes the signature files next to the run. A lock keeps other signers and readers
// out while files are written. Pinned by tests/unit/audit/sign_test.cpp.
#include "audit/sign.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "artifact/dsse.hpp"
#include "artifact/minisign.hpp"
#include "artifact/version.hpp"
#include "audit/emitted.hpp"
#include "audit/findings.hpp"
#include "audit/verify_parts.hpp"
#include "audit/whole.hpp"
#include "core/file.hpp"
#include "core/mutant.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "run/history.hpp"

namespace rf::audit {
namespace {

using artifact::DataLook;
using artifact::Says;
using core::Code;
using core::Result;

Says said_of(const run::Run& run) {
  return RF_MUTANT(signing_is_recording, run.origin == run::Origin::kTrained, true) ? Says::kRecorded
                                                                                    : Says::kSigned;
}

/// The line for a run in memory that was trained here or has been checked.
Result<std::string> line_for(const run::Run& run, const crypto::Signer& signer) {
  RF_ASSIGN(const Held held, hold(run));
  const artifact::Record record{held.record, held.sha256};
  RF_ASSIGN(
      const std::string statement,
      said_of(run) == Says::kRecorded
          ? artifact::provenance_statement(record)
          : artifact::signature_statement(record, {artifact::runforge_version(), DataLook::kNotChecked}));
  return artifact::dsse_line(statement, signer);
}

core::Error too_many_signatures(const std::string& directory) {
  return {Code::kLimitReached,
          "\"" + directory + "\" holds as many signatures as a reader takes: expected at most " +
              core::counted(kMostSignatures, "file") + " of signatures and " +
              core::counted(artifact::kMostDocumentBytes, "byte") + " of statements",
          {{"file", directory}, {"limit", static_cast<std::int64_t>(kMostSignatures)}}};
}

/// Adds a line to the run's envelope file, whose text is `lines`, unless the file already contains it.
/// LIMIT_REACHED if a reader would refuse the file.
Result<> stage_line(core::FileChanges& changes, const std::string& directory, const std::string& lines,
                    const std::string& line) {
  if (("\n" + lines).find("\n" + line) != std::string::npos) return {};
  const char* const end = lines.empty() || lines.ends_with('\n') ? "" : "\n";
  if (lines.size() + 1 + line.size() > artifact::kMostDocumentBytes) return too_many_signatures(directory);
  return changes.stage(artifact::kEnvelopes, lines + end + line, core::FileChanges::Kind::kReplacing);
}

/// Keeps other signers and readers out, and removes staging folders that killed commands left. The folder is
/// known to be a run.
Result<core::FolderLock> lock_run(const std::string& directory, core::Context& context) {
  Result<core::FolderLock> lock =
      core::FolderLock::take(directory, core::FolderLock::Sharing::kNobody, context.monitor);
  if (lock) core::clear_staging(directory);
  return lock;
}

/// RUN_ALTERED unless the folder still holds the run whose digests are given: another one may have been moved
/// there since it was checked. The caller holds the lock.
Result<> check_same_run(const std::string& directory, const std::map<std::string, std::string>& sha256) {
  for (const char* name : {artifact::kRecord, artifact::kSums}) {
    const auto known = sha256.find(name);
    if (known == sha256.end()) continue;
    const Result<std::string> bytes =
        core::read_file_no_link(core::path_in(directory, name), artifact::kMostDocumentBytes);
    if (bytes && crypto::sha256_hex(*bytes) == known->second) continue;
    return core::Error{Code::kRunAltered,
                       "not signed: " + core::quoted(name) + " changed after the run was checked",
                       {{"file", directory}}};
  }
  return {};
}

/// The name of this key's minisign file, and whether the file exists.
struct Place {
  std::string name;
  bool is_there;
};
Place place_for(const EmittedRun& run, const std::string& key_id) {
  const std::string own = minisig_name(key_id);
  if (run.files.contains(own)) return {own, true};
  if (!run.files.contains(artifact::kFirstMinisig)) return {artifact::kFirstMinisig, false};
  const Result<artifact::Minisign> first = artifact::read_minisign(run.bytes(artifact::kFirstMinisig));
  return first && first->key_id == key_id ? Place{artifact::kFirstMinisig, true} : Place{own, false};
}

/// RUN_ALTERED if any failure was found.
Result<> refuse_altered(const std::string& directory, const Findings& findings) {
  if (RF_MUTANT(altered_run_is_signed, !findings.failures().empty(), false))
    return core::Error{Code::kRunAltered, "not signed: " + findings.first_failure(), {{"file", directory}}};
  return {};
}

/// Checks the layer "data". Nobody may state that the run holds for this data if the run could not be checked
/// with it, or if the file is not the one that the record names.
Result<> check_for_data(const std::string& directory, const CheckedRun& checked,
                        const artifact::History& history, const run::LoadedDataset& dataset,
                        Findings& findings, core::Context& context) {
  const artifact::AsOf row(history, *checked.run.row);
  RF_ASSIGN(const DataChecked found, check_data(checked, row, dataset, findings, context));
  if (found.is_other_data || findings.skipped(Layer::kData))
    return core::Error{
        Code::kDatasetMismatch, "not signed: " + findings.reason(Layer::kData), {{"file", directory}}};
  if (!found.is_the_file && findings.failures().empty())
    return core::Error{
        Code::kDatasetMismatch,
        "not signed: " + (findings.notes().empty() ? std::string("the data is not what the record names")
                                                   : findings.notes().back().message),
        {{"file", directory}}};
  return {};
}

/// True if the signer has already stated this. Only the signer's key was given when the attestations were
/// checked. A signer who recorded the run has also found it whole.
bool says_as_much(const std::vector<Attestation>& attestations, DataLook data) {
  return std::any_of(attestations.begin(), attestations.end(), [&](const Attestation& attestation) {
    const artifact::Statement& said = attestation.statement;
    return attestation.is_checked && ((said.says == Says::kSigned && said.data >= data) ||
                                      (said.says == Says::kRecorded && data == DataLook::kNotChecked));
  });
}

/// One attempt to sign. It checks the run and calls the signer without keeping others out. It takes the
/// exclusive lock only for writing, and then first reads the signatures again, because others may have been
/// added.
class Signing {
 public:
  Signing(const std::string& directory, const run::LoadedDataset* dataset, const crypto::Signer& signer,
          core::Context& context)
      : directory_(directory), dataset_(dataset), signer_(signer), context_(context) {}

  /// Returns false if the attempt must be repeated because a signature of this key was removed meanwhile.
  Result<bool> operator()() {
    RF_ASSIGN(CheckedRun checked, look());
    RF_TRY(refuse_known(checked, findings_));
    RF_ASSIGN(const std::string statement,
              artifact::signature_statement({*checked.run.record(), checked.groundwork.sha256},
                                            {artifact::runforge_version(), data()}));
    RF_ASSIGN(const std::string line, artifact::dsse_line(statement, signer_));
    std::optional<std::string> minisig;
    if (!place_for(checked.run, key_id_).is_there) {
      RF_ASSIGN(minisig, minisig_for(checked));
    }

    RF_ASSIGN(const core::FolderLock lock, lock_run(directory_, context_));
    RF_TRY(check_same_run(directory_, checked.groundwork.sha256));
    Findings later;
    RF_TRY(read_signatures_again(directory_, checked.run, later, context_));
    RF_TRY(refuse_known(checked, later));
    const Place place = place_for(checked.run, key_id_);
    if (!place.is_there && !minisig) return false;
    RF_ASSIGN(core::FileChanges changes, core::FileChanges::begin(directory_));
    if (!place.is_there) {
      RF_TRY(check_room(checked.run));
      RF_TRY(changes.stage(place.name, *minisig, core::FileChanges::Kind::kNew));
    }
    RF_TRY(stage_line(changes, directory_, std::string(checked.run.bytes(artifact::kEnvelopes)), line));
    RF_TRY(changes.commit());
    return true;
  }

 private:
  DataLook data() const { return dataset_ == nullptr ? DataLook::kNotChecked : DataLook::kHolds; }

  Result<CheckedRun> look() {
    RF_ASSIGN(EmittedRun emitted, read_emitted(directory_, history_, findings_, context_));
    if (is_of_unknown_version(emitted, findings_)) return unsupported_version(directory_, emitted.version);
    return check_run(std::move(emitted), history_, findings_, context_);
  }

  /// Refuses a run that is altered or does not hold for the data, and a run for which the signer has already
  /// stated as much.
  Result<> refuse_known(const CheckedRun& checked, Findings& findings) {
    const WantedKey own{signer_.public_key(), Wanted::kAny};
    const SignaturesFound found = look_at_signatures(checked, {&own, 1}, findings);
    RF_TRY(refuse_altered(directory_, findings));
    if (dataset_ != nullptr && &findings == &findings_) {
      RF_TRY(check_for_data(directory_, checked, history_, *dataset_, findings, context_));
      RF_TRY(refuse_altered(directory_, findings));
    }
    if (!says_as_much(found.attestations, data())) return {};
    return core::Error{Code::kAlreadyExists,
                       "\"" + directory_ + "\" is signed by key " + key_id_ + " already",
                       {{"file", directory_}}};
  }

  /// LIMIT_REACHED if a reader would take no further signature file. The file of the statements is one more.
  Result<> check_room(const EmittedRun& run) const {
    const auto n_files = static_cast<std::size_t>(std::count_if(
        run.files.begin(), run.files.end(), [](const auto& file) { return is_signature(file.first); }));
    const std::size_t n_statements = run.files.contains(artifact::kEnvelopes) ? 0 : 1;
    if (n_files + n_statements + 1 <= kMostSignatures) return {};
    return too_many_signatures(directory_);
  }

  Result<std::string> minisig_for(const CheckedRun& checked) const {
    const std::string& run_id = checked.run.find(artifact::kExecution)->find("run_id")->as_string();
    return artifact::minisign_text(
        checked.run.bytes(artifact::kSums),
        trusted_comment(Says::kSigned, run_id, checked.groundwork.sha256.at(artifact::kRecord)), signer_);
  }

  const std::string& directory_;
  const run::LoadedDataset* dataset_;
  const crypto::Signer& signer_;
  core::Context& context_;
  const artifact::History history_ = run::product_history();
  const std::string key_id_ = artifact::key_id(signer_.public_key());
  Findings findings_;
};

}  // namespace

std::string minisig_name(const std::string& key_id) {
  return "SHA256SUMS." + key_id + ".minisig";
}

std::string trusted_comment(Says says, const std::string& run_id, const std::string& run_digest) {
  return "run " + run_id + " with the run digest " + run_digest +
         (says == Says::kRecorded ? "" : ", found whole");
}

Result<std::string> sign_statement(const run::Run& run, const crypto::Signer& signer,
                                   core::Context& context) {
  RF_TRY(check_whole(run, context));
  return line_for(run, signer);
}

Result<std::vector<artifact::File>> signature_files(const run::Run& run, const std::string& run_id,
                                                    const std::string& sums, const crypto::Signer& signer) {
  RF_ASSIGN(std::string minisig,
            artifact::minisign_text(sums, trusted_comment(said_of(run), run_id, run.run_digest), signer));
  RF_ASSIGN(std::string line, line_for(run, signer));
  return std::vector<artifact::File>{{artifact::kFirstMinisig, "", std::move(minisig)},
                                     {artifact::kEnvelopes, "", std::move(line)}};
}

Result<> sign(const std::string& directory, const run::LoadedDataset* dataset, const crypto::Signer& signer,
              core::Context& context) {
  bool is_done = false;
  while (!is_done) {
    RF_ASSIGN(is_done, Signing(directory, dataset, signer, context)());
  }
  return {};
}

Result<> attest(const std::string& directory, const artifact::Record& record, const crypto::Signer& signer,
                core::Context& context) {
  RF_ASSIGN(const std::string statement,
            artifact::reproduction_statement(record, artifact::runforge_version()));
  RF_ASSIGN(const std::string line, artifact::dsse_line(statement, signer));
  RF_ASSIGN(const core::FolderLock lock, lock_run(directory, context));
  RF_TRY(check_same_run(directory, record.sha256));
  RF_ASSIGN(
      const std::optional<std::string> held,
      core::read_file_if_there(core::path_in(directory, artifact::kEnvelopes), artifact::kMostDocumentBytes));
  RF_ASSIGN(core::FileChanges changes, core::FileChanges::begin(directory));
  RF_TRY(stage_line(changes, directory, held.value_or(""), line));
  return changes.commit();
}

}  // namespace rf::audit
