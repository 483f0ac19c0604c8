// SPDX-License-Identifier: MIT
// write_model and read_model: the same model comes back, and bytes from anywhere give a model that predicts
// or a refusal. A reader written apart stands in read_safetensors.py; longer runs in
// tests/fuzz/model_fuzz.cpp.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "artifact/model_file.hpp"
#include "artifact/safetensors.hpp"
#include "artifact/version.hpp"
#include "core/context.hpp"
#include "core/file.hpp"
#include "json/parse.hpp"
#include "unit/artifact/sample_models.hpp"

namespace rf::artifact {
namespace {

using test::kInputDigest;

/// Predicts one row of zeros, as a user of a model that was let in would.
std::vector<double> predict_zeros(const model::Model& model) {
  const std::vector<double> x(model.encoder.n_design_columns());
  std::vector<double> out(model::n_outputs(model));
  model::predict_samples(model, {x.data(), x.size(), 1, x.size()}, core::baseline_kernels(), out.data());
  return out;
}

/// Reads bytes that may be broken: a refusal must name itself, a model must be usable and stay the same.
void check_any(const std::string& bytes) {
  const auto loaded = read_model(bytes);
  if (!loaded.ok()) {
    EXPECT_TRUE(loaded.error().code == core::Code::kInvalidModel ||
                loaded.error().code == core::Code::kUnsupportedFormat);
    EXPECT_FALSE(loaded.error().message.empty());
    return;
  }
  EXPECT_EQ(predict_zeros(loaded->model).size(), model::n_outputs(loaded->model));
  const std::string again = write_model(loaded->model, loaded->input_digest);
  const auto reread = read_model(again);
  ASSERT_TRUE(reread.ok()) << reread.error().message;
  EXPECT_EQ(write_model(reread->model, reread->input_digest), again);
}

core::Error refusal(const model::Model& model) {
  const auto loaded = read_model(write_model(model, kInputDigest));
  if (!loaded.ok()) return loaded.error();
  ADD_FAILURE() << "was let in";
  return {};
}

/// The bytes with one text of the header replaced by another of the same length.
std::string with(std::string bytes, const std::string& from, const std::string& to) {
  EXPECT_EQ(from.size(), to.size());
  const std::size_t at = bytes.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return bytes.replace(at, from.size(), to);
}

TEST(ModelFile, ComesBackByteForByte) {
  for (const auto& [name, model] : test::sample_models()) {
    SCOPED_TRACE(name);
    const std::string bytes = write_model(model, kInputDigest);
    const auto loaded = read_model(bytes);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(write_model(loaded->model, loaded->input_digest), bytes);
    EXPECT_TRUE(is_written_model(loaded->model, {runforge_version(), kInputDigest}, bytes));
    EXPECT_FALSE(is_written_model(loaded->model, {runforge_version(), std::string(64, '0')}, bytes));
    EXPECT_FALSE(is_written_model(loaded->model, {"0.1.0", kInputDigest}, bytes));
    EXPECT_EQ(loaded->input_digest, kInputDigest);
    EXPECT_EQ(loaded->runforge_version, runforge_version());
    EXPECT_EQ(loaded->model.family, model.family);
    EXPECT_EQ(loaded->model.task, model.task);
    EXPECT_EQ(loaded->model.classes, model.classes);
    EXPECT_EQ(loaded->model.fitted.index(), model.fitted.index());
    EXPECT_EQ(predict_zeros(loaded->model), predict_zeros(model));
  }
}

TEST(ModelFile, FilesOfFormat1StayReadable) {
  // Written by version 0.1.0; they change only together with the format.
  for (const auto& [name, model] : test::sample_models()) {
    const auto bytes =
        core::read_file(std::string(RUNFORGE_TEST_DATA_DIR "/models/") + name + ".safetensors");
    ASSERT_TRUE(bytes.ok()) << bytes.error().message;
    const auto loaded = read_model(*bytes);
    ASSERT_TRUE(loaded.ok()) << name << ": " << loaded.error().message;
    EXPECT_EQ(loaded->runforge_version, "0.1.0");
    EXPECT_EQ(write_model(loaded->model, kInputDigest), write_model(model, kInputDigest)) << name;
  }
}

TEST(ModelFile, KeepsTheEncoder) {
  const auto loaded = read_model(write_model(test::binary_model(), kInputDigest));
  ASSERT_TRUE(loaded.ok());
  const encode::Encoder& encoder = loaded->model.encoder;
  EXPECT_EQ(encoder.layout, encode::Layout::kLinear);
  EXPECT_EQ(encoder.missing, core::MissingPolicy::kFill);
  ASSERT_EQ(encoder.features.size(), 3u);
  EXPECT_EQ(encoder.features[0].name, "age");
  const auto& age = std::get<encode::NumericEncoding>(encoder.features[0].encoding);
  EXPECT_EQ(age.fill, 30);
  EXPECT_EQ(age.mean, 31.5);
  EXPECT_EQ(age.scale, 12.25);
  EXPECT_EQ(encoder.features[1].kind, core::Kind::kBoolean);
  const auto& category = std::get<encode::CategoryEncoding>(encoder.features[2].encoding);
  EXPECT_EQ(category.levels, (std::vector<std::string>{"x\\y", "z"}));
  EXPECT_TRUE(category.has_missing_level);
}

TEST(ModelFile, KeepsThePolicyOfEachFeature) {
  using core::MissingPolicy;
  model::Model model = test::boosting_model();
  model.encoder.missing = MissingPolicy::kError;
  for (const auto& own : {std::optional<MissingPolicy>(), std::optional(MissingPolicy::kFill),
                          std::optional(MissingPolicy::kNative), std::optional(MissingPolicy::kDropRows)}) {
    model.encoder.features[0] = test::numeric("x", own == MissingPolicy::kFill ? 1.5 : 0, 0, 1);
    model.encoder.features[0].missing = own;
    const std::string bytes = write_model(model, kInputDigest);
    const auto loaded = read_model(bytes);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    const encode::Encoder& encoder = loaded->model.encoder;
    EXPECT_EQ(encoder.missing, MissingPolicy::kError);
    EXPECT_EQ(encoder.features[0].missing, own);
    EXPECT_EQ(encoder.missing_of(encoder.features[0]), own.value_or(MissingPolicy::kError));
    EXPECT_EQ(std::get<encode::NumericEncoding>(encoder.features[0].encoding).fill,
              own == MissingPolicy::kFill ? 1.5 : 0);
    EXPECT_EQ(write_model(loaded->model, kInputDigest), bytes);
  }
}

TEST(ModelFile, HoldsOnlyTextsInItsMetadata) {
  const std::string bytes = write_model(test::forest_model(), kInputDigest);
  const auto container = read_safetensors(bytes);
  ASSERT_TRUE(container.ok());
  EXPECT_EQ(container->metadata.size(), 4u);
  EXPECT_EQ(container->metadata.at("format"), "1");
  const auto description = json::parse(container->metadata.at("model"));
  ASSERT_TRUE(description.ok());
  EXPECT_EQ(description->find("family")->as_string(), "random_forest");
  EXPECT_EQ(description->find("classes")->find("kind")->as_string(), "boolean");
}

TEST(ModelFile, TruncationAtEveryByteIsRefused) {
  for (const auto& [name, model] : test::sample_models()) {
    const std::string bytes = write_model(model, kInputDigest);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto loaded = read_model(std::string_view(bytes).substr(0, size));
      ASSERT_FALSE(loaded.ok()) << name << " cut to " << size;
      EXPECT_EQ(loaded.error().code, core::Code::kInvalidModel);
    }
    EXPECT_EQ(read_model(bytes + "x").error().code, core::Code::kInvalidModel);
  }
}

TEST(ModelFile, AFlippedByteGivesAModelOrARefusal) {
  for (const auto& [name, model] : test::sample_models()) {
    SCOPED_TRACE(name);
    const std::string bytes = write_model(model, kInputDigest);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const int flip : {0x01, 0xFF}) {
        std::string flipped = bytes;
        flipped[at] = static_cast<char>(flipped[at] ^ flip);
        check_any(flipped);
      }
    }
  }
}

