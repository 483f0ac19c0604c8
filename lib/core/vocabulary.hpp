// SPDX-License-Identifier: MIT
// The vocabulary that all folders share: the kind of a column, the task, the policy for missing values, and
// the labels of classes.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/text_variant.hpp"

namespace rf::core {

/// Logical kind of a column; the numbers are rf_kind's.
enum class Kind : std::uint8_t { kNumeric = 1, kBoolean = 2, kCategory = 3 };
enum class Task : std::uint8_t { kClassification, kRegression };
enum class MissingPolicy : std::uint8_t { kDropRows, kFill, kNative, kError };

constexpr std::string_view kind_name(Kind kind) {
  return kind == Kind::kNumeric ? "numeric" : kind == Kind::kBoolean ? "boolean" : "category";
}
constexpr std::string_view task_name(Task task) {
  return task == Task::kClassification ? "classification" : "regression";
}
inline constexpr std::array kMissingPolicies = {MissingPolicy::kDropRows, MissingPolicy::kFill,
                                                MissingPolicy::kNative, MissingPolicy::kError};
constexpr std::string_view missing_policy_name(MissingPolicy policy) {
  switch (policy) {
    case MissingPolicy::kDropRows:
      return "drop_rows";
    case MissingPolicy::kFill:
      return "fill";
    case MissingPolicy::kNative:
      return "native";
    case MissingPolicy::kError:
      break;
  }
  return "error";
}

/// The policy of each column: its own if it has one, else the common one.
struct MissingPolicies {
  MissingPolicy policy = MissingPolicy::kDropRows;
  std::map<std::string, MissingPolicy> columns = {};  ///< by column name

  MissingPolicy of(const std::string& column) const {
    const auto own = columns.find(column);
    return own == columns.end() ? policy : own->second;
  }
};

/// A class as the label column holds it: an integer (held as a double), a boolean or a text.
using ClassLabel = TextVariant<double, bool, std::string>;
/// All classes, ascending by value, false before true, or by UTF-8 bytes. All of one alternative.
using ClassLabels = std::vector<ClassLabel>;

}  // namespace rf::core
