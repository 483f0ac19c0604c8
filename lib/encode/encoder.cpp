// SPDX-License-Identifier: MIT
// Turns table cells into the design matrix with the statistics of a fitted encoder. The workers share the
// rows in blocks. A block writes only its own samples, so the number of threads does not affect the result.
// The table is read from front to back, whatever order of rows is requested. Fitting is in fit.cpp; cell.hpp
// defines the number that a cell becomes. tests/unit/encode/encoder_test.cpp pins it.
#include "encode/encoder.hpp"

#include <algorithm>
#include <cmath>

#include "core/blocks.hpp"
#include "core/host.hpp"
#include "core/row_order.hpp"
#include "core/text.hpp"
#include "encode/cell.hpp"
#include "encode/encoded.hpp"
#include "encode/source.hpp"

namespace rf::encode {
namespace {

constexpr std::size_t kPieceRows = 512;

struct BlockFindings {
  std::vector<std::uint64_t> unknown_levels;
  std::vector<core::Sample> unscorable;
};

class BlockEncoder {
 public:
  BlockEncoder(const Encoder& encoder, std::span<const Source> sources, const core::RowOrder& order,
               Matrix& x)
      : encoder_(encoder), sources_(sources), order_(order), x_(x) {
    for (const Source& source : sources)
      has_categories_ = has_categories_ || std::holds_alternative<CategoryEncoding>(source.feature->encoding);
  }

  void run(core::RowRange block, BlockFindings& findings) const {
    std::vector<double> tile(order_.positions.empty() ? 0 : kPieceRows * x_.n_rows);
    for (std::size_t begin = block.begin; begin < block.end; begin += kPieceRows) {
      const core::RowRange range{begin, std::min(block.end, begin + kPieceRows)};
      double* const samples =
          order_.positions.empty() ? sample(static_cast<core::Sample>(begin)) : tile.data();
      piece(range, samples, findings);
      if (order_.positions.empty()) continue;
      for (std::size_t i = 0; i < range.size(); ++i)
        std::copy_n(samples + i * x_.n_rows, x_.n_rows, sample(order_.position(begin + i)));
    }
  }

 private:
  /// Encodes a few rows, whose samples stay in the cache during the loop over the features.
  void piece(core::RowRange range, double* samples, BlockFindings& findings) const {
    std::vector<char> incomplete(range.size(), 0);
    if (has_categories_) std::fill_n(samples, range.size() * x_.n_rows, 0.0);
    for (std::size_t f = 0; f < sources_.size(); ++f) {
      const Source& source = sources_[f];
      double* const column = samples + source.first_design;
      if (std::holds_alternative<NumericEncoding>(source.feature->encoding))
        numeric(source, range, column, incomplete);
      else
        category(source, range, column, incomplete, findings.unknown_levels[f]);
    }
    for (std::size_t i = 0; i < range.size(); ++i) {
      if (!incomplete[i]) continue;
      std::fill_n(samples + i * x_.n_rows, x_.n_rows, 0.0);
      findings.unscorable.push_back(order_.position(range.begin + i));
    }
  }

  double* sample(core::Sample i) const { return x_.memptr() + number_of(i) * x_.n_rows; }

  /// `column` points to the feature's value in the first sample of the range.
  void numeric(const Source& source, core::RowRange range, double* column,
               std::vector<char>& incomplete) const {
    const auto& encoding = std::get<NumericEncoding>(source.feature->encoding);
    const NumericCells cells(*source.column);
    for (std::size_t i = 0; i < range.size(); ++i) {
      double value = cells[order_.rows[range.begin + i]];
      if (std::isnan(value)) {
        if (!source.takes_missing()) incomplete[i] = 1;
        if (source.fills()) value = encoding.fill;
      }
      column[i * x_.n_rows] = encoder_.layout == Layout::kLinear ? standardised(encoding, value) : value;
    }
  }

  void category(const Source& source, core::RowRange range, double* column, std::vector<char>& incomplete,
                std::uint64_t& unknown) const {
    const auto& encoding = std::get<CategoryEncoding>(source.feature->encoding);
    for (std::size_t i = 0; i < range.size(); ++i) {
      const std::int32_t code = category_cell(*source.column, order_.rows[range.begin + i]);
      std::int32_t level = kUnknown;
      if (code >= 0)
        level = source.design_level[static_cast<std::size_t>(code)];
      else if (!source.takes_missing())
        incomplete[i] = 1;
      else if (encoding.has_missing_level)
        level = 0;
      if (level == kUnknown && (code >= 0 || source.fills())) ++unknown;
      if (encoder_.layout == Layout::kTree)
        column[i * x_.n_rows] = level;
      else if (level != kUnknown)
        column[i * x_.n_rows + static_cast<std::size_t>(level)] = 1;
    }
  }