TEST(ModelFile, ANewerFormatIsUnsupported) {
  const auto loaded = read_model(
      with(write_model(test::ridge_model(), kInputDigest), "\"format\":\"1\"", "\"format\":\"2\""));
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, core::Code::kUnsupportedFormat);
  EXPECT_EQ(loaded.error().message, "the model has format 2, this library reads up to format 1");
}

TEST(ModelFile, AnUnknownFamilyIsUnsupported) {
  const auto loaded = read_model(
      with(write_model(test::ridge_model(), kInputDigest), "ridge_regression", "gaussian_process"));
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, core::Code::kUnsupportedFormat);
  EXPECT_EQ(loaded.error().message, "this library has no model family \"gaussian_process\"");
}

TEST(ModelFile, NumbersThatAreNotFiniteAreRefused) {
  for (const double bad :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    model::Model model = test::ridge_model();
    std::get<model::LinearModel>(model.fitted).intercepts[0] = bad;
    EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
    model = test::regression_tree_model();
    std::get<model::Forest>(model.fitted).threshold[0] = bad;
    EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
    model = test::regression_tree_model();
    std::get<model::Forest>(model.fitted).leaf_values[1] = bad;
    EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  }
}

TEST(ModelFile, ScalesAreAboveZero) {
  model::Model model = test::ridge_model();
  std::get<encode::NumericEncoding>(model.encoder.features[0].encoding).scale = 0;
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
}

