// SPDX-License-Identifier: MIT
// Arrow names a type by a format string. The few that a table can hold are read. The error for any other type
// names it. Pinned by tests/abi/arrow_hostile_test.cpp.
#include "memory/arrow_schema.hpp"

#include <array>
#include <optional>
#include <utility>

#include "core/text.hpp"

namespace rf::memory {
namespace {

using core::Code;
using core::Error;
using core::quoted;
using core::Result;

struct NumberFormat {
  char format;
  NumberType type;
};
constexpr std::array<NumberFormat, 10> kNumberFormats = {{{'g', NumberType::kF64},
                                                          {'f', NumberType::kF32},
                                                          {'l', NumberType::kI64},
                                                          {'i', NumberType::kI32},
                                                          {'s', NumberType::kI16},
                                                          {'c', NumberType::kI8},
                                                          {'L', NumberType::kU64},
                                                          {'I', NumberType::kU32},
                                                          {'S', NumberType::kU16},
                                                          {'C', NumberType::kU8}}};

std::optional<NumberType> number_of_format(std::string_view format) {
  if (format.size() != 1) return std::nullopt;
  for (const NumberFormat& known : kNumberFormats) {
    if (known.format == format[0]) return known.type;
  }
  return std::nullopt;
}

struct FormatWord {
  std::string_view prefix;
  std::string_view word;
};
/// The names of the formats that are not read, longer prefixes first.
constexpr std::array<FormatWord, 16> kFormatWords = {{{"td", "a date"},
                                                      {"tt", "a time of day"},
                                                      {"ts", "a timestamp"},
                                                      {"tD", "a duration"},
                                                      {"ti", "an interval"},
                                                      {"vu", "a string view"},
                                                      {"vz", "a binary view"},
                                                      {"+s", "a struct"},
                                                      {"+m", "a map"},
                                                      {"+u", "a union"},
                                                      {"+r", "a run-end encoding"},
                                                      {"+", "a list"},
                                                      {"d:", "a decimal"},
                                                      {"w:", "fixed-size binary"},
                                                      {"e", "a half float"},
                                                      {"z", "binary"}}};

std::string_view word_of_format(std::string_view format) {
  if (format == "Z") return "large binary";
  for (const FormatWord& known : kFormatWords) {
    if (format.substr(0, known.prefix.size()) == known.prefix) return known.word;
  }
  return "a type of its own";
}

Error unsupported(const std::string& column, std::string_view what, std::string_view format) {
  // Only the contract makes format strings text, so this is checked.
  const std::string shown =
      core::find_invalid_utf8(format) == std::string_view::npos ? std::string(format) : "?";
  return {Code::kUnsupportedType,
          arrow_place(column) + ": expected integers, floats, booleans, text, a dictionary of text or null" +
              std::string(what) + ", found the Arrow format " + quoted(shown) + " (" +
              std::string(word_of_format(format)) + "); cast the column, or leave it out",
          {{"column", column}, {"got", shown.substr(0, 200)}}};
}

Result<std::string_view> format_of(const ArrowSchema& schema, const std::string& place) {
  if (schema.release == nullptr) return invalid_arrow(place, "a schema", "one that was released");
  if (schema.format == nullptr) return invalid_arrow(place, "a format string", "NULL");
  return std::string_view(schema.format);
}

Result<ArrowLayout> layout_of(const ArrowSchema& schema, const std::string& column) {
  RF_ASSIGN(const std::string_view format, format_of(schema, arrow_place(column)));
  ArrowLayout layout;
  const auto number = number_of_format(format);
  if (schema.dictionary != nullptr) {
    RF_ASSIGN(const std::string_view values, format_of(*schema.dictionary, arrow_place(column)));
    const bool is_text = (values == "u" || values == "U") && schema.dictionary->dictionary == nullptr;
    if (!number || is_float(*number)) return unsupported(column, " with integer codes", format);
    if (!is_text) return unsupported(column, "", values);
    layout.cells = ArrowLayout::Cells::kDictionary;
    layout.number = *number;
    layout.width = values == "u" ? TextCells::Width::k32 : TextCells::Width::k64;
    return layout;
  }
  if (number) {
    layout.cells = ArrowLayout::Cells::kNumbers;
    layout.number = *number;
  } else if (format == "u" || format == "U") {
    layout.cells = ArrowLayout::Cells::kTexts;
    layout.width = format == "u" ? TextCells::Width::k32 : TextCells::Width::k64;
  } else if (format == "b") {
    layout.cells = ArrowLayout::Cells::kBits;
  } else if (format != "n") {
    return unsupported(column, "", format);
  }
  return layout;
}

CellType cell_type_of(const ArrowLayout& layout) {
  switch (layout.cells) {
    case ArrowLayout::Cells::kNumbers:
      return is_float(layout.number) ? CellType::kFloats : CellType::kIntegers;
    case ArrowLayout::Cells::kBits:
      return CellType::kBooleans;
    case ArrowLayout::Cells::kTexts:
    case ArrowLayout::Cells::kDictionary:
      return CellType::kTexts;
    case ArrowLayout::Cells::kNothing:
      break;
  }
  return CellType::kFloats;
}

}  // namespace

Error invalid_arrow(const std::string& place, std::string_view expected, std::string_view found) {
  return {Code::kInvalidArrow,
          place + ": expected " + std::string(expected) + ", found " + std::string(found),
          {{"expected", std::string(expected)}, {"got", std::string(found)}}};
}

std::string arrow_place(const std::string& column) {
  return "column " + quoted(column);
}

Result<std::vector<ArrowLayout>> read_arrow_schema(const ArrowSchema& schema,
                                                   const table::ReadingLimits& limits, TypedTable& table) {
  RF_ASSIGN(const std::string_view format, format_of(schema, "Arrow schema"));
  if (format != "+s" || schema.dictionary != nullptr) {
    Error error = unsupported("", "", format);
    error.message = "Arrow schema: expected a struct of columns (+s), found the format " +
                    quoted(std::get<std::string>(error.details[1].value)) +
                    (schema.dictionary == nullptr ? "" : " with a dictionary");
    return error;
  }
  const std::int64_t n_columns = schema.n_children;
  if (n_columns < 0 || (n_columns > 0 && schema.children == nullptr))
    return invalid_arrow("Arrow schema", "children",
                         n_columns < 0 ? core::decimal(n_columns) + " of them" : "NULL");
  if (static_cast<std::uint64_t>(n_columns) > limits.max_columns)
    return Error{Code::kLimitReached,
                 "Arrow schema: expected at most " + core::counted(limits.max_columns, "column") +
                     ", found " + core::decimal(n_columns),
                 {{"expected", static_cast<std::int64_t>(limits.max_columns)}, {"got", n_columns}}};
  std::vector<ArrowLayout> layouts;
  for (std::int64_t j = 0; j < n_columns; ++j) {
    const ArrowSchema* child = schema.children[j];
    if (child == nullptr)
      return invalid_arrow("Arrow schema, child " + core::decimal(j) + " (rows are numbered from 0)",
                           "a schema", "NULL");
    RF_ASSIGN(std::string name, table.next_name(child->name == nullptr ? "" : child->name));
    RF_ASSIGN(const ArrowLayout layout, layout_of(*child, name));
    RF_TRY(table.push(TypedColumn(std::move(name), cell_type_of(layout), Code::kInvalidArrow)));
    layouts.push_back(layout);
  }
  return layouts;
}

}  // namespace rf::memory
