// SPDX-License-Identifier: MIT
// Finds the rows first, then reads the cells. The kernels read the common kinds of cells; cell() reads every
// other cell. A column begins in the shape that the chunks before it suggest. If a cell does not fit, the
// column is read again from the chunk's first row, in a shape that holds all its cells.
#include "csv/csv_chunk.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <new>
#include <utility>

#include "core/host.hpp"
#include "core/number_text.hpp"

namespace rf::csv {
namespace {

constexpr std::size_t kMostLevelsKept = 4096;  // a larger dictionary is cleared before the next chunk
constexpr std::size_t kBlockBytes = std::size_t{24} << 10;
constexpr std::size_t kLeastBlockRows = 16;
constexpr std::size_t kLargeCellPart = std::size_t{1} << 20;
constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

table::Newline newline_of(const TextIndex& index) {
  const int n_kinds = (index.lf ? 1 : 0) + (index.crlf ? 1 : 0) + (index.cr ? 1 : 0);
  if (n_kinds > 1) return table::Newline::kMixed;
  return index.lf     ? table::Newline::kLf
         : index.crlf ? table::Newline::kCrLf
         : index.cr   ? table::Newline::kCr
                      : table::Newline::kNone;
}

}  // namespace

ChunkPlan::ChunkPlan(const table::ReadingOptions& reading, const CsvErrors& csv_errors,
                     std::vector<std::string> column_names)
    : options(reading),
      errors(csv_errors),
      reader(reading),
      names(std::move(column_names)),
      declared(names.size()),
      hints(names.size()) {
  for (std::size_t j = 0; j < names.size(); ++j) {
    const auto kind = reading.kinds.find(names[j]);
    if (kind == reading.kinds.end()) continue;
    declared[j] = kind->second;
    hints[j].shape = static_cast<Shape>(kind->second);
  }
  for (const std::string& token : reading.missing_tokens)
    numbers_may_be_missing = numbers_may_be_missing || core::parse_number(token).has_value();
}

static_assert(static_cast<int>(Shape::kNumeric) == static_cast<int>(core::Kind::kNumeric) &&
              static_cast<int>(Shape::kBoolean) == static_cast<int>(core::Kind::kBoolean) &&
              static_cast<int>(Shape::kCategory) == static_cast<int>(core::Kind::kCategory));

char* CsvChunk::room(std::size_t size) {
  if (size > capacity_) {
    // The system moves large blocks by its page tables: nothing is copied, and no second block exists
    // meanwhile.
    void* const larger = std::realloc(buffer_.get(), size + 2 * kTextSlack + 1);
    if (larger == nullptr) throw std::bad_alloc();
    (void)buffer_.release();
    buffer_.reset(static_cast<char*>(larger));
    std::memset(buffer_.get(), ' ', kTextSlack);
    capacity_ = size;
    text_ = buffer_.get() + kTextSlack;
  }
  return text_;
}

void CsvChunk::reset() {
  row_first_.clear();
  row_begin_.clear();
  row_line_.clear();
  fields_.clear();
  scanned_ = false;
  blank_lines_ = 0;
  fault_.reset();
  text_fault_.reset();
}

void CsvChunk::parse(std::size_t size, PacedHash* hash) {
  reset();
  size_ = size;
  const bool virtual_end = size > 0 && text_[size - 1] != '\n' && text_[size - 1] != '\r';
  std::memset(text_ + size, ' ', kTextSlack);
  if (virtual_end) text_[size] = '\n';
  if (size + kTextSlack + 1 > index_capacity_) {
    index_capacity_ = size + kTextSlack + 1;
    separators_ = std::unique_ptr<std::uint32_t[]>(new std::uint32_t[index_capacity_]);
    ends_ = std::unique_ptr<std::uint32_t[]>(new std::uint32_t[index_capacity_]);
  }
  index_.separators = separators_.get();
  index_.ends = ends_.get();
  kernels_.index(text_, size, plan_.delimiter, virtual_end, &index_);
  if (stopped()) return;
  if (index_.not_ascii) text_fault_ = table::find_text_fault(text());
  line_ends_ = index_.line_ends;
  if (text_fault_ || plan_.only_check_text) return;

  if (stopped()) return;
  scanned_ = index_.irregular || plan_.options.limits.max_cell_bytes < size || !plan_.options.comment.empty();
  scanned_ ? scan_rows() : find_rows();
  if (size >= kLargeBytes && !scanned_) number_lines();  // before any text is moved out
  if (stopped()) return;
  begin_columns();
  read_cells(hash);
  finish_columns();
}

bool CsvChunk::is_blank(std::size_t begin, std::size_t end) const {
  if (plan_.options.trim) {
    while (begin < end && text_[begin] == ' ') ++begin;
  }
  return begin == end;
}

void CsvChunk::find_rows() {
  newline_ = newline_of(index_);
  std::uint32_t first = 0;
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < index_.n_ends; ++i) {
    const std::uint32_t last = index_.ends[i];
    const std::uint32_t n_fields = last - first + 1;
    const std::uint32_t end = index_.separators[last];
    const bool blank = n_fields == 1 && is_blank(begin, end);
    if (blank) {
      ++blank_lines_;
    } else if (has_all_fields(begin, end, last, n_fields)) {
      row_first_.push_back(first);
      row_begin_.push_back(begin);
    } else if (n_fields > most_fields(plan_.options.limits)) {
      ScanFault fault{ScanFault::Kind::kManyFields,
                      1 + count_line_ends(text().substr(0, begin)),
                      0,
                      {},
                      plan_.options.limits.max_columns};
      fault_ = ChunkFault{n_rows(), false, [=, this](std::uint64_t lines_before) mutable {
                            fault.line += lines_before;
                            return plan_.errors.fault(fault);
                          }};
      return;
    } else {
      const std::uint64_t line = 1 + count_line_ends(text().substr(0, begin));
      fault_ = ragged_row(line, n_fields, field_between(begin, index_.separators[first]).raw);
      return;
    }
    first = last + 1;
    begin = end + 1;
    if (text_[end] == '\r' && text_[end + 1] == '\n') ++begin;
  }
}

