// SPDX-License-Identifier: MIT
// Tables from memory: the builder and the Arrow C data interface. Pinned by tests/abi/builder_test.cpp and
// tests/abi/arrow_test.cpp.
#include <cstdint>

#include "core/text.hpp"
#include "handles.hpp"
#include "memory/arrow.hpp"
#include "run/options.hpp"

using namespace rf;
using c::guarded;
using c::require;

namespace rf::c {
namespace {

core::Result<> check_count(size_t count) {
  if (count <= memory::kMostRows) return {};
  return core::Error{core::Code::kLimitReached,
                     "a table holds at most " + core::decimal(static_cast<std::int64_t>(memory::kMostRows)) +
                         " rows, but count is " + std::to_string(count),
                     {}};
}

/// The arguments of rf_builder_add, checked as far as possible.
core::Result<memory::NumberCells> number_cells(rf_dtype type, const void* values, size_t count,
                                               ptrdiff_t stride, const uint8_t* validity) {
  if (!memory::is_number_type(type))
    return argument_error("type must be one of RF_F64 to RF_BOOL8, found " + core::decimal(type));
  RF_TRY(check_count(count));
  if (count > 0) RF_TRY(require(values, "values"));
  const auto number_type = static_cast<memory::NumberType>(type);
  if (stride == 0) stride = static_cast<ptrdiff_t>(memory::size_of(number_type));
  if (count > 0 && (stride > PTRDIFF_MAX / static_cast<ptrdiff_t>(count) ||
                    stride < -(PTRDIFF_MAX / static_cast<ptrdiff_t>(count))))
    return argument_error("stride times count is beyond what memory can be");
  return memory::NumberCells{number_type, values, count, stride, {{validity, 0}, {}}};
}

memory::CellType cell_type(memory::NumberType type) {
  if (type == memory::NumberType::kBool8) return memory::CellType::kBooleans;
  return memory::is_float(type) ? memory::CellType::kFloats : memory::CellType::kIntegers;
}

}  // namespace
}  // namespace rf::c

rf_status rf_dataset_from_arrow_stream(struct ArrowArrayStream* stream, const char* options,
                                       size_t options_len, const rf_hooks* hooks, rf_dataset** out,
                                       rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    const memory::ArrowOwner<ArrowArrayStream> owner(stream, &environment);
    RF_TRY(require(stream, "stream"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const std::string_view text, c::text_argument("options", options, options_len));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    RF_ASSIGN(const table::ReadingOptions reading, run::read_dataset_options(text));
    RF_ASSIGN(auto dataset, run::load_arrow_stream(*stream, reading, call->context(), &environment));
    *out = new rf_dataset{std::move(dataset)};
    return {};
  });
}

rf_status rf_dataset_from_arrow(struct ArrowSchema* schema, struct ArrowArray* batch, const char* options,
                                size_t options_len, const rf_hooks* hooks, rf_dataset** out,
                                rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    const memory::ArrowOwner<ArrowSchema> schema_owner(schema, &environment);
    const memory::ArrowOwner<ArrowArray> batch_owner(batch, &environment);
    RF_TRY(require(schema, "schema"));
    RF_TRY(require(batch, "batch"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const std::string_view text, c::text_argument("options", options, options_len));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    RF_ASSIGN(const table::ReadingOptions reading, run::read_dataset_options(text));
    RF_ASSIGN(auto dataset, run::load_arrow(*schema, *batch, reading, call->context()));
    *out = new rf_dataset{std::move(dataset)};
    return {};
  });
}

rf_status rf_builder_new(rf_builder** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(out, "out"));
    *out = new rf_builder;
    return {};
  });
}

rf_status rf_builder_add(rf_builder* b, const char* name, rf_dtype type, const void* values, size_t count,
                         ptrdiff_t stride, const uint8_t* validity, rf_error** err) noexcept {
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(b, "b"));
    RF_TRY(require(name, "name"));
    RF_ASSIGN(const memory::NumberCells cells, c::number_cells(type, values, count, stride, validity));
    RF_ASSIGN(std::string column_name, b->table.next_name(name));
    memory::TypedColumn column(std::move(column_name), c::cell_type(cells.type));
    RF_TRY(column.add(cells));
    return b->table.push(std::move(column));
  });
}

rf_status rf_builder_add_utf8(rf_builder* b, const char* name, const char* bytes, const int64_t* offsets,
                              size_t count, const uint8_t* validity, rf_error** err) noexcept {
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(b, "b"));
    RF_TRY(require(name, "name"));
    RF_TRY(c::check_count(count));
    if (count > 0) RF_TRY(require(offsets, "offsets"));
    RF_ASSIGN(std::string column_name, b->table.next_name(name));
    memory::TypedColumn column(std::move(column_name), memory::CellType::kTexts);
    RF_TRY(column.add(
        memory::TextCells{memory::TextCells::Width::k64, offsets, bytes, count, {{validity, 0}, {}}}));
    return b->table.push(std::move(column));
  });
}

rf_status rf_builder_finish(rf_builder* b, const char* options, size_t options_len, rf_dataset** out,
                            rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(b, "b"));
    memory::TypedTable table = std::exchange(b->table, {});
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const std::string_view text, c::text_argument("options", options, options_len));
    RF_ASSIGN(const auto call, c::Call::begin(nullptr, environment));
    RF_ASSIGN(const table::ReadingOptions reading, run::read_dataset_options(text));
    RF_ASSIGN(auto dataset, run::load_columns(table, reading, call->context()));
    *out = new rf_dataset{std::move(dataset)};
    return {};
  });
}

void rf_builder_free(rf_builder* b) noexcept {
  delete b;
}
