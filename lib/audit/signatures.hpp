// SPDX-License-Identifier: MIT
// The statements that a caller requires of a key, and the statements found for a run. Pinned by
// tests/unit/audit/statements_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "artifact/provenance.hpp"
#include "crypto/ed25519.hpp"
#include "json/value.hpp"

namespace rf::audit {

/// What a key must have stated about run.json. The C ABI has the same numbers (rf_statement).
enum class Wanted : std::uint8_t {
  kAny = 0,
  kRecorded = 1,    ///< trained it: has both the line and the signature of SHA256SUMS of a recording
  kReproduced = 2,  ///< trained again and got the same
  kSigned = 3,      ///< found it whole
};
struct WantedKey {
  crypto::PublicKey key;
  Wanted wanted = Wanted::kAny;
};

/// One signed statement about the run.
struct Attestation {
  std::string key_id;
  artifact::Statement statement;
  bool is_checked = false;  ///< the key was given, and everything that belongs to such a statement exists and
                            ///< verifies under it
};

struct SignaturesFound {
  std::vector<Attestation> attestations;  ///< in the order of run.intoto.jsonl
  std::vector<bool> met;                  ///< for each given key, whether it stated what is wanted
};

/// Returns the attestations as the report of verify lists them.
json::Value attestations_value(const std::vector<Attestation>& attestations);

}  // namespace rf::audit