ChunkFault CsvChunk::ragged_row(std::uint64_t line, std::size_t n_fields, std::string_view begins) const {
  return {n_rows(), true,
          [this, line, n_fields, first = std::string(begins.substr(0, 2))](std::uint64_t lines_before) {
            return plan_.errors.ragged(lines_before + line, plan_.shape(), n_fields, first);
          }};
}

/// Whether a record in [begin, end) with n_fields fields, the last of which ends at separator `last`, is one
/// of this table.
bool CsvChunk::has_all_fields(std::size_t begin, std::size_t end, std::uint32_t last,
                              std::size_t n_fields) const {
  if (n_fields != plan_.n_fields()) return false;
  return !plan_.trailing_delimiters || is_blank(last == 0 ? begin : index_.separators[last - 1] + 1, end);
}

void CsvChunk::number_lines() {
  std::size_t offset = 0;
  std::uint64_t line = 1;
  row_line_.reserve(n_rows());
  for (const std::uint32_t begin : row_begin_) {
    line += count_line_ends(text().substr(offset, begin - offset));
    offset = begin;
    row_line_.push_back(line);
  }
}

void CsvChunk::scan_rows() {
  CsvScanner scanner(text(), plan_.delimiter, plan_.options.trim, plan_.n_fields(), plan_.options.limits,
                     nullptr, plan_.options.comment);
  Record record;
  CsvScanner::Step step = scanner.next(record);
  for (; step == CsvScanner::Step::kRecord; step = scanner.next(record)) {
    const bool is_whole =
        record.n_fields == plan_.n_fields() &&
        (!plan_.trailing_delimiters || (record.fields.back().raw.empty() && !record.fields.back().quoted));
    if (!is_whole) {
      fault_ = ragged_row(record.line, record.n_fields, record.fields.front().raw);
      break;
    }
    row_first_.push_back(static_cast<std::uint32_t>(fields_.size()));
    row_begin_.push_back(0);
    row_line_.push_back(record.line);
    fields_.insert(fields_.end(), record.fields.begin(), record.fields.end());
  }
  if (step == CsvScanner::Step::kFault) {
    // The excerpt is a part of this chunk's text, which no longer exists when the error is made.
    fault_ = ChunkFault{n_rows(), false,
                        [this, fault = scanner.fault(),
                         excerpt = std::string(scanner.fault().excerpt)](std::uint64_t lines_before) {
                          ScanFault placed = fault;
                          placed.line += lines_before;
                          placed.excerpt = excerpt;
                          return plan_.errors.fault(placed);
                        }};
  }
  newline_ = scanner.newline();
  blank_lines_ = scanner.blank_lines();
}

