// SPDX-License-Identifier: MIT
// The findings of verify: one verdict per layer, and every failure with its file and the place in that file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/difference.hpp"
#include "json/value.hpp"

namespace rf::audit {

enum class Layer : std::uint8_t { kFiles, kDigests, kMeaning, kData, kSignatures };
inline constexpr std::array<std::string_view, 5> kLayerNames = {"files", "digests", "meaning", "data",
                                                                "signatures"};

struct Failure {
  Layer layer;
  std::string file;
  std::string pointer;  ///< RFC 6901; "" for the whole file
  std::string message;
};

/// A fact that the reader should know and that is not a failure.
struct Note {
  std::string about;  ///< "file_spelling", ...
  std::string message;
};

class Findings {
 public:
  /// Adds a failure. A place that another layer has already reported is not reported again.
  void fail(Layer layer, std::string file, std::string pointer, std::string message);
  /// Marks that the layer, or a part of it, could not be checked.
  void skip(Layer layer, std::string reason) {
    reasons_[index(layer)] = std::move(reason);
    skipped_[index(layer)] = true;
  }
  void tell(std::string about, std::string message);
  const std::vector<Note>& notes() const { return notes_; }
  const std::string& reason(Layer layer) const { return reasons_[index(layer)]; }

  /// Marks that the layer was checked, except for `what`.
  void note(Layer layer, std::string what) { reasons_[index(layer)] = std::move(what); }

  bool failed(Layer layer) const;
  bool skipped(Layer layer) const { return skipped_[index(layer)]; }
  const std::vector<Failure>& failures() const { return failures_; }
  /// Returns the first failure as a sentence. At least one failure must exist.
  std::string first_failure() const;
  /// Returns the members layers, failures and notes of verify.v2.
  json::Value report() const;

 private:
  static std::size_t index(Layer layer) { return static_cast<std::size_t>(layer); }

  std::vector<Failure> failures_;
  std::map<std::pair<std::string, std::string>, Layer>
      places_;  ///< by file and pointer, the layer that reported it first
  std::array<std::size_t, 5> n_of_layer_{};
  std::vector<Note> notes_;
  std::array<std::string, 5> reasons_;
  std::array<bool, 5> skipped_{};
};

/// Returns a sentence such as "expected 0.87, found 0.88".
std::string difference_text(const json::Difference& difference);

}  // namespace rf::audit
