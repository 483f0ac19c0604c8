// SPDX-License-Identifier: MIT
// Records train again to the same bytes; what does not is named with both values.
#include "audit/reproduce.hpp"

#include "unit/audit/emitted_fixture.hpp"

namespace rf::audit {
namespace {

class Reproduce : public EmittedRuns {
 protected:
  static core::Result<Reproduction> again(const std::string& directory, const run::LoadedDataset& dataset,
                                          std::uint32_t n_threads = 1) {
    run::OwnContext own(n_threads);
    return reproduce(directory, dataset, nullptr, run::product_history(), own.context);
  }

  const std::shared_ptr<const run::LoadedDataset> small_ = run::load_text(kSmallCsv);
};

TEST_F(Reproduce, EveryFamilyGivesItsBytesAgain) {
  for (const char* config :
       {R"({})", R"({"model": "linear_svc"})", R"({"model": "decision_tree"})",
        R"({"model": "random_forest", "params": {"n_estimators": 7}})",
        R"({"model": "gradient_boosting", "params": {"n_estimators": 7, "min_samples_leaf": 2}})",
        R"({"label": "x", "task": "regression"})",
        R"({"label": "x", "task": "regression", "model": "random_forest"})"}) {
    const std::string directory = emit_run(*small_, config);
    const auto found = again(directory, *small_, 3);
    ASSERT_TRUE(found.ok()) << config << found.error().message;
    EXPECT_TRUE(found->reproduced) << config << found->summary;
    EXPECT_EQ(found->summary, "6 of 6 result files byte-identical");
  }
}

TEST_F(Reproduce, TheFirstDifferenceIsNamedWithBothValues) {
  const std::string directory = emit_run(*small_, R"({"model": "decision_tree"})");
  Files files = read(directory);
  // The last bit of a threshold changes no prediction here: only training again knows better.
  change_last_bit(files["model.safetensors"], "forest.threshold");
  reseal(files);
  put(directory, files);
  const auto found = again(directory, *small_);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_FALSE(found->reproduced);
  EXPECT_EQ(found->verdict.error().code, core::Code::kNotReproduced);
  const json::Value& first = *found->report.find("first_difference");
  EXPECT_EQ(first.find("file")->as_string(), "model.safetensors");
  EXPECT_EQ(first.find("where")->as_string(), "forest.threshold[0]");
}

TEST_F(Reproduce, ARunThatContradictsItselfIsNotTrainedAgain) {
  const std::string directory = emit_run(*small_, "{}");
  Files files = read(directory);
  edit(files, "metrics.v1.json", [&](json::Value& document) { document.set("accuracy", 0.125); });
  put(directory, files);
  const auto found = again(directory, *small_);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_FALSE(found->reproduced);
  EXPECT_EQ(found->verdict.error().code, core::Code::kRunAltered);
  EXPECT_EQ(found->report.find("claim")->as_string(), "failed");
}

TEST_F(Reproduce, OtherDataIsRefusedBeforeTraining) {
  const std::string directory = emit_run(*small_, "{}");
  const auto other = run::load_text(std::string(kSmallCsv) + "9,9,red,a\n");
  auto found = again(directory, *other);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, core::Code::kDatasetMismatch);
}

TEST_F(Reproduce, AVersionWithoutARowIsUnsupported) {
  const std::string directory = emit_run(*small_, "{}");
  Files files = read(directory);
  rewrite_version(files, "99.0.0");
  put(directory, files);
  const auto found = again(directory, *small_);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, core::Code::kUnsupportedVersion);
}

TEST_F(Reproduce, AConfigurationThatDoesNotResolveToItselfIsRefused) {
  const std::string directory = emit_run(*small_, R"({"params": {"C": 2}})");
  Files files = read(directory);
  edit(files, "run.json", [](json::Value& document) { at(document, {"config", "params", "C"}) = 1; });
  put(directory, files);
  const auto found = again(directory, *small_);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->verdict.error().code, core::Code::kRunAltered);
}

}  // namespace
}  // namespace rf::audit
