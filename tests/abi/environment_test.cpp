// SPDX-License-Identifier: MIT
// The host's floating-point environment changes no byte of a run and is its own again afterwards and inside
// every callback; nothing is printed; the locale does not matter.
#include <unistd.h>

#include <algorithm>
#include <cfenv>
#include <chrono>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "abi_client.hpp"

namespace rf::abi_test {
namespace {

/// Flush-to-zero and denormals-are-zero, as -ffast-math start files set them.
constexpr unsigned kFlushToZero = 0x8040;

void set_hostile() {
  std::fesetround(FE_UPWARD);
#if defined(__SSE2__)
  _mm_setcsr(_mm_getcsr() | kFlushToZero);
#endif
}

bool is_hostile() {
#if defined(__SSE2__)
  if ((_mm_getcsr() & kFlushToZero) != kFlushToZero) return false;
#endif
  return std::fegetround() == FE_UPWARD;
}

class HostileEnvironment : public testing::Test {
 protected:
  void SetUp() override { std::fegetenv(&saved_); }
  void TearDown() override { std::fesetenv(&saved_); }

 private:
  std::fenv_t saved_;
};

struct Watcher {
  int calls = 0;
  int foreign = 0;
  void look() {
    ++calls;
    foreign += is_hostile() ? 0 : 1;
  }
  static std::int32_t progress(void* user, const char*, std::uint64_t, std::uint64_t) {
    static_cast<Watcher*>(user)->look();
    return 0;
  }
  static void log(void* user, rf_log_level, const char*, const char*) { static_cast<Watcher*>(user)->look(); }
};

TEST_F(HostileEnvironment, ChangesNoByteAndComesBack) {
  const std::string configs[] = {
      R"({"label": "Survived", "missing": {"policy": "fill"}})",
      R"({"label": "Survived", "model": "linear_svc", "missing": {"policy": "fill"}})",
      R"({"label": "Fare", "model": "ridge_regression", "missing": {"policy": "fill"}})",
      R"({"label": "Survived", "model": "random_forest", "missing": {"policy": "fill"}, "params": {"n_estimators": 8}})",
      R"({"label": "Survived", "model": "decision_tree", "missing": {"policy": "fill"}})"};
  for (const std::string& config : configs) {
    SCOPED_TRACE(config);
    std::feclearexcept(FE_ALL_EXCEPT);
    std::fesetenv(FE_DFL_ENV);
    const auto expected = files_of(train(load_file(kTitanic).get(), config).get());
    Watcher watcher;
    rf_hooks hooks = RF_HOOKS_INIT;
    hooks.user = &watcher;
    hooks.progress = Watcher::progress;
    hooks.log = Watcher::log;
    hooks.threads = 2;
    set_hostile();
    const Dataset dataset = load_file(kTitanic, &hooks);
    EXPECT_TRUE(is_hostile());
    const Trained run = train(dataset.get(), config, &hooks);
    EXPECT_TRUE(is_hostile());
    EXPECT_GT(watcher.calls, 0);
    EXPECT_EQ(watcher.foreign, 0);
    EXPECT_EQ(files_of(run.get()), expected);
    rf_run* failed = nullptr;
    EXPECT_EQ(rf_train(dataset.get(), "{", 1, &hooks, &failed, nullptr), RF_E_CONFIG);
    EXPECT_TRUE(is_hostile());
  }
}

TEST_F(HostileEnvironment, ChangesNoPrediction) {
  const Dataset dataset = load_file(kIris);
  const Model model = model_of(train(dataset.get(), kIrisLogistic).get());
  std::vector<double> expected(450), hostile(450), rows(4 * 150, 0.1), expected_rows(450), hostile_rows(450);
  ASSERT_EQ(rf_predict(model.get(), dataset.get(), nullptr, expected.data(), 450, nullptr, nullptr), RF_OK);
  ASSERT_EQ(rf_predict_rows(model.get(), rows.data(), 150, 4, expected_rows.data(), 450, nullptr), RF_OK);
  set_hostile();
  ASSERT_EQ(rf_predict(model.get(), dataset.get(), nullptr, hostile.data(), 450, nullptr, nullptr), RF_OK);
  ASSERT_EQ(rf_predict_rows(model.get(), rows.data(), 150, 4, hostile_rows.data(), 450, nullptr), RF_OK);
  EXPECT_TRUE(is_hostile());
  EXPECT_EQ(hostile, expected);
  EXPECT_EQ(hostile_rows, expected_rows);
}

TEST(Environment, ALocaleWithDecimalCommasChangesNoByte) {
  const auto expected = files_of(
      train(load_file(kTitanic).get(), R"({"label": "Survived", "missing": {"policy": "fill"}})").get());
  const char* found = nullptr;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "tr_TR.UTF-8"})
    if (!found) found = std::setlocale(LC_ALL, name);
  if (!found) GTEST_SKIP() << "no locale with decimal commas is installed (package locales, de_DE.UTF-8)";
  const auto files = files_of(
      train(load_file(kTitanic).get(), R"({"label": "Survived", "missing": {"policy": "fill"}})").get());
  std::setlocale(LC_ALL, "C");
  EXPECT_EQ(files, expected);
}

