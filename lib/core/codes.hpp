// SPDX-License-Identifier: MIT
// Every code the library can report: errors and diagnostics. The enum below, the names on the wire, the
// schema's enum and docs/formats/codes.md are all made from this one table. For a diagnostic this file also
// lists the keys of its details and, if it needs no cases, its sentence. tests/unit/core/codes_test.cpp pins
// it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rf::core {

/// Result of a call, with the numbers of the C ABI (rf_status). Numbers are never reused.
enum class Status : std::int32_t {
  kOk = 0,
  kArgument = 1,
  kConfig = 2,
  kData = 3,
  kIo = 4,
  kNoMemory = 5,
  kCancelled = 6,
  kNumeric = 7,
  kIntegrity = 8,
  kUnsupported = 9,
  kLimit = 10,
  kExists = 11,
  kMismatch = 12,
  kInternal = 100,
};

// RF_CODE(enumerator, NAME, status, since, meaning). A diagnostic has status kOk.
#define RF_CODES(RF_CODE)                                                                                    \
  /* diagnostics */                                                                                          \
  RF_CODE(kMissingValuesDropped, "MISSING_VALUES_DROPPED", kOk, "0.1.0",                                     \
          "rows with a missing value were dropped")                                                          \
  RF_CODE(kDroppedManyRows, "DROPPED_MANY_ROWS", kOk, "0.1.0",                                               \
          "more than a fifth of the rows were dropped for missing values; the columns are named")            \
  RF_CODE(kMissingValuesFilled, "MISSING_VALUES_FILLED", kOk, "0.1.0",                                       \
          "missing values were filled with statistics of the training rows")                                 \
  RF_CODE(kConstantFeature, "CONSTANT_FEATURE", kOk, "0.1.0",                                                \
          "a feature has one value in all training rows")                                                    \
  RF_CODE(kHighCardinalityCategory, "HIGH_CARDINALITY_CATEGORY", kOk, "0.1.0",                               \
          "a category has many levels for the number of training rows")                                      \
  RF_CODE(kIdentifierColumnIgnored, "IDENTIFIER_COLUMN_IGNORED", kOk, "0.1.0",                               \
          "a text column whose values are all distinct identifies rows and was left out")                    \
  RF_CODE(kRowNumberColumn, "ROW_NUMBER_COLUMN", kOk, "0.1.0",                                               \
          "an integer column only counts the rows; it was kept")                                             \
  RF_CODE(kIntegerTooWide, "INTEGER_TOO_WIDE", kOk, "0.1.0",                                                 \
          "an integer column holds a value that a double cannot hold; it became a category")                 \
  RF_CODE(kTextAmongNumbers, "TEXT_AMONG_NUMBERS", kOk, "0.1.0",                                             \
          "nearly all cells of a column are numbers, but a few are text; it became a category")              \
  RF_CODE(kNumbersInText, "NUMBERS_IN_TEXT", kOk, "0.1.0",                                                   \
          "cells of a text column are numbers; it is a category")                                            \
  RF_CODE(kMixedKinds, "MIXED_KINDS", kOk, "0.1.0",                                                          \
          "true and false stand beside other values in a column; it became a category")                      \
  RF_CODE(kDatesAsText, "DATES_AS_TEXT", kOk, "0.1.0",                                                       \
          "most cells of a column look like dates; it is a category")                                        \
  RF_CODE(kLeadingZeros, "LEADING_ZEROS", kOk, "0.1.0",                                                      \
          "a column of digits has leading zeros; it is a category")                                          \
  RF_CODE(kThousandsSeparator, "THOUSANDS_SEPARATOR", kOk, "0.1.0",                                          \
          "cells look like numbers with separated thousands; the column is a category")                      \
  RF_CODE(kDecimalComma, "DECIMAL_COMMA", kOk, "0.1.0",                                                      \
          "cells look like numbers with a decimal comma; the column is a category")                          \
  RF_CODE(kFeatureMatchesLabel, "FEATURE_MATCHES_LABEL", kOk, "0.1.0",                                       \
          "a feature determines the label or moves with it almost exactly")                                  \
  RF_CODE(kSplitNotStratified, "SPLIT_NOT_STRATIFIED", kOk, "0.1.0",                                         \
          "the classes are too small to stratify; the split is a plain shuffle")                             \
  RF_CODE(kNotConverged, "NOT_CONVERGED", kOk, "0.1.0",                                                      \
          "the iteration limit came before the tolerance was met")                                           \
  RF_CODE(kRankDeficient, "RANK_DEFICIENT", kOk, "0.1.0",                                                    \
          "columns depend on each other linearly; dependent ones got coefficient 0")                         \
  RF_CODE(kMetricUndefined, "METRIC_UNDEFINED", kOk, "0.1.0",                                                \
          "a metric has no value on these rows and was omitted")                                             \
  RF_CODE(kDuplicateRowsAcrossSplit, "DUPLICATE_ROWS_ACROSS_SPLIT", kOk, "0.1.0",                            \
          "equal rows stand on both sides of the split")                                                     \
  RF_CODE(kUnknownLevel, "UNKNOWN_LEVEL", kOk, "0.1.0",                                                      \
          "a category cell holds a level the training rows did not have")                                    \
  RF_CODE(kPredictRowMissing, "PREDICT_ROW_MISSING", kOk, "0.1.0",                                           \
          "a row lacks a feature and could not be scored")                                                   \
  RF_CODE(kFeatureImportanceUnsupportedModel, "FEATURE_IMPORTANCE_UNSUPPORTED_MODEL", kOk, "0.1.0",          \
          "the model family has no impurity-based feature importance")                                       \
  RF_CODE(kLinearCoefficientsUnsupportedModel, "LINEAR_COEFFICIENTS_UNSUPPORTED_MODEL", kOk, "0.1.0",        \
          "the model family has no linear coefficients")                                                     \
  RF_CODE(kKeyFileOpenToOthers, "KEY_FILE_OPEN_TO_OTHERS", kOk, "0.1.0",                                     \
          "the file of a secret key may be read or written by others than its owner")                        \
  /* the caller's mistakes and the configuration */                                                          \
  RF_CODE(kInvalidArgument, "INVALID_ARGUMENT", kArgument, "0.1.0", "an argument of the call is not usable") \
  RF_CODE(kInvalidJson, "INVALID_JSON", kConfig, "0.1.0", "the text is not strict JSON")                     \
  RF_CODE(kInvalidValue, "INVALID_VALUE", kConfig, "0.1.0",                                                  \
          "a configuration value has the wrong type or content")                                             \
  RF_CODE(kUnknownKey, "UNKNOWN_KEY", kConfig, "0.1.0", "the configuration has a key that nobody reads")     \
  RF_CODE(kUnknownModel, "UNKNOWN_MODEL", kConfig, "0.1.0", "there is no such model family")                 \
  RF_CODE(kUnknownProfile, "UNKNOWN_PROFILE", kConfig, "0.1.0", "there is no such profile")                  \
  RF_CODE(kProfileConflict, "PROFILE_CONFLICT", kConfig, "0.1.0", "the profile is for another model family") \
  RF_CODE(kTaskNotSupported, "TASK_NOT_SUPPORTED", kConfig, "0.1.0",                                         \
          "the model family does not do this task")                                                          \
  RF_CODE(kUnknownParameter, "UNKNOWN_PARAMETER", kConfig, "0.1.0",                                          \
          "the model family has no such parameter")                                                          \
  RF_CODE(kParameterOutOfRange, "PARAMETER_OUT_OF_RANGE", kConfig, "0.1.0",                                  \
          "a parameter is outside its range")                                                                \
  RF_CODE(kParameterNotApplicable, "PARAMETER_NOT_APPLICABLE", kConfig, "0.1.0",                             \
          "a parameter does not apply to the other choices made")                                            \
  RF_CODE(kLabelNotFound, "LABEL_NOT_FOUND", kConfig, "0.1.0",                                               \
          "the table has no column of the label's name")                                                     \
  RF_CODE(kColumnNotFound, "COLUMN_NOT_FOUND", kConfig, "0.1.0", "the table has no column of this name")     \
  /* the data */                                                                                             \
  RF_CODE(kEmptyFile, "EMPTY_FILE", kData, "0.1.0", "the input holds no record at all")                      \
  RF_CODE(kZeroRows, "ZERO_ROWS", kData, "0.1.0", "no row is left to train on")                              \
  RF_CODE(kZeroFeatures, "ZERO_FEATURES", kData, "0.1.0", "no column is left as a feature")                  \
  RF_CODE(kLabelOnlyDataset, "LABEL_ONLY_DATASET", kData, "0.1.0", "the table has no column but the label")  \
  RF_CODE(kLabelTypeInvalid, "LABEL_TYPE_INVALID", kData, "0.1.0", "the label's kind does not fit the task") \
  RF_CODE(kSingleClass, "SINGLE_CLASS", kData, "0.1.0", "the label has only one class")                      \
  RF_CODE(kClassNotInTraining, "CLASS_NOT_IN_TRAINING", kData, "0.1.0",                                      \
          "a class has no row among the training rows")                                                      \
  RF_CODE(kDuplicateColumn, "DUPLICATE_COLUMN", kData, "0.1.0", "two columns have the same name")            \
  RF_CODE(kRaggedRow, "RAGGED_ROW", kData, "0.1.0", "a record has another number of fields than the header") \
  RF_CODE(kMalformedQuote, "MALFORMED_QUOTE", kData, "0.1.0",                                                \
          "a quoted field is not closed or has text after it")                                               \
  RF_CODE(kNumberOutOfRange, "NUMBER_OUT_OF_RANGE", kData, "0.1.0",                                          \
          "a number is infinite or too large for a double")                                                  \
  RF_CODE(kCellKindMismatch, "CELL_KIND_MISMATCH", kData, "0.1.0",                                           \
          "a cell does not fit the column's declared kind")                                                  \
  RF_CODE(kMissingValue, "MISSING_VALUE", kData, "0.1.0", "a value is missing and the policy is error")      \
  RF_CODE(kSplitValueInvalid, "SPLIT_VALUE_INVALID", kData, "0.1.0",                                         \
          "a cell of the column that settles the split is unusable")                                         \
  RF_CODE(kWeightInvalid, "WEIGHT_INVALID", kData, "0.1.0",                                                  \
          "a sample weight is negative, or no training row has any")                                         \
  RF_CODE(kNulByte, "NUL_BYTE", kData, "0.1.0", "the text holds a NUL byte")                                 \
  RF_CODE(kInvalidUtf8, "INVALID_UTF8", kData, "0.1.0", "the text is not valid UTF-8")                       \
  RF_CODE(kInvalidArrow, "INVALID_ARROW", kData, "0.1.0", "Arrow structures do not hold together")           \
  RF_CODE(kInvalidModel, "INVALID_MODEL", kData, "0.1.0", "the bytes are not a model this library wrote")    \
  RF_CODE(kInvalidKey, "INVALID_KEY", kData, "0.1.0", "the file holds no key of the expected form")          \
  RF_CODE(kInvalidRun, "INVALID_RUN", kData, "0.1.0", "the folder is not a run this library wrote")          \
  /* the system and the library */                                                                           \
  RF_CODE(kFileNotFound, "FILE_NOT_FOUND", kIo, "0.1.0", "there is no such file or folder")                  \
  RF_CODE(kNotAFile, "NOT_A_FILE", kIo, "0.1.0", "the path does not name a regular file")                    \
  RF_CODE(kReadFailed, "READ_FAILED", kIo, "0.1.0", "the operating system could not read")                   \
  RF_CODE(kWriteFailed, "WRITE_FAILED", kIo, "0.1.0", "the operating system could not write")                \
  RF_CODE(kArrowStreamFailed, "ARROW_STREAM_FAILED", kIo, "0.1.0", "an Arrow stream reported an error")      \
  RF_CODE(kSigningFailed, "SIGNING_FAILED", kIo, "0.1.0",                                                    \
          "the host's signing function failed, or signed with another key")                                  \
  RF_CODE(kOutOfMemory, "OUT_OF_MEMORY", kNoMemory, "0.1.0", "memory could not be allocated")                \
  RF_CODE(kCancelled, "CANCELLED", kCancelled, "0.1.0", "the caller asked to stop")                          \
  RF_CODE(kNotFinite, "NOT_FINITE", kNumeric, "0.1.0", "a computation left the range of finite numbers")     \
  RF_CODE(kRunAltered, "RUN_ALTERED", kIntegrity, "0.1.0",                                                   \
          "a run directory does not hold together; the report says where")                                   \
  RF_CODE(kInvalidSignature, "INVALID_SIGNATURE", kIntegrity, "0.1.0",                                       \
          "a signature is damaged, or not one by the key given")                                             \
  RF_CODE(kNotReproduced, "NOT_REPRODUCED", kIntegrity, "0.1.0",                                             \
          "training again gave other bytes than the record holds")                                           \
  RF_CODE(kUnsupportedFormat, "UNSUPPORTED_FORMAT", kUnsupported, "0.1.0",                                   \
          "the format is newer than this library")                                                           \
  RF_CODE(kUnsupportedVersion, "UNSUPPORTED_VERSION", kUnsupported, "0.2.0",                                 \
          "a record names a version of RunForge that this library does not know")                            \
  RF_CODE(kUnsupportedType, "UNSUPPORTED_TYPE", kUnsupported, "0.1.0",                                       \
          "a column's type is not among those this library reads")                                           \
  RF_CODE(kLimitReached, "LIMIT_REACHED", kLimit, "0.1.0", "a limit on size, depth or count was reached")    \
  RF_CODE(kTooManyClasses, "TOO_MANY_CLASSES", kLimit, "0.2.0",                                              \
          "the label has more classes than limits.max_classes")                                              \
  RF_CODE(kAlreadyExists, "ALREADY_EXISTS", kExists, "0.1.0", "the destination is already there")            \
  RF_CODE(kFeatureAbsent, "FEATURE_ABSENT", kMismatch, "0.1.0", "the table lacks a column the model needs")  \
  RF_CODE(kFeatureKindMismatch, "FEATURE_KIND_MISMATCH", kMismatch, "0.1.0",                                 \
          "a column has another kind than the model was trained with")                                       \
  RF_CODE(kDatasetMismatch, "DATASET_MISMATCH", kMismatch, "0.1.0",                                          \
          "the data is not what the run was trained on")                                                     \
  RF_CODE(kNumericProfileMismatch, "NUMERIC_PROFILE_MISMATCH", kMismatch, "0.1.0",                           \
          "the run was recorded under another numeric profile than this library's")                          \
  RF_CODE(kInternal, "INTERNAL", kInternal, "0.1.0", "a bug in RunForge")

