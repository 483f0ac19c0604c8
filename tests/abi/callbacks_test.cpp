// SPDX-License-Identifier: MIT
// Callbacks come on the calling thread in an order that no number of threads changes, and any of them may
// stop the call.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "abi_client.hpp"

namespace rf::abi_test {
namespace {

using Report = std::tuple<std::string, std::uint64_t, std::uint64_t>;

/// Records every callback and asks to stop at the k-th progress report.
struct Listener {
  std::vector<Report> reports;
  std::vector<std::string> log;
  std::thread::id thread = std::this_thread::get_id();
  bool other_thread = false;
  std::size_t stop_at = SIZE_MAX;

  static std::int32_t progress(void* user, const char* stage, std::uint64_t done, std::uint64_t total) {
    auto& self = *static_cast<Listener*>(user);
    self.other_thread |= std::this_thread::get_id() != self.thread;
    self.reports.emplace_back(stage, done, total);
    return self.reports.size() >= self.stop_at ? 1 : 0;
  }
  static void write(void* user, rf_log_level level, const char* code, const char* message) {
    auto& self = *static_cast<Listener*>(user);
    self.other_thread |= std::this_thread::get_id() != self.thread;
    self.log.push_back(std::to_string(level) + " " + code + " " + message);
  }
  rf_hooks hooks(std::uint32_t threads) {
    rf_hooks hooks = RF_HOOKS_INIT;
    hooks.user = this;
    hooks.progress = progress;
    hooks.log = write;
    hooks.threads = threads;
    return hooks;
  }
};

const std::string kTitanicForest =
    R"({"label": "Survived", "model": "random_forest", "missing": {"policy": "fill"}, "params": {"n_estimators": 12}})";

class Families : public testing::TestWithParam<const char*> {};

TEST_P(Families, TheSequenceIsTheSameForAnyNumberOfThreads) {
  const std::string config = R"({"label": "species", "model": ")" + std::string(GetParam()) + "\"}";
  std::vector<Listener> listeners(3);
  const std::array<std::uint32_t, 3> threads = {1, 2, 7};
  for (std::size_t i = 0; i < threads.size(); ++i) {
    const rf_hooks hooks = listeners[i].hooks(threads[i]);
    const Dataset dataset = load_file(kIris, &hooks);
    EXPECT_NE(train(dataset.get(), config, &hooks), nullptr);
    EXPECT_FALSE(listeners[i].other_thread);
  }
  EXPECT_FALSE(listeners[0].reports.empty());
  for (const Listener& listener : listeners) {
    EXPECT_EQ(listener.reports, listeners[0].reports);
    EXPECT_EQ(listener.log, listeners[0].log);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Families,
                         testing::Values("logistic_regression", "linear_svc", "decision_tree",
                                         "random_forest"),
                         [](const auto& family) { return std::string(family.param); });

TEST(Callbacks, NeverCountBeyondTheTotal) {
  Listener listener;
  const rf_hooks hooks = listener.hooks(2);
  EXPECT_NE(train(load_file(kTitanic, &hooks).get(), kTitanicForest, &hooks), nullptr);
  for (const auto& [stage, done, total] : listener.reports) {
    EXPECT_TRUE(!stage.empty() &&
                std::all_of(stage.begin(), stage.end(), [](char c) { return c >= 'a' && c <= 'z'; }));
    if (total != 0) {
      EXPECT_LE(done, total) << stage;
    }
  }
}

TEST(Callbacks, DiagnosticsArriveInTheLog) {
  Listener listener;
  rf_hooks hooks = listener.hooks(1);
  const Dataset dataset = load_file(kTitanic);
  EXPECT_NE(train(dataset.get(), kTitanicForest, &hooks), nullptr);
  const auto mentions = [&](const char* code) {
    return std::any_of(listener.log.begin(), listener.log.end(),
                       [&](const std::string& line) { return line.find(code) != std::string::npos; });
  };
  EXPECT_TRUE(mentions("IDENTIFIER_COLUMN_IGNORED"));
  EXPECT_TRUE(mentions("MISSING_VALUES_FILLED"));
  listener.log.clear();
  hooks.log_level = RF_LOG_OFF;
  EXPECT_NE(train(dataset.get(), kTitanicForest, &hooks), nullptr);
  EXPECT_TRUE(listener.log.empty());
}

TEST(Callbacks, AnyOfThemStopsALoad) {
  Listener all;
  rf_hooks hooks = all.hooks(1);
  EXPECT_NE(load_file(kTitanic, &hooks), nullptr);
  ASSERT_FALSE(all.reports.empty());
  for (std::size_t k = 1; k <= all.reports.size(); ++k) {
    Listener listener;
    listener.stop_at = k;
    hooks = listener.hooks(1);
    rf_dataset* dataset = nullptr;
    EXPECT_EQ(rf_dataset_load(kTitanic.c_str(), nullptr, 0, &hooks, &dataset, nullptr), RF_E_CANCELLED)
        << "call " << k;
    EXPECT_EQ(dataset, nullptr);
    EXPECT_EQ(listener.reports.size(), k);
  }
}

TEST(Callbacks, AnyOfThemStopsATraining) {
  const Dataset dataset = load_file(kTitanic);
  for (const std::uint32_t threads : {1u, 2u}) {
    Listener all;
    rf_hooks hooks = all.hooks(threads);
    EXPECT_NE(train(dataset.get(), kTitanicForest, &hooks), nullptr);
    ASSERT_GT(all.reports.size(), 12u);
    for (std::size_t k = 1; k <= all.reports.size(); ++k) {
      Listener listener;
      listener.stop_at = k;
      hooks = listener.hooks(threads);
      rf_run* run = nullptr;
      EXPECT_EQ(rf_train(dataset.get(), kTitanicForest.data(), kTitanicForest.size(), &hooks, &run, nullptr),
                RF_E_CANCELLED)
          << "call " << k;
      EXPECT_EQ(run, nullptr);
      EXPECT_EQ(listener.reports.size(), k);
    }
  }
}

// The last report says that the run is there; a request to stop comes too late then.
TEST(Callbacks, AnyButTheLastStopsAnEmitWithoutATrace) {
  const Trained run = train(load_file(kIris).get(), kIrisLogistic);
  const std::string folder = testing::TempDir() + std::to_string(::getpid()) + "_runforge_callbacks_emit";
  std::filesystem::remove_all(folder);
  Listener all;
  rf_hooks hooks = all.hooks(1);
  ASSERT_EQ(rf_emit_artifacts(run.get(), folder.c_str(), nullptr, nullptr, 0, &hooks, nullptr, nullptr),
            RF_OK);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  ASSERT_GT(all.reports.size(), 1u);
  for (std::size_t k = 1; k < all.reports.size(); ++k) {
    Listener listener;
    listener.stop_at = k;
    hooks = listener.hooks(1);
    EXPECT_EQ(rf_emit_artifacts(run.get(), folder.c_str(), nullptr, nullptr, 0, &hooks, nullptr, nullptr),
              RF_E_CANCELLED)
        << "call " << k;
    EXPECT_TRUE(std::filesystem::is_empty(folder)) << "call " << k;
  }
  std::filesystem::remove_all(folder);
}

TEST(Callbacks, AFlagSetBeforeTheCallStopsIt) {
  rf_cancel* made = nullptr;
  ASSERT_EQ(rf_cancel_new(&made, nullptr), RF_OK);
  const Cancel cancel(made);
  rf_cancel_set(made);
  EXPECT_EQ(rf_cancel_is_set(made), 1);
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.cancel = made;
  rf_run* run = nullptr;
  EXPECT_EQ(
      rf_train(load_file(kIris).get(), kIrisLogistic.data(), kIrisLogistic.size(), &hooks, &run, nullptr),
      RF_E_CANCELLED);
  EXPECT_EQ(run, nullptr);
}

struct FirstTree {
  std::promise<void> seen;
  bool told = false;
  static std::int32_t progress(void* user, const char* stage, std::uint64_t done, std::uint64_t) {
    auto& self = *static_cast<FirstTree*>(user);
    if (!self.told && std::string_view(stage) == "train" && done > 0) {
      self.told = true;
      self.seen.set_value();
    }
    return 0;
  }
};

// Far more trees than would be grown within the time of a test: only the flag ends it.
TEST(Callbacks, AnotherThreadStopsATraining) {
  const Dataset dataset = load_file(kTitanic);
  const std::string config =
      R"({"label": "Survived", "model": "random_forest", "missing": {"policy": "fill"}, "params": {"n_estimators": 100000}})";
  for (const std::uint32_t threads : {1u, 2u}) {
    rf_cancel* made = nullptr;
    ASSERT_EQ(rf_cancel_new(&made, nullptr), RF_OK);
    const Cancel cancel(made);
    FirstTree first;
    rf_hooks hooks = RF_HOOKS_INIT;
    hooks.user = &first;
    hooks.progress = FirstTree::progress;
    hooks.cancel = made;
    hooks.threads = threads;
    std::chrono::steady_clock::time_point asked;
    std::thread other([&] {
      first.seen.get_future().wait();
      asked = std::chrono::steady_clock::now();
      rf_cancel_set(made);
    });
    rf_run* run = nullptr;
    EXPECT_EQ(rf_train(dataset.get(), config.data(), config.size(), &hooks, &run, nullptr), RF_E_CANCELLED);
    const auto ended = std::chrono::steady_clock::now();
    other.join();
    EXPECT_EQ(run, nullptr);
    std::printf(
        "stopped %lld ms after it was asked to, %u threads\n",
        static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(ended - asked).count()),
        threads);
  }
}

/// Status and message of a training under a ceiling; the run's files where it is made.
template <class Files>
rf_status train_under(std::uint64_t max_bytes, const rf_dataset* dataset, const std::string& config,
                      std::string& message, Files& files) {
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.max_bytes = max_bytes;
  rf_run* made = nullptr;
  rf_error* error = nullptr;
  const rf_status status = rf_train(dataset, config.data(), config.size(), &hooks, &made, &error);
  message = rf_error_message(error);
  rf_error_free(error);
  if (made != nullptr) files = files_of(made);
  rf_run_free(made);
  return status;
}

TEST(Ceiling, EachFamilyIsRefusedBelowItsNeedAndChangesNoByteAboveIt) {
  const Dataset dataset = load_file(kTitanic);
  for (const std::string model :
       {"logistic_regression", "linear_svc", "decision_tree", "random_forest", "gradient_boosting"}) {
    SCOPED_TRACE(model);
    const std::string config =
        R"({"label": "Survived", "missing": {"policy": "fill"}, "model": ")" + model + R"("})";
    const auto expected = files_of(train(dataset.get(), config).get());
    std::string message;
    auto files = expected;
    EXPECT_EQ(train_under(1, dataset.get(), config, message, files), RF_E_LIMIT);
    EXPECT_EQ(message.find("max_bytes allows 1 byte; with the loaded table this needs at least "), 0u)
        << message;
    // Doubling the ceiling passes every refusal on the way, each for something more, and then trains.
    std::uint64_t ceiling = 1024;
    int refusals = 0;
    while (train_under(ceiling, dataset.get(), config, message, files) == RF_E_LIMIT) {
      ASSERT_LT(ceiling, std::uint64_t{1} << 34);
      ceiling *= 2;
      ++refusals;
    }
    EXPECT_GT(refusals, 3);
    EXPECT_EQ(message, "");
    EXPECT_EQ(files, expected);
  }
}

}  // namespace
}  // namespace rf::abi_test
