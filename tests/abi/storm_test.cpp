// SPDX-License-Identifier: MIT
// A storm: many threads share datasets, runs, models, keys and folders, call everything that the header lets
// any thread call, are cancelled at moments that nobody chose, and call the library from its own callbacks.
// Each result is the one that a single thread gives, and nothing half made is left. ThreadSanitizer looks on
// under the preset tsan.
//
// RUNFORGE_STORM_SECONDS says how long it lasts (2 unless given): `./dev storm [SECONDS]`.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "abi_client.hpp"
#include "storm_stage.hpp"

namespace rf::abi_test {
namespace {

/// What a thread of the storm does; `worker` says which one it is.
class Worker {
 public:
  Worker(Stage& stage, std::size_t number)
      : stage_(stage), number_(number), random_(static_cast<unsigned>(number) + 1) {}

  /// In every round all threads meet new handles at once, and then go their own ways: first through all
  /// actions, each from another one on, then anywhere.
  void operator()() {
    for (std::size_t round = 0; stage_.next_round(); ++round) {
      for (std::size_t i = 3 * round; i < 3 * (round + 1); ++i)
        use_new_handles(stage_.expected[i % stage_.expected.size()]);
      for (std::size_t i = round * kActionsARound; i < (round + 1) * kActionsARound; ++i) {
        act(i < kActions.size() ? (number_ + i) % kActions.size() : below(kActions.size()));
        stage_.bury_one();
      }
    }
  }

 private:
  using Action = void (Worker::*)();

  std::size_t below(std::size_t bound) { return random_() % bound; }
  void act(std::size_t which) { (this->*kActions[which])(); }
  const Expected& any_expected() { return stage_.expected[below(stage_.expected.size())]; }

  /// Hooks of one call: some threads, sometimes a flag that a canceller may set, sometimes a callback that
  /// stops the call, and callbacks that call the library themselves.
  class Call {
   public:
    explicit Call(Worker& worker, bool may_stop = true) : worker_(worker) {
      hooks_.user = this;
      hooks_.threads = 1 + static_cast<std::uint32_t>(worker.below(3));
      hooks_.progress = progress;
      hooks_.log = log;
      if (may_stop && worker.below(3) == 0) stop_at_ = worker.below(12);
      if (may_stop && worker.below(2) == 0) {
        EXPECT_EQ(rf_cancel_new(&hooks_.cancel, nullptr), RF_OK);
        worker.stage_.flags[worker.number_].lend(hooks_.cancel);
      }
    }
    ~Call() {
      if (hooks_.cancel == nullptr) return;
      worker_.stage_.flags[worker_.number_].take_back();
      rf_cancel_free(hooks_.cancel);
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    const rf_hooks* hooks() const { return &hooks_; }

    /// Whether the call went well. Otherwise it was stopped, because somebody asked for it.
    bool went_well(rf_status status, const char* what) {
      ++(status == RF_E_CANCELLED ? worker_.stage_.n_cancelled : worker_.stage_.n_whole);
      if (status == RF_OK) return true;
      EXPECT_EQ(status, RF_E_CANCELLED) << what;
      EXPECT_TRUE(has_stopped_ || (hooks_.cancel != nullptr && rf_cancel_is_set(hooks_.cancel) != 0)) << what;
      return false;
    }
    bool has_stopped() const { return has_stopped_; }

   private:
    static std::int32_t progress(void* user, const char*, std::uint64_t, std::uint64_t) {
      auto& self = *static_cast<Call*>(user);
      EXPECT_EQ(std::this_thread::get_id(), self.thread_);
      if (self.worker_.below(16) == 0) self.worker_.call_within();
      if (self.stop_at_ == 0) self.has_stopped_ = true;
      if (self.stop_at_ > 0) --self.stop_at_;
      return self.has_stopped_ ? 1 : 0;
    }
    static void log(void* user, rf_log_level, const char* code, const char*) {
      auto& self = *static_cast<Call*>(user);
      EXPECT_EQ(std::this_thread::get_id(), self.thread_);
      EXPECT_STRNE(code, "");
      self.worker_.call_within();
    }

    Worker& worker_;
    rf_hooks hooks_ = RF_HOOKS_INIT;
    std::size_t stop_at_ = SIZE_MAX;
    bool has_stopped_ = false;
    std::thread::id thread_ = std::this_thread::get_id();
  };

  /// From a callback: something small and whole, with no callbacks of its own.
  void call_within() {
    ++stage_.n_nested;
    const Expected& expected = any_expected();
    // Perhaps the very one that the call outside is at work on.
    const rf_dataset* const dataset = stage_.new_dataset(expected);
    switch (below(3)) {
      case 0:
        EXPECT_EQ(predicted(expected.model.get(), dataset, nullptr), expected.predictions);
        break;
      case 1:
        EXPECT_EQ(verify(stage_.shared_run(expected), dataset, nullptr), RF_OK);
        break;
      default:
        EXPECT_EQ(files_of(abi_test::train(dataset, expected.config).get()), expected.files);
    }
  }

