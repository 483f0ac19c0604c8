// SPDX-License-Identifier: MIT
// Numbers are copied to doubles at once. An integer that a double cannot represent is also kept exactly, so
// that the column can still become a category of its exact texts. Texts become codes at once, and only a text
// that has not been seen before is checked. Pinned by tests/abi/builder_test.cpp.
#include "memory/typed_column.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "core/number_text.hpp"
#include "core/text.hpp"
#include "memory/memory_errors.hpp"
#include "memory/text_column.hpp"
#include "table/surprises.hpp"
#include "table/text_check.hpp"

namespace rf::memory {
namespace {

using core::Code;
using core::Error;
using core::quoted;
using core::Result;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int32_t kUnseen = -2;

std::uint64_t magnitude_of(std::int64_t value) {
  return value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

/// Whether a double represents the integer: at most 53 bits from its highest 1 to its lowest.
bool is_exact(std::uint64_t magnitude) {
  return magnitude == 0 || std::bit_width(magnitude) - std::countr_zero(magnitude) <= 53;
}

std::string unsigned_text(std::uint64_t value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + value % 10));
    value /= 10;
  } while (value > 0);
  return digits;
}

std::string integer_text(std::uint64_t bits, bool is_signed) {
  const auto value = static_cast<std::int64_t>(bits);
  return is_signed && value < 0 ? "-" + unsigned_text(magnitude_of(value)) : unsigned_text(bits);
}

/// The digits of an integer below 2^64 that a double represents.
std::string exact_integer_text(double value) {
  return value < 0 ? "-" + unsigned_text(static_cast<std::uint64_t>(-value))
                   : unsigned_text(static_cast<std::uint64_t>(value));
}

/// Calls `use` with a value of the C++ type of the cells.
template <class Use>
void with_type(NumberType type, Use use) {
  switch (type) {
    case NumberType::kF64:
      return use(double{});
    case NumberType::kF32:
      return use(float{});
    case NumberType::kI64:
      return use(std::int64_t{});
    case NumberType::kI32:
      return use(std::int32_t{});
    case NumberType::kI16:
      return use(std::int16_t{});
    case NumberType::kI8:
      return use(std::int8_t{});
    case NumberType::kU64:
      return use(std::uint64_t{});
    case NumberType::kU32:
      return use(std::uint32_t{});
    case NumberType::kU16:
      return use(std::uint16_t{});
    case NumberType::kU8:
    case NumberType::kBool8:
      return use(std::uint8_t{});
  }
}

/// An integer code, or -1 if it is beyond the range of an index.
std::int64_t index_at(const NumberCells& codes, std::size_t i) {
  std::int64_t index = -1;
  with_type(codes.type, [&](auto zero) {
    using T = decltype(zero);
    const T value = load<T>(codes.at(i));
    if constexpr (std::is_same_v<T, std::uint64_t>) {
      index = value > INT64_MAX ? -1 : static_cast<std::int64_t>(value);
    } else if constexpr (std::is_integral_v<T>) {
      index = value;
    }
  });
  return index;
}

}  // namespace

std::size_t TypedColumn::n_rows() const {
  return numbers_.size() + booleans_.size() + codes_.size();
}

std::uint64_t TypedColumn::memory_bytes() const {
  return n_rows() * cell_bytes() + wide_.size() * sizeof(WideInteger) + levels_.memory_bytes();
}

// ---- adding
// ------------------------------------------------------------------------------------------------------

template <class T>
void TypedColumn::add_floats(const NumberCells& cells) {
  double* out = numbers_.data() + (numbers_.size() - cells.count);
  // -0 becomes 0; every NaN stays NaN.
  for (std::size_t i = 0; i < cells.count; ++i) out[i] = static_cast<double>(load<T>(cells.at(i))) + 0.0;
}

template <class T>
void TypedColumn::add_integers(const NumberCells& cells) {
  const std::size_t begin = numbers_.size() - cells.count;
  double* out = numbers_.data() + begin;
  std::uint64_t seen = 0;  // the bits of all magnitudes
  for (std::size_t i = 0; i < cells.count; ++i) {
    const T value = load<T>(cells.at(i));
    out[i] = static_cast<double>(value);
    if constexpr (std::is_same_v<T, std::int64_t>) seen |= magnitude_of(value);
    if constexpr (std::is_same_v<T, std::uint64_t>) seen |= value;
  }
  if (std::bit_width(seen) > 53) note_wide(cells, begin);
}

void TypedColumn::note_wide(const NumberCells& cells, std::size_t begin) {
  const bool is_signed = cells.type == NumberType::kI64;
  for (std::size_t i = 0; i < cells.count; ++i) {
    const auto bits = load<std::uint64_t>(cells.at(i));
    const std::uint64_t magnitude = is_signed ? magnitude_of(static_cast<std::int64_t>(bits)) : bits;
    if (cells.present[i] && !is_exact(magnitude)) wide_.push_back({begin + i, bits, is_signed});
  }
}

