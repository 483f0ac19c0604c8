// SPDX-License-Identifier: MIT
// The in-toto statements (version 1) that are signed for a run: it was recorded (SLSA provenance, version 1),
// it was found whole, or it was reproduced. Each statement is a pure function of run.json and a few words of
// its signer, so a reader can make it again and compare bytes. A statement is made only if the digests of the
// bytes in hand are those in run.json. docs/formats/signatures.md; pinned by
// tests/unit/artifact/provenance_test.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "json/value.hpp"

namespace rf::artifact {

/// SHA-256 of the bytes in hand, in hexadecimal, by file name.
using Digests = std::map<std::string, std::string>;

/// The run that a statement is about.
struct Record {
  const json::Value& document;  ///< run.json, known to match its schema
  const Digests& sha256;        ///< of run.json and of the files that it lists; others are ignored
};

/// RUN_ALTERED: run.json or a file that it lists is not in hand, or a listed file has another digest than
/// run.json names. Each function that makes a statement calls this first.
core::Result<> check_subjects(const Record& record);

/// States that a training with this configuration on this data made the files of the run. RUN_ALTERED.
core::Result<std::string> provenance_statement(const Record& record);

enum class DataLook : std::uint8_t { kNotChecked, kHolds };
struct FoundWhole {
  std::string runforge_version;  ///< the version that checked the run
  DataLook data = DataLook::kNotChecked;
  bool operator==(const FoundWhole&) const = default;
};
/// States that the files of the run are consistent. RUN_ALTERED.
core::Result<std::string> signature_statement(const Record& record, const FoundWhole& found);

/// States that training again under this version gave these files: byte for byte if the version is the
/// record's, otherwise as the record's version would have written them. RUN_ALTERED.
core::Result<std::string> reproduction_statement(const Record& record, const std::string& runforge_version);

enum class Says : std::uint8_t { kRecorded, kReproduced, kSigned };
/// kNumbers: only the numbers were compared, as version 0.1.0 did for records of other versions. It is read,
/// never written.
enum class Sameness : std::uint8_t { kBytes, kAsOf, kNumbers };

struct Statement {
  Says says = Says::kRecorded;
  std::string runforge_version;           ///< the version that trained, checked or trained again
  DataLook data = DataLook::kNotChecked;  ///< if kSigned
  Sameness sameness = Sameness::kBytes;   ///< if kReproduced
};
/// Reads a statement. INVALID_SIGNATURE if it is not one of the three kinds, or is not about exactly this
/// run.
core::Result<Statement> read_statement(std::string_view statement, const Record& record);

}  // namespace rf::artifact
