// SPDX-License-Identifier: MIT
// Determines what a text cell is (missing, number, boolean, text) and which kind a column of such cells has.
// The rules are in docs/formats/csv.md; tests/unit/table/infer_test.cpp pins each of them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/number_text.hpp"
#include "core/vocabulary.hpp"
#include "table/dataset.hpp"

namespace rf::table {

using core::Kind;

/// Decides whether a cell is missing: empty, or one of the tokens.
class MissingTokens {
 public:
  explicit MissingTokens(std::span<const std::string> tokens);
  bool matches(std::string_view text) const;

 private:
  std::vector<std::string> tokens_;
  std::array<std::uint64_t, 256>
      lengths_by_first_byte_{};  ///< bit min(length, 63); rules out nearly all cells
};

enum class CellClass : std::uint8_t {
  kInteger,
  kWideInteger,  ///< an integer that a double does not hold exactly
  kFraction,     ///< a finite number with a fraction or an exponent
  kInfinite,     ///< inf or infinity, or a number beyond the largest double
  kBoolean,
  kNumberToken,  ///< missing if the other cells of the column are numbers, else text
  kText,
};

/// Reads single cells by the options of a reading. Borrows the options.
class CellReader {
 public:
  explicit CellReader(const ReadingOptions& options)
      : rules_(options.rules),
        missing_(options.missing_tokens),
        missing_numbers_(options.missing_number_tokens) {}

  /// Whether the cell is missing whatever the other cells of its column are.
  bool is_missing(std::string_view text) const { return missing_.matches(text); }
  /// The number in a present cell. Under the second rules it may lack the digits before or after the point,
  /// and tabs and no-break spaces may stand around it.
  std::optional<core::ParsedNumber> number(std::string_view text) const;
  /// Class of a present cell.
  CellClass classify(std::string_view text) const;

 private:
  ReadingRules rules_;
  MissingTokens missing_;
  MissingTokens missing_numbers_;
};

/// Reads true or false, ignoring ASCII case; nothing for other texts.
std::optional<bool> parse_boolean(std::string_view text);

/// The line and the text of a cell, for a message.
struct CellMention {
  std::uint64_t line = 0;
  std::string text;
};

/// Keeps only the beginning of a long cell.
CellMention mention_of(std::uint64_t line, std::string_view text);

/// The classes of the present cells seen so far in one column.
class KindEvidence {
 public:
  void add(CellClass cell, std::string_view text, std::uint64_t line);
  /// Records numbers that have been seen: integers that a double holds exactly, numbers with a fraction.
  void add_numbers(bool integers, bool fractions);
  /// Appends `later`, whose cells follow these. `lines_before` is added to its line numbers.
  void merge(const KindEvidence& later, std::uint64_t lines_before);
  void clear();

  /// Whether a present cell has been seen.
  bool any() const { return seen_ != 0; }
  bool has(CellClass cell) const { return (seen_ & (1U << static_cast<unsigned>(cell))) != 0; }
  /// Whether the kind is category regardless of further cells.
  bool settled() const { return settled_; }

  /// Numeric for a column without present cells.
  Kind kind() const;
  /// The first infinite cell of a column whose other cells are all numbers: the column cannot be read.
  const CellMention* out_of_range() const;
  /// The first integer that a double does not hold exactly, if the column is a category for that reason.
  const CellMention* too_wide() const;

 private:
  /// Allocated separately, because few columns have them and there may be many columns.
  struct Mentions {
    std::optional<CellMention> infinite;  ///< the first one
    std::optional<CellMention> wide;      ///< likewise
  };

  bool only_numbers() const { return !has(CellClass::kText) && !has(CellClass::kBoolean); }
  Mentions& mentions();

  void settle();

  std::uint32_t seen_ = 0;  ///< bit per CellClass
  bool settled_ = false;    ///< a category regardless of further cells
  std::unique_ptr<Mentions> mentions_;
};

}  // namespace rf::table
