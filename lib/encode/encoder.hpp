// SPDX-License-Identifier: MIT
// Turns table cells into the numbers that a model uses. An Encoder is fitted on training rows only and is
// part of the model, so predicting uses the same statistics as training. docs/LEARNERS.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/context.hpp"
#include "core/family.hpp"
#include "core/result.hpp"
#include "table/column.hpp"

namespace rf::encode {

using core::Layout;

/// A numeric or boolean (0 / 1) feature.
struct NumericEncoding {
  double fill = 0;   ///< median of the training rows; used under MissingPolicy::kFill only
  double mean = 0;   ///< of the training rows after filling; 0 under kTree
  double scale = 1;  ///< population standard deviation; 1 if min = max, and under kTree
};

struct CategoryEncoding {
  std::vector<std::string> levels;  ///< of the training rows, ascending by bytes
  bool has_missing_level = false;   ///< if true, design index 0 is the missing level and `levels` follow it
  std::size_t n_design_levels() const { return levels.size() + (has_missing_level ? 1 : 0); }
};

struct Feature {
  std::string name;
  core::Kind kind;
  std::variant<NumericEncoding, CategoryEncoding> encoding;
  std::optional<core::MissingPolicy> missing = {};  ///< overrides the encoder's policy
};

struct Encoder {
  Layout layout = Layout::kLinear;
  core::MissingPolicy missing = core::MissingPolicy::kDropRows;  ///< of features without one of their own
  std::vector<Feature> features;                                 ///< in table order

  core::MissingPolicy missing_of(const Feature& feature) const { return feature.missing.value_or(missing); }
  std::size_t n_design_columns() const;
};

/// The meaning of a design column.
struct DesignColumn {
  std::size_t feature;    ///< number of the feature
  bool is_level = false;  ///< one level of a category
  bool is_missing_level = false;
  std::string name;  ///< "age", "colour=red", "colour=" (missing); `=` and `\` inside names escaped by `\`
};
std::vector<DesignColumn> design_columns(const Encoder& encoder);

struct FittedEncoder {
  Encoder encoder;
  core::Diagnostics diagnostics;  ///< MISSING_VALUES_FILLED, CONSTANT_FEATURE, HIGH_CARDINALITY_CATEGORY
};

/// Fits on `rows` (training rows, at least one) of the feature `columns` (table column numbers), each
/// under its policy. Under kDropRows and kError no row may lack the feature; under kNative (kTree only) a
/// missing number stays NaN and a missing category becomes its missing level. MISSING_VALUES_FILLED holds one
/// detail per column: its name and the number of filled cells. CONSTANT_FEATURE: one value (or level) in all
/// rows after filling. HIGH_CARDINALITY_CATEGORY: more than 50 levels and fewer than 10 rows per level on
/// average. CANCELLED.
core::Result<FittedEncoder> fit_encoder(const table::Table& table, std::span<const std::size_t> columns,
                                        std::span<const core::TableRow> rows, Layout layout,
                                        const core::MissingPolicies& missing, core::Context& context);

struct Encoded;  // encode/encoded.hpp

/// `columns[f]` is the table column of feature f, of the feature's kind or all missing (see match_columns).
/// LIMIT_REACHED if the matrix does not fit into the memory budget, CANCELLED.
core::Result<Encoded> encode(const Encoder& encoder, const table::Table& table,
                             std::span<const std::size_t> columns, std::span<const core::TableRow> rows,
                             core::Context& context);

/// Table columns of the encoder's features by name. FEATURE_ABSENT (suggests near names),
/// FEATURE_KIND_MISMATCH. A column without present cells fits a feature of any kind, because its own kind has
/// no meaning.
core::Result<std::vector<std::size_t>> match_columns(const Encoder& encoder, const table::Table& table);

/// Encodes one row of raw numbers (NaN = missing; booleans 0 / 1) for encoders without category features.
/// Returns false if the row cannot be scored. Allocates nothing.
bool encode_numeric_row(const Encoder& encoder, const double* raw, double* design);

}  // namespace rf::encode
