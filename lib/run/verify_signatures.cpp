// SPDX-License-Identifier: MIT
// Who signed this run. A key that recorded a run has both a minisign signature over SHA256SUMS and a statement;
// one that reproduced it has a statement only. Whatever is beside the run must be well formed and about it, also
// where the key is not known; only a known key tells that a signature is genuine. Pinned by
// tests/unit/run/sign_test.cpp.
#include <algorithm>
#include <set>
#include <utility>

#include "artifact/dsse.hpp"
#include "artifact/minisign.hpp"
#include "core/text.hpp"
#include "run/sign.hpp"
#include "run/verify_parts.hpp"

namespace rf::run {
namespace {

using core::Result;

class Signatures {
 public:
  Signatures(const EmittedRun& run, std::span<const crypto::PublicKey> keys, Findings& findings)
      : run_(run), keys_(keys), findings_(findings) {}

  void check_minisigs() {
    for (const auto& [name, bytes] : run_.files)
      if (is_signature(name) && name != kEnvelopes) check_minisig(name, bytes);
  }

  void check_envelopes() {
    std::string_view lines = run_.bytes(kEnvelopes);
    if (lines.empty() && run_.files.contains(kEnvelopes)) return fail(kEnvelopes, "the file is empty");
    for (int number = 1; !lines.empty(); ++number) {
      const std::string at = "line " + core::decimal(number) + ": ";
      const std::size_t end = lines.find('\n');
      if (end == std::string_view::npos) return fail(kEnvelopes, at + "it is cut off");
      if (const Result<> checked = check_line(lines.substr(0, end)); !checked)
        fail(kEnvelopes, at + checked.error().message);
      lines.remove_prefix(end + 1);
    }
  }

  /// Each key that was given has signed, and in both forms where it recorded the run.
  void check_presence() {
    for (const crypto::PublicKey& key : keys_) {
      const std::string id = artifact::key_id(key);
      const bool has_minisig = minisig_keys_.contains(id);
      const bool recorded = recorded_keys_.contains(id);
      if (has_minisig && !recorded)
        fail(kEnvelopes, "holds no statement by key " + id + ", whose signature of SHA256SUMS is there");
      else if (!has_minisig && (recorded || !reproduced_keys_.contains(id)))
        fail(run_.files.contains(minisig_name(id)) ? minisig_name(id) : kFirstMinisig,
             run_.files.contains(kFirstMinisig) || run_.files.contains(minisig_name(id))
                 ? "is not signed by key " + id
                 : "the file is missing: key " + id + " has not signed");
    }
  }

  void sum_up() {
    if (keys_.empty())
      findings_.skip(Layer::kSignatures, strangers_.empty() ? "no public key was given, and nobody has signed"
                                                            : "no public key was given; " + strangers_text());
    else if (!strangers_.empty())
      findings_.note(Layer::kSignatures, strangers_text());
  }

  std::vector<Attestation> take() { return std::move(attestations_); }

 private:
  void fail(std::string file, std::string message) {
    findings_.fail(Layer::kSignatures, std::move(file), "", std::move(message));
  }

  const crypto::PublicKey* find_key(const std::string& id) const {
    const auto found = std::find_if(keys_.begin(), keys_.end(),
                                    [&](const crypto::PublicKey& key) { return artifact::key_id(key) == id; });
    return found == keys_.end() ? nullptr : &*found;
  }

  std::string strangers_text() const {
    std::string names;
    for (const std::string& id : strangers_) names += (names.empty() ? "" : ", ") + id;
    return "not checked: what says to be signed by key " + names;
  }

  void check_minisig(const std::string& name, std::string_view bytes) {
    const Result<artifact::Minisign> read = artifact::read_minisign(bytes);
    if (!read) return fail(name, read.error().message);
    if (name != kFirstMinisig && name != minisig_name(read->key_id))
      return fail(name, "names another key than " + read->key_id + ", which its content names");
    const crypto::PublicKey* const key = find_key(read->key_id);
    if (key == nullptr) {
      strangers_.insert(read->key_id);
      return;
    }
    minisig_keys_.insert(read->key_id);
    if (const Result<> checked = artifact::check_minisign(*read, run_.bytes(kSums), *key); !checked)
      fail(name, checked.error().message);
  }

  Result<> check_line(std::string_view line) {
    RF_ASSIGN(const artifact::Envelope envelope, artifact::read_dsse_line(line));
    if (run_.record() == nullptr)
      return core::Error{core::Code::kInvalidSignature, "run.json, which it is about, cannot be read", {}};
    RF_ASSIGN(const artifact::Says says,
              artifact::read_statement(envelope.statement, {*run_.record(), run_.bytes(kRecord)}));
    const crypto::PublicKey* const key = find_key(envelope.key_id);
    (says == artifact::Says::kRecorded ? recorded_keys_ : reproduced_keys_).insert(envelope.key_id);
    if (key == nullptr) strangers_.insert(envelope.key_id);
    if (key != nullptr) RF_TRY(artifact::check_envelope(envelope, *key));
    attestations_.push_back({envelope.key_id, says, key != nullptr});
    return {};
  }

  const EmittedRun& run_;
  std::span<const crypto::PublicKey> keys_;
  Findings& findings_;
  std::set<std::string> minisig_keys_, recorded_keys_, reproduced_keys_;  ///< ids of keys
  std::set<std::string> strangers_;  ///< ids of keys that were not given
  std::vector<Attestation> attestations_;
};

}  // namespace

std::vector<Attestation> check_signatures(const EmittedRun& run, std::span<const crypto::PublicKey> keys,
                                          Findings& findings) {
  Signatures signatures(run, keys, findings);
  signatures.check_minisigs();
  signatures.check_envelopes();
  signatures.check_presence();
  signatures.sum_up();
  return signatures.take();
}

}  // namespace rf::run
