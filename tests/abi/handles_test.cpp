// SPDX-License-Identifier: MIT
// Handles are independent: freed in any order, shared by threads, and what one hands out lives as long as it
// says.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "abi_client.hpp"

namespace rf::abi_test {
namespace {

std::vector<double> predict(const rf_model* model, const rf_dataset* dataset) {
  std::vector<double> out(rf_dataset_rows(dataset) * rf_model_outputs(model));
  EXPECT_EQ(rf_predict(model, dataset, nullptr, out.data(), out.size(), nullptr, nullptr), RF_OK);
  return out;
}

TEST(Handles, MayBeFreedInAnyOrder) {
  std::array<int, 3> order = {0, 1, 2};
  do {
    Dataset dataset = load_text(small_csv());
    Trained run = train(dataset.get(), "{}");
    Model model = model_of(run.get());
    const std::array<std::function<void()>, 3> frees = {[&] { dataset.reset(); }, [&] { run.reset(); },
                                                        [&] { model.reset(); }};
    for (const int which : order) frees[static_cast<std::size_t>(which)]();
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Handles, MayBeFreedByAnotherThread) {
  Dataset dataset = load_text(small_csv());
  Trained run = train(dataset.get(), "{}");
  Model model = model_of(run.get());
  std::thread([&] {
    run.reset();
    model.reset();
    dataset.reset();
  }).join();
}

TEST(Handles, AModelOutlivesItsRunAndDataset) {
  Model model;
  std::vector<double> before;
  {
    const Dataset dataset = load_text(small_csv());
    const Trained run = train(dataset.get(), "{}");
    model = model_of(run.get());
    before = predict(model.get(), dataset.get());
  }
  const Dataset again = load_text(small_csv());
  EXPECT_EQ(predict(model.get(), again.get()), before);
}

TEST(Handles, BorrowedPointersDoNotMove) {
  const Dataset dataset = load_text(small_csv());
  const Trained run = train(dataset.get(), "{}");
  const char* name = rf_dataset_column_name(dataset.get(), 0);
  const void* first = nullptr;
  const void* second = nullptr;
  std::size_t size = 0;
  ASSERT_EQ(rf_run_artifact(run.get(), "run.json", &first, &size, nullptr), RF_OK);
  for (std::uint64_t i = 0; i < rf_run_artifact_count(run.get()); ++i) {
    const void* other = nullptr;
    ASSERT_EQ(rf_run_artifact(run.get(), rf_run_artifact_name(run.get(), i), &other, &size, nullptr), RF_OK);
  }
  ASSERT_EQ(rf_run_artifact(run.get(), "run.json", &second, &size, nullptr), RF_OK);
  EXPECT_EQ(first, second);
  EXPECT_EQ(rf_dataset_column_name(dataset.get(), 0), name);
  EXPECT_STREQ(name, "a");
}

TEST(Handles, AFileAndItsBytesGiveTheSameRun) {
  for (const std::string& config : {kIrisForest, kIrisLogistic}) {
    const Trained from_file = train(load_file(kIris).get(), config);
    const Trained from_bytes = train(load_text(read_file(kIris)).get(), config);
    EXPECT_EQ(files_of(from_file.get()), files_of(from_bytes.get()));
  }
}

TEST(Handles, TheDigestOfAFileAndOfItsBytesAreEqual) {
  std::array<std::uint8_t, RF_DIGEST_SIZE> of_file, of_bytes;
  ASSERT_EQ(rf_dataset_digest(load_file(kTitanic).get(), of_file.data(), of_file.size(), nullptr), RF_OK);
  ASSERT_EQ(
      rf_dataset_digest(load_text(read_file(kTitanic)).get(), of_bytes.data(), of_bytes.size(), nullptr),
      RF_OK);
  EXPECT_EQ(of_file, of_bytes);
}

TEST(Handles, AModelSurvivesItsBytes) {
  for (const std::string& config : {kIrisForest, kIrisLogistic}) {
    const Dataset dataset = load_file(kIris);
    const Trained run = train(dataset.get(), config);
    const std::string bytes = files_of(run.get()).at("model.safetensors");
    rf_model* loaded = nullptr;
    ASSERT_EQ(rf_model_load_buffer(bytes.data(), bytes.size(), &loaded, nullptr), RF_OK);
    const Model held(loaded);
    EXPECT_EQ(predict(loaded, dataset.get()), predict(model_of(run.get()).get(), dataset.get()));
    rf_blob* again = nullptr;
    ASSERT_EQ(rf_model_serialize(loaded, &again, nullptr), RF_OK);
    EXPECT_EQ(text_of(Blob(again)), bytes);
  }
}

TEST(Handles, CsvBytesOfAutomaticLengthEndAtTheirNul) {
  const std::string csv = small_csv();
  const std::string longer = csv + std::string("\0,no,more,rows\n", 15);
  rf_dataset* loaded = nullptr;
  ASSERT_EQ(rf_dataset_load_buffer(longer.c_str(), RF_AUTO_LEN, nullptr, 0, nullptr, &loaded, nullptr),
            RF_OK);
  const Dataset held(loaded);
  EXPECT_EQ(digest_of(loaded), digest_of(load_text(csv).get()));
  // Without the NUL in view the same bytes are no text.
  EXPECT_EQ(rf_dataset_load_buffer(longer.data(), longer.size(), nullptr, 0, nullptr, &loaded, nullptr),
            RF_E_DATA);
}

TEST(Handles, RowsOfNumbersPredictAsTheTableDoes) {
  const Dataset dataset = load_text("a,b,label\n1,2,0\n3,1,1\n0,0,0\n5,4,1\n2,2,0\n4,4,1\n1,1,0\n6,3,1\n");
  const Model model = model_of(train(dataset.get(), "{}").get());
  const std::vector<double> rows = {1, 2, 3, 1, 0, 0, 5, 4, 2, 2, 4, 4, 1, 1, 6, 3};
  std::vector<double> out(16);
  ASSERT_EQ(rf_model_inputs(model.get()), 2u);
  ASSERT_EQ(rf_predict_rows(model.get(), rows.data(), 8, 2, out.data(), out.size(), nullptr), RF_OK);
  EXPECT_EQ(out, predict(model.get(), dataset.get()));
}

TEST(Handles, ARowThatLacksAValueIsNaNAndTheBufferMustHoldIt) {
  const Model model = model_of(train(load_text(small_csv()).get(), "{}").get());
  const std::array<double, 2> row = {1, std::numeric_limits<double>::quiet_NaN()};
  std::array<double, 2> out = {0, 0};
  ASSERT_EQ(rf_predict_rows(model.get(), row.data(), 1, 2, out.data(), out.size(), nullptr), RF_OK);
  EXPECT_TRUE(std::isnan(out[0]) && std::isnan(out[1]));
  rf_error* error = nullptr;
  EXPECT_EQ(rf_predict_rows(model.get(), row.data(), 1, 2, out.data(), 1, &error), RF_E_ARGUMENT);
  EXPECT_STREQ(rf_error_message(error), "capacity is 1 double, but 1 row of 2 outputs is asked for");
  rf_error_free(error);
}

TEST(Handles, AnEmittedRunReadsBackAsItWas) {
  const std::string folder = testing::TempDir() + std::to_string(::getpid()) + "_runforge_handles_emit";
  std::filesystem::remove_all(folder);
  const Trained run = train(load_file(kIris).get(), kIrisForest);
  rf_blob* directory = nullptr;
  ASSERT_EQ(rf_emit_artifacts(run.get(), folder.c_str(), nullptr, nullptr, 0, nullptr, &directory, nullptr),
            RF_OK);
  const Blob held(directory);
  rf_run* opened = nullptr;
  rf_error* error = nullptr;
  ASSERT_EQ(rf_run_open(static_cast<const char*>(rf_blob_data(directory)), &opened, &error), RF_OK)
      << rf_error_message(error);
  const Trained again(opened);
  EXPECT_EQ(files_of(opened), files_of(run.get()));
  std::array<std::uint8_t, RF_DIGEST_SIZE> first, second;
  ASSERT_EQ(rf_run_digest(run.get(), first.data(), first.size(), nullptr), RF_OK);
  ASSERT_EQ(rf_run_digest(opened, second.data(), second.size(), nullptr), RF_OK);
  EXPECT_EQ(first, second);
  double before = 0, after = 1;
  ASSERT_EQ(rf_run_metric(run.get(), "accuracy", &before, nullptr), RF_OK);
  ASSERT_EQ(rf_run_metric(opened, "accuracy", &after, nullptr), RF_OK);
  EXPECT_EQ(before, after);
  std::filesystem::remove_all(folder);
}

TEST(Handles, FourThreadsTrainOnOneDatasetAsOneDoes) {
  const Dataset dataset = load_file(kIris);
  const std::array<std::string, 4> configs = {kIrisForest, kIrisLogistic,
                                              R"({"label": "species", "model": "decision_tree"})",
                                              R"({"label": "species", "model": "linear_svc"})"};
  std::array<std::map<std::string, std::string>, 4> alone, together;
  for (std::size_t i = 0; i < configs.size(); ++i)
    alone[i] = files_of(train(dataset.get(), configs[i]).get());
  // A dataset whose content digest nobody has asked for yet: its first use is part of the race.
  const Dataset fresh = load_file(kIris);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < configs.size(); ++i)
    threads.emplace_back([&, i] {
      rf_hooks hooks = RF_HOOKS_INIT;
      hooks.threads = 2;
      together[i] = files_of(train(fresh.get(), configs[i], &hooks).get());
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(alone, together);
}

TEST(Handles, FourThreadsPredictWithOneModelAsOneDoes) {
  const Dataset dataset = load_file(kIris);
  const Model model = model_of(train(dataset.get(), kIrisForest).get());
  const std::vector<double> alone = predict(model.get(), dataset.get());
  std::array<std::vector<double>, 4> together;
  std::vector<std::thread> threads;
  for (auto& outputs : together) threads.emplace_back([&] { outputs = predict(model.get(), dataset.get()); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& outputs : together) EXPECT_EQ(outputs, alone);
}

}  // namespace
}  // namespace rf::abi_test
