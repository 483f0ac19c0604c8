// SPDX-License-Identifier: MIT
// What all documents share: versions, layout, and that a document its schema refuses is never finished.
#include "unit/artifact/support.hpp"

#include "artifact/version.hpp"
#include "crypto/sha256.hpp"

namespace rf::artifact {
namespace {

evaluate::Metrics counts_only() {
  evaluate::Metrics metrics;
  metrics.profile = "classification.proba.v1";
  metrics.n_classes = 2;
  return metrics;
}

TEST(FinishDocument, AddsVersionsAndLaysOut) {
  const auto file = finish_document("metrics.v1.json", "metrics.v1", metrics_document(counts_only(), {}));
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->name, "metrics.v1.json");
  EXPECT_EQ(file->schema_version, "metrics.v1");
  EXPECT_EQ(file->bytes,
            "{\n  \"metrics_profile\": \"classification.proba.v1\",\n  \"num_classes\": 2,\n"
            "  \"runforge_version\": \"" +
                std::string(runforge_version()) +
                "\",\n"
                "  \"schema_version\": \"metrics.v1\"\n}\n");
  EXPECT_EQ(file->sha256(), crypto::sha256_hex(file->bytes));
}

TEST(FinishDocument, ADocumentThatItsSchemaRefusesIsABug) {
  evaluate::Metrics metrics = counts_only();
  metrics.scalars["accuracy"] = 2;
  const auto file = finish_document("metrics.v1.json", "metrics.v1", metrics_document(metrics, {}));
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, core::Code::kInternal);
  EXPECT_TRUE(file.error().message.starts_with("metrics.v1.json does not match its own schema metrics.v1: "))
      << file.error().message;
}

TEST(SharedParts, ClassesKeepTheirType) {
  EXPECT_EQ(test::text(class_label_value(core::ClassLabel(7.0))), "7");
  EXPECT_EQ(test::text(class_label_value(core::ClassLabel(false))), "false");
  EXPECT_EQ(test::text(class_label_value(core::ClassLabel(std::string("7")))), "\"7\"");
}

TEST(SharedParts, DiagnosticsNameCodeAndSeverity) {
  const core::Diagnostics diagnostics = {
      {core::Code::kNotConverged, core::Severity::kWarning, "stopped", {{"iterations", 3}, {"column", "a"}}},
      {core::Code::kConstantFeature, core::Severity::kInfo, "constant", {}}};
  EXPECT_EQ(test::text(diagnostics_value(diagnostics)),
            R"([{"code":"NOT_CONVERGED","details":{"column":"a","iterations":3},"message":"stopped",)"
            R"("severity":"warning"},{"code":"CONSTANT_FEATURE","message":"constant","severity":"info"}])");
  EXPECT_EQ(test::text(diagnostics_value({})), "[]");
}

TEST(SharedParts, DetailsReadBackAreTheFactsWritten) {
  const core::Details details = {{"a", 3}, {"b", "3"}, {"c", std::int64_t{-9007199254740992}}};
  EXPECT_EQ(details_of(details_value(details)), details);
  EXPECT_TRUE(details_of(json::Value()).empty());
  EXPECT_TRUE(
      details_of(*json::parse(R"({"a":1e300,"b":0.5,"c":null,"d":[1],"e":true,"f":-1e300})")).empty());
}

TEST(SharedParts, MessagesOfARecordAreMadeAnew) {
  const json::Value recorded = *json::parse(
      R"([{"code":"NOT_CONVERGED","details":{"iterations":3,"max_iter":3},"message":"all is well","severity":"warning"},)"
      R"({"code":"SPLIT_NOT_STRATIFIED","message":"all is well","severity":"warning"},)"
      R"({"code":"UNKNOWN_LEVEL","details":{"column":"c","rows":1},"message":"all is well","severity":"info"},)"
      R"({"code":"UNKNOWN_LEVEL","details":{"column":"c","rows":1},"message":"all is well","severity":"warning"}])");
  EXPECT_EQ(
      test::text(with_messages(recorded)),
      R"([{"code":"NOT_CONVERGED","details":{"iterations":3,"max_iter":3},"message":"the solver stopped before the )"
      R"(tolerance was met after 3 of at most 3 iterations","severity":"warning"},)"
      R"({"code":"SPLIT_NOT_STRATIFIED","message":"a class has fewer than 2 rows, or one side of the split has fewer )"
      R"(rows than there are classes; the split is a plain shuffle","severity":"warning"},)"
      R"({"code":"UNKNOWN_LEVEL","details":{"column":"c","rows":1},"message":"column \"c\": 1 validation row holds a )"
      R"(level that no training row has","severity":"info"},)"
      R"({"code":"UNKNOWN_LEVEL","details":{"column":"c","rows":1},"message":"column \"c\": 1 cell holds a level the )"
      R"(model was not trained with","severity":"warning"}])");
}

