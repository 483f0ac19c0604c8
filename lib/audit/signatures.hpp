// SPDX-License-Identifier: MIT
// What is wanted of a key, and what was found to be said of a run. tests/unit/audit/statements_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "artifact/provenance.hpp"
#include "crypto/ed25519.hpp"
#include "json/value.hpp"

namespace rf::audit {

/// What a key must have stated about run.json. The C ABI numbers it alike (rf_statement).
enum class Wanted : std::uint8_t {
  kAny = 0,
  kRecorded = 1,    ///< trained it: the line and the signature of SHA256SUMS, both of a recording
  kReproduced = 2,  ///< trained again and got the same
  kSigned = 3,      ///< found it whole
};
struct WantedKey {
  crypto::PublicKey key;
  Wanted wanted = Wanted::kAny;
};

/// One signed statement beside the run.
struct Attestation {
  std::string key_id;
  artifact::Statement statement;
  bool is_checked =
      false;  ///< the key was given, and all that belongs to such a statement is there and by it
};

struct SignaturesFound {
  std::vector<Attestation> attestations;  ///< in the order of run.intoto.jsonl
  std::vector<bool> met;                  ///< for each key given: it stated what is wanted of it
};

/// The attestations as the report of verify tells them.
json::Value attestations_value(const std::vector<Attestation>& attestations);

}  // namespace rf::audit
