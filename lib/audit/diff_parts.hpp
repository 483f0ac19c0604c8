// SPDX-License-Identifier: MIT
// One part of what went into two runs, compared: the list of what differs in it, and the sentence that says
// so when this part is the answer.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "audit/file_difference.hpp"
#include "json/value.hpp"

namespace rf::audit {

class Section {
 public:
  explicit Section(std::string_view name) : name_(name) {}

  const std::string& name() const { return name_; }
  bool is_equal() const { return differences_.as_array().empty(); }
  /// [{file, pointer, column?, a?, b?}]
  const json::Value& differences() const { return differences_; }
  /// {section, equal, differences}
  json::Value value() const;
  /// "config: /config/params/C is 1 in A, 2 in B (and 1 more)"
  std::string answer() const;

  /// `a` or `b` is null where that run has nothing there, `column` where the difference is none of a column.
  void add(const char* file, const std::string& pointer, const json::Value* a, const json::Value* b,
           const std::string* column = nullptr);
  /// Adds each leaf that differs; the values stand at `pointer` in the file.
  void compare_leaves(const char* file, const std::string& pointer, const json::Value& a,
                      const json::Value& b);
  /// What the answer says in the place of the first difference.
  void say(std::string words) { words_ = std::move(words); }

 private:
  std::string name_;
  json::Value differences_ = json::Value::array();
  std::string words_;
};

struct DataDocuments {
  const json::Value& record;   ///< run.v1, or a later one
  const json::Value& dataset;  ///< dataset.v1
};

/// Digest, rows, and columns by name: which are there, kinds, order, and for each the first fact of its
/// profile that differs.
void compare_data(const DataDocuments& a, const DataDocuments& b, Section& section);

/// The sentence where no part differs, whether the results do or not.
std::string no_cause_answer(const FilesCompared& compared);

}  // namespace rf::audit
