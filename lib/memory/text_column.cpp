// SPDX-License-Identifier: MIT
// Reads the levels first, then maps each code to the value of its level. Pinned by
// tests/abi/builder_test.cpp.
#include "memory/text_column.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "core/messages.hpp"
#include "core/number_text.hpp"
#include "core/text.hpp"
#include "memory/memory_errors.hpp"
#include "table/column_builder.hpp"
#include "table/infer.hpp"
#include "table/surprises.hpp"

namespace rf::memory {
namespace {

using core::Code;
using core::Error;
using core::quoted;
using core::Result;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

class TextReader {
 public:
  TextReader(CodedTexts& texts, const table::ReadingOptions& options, core::Diagnostics& diagnostics)
      : texts_(texts), options_(options), diagnostics_(diagnostics), reader_(options) {
    const auto declared = options.kinds.find(texts.name);
    if (declared != options.kinds.end()) declared_ = declared->second;
  }

  Result<table::Column> read() {
    RF_TRY(check_sizes());
    if (!options_.infer_text && declared_.value_or(core::Kind::kCategory) == core::Kind::kCategory)
      return table::Column{texts_.name,
                           table::CategoryValues{std::move(texts_.codes), std::move(texts_.levels)}};
    RF_ASSIGN(const core::Kind kind, settle_kind());
    switch (kind) {
      case core::Kind::kNumeric:
        return numbers();
      case core::Kind::kBoolean:
        return booleans();
      case core::Kind::kCategory:
        break;
    }
    return categories();
  }

 private:
  /// The text that the rules apply to: without the spaces around it under infer_text and trim.
  std::string_view cell(std::size_t level) const {
    const std::string_view text = texts_.levels[level];
    return options_.infer_text && options_.trim ? trimmed(text) : text;
  }
  bool is_missing(std::size_t level) const { return options_.infer_text && reader_.is_missing(cell(level)); }

  Error cell_error(Code code, std::size_t level, std::string_view expected) const {
    const table::CellMention mention = table::mention_of(0, cell(level));
    return memory_cell_error(code, texts_.name, texts_.row_of(level), expected, quoted(mention.text),
                             mention.text);
  }

  Result<> check_sizes() const {
    const std::uint64_t limit = options_.limits.max_cell_bytes;
    for (std::size_t level = 0; level < texts_.levels.size(); ++level) {
      const std::uint64_t size = texts_.levels[level].size();
      if (size <= limit) continue;
      Error error = memory_limit_error("byte", limit, size);
      error.message = memory_place(texts_.name, texts_.row_of(level)) + ": " + error.message;
      error.details.insert(error.details.begin(), {"column", texts_.name});
      return error;
    }
    return {};
  }

  Result<> check_declared(std::size_t level) const {
    if (*declared_ == core::Kind::kCategory) return {};
    if (*declared_ == core::Kind::kBoolean) {
      if (table::parse_boolean(cell(level))) return {};
      return cell_error(Code::kCellKindMismatch, level, "true or false");
    }
    const table::CellClass found = reader_.classify(cell(level));
    if (found == table::CellClass::kInfinite)
      return cell_error(Code::kNumberOutOfRange, level, "a finite number");
    if (found == table::CellClass::kText || found == table::CellClass::kBoolean ||
        (found == table::CellClass::kNumberToken && !options_.infer_text))
      return cell_error(Code::kCellKindMismatch, level, "a number");
    return {};
  }

  Result<core::Kind> settle_kind() {
    table::KindEvidence evidence;  // its line numbers are numbers of levels here
    for (std::size_t level = 0; level < texts_.levels.size(); ++level) {
      if (is_missing(level)) continue;
      if (!declared_) {
        evidence.add(reader_.classify(cell(level)), cell(level), level);
      } else {
        RF_TRY(check_declared(level));
      }
    }
    if (declared_) return *declared_;
    if (const table::CellMention* infinite = evidence.out_of_range())
      return cell_error(Code::kNumberOutOfRange, static_cast<std::size_t>(infinite->line), "a finite number");
    if (const table::CellMention* wide = evidence.too_wide())
      diagnostics_.push_back(table::integer_too_wide(texts_.name, wide->text));
    return evidence.kind();
  }

  /// Maps each code to the value of its level.
  template <class Value>
  table::Cells<Value> spread(const std::vector<Value>& of_level, Value missing) const {
    table::Cells<Value> values(texts_.codes.size(), missing);
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (texts_.codes[row] >= 0) values[row] = of_level[static_cast<std::size_t>(texts_.codes[row])];
    }
    return values;
  }

  table::Column numbers() const {
    const double missing = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> of_level(texts_.levels.size(), missing);
    for (std::size_t level = 0; level < of_level.size(); ++level) {
      const auto number = is_missing(level) ? std::nullopt : reader_.number(cell(level));
      if (number) of_level[level] = number->value;
    }
    return {texts_.name, table::NumericValues{spread(of_level, missing)}};
  }

  table::Column booleans() const {
    std::vector<std::int8_t> of_level(texts_.levels.size(), -1);
    for (std::size_t level = 0; level < of_level.size(); ++level) {
      if (!is_missing(level)) of_level[level] = *table::parse_boolean(cell(level)) ? 1 : 0;
    }
    return {texts_.name, table::BooleanValues{spread<std::int8_t>(of_level, -1)}};
  }

  /// Two texts may differ only in their spaces, so the levels are numbered again, still in first-seen order.
  table::Column categories() const {
    table::LevelTable levels;
    std::vector<std::int32_t> of_level(texts_.levels.size(), -1);
    for (std::size_t level = 0; level < of_level.size(); ++level) {
      if (!is_missing(level)) of_level[level] = levels.code_of(cell(level));
    }
    return {texts_.name, table::CategoryValues{spread(of_level, -1), levels.take()}};
  }

  CodedTexts& texts_;
  const table::ReadingOptions& options_;
  core::Diagnostics& diagnostics_;
  table::CellReader reader_;
  std::optional<core::Kind> declared_;
};

}  // namespace

std::size_t CodedTexts::row_of(std::size_t level) const {
  const auto found = std::find(codes.begin(), codes.end(), static_cast<std::int32_t>(level));
  return static_cast<std::size_t>(found - codes.begin());
}

core::Result<table::Column> read_text_column(CodedTexts texts, const table::ReadingOptions& options,
                                             core::Diagnostics& diagnostics) {
  return TextReader(texts, options, diagnostics).read();
}

}  // namespace rf::memory
