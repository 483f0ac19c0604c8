// SPDX-License-Identifier: MIT
// Each status that a caller can provoke, and what every failing call leaves behind: an error that explains
// itself, and out-parameters that hold nothing.
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "abi_client.hpp"

namespace rf::abi_test {
namespace {

/// Not an address that may be read: a library that looked at the old value would crash.
template <typename T>
T* poison() {
  return reinterpret_cast<T*>(std::uintptr_t{1});
}

/// What a failing call must leave behind.
void expect_explained(rf_status status, const rf_error* error, const char* code) {
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(rf_error_status(error), status);
  EXPECT_STREQ(rf_error_code(error), code) << rf_error_message(error);
  const std::string message = rf_error_message(error);
  EXPECT_FALSE(message.empty());
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_EQ(rf_error_details(error)[0], '{');
}

struct TrainFailure {
  rf_status status;
  const char* code;
  std::string csv;
  std::string config;
};

TEST(Errors, TrainingSaysWhatIsWrong) {
  const std::string good = small_csv();
  const std::vector<TrainFailure> failures = {
      {RF_E_CONFIG, "INVALID_JSON", good, "{"},
      {RF_E_CONFIG, "INVALID_JSON", good, R"({"seed": 1, "seed": 2})"},
      {RF_E_CONFIG, "UNKNOWN_KEY", good, R"({"sede": 1})"},
      {RF_E_CONFIG, "UNKNOWN_MODEL", good, R"({"model": "oracle"})"},
      {RF_E_CONFIG, "UNKNOWN_PARAMETER", good, R"({"params": {"c": 1}})"},
      {RF_E_CONFIG, "PARAMETER_OUT_OF_RANGE", good, R"({"params": {"C": -1}})"},
      {RF_E_CONFIG, "PARAMETER_NOT_APPLICABLE", good, R"({"params": {"l1_ratio": 0.1}})"},
      {RF_E_CONFIG, "TASK_NOT_SUPPORTED", good, R"({"model": "linear_svc", "task": "regression"})"},
      {RF_E_CONFIG, "LABEL_NOT_FOUND", good, R"({"label": "labell"})"},
      {RF_E_CONFIG, "COLUMN_NOT_FOUND", good, R"({"roles": {"c": "ignored"}})"},
      {RF_E_DATA, "SINGLE_CLASS", "a,label\n1,0\n2,0\n3,0\n", "{}"},
      {RF_E_DATA, "ZERO_FEATURES", "a,label\n1,0\n2,1\n", R"({"roles": {"a": "ignored"}})"},
      {RF_E_DATA, "LABEL_ONLY_DATASET", "label\n1\n2\n", "{}"},
      {RF_E_DATA, "LABEL_TYPE_INVALID", "a,label\n1,0.5\n2,1\n", "{}"},
      {RF_E_DATA, "MISSING_VALUE", "a,label\n1,0\n,1\n", R"({"missing": {"policy": "error"}})"},
  };
  for (const TrainFailure& failure : failures) {
    SCOPED_TRACE(failure.code);
    const Dataset dataset = load_text(failure.csv);
    rf_run* run = poison<rf_run>();
    rf_error* error = poison<rf_error>();
    const rf_status status =
        rf_train(dataset.get(), failure.config.data(), failure.config.size(), nullptr, &run, &error);
    const Error held(error);
    EXPECT_EQ(status, failure.status);
    EXPECT_EQ(run, nullptr);
    expect_explained(failure.status, error, failure.code);
  }
}

struct LoadFailure {
  rf_status status;
  const char* code;
  std::string csv;
  std::string options;
};

TEST(Errors, LoadingSaysWhatIsWrong) {
  const std::vector<LoadFailure> failures = {
      {RF_E_DATA, "EMPTY_FILE", "", "{}"},
      {RF_E_DATA, "ZERO_ROWS", "a,label\n", "{}"},
      {RF_E_DATA, "RAGGED_ROW", "a,label\n1,0\n2\n", "{}"},
      {RF_E_DATA, "DUPLICATE_COLUMN", "a,a\n1,0\n", "{}"},
      {RF_E_DATA, "MALFORMED_QUOTE", "a,label\n\"1,0\n", "{}"},
      {RF_E_DATA, "NUL_BYTE", std::string("a,label\n1\0,0\n", 12), "{}"},
      {RF_E_DATA, "INVALID_UTF8", "a,label\n\xFF,0\n", "{}"},
      {RF_E_DATA, "NUMBER_OUT_OF_RANGE", "a,label\n1e999,0\n", "{}"},
      {RF_E_DATA, "CELL_KIND_MISMATCH", "a,label\nx,0\n", R"({"kinds": {"a": "numeric"}})"},
      {RF_E_CONFIG, "UNKNOWN_KEY", "a,label\n1,0\n", R"({"delimeter": ","})"},
      {RF_E_LIMIT, "LIMIT_REACHED", "a,label\n1,0\n2,1\n", R"({"limits": {"max_rows": 1}})"},
  };
  for (const LoadFailure& failure : failures) {
    SCOPED_TRACE(failure.code);
    rf_dataset* dataset = poison<rf_dataset>();
    rf_error* error = poison<rf_error>();
    const rf_status status =
        rf_dataset_load_buffer(failure.csv.data(), failure.csv.size(), failure.options.data(),
                               failure.options.size(), nullptr, &dataset, &error);
    const Error held(error);
    EXPECT_EQ(status, failure.status);
    EXPECT_EQ(dataset, nullptr);
    expect_explained(failure.status, error, failure.code);
  }
}

// Only a training can say so: a table to be predicted may lack what the model's options declare, which is a
// mismatch.
TEST(Errors, ADeclaredKindForNoColumnIsRefusedByTraining) {
  const Dataset dataset = load_text(small_csv(), R"({"kinds": {"c": "numeric"}})");
  rf_run* run = poison<rf_run>();
  rf_error* error = poison<rf_error>();
  EXPECT_EQ(rf_train(dataset.get(), "{}", 2, nullptr, &run, &error), RF_E_CONFIG);
  EXPECT_EQ(run, nullptr);
  expect_explained(RF_E_CONFIG, error, "COLUMN_NOT_FOUND");
  rf_error_free(error);
}

TEST(Errors, PathsThatCannotBeReadAreIoErrors) {
  const std::string folder = RUNFORGE_TEST_DATA_DIR;
  rf_error* error = poison<rf_error>();
  rf_dataset* dataset = poison<rf_dataset>();
  EXPECT_EQ(rf_dataset_load((folder + "/none.csv").c_str(), nullptr, 0, nullptr, &dataset, &error), RF_E_IO);
  EXPECT_EQ(dataset, nullptr);
  expect_explained(RF_E_IO, error, "FILE_NOT_FOUND");
  rf_error_free(error);

  dataset = poison<rf_dataset>();
  EXPECT_EQ(rf_dataset_load(folder.c_str(), nullptr, 0, nullptr, &dataset, &error), RF_E_IO);
  EXPECT_EQ(dataset, nullptr);
  expect_explained(RF_E_IO, error, "NOT_A_FILE");
  rf_error_free(error);

  rf_run* run = poison<rf_run>();
  EXPECT_EQ(rf_run_open((folder + "/none").c_str(), &run, &error), RF_E_IO);
  EXPECT_EQ(run, nullptr);
  expect_explained(RF_E_IO, error, "FILE_NOT_FOUND");
  rf_error_free(error);
}

TEST(Errors, EmittingBelowAFileIsAnIoErrorAndLeavesNothing) {
  const Dataset dataset = load_text(small_csv());
  const Trained run = train(dataset.get(), "{}");
  const std::string file = testing::TempDir() + std::to_string(::getpid()) + "_runforge_errors_file";
  std::ofstream(file) << "x";
  rf_blob* directory = poison<rf_blob>();
  rf_error* error = poison<rf_error>();
  EXPECT_EQ(rf_emit_artifacts(run.get(), (file + "/runs").c_str(), nullptr, nullptr, 0, nullptr, &directory,
                              &error),
            RF_E_IO);
  EXPECT_EQ(directory, nullptr);
  expect_explained(RF_E_IO, error, "WRITE_FAILED");
  rf_error_free(error);
  EXPECT_EQ(read_file(file), "x");
  std::filesystem::remove(file);
}

TEST(Errors, HostileModelBytesAreADataError) {
  const Dataset dataset = load_text(small_csv());
  const Trained run = train(dataset.get(), "{}");
  std::string bytes = files_of(run.get()).at("model.safetensors");
  bytes.resize(bytes.size() - 1);
  rf_model* model = poison<rf_model>();
  rf_error* error = poison<rf_error>();
  EXPECT_EQ(rf_model_load_buffer(bytes.data(), bytes.size(), &model, &error), RF_E_DATA);
  EXPECT_EQ(model, nullptr);
  expect_explained(RF_E_DATA, error, "INVALID_MODEL");
  rf_error_free(error);
}

TEST(Errors, ATableTheModelDoesNotKnowIsAMismatch) {
  const Trained run = train(load_text(small_csv()).get(), "{}");
  const Model model = model_of(run.get());
  std::array<double, 2> out;
  const auto predict = [&](const char* csv, const char* code) {
    SCOPED_TRACE(code);
    const Dataset other = load_text(csv);
    rf_blob* report = poison<rf_blob>();
    rf_error* error = poison<rf_error>();
    EXPECT_EQ(rf_predict(model.get(), other.get(), nullptr, out.data(), out.size(), &report, &error),
              RF_E_MISMATCH);
    EXPECT_EQ(report, nullptr);
    expect_explained(RF_E_MISMATCH, error, code);
    rf_error_free(error);
  };
  predict("a,c\n1,2\n", "FEATURE_ABSENT");
  predict("a,b\n1,x\n", "FEATURE_KIND_MISMATCH");
}

TEST(Errors, OutParametersOfGettersAreClearedOnFailure) {
  const Trained run = train(load_text(small_csv()).get(), "{}");
  const void* data = poison<void>();
  std::size_t size = 1;
  rf_error* error = poison<rf_error>();
  EXPECT_EQ(rf_run_artifact(run.get(), "none.json", &data, &size, &error), RF_E_ARGUMENT);
  EXPECT_EQ(data, nullptr);
  EXPECT_EQ(size, 0u);
  rf_error_free(error);
  double value = 1;
  EXPECT_EQ(rf_run_metric(run.get(), "none", &value, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(value, 0);
  rf_blob* blob = poison<rf_blob>();
  EXPECT_EQ(rf_config_normalize("[]", 2, &blob, nullptr), RF_E_CONFIG);
  EXPECT_EQ(blob, nullptr);
  blob = poison<rf_blob>();
  EXPECT_EQ(rf_dataset_describe(load_text(small_csv()).get(), "[]", 2, &blob, nullptr), RF_E_CONFIG);
  EXPECT_EQ(blob, nullptr);
}

TEST(Errors, SuccessStoresNoError) {
  rf_error* error = poison<rf_error>();
  rf_blob* blob = poison<rf_blob>();
  EXPECT_EQ(rf_config_normalize("{}", RF_AUTO_LEN, &blob, &error), RF_OK);
  EXPECT_EQ(error, nullptr);
  EXPECT_EQ(static_cast<const char*>(rf_blob_data(blob))[rf_blob_size(blob)], '\0');
  rf_blob_free(blob);
}

}  // namespace
}  // namespace rf::abi_test
