// SPDX-License-Identifier: MIT
// Predicting rows of numbers allocates nothing. This program replaces operator new, so it stands alone.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "abi_client.hpp"

namespace {

std::atomic<std::int64_t> allocations_made = 0;

void* allocate(std::size_t size, std::size_t alignment) {
  allocations_made.fetch_add(1, std::memory_order_relaxed);
  void* memory = nullptr;
  if (::posix_memalign(&memory, std::max(alignment, sizeof(void*)), std::max<std::size_t>(size, 1)) != 0)
    throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size, alignof(std::max_align_t));
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
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

TEST(Memory, PredictingRowsOfNumbersAllocatesNothing) {
  for (const char* config : {"{}", R"({"model": "random_forest", "params": {"n_estimators": 30}})",
                             R"({"model": "gradient_boosting", "params": {"n_estimators": 30, "min_samples_leaf": 1}})"}) {
    const Model model = model_of(train(load_text(small_csv()).get(), config).get());
    std::vector<double> rows(2 * 100, 1.5);
    std::vector<double> out(2 * 100);
    for (const std::size_t n_rows : {1, 2, 100}) {  // one goes down several trees at once, many down one tree
      allocations_made = 0;
      const rf_status status = rf_predict_rows(model.get(), rows.data(), n_rows, 2, out.data(), out.size(), nullptr);
      const std::int64_t made = allocations_made;
      EXPECT_EQ(status, RF_OK);
      EXPECT_EQ(made, 0) << config << ", " << n_rows << " rows";
    }
  }
}

}  // namespace
}  // namespace rf::abi_test
