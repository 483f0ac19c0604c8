// SPDX-License-Identifier: MIT
// What the threads of the storm share: tables, what one thread made of them, folders, keys, flags, and
// handles that one thread made and another frees.
#pragma once

#include <unistd.h>

#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "abi_client.hpp"

namespace rf::abi_test {

constexpr std::size_t kThreads = 12;

inline std::vector<double> predicted(const rf_model* model, const rf_dataset* dataset,
                                     const rf_hooks* hooks) {
  std::vector<double> out(rf_dataset_rows(dataset) * rf_model_outputs(model));
  EXPECT_EQ(rf_predict(model, dataset, hooks, out.data(), out.size(), nullptr, nullptr), RF_OK);
  return out;
}

/// One training, as a single thread makes it before the storm.
struct Expected {
  std::size_t table = 0;
  std::string config;
  Trained run;
  Model model;
  Model fresh;  ///< of the round
  std::map<std::string, std::string> files;
  std::vector<double> predictions;
  std::string line;       ///< signed in memory
  std::string directory;  ///< where it stands for all to read
};

/// The flag of the call that a thread is in, for others to set.
class Flag {
 public:
  void lend(rf_cancel* cancel) {
    const std::lock_guard lock(mutex_);
    cancel_ = cancel;
  }
  void take_back() { lend(nullptr); }
  void set() {
    const std::lock_guard lock(mutex_);
    if (cancel_ != nullptr) rf_cancel_set(cancel_);
  }

