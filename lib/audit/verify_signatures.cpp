// SPDX-License-Identifier: MIT
// Checks which key has stated what about this run. A key that recorded the run, or found it whole, has both a
// minisign signature over SHA256SUMS and a statement; a key that reproduced it has a statement only. The
// trusted comment distinguishes the signature of a recording from others, so that one cannot replace the
// other. Every signature file must be well formed and about this run, even if its key is not known. Only with
// the key can a signature be verified. Pinned by tests/unit/audit/sign_test.cpp.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "artifact/dsse.hpp"
#include "artifact/minisign.hpp"
#include "audit/sign.hpp"
#include "audit/verify_parts.hpp"
#include "core/mutant.hpp"
#include "core/text.hpp"

namespace rf::audit {
namespace {

using artifact::Says;
using core::Result;

/// The valid signatures and lines of one key.
struct OfKey {
  bool has_recording_signature = false;
  bool has_other_signature = false;
  bool has_recording_line = false;
  bool has_signing_line = false;
  bool is_blamed = false;  ///< a failure already names the key
};

const char* stated_text(Wanted wanted) {
  switch (wanted) {
    case Wanted::kReproduced:
      return "reproduced the run";
    case Wanted::kSigned:
      return "found the run whole";
    case Wanted::kRecorded:
    case Wanted::kAny:
      break;
  }
  return "recorded the run";
}

class Signatures {
 public:
  Signatures(const CheckedRun& checked, std::span<const WantedKey> keys, Findings& findings)
      : run_(checked.run), sha256_(checked.groundwork.sha256), keys_(keys), findings_(findings) {}

  void look() {
    for (const auto& [name, bytes] : run_.files)
      if (is_signature(name) && name != artifact::kEnvelopes) look_at_minisig(name, bytes);
    look_at_envelopes();
    for (const WantedKey& key : keys_) check_recording(artifact::key_id(key.key));
    for (Attestation& attestation : found_.attestations) attestation.is_checked = is_backed(attestation);
    for (const WantedKey& key : keys_) found_.met.push_back(is_met(key));
  }

  /// Checks that no part of a given key's signatures was removed, and that each key has stated what is
  /// wanted.
  void check_presence() {
    for (const WantedKey& key : keys_) check_whole(artifact::key_id(key.key));
    for (std::size_t i = 0; i < keys_.size(); ++i)
      if (!found_.met[i]) tell_unmet(keys_[i]);
  }

  void sum_up() {
    if (keys_.empty())
      findings_.skip(Layer::kSignatures, strangers_.empty() ? "no public key was given, and nobody has signed"
                                                            : "no public key was given; " + strangers_text());
    else if (!strangers_.empty())
      findings_.note(Layer::kSignatures, strangers_text());
  }

  SignaturesFound take() { return std::move(found_); }

 private:
  void fail(std::string file, std::string message) {
    findings_.fail(Layer::kSignatures, std::move(file), "", std::move(message));
  }

  const crypto::PublicKey* find_key(const std::string& id) const {
    const auto found = std::find_if(keys_.begin(), keys_.end(),
                                    [&](const WantedKey& key) { return artifact::key_id(key.key) == id; });
    return found == keys_.end() ? nullptr : &found->key;
  }

  std::string strangers_text() const {
    std::string names;
    for (const std::string& id : strangers_) names += (names.empty() ? "" : ", ") + id;
    return "not checked: what says to be signed by key " + names;
  }

  /// The file that should contain a key's signature of SHA256SUMS.
  std::string minisig_of(const std::string& id) const {
    return run_.files.contains(minisig_name(id)) ? minisig_name(id) : artifact::kFirstMinisig;
  }

