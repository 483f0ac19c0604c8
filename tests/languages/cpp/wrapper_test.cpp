// SPDX-License-Identifier: MIT
// Every function of runforge.hpp, against what the C functions give; who owns what; failures as exceptions.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "abi/arrow_producer.hpp"
#include "unit/core/temporary_folder.hpp"
#include "wrapper_client.hpp"

namespace runforge_test {
namespace {

TEST(Library, SaysWhatItIs) {
  EXPECT_TRUE(runforge::is_compatible());
  EXPECT_STREQ(runforge::version(), rf_version_string());
  EXPECT_STREQ(runforge::build_info(), rf_build_info());
  EXPECT_STREQ(runforge::status_name(RF_E_LIMIT), "RF_E_LIMIT");
  EXPECT_STREQ(runforge::schema("run.v1"), rf_schema("run.v1"));
  EXPECT_EQ(runforge::schema("none"), nullptr);
  const std::string config = runforge::normalize_config(R"({"label": "a", "seed": 3})").str();
  EXPECT_EQ(config.find(R"({"label":"a",)"), 0u) << config;
  EXPECT_NE(config.find(R"("seed":3)"), std::string::npos) << config;
}

static_assert(!std::is_copy_constructible_v<runforge::Run> && !std::is_copy_assignable_v<runforge::Run>);
static_assert(std::is_nothrow_move_constructible_v<runforge::Signer>);
static_assert(std::is_nothrow_move_assignable_v<runforge::Signer>);
static_assert(std::is_nothrow_copy_constructible_v<runforge::Error>);

TEST(Handles, MovingLeavesAnEmptyOne) {
  runforge::Dataset first = iris();
  const rf_dataset* raw = first.get();
  runforge::Dataset second = std::move(first);
  EXPECT_EQ(second.get(), raw);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): what is left behind is the point
  EXPECT_EQ(first.rows(), 0u);
  EXPECT_EQ(failure([&] { runforge::train(first, kLogistic); }).status(), RF_E_ARGUMENT);
  first = std::move(second);
  EXPECT_EQ(first.get(), raw);
  first.reset();
  EXPECT_FALSE(first);
}

TEST(Handles, ReleasedOnesAreTheCallers) {
  runforge::Blob blob = runforge::normalize_config("{}");
  rf_blob* raw = blob.release();
  EXPECT_FALSE(blob);
  EXPECT_EQ(runforge::Blob(raw).get(), raw);  // and frees it
  EXPECT_EQ(rf_config_normalize("{}", 2, blob.out(), nullptr), RF_OK);
  EXPECT_TRUE(blob);
  EXPECT_EQ(blob.view().size(), blob.size());
  EXPECT_EQ(static_cast<const char*>(blob.data())[blob.size()], '\0');
}

TEST(Handles, AModelOutlivesItsRunAndARunItsDataset) {
  const std::vector<double> expected = runforge::train(iris(), kLogistic).model().predict(iris());
  // doc: lifetimes
  runforge::Dataset dataset = iris();
  runforge::Run run = runforge::train(dataset, kLogistic);
  dataset.reset();                            // freed: the run does not need it
  const runforge::Model model = run.model();  // a handle of its own
  run.reset();                                // freed: the model does not need it
  const std::vector<double> shares = model.predict(iris());
  // doc: end
  EXPECT_EQ(shares, expected);
}

// Model, its bytes, dataset, run and error in each of the 120 orders; AddressSanitizer sees what is freed
// twice or not.
TEST(Handles, AreDroppedInAnyOrder) {
  std::vector<std::size_t> order = {0, 1, 2, 3, 4};
  do {
    auto dataset = std::make_shared<runforge::Dataset>(small());
    auto run = std::make_shared<runforge::Run>(runforge::train(*dataset, "{}"));
    auto error = std::make_shared<runforge::Error>(failure([&] { run->metric("none"); }));
    std::vector<std::shared_ptr<void>> handles = {std::make_shared<runforge::Model>(run->model()),
                                                  std::make_shared<runforge::Blob>(run->model().serialize()),
                                                  std::move(dataset), std::move(run), std::move(error)};
    for (const std::size_t i : order) handles[i].reset();
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(Errors, TellStatusCodeMessageAndDetails) {
  const runforge::Error error = failure([] { runforge::Dataset::load_buffer("a,b\n1\n", 6); });
  EXPECT_EQ(error.status(), RF_E_DATA);
  EXPECT_EQ(error.code(), "RAGGED_ROW");
  EXPECT_STREQ(error.what(), error.message().c_str());
  EXPECT_NE(error.message().find("expected 2"), std::string::npos) << error.message();
  EXPECT_NE(error.details().find("\"line\":2"), std::string::npos) << error.details();
  const runforge::Error own(RF_E_IO, "OWN", "said by the caller");
  EXPECT_EQ(own.details(), "{}");
}

TEST(Dataset, IsReadFromFileAndBuffer) {
  const std::string csv = read(kIris);
  const runforge::Dataset file = iris();
  const runforge::Dataset buffer = runforge::Dataset::load_buffer(csv.data(), csv.size());
  EXPECT_EQ(file.rows(), 150u);
  EXPECT_EQ(file.columns(), 5u);
  EXPECT_STREQ(file.column_name(4), "species");
  EXPECT_EQ(file.column_name(5), nullptr);
  EXPECT_EQ(file.column_kind(0), RF_KIND_NUMERIC);
  EXPECT_EQ(small().column_kind(1), RF_KIND_CATEGORY);
  EXPECT_EQ(file.column_kind(5), 0);
  EXPECT_EQ(file.digest(), buffer.digest());
  EXPECT_EQ(runforge::hex(file.digest()).size(), 64u);
  EXPECT_NE(file.describe(kLogistic).view().find("species"), std::string::npos);
  const auto refused = [] { runforge::Dataset::load(kIris, R"({"limits": {"max_rows": 10}})"); };
  EXPECT_EQ(failure(refused).status(), RF_E_LIMIT);
}

TEST(Builder, IsShownInTheGuide) {
  // doc: columns
  const std::vector<double> length = {5.1, 7.0, 6.3, 4.9, 6.4, 5.8};
  const std::vector<std::string> colour = {"blue", "red", "red", "blue", "", "red"};
  const std::uint8_t colour_is_there = 0b101111;  // the fifth is missing
  const bool label[] = {true, false, false, true, false, true};
  runforge::Builder builder;
  builder.add("length", length).add("colour", colour, &colour_is_there).add("label", label, 6);
  const runforge::Dataset dataset = builder.finish();
  // doc: end
  const std::string csv =
      "length,colour,label\n5.1,blue,true\n7,red,false\n6.3,red,false\n4.9,blue,true\n6.4,,false\n5.8,red,"
      "true\n";
  EXPECT_EQ(dataset.digest(), runforge::Dataset::load_buffer(csv.data(), csv.size()).digest());
}

// Numbers of each type, booleans and texts, against the same cells as CSV.
TEST(Builder, GivesTheTableOfTheSameCells) {
  const std::uint8_t validity = 0b1011;
  runforge::Builder builder;
  builder.add("f64", std::vector<double>{1.5, 2, -3, 4})
      .add("f32", std::vector<float>{0.5F, 2, 3, 4})
      .add("i64", std::vector<long long>{-1, 2, 3, 4}, &validity)
      .add("i32", std::vector<std::int32_t>{-1, 2, 3, 4})
      .add("i16", std::vector<std::int16_t>{-1, 2, 3, 4})
      .add("i8", std::vector<std::int8_t>{-1, 2, 3, 4})
      .add("u64", std::vector<unsigned long>{1, 2, 3, 4})
      .add("u32", std::vector<std::uint32_t>{4000000000U, 2, 3, 4})
      .add("u16", std::vector<std::uint16_t>{60000, 2, 3, 4})
      .add("u8", std::vector<std::uint8_t>{200, 2, 3, 4})
      .add("text", std::vector<std::string>{"a", "b", "", "d"}, &validity);
  const bool truths[] = {true, false, false, true};
  const double reversed[] = {4, 0, 3, 0, 2, 0, 1};
  const std::int64_t offsets[] = {0, 1, 3, 3, 4};
  builder.add("bool", truths, 4).add("strided", reversed + 6, 4, nullptr, -16);
  builder.add_utf8("utf8", "abcd", offsets, 4, &validity);
  const runforge::Dataset built = builder.finish();
  const std::string csv =
      "f64,f32,i64,i32,i16,i8,u64,u32,u16,u8,text,bool,strided,utf8\n"
      "1.5,0.5,-1,-1,-1,-1,1,4000000000,60000,200,a,true,1,a\n2,2,2,2,2,2,2,2,2,2,b,false,2,bc\n"
      "-3,3,,3,3,3,3,3,3,3,,false,3,\n4,4,4,4,4,4,4,4,4,4,d,true,4,d\n";
  EXPECT_EQ(built.digest(), runforge::Dataset::load_buffer(csv.data(), csv.size()).digest());
  EXPECT_EQ(failure([&] { builder.finish(); }).code(), "ZERO_FEATURES");
  const auto infinite = [&] {
    builder.add("x", std::vector<double>{std::numeric_limits<double>::infinity()});
  };
  EXPECT_EQ(failure(infinite).code(), "NUMBER_OUT_OF_RANGE");
}

TEST(Dataset, IsReadFromArrowAndReleasesIt) {
  using namespace rf::abi_test;
  const Node table = struct_of(
      {number_column("x", "g", std::vector<double>{1, 2.5}), text_column("y", {"a", std::nullopt})});
  const runforge::Digest expected = runforge::Dataset::load_buffer("x,y\n1,a\n2.5,\n", 13).digest();
  Producer producer;
  producer.schema = table;
  producer.batches = {table};
  ArrowArrayStream stream;
  producer.open(&stream);
  EXPECT_EQ(runforge::Dataset::from_arrow_stream(&stream).digest(), expected);
  EXPECT_EQ(producer.released.streams, 1);
  ArrowSchema schema;
  ArrowArray batch;
  Released released;
  hand_out(table, &schema, &released.schemas);
  hand_out(table, &batch, &released.arrays);
  EXPECT_EQ(runforge::Dataset::from_arrow(&schema, &batch).digest(), expected);
  EXPECT_EQ(released.schemas, 1);
  EXPECT_EQ(released.arrays, 1);
}

TEST(Run, HasItsFilesInMemory) {
  const runforge::Run run = runforge::train(iris(), kLogistic);
  ASSERT_GT(run.artifact_count(), 3u);
  EXPECT_EQ(run.artifact_name(run.artifact_count()), nullptr);
  for (std::uint64_t i = 0; i < run.artifact_count(); ++i)
    EXPECT_FALSE(run.artifact(run.artifact_name(i)).empty()) << run.artifact_name(i);
  EXPECT_EQ(run.artifact("run.json").front(), '{');
  EXPECT_EQ(failure([&] { run.artifact("none"); }).status(), RF_E_ARGUMENT);
  EXPECT_GT(run.metric("accuracy"), 0.8);
  EXPECT_EQ(failure([&] { run.metric("none"); }).status(), RF_E_ARGUMENT);
  EXPECT_NE(run.dataset_options().view().find("\"kinds\""), std::string::npos);
}

TEST(Model, PredictsSavesAndLoads) {
  const runforge::Dataset dataset = iris();
  const runforge::Model model = runforge::train(dataset, kLogistic).model();
  EXPECT_EQ(model.inputs(), 4u);
  ASSERT_EQ(model.outputs(), 3u);
  EXPECT_STREQ(model.output_name(2), "2");
  EXPECT_EQ(model.output_name(3), nullptr);
  runforge::Blob report;
  const std::vector<double> predicted = model.predict(dataset, {}, &report);
  EXPECT_EQ(predicted.size(), 450u);
  EXPECT_EQ(report.view().front(), '{');
  const double row[] = {5.1, 3.5, 1.4, 0.2};
  std::vector<double> one(3);
  model.predict_rows(row, 1, one.data(), one.size());
  EXPECT_EQ(one, std::vector<double>(predicted.begin(), predicted.begin() + 3));
  EXPECT_EQ(failure([&] { model.predict_rows(row, 1, one.data(), 2); }).status(), RF_E_ARGUMENT);
  const rf::core::TemporaryFolder scratch;
  const std::string path = scratch.path("model");
  model.save(path);
  const runforge::Blob bytes = model.serialize();
  EXPECT_EQ(read(path), bytes.view());
  EXPECT_EQ(runforge::Model::load(path).predict(dataset), predicted);
  EXPECT_EQ(runforge::Model::load_buffer(bytes.data(), bytes.size()).describe().str(),
            model.describe().str());
  EXPECT_EQ(failure([] { runforge::Model::load_buffer("x", 1); }).code(), "INVALID_MODEL");
  EXPECT_EQ(failure([&] { runforge::Model::load(path + "none"); }).status(), RF_E_IO);
}

TEST(Records, AreEmittedVerifiedReproducedAndCompared) {
  const rf::core::TemporaryFolder scratch;
  const std::string folder = scratch.path();
  const runforge::Dataset dataset = iris();
  const runforge::Run run = runforge::train(dataset, kLogistic);
  const std::string directory = run.emit(folder, nullptr, R"({"timestamp": "2026-01-02T03:04:05Z"})");
  EXPECT_EQ(runforge::Run::open(directory).digest(), run.digest());
  EXPECT_TRUE(runforge::verify(directory, &dataset).holds);
  EXPECT_TRUE(runforge::reproduce(directory, dataset).holds);
  const std::string other = runforge::train(dataset, kForest).emit(folder);
  EXPECT_NE(runforge::diff(directory, other).view().find("\"cause\": \"config\""), std::string::npos);
  EXPECT_EQ(failure([&] { runforge::diff(directory, folder); }).status(), RF_E_IO);
  EXPECT_EQ(failure([&] { runforge::reproduce(directory, small()); }).status(), RF_E_MISMATCH);
  EXPECT_EQ(failure([&] { runforge::verify(folder + "/none"); }).status(), RF_E_IO);

  std::ofstream(directory + "/run.json", std::ios::app) << " ";
  const runforge::Verdict verdict = runforge::verify(directory);
  EXPECT_FALSE(verdict.holds);
  EXPECT_NE(verdict.fault.find("run.json"), std::string::npos) << verdict.fault;
  EXPECT_EQ(verdict.report.view().front(), '{');
}

TEST(Signers, SignRunsAndKeepKeys) {
  const rf::core::TemporaryFolder scratch;
  const std::string folder = scratch.path();
  std::array<std::uint8_t, 32> seed{};
  const runforge::Signer made = runforge::Signer::generate(seed.data());
  const runforge::Signer again = runforge::Signer::from_seed(seed.data());
  EXPECT_EQ(made.public_key(), again.public_key());
  EXPECT_NE(runforge::Signer::generate().public_key(), made.public_key());
  made.save(folder + "/key");
  EXPECT_EQ(runforge::Signer::load(folder + "/key").public_key(), made.public_key());
  EXPECT_EQ(failure([&] { made.save(folder + "/key"); }).status(), RF_E_EXISTS);
  std::ofstream(folder + "/key.pub") << made.public_key_text().view();
  EXPECT_EQ(runforge::load_public_key(folder + "/key.pub"), made.public_key());

  const runforge::Dataset dataset = iris();
  const runforge::Run run = runforge::train(dataset, kLogistic);
  EXPECT_EQ(run.sign(made).view(), run.sign(again).view());
  const std::string directory = run.emit(folder, &made);
  EXPECT_TRUE(runforge::verify(directory, nullptr, {made.public_key()}).holds);
  const runforge::Signer other = runforge::Signer::generate();
  EXPECT_FALSE(runforge::verify(directory, nullptr, {made.public_key(), other.public_key()}).holds);
  runforge::sign(directory, other);
  EXPECT_TRUE(runforge::verify(directory, nullptr, {made.public_key(), other.public_key()}).holds);
  EXPECT_EQ(failure([&] { runforge::sign(directory, other); }).status(), RF_E_EXISTS);
  runforge::sign(directory, dataset, other);
  EXPECT_TRUE(runforge::verify_by(
                  directory, &dataset,
                  {{made.public_key(), RF_STATEMENT_RECORDED}, {other.public_key(), RF_STATEMENT_SIGNED}})
                  .holds);
  EXPECT_FALSE(runforge::verify_by(directory, nullptr, {{other.public_key(), RF_STATEMENT_RECORDED}}).holds);
  EXPECT_TRUE(runforge::reproduce(directory, dataset, &made).holds);
}

}  // namespace
}  // namespace runforge_test
