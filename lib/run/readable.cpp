// SPDX-License-Identifier: MIT
// The size of an entry is measured on the documents themselves: it is the growth of a document when one
// feature is added that has no name and whose numbers are 0.
#include "run/readable.hpp"

#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "artifact/safetensors.hpp"
#include "core/text.hpp"
#include "encode/encoder.hpp"
#include "json/write.hpp"
#include "run/result_files.hpp"

namespace rf::run {
namespace {

using core::Result;

/// `at_least` is "at least " or "", a part of the message.
core::Error too_large(const std::string& name, const std::string& at_least, std::uint64_t size,
                      std::uint64_t limit) {
  const std::string most = core::decimal(static_cast<std::int64_t>(limit));
  const core::Details details = {{"file", name}, {"limit", static_cast<std::int64_t>(limit)}};
  if (name == artifact::kModel)
    return {core::Code::kLimitReached,
            "the header of " + name + " would have more than " + most + " bytes, and could not be read",
            details};
  return {core::Code::kLimitReached,
          name + " would have " + at_least + core::decimal(static_cast<std::int64_t>(size)) +
              " bytes; no document of more than " + most + " bytes can be read",
          details};
}

/// The size of the text as a JSON string, without the quotes.
std::uint64_t text_bytes(std::string_view text) {
  std::string quoted;
  json::append_string(quoted, text);
  return quoted.size() - 2;
}

/// The total number of digits of the numbers 1 to n.
std::uint64_t digits_up_to(std::uint64_t n) {
  std::uint64_t digits = 0;
  for (std::uint64_t first = 1; first <= n; first *= 10) digits += n - first + 1;
  return digits;
}

/// A model without anything fitted, whose features have empty names.
model::Model blank_model(bool is_linear, std::size_t n_features) {
  model::Model model;
  model.family = is_linear ? core::Family::kRidgeRegression : core::Family::kRandomForest;
  model.task = core::Task::kRegression;
  model.encoder.layout = is_linear ? encode::Layout::kLinear : encode::Layout::kTree;
  model.encoder.features.assign(n_features, {"", core::Kind::kNumeric, encode::NumericEncoding{}});
  if (is_linear) {
    model.fitted = model::LinearModel{model::Link::kIdentity, n_features, std::vector<double>(n_features),
                                      std::vector<double>(1)};
  } else {
    model::Forest forest;
    forest.n_features = n_features;
    forest.n_outputs = 1;
    model.fitted = std::move(forest);
  }
  return model;
}

/// Returns the bytes by which an explanation grows for each further feature. The name of the feature and the
/// digits of its rank and index are not counted.
std::uint64_t explained_bytes(bool is_linear) {
  const auto size = [&](std::size_t n_features) {
    const model::Model model = blank_model(is_linear, n_features);
    return json::pretty(is_linear ? artifact::coefficients_document(model)
                                  : artifact::importance_document(model))
        .size();
  };
  // Beyond the first features, which the top list names again, and where rank and number have two digits.
  constexpr std::size_t kMany = 50;
  const std::size_t n_digits = is_linear ? 2 : 4;
  return size(kMany + 1) - size(kMany) - n_digits;
}

/// The number of design columns that are not constant over the training rows.
std::uint64_t n_varying(const encode::Encoder& encoder) {
  std::uint64_t n = 0;
  for (const encode::Feature& feature : encoder.features) {
    if (const auto* number = std::get_if<encode::NumericEncoding>(&feature.encoding))
      n += number->scale == 1 ? 0 : 1;
    else if (const std::size_t n_levels =
                 std::get<encode::CategoryEncoding>(feature.encoding).n_design_levels();
             n_levels > 1)
      n += n_levels;
  }
  return n;
}

/// Whether the penalty can make coefficients exactly 0.
bool may_be_sparse(const params::Parameters& parameters) {
  const auto* const logistic = std::get_if<params::LogisticRegression>(&parameters);
  return logistic != nullptr &&
         (logistic->penalty == params::Penalty::kL1 || logistic->penalty == params::Penalty::kElasticNet);
}

std::uint64_t coefficients_bytes(const model::Model& model, std::size_t n_scores, bool may_be_sparse) {
  // The characters that a fitted number has beyond the 0 of a blank model. 17 or 18 digits and signs are
  // usual, so the sum over a thousand numbers is never less than this estimate.
  constexpr std::uint64_t kMoreDigits = 15;
  const std::vector<encode::DesignColumn> columns = encode::design_columns(model.encoder);
  std::uint64_t bytes = columns.size() * explained_bytes(true) + digits_up_to(columns.size());
  for (const encode::DesignColumn& column : columns) bytes += text_bytes(column.name);
  if (!may_be_sparse) bytes += 2 * kMoreDigits * n_varying(model.encoder);
  return n_scores * bytes;
}

std::uint64_t importance_bytes(const model::Model& model) {
  const std::size_t n = model.encoder.features.size();
  std::uint64_t bytes = n * explained_bytes(false) + digits_up_to(n) + (n > 0 ? 1 + digits_up_to(n - 1) : 0);
  for (const encode::Feature& feature : model.encoder.features) bytes += 2 * text_bytes(feature.name);
  return bytes;
}

/// The size of the entry of a column with this role and kind and an empty name.
std::uint64_t column_bytes(table::Role role, core::Kind kind, bool has_numbers) {
  table::ColumnProfile profile{"", kind, 0, 0, {}, {}, 0};
  if (has_numbers) profile.numeric = table::NumericSummary{0, 0, 0, 0};
  const auto size = [&](std::size_t n_columns) {
    const std::vector<table::ColumnProfile> profiles(n_columns, profile);
    const std::vector<table::Role> roles(n_columns, role);
    return json::pretty(json::Value::object().set("columns", artifact::columns_value(profiles, roles)))
        .size();
  };
  return size(2) - size(1);
}

std::uint64_t dataset_bytes(const table::Table& table, const Dealt& dealt) {
  std::map<std::tuple<table::Role, core::Kind, bool>, std::uint64_t> known;
  std::uint64_t bytes = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const table::Column& column = table.columns[c];
    // A numeric column with a value in one of the first rows has a range. Other columns may have one too.
    bool has_numbers = false;
    for (std::size_t row = 0; column.kind() == core::Kind::kNumeric && row < table.n_rows && row < 8; ++row)
      has_numbers = has_numbers || !column.is_missing(static_cast<core::TableRow>(row));
    const std::tuple key(dealt.selection.roles[c], column.kind(), has_numbers);
    const auto found = known.find(key);
    bytes += text_bytes(column.name) +
             (found != known.end() ? found->second : (known[key] = std::apply(column_bytes, key)));
  }
  return bytes;
}

std::uint64_t header_bytes(const model::Model& model) {
  std::uint64_t bytes = 0;
  for (const encode::Feature& feature : model.encoder.features) {
    json::Value entry;
    entry.set("name", feature.name).set("kind", core::kind_name(feature.kind));
    bytes += text_bytes(json::canonical(entry));
  }
  return bytes;
}

/// The size of a matrix with a row and a column for each class, all 0.
std::uint64_t confusion_bytes(std::uint64_t n_classes) {
  const auto size = [](std::size_t n) {
    json::Value row = json::Value::array();
    for (std::size_t i = 0; i < n; ++i) row.push(0);
    json::Value matrix = json::Value::array();
    matrix.push(std::move(row));
    return json::pretty(json::Value::object().set("confusion_matrix", std::move(matrix))).size();
  };
  return n_classes * n_classes * (size(2) - size(1));
}

}  // namespace

