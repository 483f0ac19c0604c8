// SPDX-License-Identifier: MIT
// The trainings whose bytes every machine must agree on: each family and task on the real datasets of
// tests/data, with numeric, boolean and category columns, missing values, weights, penalties and
// splits. `repeat` lays a file's rows end to end, so that there are several blocks of rows to merge; the rows
// stay real.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rf::determinism {

struct Case {
  std::string_view name;    ///< unique; names the golden line
  std::string_view file;    ///< below tests/data
  int repeat;               ///< how often the file's rows follow each other
  std::string_view config;  ///< train_config.v1
  bool with_side = false;   ///< a column `side` is put in front that says train or validation
};

std::span<const Case> all_cases();

/// The CSV bytes of a case; empty when the file cannot be read.
/// dataset_options.v1 as version 0.1.0 resolved them. The lines are what that version wrote.
inline constexpr std::string_view kFirstReading =
    R"({"rules":1,"missing_tokens":["NA","N/A","NaN","nan","null","NULL","None","?","-"],"missing_number_tokens":[]})";

std::string csv_of(const Case& training, const std::string& data_folder);

}  // namespace rf::determinism
