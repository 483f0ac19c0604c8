// SPDX-License-Identifier: MIT
// Reads a model from untrusted bytes. Every length, range and index is checked here, so that prediction can
// rely on them and does not check again. Memory is proportional to the bytes given. Pinned by
// tests/unit/artifact/model_file_test.cpp and tests/fuzz/model_fuzz.cpp.
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "artifact/forest_check.hpp"
#include "artifact/model_file.hpp"
#include "artifact/model_names.hpp"
#include "artifact/safetensors.hpp"
#include "core/family.hpp"
#include "core/number_text.hpp"
#include "core/text.hpp"
#include "json/parse.hpp"

namespace rf::artifact {
namespace {

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

/// The member `key` of a description, which must be a text.
core::Result<std::string> text_member(const json::Value& object, const char* key) {
  const json::Value* member = object.find(key);
  if (member == nullptr || !member->is_string()) {
    return invalid_model("its description lacks the text " + core::quoted(key));
  }
  return member->as_string();
}

/// The member `key`, which must be one of the given words.
template <class T, std::size_t n>
core::Result<T> word_member(const json::Value& object, const char* key, const names::Word<T> (&words)[n]) {
  RF_ASSIGN(const std::string text, text_member(object, key));
  const std::optional<T> value = names::value_of(words, text);
  if (!value) return invalid_model("its description has " + core::quoted(text) + " as " + core::quoted(key));
  return *value;
}

/// A description is mostly names and words. A parsed feature takes about 10 bytes of memory per byte of its
/// text.
constexpr std::size_t kDescriptionMemoryFactor = 12;

class ModelReader {
 public:
  explicit ModelReader(const Container& container) : container_(container) {}

  core::Result<LoadedModel> read() {
    RF_TRY(check_format());
    RF_ASSIGN(std::string version, metadata("runforge_version"));
    RF_ASSIGN(std::string digest, metadata("input_digest"));
    RF_ASSIGN(const std::string text, metadata("model"));
    core::Result<json::Value> description = json::parse(
        text, {.max_bytes = text.size(), .max_depth = 8, .max_memory_factor = kDescriptionMemoryFactor});
    if (!description.ok()) return invalid_model("its description: " + description.error().message);
    RF_TRY(read_description(*description));
    if (n_taken_ != container_.tensors.size()) return invalid_model("it holds tensors that no model has");
    return LoadedModel{std::move(model_), std::move(version), std::move(digest), format_};
  }

 private:
  core::Result<std::string> metadata(const char* key) const {
    const auto found = container_.metadata.find(key);
    if (found == container_.metadata.end()) return invalid_model("its metadata lacks " + core::quoted(key));
    return found->second;
  }

  core::Result<> check_format() {
    RF_ASSIGN(const std::string text, metadata("format"));
    const auto number = core::parse_number(text);
    if (!number || !number->is_integer || number->value < 1) {
      return invalid_model("its format is " + core::quoted(text) + ", expected a number");
    }
    if (number->value > kModelFormat) {
      return core::Error{
          core::Code::kUnsupportedFormat,
          "the model has format " + text + ", this library reads up to format " + core::decimal(kModelFormat),
          {{"expected", core::decimal(kModelFormat)}, {"got", text}}};
    }
    format_ = static_cast<int>(number->value);
    return {};
  }

  /// The values of a tensor of the given type and shape; kAny accepts any extent.
  template <class T>
  core::Result<std::vector<T>> take(const char* name, const std::vector<std::uint64_t>& shape) {
    const auto found = container_.tensors.find(name);
    if (found == container_.tensors.end()) return invalid_model("it lacks the tensor " + core::quoted(name));
    const Tensor& tensor = found->second;
    const bool fits =
        std::equal(tensor.shape.begin(), tensor.shape.end(), shape.begin(), shape.end(),
                   [](std::uint64_t has, std::uint64_t want) { return want == kAny || has == want; });
    if (tensor.dtype != dtype_of<T>() || !fits) {
      return invalid_model("the tensor " + core::quoted(name) +
                           " has another type or shape than it must have");
    }
    ++n_taken_;
    return tensor.values<T>();
  }