  void look_at_minisig(const std::string& name, std::string_view bytes) {
    const Result<artifact::Minisign> read = artifact::read_minisign(bytes);
    if (!read) return fail(name, read.error().message);
    if (name != artifact::kFirstMinisig && name != minisig_name(read->key_id))
      return fail(name, "names another key than " + read->key_id + ", which its content names");
    const crypto::PublicKey* const key = find_key(read->key_id);
    if (key == nullptr) {
      strangers_.insert(read->key_id);
      return;
    }
    OfKey& of = of_[read->key_id];
    const Result<> checked = artifact::check_minisign(*read, run_.bytes(artifact::kSums), *key);
    if (!checked) {
      of.is_blamed = true;
      return fail(name, checked.error().message);
    }
    const bool is_recording = read->trusted_comment == expected_comment(Says::kRecorded);
    if (!is_recording && read->trusted_comment != expected_comment(Says::kSigned)) {
      of.is_blamed = true;
      return fail(name, "its trusted comment is not about this run");
    }
    (is_recording ? of.has_recording_signature : of.has_other_signature) = true;
  }

  std::string expected_comment(Says says) const {
    const json::Value* execution = run_.find(artifact::kExecution);
    const auto digest = sha256_.find(artifact::kRecord);
    if (execution == nullptr || digest == sha256_.end()) return "";
    return trusted_comment(says, execution->find("run_id")->as_string(), digest->second);
  }

  void look_at_envelopes() {
    std::string_view lines = run_.bytes(artifact::kEnvelopes);
    if (lines.empty() && run_.files.contains(artifact::kEnvelopes))
      return fail(artifact::kEnvelopes, "the file is empty");
    for (int number = 1; !lines.empty(); ++number) {
      const std::string at = "line " + core::decimal(number) + ": ";
      const std::size_t end = lines.find('\n');
      if (end == std::string_view::npos) return fail(artifact::kEnvelopes, at + "it is cut off");
      if (const Result<> checked = look_at_line(lines.substr(0, end)); !checked)
        fail(artifact::kEnvelopes, at + checked.error().message);
      lines.remove_prefix(end + 1);
    }
  }

  Result<> look_at_line(std::string_view line) {
    RF_ASSIGN(const artifact::Envelope envelope, artifact::read_dsse_line(line));
    if (run_.record() == nullptr)
      return core::Error{core::Code::kInvalidSignature, "run.json, which it is about, cannot be read", {}};
    RF_ASSIGN(artifact::Statement statement,
              artifact::read_statement(envelope.statement, {*run_.record(), sha256_}));
    if (const crypto::PublicKey* const key = find_key(envelope.key_id); key == nullptr) {
      strangers_.insert(envelope.key_id);
    } else {
      OfKey& of = of_[envelope.key_id];
      if (Result<> checked = artifact::check_envelope(envelope, *key); !checked) {
        of.is_blamed = true;
        return checked;
      }
      of.has_recording_line = of.has_recording_line || statement.says == Says::kRecorded;
      of.has_signing_line = of.has_signing_line || statement.says == Says::kSigned;
    }
    found_.attestations.push_back({envelope.key_id, std::move(statement), false});
    return {};
  }

  /// True if the key was given and has the signature that belongs to such a line. If the key was given, the
  /// line has already been verified under it.
  bool is_backed(const Attestation& attestation) const {
    if (find_key(attestation.key_id) == nullptr) return false;
    const OfKey& of = of_.at(attestation.key_id);
    switch (attestation.statement.says) {
      case Says::kRecorded:
        return RF_MUTANT(a_line_alone_is_a_recording, of.has_recording_signature, true);
      case Says::kSigned:
        return of.has_recording_signature || of.has_other_signature;
      case Says::kReproduced:
        break;
    }
    return true;
  }

  bool is_met(const WantedKey& key) const {
    const std::string id = artifact::key_id(key.key);
    return std::any_of(found_.attestations.begin(), found_.attestations.end(),
                       [&](const Attestation& attestation) {
                         if (attestation.key_id != id || !attestation.is_checked) return false;
                         const artifact::Statement& statement = attestation.statement;
                         switch (key.wanted) {
                           case Wanted::kRecorded:
                             return statement.says == Says::kRecorded;
                           case Wanted::kSigned:
                             return statement.says == Says::kSigned;
                           case Wanted::kReproduced:
                             // That comparison did not compare bytes.
                             return statement.says == Says::kReproduced &&
                                    statement.sameness != artifact::Sameness::kNumbers;
                           case Wanted::kAny:
                             break;
                         }
                         return true;
                       });
  }

