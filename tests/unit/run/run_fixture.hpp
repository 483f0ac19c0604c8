// SPDX-License-Identifier: MIT
// Loads the small real datasets and trains on them; for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/context.hpp"
#include "core/file.hpp"
#include "run/dataset.hpp"
#include "run/pipeline.hpp"

namespace rf::run {

/// A context of its own for one call.
struct OwnContext {
  explicit OwnContext(std::uint32_t n_threads = 1) : workers(n_threads) {}
  core::Workers workers;
  core::Monitor monitor;
  core::Context context{workers, monitor, core::baseline_kernels()};
};

inline std::string test_data(const std::string& name) {
  return std::string(RUNFORGE_TEST_DATA_DIR) + "/" + name;
}

inline std::shared_ptr<const LoadedDataset> load_text(std::string_view csv) {
  OwnContext own;
  auto dataset = load_buffer(csv, {}, own.context);
  EXPECT_TRUE(dataset.ok()) << dataset.error().message;
  return std::move(dataset).value();
}

inline std::shared_ptr<const LoadedDataset> load_test_data(const std::string& name) {
  OwnContext own;
  auto dataset = load_file(test_data(name), {}, own.context);
  EXPECT_TRUE(dataset.ok()) << dataset.error().message;
  return std::move(dataset).value();
}

inline core::Result<std::shared_ptr<const Run>> try_train(const LoadedDataset& dataset,
                                                          std::string_view config,
                                                          std::uint32_t n_threads = 1) {
  OwnContext own(n_threads);
  auto read = read_train_config(config);
  if (!read.ok()) return std::move(read).error();
  return train(dataset, *read, own.context);
}

inline std::shared_ptr<const Run> train_on(const LoadedDataset& dataset, std::string_view config,
                                           std::uint32_t n_threads = 1) {
  auto run = try_train(dataset, config, n_threads);
  if (!run.ok()) {
    ADD_FAILURE() << run.error().message;
    return std::make_shared<const Run>();
  }
  return std::move(run).value();
}

}  // namespace rf::run