void CsvChunk::begin_columns() {
  // Columns are an odd number of cache lines apart, so that they do not compete for the same places in the
  // cache. A chunk of at most 8 rows, as a very wide table has, gets no such padding.
  const std::size_t n_lines = (n_rows() + 7) / 8;
  const std::size_t stride = n_lines == 1 ? n_rows() : 8 * (n_lines + (n_lines % 2 == 0 ? 1 : 0));
  if (stride * pieces_.size() > numbers_capacity_) {
    numbers_capacity_ = stride * pieces_.size();
    numbers_ = std::unique_ptr<double[]>(new double[numbers_capacity_]);
  }
  cells_.resize(pieces_.size());
  active_.clear();
  for (std::size_t j = 0; j < pieces_.size(); ++j) {
    const ChunkPlan::Hint& hint = plan_.hints[j];
    Piece& own = pieces_[j];
    cells_[j] = CellColumn{};
    cells_[j].numbers = numbers_.get() + j * stride;
    own.evident = !plan_.declared[j] && !hint.settled;
    own.firm = plan_.declared[j].has_value();
    own.evidence.clear();
    begin_piece(j, hint.shape);
    if (own.shape != Shape::kSkipped || scanned_) active_.push_back(static_cast<std::uint32_t>(j));
  }
}

void CsvChunk::begin_piece(std::size_t column, Shape shape) {
  Piece& own = pieces_[column];
  CellColumn& cells = cells_[column];
  own.shape = shape;
  cells.mode = shape == Shape::kSkipped   ? CellMode::kSkip
               : shape == Shape::kNumeric ? CellMode::kNumber
                                          : CellMode::kText;
  if (cells.mode != CellMode::kText) return;
  if (own.coded == nullptr) own.coded = std::make_unique<Coded>();
  Coded& coded = *own.coded;
  if (coded.dictionary_shape != shape || coded.dictionary.levels().size() > kMostLevelsKept) {
    coded.dictionary.clear();
    coded.level_numbers.clear();
    coded.same_numbers = true;
    coded.dictionary_shape = shape;
  }
  coded.codes.resize(n_rows());
  cells.codes = coded.codes.data();
  cells.texts = coded.dictionary.short_texts();
}

void CsvChunk::read_cells(PacedHash* hash) {
  if (scanned_) {
    for (std::uint32_t row = 0; row < n_rows(); ++row)
      for (std::uint32_t column = 0; column < pieces_.size(); ++column)
        if (!cell(row, column, field_text(field(row, column), scratch_))) return;
    return;
  }
  CellJob job{};
  job.text = text_;
  job.separators = separators_.get();
  job.row_first = row_first_.data();
  job.row_begin = row_begin_.data();
  job.n_rows = static_cast<std::uint32_t>(n_rows());
  job.block_rows = static_cast<std::uint32_t>(
      std::max<std::size_t>(kLeastBlockRows, kBlockBytes / (size_ / std::max<std::size_t>(n_rows(), 1) + 1)));
  job.columns = cells_.data();
  job.active = active_.data();
  job.n_active = static_cast<std::uint32_t>(active_.size());
  job.trim = plan_.options.trim;
  job.all_cells = plan_.numbers_may_be_missing;
  job.user = this;
  job.other_cell = [](void* user, std::uint32_t row, std::uint32_t column, std::uint32_t begin,
                      std::uint32_t end) {
    return static_cast<CsvChunk*>(user)->other_cell(row, column, begin, end);
  };
  if (hash != nullptr && kernels_.hashes) job.hash = hash->begin();
  kernels_.cells(&job);
}

void CsvChunk::finish_columns() {
  for (std::size_t j = 0; j < pieces_.size(); ++j) {
    if (cells_[j].seen != 0 && pieces_[j].evident)
      pieces_[j].evidence.add_numbers((cells_[j].seen & 1) != 0, (cells_[j].seen & 2) != 0);
  }
}

