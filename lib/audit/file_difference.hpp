// SPDX-License-Identifier: MIT
// Where two result files of one name part: for reproduce, which compares a record with a training, and for
// diff, which compares two records. Pinned by tests/unit/audit/reproduce_test.cpp and diff_test.cpp.
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
  std::string where;  ///< JSON pointer, or `tensor[element]`; "" where the whole file is meant
  std::optional<std::string>
      expected;  ///< as text; none where only the other has it, or where `text` says more
  std::optional<std::string> found;
  std::string text;  ///< what cannot be said by two values; else ""

  /// "expected 1, found 2", or `text`.
  std::string message() const;
};

/// None where the files have the same bytes.
std::optional<FileDifference> file_difference(const artifact::File& expected, const artifact::File& found);

struct FilesCompared {
  json::Value files;  ///< [{path, equal}]: those of `expected`, then those that only `found` has
  std::size_t n_equal = 0;
  /// None where all are equal; of run.json and the index only if no other differs, as they do wherever
  /// another file does.
  std::optional<FileDifference> first;
};

FilesCompared compare_files(std::span<const artifact::File> expected, std::span<const artifact::File> found);

}  // namespace rf::audit