  const Encoder& encoder_;
  std::span<const Source> sources_;
  const core::RowOrder& order_;
  Matrix& x_;
  bool has_categories_ = false;
};

std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '=' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

bool all_missing(const table::Table& table, const table::Column& column) {
  for (std::size_t row = 0; row < table.n_rows; ++row)
    if (!column.is_missing(static_cast<core::TableRow>(row))) return false;
  return true;
}

core::Error absent(const Feature& feature, const table::Table& table) {
  const std::vector<std::string> names = table.names();
  return {core::Code::kFeatureAbsent,
          "the table has no column " + core::quoted(feature.name) + ", which the model needs" +
              core::did_you_mean(feature.name, names),
          {{"column", feature.name}, {"expected", std::string(core::kind_name(feature.kind))}}};
}

core::Error other_kind(const Feature& feature, const table::Column& column) {
  const std::string expected(core::kind_name(feature.kind));
  const std::string found(core::kind_name(column.kind()));
  return {core::Code::kFeatureKindMismatch,
          "column " + core::quoted(feature.name) + ": the model was trained with a " + expected +
              " column, this one is " + found,
          {{"column", feature.name}, {"expected", expected}, {"got", found}}};
}

}  // namespace

std::size_t Encoder::n_design_columns() const {
  std::size_t n = 0;
  for (const Feature& feature : features) n += design_width(layout, feature);
  return n;
}

std::vector<DesignColumn> design_columns(const Encoder& encoder) {
  std::vector<DesignColumn> columns;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const Feature& feature = encoder.features[f];
    const auto* category = std::get_if<CategoryEncoding>(&feature.encoding);
    if (encoder.layout == Layout::kTree || !category) {
      columns.push_back({f, false, false, escaped(feature.name)});
      continue;
    }
    if (category->has_missing_level) columns.push_back({f, true, true, escaped(feature.name) + "="});
    for (const std::string& level : category->levels)
      columns.push_back({f, true, false, escaped(feature.name) + "=" + escaped(level)});
  }
  return columns;
}

namespace {

/// Rows in split order are spread over the whole matrix, so the first task would fault in the whole matrix
/// without checking for cancellation. Instead, all threads clear it in pieces.
core::Result<> clear_pages(Matrix& x, core::Context& context) {
  constexpr std::size_t kPieceBytes = std::size_t{8} << 20;
  const std::size_t size_bytes = x.n_elem * sizeof(double);
  auto* const bytes = reinterpret_cast<char*>(x.memptr());
  core::prefer_huge_pages(bytes, size_bytes);
  const auto clear_piece = [&](std::size_t piece, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const std::size_t begin = piece * kPieceBytes;
    core::touch_pages(bytes + begin, std::min(kPieceBytes, size_bytes - begin));
    return {};
  };
  return context.workers.run((size_bytes + kPieceBytes - 1) / kPieceBytes, clear_piece);
}

}  // namespace

core::Result<Encoded> encode(const Encoder& encoder, const table::Table& table,
                             std::span<const std::size_t> columns, std::span<const core::TableRow> rows,
                             core::Context& context) {
  const std::vector<Source> sources = sources_of(encoder, table, columns);
  const std::size_t n_design = encoder.n_design_columns();
  RF_ASSIGN(core::Reservation memory,
            core::Reservation::of(context.budget, std::uint64_t{n_design} * rows.size() * sizeof(double),
                                  "the encoded rows"));
  Encoded encoded{std::move(memory),
                  Matrix(n_design, rows.size(), arma::fill::none),
                  std::vector<std::uint64_t>(encoder.features.size()),
                  {}};
  RF_TRY(clear_pages(encoded.x, context));
  const core::RowOrder order = core::by_table_row(rows, table.n_rows);
  const BlockEncoder block_encoder(encoder, sources, order, encoded.x);
  std::vector<BlockFindings> findings(core::block_count(rows.size()), {encoded.unknown_levels, {}});
  const auto encode_block = [&](std::size_t block, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    block_encoder.run(core::block_range(rows.size(), block), findings[block]);
    return {};
  };
  RF_TRY(context.workers.run(findings.size(), encode_block));
  for (const BlockFindings& found : findings) {
    for (std::size_t f = 0; f < found.unknown_levels.size(); ++f)
      encoded.unknown_levels[f] += found.unknown_levels[f];
    encoded.unscorable.insert(encoded.unscorable.end(), found.unscorable.begin(), found.unscorable.end());
  }
  // total order: positions, each once
  std::sort(encoded.unscorable.begin(), encoded.unscorable.end());
  return encoded;
}

core::Result<std::vector<std::size_t>> match_columns(const Encoder& encoder, const table::Table& table) {
  std::vector<std::size_t> columns;
  const table::ColumnNumbers numbers(table);
  for (const Feature& feature : encoder.features) {
    const std::size_t c = numbers.find(feature.name);
    if (c == table.columns.size()) return absent(feature, table);
    const table::Column& column = table.columns[c];
    if (column.kind() != feature.kind && !all_missing(table, column)) return other_kind(feature, column);
    columns.push_back(c);
  }
  return columns;
}

bool encode_numeric_row(const Encoder& encoder, const double* raw, double* design) {
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const Feature& feature = encoder.features[f];
    const auto& encoding = std::get<NumericEncoding>(feature.encoding);
    double value = raw[f];
    if (std::isnan(value)) {
      const core::MissingPolicy policy = encoder.missing_of(feature);
      if (policy == core::MissingPolicy::kFill)
        value = encoding.fill;
      else if (policy != core::MissingPolicy::kNative)
        return false;
    }
    design[f] = encoder.layout == Layout::kLinear ? standardised(encoding, value) : value;
  }
  return true;
}

}  // namespace rf::encode
