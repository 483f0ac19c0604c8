// SPDX-License-Identifier: MIT
// The English of diagnostics. A message is made from code, severity and details and nothing else, so the
// details hold every fact in it. A reader of a record makes the messages again from the details instead of
// showing the recorded text (docs/decisions/0020-records-that-age.md). tests/unit/core/messages_test.cpp pins
// the sentences, tests/unit/run/messages_test.cpp that real records keep theirs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace rf::core {

/// The sentence for a diagnostic. The order of `details` does not matter and unknown keys are ignored. If a
/// key is absent or its value has an unexpected type, the sentence is shorter, because records of earlier
/// versions lack newer keys. For the code of an error: its meaning.
std::string diagnostic_message(Code code, Severity severity, const Details& details);

/// `text` with its places filled from the details (Sentence in codes.hpp); nullopt if a fact is absent.
std::optional<std::string> fill_sentence(std::string_view text, const Details& details);

/// Makes a diagnostic with its message. Diagnostics are made only here.
Diagnostic diagnostic(Code code, Severity severity, Details details);

/// The first version that could write this key in the details of this code; "" if the code has no such key.
std::string_view detail_since(Code code, std::string_view key);

}  // namespace rf::core
