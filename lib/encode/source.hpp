// SPDX-License-Identifier: MIT
// The data needed to encode one feature from a given table. Pinned by tests/unit/encode/encoder_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "encode/encoder.hpp"

namespace rf::encode {

struct Source {
  const Feature* feature;
  core::MissingPolicy missing;
  const table::Column* column;
  std::size_t first_design;  ///< its first design column
  std::vector<std::int32_t>
      design_level;  ///< categories: level number of the table -> design level or kUnknown

  bool fills() const { return missing == core::MissingPolicy::kFill; }
  bool takes_missing() const { return fills() || missing == core::MissingPolicy::kNative; }
};

/// Number of design columns of a feature.
std::size_t design_width(Layout layout, const Feature& feature);

/// Returns one source per feature. `columns` is as in encode(). The sources borrow the encoder and the table.
std::vector<Source> sources_of(const Encoder& encoder, const table::Table& table,
                               std::span<const std::size_t> columns);

}  // namespace rf::encode
