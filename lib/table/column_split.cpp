// SPDX-License-Identifier: MIT
// Groups and texts are ranked by bytes first; MT19937 then permutes group numbers, or a sort by time picks
// the last rows. Positions are dealt to the two sides in file order. Pinned by
// tests/unit/table/column_split_test.cpp.
#include "table/column_split.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/number_text.hpp"
#include "core/text.hpp"
#include "table/mt19937.hpp"

namespace rf::table {
namespace {

using core::Code;
using core::Error;
using core::KeptRow;
using core::Result;

std::string place(const Column& column, TableRow row) {
  return "row " + core::decimal(number_of(row)) + " (rows are numbered from 0), column " +
         core::quoted(column.name);
}

Result<> check_present(const Column& column, std::span<const TableRow> rows, std::string_view what) {
  for (const TableRow row : rows)
    if (column.is_missing(row))
      return Error{Code::kMissingValue,
                   place(column, row) + ": expected a " + std::string(what) + ", found none",
                   {{"row", number_of(row)}, {"column", column.name}}};
  return {};
}

Error invalid_value(const Column& column, TableRow row, const std::string& expected,
                    const std::string& found) {
  return {Code::kSplitValueInvalid,
          place(column, row) + ": expected " + expected + ", found " + core::quoted(found),
          {{"row", number_of(row)}, {"column", column.name}, {"found", found}}};
}

Error invalid_kind(const Column& column, const std::string& expected) {
  return {Code::kSplitValueInvalid,
          "column " + core::quoted(column.name) + ": expected " + expected + ", found a " +
              std::string(core::kind_name(column.kind())) + " column",
          {{"column", column.name}}};
}

/// ceil(fraction * n), fewer than n.
Result<std::size_t> n_validation(std::size_t n, double fraction, std::string_view unit) {
  const double wanted = std::ceil(fraction * static_cast<double>(n));
  if (!(wanted < static_cast<double>(n))) return nothing_trains(n, unit);
  return static_cast<std::size_t>(wanted);
}

/// Deals the positions in order: to validation if `validates` is true, else to training.
template <class Validates>
Split dealt_in_order(std::size_t n, Validates validates) {
  Split split;
  for (std::size_t i = 0; i < n; ++i)
    (validates(i) ? split.validation : split.train).push_back(static_cast<KeptRow>(i));
  return split;
}

/// For each text its rank among the texts, ascending by bytes.
std::vector<std::uint32_t> ranks_by_bytes(const std::vector<std::string>& texts) {
  std::vector<std::uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  // total order: levels of a column are all different
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
  std::vector<std::uint32_t> ranks(texts.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) ranks[order[i]] = i;
  return ranks;
}

/// Distinct values of a column, and for each row the number of its value.
struct Values {
  std::vector<std::string> texts;
  std::vector<std::uint32_t> value_of;  ///< per row; `texts` of a category holds all levels, even those that
                                        ///< do not occur in the rows
};

Values values_of(const Column& column, std::span<const TableRow> rows) {
  Values values;
  if (column.kind() == Kind::kCategory) {
    values.texts = column.category().levels;
    for (const TableRow row : rows)
      values.value_of.push_back(static_cast<std::uint32_t>(column.category().codes[number_of(row)]));
  } else if (column.kind() == Kind::kBoolean) {
    values.texts = {"false", "true"};
    for (const TableRow row : rows)
      values.value_of.push_back(static_cast<std::uint32_t>(column.boolean().values[number_of(row)]));
  } else {
    std::vector<double> distinct;
    for (const TableRow row : rows) distinct.push_back(column.numeric().values[number_of(row)]);
    // total order: numbers; a table holds no -0, so equal ones are the same
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    for (const double value : distinct) values.texts.push_back(core::number_text(value));
    for (const TableRow row : rows) {
      const auto found =
          std::lower_bound(distinct.begin(), distinct.end(), column.numeric().values[number_of(row)]);
      values.value_of.push_back(static_cast<std::uint32_t>(found - distinct.begin()));
    }
  }
  return values;
}

/// For each row the number of its group. Groups that occur are numbered ascending by bytes.
struct Groups {
  std::vector<std::uint32_t> group_of;
  std::uint32_t n_groups = 0;
};

Groups groups_of(const Column& column, std::span<const TableRow> rows) {
  Values values = values_of(column, rows);
  std::vector<char> occurs(values.texts.size(), 0);
  const std::vector<std::uint32_t> ranks = ranks_by_bytes(values.texts);
  Groups groups;
  for (std::uint32_t& value : values.value_of) {
    value = ranks[value];
    occurs[value] = 1;
  }
  std::vector<std::uint32_t> number(occurs.size());
  for (std::size_t rank = 0; rank < occurs.size(); ++rank)
    if (occurs[rank] != 0) number[rank] = groups.n_groups++;
  for (const std::uint32_t rank : values.value_of) groups.group_of.push_back(number[rank]);
  return groups;
}

/// Removes `pattern` from the front of the text if it matches. In the pattern, 0 matches any digit and every
/// other character matches itself.
bool take(std::string_view& text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (pattern[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != pattern[i]) return false;
  text.remove_prefix(pattern.size());
  return true;
}

struct Zone {
  bool is_time;           ///< the text is an ISO 8601 date or time as time_split describes it
  std::string_view text;  ///< the zone after the time of day, "" if there is none
};

Zone zone_of(std::string_view text) {
  if (!take(text, "0000-00-00")) return {false, {}};
  if (text.empty()) return {true, {}};
  if (!take(text, "T00:00") && !take(text, " 00:00")) return {false, {}};
  if (take(text, ":00") && take(text, ".0"))
    while (take(text, "0")) {
    }
  std::string_view rest = text;
  const bool is_zone = rest.empty() || take(rest, "Z") || take(rest, "+00:00") || take(rest, "-00:00");
  return {is_zone && rest.empty(), text};
}

Result<> check_times(const Column& column, std::span<const TableRow> rows) {
  const CategoryValues& texts = column.category();
  std::string_view zone;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string& text = texts.levels[static_cast<std::size_t>(texts.codes[number_of(rows[i])])];
    const Zone found = zone_of(text);
    if (!found.is_time)
      return invalid_value(column, rows[i],
                           "a number or an ISO 8601 time such as 2024-01-31 or 2024-01-31T23:59:00Z", text);
    if (i == 0) zone = found.text;
    if (found.text != zone)
      return invalid_value(column, rows[i],
                           zone.empty() ? "a time without zone, as in the first row"
                                        : "a time in the first row's zone " + core::quoted(zone),
                           text);
  }
  return {};
}

}  // namespace

Result<Split> group_split(const Column& column, std::span<const TableRow> rows, double fraction,
                          std::uint32_t seed) {
  RF_TRY(check_present(column, rows, "group"));
  const Groups groups = groups_of(column, rows);
  RF_ASSIGN(const std::size_t n, n_validation(groups.n_groups, fraction, "group"));
  std::vector<char> validates(groups.n_groups, 0);
  if (n > 0) {
    Mt19937 random(seed);
    const std::vector<std::uint32_t> order = random.permutation(groups.n_groups);
    for (std::size_t i = 0; i < n; ++i) validates[order[i]] = 1;
  }
  return dealt_in_order(rows.size(), [&](std::size_t i) { return validates[groups.group_of[i]] != 0; });
}

Result<Split> time_split(const Column& column, std::span<const TableRow> rows, double fraction) {
  if (column.kind() == Kind::kBoolean) return invalid_kind(column, "numbers or ISO 8601 texts");
  RF_TRY(check_present(column, rows, "time"));
  RF_ASSIGN(const std::size_t n, n_validation(rows.size(), fraction, "row"));
  std::vector<KeptRow> order = core::consecutive<KeptRow>(rows.size());
  const auto table_row = [&](KeptRow i) { return number_of(rows[number_of(i)]); };
  if (column.kind() == Kind::kNumeric) {
    const Cells<double>& values = column.numeric().values;
    // total order: the row decides between equal times
    std::sort(order.begin(), order.end(), [&](KeptRow a, KeptRow b) {
      const double of_a = values[table_row(a)];
      const double of_b = values[table_row(b)];
      return of_a != of_b ? of_a < of_b : a < b;
    });
  } else {
    RF_TRY(check_times(column, rows));
    const std::vector<std::uint32_t> ranks = ranks_by_bytes(column.category().levels);
    const auto rank = [&](KeptRow i) {
      return ranks[static_cast<std::size_t>(column.category().codes[table_row(i)])];
    };
    // total order: the row decides between equal times
    std::sort(order.begin(), order.end(),
              [&](KeptRow a, KeptRow b) { return rank(a) != rank(b) ? rank(a) < rank(b) : a < b; });
  }
  std::vector<char> validates(rows.size(), 0);
  for (std::size_t i = rows.size() - n; i < rows.size(); ++i) validates[number_of(order[i])] = 1;
  return dealt_in_order(rows.size(), [&](std::size_t i) { return validates[i] != 0; });
}

Result<Split> predefined_split(const Column& column, std::span<const TableRow> rows) {
  constexpr std::string_view kExpected = "\"train\" or \"validation\"";
  if (column.kind() != Kind::kCategory) return invalid_kind(column, std::string(kExpected));
  RF_TRY(check_present(column, rows, kExpected));
  const CategoryValues& texts = column.category();
  for (const TableRow row : rows) {
    const std::string& text = texts.levels[static_cast<std::size_t>(texts.codes[number_of(row)])];
    if (text != "train" && text != "validation")
      return invalid_value(column, row, std::string(kExpected), text);
  }
  Split split = dealt_in_order(rows.size(), [&](std::size_t i) {
    return texts.levels[static_cast<std::size_t>(texts.codes[number_of(rows[i])])] == "validation";
  });
  if (split.train.empty()) return nothing_trains(rows.size(), "row");
  return split;
}

}  // namespace rf::table