  core::Result<std::vector<double>> take_finite(const char* name, const std::vector<std::uint64_t>& shape) {
    RF_ASSIGN(std::vector<double> values, take<double>(name, shape));
    if (!all_finite(values))
      return invalid_model("the tensor " + core::quoted(name) + " holds a number not finite");
    return values;
  }

  core::Result<std::vector<std::string>> take_texts(const char* text_name, const char* offsets_name) {
    RF_ASSIGN(const std::vector<std::uint8_t> bytes, take<std::uint8_t>(text_name, {kAny}));
    RF_ASSIGN(const std::vector<std::int64_t> offsets, take<std::int64_t>(offsets_name, {kAny}));
    if (offsets.empty() || offsets.front() != 0 ||
        offsets.back() != static_cast<std::int64_t>(bytes.size()) ||
        !std::is_sorted(offsets.begin(), offsets.end())) {
      return invalid_model("the offsets " + core::quoted(offsets_name) +
                           " must begin with 0, must not decrease and must end with the number of bytes of " +
                           core::quoted(text_name));
    }
    std::vector<std::string> texts;
    for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
      texts.emplace_back(bytes.begin() + offsets[i], bytes.begin() + offsets[i + 1]);
      if (core::find_invalid_utf8(texts.back()) != std::string::npos) {
        return invalid_model("a text in " + core::quoted(text_name) + " is not valid UTF-8");
      }
    }
    return texts;
  }

  core::Result<> read_description(const json::Value& description) {
    RF_ASSIGN(const std::string name, text_member(description, "family"));
    RF_ASSIGN(model_.task, word_member(description, "task", names::kTasks));
    const core::FamilyInfo* known = core::find_family(name);
    if (known == nullptr) {
      return core::Error{
          core::Code::kUnsupportedFormat, "this library has no model family " + core::quoted(name), {}};
    }
    model_.family = known->family;
    if (!known->does(model_.task)) {
      return invalid_model("its family does not do its task");
    }
    if (model_.task == core::Task::kClassification) RF_TRY(read_classes(description));
    const json::Value* encoder = description.find("encoder");
    if (encoder == nullptr) return invalid_model("its description lacks the encoder");
    RF_TRY(read_encoder(*encoder));
    if (model_.encoder.layout == encode::Layout::kLinear) return read_linear(description);
    return known->form == core::Form::kBoosting ? read_boosting(description) : read_forest();
  }

  core::Result<> read_classes(const json::Value& description) {
    const json::Value* classes = description.find("classes");
    if (classes == nullptr) return invalid_model("its description lacks the classes");
    RF_ASSIGN(const std::size_t kind, word_member(*classes, "kind", names::kClassKinds));
    if (kind == 0) {
      RF_ASSIGN(const std::vector<double> numbers, take_finite(names::kClassNumbers, {kAny}));
      for (const double number : numbers) {
        if (number != std::floor(number)) return invalid_model("a class is not a whole number");
        model_.classes.emplace_back(number);
      }
    } else if (kind == 1) {
      model_.classes = {false, true};
    } else {
      RF_ASSIGN(std::vector<std::string> texts, take_texts(names::kClassText, names::kClassOffsets));
      for (std::string& text : texts) model_.classes.emplace_back(std::move(text));
    }
    const auto out_of_order = [](const core::ClassLabel& a, const core::ClassLabel& b) { return !(a < b); };
    if (model_.classes.size() < 2 || std::adjacent_find(model_.classes.begin(), model_.classes.end(),
                                                        out_of_order) != model_.classes.end()) {
      return invalid_model("its classes are fewer than two or do not ascend");
    }
    return {};
  }

  core::Result<> read_encoder(const json::Value& description) {
    encode::Encoder& encoder = model_.encoder;
    RF_ASSIGN(encoder.layout, word_member(description, "layout", names::kLayouts));
    RF_ASSIGN(encoder.missing, read_policy(description));
    const json::Value* features = description.find("features");
    if (features == nullptr || !features->is_array())
      return invalid_model("its description lacks the features");
    std::set<std::string_view> seen;
    for (const json::Value& entry : features->as_array()) {
      RF_TRY(read_feature(entry));
      if (!seen.insert(entry.find("name")->as_string()).second) {
        return invalid_model("two of its features have one name");
      }
    }
    RF_TRY(read_numeric_encodings());
    return read_category_encodings();
  }

