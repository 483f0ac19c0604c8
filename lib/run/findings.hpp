// SPDX-License-Identifier: MIT
// What verifying has found so far: one verdict a layer, and every failure with the file and the place in it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/difference.hpp"
#include "json/value.hpp"

namespace rf::run {

enum class Layer : std::uint8_t { kFiles, kDigests, kMeaning, kData, kSignatures };
inline constexpr std::array<std::string_view, 5> kLayerNames = {"files", "digests", "meaning", "data",
                                                                "signatures"};

struct Failure {
  Layer layer;
  std::string file;
  std::string pointer;  ///< RFC 6901, "" where the whole file is meant
  std::string message;
};

class Findings {
 public:
  void fail(Layer layer, std::string file, std::string pointer, std::string message) {
    failures_.push_back({layer, std::move(file), std::move(pointer), std::move(message)});
  }
  /// The layer, or a part of it, could not be looked at.
  void skip(Layer layer, std::string reason) {
    reasons_[index(layer)] = std::move(reason);
    skipped_[index(layer)] = true;
  }
  /// The layer was looked at, but for this.
  void note(Layer layer, std::string what) { reasons_[index(layer)] = std::move(what); }

  bool failed(Layer layer) const;
  bool skipped(Layer layer) const { return skipped_[index(layer)]; }
  const std::vector<Failure>& failures() const { return failures_; }
  /// The first one in a sentence; there must be one.
  std::string first_failure() const;
  /// verify.v1 without schema_version and runforge_version.
  json::Value report() const;

 private:
  static std::size_t index(Layer layer) { return static_cast<std::size_t>(layer); }

  std::vector<Failure> failures_;
  std::array<std::string, 5> reasons_;
  std::array<bool, 5> skipped_{};
};

/// "expected 0.87, found 0.88"
std::string difference_text(const json::Difference& difference);

}  // namespace rf::run
