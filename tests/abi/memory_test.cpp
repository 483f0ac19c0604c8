// SPDX-License-Identifier: MIT
// Predicting rows of numbers allocates nothing; loading under a ceiling stays below it. This program replaces
// operator new, so it stands alone.
#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "abi_client.hpp"
#include "arrow_producer.hpp"

namespace {

std::atomic<std::int64_t> allocations_made = 0;
std::atomic<std::int64_t> bytes_held = 0;
std::atomic<std::int64_t> most_bytes_held = 0;

void hold(std::int64_t bytes) {
  const std::int64_t held = bytes_held.fetch_add(bytes) + bytes;
  std::int64_t most = most_bytes_held;
  while (held > most && !most_bytes_held.compare_exchange_weak(most, held)) {
  }
}

void give_back(void* memory) {
  bytes_held.fetch_sub(static_cast<std::int64_t>(::malloc_usable_size(memory)));
  std::free(memory);
}

void* allocate(std::size_t size, std::size_t alignment) {
  allocations_made.fetch_add(1, std::memory_order_relaxed);
  void* memory = nullptr;
  if (::posix_memalign(&memory, std::max(alignment, sizeof(void*)), std::max<std::size_t>(size, 1)) != 0)
    throw std::bad_alloc();
  hold(static_cast<std::int64_t>(::malloc_usable_size(memory)));
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
  give_back(memory);
}
void operator delete[](void* memory) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory);
}

namespace rf::abi_test {
namespace {

TEST(Memory, PredictingRowsOfNumbersAllocatesNothing) {
  for (const char* config :
       {"{}", R"({"model": "random_forest", "params": {"n_estimators": 30}})",
        R"({"model": "gradient_boosting", "params": {"n_estimators": 30, "min_samples_leaf": 1}})"}) {
    const Model model = model_of(train(load_text(small_csv()).get(), config).get());
    std::vector<double> rows(2 * 100, 1.5);
    std::vector<double> out(2 * 100);
    for (const std::size_t n_rows : {1, 2, 100}) {  // one goes down several trees at once, many down one tree
      allocations_made = 0;
      const rf_status status =
          rf_predict_rows(model.get(), rows.data(), n_rows, 2, out.data(), out.size(), nullptr);
      const std::int64_t made = allocations_made;
      EXPECT_EQ(status, RF_OK);
      EXPECT_EQ(made, 0) << config << ", " << n_rows << " rows";
    }
  }
}

/// Most bytes held at a time while the text is loaded, beyond those before.
std::int64_t most_bytes_loading(const std::string& csv, std::uint64_t max_bytes, rf_status expected) {
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.max_bytes = max_bytes;
  rf_dataset* dataset = nullptr;
  const std::int64_t before = bytes_held;
  most_bytes_held = before;
  EXPECT_EQ(rf_dataset_load_buffer(csv.data(), csv.size(), nullptr, 0, &hooks, &dataset, nullptr), expected);
  rf_dataset_free(dataset);
  return most_bytes_held - before;
}

TEST(Memory, ABatchThatIsTooMuchIsNotCopied) {
  const Node batch = struct_of({number_column("a", "g", std::vector<double>(1 << 21, 0.5))});
  for (const std::uint64_t ceiling : {std::uint64_t{1} << 20, std::uint64_t{0}}) {
    ArrowSchema schema;
    ArrowArray array;
    Released released;
    hand_out(batch, &schema, &released.schemas);
    hand_out(batch, &array, &released.arrays);
    rf_hooks hooks = RF_HOOKS_INIT;
    hooks.max_bytes = ceiling;
    rf_dataset* dataset = nullptr;
    const std::int64_t before = bytes_held;
    most_bytes_held = before;
    const rf_status status = rf_dataset_from_arrow(&schema, &array, nullptr, 0, &hooks, &dataset, nullptr);
    const std::int64_t most = most_bytes_held - before;
    rf_dataset_free(dataset);
    EXPECT_EQ(status, ceiling != 0 ? RF_E_LIMIT : RF_OK);
    EXPECT_EQ(most > (1 << 20), ceiling == 0) << most;
  }
}

TEST(Memory, LoadingHoldsNoMoreThanTheCeilingAndABuffer) {
  constexpr std::int64_t kBuffer = 6 << 20;
  constexpr std::int64_t kCeiling = 1 << 20;
  std::string numbers = "a,b\n";
  std::string texts = "a,b\n";
  while (numbers.size() < (16 << 20)) {
    const std::string number = std::to_string(numbers.size());
    numbers += number + ",0.25\n";
    texts += "a text of its own with the number " + number + ",0.25\n";
  }
  std::string long_record = "a,b\n\"" + std::string(24 << 20, 'x') + "\",1\n";
  for (std::string* csv : {&numbers, &texts, &long_record}) {
    EXPECT_LE(most_bytes_loading(*csv, kCeiling, RF_E_LIMIT), kCeiling + kBuffer);
    EXPECT_GT(most_bytes_loading(*csv, 0, RF_OK),
              2 * (kCeiling + kBuffer));  // or the test would show nothing
  }
}

}  // namespace
}  // namespace rf::abi_test