  const core::FamilyInfo& family() const { return core::family_info(model_.family); }

  /// The link of a family that computes raw scores.
  model::Link expected_link() const {
    const core::Links& links = *family().links;
    if (model_.task == core::Task::kRegression) return links.regression;
    return model_.classes.size() <= 2 ? links.two_classes : links.more_classes;
  }

  /// The member `missing` of the encoder or of a feature.
  core::Result<core::MissingPolicy> read_policy(const json::Value& description) const {
    RF_ASSIGN(const core::MissingPolicy policy, word_member(description, "missing", names::kPolicies));
    if (policy == core::MissingPolicy::kNative && !family().native_missing)
      return invalid_model("its family does not take missing values as they are");
    return policy;
  }

  core::Result<> read_feature(const json::Value& entry) {
    encode::Feature feature;
    RF_ASSIGN(feature.name, text_member(entry, "name"));
    RF_ASSIGN(feature.kind, word_member(entry, "kind", names::kKinds));
    const json::Value* missing = entry.find("missing_level");
    if (feature.kind == core::Kind::kCategory) {
      encode::CategoryEncoding category;
      category.has_missing_level = missing != nullptr;
      feature.encoding = std::move(category);
    }
    if (missing != nullptr && (feature.kind != core::Kind::kCategory || *missing != json::Value(true))) {
      return invalid_model(
          "its description has a missing_level at a feature that is not a category, or with another value "
          "than true");
    }
    if (entry.find("missing") != nullptr) {
      RF_ASSIGN(feature.missing, read_policy(entry));
    }
    model_.encoder.features.push_back(std::move(feature));
    return {};
  }

  core::Result<> read_numeric_encodings() {
    encode::Encoder& encoder = model_.encoder;
    std::vector<encode::NumericEncoding*> numeric;
    for (encode::Feature& feature : encoder.features) {
      if (auto* encoding = std::get_if<encode::NumericEncoding>(&feature.encoding))
        numeric.push_back(encoding);
    }
    if (names::holds_fill(encoder)) {
      RF_ASSIGN(const std::vector<double> fill, take_finite(names::kEncoderFill, {numeric.size()}));
      for (std::size_t i = 0; i < numeric.size(); ++i) numeric[i]->fill = fill[i];
    }
    if (encoder.layout == encode::Layout::kLinear) {
      RF_ASSIGN(const std::vector<double> mean, take_finite(names::kEncoderMean, {numeric.size()}));
      RF_ASSIGN(const std::vector<double> scale, take_finite(names::kEncoderScale, {numeric.size()}));
      for (std::size_t i = 0; i < numeric.size(); ++i) {
        if (!(scale[i] > 0)) return invalid_model("a feature's scale is not above 0");
        numeric[i]->mean = mean[i];
        numeric[i]->scale = scale[i];
      }
    }
    return {};
  }

  core::Result<> read_category_encodings() {
    std::vector<encode::CategoryEncoding*> categories;
    for (encode::Feature& feature : model_.encoder.features) {
      if (auto* encoding = std::get_if<encode::CategoryEncoding>(&feature.encoding))
        categories.push_back(encoding);
    }
    RF_ASSIGN(const std::vector<std::int64_t> counts,
              take<std::int64_t>(names::kLevelCounts, {categories.size()}));
    RF_ASSIGN(std::vector<std::string> levels, take_texts(names::kLevelText, names::kLevelOffsets));
    std::size_t next = 0;
    for (std::size_t i = 0; i < categories.size(); ++i) {
      if (counts[i] < 0 || static_cast<std::uint64_t>(counts[i]) > levels.size() - next) {
        return invalid_model("a feature's number of levels is out of range");
      }
      std::vector<std::string>& own = categories[i]->levels;
      for (std::int64_t k = 0; k < counts[i]; ++k) own.push_back(std::move(levels[next++]));
      if (std::adjacent_find(own.begin(), own.end(), std::greater_equal<>()) != own.end()) {
        return invalid_model("a feature's levels do not ascend");
      }
    }
    if (next != levels.size()) return invalid_model("levels are left that belong to no feature");
    return {};
  }

