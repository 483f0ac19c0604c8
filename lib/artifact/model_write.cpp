// SPDX-License-Identifier: MIT
// Writes a model as bytes: a short description in the header, and everything that may be large as tensors.
// The bytes depend only on the model and its origin. Pinned by tests/unit/artifact/model_file_test.cpp.
#include <deque>
#include <utility>

#include "artifact/model_file.hpp"
#include "artifact/model_names.hpp"
#include "artifact/safetensors.hpp"
#include "artifact/version.hpp"
#include "core/text.hpp"
#include "json/write.hpp"

namespace rf::artifact {
namespace {

/// Texts as one sequence of bytes. Text i occupies bytes offsets[i] to offsets[i + 1], the end excluded.
struct TextTable {
  std::vector<std::uint8_t> bytes;
  std::vector<std::int64_t> offsets = {0};

  void add(const std::string& text) {
    bytes.insert(bytes.end(), text.begin(), text.end());
    offsets.push_back(static_cast<std::int64_t>(bytes.size()));
  }
};

/// Collects the tensors of a model. It owns the arrays made on the way and keeps them until the bytes are
/// written.
class ModelWriter {
 public:
  explicit ModelWriter(const model::Model& model) : model_(model) {}

  /// Returns the content of the file. It is valid as long as this object and the model.
  const Container& collect(const ModelOrigin& origin) {
    json::Value description;
    description.set("family", core::family_name(model_.family)).set("task", core::task_name(model_.task));
    if (!model_.classes.empty()) description.set("classes", add_classes());
    description.set("encoder", add_encoder());
    if (const auto* linear = std::get_if<model::LinearModel>(&model_.fitted)) {
      description.set("link", names::text_of(names::kLinks, linear->link));
      add_linear(*linear);
    } else if (const auto* boosting = std::get_if<model::Boosting>(&model_.fitted)) {
      description.set("link", names::text_of(names::kLinks, boosting->link));
      borrow(names::kBoostingBaseScores, boosting->base_scores);
      add_forest(boosting->trees);
    } else {
      add_forest(std::get<model::Forest>(model_.fitted));
    }
    container_.metadata = {{"format", core::decimal(kModelFormat)},
                           {"runforge_version", origin.runforge_version},
                           {"input_digest", origin.input_digest},
                           {"model", json::canonical(description)}};
    return container_;
  }

 private:
  template <class T>
  void borrow(const char* name, const std::vector<T>& values, std::vector<std::uint64_t> shape) {
    container_.tensors[name] = Tensor::of(values, std::move(shape));
  }
  template <class T>
  void borrow(const char* name, const std::vector<T>& values) {
    borrow(name, values, {values.size()});
  }
  std::vector<double>& new_numbers() { return numbers_.emplace_back(); }
  TextTable& new_texts() { return texts_.emplace_back(); }

  json::Value add_classes() {
    const std::size_t kind = model_.classes.front().index();
    if (kind == 0) {
      std::vector<double>& values = new_numbers();
      for (const core::ClassLabel& label : model_.classes) values.push_back(std::get<double>(label));
      borrow(names::kClassNumbers, values);
    } else if (kind == 2) {
      TextTable& texts = new_texts();
      for (const core::ClassLabel& label : model_.classes) texts.add(std::get<std::string>(label));
      borrow(names::kClassText, texts.bytes);
      borrow(names::kClassOffsets, texts.offsets);
    }
    return json::Value::object().set("kind", names::text_of(names::kClassKinds, kind));
  }

  json::Value add_encoder() {
    const encode::Encoder& encoder = model_.encoder;
    std::vector<double>& fill = new_numbers();
    std::vector<double>& mean = new_numbers();
    std::vector<double>& scale = new_numbers();
    TextTable& levels = new_texts();
    json::Value features = json::Value::array();
    for (const encode::Feature& feature : encoder.features) {
      json::Value entry;
      entry.set("name", feature.name).set("kind", core::kind_name(feature.kind));
      if (const auto* numeric = std::get_if<encode::NumericEncoding>(&feature.encoding)) {
        fill.push_back(numeric->fill);
        mean.push_back(numeric->mean);
        scale.push_back(numeric->scale);
      } else {
        const auto& category = std::get<encode::CategoryEncoding>(feature.encoding);
        if (category.has_missing_level) entry.set("missing_level", true);
        level_counts_.push_back(static_cast<std::int64_t>(category.levels.size()));
        for (const std::string& level : category.levels) levels.add(level);
      }
      if (feature.missing) entry.set("missing", core::missing_policy_name(*feature.missing));
      features.push(std::move(entry));
    }
    if (names::holds_fill(encoder)) borrow(names::kEncoderFill, fill);
    if (encoder.layout == encode::Layout::kLinear) {
      borrow(names::kEncoderMean, mean);
      borrow(names::kEncoderScale, scale);
    }
    borrow(names::kLevelCounts, level_counts_);
    borrow(names::kLevelOffsets, levels.offsets);
    borrow(names::kLevelText, levels.bytes);
    return json::Value::object()
        .set("layout", names::text_of(names::kLayouts, encoder.layout))
        .set("missing", core::missing_policy_name(encoder.missing))
        .set("features", std::move(features));
  }

  void add_linear(const model::LinearModel& linear) {
    borrow(names::kLinearCoefficients, linear.coefficients, {linear.n_scores(), linear.n_features});
    borrow(names::kLinearIntercepts, linear.intercepts);
  }

  void add_forest(const model::Forest& forest) {
    borrow(names::kForestTreeOffsets, forest.tree_offsets);
    borrow(names::kForestFeature, forest.feature);
    borrow(names::kForestThreshold, forest.threshold);
    borrow(names::kForestLeft, forest.left);
    borrow(names::kForestRight, forest.right);
    borrow(names::kForestDefaultLeft, forest.default_left);
    borrow(names::kForestLevelSet, forest.level_set);
    borrow(names::kForestLevelSetWords, forest.level_set_words);
    borrow(names::kForestLevelWords, forest.level_words);
    borrow(names::kForestLeaf, forest.leaf);
    borrow(names::kForestLeafValues, forest.leaf_values,
           {forest.leaf_values.size() / forest.n_outputs, forest.n_outputs});
    borrow(names::kForestSplitGain, forest.split_gain);
  }

  const model::Model& model_;
  Container container_;
  // Deques, because growing one does not move the elements from which tensors borrow.
  std::deque<std::vector<double>> numbers_;
  std::deque<TextTable> texts_;
  std::vector<std::int64_t> level_counts_;
};

}  // namespace

std::string write_model(const model::Model& model, const std::string& input_digest) {
  return write_model(model, ModelOrigin{runforge_version(), input_digest});
}

std::string write_model(const model::Model& model, const ModelOrigin& origin) {
  return write_safetensors(ModelWriter(model).collect(origin));
}

bool is_written_model(const model::Model& model, const ModelOrigin& origin, std::string_view bytes) {
  return are_safetensors_of(ModelWriter(model).collect(origin), bytes);
}

}  // namespace rf::artifact
