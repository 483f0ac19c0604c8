// SPDX-License-Identifier: MIT
// Every code the library can give: errors and diagnostics. This one table makes the enum below, the names on
// the wire, the schema's enum and docs/formats/codes.md; tests/unit/core/codes_test.cpp pins it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rf::core {

/// Result of a call as the C ABI numbers it (rf_status); numbers are never reused.
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

// RF_CODE(enumerator, NAME, status, meaning). A diagnostic has status kOk.
#define RF_CODES(RF_CODE)                                                                                     \
  /* diagnostics */                                                                                           \
  RF_CODE(kMissingValuesDropped, "MISSING_VALUES_DROPPED", kOk, "rows with a missing value were dropped")     \
  RF_CODE(kDroppedManyRows, "DROPPED_MANY_ROWS", kOk,                                                         \
          "more than a fifth of the rows were dropped for missing values; the columns are named")             \
  RF_CODE(kMissingValuesFilled, "MISSING_VALUES_FILLED", kOk,                                                 \
          "missing values were filled with statistics of the training rows")                                  \
  RF_CODE(kConstantFeature, "CONSTANT_FEATURE", kOk, "a feature has one value in all training rows")          \
  RF_CODE(kHighCardinalityCategory, "HIGH_CARDINALITY_CATEGORY", kOk,                                         \
          "a category has many levels for the number of training rows")                                       \
  RF_CODE(kIdentifierColumnIgnored, "IDENTIFIER_COLUMN_IGNORED", kOk,                                         \
          "a text column whose values are all distinct identifies rows and was left out")                     \
  RF_CODE(kRowNumberColumn, "ROW_NUMBER_COLUMN", kOk, "an integer column only counts the rows; it was kept")  \
  RF_CODE(kIntegerTooWide, "INTEGER_TOO_WIDE", kOk,                                                           \
          "an integer column holds a value that a double cannot hold; it became a category")                  \
  RF_CODE(kTextAmongNumbers, "TEXT_AMONG_NUMBERS", kOk,                                                       \
          "nearly all cells of a column are numbers, but a few are text; it became a category")               \
  RF_CODE(kNumbersInText, "NUMBERS_IN_TEXT", kOk, "cells of a text column are numbers; it is a category")     \
  RF_CODE(kMixedKinds, "MIXED_KINDS", kOk,                                                                    \
          "true and false stand beside other values in a column; it became a category")                       \
  RF_CODE(kDatesAsText, "DATES_AS_TEXT", kOk, "most cells of a column look like dates; it is a category")     \
  RF_CODE(kLeadingZeros, "LEADING_ZEROS", kOk, "a column of digits has leading zeros; it is a category")      \
  RF_CODE(kThousandsSeparator, "THOUSANDS_SEPARATOR", kOk,                                                    \
          "cells look like numbers with separated thousands; the column is a category")                       \
  RF_CODE(kDecimalComma, "DECIMAL_COMMA", kOk,                                                                \
          "cells look like numbers with a decimal comma; the column is a category")                           \
  RF_CODE(kFeatureMatchesLabel, "FEATURE_MATCHES_LABEL", kOk,                                                 \
          "a feature determines the label or moves with it almost exactly (told by inspect)")                 \
  RF_CODE(kSplitNotStratified, "SPLIT_NOT_STRATIFIED", kOk,                                                   \
          "the classes are too small to stratify; the split is a plain shuffle")                              \
  RF_CODE(kNotConverged, "NOT_CONVERGED", kOk, "the iteration limit came before the tolerance was met")       \
  RF_CODE(kRankDeficient, "RANK_DEFICIENT", kOk,                                                              \
          "columns depend on each other linearly; dependent ones got coefficient 0")                          \
  RF_CODE(kMetricUndefined, "METRIC_UNDEFINED", kOk, "a metric has no value on these rows and was omitted")   \
  RF_CODE(kDuplicateRowsAcrossSplit, "DUPLICATE_ROWS_ACROSS_SPLIT", kOk,                                      \
          "equal rows stand on both sides of the split")                                                      \
  RF_CODE(kUnknownLevel, "UNKNOWN_LEVEL", kOk, "a category cell holds a level the training rows did not have")\
  RF_CODE(kPredictRowMissing, "PREDICT_ROW_MISSING", kOk, "a row lacks a feature and could not be scored")    \
  RF_CODE(kFeatureImportanceUnsupportedModel, "FEATURE_IMPORTANCE_UNSUPPORTED_MODEL", kOk,                    \
          "the model family has no impurity-based feature importance")                                        \
  RF_CODE(kLinearCoefficientsUnsupportedModel, "LINEAR_COEFFICIENTS_UNSUPPORTED_MODEL", kOk,                  \
          "the model family has no linear coefficients")                                                      \
  RF_CODE(kKeyFileOpenToOthers, "KEY_FILE_OPEN_TO_OTHERS", kOk,                                               \
          "the file of a secret key may be read or written by others than its owner")                         \
  /* the caller's mistakes and the configuration */                                                           \
  RF_CODE(kInvalidArgument, "INVALID_ARGUMENT", kArgument, "an argument of the call is not usable")           \
  RF_CODE(kInvalidJson, "INVALID_JSON", kConfig, "the text is not strict JSON")                               \
  RF_CODE(kInvalidValue, "INVALID_VALUE", kConfig, "a configuration value has the wrong type or content")     \
  RF_CODE(kUnknownKey, "UNKNOWN_KEY", kConfig, "the configuration has a key that nobody reads")               \
  RF_CODE(kUnknownModel, "UNKNOWN_MODEL", kConfig, "there is no such model family")                           \
  RF_CODE(kUnknownProfile, "UNKNOWN_PROFILE", kConfig, "there is no such profile")                            \
  RF_CODE(kProfileConflict, "PROFILE_CONFLICT", kConfig, "the profile is for another model family")           \
  RF_CODE(kTaskNotSupported, "TASK_NOT_SUPPORTED", kConfig, "the model family does not do this task")         \
  RF_CODE(kUnknownParameter, "UNKNOWN_PARAMETER", kConfig, "the model family has no such parameter")          \
  RF_CODE(kParameterOutOfRange, "PARAMETER_OUT_OF_RANGE", kConfig, "a parameter is outside its range")        \
  RF_CODE(kParameterNotApplicable, "PARAMETER_NOT_APPLICABLE", kConfig,                                       \
          "a parameter does not apply to the other choices made")                                             \
  RF_CODE(kLabelNotFound, "LABEL_NOT_FOUND", kConfig, "the table has no column of the label's name")          \
  RF_CODE(kColumnNotFound, "COLUMN_NOT_FOUND", kConfig, "the table has no column of this name")               \
  /* the data */                                                                                              \
  RF_CODE(kEmptyFile, "EMPTY_FILE", kData, "the input holds no record at all")                                \
  RF_CODE(kZeroRows, "ZERO_ROWS", kData, "no row is left to train on")                                        \
  RF_CODE(kZeroFeatures, "ZERO_FEATURES", kData, "no column is left as a feature")                            \
  RF_CODE(kLabelOnlyDataset, "LABEL_ONLY_DATASET", kData, "the table has no column but the label")            \
  RF_CODE(kLabelTypeInvalid, "LABEL_TYPE_INVALID", kData, "the label's kind does not fit the task")           \
  RF_CODE(kSingleClass, "SINGLE_CLASS", kData, "the label has only one class")                                \
  RF_CODE(kClassNotInTraining, "CLASS_NOT_IN_TRAINING", kData, "a class has no row among the training rows")  \
  RF_CODE(kDuplicateColumn, "DUPLICATE_COLUMN", kData, "two columns have the same name")                      \
  RF_CODE(kRaggedRow, "RAGGED_ROW", kData, "a record has another number of fields than the header")           \
  RF_CODE(kMalformedQuote, "MALFORMED_QUOTE", kData, "a quoted field is not closed or has text after it")     \
  RF_CODE(kNumberOutOfRange, "NUMBER_OUT_OF_RANGE", kData, "a number is infinite or too large for a double")  \
  RF_CODE(kCellKindMismatch, "CELL_KIND_MISMATCH", kData, "a cell does not fit the column's declared kind")   \
  RF_CODE(kMissingValue, "MISSING_VALUE", kData, "a value is missing and the policy is error")                \
  RF_CODE(kSplitValueInvalid, "SPLIT_VALUE_INVALID", kData, "a cell of the column that settles the split is unusable") \
  RF_CODE(kWeightInvalid, "WEIGHT_INVALID", kData, "a sample weight is negative, or no training row has any")    \
  RF_CODE(kNulByte, "NUL_BYTE", kData, "the text holds a NUL byte")                                           \
  RF_CODE(kInvalidUtf8, "INVALID_UTF8", kData, "the text is not valid UTF-8")                                 \
  RF_CODE(kInvalidArrow, "INVALID_ARROW", kData, "Arrow structures do not hold together")                     \
  RF_CODE(kInvalidModel, "INVALID_MODEL", kData, "the bytes are not a model this library wrote")              \
  RF_CODE(kInvalidKey, "INVALID_KEY", kData, "the file holds no key of the expected form")                     \
  RF_CODE(kInvalidRun, "INVALID_RUN", kData, "the folder is not a run this library wrote")                    \
  /* the system and the library */                                                                            \
  RF_CODE(kFileNotFound, "FILE_NOT_FOUND", kIo, "there is no such file or folder")                            \
  RF_CODE(kNotAFile, "NOT_A_FILE", kIo, "the path does not name a regular file")                              \
  RF_CODE(kReadFailed, "READ_FAILED", kIo, "the operating system could not read")                             \
  RF_CODE(kWriteFailed, "WRITE_FAILED", kIo, "the operating system could not write")                          \
  RF_CODE(kArrowStreamFailed, "ARROW_STREAM_FAILED", kIo, "an Arrow stream reported an error")                \
  RF_CODE(kSigningFailed, "SIGNING_FAILED", kIo, "the host's signing function failed, or signed with another key") \
  RF_CODE(kOutOfMemory, "OUT_OF_MEMORY", kNoMemory, "memory could not be allocated")                          \
  RF_CODE(kCancelled, "CANCELLED", kCancelled, "the caller asked to stop")                                    \
  RF_CODE(kNotFinite, "NOT_FINITE", kNumeric, "a computation left the range of finite numbers")               \
  RF_CODE(kRunAltered, "RUN_ALTERED", kIntegrity, "a run directory does not hold together; the report says where") \
  RF_CODE(kInvalidSignature, "INVALID_SIGNATURE", kIntegrity, "a signature is damaged, or not one by the key given") \
  RF_CODE(kNotReproduced, "NOT_REPRODUCED", kIntegrity, "training again gave other bytes than the record holds") \
  RF_CODE(kUnsupportedFormat, "UNSUPPORTED_FORMAT", kUnsupported, "the format is newer than this library")    \
  RF_CODE(kUnsupportedType, "UNSUPPORTED_TYPE", kUnsupported,                                                 \
          "a column's type is not among those this library reads")                                            \
  RF_CODE(kLimitReached, "LIMIT_REACHED", kLimit, "a limit on size, depth or count was reached")              \
  RF_CODE(kAlreadyExists, "ALREADY_EXISTS", kExists, "the destination is already there")                      \
  RF_CODE(kFeatureAbsent, "FEATURE_ABSENT", kMismatch, "the table lacks a column the model needs")            \
  RF_CODE(kFeatureKindMismatch, "FEATURE_KIND_MISMATCH", kMismatch,                                           \
          "a column has another kind than the model was trained with")                                        \
  RF_CODE(kDatasetMismatch, "DATASET_MISMATCH", kMismatch, "the data is not what the run was trained on")      \
  RF_CODE(kNumericProfileMismatch, "NUMERIC_PROFILE_MISMATCH", kMismatch,                                     \
          "the run was recorded under another numeric profile than this library's")                           \
  RF_CODE(kInternal, "INTERNAL", kInternal, "a bug in RunForge")

enum class Code : std::uint8_t {
#define RF_CODE(enumerator, name, status, meaning) enumerator,
  RF_CODES(RF_CODE)
#undef RF_CODE
};

struct CodeInfo {
  std::string_view name;     ///< UPPER_SNAKE, stable
  Status status;             ///< what a call returns with it; kOk for a diagnostic
  std::string_view meaning;  ///< one clause for the documentation
};

/// All codes in the order of the enum.
inline constexpr std::array kCodeTable = {
#define RF_CODE(enumerator, name, status, meaning) CodeInfo{name, Status::status, meaning},
    RF_CODES(RF_CODE)
#undef RF_CODE
};

constexpr const CodeInfo& code_info(Code code) { return kCodeTable[static_cast<std::size_t>(code)]; }
constexpr std::string_view code_name(Code code) { return code_info(code).name; }
constexpr bool is_diagnostic(Code code) { return code_info(code).status == Status::kOk; }

}  // namespace rf::core
