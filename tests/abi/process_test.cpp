// SPDX-License-Identifier: MIT
// The library in a process that forks, that has no standard descriptors, and whose address space is bounded.
// What is done to a process is done to a child.
#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <thread>
#include <utility>

#include "abi_client.hpp"

namespace rf::abi_test {
namespace {

namespace fs = std::filesystem;

const std::string kForestOnTitanic =
    R"({"label": "Survived", "model": "random_forest", "missing": {"policy": "native"}, "params": {"n_estimators": 8}})";

std::string run_digest(const rf_run* run) {
  std::string digest(RF_DIGEST_SIZE, '\0');
  EXPECT_EQ(rf_run_digest(run, reinterpret_cast<std::uint8_t*>(digest.data()), digest.size(), nullptr),
            RF_OK);
  return digest;
}

std::string train_on_threads(const rf_dataset* dataset, std::uint32_t threads) {
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.threads = threads;
  return run_digest(train(dataset, kForestOnTitanic, &hooks).get());
}

/// What a child ended with: 0 when `holds` gave true there.
int in_child(const std::function<bool()>& holds) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(holds() ? 0 : 1);
  int ended = -1;
  EXPECT_EQ(::waitpid(child, &ended, 0), child);
  return ended;
}

TEST(Process, AForkBetweenCallsTrainsOnThreads) {
  const Dataset dataset = load_file(kTitanic);
  const std::string expected = train_on_threads(dataset.get(), 4);
  EXPECT_EQ(in_child([&] {
              return train_on_threads(dataset.get(), 4) == expected &&
                     train_on_threads(load_file(kTitanic).get(), 3) == expected;
            }),
            0);
  EXPECT_EQ(train_on_threads(dataset.get(), 2), expected);
}

TEST(Process, AForkDuringATrainingMayStartAProgram) {
  const Dataset dataset = load_file(kTitanic);
  const std::string expected = train_on_threads(dataset.get(), 1);
  std::atomic<bool> has_begun = false;
  std::atomic<bool> may_end = false;
  std::string found;
  std::thread host([&] {
    has_begun = true;
    do {
      found = train_on_threads(dataset.get(), 2);
    } while (found == expected && !may_end);
  });
  while (!has_begun) std::this_thread::yield();
  for (int i = 0; i < 20; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl("/bin/sh", "sh", "-c", "exit 7", static_cast<char*>(nullptr));
      ::_exit(1);
    }
    int ended = -1;
    EXPECT_EQ(::waitpid(child, &ended, 0), child);
    EXPECT_EQ(WEXITSTATUS(ended), 7);
  }
  may_end = true;
  host.join();
  EXPECT_EQ(found, expected);
}

