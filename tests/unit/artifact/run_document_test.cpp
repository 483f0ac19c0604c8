// SPDX-License-Identifier: MIT
// run.v1: every fact stands where it belongs, and the digests are those of the bytes they name.
#include "artifact/version.hpp"
#include "crypto/sha256.hpp"
#include "unit/artifact/sample_models.hpp"
#include "unit/artifact/support.hpp"

namespace rf::artifact {
namespace {

/// The facts of a small run of a logistic regression.
struct SampleRun {
  evaluate::Metrics metrics;
  std::vector<File> files;
  table::Source source;
  RunFacts facts;

  SampleRun() {
    metrics.profile = "classification.proba.v1";
    metrics.n_classes = 2;
    metrics.scalars = {{"accuracy", 0.75},
                       {"precision_macro", 0.5},
                       {"recall_macro", 0.5},
                       {"f1_macro", 0.5},
                       {"log_loss", 0.3}};
    files = {{"model.safetensors", "model.v1", "the model"}, {"metrics.v1.json", "metrics.v1", "{}\n"}};
    source.fingerprint_sha256 = std::string(64, 'f');
    source.size_bytes = 1234;
    source.newline = table::Newline::kCrLf;
    source.options.delimiter = ',';
    facts.input_digest = test::kInputDigest;
    facts.content_sha256 = std::string(64, 'c');
    facts.source = &source;
    facts.label_column = "y";
    facts.model_family = core::Family::kLogisticRegression;
    facts.num_samples = 10;
    facts.num_features = 3;
    facts.num_encoded_features = 5;
    facts.dropped_rows_missing_values = 2;
    facts.split = {"stratified_shuffle", 42, 0.2, true, 8, 2, std::string(64, '1'), std::string(64, '2')};
    facts.requested_config = json::Value::object().set("label", "y");
    facts.config =
        json::parse(R"({"label":"y","task":"classification","model":"logistic_regression","params":{"C":1},
        "seed":42,"roles":{},"missing":{"policy":"drop_rows"},"split":{"method":"stratified_shuffle","fraction":0.2}})")
            .value();
    facts.hyperparameters = {{"penalty", std::string("l2"), params::Origin::kProfile},
                             {"C", 0.5, params::Origin::kCaller},
                             {"max_iter", 1000.0, params::Origin::kDefault}};
    facts.solver = model::SolverReport{"newton_cholesky", 5, true, 1e-12, 3.5};
    facts.metrics = &metrics;
    facts.files = files;
    facts.diagnostics = {
        {core::Code::kConstantFeature, core::Severity::kInfo, "constant", {{"column", "a"}}}};
  }
  json::Value finished() const { return test::finished(run_document(facts), "run.v2"); }
};

TEST(RunDocument, ListsItsArtifactsByPathWithDigests) {
  const SampleRun run;
  const json::Value document = run.finished();
  const std::string expected =
      R"([{"path":"metrics.v1.json","schema_version":"metrics.v1","sha256":")" + crypto::sha256_hex("{}\n") +
      R"(","size_bytes":3},{"path":"model.safetensors","schema_version":"model.v1","sha256":")" +
      crypto::sha256_hex("the model") + R"(","size_bytes":9}])";
  EXPECT_EQ(test::text(document, "artifacts"), expected);
  EXPECT_EQ(document.find("result_digest")->as_string(), crypto::sha256_hex(expected));
}

TEST(RunDocument, TheOrderOfTheFilesDoesNotMatter) {
  SampleRun run;
  const json::Value document = run.finished();
  std::swap(run.files[0], run.files[1]);
  EXPECT_EQ(run.finished(), document);
}

TEST(RunDocument, TheResultDigestDoesNotDependOnTheSource) {
  SampleRun run;
  const json::Value from_file = run.finished();
  run.facts.source = nullptr;
  const json::Value from_memory = run.finished();
  EXPECT_EQ(from_memory.find("result_digest")->as_string(), from_file.find("result_digest")->as_string());
  EXPECT_EQ(test::text(from_memory, "dataset"), R"({"content_sha256":")" + std::string(64, 'c') + R"("})");
}

TEST(RunDocument, StatesWhatWentIn) {
  const json::Value document = SampleRun().finished();
  EXPECT_EQ(test::text(document, "numeric_profile"), std::to_string(kNumericProfile));
  EXPECT_EQ(document.find("input_digest")->as_string(), test::kInputDigest);
  const json::Value& dataset = *document.find("dataset");
  EXPECT_EQ(dataset.find("fingerprint_sha256")->as_string(), std::string(64, 'f'));
  EXPECT_EQ(dataset.find("size_bytes")->as_number(), 1234);
  EXPECT_EQ(dataset.find("source")->find("newline")->as_string(), "crlf");
  EXPECT_EQ(test::text(document, "requested_config"), R"({"label":"y"})");
  EXPECT_EQ(document.find("num_encoded_features")->as_number(), 5);
  EXPECT_EQ(document.find("dropped_rows_missing_values")->as_number(), 2);
  EXPECT_EQ(test::text(document, "split"),
            R"({"method":"stratified_shuffle","num_train":8,"num_validation":2,"seed":42,"stratified":true,)"
            R"("train_rows_sha256":")" +
                std::string(64, '1') + R"(","validation_fraction":0.2,)" + R"("validation_rows_sha256":")" +
                std::string(64, '2') + R"("})");
}

TEST(RunDocument, SortsHyperparametersAndNamesWhoChose) {
  EXPECT_EQ(
      test::text(SampleRun().finished(), "hyperparameters"),
      R"([{"name":"C","source":"caller","value":0.5},{"name":"max_iter","source":"default","value":1000},)"
      R"({"name":"penalty","source":"profile","value":"l2"}])");
}

TEST(RunDocument, HasEveryScalarMetricButTheNumberOfClasses) {
  const json::Value document = SampleRun().finished();
  EXPECT_EQ(test::text(document, "metrics"),
            R"({"accuracy":0.75,"f1_macro":0.5,"log_loss":0.3,"precision_macro":0.5,"recall_macro":0.5})");
  EXPECT_EQ(test::text(document, "metrics_v1"),
            R"({"artifact_path":"metrics.v1.json","metrics_profile":"classification.proba.v1",)"
            R"("schema_version":"metrics.v1"})");
}

TEST(RunDocument, TellsOfSolverAndProfileOnlyWhereThereIsOne) {
  SampleRun run;
  EXPECT_EQ(
      test::text(run.finished(), "solver"),
      R"({"converged":true,"gradient_norm":1e-12,"iterations":5,"name":"newton_cholesky","objective":3.5})");
  EXPECT_EQ(run.finished().find("profile_name"), nullptr);
  run.facts.solver.reset();
  run.facts.profile = ProfileFacts{"fast", "1.0", std::string(64, 'e')};
  const json::Value document = run.finished();
  EXPECT_EQ(document.find("solver"), nullptr);
  EXPECT_EQ(test::text(document, "profile_name"), "\"fast\"");
  EXPECT_EQ(test::text(document, "profile_version"), "\"1.0\"");
  EXPECT_EQ(document.find("expanded_parameters_hash")->as_string(), std::string(64, 'e'));
}

TEST(RunDocument, DiagnosticsAreNeverHidden) {
  SampleRun run;
  EXPECT_EQ(run.finished().find("diagnostics")->as_array().size(), 1u);
  run.facts.diagnostics.clear();
  EXPECT_EQ(test::text(run.finished(), "diagnostics"), "[]");
}

}  // namespace
}  // namespace rf::artifact
