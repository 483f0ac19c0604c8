// SPDX-License-Identifier: MIT
// Predicts whole tables and raw rows with a loaded model. Pinned by tests/unit/run/predict_test.cpp.
#pragma once

#include <cstddef>
#include <span>

#include "artifact/model_file.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "json/value.hpp"
#include "model/predictor.hpp"
#include "table/column.hpp"

namespace rf::run {

/// Predicts every row of `table` in order into `out`, rows x outputs, row-major. A row that cannot be scored
/// is NaN. Returns predict_report.v1. FEATURE_ABSENT, FEATURE_KIND_MISMATCH, CANCELLED. Progress stage
/// "predict".
core::Result<json::Value> predict_table(const model::Predictor& predictor, const table::Table& table,
                                        std::span<double> out, core::Context& context);

/// Whether every input is a number or a boolean. Only then can predict_rows be used.
bool takes_numbers_only(const model::Model& model);

/// The widest row that predict_rows encodes without allocating.
inline constexpr std::size_t kStackInputs = 4096;

/// Predicts raw rows: `values` is rows x inputs, row-major, NaN = missing. The caller must refuse infinite
/// inputs. Single-threaded; allocates nothing for up to kStackInputs inputs. NOT_FINITE.
core::Result<> predict_rows(const model::Model& model, const double* values, std::size_t n_rows, double* out,
                            const core::Kernels& kernels);

}  // namespace rf::run
