// SPDX-License-Identifier: MIT
// Checks a batch as far as possible: the sizes of its buffers cannot be checked, because the interface does
// not contain them. Then each column is copied by a task of its own. A column's first row is found by adding
// the offset of the struct and the offset of the child. A row that is missing in the struct is missing in
// every column.
#include "memory/arrow.hpp"

#include <utility>

#include "core/text.hpp"
#include "memory/arrow_schema.hpp"
#include "memory/memory_errors.hpp"
#include "memory/typed_table.hpp"

namespace rf::memory {
namespace {

using core::Code;
using core::counted;
using core::decimal;
using core::Error;
using core::quoted;
using core::Result;

/// No array can be longer than this, and sums and products with longer ones would overflow.
constexpr std::int64_t kLongestArray = std::int64_t{1} << 48;
constexpr std::size_t kMentionBytes = 200;

std::string buffers_text(std::int64_t n) {
  return counted(static_cast<std::uint64_t>(n), "buffer");
}

/// Checks that length and offset are valid sizes and that there are `n_buffers` buffers.
Result<> check_array(const ArrowArray& array, const std::string& place, std::int64_t n_buffers) {
  if (array.release == nullptr) return invalid_arrow(place, "an array", "one that was released");
  if (array.length < 0 || array.length > kLongestArray)
    return invalid_arrow(place, "a length from 0 to 2^48", decimal(array.length));
  if (array.offset < 0 || array.offset > kLongestArray)
    return invalid_arrow(place, "an offset from 0 to 2^48", decimal(array.offset));
  if (array.n_buffers != n_buffers)
    return invalid_arrow(place, buffers_text(n_buffers), decimal(array.n_buffers));
  if (n_buffers > 0 && array.buffers == nullptr) return invalid_arrow(place, buffers_text(n_buffers), "NULL");
  return {};
}

/// The rows of a batch, as its columns must have them.
struct Rows {
  std::size_t count = 0;
  std::int64_t offset = 0;
  Bitmap present;
};

class BatchReader {
 public:
  BatchReader(const std::vector<ArrowLayout>& layouts, TypedTable& table, const table::ReadingLimits& limits)
      : layouts_(layouts), table_(table), columns_(table.columns()), limits_(limits) {}

  Result<> read(const ArrowArray& batch, core::Context& context) {
    RF_ASSIGN(const Rows rows, rows_of(batch));
    RF_TRY(table_.make_room(rows.count));
    const auto read_one = [&](std::size_t j, std::uint32_t) -> Result<> {
      RF_TRY(context.monitor.check());
      return read_column(batch.children[j], rows, layouts_[j], columns_[j]);
    };
    RF_TRY(context.workers.run(columns_.size(), read_one));
    return table_.make_room(0);
  }

 private:
  Result<Rows> rows_of(const ArrowArray& batch) const {
    const std::string place = "Arrow batch";
    RF_TRY(check_array(batch, place, 1));
    if (batch.dictionary != nullptr) return invalid_arrow(place, "a struct", "a dictionary");
    if (batch.n_children != static_cast<std::int64_t>(columns_.size()))
      return invalid_arrow(place, counted(columns_.size(), "column") + " as in the schema",
                           decimal(batch.n_children));
    if (!columns_.empty() && batch.children == nullptr) return invalid_arrow(place, "children", "NULL");
    const std::uint64_t before = columns_.empty() ? 0 : columns_[0].n_rows();
    const std::uint64_t total = before + static_cast<std::uint64_t>(batch.length);
    const std::uint64_t limit = std::min(limits_.max_rows, kMostRows);
    if (total > limit) return memory_limit_error("row", limit, total);
    const auto* validity = static_cast<const std::uint8_t*>(batch.buffers[0]);
    return Rows{static_cast<std::size_t>(batch.length), batch.offset,
                Bitmap{validity, static_cast<std::uint64_t>(batch.offset)}};
  }

