// SPDX-License-Identifier: MIT
// What happens when memory runs out: every n-th allocation fails once, and the call either succeeds or says
// RF_E_NOMEM, with nothing leaked (under AddressSanitizer). Also: predicting rows of numbers allocates
// nothing. This program replaces operator new, so it stands alone.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include "abi_client.hpp"

namespace {

std::atomic<std::int64_t> allocations_left = INT64_MAX;  // before the one that fails
std::atomic<std::int64_t> allocations_made = 0;

void* allocate(std::size_t size, std::size_t alignment) {
  allocations_made.fetch_add(1, std::memory_order_relaxed);
  if (allocations_left.fetch_sub(1, std::memory_order_relaxed) == 1) throw std::bad_alloc();
  void* memory = nullptr;
  if (::posix_memalign(&memory, std::max(alignment, sizeof(void*)), std::max<std::size_t>(size, 1)) != 0)
    throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size, alignof(std::max_align_t));
}
void* operator new[](std::size_t size) {
  return allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, std::size_t(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, std::size_t(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace rf::abi_test {
namespace {

struct Outcome {
  rf_status status;
  std::int64_t allocations;
};

/// The whole way: load, train, emit into `folder`, take the model, predict.
Outcome walk(const std::string& csv, const std::string& config, const std::string& folder,
             std::int64_t fail_at) {
  rf_hooks hooks = RF_HOOKS_INIT;
  rf_dataset* dataset = nullptr;
  rf_run* run = nullptr;
  rf_model* model = nullptr;
  rf_blob* directory = nullptr;
  rf_error* error = nullptr;
  double out[64];
  allocations_made = 0;
  allocations_left = fail_at;
  rf_status status = rf_dataset_load_buffer(csv.data(), csv.size(), nullptr, 0, &hooks, &dataset, &error);
  if (status == RF_OK) status = rf_train(dataset, config.data(), config.size(), &hooks, &run, &error);
  if (status == RF_OK)
    status = rf_emit_artifacts(run, folder.c_str(), nullptr, nullptr, 0, &hooks, &directory, &error);
  if (status == RF_OK) status = rf_run_model(run, &model, &error);
  if (status == RF_OK) status = rf_predict(model, dataset, &hooks, out, 64, nullptr, &error);
  allocations_left = INT64_MAX;
  const std::int64_t made = allocations_made;
  EXPECT_EQ(rf_error_status(error), status);
  EXPECT_TRUE(status == RF_OK || status == RF_E_NOMEM) << told(status, error);
  rf_error_free(error);
  rf_blob_free(directory);
  rf_model_free(model);
  rf_run_free(run);
  rf_dataset_free(dataset);
  return {status, made};
}

class OutOfMemory : public testing::TestWithParam<const char*> {};

TEST_P(OutOfMemory, IsAStatusWhereverItHappens) {
  const std::string csv = small_csv();
  const std::string config = GetParam();
  const std::string folder = testing::TempDir() + "runforge_memory";
  std::filesystem::remove_all(folder);
  const Outcome whole = walk(csv, config, folder, INT64_MAX);
  ASSERT_EQ(whole.status, RF_OK);
  std::filesystem::remove_all(folder);
  // Every early allocation, then in steps so that the test stays short; the steps are coprime to most
  // patterns.
  const std::int64_t step = std::max<std::int64_t>(1, whole.allocations / 400) | 1;
  std::int64_t refused = 0;
  for (std::int64_t n = 1; n <= whole.allocations; n += n < 200 ? 1 : step) {
    SCOPED_TRACE("allocation " + std::to_string(n) + " of " + std::to_string(whole.allocations));
    const Outcome outcome = walk(csv, config, folder, n);
    refused += outcome.status == RF_E_NOMEM ? 1 : 0;
    if (outcome.status != RF_OK && std::filesystem::exists(folder)) {
      // What stands there is a whole run or nothing.
      for (const auto& entry : std::filesystem::directory_iterator(folder))
        EXPECT_TRUE(std::filesystem::exists(entry.path() / "SHA256SUMS")) << entry.path();
    }
    std::filesystem::remove_all(folder);
  }
  EXPECT_GT(refused, 100);
}

INSTANTIATE_TEST_SUITE_P(Families, OutOfMemory,
                         testing::Values("{}", R"({"model": "decision_tree"})",
                                         R"({"model": "random_forest", "params": {"n_estimators": 2}})"));

TEST(Memory, PredictingRowsOfNumbersAllocatesNothing) {
  for (const char* config : {"{}", R"({"model": "random_forest", "params": {"n_estimators": 3}})"}) {
    const Model model = model_of(train(load_text(small_csv()).get(), config).get());
    const double rows[] = {1, 2, 3, 4};
    double out[4];
    allocations_made = 0;
    const rf_status status = rf_predict_rows(model.get(), rows, 2, 2, out, 4, nullptr);
    const std::int64_t made = allocations_made;
    EXPECT_EQ(status, RF_OK);
    EXPECT_EQ(made, 0) << config;
  }
}

}  // namespace
}  // namespace rf::abi_test