 private:
  std::mutex mutex_;
  rf_cancel* cancel_ = nullptr;
};

class Stage {
 public:
  explicit Stage(double seconds)
      : folder_(testing::TempDir() + std::to_string(::getpid()) + "_runforge_storm") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    make_signer();
    make_tables();
    // Tables take turns, so that each round has new handles of all.
    const std::string few_leaves = R"("n_estimators": 5, "min_samples_leaf": 3)";
    const std::string filled = R"(, "missing": {"policy": "fill"})";
    const std::string native = R"(, "missing": {"policy": "native"})";
    const std::string regression = R"(, "task": "regression")";
    add(0, "logistic_regression", "");
    add(1, "random_forest", R"("n_estimators": 6)", native);
    add(2, "random_forest", R"("n_estimators": 6)", regression);
    add(0, "linear_svc", "");
    add(1, "gradient_boosting", few_leaves, native);
    add(2, "gradient_boosting", few_leaves, regression);
    add(0, "decision_tree", "");
    add(1, "logistic_regression", R"("max_iter": 30)", filled);
    add(2, "ridge_regression", "", regression);
    add(0, "random_forest", R"("n_estimators": 6)");
    add(1, "decision_tree", "", native);
    add(2, "decision_tree", "", regression);
    signed_together = emitted(expected[0], "signed");
    end_ = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                  std::chrono::duration<double>(seconds));
  }
  ~Stage() {
    while (bury_one()) {
    }
    std::filesystem::remove_all(folder_);
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  std::string path(const char* name) const { return folder_ + "/" + name; }
  /// Waits for all threads, and then has new handles for them; false when the storm is over. Early where
  /// something is wrong: a storm that goes on would bury the first message.
  bool next_round() {
    rounds_.arrive_and_wait();
    return !is_over_;
  }

  const rf_dataset* dataset(const Expected& of) const { return tables_[of.table].dataset.get(); }
  std::string table_path(const Expected& of) const { return tables_[of.table].path; }
  const std::string& table_digest(const Expected& of) const { return tables_[of.table].digest; }
  const std::string& table_described(const Expected& of) const { return tables_[of.table].described; }
  const std::string& shared_run(const Expected& of) const { return of.directory; }

  /// Of this round: nobody has used them before it.
  const rf_dataset* new_dataset(const Expected& of) const { return tables_[of.table].fresh.get(); }
  const rf_model* new_model(const Expected& of) const { return of.fresh.get(); }

  /// Handles wait here for whichever thread comes next.
  void bury(std::function<void()> free) {
    const std::lock_guard lock(mutex_);
    dead_.push_back(std::move(free));
  }
  bool bury_one() {
    std::function<void()> free;
    {
      const std::lock_guard lock(mutex_);
      if (dead_.empty()) return false;
      free = std::move(dead_.front());
      dead_.pop_front();
    }
    free();
    return true;
  }

  /// Whether the directory stays until the end.
  bool keep(const std::string& directory) {
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kMostKept) return false;
    kept_.insert(directory);
    return true;
  }
  bool may_sign() { return n_signing_.fetch_add(1) < kMostGuests; }
  void has_signed(const std::array<std::uint8_t, 32>& guest) {
    const std::lock_guard lock(mutex_);
    guests_.insert(guests_.end(), guest.begin(), guest.end());
  }

  /// Whole runs that were kept, and nothing else; every guest's signature.
  void check_what_is_left() {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path("emitted"))) {
      found.insert(entry.path().string());
      check_verified(entry.path().string(), {key.begin(), key.end()}, RF_STATEMENT_RECORDED);
    }
    EXPECT_EQ(found, kept_);
    EXPECT_FALSE(guests_.empty());
    check_verified(signed_together, guests_, RF_STATEMENT_SIGNED);
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      names.insert(entry.path().filename().string());
    EXPECT_EQ(names,
              (std::set<std::string>{"0.csv", "1.csv", "2.csv", "emitted", "model", "shared", "signed"}));
  }

  std::vector<Expected> expected;
  Signer signer;
  std::array<std::uint8_t, 32> key = {};
  std::string signed_together;
  std::array<Flag, kThreads> flags;
  std::atomic<int> n_whole = 0;
  std::atomic<int> n_cancelled = 0;
  std::atomic<int> n_nested = 0;
  int n_rounds = 0;

 private:
  static constexpr std::size_t kMostKept = 30;
  static constexpr int kMostGuests = 30;

  struct Table {
    std::string path;
    Dataset dataset;
    std::string digest;
    std::string described;
    Dataset fresh;
  };

  static void check_verified(const std::string& directory, const std::vector<std::uint8_t>& keys,
                             rf_statement statement) {
    const std::vector<rf_statement> wanted(keys.size() / 32, statement);
    rf_blob* report = nullptr;
    rf_error* error = nullptr;
    const rf_status status = rf_verify_artifacts_by(directory.c_str(), nullptr, keys.data(), wanted.data(),
                                                    wanted.size(), nullptr, &report, &error);
    EXPECT_EQ(status, RF_OK) << directory << ": " << told(status, error);
    rf_error_free(error);
    rf_blob_free(report);
  }

  /// By one thread, while all others wait.
  void begin_round() {
    constexpr int kFewestRounds = 3;  // all actions in each thread
    is_over_ = testing::Test::HasFailure() ||
               (n_rounds >= kFewestRounds && std::chrono::steady_clock::now() >= end_);
    if (is_over_) return;
    ++n_rounds;
    for (Table& table : tables_) table.fresh = load_file(table.path);
    for (Expected& one : expected) {
      const std::string& bytes = one.files.at("model.safetensors");
      rf_model* loaded = nullptr;
      EXPECT_EQ(rf_model_load_buffer(bytes.data(), bytes.size(), &loaded, nullptr), RF_OK);
      one.fresh.reset(loaded);
    }
  }

  void make_signer() {
    rf_signer* made = nullptr;
    ASSERT_EQ(rf_signer_generate(nullptr, 0, &made, nullptr), RF_OK);
    signer.reset(made);
    ASSERT_EQ(rf_signer_public_key(made, key.data(), key.size(), nullptr), RF_OK);
  }

  void make_tables() {
    std::string kinds = "n,word,flag,label\n";
    std::string measured = "x,z,label\n";
    for (int i = 0; i < 60; ++i) {
      const int a = i * 7 % 31;
      const int b = i * 11 % 37;
      kinds += (i % 9 == 4 ? "" : std::to_string(b) + ".5") + "," + "rgb"[i % 3] + "," +
               (a > b ? "true" : "false") + "," + "uvw"[(a + i) % 3] + "\n";
    }
    // Enough rows for trees to be prepared for predictions.
    for (int i = 0; i < 300; ++i) {
      const int a = i * 7 % 31;
      const int b = i * 11 % 37;
      measured += std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(3 * a - b) + ".25\n";
    }
    for (const std::string& csv : {small_csv(), kinds, measured}) {
      Table table;
      table.path = path((std::to_string(tables_.size()) + ".csv").c_str());
      std::ofstream(table.path, std::ios::binary) << csv;
      table.dataset = load_file(table.path);
      table.digest = digest_of(table.dataset.get());
      table.described = described(table.dataset.get());
      tables_.push_back(std::move(table));
    }
  }

  void add(std::size_t table, const std::string& family, const std::string& params,
           const std::string& more = "") {
    Expected one;
    one.table = table;
    one.config = R"({"model": ")" + family + R"(", "params": {)" + params + "}" + more + "}";
    one.run = train(tables_[table].dataset.get(), one.config);
    one.model = model_of(one.run.get());
    one.files = files_of(one.run.get());
    one.predictions = predicted(one.model.get(), tables_[table].dataset.get(), nullptr);
    rf_blob* line = nullptr;
    EXPECT_EQ(rf_run_sign(one.run.get(), signer.get(), &line, nullptr), RF_OK);
    one.line = text_of(Blob(line));
    one.directory = emitted(one, "shared");
    expected.push_back(std::move(one));
  }

  std::string emitted(const Expected& of, const char* parent) {
    rf_blob* directory = nullptr;
    EXPECT_EQ(rf_emit_artifacts(of.run.get(), path(parent).c_str(), signer.get(), nullptr, 0, nullptr,
                                &directory, nullptr),
              RF_OK);
    return std::string(text_of(Blob(directory)));
  }

  struct BeginRound {
    Stage* stage;
    void operator()() noexcept { stage->begin_round(); }
  };

  std::string folder_;
  bool is_over_ = false;
  std::barrier<BeginRound> rounds_{kThreads, BeginRound{this}};
  std::chrono::steady_clock::time_point end_;
  std::vector<Table> tables_;
  std::mutex mutex_;
  std::deque<std::function<void()>> dead_;
  std::set<std::string> kept_;
  std::vector<std::uint8_t> guests_;
  std::atomic<int> n_signing_ = 0;
};

}  // namespace rf::abi_test