  static Result<> read_column(const ArrowArray* array, const Rows& rows, const ArrowLayout& layout,
                              TypedColumn& column) {
    const std::string place = arrow_place(column.name());
    if (array == nullptr) return invalid_arrow(place, "an array", "NULL");
    const bool is_text = layout.cells == ArrowLayout::Cells::kTexts;
    // Nothing is read of a column without values, not even the buffers that older producers send.
    const std::int64_t n_buffers = layout.cells == ArrowLayout::Cells::kNothing ? array->n_buffers
                                   : is_text                                    ? 3
                                                                                : 2;
    RF_TRY(check_array(*array, place, n_buffers));
    if (array->length < rows.offset || static_cast<std::size_t>(array->length - rows.offset) < rows.count)
      return invalid_arrow(place,
                           "at least " +
                               counted(static_cast<std::uint64_t>(rows.offset) + rows.count, "row") +
                               " as the batch has",
                           decimal(array->length));
    if ((array->dictionary != nullptr) != (layout.cells == ArrowLayout::Cells::kDictionary))
      return invalid_arrow(place,
                           array->dictionary ? "no dictionary, because its schema has none"
                                             : "a dictionary, because its schema has one",
                           array->dictionary ? "one" : "none");
    if (rows.count == 0) return {};
    if (layout.cells == ArrowLayout::Cells::kNothing) return column.add_missing(rows.count), Result<>();
    if (array->buffers[1] == nullptr)
      return invalid_arrow(place, is_text ? "an offsets buffer" : "a values buffer", "NULL");
    const std::int64_t begin = array->offset + rows.offset;
    const Presence present = {presence_of(*array, begin), rows.present};
    switch (layout.cells) {
      case ArrowLayout::Cells::kNumbers:
        return column.add(numbers_of(*array, layout.number, begin, rows.count, present));
      case ArrowLayout::Cells::kBits:
        return column.add(BitCells{presence_like(array->buffers[1], begin), rows.count, present}), Result<>();
      case ArrowLayout::Cells::kTexts:
        return column.add(texts_of(*array, layout.width, begin, rows.count, present));
      case ArrowLayout::Cells::kDictionary:
        return read_coded(*array, layout, numbers_of(*array, layout.number, begin, rows.count, present),
                          column);
      case ArrowLayout::Cells::kNothing:
        break;
    }
    return {};
  }

  static Result<> read_coded(const ArrowArray& array, const ArrowLayout& layout, const NumberCells& codes,
                             TypedColumn& column) {
    const ArrowArray& dictionary = *array.dictionary;
    const std::string place = arrow_place(column.name()) + ", dictionary";
    RF_TRY(check_array(dictionary, place, 3));
    if (dictionary.dictionary != nullptr) return invalid_arrow(place, "text", "a dictionary of its own");
    if (dictionary.length > 0 && dictionary.buffers[1] == nullptr)
      return invalid_arrow(place, "an offsets buffer", "NULL");
    const Presence present = {presence_of(dictionary, dictionary.offset), {}};
    return column.add(codes, texts_of(dictionary, layout.width, dictionary.offset,
                                      static_cast<std::size_t>(dictionary.length), present));
  }

  static Bitmap presence_like(const void* bits, std::int64_t begin) {
    return {static_cast<const std::uint8_t*>(bits), static_cast<std::uint64_t>(begin)};
  }
  static Bitmap presence_of(const ArrowArray& array, std::int64_t begin) {
    return presence_like(array.buffers[0], begin);
  }
  static NumberCells numbers_of(const ArrowArray& array, NumberType type, std::int64_t begin,
                                std::size_t count, const Presence& present) {
    const auto size = static_cast<std::ptrdiff_t>(size_of(type));
    return {type, static_cast<const unsigned char*>(array.buffers[1]) + begin * size, count, size, present};
  }
  static TextCells texts_of(const ArrowArray& array, TextCells::Width width, std::int64_t begin,
                            std::size_t count, const Presence& present) {
    const std::int64_t size = width == TextCells::Width::k64 ? 8 : 4;
    const auto* offsets = static_cast<const unsigned char*>(array.buffers[1]);
    return {width, offsets == nullptr ? nullptr : offsets + begin * size,
            static_cast<const char*>(array.buffers[2]), count, present};
  }