Result<> TypedColumn::add(const NumberCells& cells) {
  n_bytes_ += cells.count * size_of(cells.type);
  if (type_ == CellType::kBooleans) {
    for (std::size_t i = 0; i < cells.count; ++i)
      booleans_.push_back(!cells.present[i]   ? std::int8_t{-1}
                          : *cells.at(i) != 0 ? std::int8_t{1}
                                              : std::int8_t{0});
    return {};
  }
  const std::size_t begin = numbers_.size();
  numbers_.resize(begin + cells.count);
  with_type(cells.type, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_floating_point_v<T>) {
      add_floats<T>(cells);
    } else {
      add_integers<T>(cells);
    }
  });
  if (!cells.present.all()) {
    for (std::size_t i = 0; i < cells.count; ++i) {
      if (!cells.present[i]) numbers_[begin + i] = kNaN;
    }
  }
  if (!is_float(cells.type)) return {};
  for (std::size_t row = begin; row < numbers_.size(); ++row) {
    if (std::isinf(numbers_[row]))
      return cell_error(Code::kNumberOutOfRange, row, "a finite number",
                        numbers_[row] > 0 ? "infinity" : "-infinity");
  }
  return {};
}

void TypedColumn::add(const BitCells& cells) {
  n_bytes_ += cells.count / 8;
  for (std::size_t i = 0; i < cells.count; ++i)
    booleans_.push_back(!cells.present[i] ? std::int8_t{-1}
                        : cells.values[i] ? std::int8_t{1}
                                          : std::int8_t{0});
}

Result<std::string_view> TypedColumn::text_at(const TextCells& cells, std::size_t i,
                                              std::string_view what) const {
  const std::int64_t begin = cells.offset(i);
  const std::int64_t end = cells.offset(i + 1);
  const bool sound = begin >= 0 && end >= begin && (begin == end || cells.bytes != nullptr);
  if (sound)
    return begin == end ? std::string_view() : std::string_view(cells.bytes + begin, cells.bytes + end);
  const std::string place = "column " + quoted(name_) + ", " + std::string(what) + " " +
                            core::decimal(static_cast<std::int64_t>(i)) + " (rows are numbered from 0)";
  return Error{malformed_,
               place + ": expected offsets from 0 that do not descend, and bytes between them, found " +
                   core::decimal(begin) + " and " + core::decimal(end),
               {{"column", name_}}};
}

Result<std::int32_t> TypedColumn::code_of(std::string_view text, std::size_t row) {
  const auto n_before = static_cast<std::int32_t>(levels_.size());
  const std::int32_t code = levels_.code_of(text);
  if (code < n_before) return code;
  const auto fault = table::find_text_fault(text);
  if (!fault) return code;
  const bool is_nul = fault->code == Code::kNulByte;
  return memory_cell_error(fault->code, name_, row, is_nul ? "text without NUL" : "UTF-8",
                           table::found_text(text, fault->offset),
                           table::describe_text_fault(text, fault->offset));
}

Result<> TypedColumn::add(const TextCells& cells) {
  codes_.reserve(codes_.size() + cells.count);
  for (std::size_t i = 0; i < cells.count; ++i) {
    if (!cells.present[i]) {
      codes_.push_back(-1);
      continue;
    }
    RF_ASSIGN(const std::string_view text, text_at(cells, i, "text"));
    n_bytes_ += text.size();
    RF_ASSIGN(const std::int32_t code, code_of(text, codes_.size()));
    codes_.push_back(code);
  }
  return {};
}

Result<> TypedColumn::add(const NumberCells& codes, const TextCells& dictionary) {
  codes_.reserve(codes_.size() + codes.count);
  n_bytes_ += codes.count * size_of(codes.type);
  // The code of each text of the dictionary. Not kept if the dictionary is far larger than the column.
  std::vector<std::int32_t> known(dictionary.count / 4 <= codes.count ? dictionary.count : 0, kUnseen);
  for (std::size_t i = 0; i < codes.count; ++i) {
    if (!codes.present[i]) {
      codes_.push_back(-1);
      continue;
    }
    const std::int64_t index = index_at(codes, i);
    if (index < 0 || static_cast<std::uint64_t>(index) >= dictionary.count)
      return cell_error(malformed_, codes_.size(),
                        "a code below the dictionary's " + core::counted(dictionary.count, "text"),
                        index < 0 ? "a number that is no code" : core::decimal(index));
    const auto place = static_cast<std::size_t>(index);
    std::int32_t code = known.empty() ? kUnseen : known[place];
    if (code == kUnseen) {
      RF_ASSIGN(code, code_from(dictionary, place));
      if (!known.empty()) known[place] = code;
    }
    codes_.push_back(code);
  }
  return {};
}

