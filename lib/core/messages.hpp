// SPDX-License-Identifier: MIT
// The English of diagnostics. A message is made from code, severity and details and nothing else, so the
// details hold every fact in it. A reader of a record makes the messages again from the details instead of
// showing the recorded text (docs/decisions/0020-records-that-age.md). tests/unit/core/messages_test.cpp pins
// the sentences, tests/unit/run/messages_test.cpp that real records keep theirs.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace rf::core {

/// The sentence for a diagnostic. The order of `details` does not matter and unknown keys are ignored. If a
/// key is absent or its value has an unexpected type, the sentence is shorter, because records of earlier
/// versions lack newer keys. For the code of an error: its meaning.
std::string diagnostic_message(Code code, Severity severity, const Details& details);

/// Makes a diagnostic with its message. Diagnostics are made only here.
Diagnostic diagnostic(Code code, Severity severity, Details details);

/// A key that details of a diagnostic may have. "*" matches any column's name, "missing:*" any column's name
/// after "missing:". A code with "*" has no fixed keys, because a column may have any name.
struct DetailKey {
  Code code;
  std::string_view key;
  std::string_view since;  ///< the first version that could write it
};

inline constexpr std::array kDetailKeys = {
    DetailKey{Code::kMissingValuesDropped, "dropped", "0.1.0"},
    DetailKey{Code::kMissingValuesDropped, "missing:*", "0.1.0"},
    DetailKey{Code::kMissingValuesDropped, "rows", "0.1.0"},
    DetailKey{Code::kDroppedManyRows, "dropped", "0.1.0"},
    DetailKey{Code::kDroppedManyRows, "missing:*", "0.1.0"},
    DetailKey{Code::kDroppedManyRows, "rows", "0.1.0"},
    DetailKey{Code::kMissingValuesFilled, "*", "0.1.0"},
    DetailKey{Code::kConstantFeature, "column", "0.1.0"},
    DetailKey{Code::kHighCardinalityCategory, "column", "0.1.0"},
    DetailKey{Code::kHighCardinalityCategory, "levels", "0.1.0"},
    DetailKey{Code::kHighCardinalityCategory, "rows", "0.1.0"},
    DetailKey{Code::kIdentifierColumnIgnored, "column", "0.1.0"},
    DetailKey{Code::kIdentifierColumnIgnored, "distinct", "0.1.0"},
    DetailKey{Code::kRowNumberColumn, "column", "0.1.0"},
    DetailKey{Code::kIntegerTooWide, "column", "0.1.0"},
    DetailKey{Code::kIntegerTooWide, "got", "0.1.0"},
    DetailKey{Code::kTextAmongNumbers, "cells", "0.1.0"},
    DetailKey{Code::kTextAmongNumbers, "column", "0.1.0"},
    DetailKey{Code::kTextAmongNumbers, "got", "0.1.0"},
    DetailKey{Code::kTextAmongNumbers, "present", "0.1.0"},
    DetailKey{Code::kTextAmongNumbers, "row", "0.1.0"},
    DetailKey{Code::kNumbersInText, "cells", "0.1.0"},
    DetailKey{Code::kNumbersInText, "column", "0.1.0"},
    DetailKey{Code::kNumbersInText, "got", "0.1.0"},
    DetailKey{Code::kNumbersInText, "present", "0.1.0"},
    DetailKey{Code::kNumbersInText, "row", "0.1.0"},
    DetailKey{Code::kMixedKinds, "cells", "0.1.0"},
    DetailKey{Code::kMixedKinds, "column", "0.1.0"},
    DetailKey{Code::kMixedKinds, "got", "0.1.0"},
    DetailKey{Code::kMixedKinds, "numbers", "0.2.0"},
    DetailKey{Code::kMixedKinds, "present", "0.1.0"},
    DetailKey{Code::kMixedKinds, "row", "0.1.0"},
    DetailKey{Code::kDatesAsText, "cells", "0.1.0"},
    DetailKey{Code::kDatesAsText, "column", "0.1.0"},
    DetailKey{Code::kDatesAsText, "got", "0.1.0"},
    DetailKey{Code::kDatesAsText, "present", "0.1.0"},
    DetailKey{Code::kDatesAsText, "row", "0.1.0"},
    DetailKey{Code::kLeadingZeros, "cells", "0.1.0"},
    DetailKey{Code::kLeadingZeros, "column", "0.1.0"},
    DetailKey{Code::kLeadingZeros, "got", "0.1.0"},
    DetailKey{Code::kLeadingZeros, "present", "0.1.0"},
    DetailKey{Code::kLeadingZeros, "row", "0.1.0"},
    DetailKey{Code::kThousandsSeparator, "cells", "0.1.0"},
    DetailKey{Code::kThousandsSeparator, "column", "0.1.0"},
    DetailKey{Code::kThousandsSeparator, "got", "0.1.0"},
    DetailKey{Code::kThousandsSeparator, "present", "0.1.0"},
    DetailKey{Code::kThousandsSeparator, "row", "0.1.0"},
    DetailKey{Code::kDecimalComma, "cells", "0.1.0"},
    DetailKey{Code::kDecimalComma, "column", "0.1.0"},
    DetailKey{Code::kDecimalComma, "got", "0.1.0"},
    DetailKey{Code::kDecimalComma, "present", "0.1.0"},
    DetailKey{Code::kDecimalComma, "row", "0.1.0"},
    DetailKey{Code::kFeatureMatchesLabel, "column", "0.1.0"},
    DetailKey{Code::kFeatureMatchesLabel, "correlation", "0.2.0"},
    DetailKey{Code::kFeatureMatchesLabel, "label", "0.1.0"},
    DetailKey{Code::kFeatureMatchesLabel, "match", "0.1.0"},
    DetailKey{Code::kFeatureMatchesLabel, "values", "0.2.0"},
    DetailKey{Code::kNotConverged, "early_stopping_rounds", "0.2.0"},
    DetailKey{Code::kNotConverged, "gradient_norm", "0.1.0"},
    DetailKey{Code::kNotConverged, "iterations", "0.1.0"},
    DetailKey{Code::kNotConverged, "max_iter", "0.1.0"},
    DetailKey{Code::kNotConverged, "n_estimators", "0.2.0"},
    DetailKey{Code::kNotConverged, "reason", "0.2.0"},
    DetailKey{Code::kNotConverged, "tolerance", "0.1.0"},
    DetailKey{Code::kRankDeficient, "columns", "0.1.0"},
    DetailKey{Code::kRankDeficient, "count", "0.1.0"},
    DetailKey{Code::kMetricUndefined, "metric", "0.1.0"},
    DetailKey{Code::kMetricUndefined, "reason", "0.2.0"},
    DetailKey{Code::kDuplicateRowsAcrossSplit, "rows", "0.1.0"},
    DetailKey{Code::kUnknownLevel, "column", "0.1.0"},
    DetailKey{Code::kUnknownLevel, "rows", "0.1.0"},
    DetailKey{Code::kPredictRowMissing, "of", "0.2.0"},
    DetailKey{Code::kPredictRowMissing, "rows", "0.1.0"},
    DetailKey{Code::kKeyFileOpenToOthers, "file", "0.1.0"},
};

/// The first version that could write this key in the details of this code; "" if the code has no such key.
std::string_view detail_since(Code code, std::string_view key);

}  // namespace rf::core
