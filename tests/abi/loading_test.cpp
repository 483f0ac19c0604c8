// SPDX-License-Identifier: MIT
// The shared library as a plugin: loaded and unloaded again and again, beside another big library, and two
// copies of it in one process. The program is not linked with it.
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "abi/failing_system.hpp"
#include "arrow/duckdb.hpp"
#include "runforge/runforge.h"

namespace rf::loading_test {
namespace {

namespace fs = std::filesystem;

const std::string kLibrary = RUNFORGE_SHARED_LIBRARY;
constexpr const char* kConfig = R"({"model": "random_forest", "params": {"n_estimators": 4}})";

/// Sixty rows, two classes.
std::string some_csv() {
  std::string text = "a,b,label\n";
  for (int i = 0; i < 60; ++i)
    text += std::to_string(i * 7 % 31) + "," + std::to_string(i * 5 % 29) + "," +
            std::to_string(i * 7 % 31 > 15 ? 1 : 0) + "\n";
  return text;
}

/// A copy of the library in this process, and what is called of it.
class Copy {
 public:
  explicit Copy(void* handle) : handle_(handle) {
    if (handle == nullptr) {
      ADD_FAILURE() << ::dlerror();
      return;
    }
    find(load_, "rf_dataset_load_buffer");
    find(train_, "rf_train");
    find(digest_, "rf_run_digest");
    find(generate_, "rf_signer_generate");
    find(free_dataset_, "rf_dataset_free");
    find(free_run_, "rf_run_free");
    find(free_signer_, "rf_signer_free");
    find(free_error_, "rf_error_free");
    find(normalize_, "rf_config_normalize");
    find(build_info_, "rf_build_info");
  }

  /// The run's digest; a training on two threads, a key, and a failure on the way.
  std::string work() {
    const std::string csv = some_csv();
    rf_hooks hooks = RF_HOOKS_INIT;
    hooks.threads = 2;
    rf_dataset* dataset = nullptr;
    rf_run* run = nullptr;
    rf_signer* signer = nullptr;
    rf_error* error = nullptr;
    rf_blob* none = nullptr;
    std::string digest(RF_DIGEST_SIZE, '\0');
    EXPECT_EQ(load_(csv.data(), csv.size(), nullptr, 0, &hooks, &dataset, nullptr), RF_OK);
    EXPECT_EQ(train_(dataset, kConfig, RF_AUTO_LEN, &hooks, &run, nullptr), RF_OK);
    EXPECT_EQ(digest_(run, reinterpret_cast<std::uint8_t*>(digest.data()), digest.size(), nullptr), RF_OK);
    EXPECT_EQ(generate_(nullptr, 0, &signer, nullptr), RF_OK);
    EXPECT_EQ(normalize_("{", 1, &none, &error), RF_E_CONFIG);
    EXPECT_NE(std::string(build_info_()).find("numeric_profile"), std::string::npos);
    free_error_(error);
    free_signer_(signer);
    free_run_(run);
    free_dataset_(dataset);
    return digest;
  }

  void unload() { EXPECT_EQ(::dlclose(handle_), 0); }

 private:
  template <class Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(::dlsym(handle_, name));
    EXPECT_NE(function, nullptr) << name;
  }