Result<std::int32_t> TypedColumn::code_from(const TextCells& dictionary, std::size_t place) {
  if (!dictionary.present[place]) return -1;
  RF_ASSIGN(const std::string_view text, text_at(dictionary, place, "dictionary text"));
  n_bytes_ += text.size();
  return code_of(text, codes_.size());
}

void TypedColumn::add_missing(std::size_t count) {
  switch (type_) {
    case CellType::kFloats:
    case CellType::kIntegers:
      numbers_.resize(numbers_.size() + count, kNaN);
      return;
    case CellType::kBooleans:
      booleans_.resize(booleans_.size() + count, -1);
      return;
    case CellType::kTexts:
      codes_.resize(codes_.size() + count, -1);
      return;
  }
}

Error TypedColumn::cell_error(Code code, std::size_t row, std::string_view expected, std::string got) const {
  return memory_cell_error(code, name_, row, expected, got, got);
}

// ---- finishing
// ---------------------------------------------------------------------------------------------------

Result<table::Column> TypedColumn::finish(const table::ReadingOptions& options,
                                          core::Diagnostics& diagnostics) {
  const auto found = options.kinds.find(name_);
  const core::Kind* declared = found == options.kinds.end() ? nullptr : &found->second;
  switch (type_) {
    case CellType::kFloats:
    case CellType::kIntegers:
      return finish_numbers(declared, diagnostics);
    case CellType::kBooleans:
      return finish_booleans(declared);
    case CellType::kTexts:
      break;
  }
  return read_text_column({std::move(name_), std::move(codes_), levels_.take()}, options, diagnostics);
}

Result<table::Column> TypedColumn::finish_numbers(const core::Kind* declared,
                                                  core::Diagnostics& diagnostics) {
  if (declared != nullptr && *declared == core::Kind::kBoolean) {
    const std::size_t row = first_present_number();
    if (row < numbers_.size())
      return cell_error(Code::kCellKindMismatch, row, "true or false", number_as_text(row));
    return table::Column{name_, table::BooleanValues{table::Cells<std::int8_t>(numbers_.size(), -1)}};
  }
  if (declared != nullptr && *declared == core::Kind::kCategory) return numbers_as_texts();
  if (declared == nullptr && !wide_.empty()) {
    diagnostics.push_back(table::integer_too_wide(name_, integer_text(wide_[0].bits, wide_[0].is_signed)));
    return numbers_as_texts();
  }
  return table::Column{std::move(name_), table::NumericValues{std::move(numbers_)}};
}

std::size_t TypedColumn::first_present_number() const {
  const auto found =
      std::find_if(numbers_.begin(), numbers_.end(), [](double value) { return value == value; });
  return static_cast<std::size_t>(found - numbers_.begin());
}

std::string TypedColumn::number_as_text(std::size_t row) const {
  const auto wide =
      std::lower_bound(wide_.begin(), wide_.end(), row,
                       [](const WideInteger& integer, std::size_t r) { return integer.row < r; });
  if (wide != wide_.end() && wide->row == row) return integer_text(wide->bits, wide->is_signed);
  return type_ == CellType::kIntegers ? exact_integer_text(numbers_[row]) : core::number_text(numbers_[row]);
}

table::Column TypedColumn::numbers_as_texts() const {
  table::CategoryValues values;
  table::LevelTable levels;
  values.codes.reserve(numbers_.size());
  for (std::size_t row = 0; row < numbers_.size(); ++row)
    values.codes.push_back(numbers_[row] == numbers_[row] ? levels.code_of(number_as_text(row)) : -1);
  values.levels = levels.take();
  return {name_, std::move(values)};
}

Result<table::Column> TypedColumn::finish_booleans(const core::Kind* declared) {
  if (declared == nullptr || *declared == core::Kind::kBoolean)
    return table::Column{std::move(name_), table::BooleanValues{std::move(booleans_)}};
  if (*declared == core::Kind::kCategory) {
    table::CategoryValues values;
    table::LevelTable levels;
    for (const std::int8_t value : booleans_)
      values.codes.push_back(value < 0 ? -1 : levels.code_of(value > 0 ? "true" : "false"));
    values.levels = levels.take();
    return table::Column{std::move(name_), std::move(values)};
  }
  for (std::size_t row = 0; row < booleans_.size(); ++row) {
    if (booleans_[row] >= 0)
      return cell_error(Code::kCellKindMismatch, row, "a number", booleans_[row] > 0 ? "true" : "false");
  }
  return table::Column{name_, table::NumericValues{table::Cells<double>(booleans_.size(), kNaN)}};
}

}  // namespace rf::memory
