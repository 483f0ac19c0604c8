// SPDX-License-Identifier: MIT
// Compares the data of two runs by digest, rows and columns, and puts the differences into words. Pinned by
// tests/unit/audit/diff_test.cpp.
#include "audit/diff_parts.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "audit/emitted.hpp"
#include "core/text.hpp"
#include "json/difference.hpp"
#include "json/write.hpp"

namespace rf::audit {
namespace {

using Names = std::vector<std::string>;

/// Facts of a column's profile, the simplest first.
constexpr std::array<const char*, 8> kProfileFacts = {"missing", "distinct", "min",          "max",
                                                      "mean",    "std",      "other_levels", "levels"};

struct Column {
  std::size_t index;
  const json::Value* value;
};

using Columns = std::map<std::string, Column>;

Columns columns_of(const json::Value& dataset) {
  Columns columns;
  const json::Value::Array& array = dataset.find("columns")->as_array();
  for (std::size_t i = 0; i < array.size(); ++i)
    columns.emplace(array[i].find("name")->as_string(), Column{i, &array[i]});
  return columns;
}

std::string pointer_to(const Column& column, const std::string& key) {
  return "/columns/" + std::to_string(column.index) + "/" + key;
}

/// Column names grouped by the kind of difference, in the order of the table.
struct ColumnFindings {
  Names only_a, only_b, kinds, profiles;
  bool is_reordered = false;
};

/// Adds the first profile fact that both runs state and that differs. A fact that only one run states is
/// skipped, because it follows from the column's role.
void compare_profile(const std::string& name, const Column& a, const Column& b, ColumnFindings& found,
                     Section& section) {
  for (const char* fact : kProfileFacts) {
    const json::Value* of_a = a.value->find(fact);
    const json::Value* of_b = b.value->find(fact);
    if (of_a == nullptr || of_b == nullptr) continue;
    const std::vector<json::LeafDifference> leaves = json::leaf_differences(*of_a, *of_b);
    if (leaves.empty()) continue;
    section.add(artifact::kDataset, pointer_to(a, fact) + leaves[0].pointer, leaves[0].a, leaves[0].b, &name);
    found.profiles.push_back(name);
    return;
  }
}

void compare_order(const json::Value::Array& a, const json::Value::Array& b, ColumnFindings& found,
                   Section& section) {
  if (a.size() != b.size() || !found.only_a.empty() || !found.only_b.empty()) return;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (*a[i].find("name") == *b[i].find("name")) continue;
    section.add(artifact::kDataset, "/columns/" + std::to_string(i) + "/name", a[i].find("name"),
                b[i].find("name"));
    found.is_reordered = true;
    return;
  }
}

ColumnFindings compare_columns(const json::Value& a, const json::Value& b, Section& section) {
  const Columns columns_a = columns_of(a);
  const Columns columns_b = columns_of(b);
  ColumnFindings found;
  for (const json::Value& column : a.find("columns")->as_array()) {
    const std::string& name = column.find("name")->as_string();
    const Column& here = columns_a.at(name);
    const json::Value* const kind = column.find("kind");
    const auto other = columns_b.find(name);
    if (other == columns_b.end()) {
      section.add(artifact::kDataset, pointer_to(here, "kind"), kind, nullptr, &name);
      found.only_a.push_back(name);
    } else if (*kind != *other->second.value->find("kind")) {
      section.add(artifact::kDataset, pointer_to(here, "kind"), kind, other->second.value->find("kind"),
                  &name);
      found.kinds.push_back(name);
    } else {
      compare_profile(name, here, other->second, found, section);
    }
  }
  for (const json::Value& column : b.find("columns")->as_array()) {
    const std::string& name = column.find("name")->as_string();
    if (columns_a.contains(name)) continue;
    section.add(artifact::kDataset, pointer_to(columns_b.at(name), "kind"), nullptr, column.find("kind"),
                &name);
    found.only_b.push_back(name);
  }
  compare_order(a.find("columns")->as_array(), b.find("columns")->as_array(), found, section);
  return found;
}

std::string names_text(const Names& names) {
  constexpr std::size_t kShown = 3;
  std::string text = names.size() == 1 ? "the column " : "the columns ";
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i)
    text += (i > 0 ? ", " : "") + core::quoted(names[i]);
  if (names.size() > kShown)
    text += " and " + core::decimal(static_cast<std::int64_t>(names.size() - kShown)) + " more";
  return text;
}