/// Descriptors 1 and 2 lead to a file while it lives.
class Capture {
 public:
  explicit Capture(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "w")) {
    std::fflush(nullptr);
    for (int i = 0; i < 2; ++i) {
      saved_[i] = ::dup(i + 1);
      ::dup2(::fileno(file_), i + 1);
    }
  }
  std::string end() {
    std::fflush(nullptr);
    for (int i = 0; i < 2; ++i) {
      ::dup2(saved_[i], i + 1);
      ::close(saved_[i]);
    }
    std::fclose(file_);
    std::string text = read_file(path_);
    std::filesystem::remove(path_);
    return text;
  }

 private:
  std::string path_;
  std::FILE* file_;
  int saved_[2] = {-1, -1};
};

/// Trains, writes, checks and predicts by one configuration; a family that does not converge says so to the
/// log alone.
void use_whole(const rf_dataset* dataset, const char* config, const std::string& folder) {
  const Trained run = train(dataset, config);
  rf_blob* path = nullptr;
  EXPECT_EQ(rf_emit_artifacts(run.get(), folder.c_str(), nullptr, nullptr, 0, nullptr, &path, nullptr),
            RF_OK);
  const Blob held(path);
  rf_blob* report = nullptr;
  EXPECT_EQ(
      rf_verify_artifacts(std::string(text_of(held)).c_str(), dataset, nullptr, 0, nullptr, &report, nullptr),
      RF_OK);
  rf_blob_free(report);
  const Model model = model_of(run.get());
  std::vector<double> out(rf_dataset_rows(dataset) * rf_model_outputs(model.get()));
  EXPECT_EQ(rf_predict(model.get(), dataset, nullptr, out.data(), out.size(), &report, nullptr), RF_OK);
  rf_blob_free(report);
}

/// Failures of many kinds, which nobody asks about.
void fail_in_many_ways(const rf_dataset* dataset, const std::string& folder) {
  rf_run* run = nullptr;
  rf_dataset* none = nullptr;
  rf_model* model = nullptr;
  rf_signer* signer = nullptr;
  rf_blob* report = nullptr;
  rf_hooks hooks = RF_HOOKS_INIT;
  for (const char* config :
       {"{}", "{", R"({"label": "Name"})", R"({"label": "Survived", "missing": {"policy": "error"}})"})
    EXPECT_NE(rf_train(dataset, config, RF_AUTO_LEN, nullptr, &run, nullptr), RF_OK);
  hooks.max_bytes = 1;
  EXPECT_EQ(rf_train(dataset, R"({"label": "Survived"})", RF_AUTO_LEN, &hooks, &run, nullptr), RF_E_LIMIT);
  EXPECT_EQ(rf_dataset_load("no such file", nullptr, 0, nullptr, &none, nullptr), RF_E_IO);
  EXPECT_EQ(rf_dataset_load_buffer("a,b\n1\n", 6, nullptr, 0, nullptr, &none, nullptr), RF_E_DATA);
  EXPECT_EQ(rf_dataset_load_buffer("\x1f\x8b\x08", 3, nullptr, 0, nullptr, &none, nullptr), RF_E_IO);
  EXPECT_EQ(rf_model_load_buffer("no model", 8, &model, nullptr), RF_E_DATA);
  EXPECT_EQ(rf_signer_load(kTitanic.c_str(), nullptr, &signer, nullptr), RF_E_DATA);
  EXPECT_EQ(rf_verify_artifacts(folder.c_str(), nullptr, nullptr, 0, nullptr, &report, nullptr),
            RF_E_INTEGRITY);
  rf_blob_free(report);
}

TEST(Environment, NothingIsPrinted) {
  const std::string folder = testing::TempDir() + std::to_string(::getpid()) + "_runforge_environment_silent";
  Capture capture(folder + ".txt");
  const Dataset dataset = load_file(kTitanic);
  for (const char* config :
       {R"({"label": "Survived"})", R"({"label": "Survived", "params": {"max_iter": 2}})",
        R"({"label": "Survived", "model": "linear_svc"})",
        R"({"label": "Survived", "model": "random_forest"})",
        R"({"label": "Survived", "model": "decision_tree"})",
        R"({"label": "Survived", "model": "gradient_boosting"})",
        R"({"label": "Fare", "task": "regression", "params": {"alpha": 0}})"})
    use_whole(dataset.get(), config, folder);
  fail_in_many_ways(dataset.get(), folder);
  const std::string printed = capture.end();
  std::filesystem::remove_all(folder);
  EXPECT_EQ(printed, "");
}

std::ptrdiff_t count_threads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

/// The number of threads once it is down to `expected`, or after ten seconds: the system may list a thread
/// for a moment after it was joined.
std::ptrdiff_t settled_threads(std::ptrdiff_t expected) {
  for (int tries = 0; tries < 1000 && count_threads() > expected; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return count_threads();
}

TEST(Environment, NoThreadOutlivesACall) {
  // ThreadSanitizer starts a thread of its own beside the first of a process, and keeps it.
  std::thread([] {}).join();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const std::ptrdiff_t before = count_threads();
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.threads = 4;
  std::ptrdiff_t most = 0;
  hooks.user = &most;
  hooks.progress = [](void* user, const char*, std::uint64_t, std::uint64_t) -> std::int32_t {
    auto& seen = *static_cast<std::ptrdiff_t*>(user);
    seen = std::max(seen, count_threads());
    return 0;
  };
  const Dataset dataset = load_file(kTitanic, &hooks);
  EXPECT_EQ(settled_threads(before), before);
  const Trained run = train(dataset.get(), R"({"label": "Survived", "model": "random_forest"})", &hooks);
  EXPECT_EQ(settled_threads(before), before);
  EXPECT_GT(most, before) << "no thread was seen during the calls";
}

}  // namespace
}  // namespace rf::abi_test
