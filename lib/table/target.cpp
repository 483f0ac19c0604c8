// SPDX-License-Identifier: MIT
// Classes and their order: numbers by value, false before true, texts by UTF-8 bytes (docs/LEARNERS.md), so
// that they have the same order as scikit-learn's. Pinned by tests/unit/table/target_test.cpp.
#include "table/target.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/number_text.hpp"
#include "core/text.hpp"

namespace rf::table {
namespace {

using core::Result;

constexpr std::size_t kMostClasses = 2500;  ///< the maximum that schemas/train_config.v1.schema.json allows
constexpr double kLargestClass = 9'007'199'254'740'992;  ///< 2^53: larger integers share doubles

core::Error label_error(const Column& label, TableRow row, std::string_view expected,
                        const std::string& got) {
  return {
      core::Code::kLabelTypeInvalid,
      "label " + core::quoted(label.name) + ", row " + core::decimal(number_of(row)) +
          " (rows are numbered from 0): expected " + std::string(expected) + ", found " + got,
      {{"column", label.name}, {"row", number_of(row)}, {"expected", std::string(expected)}, {"got", got}}};
}

Result<> read_numeric_classes(const Column& label, std::span<const TableRow> rows, Target& target) {
  const Cells<double>& values = label.numeric().values;
  std::vector<double> classes;
  for (const TableRow row : rows) {
    const double value = values[number_of(row)];
    if (value != std::trunc(value) || std::fabs(value) > kLargestClass) {
      return label_error(label, row,
                         "an integer, as the classes of a numeric label are (for a numeric target say "
                         "`--task regression`)",
                         core::number_text(value));
    }
    classes.push_back(value);
  }
  // total order: numbers; a table holds no -0, so equal ones are the same
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  for (const TableRow row : rows) {
    const auto place = std::lower_bound(classes.begin(), classes.end(), values[number_of(row)]);
    target.class_of.push_back(static_cast<std::int32_t>(place - classes.begin()));
  }
  target.classes.assign(classes.begin(), classes.end());
  return {};
}

void read_boolean_classes(const BooleanValues& label, std::span<const TableRow> rows, Target& target) {
  bool seen[2] = {false, false};
  for (const TableRow row : rows) seen[label.values[number_of(row)]] = true;
  for (const bool value : {false, true}) {
    if (seen[value]) target.classes.emplace_back(value);
  }
  for (const TableRow row : rows) target.class_of.push_back(seen[0] ? label.values[number_of(row)] : 0);
}

void read_category_classes(const CategoryValues& label, std::span<const TableRow> rows, Target& target) {
  std::vector<std::int32_t> class_of_level(label.levels.size(), -1);
  std::vector<std::size_t> present;
  for (const TableRow row : rows) {
    const auto level = static_cast<std::size_t>(label.codes[number_of(row)]);
    if (class_of_level[level] < 0) {
      class_of_level[level] = 0;
      present.push_back(level);
    }
  }
  // std::string compares as unsigned bytes, which is the order of UTF-8.
  // total order: levels of a column are all different
  std::sort(present.begin(), present.end(),
            [&](std::size_t a, std::size_t b) { return label.levels[a] < label.levels[b]; });
  for (std::size_t c = 0; c < present.size(); ++c) {
    class_of_level[present[c]] = static_cast<std::int32_t>(c);
    target.classes.emplace_back(label.levels[present[c]]);
  }
  for (const TableRow row : rows)
    target.class_of.push_back(class_of_level[static_cast<std::size_t>(label.codes[number_of(row)])]);
}

std::string class_text(const core::ClassLabel& label) {
  if (const double* number = std::get_if<double>(&label)) return core::number_text(*number);
  if (const bool* boolean = std::get_if<bool>(&label)) return *boolean ? "true" : "false";
  return core::quoted(std::get<std::string>(label));
}

core::Error too_many_classes(const Column& label, std::size_t n_classes, std::size_t max_classes) {
  const bool is_number = label.kind() == Kind::kNumeric;
  return {core::Code::kTooManyClasses,
          "label " + core::quoted(label.name) + ": expected at most " + core::counted(max_classes, "class") +
              " (limits.max_classes" +
              (max_classes < kMostClasses ? ", which may be raised to " + core::decimal(kMostClasses) : "") +
              "), found " + core::decimal(n_classes) +
              (is_number ? "; if it is a quantity, say `--task regression`"
                         : "; if it is a name or an identifier, choose another label"),
          {{"column", label.name},
           {"classes", static_cast<std::int64_t>(n_classes)},
           {"limit", static_cast<std::int64_t>(max_classes)}}};
}

Result<Target> read_classes(const Column& label, std::span<const TableRow> rows,
                            std::optional<std::size_t> max_classes) {
  Target target;
  target.class_of.reserve(rows.size());
  switch (label.kind()) {
    case Kind::kNumeric:
      RF_TRY(read_numeric_classes(label, rows, target));
      break;
    case Kind::kBoolean:
      read_boolean_classes(label.boolean(), rows, target);
      break;
    case Kind::kCategory:
      read_category_classes(label.category(), rows, target);
      break;
  }
  if (target.classes.size() < 2) {
    const std::string only = target.classes.empty() ? "none" : "only " + class_text(target.classes[0]);
    return core::Error{
        core::Code::kSingleClass,
        "label " + core::quoted(label.name) + ": expected at least two classes, found " + only,
        {{"column", label.name}, {"classes", static_cast<std::int64_t>(target.classes.size())}}};
  }
  if (max_classes && target.classes.size() > *max_classes)
    return too_many_classes(label, target.classes.size(), *max_classes);
  return target;
}

}  // namespace

Result<Target> read_target(const Column& label, core::Task task, std::span<const TableRow> rows,
                           std::optional<std::size_t> max_classes) {
  if (task == core::Task::kClassification) return read_classes(label, rows, max_classes);
  Target target;
  if (label.kind() == Kind::kNumeric) {
    for (const TableRow row : rows) target.value_of.push_back(label.numeric().values[number_of(row)]);
    return target;
  }
  const TableRow row = rows.empty() ? TableRow{0} : rows[0];
  std::string got = "no rows";
  if (!rows.empty() && label.kind() == Kind::kBoolean)
    got = label.boolean().values[number_of(row)] > 0 ? "true" : "false";
  if (!rows.empty() && label.kind() == Kind::kCategory) {
    // Reports the first text that is not a number, because it is more informative than the first text.
    const CategoryValues& texts = label.category();
    const auto no_number = std::find_if(rows.begin(), rows.end(), [&](TableRow r) {
      return !core::parse_number(texts.levels[static_cast<std::size_t>(texts.codes[number_of(r)])]);
    });
    const TableRow offending = no_number == rows.end() ? row : *no_number;
    return label_error(
        label, offending, "a number, as regression needs",
        core::quoted(texts.levels[static_cast<std::size_t>(texts.codes[number_of(offending)])]));
  }
  return label_error(label, row, "a number, as regression needs", got);
}

}  // namespace rf::table
