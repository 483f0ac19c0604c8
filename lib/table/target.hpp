// SPDX-License-Identifier: MIT
// The label column of the kept rows, as classes or as numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "table/column.hpp"

namespace rf::table {

struct Target {
  core::ClassLabels classes;           ///< classification only; the classes of all kept rows, in class order
  std::vector<std::int32_t> class_of;  ///< class number per kept row; classification only
  std::vector<double> value_of;        ///< per kept row; regression only
};

/// `rows` are the kept rows; the label is present in each.
/// Errors: LABEL_TYPE_INVALID (a fractional numeric label under classification, pointing to `--task
/// regression`; a text or boolean label under regression), both naming the first offending row; SINGLE_CLASS,
/// TOO_MANY_CLASSES.
core::Result<Target> read_target(const Column& label, core::Task task, std::span<const TableRow> rows,
                                 std::optional<std::size_t> max_classes = std::nullopt);

}  // namespace rf::table
