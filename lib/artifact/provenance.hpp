// SPDX-License-Identifier: MIT
// What a signature over a run says, as in-toto statements (version 1): that the run was recorded (SLSA
// provenance, version 1), that it was found whole, or that it was reproduced. Each is a pure function of
// run.json and of a few words of who says it, so that a reader can make it again and compare bytes. None is
// made unless the bytes in hand are those that run.json names. docs/formats/signatures.md;
// tests/unit/artifact/provenance_test.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "json/value.hpp"

namespace rf::artifact {

/// SHA-256 in hexadecimal by file name, of bytes in hand.
using Digests = std::map<std::string, std::string>;

/// A run that something is said of.
struct Record {
  const json::Value& document;  ///< run.json, known to match its schema
  const Digests& sha256;  ///< of the bytes of run.json and of the files that it lists; others are passed over
};

/// RUN_ALTERED: a file that run.json lists is not in hand, or has another digest than run.json says. Whoever
/// makes a statement asks this first.
core::Result<> check_subjects(const Record& record);

/// The files of the run were made by a training with this configuration on this data. RUN_ALTERED.
core::Result<std::string> provenance_statement(const Record& record);

enum class DataLook : std::uint8_t { kNotChecked, kHolds };
struct FoundWhole {
  std::string runforge_version;  ///< of who looked
  DataLook data = DataLook::kNotChecked;
  bool operator==(const FoundWhole&) const = default;
};
/// The files of the run hold together. RUN_ALTERED.
core::Result<std::string> signature_statement(const Record& record, const FoundWhole& found);

/// Training again under this version gave these files: byte for byte where the version is the record's, else
/// as the record's version would have written them. RUN_ALTERED.
core::Result<std::string> reproduction_statement(const Record& record, const std::string& runforge_version);

enum class Says : std::uint8_t { kRecorded, kReproduced, kSigned };
/// kNumbers: as version 0.1.0 compared records of other versions, by numbers alone. It is read, never
/// written.
enum class Sameness : std::uint8_t { kBytes, kAsOf, kNumbers };

struct Statement {
  Says says = Says::kRecorded;
  std::string runforge_version;           ///< of who trained, looked, or trained again
  DataLook data = DataLook::kNotChecked;  ///< where signed
  Sameness sameness = Sameness::kBytes;   ///< where reproduced
};
/// What a statement says. INVALID_SIGNATURE where it is none of these, or not one about this very run.
core::Result<Statement> read_statement(std::string_view statement, const Record& record);

}  // namespace rf::artifact