enum class Code : std::uint8_t {
#define RF_CODE(enumerator, name, status, since, meaning) enumerator,
  RF_CODES(RF_CODE)
#undef RF_CODE
};

struct CodeInfo {
  std::string_view name;     ///< UPPER_SNAKE, stable
  Status status;             ///< the status that a call returns with this code; kOk for a diagnostic
  std::string_view since;    ///< the first version that could report it, "0.1.0"
  std::string_view meaning;  ///< one clause for the documentation
};

/// All codes in the order of the enum.
inline constexpr std::array kCodeTable = {
#define RF_CODE(enumerator, name, status, since, meaning) CodeInfo{name, Status::status, since, meaning},
    RF_CODES(RF_CODE)
#undef RF_CODE
};

constexpr const CodeInfo& code_info(Code code) {
  return kCodeTable[static_cast<std::size_t>(code)];
}
constexpr std::string_view code_name(Code code) {
  return code_info(code).name;
}
constexpr bool is_diagnostic(Code code) {
  return code_info(code).status == Status::kOk;
}

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

/// The sentence of a diagnostic that needs no cases. In braces it has a key of the details: `{column}`
/// becomes `column "age"`, `{rows row}` a count with its noun ("1 row", "7 rows"), and any other key its
/// number or its text in quotes. If a fact is absent, the meaning of the code is the message. Other sentences
/// are made in messages.cpp.
struct Sentence {
  Code code;
  std::string_view text;
};

inline constexpr std::array kSentences = {
    Sentence{Code::kConstantFeature, "{column} has one value in all training rows and can tell nothing"},
    Sentence{Code::kRowNumberColumn, "{column} only counts the rows; it was kept as a feature"},
    Sentence{Code::kSplitNotStratified,
             "a class has fewer than 2 rows, or one side of the split has fewer rows than there are classes; "
             "the split is a plain shuffle"},
};

}  // namespace rf::core