Result<> check_readable(std::span<const artifact::File> files) {
  constexpr std::size_t kHeadBytes = 16;
  for (const artifact::File& file : files) {
    if (file.name == artifact::kModel) {
      if (!artifact::check_head(std::string_view(file.bytes).substr(0, kHeadBytes), file.bytes.size()).ok())
        return too_large(file.name, "", file.bytes.size(), artifact::kMostHeaderBytes);
    } else if (file.bytes.size() > artifact::kMostDocumentBytes) {
      return too_large(file.name, "", file.bytes.size(), artifact::kMostDocumentBytes);
    }
  }
  return {};
}

LeastBytes least_bytes(const table::Table& table, const TrainConfig& config, const Dealt& dealt,
                       const model::Model& model) {
  const std::uint64_t n_classes = model.classes.size();
  LeastBytes least;
  least[artifact::kDataset] = dataset_bytes(table, dealt);
  least[artifact::kModel] = header_bytes(model);
  least[artifact::kRecord] =
      json::canonical(config.requested).size() + json::canonical(config.resolved).size();
  const core::Explanation explanation = core::family_info(config.family).explanation;
  if (explanation == core::Explanation::kCoefficients)
    least[artifact::kCoefficients] =
        coefficients_bytes(model, n_classes > 2 ? n_classes : 1, may_be_sparse(config.parameters.parameters));
  if (explanation == core::Explanation::kImportance) least[artifact::kImportance] = importance_bytes(model);
  if (!dealt.validation_rows.empty()) least[artifact::kMetrics] = confusion_bytes(n_classes);
  return least;
}

Result<> check_room(const LeastBytes& least, std::uint64_t most_document_bytes) {
  for (const auto& [name, bytes] : least) {
    const std::uint64_t limit = name == artifact::kModel ? artifact::kMostHeaderBytes : most_document_bytes;
    if (bytes > limit) return too_large(name, "at least ", bytes, limit);
  }
  return {};
}

}  // namespace rf::run
