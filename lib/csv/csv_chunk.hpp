// SPDX-License-Identifier: MIT
// Reads a piece of CSV text that consists of whole records. The kernels cut it into cells. CsvScanner cuts it
// if the quotes are not regular or cells may be too long. Each column's cells then become numbers or codes.
// Row and line numbers count from the chunk's own beginning. Pinned by tests/unit/csv/csv_twin_test.cpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/monitor.hpp"
#include "csv/chunk_dictionary.hpp"
#include "csv/csv_errors.hpp"
#include "csv/csv_kernels.hpp"
#include "csv/csv_scanner.hpp"
#include "csv/paced_hash.hpp"
#include "table/infer.hpp"
#include "table/text_check.hpp"

namespace rf::csv {

/// How a column's cells are stored.
enum class Shape : std::uint8_t { kSkipped, kNumeric, kBoolean, kCategory };

/// Settings that all chunks of a file share. Threads read them while the thread that joins the chunks writes
/// the hints.
struct ChunkPlan {
  struct Hint {
    std::atomic<Shape> shape = Shape::kNumeric;  ///< the column's shape so far: a guess
    std::atomic<bool> settled = false;           ///< the kind is known: collect no more evidence
    std::atomic<bool> fraction = false;          ///< a number with a fraction has been seen
  };

  ChunkPlan(const table::ReadingOptions& reading, const CsvErrors& csv_errors,
            std::vector<std::string> column_names);

  const table::ReadingOptions& options;
  const CsvErrors& errors;
  const core::Monitor* monitor = nullptr;  ///< once cancelled, a chunk may be left half parsed
  table::CellReader reader;
  bool numbers_may_be_missing = false;  ///< a missing token can be read as a number
  char delimiter = ',';
  bool trailing_delimiters = false;  ///< every record ends with a delimiter more
  /// Fields of a record, with the empty one behind a trailing delimiter.
  std::size_t n_fields() const { return names.size() + (trailing_delimiters ? 1 : 0); }
  RecordShape shape() const { return {names, delimiter, options.header, trailing_delimiters}; }
  std::vector<std::string> names;
  std::vector<std::optional<core::Kind>> declared;
  std::vector<Hint> hints;
  std::atomic<bool> only_check_text =
      false;  ///< a fault has been found; only faults of the bytes take precedence over it
};

/// The first record that cannot be accepted.
struct ChunkFault {
  std::uint64_t rows_before = 0;
  bool is_row = true;  ///< the record itself counts as a row
  std::function<core::Error(std::uint64_t lines_before)> error;
};

class CsvChunk {
 public:
  CsvChunk(ChunkPlan& plan, const CsvKernels& kernels)
      : plan_(plan), kernels_(kernels), pieces_(plan.names.size()) {}
  CsvChunk(const CsvChunk&) = delete;
  CsvChunk& operator=(const CsvChunk&) = delete;

  /// Returns room for `size` bytes of text. Bytes that are in it already are kept.
  char* room(std::size_t size);
  /// A text of at least this size is hashed before it is parsed, because its cells may be moved out of it.
  static constexpr std::size_t kLargeBytes = std::size_t{8} << 20;

  /// Parses the first `size` bytes of the room. The last record may lack its line end at the end of a file.
  /// Advances `hash` meanwhile, unless it is null.
  void parse(std::size_t size, PacedHash* hash);

  std::size_t n_rows() const { return row_begin_.size(); }
  std::uint64_t blank_lines() const { return blank_lines_; }
  std::uint64_t line_ends() const { return line_ends_; }
  table::Newline newline() const { return newline_; }
  /// Returns the text as it was read, without the large texts that have become levels.
  std::string_view text() const { return {text_, size_}; }
  const std::optional<ChunkFault>& fault() const { return fault_; }
  const std::optional<table::TextFault>& text_fault() const { return text_fault_; }

