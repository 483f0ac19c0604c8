// SPDX-License-Identifier: MIT
// Finds the first difference between two result files of the same name. reproduce uses it to compare a record
// with a training, diff to compare two records. Pinned by tests/unit/audit/reproduce_test.cpp and
// diff_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "artifact/documents.hpp"
#include "json/value.hpp"

namespace rf::audit {

struct FileDifference {
  std::string file;
  std::string where;  ///< JSON pointer, or `tensor[element]`; "" for the whole file
  std::optional<std::string>
      expected;  ///< as text; absent if only the other file has a value, or if `text` describes it
  std::optional<std::string> found;
  std::string text;  ///< a description, if two values cannot express it; else ""

  /// Returns a sentence such as "expected 1, found 2", or `text`.
  std::string message() const;
};

/// Returns the first difference, or nullopt if the files have the same bytes.
std::optional<FileDifference> file_difference(const artifact::File& expected, const artifact::File& found);

struct FilesCompared {
  json::Value files;  ///< [{path, equal}]: the files of `expected`, then those only in `found`
  std::size_t n_equal = 0;
  /// Absent if all files are equal. A difference of run.json or the index is taken only if no other file
  /// differs, because they differ whenever another file does.
  std::optional<FileDifference> first;
};

FilesCompared compare_files(std::span<const artifact::File> expected, std::span<const artifact::File> found);

}  // namespace rf::audit
