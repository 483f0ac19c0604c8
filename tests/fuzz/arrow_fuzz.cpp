// SPDX-License-Identifier: MIT
// Any Arrow structures give a table that keeps its promises or an error that says why, the same each time.
// The input is a program for the producer of arrow_choices.hpp.
#include <cmath>
#include <cstdint>
#include <string>

#include "memory/arrow.hpp"
#include "table/digest.hpp"

#include "arrow_choices.hpp"  // after the structures

namespace {

using namespace rf;

std::string verdict(const std::uint8_t* bytes, std::size_t size, std::uint32_t n_threads) {
  Choices choices(bytes, size);
  core::Workers workers(n_threads);
  core::Monitor monitor;
  core::Context context{workers, monitor, core::baseline_kernels()};
  table::ReadingOptions options;
  options.infer_text = choices.below(2) == 1;
  if (choices.rarely()) options.kinds = {{"a", core::Kind::kNumeric}, {"b", core::Kind::kCategory}};
  if (choices.rarely())
    options.limits = {.max_bytes = 100, .max_rows = 10, .max_columns = 2, .max_cell_bytes = 4};
  Producer producer(choices);
  ArrowArrayStream stream;
  producer.open(&stream);
  std::string told;
  {
    const memory::ArrowOwner<ArrowArrayStream> owner(&stream, nullptr);
    const auto result = memory::read_arrow_stream(stream, options, context, nullptr);
    if (result.ok()) {
      require(result->table.n_rows > 0 && !result->table.columns.empty(), "a table has rows and columns");
      for (const table::Column& column : result->table.columns) {
        if (column.kind() != core::Kind::kNumeric) continue;
        require(column.numeric().values.size() == result->table.n_rows, "a number for each row");
        for (const double value : column.numeric().values) require(!std::isinf(value), "no infinity enters");
      }
      told = crypto::hex(table::content_digest(result->table, context).value());
    } else {
      require(result.error().code != core::Code::kInternal && !result.error().message.empty(),
              "an error says why");
      told = result.error().message;
    }
  }
  require(producer.stream_releases == 1, "the stream is released once");
  require(producer.releases == producer.handed_out, "what was handed out is released once");
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  require(verdict(bytes, size, 1) == verdict(bytes, size, 2), "the same verdict for any number of threads");
  return 0;
}