  /// Cells stored as codes: kBoolean, kCategory.
  struct Coded {
    std::vector<std::int32_t> codes;  ///< -1 where missing
    ChunkDictionary dictionary;
    Shape dictionary_shape = Shape::kSkipped;
    std::vector<std::int32_t>
        level_numbers;         ///< codes of the dictionary's levels in the whole column; used by the joiner
    bool same_numbers = true;  ///< level_numbers are the dictionary's own numbers
  };
  /// The cells of one column.
  struct Piece {
    Shape shape = Shape::kSkipped;
    bool evident = true;  ///< evidence is still collected
    bool firm = false;    ///< the shape must not change
    table::KindEvidence evidence;
    std::unique_ptr<Coded> coded;  ///< made once the column has a shape that needs it
  };
  Piece& piece(std::size_t column) { return pieces_[column]; }
  /// Returns the cells of a kNumeric column, NaN where missing.
  const double* numbers(std::size_t column) const { return cells_[column].numbers; }
  /// Reads the column again in a shape that is known to fit.
  void read_as(std::size_t column, Shape shape);

 private:
  void reset();
  bool stopped() const { return plan_.monitor != nullptr && plan_.monitor->cancelled(); }
  void find_rows();
  void scan_rows();
  void number_lines();
  bool is_blank(std::size_t begin, std::size_t end) const;
  ChunkFault ragged_row(std::uint64_t line, std::size_t n_fields, std::string_view begins) const;
  bool has_all_fields(std::size_t begin, std::size_t end, std::uint32_t last, std::size_t n_fields) const;
  void begin_columns();
  void begin_piece(std::size_t column, Shape shape);
  void read_cells(PacedHash* hash);
  void finish_columns();
  bool other_cell(std::uint32_t row, std::uint32_t column, std::size_t begin, std::size_t end);
  bool cell(std::uint32_t row, std::uint32_t column, std::string_view text);
  bool number_cell(std::uint32_t row, std::uint32_t column, std::string_view text);
  bool boolean_cell(std::uint32_t row, std::uint32_t column, std::string_view text);
  bool category_cell(std::uint32_t row, std::uint32_t column, std::string_view text);
  std::string level_of(std::string_view text, bool is_last_look);
  bool turn(std::uint32_t row, std::uint32_t column, Shape shape);
  void read_rows_before(std::uint32_t row, std::uint32_t column);
  void store_missing(std::uint32_t row, std::uint32_t column, std::string_view text);
  bool refuse_cell(std::uint32_t row, std::uint32_t column, std::string_view text, core::Code code,
                   const char* expected);
  Field field(std::uint32_t row, std::uint32_t column) const;
  Field field_between(std::size_t begin, std::size_t end) const;
  std::uint64_t line_of_row(std::uint32_t row);

  ChunkPlan& plan_;
  const CsvKernels& kernels_;

  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };
  std::unique_ptr<char[], Free> buffer_;
  std::size_t capacity_ = 0;
  char* text_ = nullptr;
  std::size_t size_ = 0;

  std::unique_ptr<std::uint32_t[]> separators_;
  std::unique_ptr<std::uint32_t[]> ends_;
  std::size_t index_capacity_ = 0;
  TextIndex index_{};
  std::vector<std::uint32_t> row_first_;  ///< index of the row's first field in separators_ or fields_
  std::vector<std::uint32_t> row_begin_;
  std::vector<Field> fields_;  ///< filled if CsvScanner has cut the text
  std::vector<std::uint64_t>
      row_line_;  ///< filled if CsvScanner has cut the text, the text is large, or a line was asked for
  bool scanned_ = false;  ///< CsvScanner has cut the text

  std::uint64_t blank_lines_ = 0;
  std::uint64_t line_ends_ = 0;
  table::Newline newline_ = table::Newline::kNone;
  std::optional<ChunkFault> fault_;
  std::optional<table::TextFault> text_fault_;

  std::vector<Piece> pieces_;
  std::vector<CellColumn> cells_;
  std::vector<std::uint32_t> active_;
  std::unique_ptr<double[]> numbers_;
  std::size_t numbers_capacity_ = 0;
  std::string scratch_;
};

}  // namespace rf::csv