  core::Result<> read_linear(const json::Value& description) {
    model::LinearModel linear;
    RF_ASSIGN(linear.link, word_member(description, "link", names::kLinks));
    linear.n_features = model_.encoder.n_design_columns();
    const std::size_t n_scores = model_.classes.size() <= 2 ? 1 : model_.classes.size();
    if (family().form != core::Form::kLinear || linear.link != expected_link())
      return invalid_model("its family, layout and link do not go together");
    RF_ASSIGN(linear.coefficients, take_finite(names::kLinearCoefficients, {n_scores, linear.n_features}));
    RF_ASSIGN(linear.intercepts, take_finite(names::kLinearIntercepts, {n_scores}));
    model_.fitted = std::move(linear);
    return {};
  }

  core::Result<> read_forest() {
    if (family().form != core::Form::kForest) {
      return invalid_model("its family and layout do not go together");
    }
    RF_ASSIGN(model::Forest forest, read_trees(model_.classes.empty() ? 1 : model_.classes.size()));
    if (model_.family == core::Family::kDecisionTree && forest.n_trees() != 1)
      return invalid_model("a decision tree is one tree");
    model_.fitted = std::move(forest);
    return {};
  }

  core::Result<> read_boosting(const json::Value& description) {
    model::Boosting boosting;
    const std::size_t n_scores = model_.classes.size() <= 2 ? 1 : model_.classes.size();
    RF_ASSIGN(boosting.link, word_member(description, "link", names::kLinks));
    if (boosting.link != expected_link()) return invalid_model("its task and link do not go together");
    RF_ASSIGN(boosting.base_scores, take_finite(names::kBoostingBaseScores, {n_scores}));
    RF_ASSIGN(boosting.trees, read_trees(1));
    if (boosting.trees.n_trees() % n_scores != 0)
      return invalid_model("its trees are not the same number for every class");
    model_.fitted = std::move(boosting);
    return {};
  }

  core::Result<model::Forest> read_trees(std::size_t n_outputs) {
    model::Forest forest;
    forest.n_features = model_.encoder.features.size();
    forest.n_outputs = n_outputs;
    RF_ASSIGN(forest.tree_offsets, take<std::int64_t>(names::kForestTreeOffsets, {kAny}));
    RF_ASSIGN(forest.feature, take<std::int32_t>(names::kForestFeature, {kAny}));
    RF_ASSIGN(forest.threshold, take<double>(names::kForestThreshold, {kAny}));
    RF_ASSIGN(forest.left, take<std::int32_t>(names::kForestLeft, {kAny}));
    RF_ASSIGN(forest.right, take<std::int32_t>(names::kForestRight, {kAny}));
    RF_ASSIGN(forest.default_left, take<std::uint8_t>(names::kForestDefaultLeft, {kAny}));
    RF_ASSIGN(forest.level_set, take<std::int32_t>(names::kForestLevelSet, {kAny}));
    RF_ASSIGN(forest.level_set_words, take<std::int32_t>(names::kForestLevelSetWords, {kAny}));
    RF_ASSIGN(forest.level_words, take<std::uint32_t>(names::kForestLevelWords, {kAny}));
    RF_ASSIGN(forest.leaf, take<std::int32_t>(names::kForestLeaf, {kAny}));
    RF_ASSIGN(forest.leaf_values, take<double>(names::kForestLeafValues, {kAny, forest.n_outputs}));
    RF_ASSIGN(forest.split_gain, take<double>(names::kForestSplitGain, {kAny}));
    RF_TRY(check_forest(forest, model_.encoder));
    return forest;
  }

  static constexpr std::uint64_t kAny = UINT64_MAX;
  const Container& container_;
  model::Model model_;
  std::size_t n_taken_ = 0;
  int format_ = 0;
};

}  // namespace

core::Result<LoadedModel> read_model(std::string_view bytes) {
  RF_ASSIGN(const Container container, read_safetensors(bytes));
  return ModelReader(container).read();
}

}  // namespace rf::artifact
