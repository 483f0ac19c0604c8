// SPDX-License-Identifier: MIT
// Each level is examined once. Cells are counted only in columns that have a notable level. For each column
// only the most specific diagnostic that explains it is reported.
#include "table/surprises.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "core/messages.hpp"
#include "table/infer.hpp"

namespace rf::table {
namespace {

using core::Code;
using core::Diagnostic;
using core::Severity;

/// What a person sees in a cell of a text column.
enum class Sight : std::uint8_t {
  kText,
  kNumber,
  kBoolean,
  kDate,
  kLeadingZeros,
  kThousands,
  kGroupedComma,
  kDecimalComma
};
constexpr std::size_t kSights = 8;

Sight sight_of(const CellReader& reader, std::string_view text, bool& is_wide, bool& is_integer) {
  const CellClass cell = reader.classify(text);
  is_wide = cell == CellClass::kWideInteger;
  is_integer = is_wide || cell == CellClass::kInteger;
  if (cell == CellClass::kBoolean) return Sight::kBoolean;
  if (cell != CellClass::kText && cell != CellClass::kNumberToken) return Sight::kNumber;
  switch (shape_of(text)) {
    case TextShape::kDate:
      return Sight::kDate;
    case TextShape::kLeadingZeros:
      return Sight::kLeadingZeros;
    case TextShape::kThousands:
      return Sight::kThousands;
    case TextShape::kGroupedComma:
      return Sight::kGroupedComma;
    case TextShape::kDecimalComma:
      return Sight::kDecimalComma;
    case TextShape::kPlain:
      break;
  }
  return Sight::kText;
}

class ColumnSurprise {
 public:
  ColumnSurprise(const Column& column, const CellReader& reader)
      : column_(column), category_(column.category()), reader_(reader) {}

  std::optional<Diagnostic> find() {
    bool only_integers = true;
    bool wide = false;
    bool notable = false;
    for (const std::string& level : category_.levels) {
      bool level_is_wide = false;
      bool level_is_integer = false;
      sights_.push_back(sight_of(reader_, level, level_is_wide, level_is_integer));
      notable = notable || sights_.back() != Sight::kText;
      wide = wide || level_is_wide;
      only_integers = only_integers && level_is_integer;
    }
    if (!notable || (only_integers && wide)) return std::nullopt;
    count();
    return choose();
  }

 private:
  void count() {
    std::vector<std::uint64_t> of_level(sights_.size(), 0);
    for (const std::int32_t code : category_.codes) {
      if (code >= 0) ++of_level[static_cast<std::size_t>(code)];
    }
    for (std::size_t level = 0; level < sights_.size(); ++level) {
      counts_[static_cast<std::size_t>(sights_[level])] += of_level[level];
      present_ += of_level[level];
    }
  }

  std::uint64_t n(Sight sight) const { return counts_[static_cast<std::size_t>(sight)]; }

  std::optional<Diagnostic> choose() const {
    const std::uint64_t numbers = n(Sight::kNumber);
    const std::uint64_t thousands = n(Sight::kThousands) + n(Sight::kGroupedComma);
    if (2 * n(Sight::kDate) > present_)
      return tell(Code::kDatesAsText, Severity::kInfo, Sight::kDate, n(Sight::kDate));
    if (n(Sight::kLeadingZeros) > 0 && n(Sight::kLeadingZeros) + numbers == present_)
      return tell(Code::kLeadingZeros, Severity::kInfo, Sight::kLeadingZeros, n(Sight::kLeadingZeros));
    // In "1,234" the comma is decimal if another cell of the column shows a decimal comma.
    if (n(Sight::kDecimalComma) > 0 &&
        n(Sight::kDecimalComma) + n(Sight::kGroupedComma) + numbers == present_)
      return tell(Code::kDecimalComma, Severity::kWarning, Sight::kDecimalComma,
                  n(Sight::kDecimalComma) + n(Sight::kGroupedComma));
    if (thousands > 0 && thousands + numbers == present_)
      return tell(Code::kThousandsSeparator, Severity::kWarning,
                  n(Sight::kThousands) > 0 ? Sight::kThousands : Sight::kGroupedComma, thousands);
    if (numbers == present_) return tell(Code::kNumbersInText, Severity::kWarning, Sight::kNumber, numbers);
    if (n(Sight::kBoolean) > 0 && n(Sight::kBoolean) < present_) return mixed();
    if (numbers > 0 && 10 * numbers >= 9 * present_) return text_among_numbers(numbers);
    if (numbers > 0) return tell(Code::kNumbersInText, Severity::kInfo, Sight::kNumber, numbers);
    return std::nullopt;
  }