  void blame(OfKey& of, std::string file, std::string message) {
    of.is_blamed = true;
    fail(std::move(file), std::move(message));
  }

  /// A training writes both halves of a recording or neither. If one half is missing, it was removed,
  /// whatever the key has stated since.
  void check_recording(const std::string& id) {
    OfKey& of = of_[id];
    if (of.is_blamed || of.has_recording_signature == of.has_recording_line) return;
    if (of.has_recording_signature)
      blame(of, artifact::kEnvelopes,
            "holds no statement by key " + id +
                " that it recorded the run, and its signature of SHA256SUMS says so");
    else
      blame(of, minisig_of(id),
            run_.files.contains(minisig_of(id))
                ? "holds no signature of a recording by key " + id +
                      ", whose statement that it recorded the run is there"
                : "the file is missing: key " + id + " has not signed SHA256SUMS");
  }

  /// A signature of SHA256SUMS and a line belong together. If only one is present, the other was removed.
  void check_whole(const std::string& id) {
    OfKey& of = of_[id];
    if (of.is_blamed) return;
    if (of.has_other_signature && !of.has_signing_line)
      blame(of, artifact::kEnvelopes,
            "holds no statement by key " + id +
                " that it found the run whole, and its signature of SHA256SUMS says so");
    else if (of.has_signing_line && !of.has_recording_signature && !of.has_other_signature)
      blame(of, minisig_of(id),
            run_.files.contains(minisig_of(id))
                ? "is not signed by key " + id
                : "the file is missing: key " + id + " has not signed SHA256SUMS");
  }

  void tell_unmet(const WantedKey& key) {
    const std::string id = artifact::key_id(key.key);
    const OfKey& of = of_[id];
    if (of.is_blamed) return;
    if (key.wanted == Wanted::kAny && !of.has_recording_line)
      return fail(minisig_of(id), run_.files.contains(minisig_of(id))
                                      ? "is not signed by key " + id
                                      : "the file is missing: key " + id + " has not signed");
    fail(artifact::kEnvelopes, "holds no statement by key " + id + " that it " + stated_text(key.wanted));
  }

  const EmittedRun& run_;
  const artifact::Digests& sha256_;
  std::span<const WantedKey> keys_;
  Findings& findings_;
  std::map<std::string, OfKey> of_;  ///< by key id, for the given keys
  std::set<std::string> strangers_;  ///< ids of keys that were not given
  SignaturesFound found_;
};

}  // namespace

SignaturesFound look_at_signatures(const CheckedRun& checked, std::span<const WantedKey> keys,
                                   Findings& findings) {
  Signatures signatures(checked, keys, findings);
  signatures.look();
  return signatures.take();
}

SignaturesFound check_signatures(const CheckedRun& checked, std::span<const WantedKey> keys,
                                 Findings& findings) {
  Signatures signatures(checked, keys, findings);
  signatures.look();
  signatures.check_presence();
  signatures.sum_up();
  return signatures.take();
}

json::Value attestations_value(const std::vector<Attestation>& attestations) {
  json::Value array = json::Value::array();
  for (const auto& [key_id, statement, is_checked] : attestations) {
    json::Value entry;
    entry.set("key_id", key_id)
        .set("checked", is_checked)
        .set("runforge_version", statement.runforge_version);
    switch (statement.says) {
      case Says::kRecorded:
        entry.set("says", "recorded");
        break;
      case Says::kSigned:
        entry.set("says", "signed")
            .set("data", statement.data == artifact::DataLook::kHolds ? "holds" : "not_checked");
        break;
      case Says::kReproduced:
        entry.set("says", "reproduced")
            .set("compared", statement.sameness == artifact::Sameness::kBytes  ? "bytes"
                             : statement.sameness == artifact::Sameness::kAsOf ? "as_of"
                                                                               : "numbers");
        break;
    }
    array.push(std::move(entry));
  }
  return array;
}

}  // namespace rf::audit