  void* handle_;
  decltype(&rf_dataset_load_buffer) load_ = nullptr;
  decltype(&rf_train) train_ = nullptr;
  decltype(&rf_run_digest) digest_ = nullptr;
  decltype(&rf_signer_generate) generate_ = nullptr;
  decltype(&rf_dataset_free) free_dataset_ = nullptr;
  decltype(&rf_run_free) free_run_ = nullptr;
  decltype(&rf_signer_free) free_signer_ = nullptr;
  decltype(&rf_error_free) free_error_ = nullptr;
  decltype(&rf_config_normalize) normalize_ = nullptr;
  decltype(&rf_build_info) build_info_ = nullptr;
};

std::string load_work_and_unload(int scope) {
  Copy copy(::dlopen(kLibrary.c_str(), RTLD_NOW | scope));
  const std::string digest = copy.work();
  copy.unload();
  return digest;
}

std::ptrdiff_t lines_of(const char* path) {
  std::ifstream file(path);
  return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
}

std::ptrdiff_t open_files() {
  return std::distance(fs::directory_iterator("/proc/self/fd"), {});
}

class Cycles : public testing::TestWithParam<int> {};

TEST_P(Cycles, LeaveNothingBehind) {
  const std::string expected = load_work_and_unload(GetParam());
  for (int i = 0; i < 4; ++i) load_work_and_unload(GetParam());
  EXPECT_EQ(::dlopen(kLibrary.c_str(), RTLD_NOW | RTLD_NOLOAD), nullptr) << "it is still loaded";
  const std::ptrdiff_t mappings = lines_of("/proc/self/maps");
  const std::ptrdiff_t files = open_files();
  const std::int64_t blocks = abi_test::blocks_held();
  for (int i = 0; i < 30; ++i) EXPECT_EQ(load_work_and_unload(GetParam()), expected);
  EXPECT_EQ(open_files(), files);
  if (abi_test::system_can_fail()) {
    EXPECT_EQ(abi_test::blocks_held(), blocks);
    EXPECT_LE(lines_of("/proc/self/maps"), mappings + 2);  // the allocator's own
  }
  EXPECT_EQ(::dlopen(kLibrary.c_str(), RTLD_NOW | RTLD_NOLOAD), nullptr) << "it is still loaded";
}

INSTANTIATE_TEST_SUITE_P(Loading, Cycles, testing::Values(RTLD_LOCAL, RTLD_GLOBAL),
                         [](const auto& scope) { return scope.param == RTLD_LOCAL ? "Local" : "Global"; });

TEST(Unloading, AThreadThatUsedTheLibraryEndsAfterIt) {
  for (int i = 0; i < 5; ++i) {
    Copy copy(::dlopen(kLibrary.c_str(), RTLD_NOW | RTLD_LOCAL));
    std::promise<void> has_worked;
    std::promise<void> may_end;
    std::thread host([&] {
      copy.work();
      has_worked.set_value();
      may_end.get_future().wait();
    });
    has_worked.get_future().wait();
    copy.unload();
    may_end.set_value();
    host.join();
    EXPECT_EQ(::dlopen(kLibrary.c_str(), RTLD_NOW | RTLD_NOLOAD), nullptr) << "it is still loaded";
  }
}

/// The library's file under another name.
class SecondFile {
 public:
  SecondFile() : path_(testing::TempDir() + std::to_string(::getpid()) + "_librunforge_copy.so") {
    fs::copy_file(fs::canonical(kLibrary), path_);
  }
  ~SecondFile() { fs::remove(path_); }
  const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

TEST(TwoCopies, GiveTheSameDigest) {
  const SecondFile file;
  for (const int scope : {RTLD_LOCAL, RTLD_GLOBAL}) {
    void* const first_handle = ::dlopen(kLibrary.c_str(), RTLD_NOW | scope);
    void* const second_handle = ::dlopen(file.path(), RTLD_NOW | scope);
    ASSERT_NE(::dlsym(first_handle, "rf_train"), ::dlsym(second_handle, "rf_train")) << "one copy only";
    Copy first(first_handle);
    Copy second(second_handle);
    const std::string digest = first.work();
    EXPECT_EQ(second.work(), digest);
    first.unload();
    EXPECT_EQ(second.work(), digest);
    second.unload();
  }
}

TEST(TwoCopies, ANamespaceOfItsOwnGivesTheSameDigest) {
#if defined(RUNFORGE_TEST_SANITIZED)
  GTEST_SKIP() << "a sanitizer cannot be in two namespaces";
#else
  Copy first(::dlopen(kLibrary.c_str(), RTLD_NOW | RTLD_LOCAL));
  Copy second(::dlmopen(LM_ID_NEWLM, kLibrary.c_str(), RTLD_NOW));
  EXPECT_EQ(second.work(), first.work());
  second.unload();
  first.unload();
#endif
}

/// Whether DuckDB answers a query.
bool duckdb_answers(duckdb_test::Library& duckdb) {
  duckdb_test::Handle database = nullptr;
  duckdb_test::Handle connection = nullptr;
  duckdb_test::Result result = {};
  const bool answers = duckdb.open(nullptr, &database) == 0 && duckdb.connect(database, &connection) == 0 &&
                       duckdb.query(connection, "SELECT sum(i) FROM range(1000) t(i)", &result) == 0 &&
                       duckdb.column_count(&result) == 1;
  duckdb.destroy_result(&result);
  duckdb.disconnect(&connection);
  duckdb.close(&database);
  return answers;
}

/// Both libraries in one process, in either order; RunForge leaves, DuckDB stays.
bool live_together(const std::string& path, int scope, bool duckdb_first, const std::string& expected) {
  if (duckdb_first && ::dlopen(path.c_str(), RTLD_NOW | scope) == nullptr) return false;
  Copy copy(::dlopen(kLibrary.c_str(), RTLD_NOW | scope));
  if (!duckdb_first && ::dlopen(path.c_str(), RTLD_NOW | scope) == nullptr) return false;
  duckdb_test::Library duckdb(path);
  const bool well = copy.work() == expected && duckdb_answers(duckdb) && copy.work() == expected;
  copy.unload();
  return well && duckdb_answers(duckdb) && load_work_and_unload(scope) == expected;
}

TEST(BesideDuckDb, BothWorkInEitherOrder) {
  const char* path = std::getenv("RUNFORGE_LIBDUCKDB");
  if (path == nullptr) GTEST_SKIP() << "run by beside_duckdb.py, which brings libduckdb.so";
  const std::string expected = load_work_and_unload(RTLD_LOCAL);
  for (const int scope : {RTLD_LOCAL, RTLD_GLOBAL})
    for (const bool duckdb_first : {true, false}) {
      std::fflush(nullptr);
      const pid_t child = ::fork();
      // Not _exit: what both registered for the end of the process is part of it.
      if (child == 0) std::exit(live_together(path, scope, duckdb_first, expected) ? 0 : 1);
      int ended = -1;
      ASSERT_EQ(::waitpid(child, &ended, 0), child);
      EXPECT_EQ(ended, 0) << (scope == RTLD_LOCAL ? "local" : "global")
                          << (duckdb_first ? ", DuckDB first" : "");
    }
}

}  // namespace
}  // namespace rf::loading_test
