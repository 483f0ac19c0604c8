// SPDX-License-Identifier: MIT
// One part of the inputs of two runs, compared: the list of its differences, and the sentence that reports
// them if this part is the answer.
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
  /// Returns [{file, pointer, column?, a?, b?}].
  const json::Value& differences() const { return differences_; }
  /// Returns {section, equal, differences}.
  json::Value value() const;
  /// Returns a sentence such as "config: /config/params/C is 1 in A, 2 in B (and 1 more)".
  std::string answer() const;

  /// Adds a difference. `a` or `b` is null if that run has no value there. `column` is null unless the
  /// difference belongs to one column.
  void add(const char* file, const std::string& pointer, const json::Value* a, const json::Value* b,
           const std::string* column = nullptr);
  /// Adds each leaf that differs. `pointer` is the place of the values in the file.
  void compare_leaves(const char* file, const std::string& pointer, const json::Value& a,
                      const json::Value& b);
  /// Sets the words that the answer contains instead of the first difference.
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

/// Compares the digest, the rows and the columns by name: presence, kinds, order, and for each column the
/// first fact of its profile that differs.
void compare_data(const DataDocuments& a, const DataDocuments& b, Section& section);

/// Returns the answer if no part can explain a difference, whether the results differ or not.
std::string no_cause_answer(const FilesCompared& compared);

}  // namespace rf::audit
