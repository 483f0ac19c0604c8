// SPDX-License-Identifier: MIT
// Each column has a store whose shape follows the evidence of all chunks joined so far. Memory is reserved
// after the first chunk, from its rows and the size of the text. Pinned by tests/unit/csv/csv_test.cpp and
// tests/unit/csv/csv_twin_test.cpp.
#include "csv/csv_columns.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

#include "core/host.hpp"
#include "table/surprises.hpp"

namespace rf::csv {
namespace {

/// The most memory that is reserved because of a file's claimed size.
constexpr std::uint64_t kMostSetAside = std::uint64_t{8} << 30;
/// If the file has fewer rows than its beginning suggests, the last huge page of each column of the arena is
/// allocated in vain. All these pages together must not exceed this size, or no arena is made.
constexpr std::uint64_t kMostInVain = std::uint64_t{96} << 20;
/// One huge page in vain is little compared with a column of this size.
constexpr std::size_t kLargeColumnBytes = std::size_t{16} << 20;
constexpr std::uint64_t kSpareRows = 64;
/// A level of at least this size is moved out of a chunk's dictionary rather than copied.
constexpr std::size_t kLargeLevelBytes = std::size_t{64} << 10;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::uint64_t cell_bytes(Shape shape) {
  switch (shape) {
    case Shape::kNumeric:
      return sizeof(double);
    case Shape::kBoolean:
      return sizeof(std::int8_t);
    case Shape::kCategory:
      return sizeof(std::int32_t);
    case Shape::kSkipped:
      break;
  }
  return 0;
}

}  // namespace

CsvColumns::CsvColumns(ChunkPlan& plan, std::uint64_t text_bytes, core::MemoryBudget* budget)
    : plan_(plan), text_bytes_(text_bytes), stores_(plan.names.size()), budget_(budget), memory_(budget) {
  for (std::size_t j = 0; j < stores_.size(); ++j) stores_[j].shape = plan.hints[j].shape;
}

Shape CsvColumns::wanted_shape(std::size_t column) const {
  return static_cast<Shape>(plan_.declared[column] ? *plan_.declared[column]
                                                   : stores_[column].evidence.kind());
}

/// Stores a column in another shape. All its cells so far are missing.
void CsvColumns::reshape(Store& store, Shape shape) const {
  store.shape = shape;
  store.numbers = table::Cells<double>(core::ArenaAllocator<double>(arena_));
  store.booleans = table::Cells<std::int8_t>(core::ArenaAllocator<std::int8_t>(arena_));
  store.category.reset();
  const auto set_aside_for = [this](auto& cells, auto missing) {
    try {
      cells.reserve(std::max(expected_rows_, n_rows_));
    } catch (const std::exception&) {
      // The file claims to be larger than memory. It may hold less: columns grow as rows are joined.
    }
    const std::size_t sure_bytes = std::min(cells.capacity(), sure_rows_) * sizeof missing;
    if (arena_ == nullptr && (second_pass_ || sure_bytes >= kLargeColumnBytes))
      core::prefer_huge_pages(cells.data(), sure_bytes);
    cells.resize(n_rows_, missing);
  };
  if (shape == Shape::kNumeric) {
    set_aside_for(store.numbers, kMissing);
  } else if (shape == Shape::kBoolean) {
    set_aside_for(store.booleans, std::int8_t{-1});
  } else {
    store.category = std::make_unique<Category>();
    store.category->codes = table::Cells<std::int32_t>(core::ArenaAllocator<std::int32_t>(arena_));
    set_aside_for(store.category->codes, std::int32_t{-1});
    store.category->levels.expect(std::max(expected_rows_, n_rows_));
  }
}

/// Reserves room for as many rows as the first chunk makes likely. Pages that are never touched cost nothing.
void CsvColumns::set_aside(const CsvChunk& chunk) {
  const std::uint64_t bytes = std::max<std::uint64_t>(chunk.text().size(), 1);
  const std::uint64_t likely = static_cast<std::uint64_t>(chunk.n_rows()) * (text_bytes_ / bytes + 1);
  const std::uint64_t n_columns = std::max<std::size_t>(stores_.size(), 1);
  const std::uint64_t allowed = std::min(kMostSetAside, budget_ != nullptr ? budget_->left() : kMostSetAside);
  const std::uint64_t at_most = std::min(text_bytes_, allowed / sizeof(double)) / n_columns + 1;
  expected_rows_ = static_cast<std::size_t>(
      std::min(likely + likely / 32 + std::min(likely / 4 + 1, kSpareRows), at_most));
  expected_rows_ = std::max(expected_rows_, chunk.n_rows());
  sure_rows_ = static_cast<std::size_t>(std::min(likely - likely / 32, at_most));
  make_arena();
}

void CsvColumns::make_arena() {
  const std::uint64_t n_columns = stores_.size();
  const std::uint64_t column_bytes = expected_rows_ * sizeof(double) + core::Arena::kPartAlignment;
  const std::uint64_t in_vain = n_columns * std::min<std::uint64_t>(column_bytes, core::kHugePageBytes);
  arena_ =
      in_vain > kMostInVain ? nullptr : core::Arena::make(static_cast<std::size_t>(n_columns * column_bytes));
}

/// Charges a column of `n_rows` cells to the budget, in place of the column's charge so far. Memory reserved
/// beyond its cells is not charged: pages that are never touched cost nothing.
core::Result<> CsvColumns::count(Store& store, Shape shape, std::size_t n_rows) {
  const std::uint64_t level_bytes = store.category != nullptr ? store.category->levels.memory_bytes() : 0;
  const std::uint64_t n_bytes = n_rows * cell_bytes(shape) + level_bytes;
  n_bytes_ += n_bytes - store.n_bytes;
  store.n_bytes = n_bytes;
  return memory_.resize(n_bytes_, "the rows read so far");
}

core::Result<> CsvColumns::join(CsvChunk& chunk, std::uint64_t lines_before) {
  const bool begins = !second_pass_ && n_rows_ == 0 && chunk.n_rows() > 0;
  if (begins) set_aside(chunk);
  for (std::size_t j = 0; j < stores_.size(); ++j) {
    Store& store = stores_[j];
    if (second_pass_ && !store.given_up) continue;
    const bool had_cells = store.evidence.any();
    if (chunk.piece(j).evident) store.evidence.merge(chunk.piece(j).evidence, lines_before);
    const Shape wanted = wanted_shape(j);
    const bool is_kept = store.given_up ? second_pass_ : store.shape == wanted || !had_cells;
    if (is_kept) RF_TRY(count(store, wanted, n_rows_ + chunk.n_rows()));
    if (begins || (store.shape != wanted && !had_cells)) reshape(store, wanted);
    if (store.shape != wanted && !store.given_up) {
      store.given_up = true;
      store.numbers = {};
      store.booleans = {};
      store.category.reset();
      RF_TRY(count(store, Shape::kSkipped, 0));
    }
    if (!store.given_up || second_pass_) {
      append(store, chunk, j);
      // Levels are charged to the memory budget only after they are added. Until then they take no more
      // memory than the chunk's text.
      if (store.shape == Shape::kCategory) RF_TRY(count(store, store.shape, n_rows_ + chunk.n_rows()));
    }
    if (!second_pass_) suggest(j);
  }
  n_rows_ += chunk.n_rows();
  return {};
}

void CsvColumns::suggest(std::size_t column) {
  const Store& store = stores_[column];
  ChunkPlan::Hint& hint = plan_.hints[column];
  const Shape wanted = wanted_shape(column);
  const bool settled = store.evidence.settled();
  hint.shape.store(store.given_up && settled ? Shape::kSkipped : wanted, std::memory_order_relaxed);
  hint.settled.store(settled, std::memory_order_relaxed);
  hint.fraction.store(store.evidence.has(table::CellClass::kFraction), std::memory_order_relaxed);
}

void CsvColumns::append(Store& store, CsvChunk& chunk, std::size_t column) {
  if (chunk.n_rows() == 0) return;
  CsvChunk::Piece& piece = chunk.piece(column);
  if (piece.shape != store.shape) chunk.read_as(column, store.shape);
  if (store.shape == Shape::kNumeric) {
    const double* const numbers = chunk.numbers(column);
    store.numbers.insert(store.numbers.end(), numbers, numbers + chunk.n_rows());
  } else if (store.shape == Shape::kBoolean) {
    for (const std::int32_t code : piece.coded->codes)
      store.booleans.push_back(static_cast<std::int8_t>(code));
  } else {
    append_codes(*store.category, *piece.coded);
  }
}

void CsvColumns::append_codes(Category& category, CsvChunk::Coded& piece) {
  // The dictionary numbers new texts in the order of the rows. Levels added in its order are therefore added
  // in the order of the rows.
  std::vector<std::int32_t>& numbers = piece.level_numbers;
  while (numbers.size() < piece.dictionary.levels().size()) {
    const std::string& level = piece.dictionary.levels()[numbers.size()];
    numbers.push_back(level.size() < kLargeLevelBytes
                          ? category.levels.code_of(level)
                          : category.levels.code_of_moved(piece.dictionary.take_level(numbers.size())));
    piece.same_numbers =
        piece.same_numbers && numbers.back() == static_cast<std::int32_t>(numbers.size() - 1);
  }
  const std::size_t begin = category.codes.size();
  category.codes.insert(category.codes.end(), piece.codes.begin(), piece.codes.end());
  if (piece.same_numbers) return;
  for (std::size_t row = begin; row < category.codes.size(); ++row) {
    std::int32_t& code = category.codes[row];
    if (code >= 0) code = numbers[static_cast<std::size_t>(code)];
  }
}

core::Result<core::Diagnostics> CsvColumns::settle_kinds() {
  core::Diagnostics diagnostics;
  for (std::size_t j = 0; j < stores_.size(); ++j) {
    const std::string& name = plan_.names[j];
    if (plan_.declared[j]) continue;
    if (const table::CellMention* cell = stores_[j].evidence.out_of_range())
      return plan_.errors.cell(core::Code::kNumberOutOfRange, name, *cell, "a finite number");
    const table::CellMention* cell = stores_[j].evidence.too_wide();
    if (cell != nullptr) diagnostics.push_back(table::integer_too_wide(name, cell->text));
  }
  return diagnostics;
}

bool CsvColumns::begin_second_pass() {
  bool any = false;
  expected_rows_ = sure_rows_ = n_rows_;
  n_rows_ = 0;
  second_pass_ = true;
  arena_ = nullptr;
  for (std::size_t j = 0; j < stores_.size(); ++j) {
    Store& store = stores_[j];
    ChunkPlan::Hint& hint = plan_.hints[j];
    const Shape wanted = wanted_shape(j);
    hint.shape = store.given_up ? wanted : Shape::kSkipped;
    hint.settled = true;
    hint.fraction = true;
    any = any || store.given_up;
    if (store.given_up) reshape(store, wanted);
  }
  if (!any) n_rows_ = expected_rows_;
  return any;
}

std::vector<table::Column> CsvColumns::take() {
  std::vector<table::Column> columns;
  columns.reserve(stores_.size());
  for (std::size_t j = 0; j < stores_.size(); ++j) {
    Store& store = stores_[j];
    table::Column& column = columns.emplace_back();
    column.name = std::move(plan_.names[j]);
    if (store.shape == Shape::kNumeric) {
      column.values = table::NumericValues{std::move(store.numbers)};
    } else if (store.shape == Shape::kBoolean) {
      column.values = table::BooleanValues{std::move(store.booleans)};
    } else if (store.category == nullptr) {
      column.values = table::CategoryValues{};  // no row has been joined
    } else {
      column.values = table::CategoryValues{std::move(store.category->codes), store.category->levels.take()};
    }
  }
  return columns;
}

}  // namespace rf::csv