class Folder {
 public:
  explicit Folder(const char* name) : path_(testing::TempDir() + std::to_string(::getpid()) + name) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string in(const char* name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Every function that opens a file, once; the run's digest, or nothing where one of them fails.
std::string use_files(const Folder& folder) {
  rf_dataset* dataset = nullptr;
  rf_run* run = nullptr;
  rf_blob* directory = nullptr;
  rf_blob* report = nullptr;
  rf_model* model = nullptr;
  rf_signer* signer = nullptr;
  const std::string model_path = folder.in("model");
  const std::string key_path = folder.in("key");
  const bool fine =
      rf_dataset_load(kTitanic.c_str(), nullptr, 0, nullptr, &dataset, nullptr) == RF_OK &&
      rf_train(dataset, kForestOnTitanic.c_str(), RF_AUTO_LEN, nullptr, &run, nullptr) == RF_OK &&
      rf_signer_generate(nullptr, 0, &signer, nullptr) == RF_OK &&
      rf_signer_save(signer, key_path.c_str(), nullptr) == RF_OK &&
      rf_emit_artifacts(run, folder.path().c_str(), signer, nullptr, 0, nullptr, &directory, nullptr) ==
          RF_OK &&
      rf_verify_artifacts(static_cast<const char*>(rf_blob_data(directory)), dataset, nullptr, 0, nullptr,
                          &report, nullptr) == RF_OK &&
      rf_run_model(run, &model, nullptr) == RF_OK &&
      rf_model_save(model, model_path.c_str(), nullptr) == RF_OK;
  rf_model_free(model);
  model = nullptr;
  const bool loaded = fine && rf_model_load(model_path.c_str(), &model, nullptr) == RF_OK;
  const std::string digest = loaded ? run_digest(run) : "";
  rf_model_free(model);
  rf_blob_free(report);
  rf_blob_free(directory);
  rf_signer_free(signer);
  rf_run_free(run);
  rf_dataset_free(dataset);
  return digest;
}

TEST(Process, WithoutStandardDescriptorsFilesAreReadAndWritten) {
  const std::string expected = train_on_threads(load_file(kTitanic).get(), 1);
  const Folder folder("_runforge_without_descriptors");
  EXPECT_EQ(in_child([&] {
              for (const int number : {0, 1, 2}) ::close(number);
              bool free_again = use_files(folder) == expected;
              for (const int number : {0, 1, 2})
                free_again = free_again && ::fcntl(number, F_GETFD) == -1 && errno == EBADF;
              return free_again;
            }),
            0);
}

#if !defined(RUNFORGE_TEST_SANITIZED)
/// The stack is grown before it may not grow any more.
__attribute__((noinline)) void touch_stack() {
  volatile char room[1 << 20];
  for (std::size_t i = 0; i < sizeof room; i += 1024) room[i] = 1;
}

std::size_t address_space() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// Loads, trains and signs, on threads, in a process that may grow by so much; then trains again without a
/// bound.
bool works_within(std::size_t more, rf_status* status) {
  touch_stack();
  ::malloc_trim(0);
  rlimit limit;
  ::getrlimit(RLIMIT_AS, &limit);
  const rlim_t before = std::exchange(limit.rlim_cur, address_space() + more);
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.threads = 3;
  rf_dataset* dataset = nullptr;
  rf_run* run = nullptr;
  rf_signer* signer = nullptr;
  ::setrlimit(RLIMIT_AS, &limit);
  *status = rf_dataset_load(kTitanic.c_str(), nullptr, 0, &hooks, &dataset, nullptr);
  if (*status == RF_OK)
    *status = rf_train(dataset, kForestOnTitanic.c_str(), RF_AUTO_LEN, &hooks, &run, nullptr);
  if (*status == RF_OK) *status = rf_signer_generate(nullptr, 0, &signer, nullptr);
  limit.rlim_cur = before;
  ::setrlimit(RLIMIT_AS, &limit);
  rf_signer_free(signer);
  rf_run_free(run);
  rf_dataset_free(dataset);
  return (*status == RF_OK || *status == RF_E_NOMEM) &&
         !train_on_threads(load_file(kTitanic).get(), 1).empty();
}

TEST(Process, ABoundedAddressSpaceIsOutOfMemoryOrEnough) {
  int n_refused = 0;
  int n_done = 0;
  // Page by page where the heap grows, then faster, past the stacks of threads and the heaps of their own.
  for (std::size_t more = 0; more < std::size_t{512} << 20; more += std::max<std::size_t>(4096, more / 8)) {
    const int ended = in_child([&] {
      rf_status status = RF_OK;
      const bool holds = works_within(more, &status);
      ::_exit(holds ? static_cast<int>(status) : 255);
      return false;
    });
    ASSERT_TRUE(WIFEXITED(ended) && WEXITSTATUS(ended) != 255) << "with " << more << " bytes more: " << ended;
    n_refused += WEXITSTATUS(ended) == RF_E_NOMEM ? 1 : 0;
    n_done += WEXITSTATUS(ended) == RF_OK ? 1 : 0;
  }
  std::cout << n_refused << " bounds too low, " << n_done << " enough\n";
  EXPECT_GT(n_refused, 3);
  EXPECT_GT(n_done, 0);
}
#endif

}  // namespace
}  // namespace rf::abi_test