TEST(ModelFile, LevelsAndClassesAscend) {
  model::Model model = test::binary_model();
  std::get<encode::CategoryEncoding>(model.encoder.features[2].encoding).levels = {"z", "z"};
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::binary_model();
  model.classes = {std::string("yes"), std::string("no")};
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::softmax_model();
  model.classes = {0.0, 0.5, 1.0};
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
}

TEST(ModelFile, TextsAreValidUtf8) {
  model::Model model = test::binary_model();
  model.classes = {std::string("no"), std::string("yes\xFF")};
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
}

TEST(ModelFile, SizesMustAgree) {
  model::Model model = test::softmax_model();
  model.classes.pop_back();  // three scores, two classes
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::softmax_model();
  model.encoder.features.pop_back();  // two coefficients per class, one design column
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::forest_model();
  model.classes = {0.0, 1.0, 2.0};  // two outputs, three classes
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
}

TEST(ModelFile, FamilyTaskAndLinkGoTogether) {
  model::Model model = test::binary_model();
  model.family = core::Family::kLinearSvc;  // with probabilities
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::ridge_model();
  model.task = core::Task::kClassification;
  model.classes = {false, true};
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::forest_model();
  model.family = core::Family::kDecisionTree;  // of two trees
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::forest_model();
  model.family = core::Family::kLogisticRegression;
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
}

TEST(ModelFile, BoostedTreesMustFitTheirScores) {
  model::Model model = test::boosting_classes_model();
  std::get<model::Boosting>(model.fitted).trees = test::boosting_trees(4);  // three classes
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::boosting_classes_model();
  std::get<model::Boosting>(model.fitted).base_scores.pop_back();
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::boosting_model();
  std::get<model::Boosting>(model.fitted).link = model::Link::kIdentity;
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::boosting_model();
  std::get<model::Boosting>(model.fitted).base_scores[0] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::boosting_model();
  std::get<model::Boosting>(model.fitted).trees.right[0] = 0;  // a cycle
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
  model = test::boosting_model();
  model.family = core::Family::kRandomForest;
  EXPECT_EQ(refusal(model).code, core::Code::kInvalidModel);
}

TEST(ModelFile, OnlyFamiliesThatTakeMissingValuesMaySayNative) {
  model::Model model = test::softmax_model();
  model.encoder.missing = core::MissingPolicy::kNative;
  EXPECT_EQ(refusal(model).message,
            "not a model that this library wrote: its family does not take missing values as they are");
  model.encoder.missing = core::MissingPolicy::kDropRows;
  model.encoder.features[1].missing = core::MissingPolicy::kNative;
  EXPECT_EQ(refusal(model).message,
            "not a model that this library wrote: its family does not take missing values as they are");
}

TEST(ModelFile, APolicyThatIsNoneIsRefused) {
  model::Model model = test::boosting_model();
  model.encoder.features[0].missing = core::MissingPolicy::kError;
  std::string bytes = write_model(model, kInputDigest);
  const std::string word = R"(\"missing\":\"error\")";
  ASSERT_NE(bytes.find(word), std::string::npos);
  bytes.replace(bytes.find(word), word.size(), R"(\"missing\":\"errer\")");
  const auto loaded = read_model(bytes);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().message,
            "not a model that this library wrote: its description has \"errer\" as \"missing\"");
}

TEST(ModelFile, FeatureNamesAreDistinct) {
  model::Model model = test::softmax_model();
  model.encoder.features[1].name = "x";
  EXPECT_EQ(refusal(model).message, "not a model that this library wrote: two of its features have one name");
}

TEST(ModelFile, ManyLevelsComeBack) {
  model::Model model = test::regression_tree_model();
  std::vector<std::string> levels;
  for (int i = 1000; i < 3000; ++i) levels.push_back("level " + std::to_string(i));
  model.encoder.features[0] = test::category("x", levels, true);
  auto& forest = std::get<model::Forest>(model.fitted);
  forest.threshold[0] = 0;
  forest.level_set[0] = 0;
  forest.level_set_words[0] = 63;  // 2001 levels
  forest.level_words.assign(63, 0xFFFFFFFF);
  forest.level_words.back() = 0x1FFFF;
  const std::string bytes = write_model(model, kInputDigest);
  const auto loaded = read_model(bytes);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(std::get<encode::CategoryEncoding>(loaded->model.encoder.features[0].encoding).levels, levels);
  EXPECT_EQ(write_model(loaded->model, kInputDigest), bytes);
}

}  // namespace
}  // namespace rf::artifact