  const std::vector<ArrowLayout>& layouts_;
  TypedTable& table_;
  std::vector<TypedColumn>& columns_;
  const table::ReadingLimits& limits_;
};

class StreamReader {
 public:
  StreamReader(ArrowArrayStream& stream, const table::ReadingOptions& options, core::Context& context,
               const core::DefaultFloatEnvironment* environment)
      : stream_(stream), options_(options), context_(context), environment_(environment) {}

  Result<table::Dataset> read() {
    if (stream_.release == nullptr) return invalid_arrow("Arrow stream", "a stream", "one that was released");
    if (stream_.get_schema == nullptr || stream_.get_next == nullptr)
      return invalid_arrow("Arrow stream", "get_schema and get_next", "NULL");
    table_.count_in(context_.budget);
    RF_TRY(read_schema());
    BatchReader reader(layouts_, table_, options_.limits);
    bool more = true;
    while (more) {
      RF_ASSIGN(more, read_batch(reader));
    }
    return table_.finish(options_, context_);
  }

 private:
  Result<> read_schema() {
    ArrowSchema schema = {};
    RF_TRY(ask([&] { return stream_.get_schema(&stream_, &schema); }, "its schema"));
    const ArrowOwner<ArrowSchema> owner(&schema, environment_);
    RF_ASSIGN(layouts_, read_arrow_schema(schema, options_.limits, table_));
    return {};
  }

  /// Returns whether there was a batch.
  Result<bool> read_batch(BatchReader& reader) {
    RF_TRY(context_.monitor.check());
    ArrowArray batch = {};
    RF_TRY(ask([&] { return stream_.get_next(&stream_, &batch); },
               "batch " + decimal(n_batches_++) + " (rows are numbered from 0)"));
    if (batch.release == nullptr) return false;
    const ArrowOwner<ArrowArray> owner(&batch, environment_);
    RF_TRY(reader.read(batch, context_));
    n_rows_ += static_cast<std::uint64_t>(batch.length);
    RF_TRY(context_.monitor.report("load", n_rows_, 0));
    return true;
  }

  /// Calls the producer. If it fails, the error contains the producer's message.
  template <class Call>
  Result<> ask(Call call, const std::string& what) {
    const core::DefaultFloatEnvironment::Suspended suspended(environment_);
    const int status = call();
    if (status == 0) return {};
    const char* told = stream_.get_last_error == nullptr ? nullptr : stream_.get_last_error(&stream_);
    std::string reason = told == nullptr ? "" : std::string(told).substr(0, kMentionBytes);
    if (core::find_invalid_utf8(reason) != std::string_view::npos)
      reason = reason.substr(0, core::find_invalid_utf8(reason));
    return Error{Code::kArrowStreamFailed,
                 "Arrow stream: asked for " + what + ", it failed with errno " + decimal(status) +
                     (reason.empty() ? " and no message" : ": " + quoted(reason)),
                 {{"errno", status}, {"got", reason}}};
  }

  ArrowArrayStream& stream_;
  const table::ReadingOptions& options_;
  core::Context& context_;
  const core::DefaultFloatEnvironment* environment_;
  std::vector<ArrowLayout> layouts_;
  TypedTable table_;
  std::int64_t n_batches_ = 0;
  std::uint64_t n_rows_ = 0;
};

}  // namespace

core::Result<table::Dataset> read_arrow_stream(ArrowArrayStream& stream, const table::ReadingOptions& options,
                                               core::Context& context,
                                               const core::DefaultFloatEnvironment* environment) {
  return StreamReader(stream, options, context, environment).read();
}

core::Result<table::Dataset> read_arrow(const ArrowSchema& schema, const ArrowArray& batch,
                                        const table::ReadingOptions& options, core::Context& context) {
  TypedTable table;
  table.count_in(context.budget);
  RF_ASSIGN(const std::vector<ArrowLayout> layouts, read_arrow_schema(schema, options.limits, table));
  RF_TRY(BatchReader(layouts, table, options.limits).read(batch, context));
  const auto n_rows = static_cast<std::uint64_t>(batch.length);
  RF_TRY(context.monitor.report("load", n_rows, n_rows));
  return table.finish(options, context);
}

}  // namespace rf::memory
