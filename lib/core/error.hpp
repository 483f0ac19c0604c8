// SPDX-License-Identifier: MIT
// What a failed call says, and what a successful one still has to tell: Error and Diagnostic.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/codes.hpp"
#include "core/text_variant.hpp"

namespace rf::core {

/// One fact beside a message, for programs: {"line", 12}, {"column", "age"}, {"pointer", "/params/C"},
/// {"expected", "a number"}, {"got", "n/a"}, {"file", "data.csv"}.
struct Detail {
  std::string key;
  TextVariant<std::int64_t, std::string> value;
  bool operator==(const Detail&) const = default;
};
using Details = std::vector<Detail>;

/// An expected failure. `message` is one English sentence without a trailing newline that names the place,
/// the expected and the found.
struct Error {
  Code code = Code::kInternal;
  std::string message;
  Details details;

  Status status() const { return code_info(code).status; }
};

enum class Severity : std::uint8_t { kInfo, kWarning };

/// Something a training did or saw that its reader should know; part of the record.
struct Diagnostic {
  Code code;
  Severity severity;
  std::string message;
  Details details;
};
using Diagnostics = std::vector<Diagnostic>;

}  // namespace rf::core
