// SPDX-License-Identifier: MIT
// Error describes why a call failed. Diagnostic describes something the user should know although the call
// succeeded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/codes.hpp"
#include "core/text_variant.hpp"

namespace rf::core {

/// One machine-readable fact that accompanies a message: {"line", 12}, {"column", "age"}, {"pointer",
/// "/params/C"}, {"expected", "a number"}, {"got", "n/a"}, {"file", "data.csv"}.
struct Detail {
  std::string key;
  TextVariant<std::int64_t, std::string> value;
  bool operator==(const Detail&) const = default;
};
using Details = std::vector<Detail>;

/// An expected failure. `message` is one English sentence without a trailing newline that names the place,
/// what was expected and what was found.
struct Error {
  Code code = Code::kInternal;
  std::string message;
  Details details;

  Status status() const { return code_info(code).status; }
};

enum class Severity : std::uint8_t { kInfo, kWarning };

/// Something that happened in a training and that a reader of the record should know. Part of the record.
struct Diagnostic {
  Code code;
  Severity severity;
  std::string message;
  Details details;
};
using Diagnostics = std::vector<Diagnostic>;

}  // namespace rf::core