TEST(SharedParts, WordsForACodeThatNobodyKnowsHereAreNotTakenOver) {
  const json::Value recorded = *json::parse(
      R"([{"code":"LATER_CODE","details":{"column":"c"},"message":"all is well","note":"so it is","severity":"info"},)"
      R"({"code":"INVALID_RUN","message":"all is well","severity":"warning"},{},7])");
  EXPECT_EQ(
      test::text(with_messages(recorded)),
      R"([{"code":"LATER_CODE","details":{"column":"c"},"message":"this version of RunForge does not know this )"
      R"(code","severity":"info"},)"
      R"({"code":"INVALID_RUN","message":"this version of RunForge does not know this code","severity":"warning"},)"
      R"({"message":"this version of RunForge does not know this code"},)"
      R"({"message":"this version of RunForge does not know this code"}])");
  EXPECT_EQ(test::text(with_messages(json::Value("words"))), "[]");
}

TEST(SharedParts, ReadingOptionsStandWithEveryDefault) {
  table::ReadingOptions options;
  options.delimiter = ';';
  options.kinds["b"] = core::Kind::kCategory;
  EXPECT_EQ(test::text(reading_options_value(options)),
            R"({"comment":"","delimiter":";","header":true,"kinds":{"b":"category"},)"
            R"("limits":{"max_bytes":1099511627776,"max_cell_bytes":268435456,"max_columns":1000000,)"
            R"("max_rows":4294967295},"missing_number_tokens":["."],)"
            R"("missing_tokens":["NA","N/A","NaN","nan","null","NULL","None","?","-","#N/A"],"rules":2,)"
            R"("skip_rows":0,"trim":true})");
}

TEST(SharedParts, TheSourceNamesItsNewline) {
  table::Source source;
  source.delimiter = '\t';
  source.options.delimiter = '\t';
  for (const auto& [newline, name] : {std::pair{table::Newline::kNone, "none"},
                                      {table::Newline::kLf, "lf"},
                                      {table::Newline::kCrLf, "crlf"},
                                      {table::Newline::kCr, "cr"},
                                      {table::Newline::kMixed, "mixed"}}) {
    source.newline = newline;
    EXPECT_EQ(source_value(source).find("newline")->as_string(), name);
  }
  EXPECT_EQ(source_value(source).find("delimiter")->as_string(), "\t");
}

TEST(MetricsDocument, MulticlassHasArraysInClassOrder) {
  evaluate::Metrics metrics;
  metrics.profile = "classification.multiclass.v1";
  metrics.n_classes = 3;
  metrics.scalars = {{"accuracy", 0.5}, {"precision_macro", 0.25}, {"recall_macro", 0.5}, {"f1_macro", 0.75}};
  metrics.confusion_matrix = {{1, 0, 0}, {0, 2, 0}, {3, 0, 0}};
  metrics.per_class_precision = {0.25, 1, 0};
  metrics.per_class_recall = {1, 1, 0};
  metrics.per_class_f1 = {0.4, 1, 0};
  const core::ClassLabels classes = {std::string("a"), std::string("b"), std::string("c")};
  const json::Value document = test::finished(metrics_document(metrics, classes), "metrics.v1");
  EXPECT_EQ(test::text(document, "class_labels"), R"(["a","b","c"])");
  EXPECT_EQ(test::text(document, "confusion_matrix"), "[[1,0,0],[0,2,0],[3,0,0]]");
  EXPECT_EQ(test::text(document, "per_class_f1"), "[0.4,1,0]");
  EXPECT_EQ(test::text(document, "num_classes"), "3");
}

TEST(MetricsDocument, RegressionHasNoClasses) {
  evaluate::Metrics metrics;
  metrics.profile = "regression.base.v1";
  metrics.scalars = {{"r2", -3}, {"rmse", 0.1}};
  const json::Value document = test::finished(metrics_document(metrics, {}), "metrics.v1");
  EXPECT_EQ(document.find("num_classes"), nullptr);
  EXPECT_EQ(document.find("confusion_matrix"), nullptr);
  EXPECT_EQ(test::text(document, "r2"), "-3");
}

}  // namespace
}  // namespace rf::artifact