  rf_status verify(const std::string& directory, const rf_dataset* dataset, const rf_hooks* hooks) {
    rf_blob* report = nullptr;
    rf_error* error = nullptr;
    const rf_status status =
        rf_verify_artifacts(directory.c_str(), dataset, stage_.key.data(), 1, hooks, &report, &error);
    EXPECT_TRUE(status == RF_OK || status == RF_E_CANCELLED) << told(status, error);
    rf_error_free(error);
    rf_blob_free(report);
    return status;
  }

  /// What the first use of a dataset and of a model prepares inside of them is prepared by whoever comes
  /// first. No lock of the test stands between the threads here, as it would hide a race.
  void use_new_handles(const Expected& expected) {
    const rf_dataset* const dataset = stage_.new_dataset(expected);
    const bool predicts_first = number_ % 2 == 0;
    if (predicts_first) {
      EXPECT_EQ(predicted(stage_.new_model(expected), dataset, nullptr), expected.predictions);
    }
    EXPECT_EQ(digest_of(dataset), stage_.table_digest(expected));
    if (!predicts_first) {
      EXPECT_EQ(predicted(stage_.new_model(expected), dataset, nullptr), expected.predictions);
    }
  }

  void train() {
    const Expected& expected = any_expected();
    const rf_dataset* const dataset = stage_.new_dataset(expected);
    Call call(*this);
    rf_run* run = nullptr;
    rf_error* error = nullptr;
    const rf_status status =
        rf_train(dataset, expected.config.data(), expected.config.size(), call.hooks(), &run, &error);
    if (call.went_well(status, "train")) {
      EXPECT_EQ(files_of(run), expected.files);
      EXPECT_FALSE(call.has_stopped());
    } else {
      EXPECT_EQ(run, nullptr);
      EXPECT_STREQ(rf_error_code(error), "CANCELLED");
    }
    stage_.bury([run] { rf_run_free(run); });
    stage_.bury([error] { rf_error_free(error); });
  }

  void predict() {
    const Expected& expected = any_expected();
    Call call(*this);
    std::vector<double> out(expected.predictions.size());
    const rf_status status = rf_predict(expected.model.get(), stage_.dataset(expected), call.hooks(),
                                        out.data(), out.size(), nullptr, nullptr);
    if (call.went_well(status, "predict")) {
      EXPECT_EQ(out, expected.predictions);
    }
  }

  void load() {
    const Expected& expected = any_expected();
    Call call(*this);
    rf_dataset* made = nullptr;
    const std::string path = stage_.table_path(expected);
    if (!call.went_well(rf_dataset_load(path.c_str(), nullptr, 0, call.hooks(), &made, nullptr), "load")) {
      EXPECT_EQ(made, nullptr);
      return;
    }
    EXPECT_EQ(digest_of(made), stage_.table_digest(expected));
    stage_.bury([made] { rf_dataset_free(made); });
  }

  void look_at_a_dataset() {
    const Expected& expected = any_expected();
    const rf_dataset* const dataset = stage_.new_dataset(expected);
    EXPECT_EQ(digest_of(dataset), stage_.table_digest(expected));
    EXPECT_EQ(described(dataset), stage_.table_described(expected));
    EXPECT_EQ(rf_dataset_column_name(dataset, rf_dataset_columns(dataset)), nullptr);
  }

  void emit() {
    const Expected& expected = any_expected();
    std::string directory;
    {
      Call call(*this);
      rf_blob* made = nullptr;
      const rf_status status =
          rf_emit_artifacts(expected.run.get(), stage_.path("emitted").c_str(), stage_.signer.get(), nullptr,
                            0, call.hooks(), &made, nullptr);
      const Blob held(made);
      if (!call.went_well(status, "emit")) {
        EXPECT_EQ(made, nullptr);
        return;
      }
      directory = text_of(held);
    }
    EXPECT_EQ(verify(directory, stage_.dataset(expected), nullptr), RF_OK);
    rf_run* opened = nullptr;
    EXPECT_EQ(rf_run_open(directory.c_str(), &opened, nullptr), RF_OK);
    EXPECT_EQ(files_of(opened), expected.files);
    stage_.bury([opened] { rf_run_free(opened); });
    if (!stage_.keep(directory)) std::filesystem::remove_all(directory);
  }

  void verify_shared() {
    const Expected& expected = any_expected();
    Call call(*this);
    call.went_well(verify(stage_.shared_run(expected), stage_.dataset(expected), call.hooks()), "verify");
  }

  void open_shared() {
    const Expected& expected = any_expected();
    rf_run* opened = nullptr;
    EXPECT_EQ(rf_run_open(stage_.shared_run(expected).c_str(), &opened, nullptr), RF_OK);
    EXPECT_EQ(files_of(opened), expected.files);
    rf_blob* report = nullptr;
    EXPECT_EQ(rf_diff_artifacts(stage_.shared_run(expected).c_str(),
                                stage_.shared_run(any_expected()).c_str(), &report, nullptr),
              RF_OK);
    stage_.bury([report] { rf_blob_free(report); });
    stage_.bury([opened] { rf_run_free(opened); });
  }