Field CsvChunk::field_between(std::size_t begin, std::size_t end) const {
  if (plan_.options.trim) {
    while (begin < end && text_[begin] == ' ') ++begin;
    while (begin < end && text_[end - 1] == ' ') --end;
  }
  Field found;
  found.quoted = begin < end && text_[begin] == '"';
  if (found.quoted) {
    ++begin;
    --end;
  }
  found.raw = text().substr(begin, end - begin);
  found.doubled_quotes = found.quoted && found.raw.find('"') != std::string_view::npos;
  return found;
}

Field CsvChunk::field(std::uint32_t row, std::uint32_t column) const {
  if (scanned_) return fields_[row_first_[row] + column];
  const std::uint32_t* separators = separators_.get() + row_first_[row];
  return field_between(column == 0 ? row_begin_[row] : separators[column - 1] + 1, separators[column]);
}

bool CsvChunk::other_cell(std::uint32_t row, std::uint32_t column, std::size_t begin, std::size_t end) {
  return cell(row, column, field_text(field_between(begin, end), scratch_));
}

bool CsvChunk::cell(std::uint32_t row, std::uint32_t column, std::string_view text) {
  const std::uint64_t limit = plan_.options.limits.max_cell_bytes;
  if (text.size() > limit) {
    fault_ = ChunkFault{
        row, true, [this, line = line_of_row(row), column, limit, size = text.size()](std::uint64_t before) {
          return plan_.errors.long_cell(before + line, plan_.names[column], limit, size);
        }};
    return false;
  }
  const Shape shape = pieces_[column].shape;
  if (shape == Shape::kSkipped) return true;
  if (plan_.reader.is_missing(text)) {
    store_missing(row, column, text);
    return true;
  }
  return shape == Shape::kNumeric   ? number_cell(row, column, text)
         : shape == Shape::kBoolean ? boolean_cell(row, column, text)
                                    : category_cell(row, column, text);
}

void CsvChunk::store_missing(std::uint32_t row, std::uint32_t column, std::string_view text) {
  Piece& own = pieces_[column];
  if (own.shape == Shape::kNumeric) {
    cells_[column].numbers[row] = kMissingNumber;
    return;
  }
  own.coded->codes[row] = -1;
  if (text.empty() || own.coded->dictionary.find(text).known) return;
  own.coded->dictionary.add_as(text, -1);
  cells_[column].texts = own.coded->dictionary.short_texts();
}

bool CsvChunk::number_cell(std::uint32_t row, std::uint32_t column, std::string_view text) {
  Piece& own = pieces_[column];
  const auto number = plan_.reader.number(text);
  const table::CellClass found =
      number && number->is_integer && number->is_exact && std::isfinite(number->value)
          ? table::CellClass::kInteger
      : number && !number->is_integer && std::isfinite(number->value) ? table::CellClass::kFraction
                                                                      : plan_.reader.classify(text);
  const bool stays_number = found != table::CellClass::kText && found != table::CellClass::kBoolean &&
                            (found != table::CellClass::kInfinite || !own.firm);
  if (own.evident) {
    own.evidence.add_numbers((cells_[column].seen & 1) != 0, (cells_[column].seen & 2) != 0);
    own.evidence.add(found, text,
                     found == table::CellClass::kWideInteger || found == table::CellClass::kInfinite
                         ? line_of_row(row)
                         : 0);
  }
  const double value = found == table::CellClass::kNumberToken  ? kMissingNumber
                       : number && std::isfinite(number->value) ? number->value
                                                                : 0.0;
  if (own.firm) {
    if (plan_.declared[column] && found == table::CellClass::kInfinite)
      return refuse_cell(row, column, text, core::Code::kNumberOutOfRange, "a finite number");
    if (plan_.declared[column] && !stays_number)
      return refuse_cell(row, column, text, core::Code::kCellKindMismatch, "a number");
    cells_[column].numbers[row] = value;
    return true;
  }
  if (found == table::CellClass::kWideInteger && !own.evidence.has(table::CellClass::kFraction) &&
      !plan_.hints[column].fraction)
    return turn(row, column, Shape::kCategory);
  if (stays_number) {
    cells_[column].numbers[row] = value;
    return true;
  }
  return turn(row, column, own.evidence.settled() ? Shape::kCategory : Shape::kBoolean);
}

