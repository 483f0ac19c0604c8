// SPDX-License-Identifier: MIT
// Assigns a class to each cell and infers the column's kind from the classes. A column is numeric if all its
// present cells are numbers, boolean if all are true or false, else a category. An integer column becomes a
// category if a double cannot hold one of its integers exactly, so that identifiers keep their digits. Pinned
// by tests/unit/table/infer_test.cpp.
#include "table/infer.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/number_text.hpp"
#include "table/plain_number.hpp"
#include "table/text_check.hpp"

namespace rf::table {
namespace {

constexpr std::size_t kMentionBytes = 200;

std::uint64_t length_bit(std::string_view text) {
  return std::uint64_t{1} << std::min<std::size_t>(text.size(), 63);
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

}  // namespace

MissingTokens::MissingTokens(std::span<const std::string> tokens) : tokens_(tokens.begin(), tokens.end()) {
  for (const std::string& token : tokens_) {
    if (!token.empty()) lengths_by_first_byte_[static_cast<unsigned char>(token[0])] |= length_bit(token);
  }
}

bool MissingTokens::matches(std::string_view text) const {
  if (text.empty()) return true;
  if ((lengths_by_first_byte_[static_cast<unsigned char>(text[0])] & length_bit(text)) == 0) return false;
  return std::find(tokens_.begin(), tokens_.end(), text) != tokens_.end();
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (equals_ignoring_case(text, "true")) return true;
  if (equals_ignoring_case(text, "false")) return false;
  return std::nullopt;
}

namespace {

/// Takes tabs and no-break spaces (U+00A0, U+202F) off both ends.
std::string_view without_spaces(std::string_view text) {
  constexpr std::string_view kSpaces[] = {"\t", "\xC2\xA0", "\xE2\x80\xAF"};
  const auto starts = [&](std::string_view space) { return text.starts_with(space); };
  const auto ends = [&](std::string_view space) { return text.ends_with(space); };
  const auto* space = std::begin(kSpaces);
  while ((space = std::find_if(std::begin(kSpaces), std::end(kSpaces), starts)) != std::end(kSpaces))
    text.remove_prefix(space->size());
  while ((space = std::find_if(std::begin(kSpaces), std::end(kSpaces), ends)) != std::end(kSpaces))
    text.remove_suffix(space->size());
  return text;
}

bool is_decimal_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Writes a number with the digits that its point lacks: ".5" becomes "0.5", "5.e3" becomes "5.0e3". Empty if
/// nothing is to be changed.
std::string with_all_digits(std::string_view text) {
  const std::string_view bare = without_spaces(text);
  const std::size_t point = bare.find('.');
  const bool has_before = point != std::string_view::npos && point > 0 && is_decimal_digit(bare[point - 1]);
  const bool has_after =
      point != std::string_view::npos && point + 1 < bare.size() && is_decimal_digit(bare[point + 1]);
  if (bare.size() == text.size() && (point == std::string_view::npos || has_before == has_after)) return {};
  std::string written(bare);
  if (has_before && !has_after) written.insert(point + 1, 1, '0');
  if (has_after && !has_before) written.insert(point, 1, '0');
  return written;
}

}  // namespace

std::optional<core::ParsedNumber> CellReader::number(std::string_view text) const {
  const std::optional<core::ParsedNumber> number = core::parse_number(text);
  if (number || rules_ == ReadingRules::kFirst) return number;
  const std::string written = with_all_digits(text);
  return written.empty() ? std::nullopt : core::parse_number(written);
}

CellClass CellReader::classify(std::string_view text) const {
  if (const auto plain = parse_plain_number(text)) {
    return plain->is_integer ? CellClass::kInteger : CellClass::kFraction;
  }
  if (const auto number = this->number(text)) {
    if (!std::isfinite(number->value)) return CellClass::kInfinite;
    if (!number->is_integer) return CellClass::kFraction;
    return number->is_exact ? CellClass::kInteger : CellClass::kWideInteger;
  }
  if (parse_boolean(text)) return CellClass::kBoolean;
  if (core::is_infinity_word(text)) return CellClass::kInfinite;
  return missing_numbers_.matches(text) ? CellClass::kNumberToken : CellClass::kText;
}

CellMention mention_of(std::uint64_t line, std::string_view text) {
  return {line, std::string(text.substr(0, character_boundary(text, kMentionBytes)))};
}

void KindEvidence::add(CellClass cell, std::string_view text, std::uint64_t line) {
  if (settled_) return;
  seen_ |= 1U << static_cast<unsigned>(cell);
  if (cell == CellClass::kInfinite && !mentions().infinite) mentions().infinite = mention_of(line, text);
  if (cell == CellClass::kWideInteger && !mentions().wide) mentions().wide = mention_of(line, text);
  settle();
}

void KindEvidence::add_numbers(bool integers, bool fractions) {
  if (integers) seen_ |= 1U << static_cast<unsigned>(CellClass::kInteger);
  if (fractions) seen_ |= 1U << static_cast<unsigned>(CellClass::kFraction);
  settle();
}

void KindEvidence::merge(const KindEvidence& later, std::uint64_t lines_before) {
  seen_ |= later.seen_;
  const auto take = [lines_before](std::optional<CellMention>& own, const std::optional<CellMention>& other) {
    if (!own && other) own = CellMention{other->line + lines_before, other->text};
  };
  if (later.mentions_ != nullptr) {
    take(mentions().infinite, later.mentions_->infinite);
    take(mentions().wide, later.mentions_->wide);
  }
  settle();
}

void KindEvidence::clear() {
  seen_ = 0;
  settled_ = false;
  mentions_.reset();
}

KindEvidence::Mentions& KindEvidence::mentions() {
  if (mentions_ == nullptr) mentions_ = std::make_unique<Mentions>();
  return *mentions_;
}

void KindEvidence::settle() {
  const bool booleans_and_others =
      has(CellClass::kBoolean) && seen_ != 1U << static_cast<unsigned>(CellClass::kBoolean);
  settled_ = has(CellClass::kText) || booleans_and_others;
}

Kind KindEvidence::kind() const {
  if (settled_ || too_wide() != nullptr) return Kind::kCategory;
  return has(CellClass::kBoolean) ? Kind::kBoolean : Kind::kNumeric;
}

const CellMention* KindEvidence::out_of_range() const {
  return only_numbers() && mentions_ != nullptr && mentions_->infinite ? &*mentions_->infinite : nullptr;
}

const CellMention* KindEvidence::too_wide() const {
  const bool integers = only_numbers() && !has(CellClass::kFraction) && !has(CellClass::kInfinite);
  return integers && mentions_ != nullptr && mentions_->wide ? &*mentions_->wide : nullptr;
}

}  // namespace rf::table