std::string value_text(const json::Value& difference, const char* side) {
  const json::Value* value = difference.find(side);
  return value == nullptr ? "absent" : json::canonical(*value);
}

std::string both_text(const json::Value& difference) {
  return value_text(difference, "a") + " in A, " + value_text(difference, "b") + " in B";
}

/// "150 rows". A count of a record that the schema accepts.
std::string rows_text(const json::Value& count) {
  return core::counted(static_cast<std::uint64_t>(count.as_number()), "row");
}

/// Answers the reader's first question: do the rows, the columns or the values differ?
std::string data_words(const json::Value& rows_a, const json::Value& rows_b, const ColumnFindings& found) {
  Names clauses;
  if (rows_a != rows_b) clauses.push_back(rows_text(rows_a) + " in A, " + json::canonical(rows_b) + " in B");
  if (!found.only_a.empty()) clauses.push_back("only A has " + names_text(found.only_a));
  if (!found.only_b.empty()) clauses.push_back("only B has " + names_text(found.only_b));
  if (!found.kinds.empty()) clauses.push_back("another kind of values in " + names_text(found.kinds));
  if (clauses.empty() && !found.profiles.empty())
    clauses.push_back("other values in " + names_text(found.profiles));
  if (found.is_reordered) clauses.push_back("the columns stand in another order");
  if (clauses.empty())
    clauses.push_back("other cells or another order of rows; counts, columns and their profiles are equal");
  std::string words;
  for (const std::string& clause : clauses) words += (words.empty() ? "" : "; ") + clause;
  return words;
}

}  // namespace

json::Value Section::value() const {
  return json::Value::object()
      .set("section", name_)
      .set("equal", is_equal())
      .set("differences", differences_);
}

std::string Section::answer() const {
  if (!words_.empty()) return name_ + ": " + words_;
  const json::Value::Array& differences = differences_.as_array();
  const std::size_t n_more = differences.size() - 1;
  return name_ + ": " + differences[0].find("pointer")->as_string() + " is " + both_text(differences[0]) +
         (n_more == 0 ? "" : " (and " + core::decimal(static_cast<std::int64_t>(n_more)) + " more)");
}

void Section::add(const char* file, const std::string& pointer, const json::Value* a, const json::Value* b,
                  const std::string* column) {
  json::Value difference;
  difference.set("file", file).set("pointer", pointer);
  if (column != nullptr) difference.set("column", *column);
  if (a != nullptr) difference.set("a", *a);
  if (b != nullptr) difference.set("b", *b);
  differences_.push(std::move(difference));
}

void Section::compare_leaves(const char* file, const std::string& pointer, const json::Value& a,
                             const json::Value& b) {
  for (const json::LeafDifference& leaf : json::leaf_differences(a, b))
    add(file, pointer + leaf.pointer, leaf.a, leaf.b);
}

void compare_data(const DataDocuments& a, const DataDocuments& b, Section& section) {
  const json::Value& digest_a = *a.record.find("dataset")->find("content_sha256");
  const json::Value& digest_b = *b.record.find("dataset")->find("content_sha256");
  // Profiles of the same table can differ only where roles differ, and the configuration contains the roles.
  if (digest_a == digest_b) return;
  section.add(artifact::kRecord, "/dataset/content_sha256", &digest_a, &digest_b);
  const json::Value& rows_a = *a.dataset.find("rows");
  const json::Value& rows_b = *b.dataset.find("rows");
  section.compare_leaves(artifact::kDataset, "/rows", rows_a, rows_b);
  const ColumnFindings found = compare_columns(a.dataset, b.dataset, section);
  section.say(data_words(*rows_a.find("read"), *rows_b.find("read"), found));
}

std::string no_cause_answer(const FilesCompared& compared) {
  if (!compared.first) return "The runs are equal.";
  std::string names;
  for (const json::Value& file : compared.files.as_array())
    if (!file.find("equal")->as_bool()) names += (names.empty() ? "" : ", ") + file.find("path")->as_string();
  return "Data, configuration, split and numeric profile are equal, but results differ: " + names +
         ". This must not happen; run verify and reproduce on both.";
}

}  // namespace rf::audit