  void reproduce() {
    const Expected& expected = any_expected();
    Call call(*this);
    rf_blob* report = nullptr;
    const rf_status status =
        rf_reproduce_artifacts(stage_.shared_run(expected).c_str(), stage_.dataset(expected), nullptr,
                               call.hooks(), &report, nullptr);
    EXPECT_EQ(call.went_well(status, "reproduce"), report != nullptr);
    rf_blob_free(report);
  }

  void sign_in_memory() {
    const Expected& expected = any_expected();
    rf_blob* line = nullptr;
    EXPECT_EQ(rf_run_sign(expected.run.get(), stage_.signer.get(), &line, nullptr), RF_OK);
    EXPECT_EQ(text_of(Blob(line)), expected.line);
  }

  /// A new key signs the run that all sign, which others verify meanwhile; it says so once.
  void sign_together() {
    if (!stage_.may_sign()) return;
    rf_signer* made = nullptr;
    EXPECT_EQ(rf_signer_generate(nullptr, 0, &made, nullptr), RF_OK);
    const Signer guest(made);
    rf_error* error = nullptr;
    const rf_status status = rf_sign_artifacts(stage_.signed_together.c_str(), made, nullptr, &error);
    EXPECT_EQ(status, RF_OK) << told(status, error);
    rf_error_free(error);
    EXPECT_EQ(rf_sign_artifacts(stage_.signed_together.c_str(), made, nullptr, nullptr), RF_E_EXISTS);
    std::array<std::uint8_t, 32> key;
    EXPECT_EQ(rf_signer_public_key(made, key.data(), key.size(), nullptr), RF_OK);
    stage_.has_signed(key);
  }

  void save_a_model() {
    const Expected& expected = stage_.expected[0];
    const std::string path = stage_.path("model");
    EXPECT_EQ(rf_model_save(expected.model.get(), path.c_str(), nullptr), RF_OK);
    rf_model* loaded = nullptr;
    EXPECT_EQ(rf_model_load(path.c_str(), &loaded, nullptr), RF_OK);
    EXPECT_EQ(predicted(loaded, stage_.dataset(expected), nullptr), expected.predictions);
    stage_.bury([loaded] { rf_model_free(loaded); });
  }

  void fail() {
    rf_error* error = nullptr;
    rf_run* run = nullptr;
    EXPECT_EQ(rf_train(stage_.dataset(any_expected()), R"({"label": "absent"})", RF_AUTO_LEN, nullptr, &run,
                       &error),
              RF_E_CONFIG);
    stage_.bury([error] {
      EXPECT_EQ(rf_error_status(error), RF_E_CONFIG);
      EXPECT_STRNE(rf_error_message(error), "");
      rf_error_free(error);
    });
    rf_model* model = nullptr;
    EXPECT_EQ(rf_model_load(stage_.path("absent").c_str(), &model, nullptr), RF_E_IO);
  }

  static constexpr std::array<Action, 12> kActions = {
      &Worker::train,     &Worker::predict,        &Worker::load,          &Worker::look_at_a_dataset,
      &Worker::emit,      &Worker::fail,           &Worker::verify_shared, &Worker::open_shared,
      &Worker::reproduce, &Worker::sign_in_memory, &Worker::sign_together, &Worker::save_a_model};

  static constexpr std::size_t kActionsARound = 4;

  Stage& stage_;
  std::size_t number_;
  std::minstd_rand random_;
};

TEST(Storm, GivesWhatOneThreadGives) {
  const char* given = std::getenv("RUNFORGE_STORM_SECONDS");
  const double seconds = given == nullptr ? 2 : std::atof(given);
  Stage stage(seconds);
  ASSERT_FALSE(HasFailure());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) threads.emplace_back(Worker(stage, i));
  std::atomic<bool> storm_is_over = false;
  std::vector<std::thread> cancellers;
  for (unsigned i = 0; i < 2; ++i)
    cancellers.emplace_back([&, i] {
      std::minstd_rand random(100 + i);
      while (!storm_is_over) {
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 2000));
        stage.flags[random() % kThreads].set();
      }
    });
  for (std::thread& thread : threads) thread.join();
  storm_is_over = true;
  for (std::thread& thread : cancellers) thread.join();
  stage.check_what_is_left();
  std::printf("storm: %d rounds, %d calls whole, %d cancelled, %d from callbacks\n", stage.n_rounds,
              stage.n_whole.load(), stage.n_cancelled.load(), stage.n_nested.load());
  EXPECT_GT(stage.n_whole, 0);
  EXPECT_GT(stage.n_cancelled, 0);
  EXPECT_GT(stage.n_nested, 0);
}

}  // namespace
}  // namespace rf::abi_test