bool CsvChunk::boolean_cell(std::uint32_t row, std::uint32_t column, std::string_view text) {
  Piece& own = pieces_[column];
  if (const auto value = table::parse_boolean(text)) {
    const std::int32_t code = *value ? 1 : 0;
    own.coded->codes[row] = code;
    if (own.evident) own.evidence.add(table::CellClass::kBoolean, text, 0);
    if (!own.coded->dictionary.find(text).known) own.coded->dictionary.add_as(text, code);
    cells_[column].texts = own.coded->dictionary.short_texts();
    return true;
  }
  if (plan_.declared[column])
    return refuse_cell(row, column, text, core::Code::kCellKindMismatch, "true or false");
  return turn(row, column, Shape::kCategory);
}

bool CsvChunk::category_cell(std::uint32_t row, std::uint32_t column, std::string_view text) {
  Piece& own = pieces_[column];
  const ChunkDictionary::Found found = own.coded->dictionary.find(text);
  if (found.known) {
    own.coded->codes[row] = found.code;
    return true;
  }
  if (own.evident) {
    const table::CellClass what = plan_.reader.classify(text);
    own.evidence.add(
        what, text,
        what == table::CellClass::kWideInteger || what == table::CellClass::kInfinite ? line_of_row(row) : 0);
  }
  // If the column is known to hold text, or no evidence is collected, it keeps its shape: none of its cells
  // is read again.
  own.coded->codes[row] = own.coded->dictionary.add(level_of(text, !own.evident || own.evidence.settled()));
  cells_[column].texts = own.coded->dictionary.short_texts();
  return true;
}

/// Returns a copy of a cell's text. A large text is not held twice: if it is not read again, its pages go
/// back to the system as they are copied.
std::string CsvChunk::level_of(std::string_view text, bool is_last_look) {
  const bool is_here = !std::less<>()(text.data(), text_) && std::less<>()(text.data(), text_ + size_);
  if (text.size() < kLargeBytes || !is_last_look) return std::string(text);
  if (!is_here) return std::exchange(scratch_, {});  // field_text() has put the text into scratch_
  std::string level;
  level.reserve(text.size());
  char* const begin = text_ + (text.data() - text_);
  for (std::size_t done = 0; done < text.size(); done += kLargeCellPart) {
    const std::size_t n_bytes = std::min(kLargeCellPart, text.size() - done);
    level.append(begin + done, n_bytes);
    core::drop_pages(begin + done, n_bytes);
  }
  return level;
}

/// Gives the column another shape and reads its cells again, up to and including `row`.
bool CsvChunk::turn(std::uint32_t row, std::uint32_t column, Shape shape) {
  begin_piece(column, shape);
  read_rows_before(row + 1, column);
  return true;
}

void CsvChunk::read_rows_before(std::uint32_t row, std::uint32_t column) {
  for (std::uint32_t r = 0; r < row; ++r) (void)cell(r, column, field_text(field(r, column), scratch_));
}

void CsvChunk::read_as(std::size_t column, Shape shape) {
  pieces_[column].evident = false;
  pieces_[column].firm = true;
  begin_piece(column, shape);
  read_rows_before(static_cast<std::uint32_t>(n_rows()), static_cast<std::uint32_t>(column));
}

bool CsvChunk::refuse_cell(std::uint32_t row, std::uint32_t column, std::string_view text, core::Code code,
                           const char* expected) {
  fault_ = ChunkFault{row, true,
                      [this, mention = table::mention_of(line_of_row(row), text), column, code,
                       expected](std::uint64_t lines_before) {
                        return plan_.errors.cell(code, plan_.names[column],
                                                 {mention.line + lines_before, mention.text}, expected);
                      }};
  return false;
}

/// Returns the line of a row within the chunk. The first call numbers the lines of all rows and keeps them,
/// so that later calls do not read the text again.
std::uint64_t CsvChunk::line_of_row(std::uint32_t row) {
  if (row_line_.empty()) number_lines();
  return row_line_[row];
}

}  // namespace rf::csv
