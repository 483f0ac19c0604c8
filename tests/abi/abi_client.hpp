// SPDX-License-Identifier: MIT
// What the ABI tests share: handles that free themselves, a small table, and calls that must go well.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "abi/owned.hpp"
#include "runforge/runforge.h"

namespace rf::abi_test {

using owned::Blob;
using owned::Builder;
using owned::Cancel;
using owned::Dataset;
using owned::Error;
using owned::Freed;
using owned::Model;
using owned::Signer;
using owned::text_of;
using Trained = owned::Run;

inline const std::string kIris = std::string(RUNFORGE_TEST_DATA_DIR) + "/iris.csv";
inline const std::string kTitanic = std::string(RUNFORGE_TEST_DATA_DIR) + "/titanic.csv";

/// Twenty-four rows, two classes, all numeric, the label named as the library expects it by default.
inline std::string small_csv() {
  std::string text = "a,b,label\n";
  for (int i = 0; i < 24; ++i)
    text += std::to_string(i * 7 % 11) + "," + std::to_string(i * 5 % 13) + "," +
            std::to_string((i * 7 % 11) > 5) + "\n";
  return text;
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The status, with code and message for the reader of a failing test.
inline std::string told(rf_status status, const rf_error* error) {
  return std::string(rf_status_name(status)) + " " + rf_error_code(error) + ": " + rf_error_message(error);
}

inline Dataset load_file(const std::string& path, const rf_hooks* hooks = nullptr) {
  rf_dataset* dataset = nullptr;
  rf_error* error = nullptr;
  const rf_status status = rf_dataset_load(path.c_str(), nullptr, 0, hooks, &dataset, &error);
  EXPECT_EQ(status, RF_OK) << told(status, error);
  rf_error_free(error);
  return Dataset(dataset);
}

inline Dataset load_text(std::string_view csv, const char* options = nullptr) {
  rf_dataset* dataset = nullptr;
  rf_error* error = nullptr;
  const rf_status status = rf_dataset_load_buffer(csv.data(), csv.size(), options, options ? RF_AUTO_LEN : 0,
                                                  nullptr, &dataset, &error);
  EXPECT_EQ(status, RF_OK) << told(status, error);
  rf_error_free(error);
  return Dataset(dataset);
}

inline Trained train(const rf_dataset* dataset, const std::string& config, const rf_hooks* hooks = nullptr) {
  rf_run* run = nullptr;
  rf_error* error = nullptr;
  const rf_status status = rf_train(dataset, config.data(), config.size(), hooks, &run, &error);
  EXPECT_EQ(status, RF_OK) << told(status, error);
  rf_error_free(error);
  return Trained(run);
}

inline Model model_of(const rf_run* run) {
  rf_model* model = nullptr;
  EXPECT_EQ(rf_run_model(run, &model, nullptr), RF_OK);
  return Model(model);
}

/// All result files by name.
inline std::map<std::string, std::string> files_of(const rf_run* run) {
  std::map<std::string, std::string> files;
  for (std::uint64_t i = 0; i < rf_run_artifact_count(run); ++i) {
    const char* name = rf_run_artifact_name(run, i);
    const void* data = nullptr;
    std::size_t size = 0;
    EXPECT_EQ(rf_run_artifact(run, name, &data, &size, nullptr), RF_OK);
    files[name].assign(static_cast<const char*>(data), size);
  }
  return files;
}

inline std::string digest_of(const rf_dataset* dataset) {
  std::uint8_t digest[RF_DIGEST_SIZE] = {};
  EXPECT_EQ(rf_dataset_digest(dataset, digest, sizeof digest, nullptr), RF_OK);
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

/// The text behind `"name": "` in a JSON document.
inline std::string member_of(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\": \"";
  const std::size_t at = json.find(key);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + key.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

inline std::string result_digest_of(const rf_run* run) {
  return member_of(files_of(run).at("run.json"), "result_digest");
}

/// inspect.v2 of the dataset without a configuration.
inline std::string described(const rf_dataset* dataset) {
  rf_blob* blob = nullptr;
  EXPECT_EQ(rf_dataset_describe(dataset, nullptr, 0, &blob, nullptr), RF_OK);
  return std::string(text_of(Blob(blob)));
}

inline const std::string kIrisForest =
    R"({"label": "species", "model": "random_forest", "params": {"n_estimators": 20}})";
inline const std::string kIrisLogistic = R"({"label": "species"})";

}  // namespace rf::abi_test