  /// Reports the first cell whose Sight differs from the first cell's.
  Diagnostic mixed() const {
    const Sight first = sights_[0];
    const auto other =
        std::find_if(sights_.begin(), sights_.end(), [&](Sight sight) { return sight != first; });
    core::Details details = facts(static_cast<std::size_t>(other - sights_.begin()), n(Sight::kBoolean));
    details.push_back({"numbers", static_cast<std::int64_t>(n(Sight::kNumber))});
    return core::diagnostic(Code::kMixedKinds, Severity::kWarning, std::move(details));
  }

  Diagnostic text_among_numbers(std::uint64_t numbers) const {
    const auto odd =
        std::find_if(sights_.begin(), sights_.end(), [](Sight sight) { return sight != Sight::kNumber; });
    return core::diagnostic(Code::kTextAmongNumbers, Severity::kWarning,
                            facts(static_cast<std::size_t>(odd - sights_.begin()), present_ - numbers));
  }

  /// A diagnostic about `count` cells that shows the first cell of this `sight`.
  Diagnostic tell(Code code, Severity severity, Sight sight, std::uint64_t count) const {
    const auto first = std::find(sights_.begin(), sights_.end(), sight);
    return core::diagnostic(code, severity, facts(static_cast<std::size_t>(first - sights_.begin()), count));
  }

  /// The details of a diagnostic: the first cell of `level`, and `count`, the number of cells reported.
  core::Details facts(std::size_t level, std::uint64_t count) const {
    const auto at =
        std::find(category_.codes.begin(), category_.codes.end(), static_cast<std::int32_t>(level));
    return {{"column", column_.name},
            {"got", mention_of(0, category_.levels[level]).text},
            {"row", static_cast<std::int64_t>(at - category_.codes.begin())},
            {"cells", static_cast<std::int64_t>(count)},
            {"present", static_cast<std::int64_t>(present_)}};
  }

  const Column& column_;
  const CategoryValues& category_;
  const CellReader& reader_;
  std::vector<Sight> sights_;  ///< one per level
  std::array<std::uint64_t, kSights> counts_{};
  std::uint64_t present_ = 0;
};

}  // namespace

core::Diagnostics surprises(const Table& table, const ReadingOptions& options, core::Context& context) {
  const CellReader reader(options);
  const std::vector<Column>& columns = table.columns;
  std::vector<std::optional<Diagnostic>> found(columns.size());
  // No task has an error to return; an exception is rethrown by run().
  (void)context.workers.run(columns.size(), [&](std::size_t j, std::uint32_t) -> core::Result<> {
    if (columns[j].kind() == Kind::kCategory && !options.kinds.contains(columns[j].name))
      found[j] = ColumnSurprise(columns[j], reader).find();
    return {};
  });
  core::Diagnostics told;
  for (std::optional<Diagnostic>& diagnostic : found)
    if (diagnostic) told.push_back(std::move(*diagnostic));
  return told;
}

core::Diagnostics told_by_reading(const Table& table, const ReadingOptions& options, core::Context& context) {
  const CellReader reader(options);
  core::Diagnostics told;
  for (const Column& column : table.columns) {
    if (column.kind() != Kind::kCategory || options.kinds.contains(column.name)) continue;
    KindEvidence evidence;
    for (const std::string& level : column.category().levels) evidence.add(reader.classify(level), level, 0);
    if (const CellMention* wide = evidence.too_wide())
      told.push_back(integer_too_wide(column.name, wide->text));
  }
  for (Diagnostic& surprise : surprises(table, options, context)) told.push_back(std::move(surprise));
  return told;
}

core::Diagnostic integer_too_wide(const std::string& column, const std::string& text) {
  return core::diagnostic(core::Code::kIntegerTooWide, core::Severity::kWarning,
                          {{"column", column}, {"got", text}});
}

}  // namespace rf::table
