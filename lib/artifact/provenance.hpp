// SPDX-License-Identifier: MIT
// What a signature over a run says, as in-toto statements (version 1): that the run was recorded (SLSA
// provenance, version 1) or that it was reproduced. Each is a pure function of run.json, so that a reader can
// make it again and compare bytes. docs/formats/signatures.md; tests/unit/artifact/provenance_test.cpp.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "json/value.hpp"

namespace rf::artifact {

/// run.json, known to match its schema.
struct Record {
  const json::Value& document;
  std::string_view bytes;
};

/// The files of the run were made by a training with this configuration on this data.
std::string provenance_statement(const Record& record);

struct ReproducedBy {
  std::string runforge_version;
  bool same_bytes = true;  ///< false: the same numbers under another version
  bool operator==(const ReproducedBy&) const = default;
};
/// Training again gave these files.
std::string reproduction_statement(const Record& record, const ReproducedBy& by);

enum class Says : unsigned char { kRecorded, kReproduced };
/// Which of the two a statement is. INVALID_SIGNATURE where it is neither, or not one about this run.
core::Result<Says> read_statement(std::string_view statement, const Record& record);

}  // namespace rf::artifact
