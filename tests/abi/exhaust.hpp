// SPDX-License-Identifier: MIT
// A call made again and again, with the n-th request for memory (or a thread) refused, for every n until it
// asks for no more: RF_E_NOMEM each time, nothing kept, and what it gives in the end is what it gives at all
// times.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>

#include <unistd.h>

#include "abi/abi_client.hpp"
#include "abi/failing_system.hpp"

namespace rf::abi_test {

/// RUNFORGE_EVERY_FAULT=1 asks for every trial whole; minutes.
inline bool every_fault() {
  return std::getenv("RUNFORGE_EVERY_FAULT") != nullptr;
}

struct Trial {
  const char* name;
  std::function<rf_status(rf_error**)> call;
  /// What a call that went well gave, as text; frees it.
  std::function<std::string()> take;
  rf_status ends_with = RF_OK;  ///< with all the memory that it asks for
  bool in_children = true;      ///< Failing::kEachInAChild will do
  /// Unless every_fault(): a long trial refuses each request alone, not with all after; of a composed one,
  /// which asks for what others ask for, each seventh.
  enum class Size { kShort, kLong, kComposed } size = Size::kShort;
  bool in_part() const { return size != Size::kShort && !every_fault(); }
};

struct Trials {
  std::int64_t refused = 0;   ///< calls that met a refusal
  std::int64_t got_over = 0;  ///< of these, calls that gave their result all the same
};

/// Part of a trial is each so many requests. The build by clang takes part of what the one by gcc takes
/// whole.
inline constexpr std::int64_t kStep = 7;
#if defined(__clang__)
inline constexpr bool kIsClang = true;
#else
inline constexpr bool kIsClang = false;
#endif

inline std::string joined_files(const rf_run* run) {
  std::string text;
  for (const auto& [name, bytes] : files_of(run)) text += name + "\n" + bytes;
  return text;
}

class Exhaustion {
 public:
  Exhaustion(const Trial& trial, Scarce what, Failing::Extent extent)
      : trial_(trial), what_(what), extent_(extent) {}

  /// Calls for every n. Failures are told by the test it runs in.
  Trials run() {
    Trials trials;
    const std::ptrdiff_t files_before = open_files();
    if (!whole_call(&expected_)) return trials;
    if (trial_.in_children && what_ == Scarce::kMemory) {
      try_each_in_a_child(&trials);
    } else {
      try_each(&trials);
    }
    EXPECT_EQ(open_files(), files_before) << trial_.name << ": descriptors kept";
    return trials;
  }

 private:
  struct Attempt {
    rf_status status;
    std::int64_t refusals;
    std::int64_t kept;
    bool has_code;
    bool is_same;
  };

  static std::ptrdiff_t open_files() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  }

  /// Of a long trial each request among the last, where files are written, and some before.
  void try_each(Trials* trials) {
    constexpr std::int64_t kLast = 100;
    const std::int64_t in_steps = trial_.in_part() ? requests() - kLast : 0;
    for (std::int64_t n = 1;; n += n < in_steps ? kStep : 1) {
      Attempt attempt = try_once(n);
      // What is made once and kept, such as a table behind a static, is not kept a second time.
      if (attempt.kept != 0) attempt = try_once(n);
      if (!is_right(attempt, n) || attempt.refusals == 0) return;
      ++trials->refused;
      trials->got_over += attempt.status == trial_.ends_with ? 1 : 0;
      std::string again;
      if (trials->refused % 256 == 0 && !(whole_call(&again) && is_same(again, n))) return;
    }
  }

  void try_each_in_a_child(Trials* trials) {
    const bool in_steps = trial_.in_part() && (kIsClang || trial_.size == Trial::Size::kComposed);
    const std::int64_t step = in_steps ? kStep : 1;
    std::cout.flush();
    const std::int64_t before = blocks_held();
    auto* error = reinterpret_cast<rf_error*>(std::uintptr_t{1});
    Attempt attempt{};
    bool in_child = false;
    std::int64_t n = 0;
    std::int64_t failed = 0;
    {
      const Failing failing(what_, Failing::kEachInAChild, extent_, step);
      attempt.status = trial_.call(&error);
      attempt.refusals = failing.refusals();
      in_child = failing.in_child();
      n = failing.requests();
      failed = failing.failed_children();
    }
    finish(&attempt, error, before);
    if (in_child) {
      std::string again;
      const bool right =
          is_right(attempt, attempt.refusals) &&
          (attempt.refusals % 256 != 0 || (whole_call(&again) && is_same(again, attempt.refusals)));
      std::cout.flush();
      ::_exit(right ? 0 : 1);
    }
    EXPECT_EQ(failed, 0) << trial_.name << ": children that failed, see above";
    EXPECT_TRUE(attempt.status == trial_.ends_with && attempt.is_same) << trial_.name;
    EXPECT_EQ(attempt.refusals, n / step) << trial_.name << ": requests and children";
    trials->refused = attempt.refusals;
  }

  bool whole_call(std::string* text) {
    rf_error* error = nullptr;
    const rf_status status = trial_.call(&error);
    if (status == RF_OK) *text = trial_.take();
    EXPECT_EQ(status, trial_.ends_with) << trial_.name << ": " << told(status, error);
    rf_error_free(error);
    return status == trial_.ends_with;
  }

  /// How many a whole call makes.
  std::int64_t requests() {
    rf_error* error = nullptr;
    std::int64_t made = 0;
    rf_status status = RF_OK;
    {
      const Failing failing(what_, std::numeric_limits<std::int64_t>::max(), extent_);
      status = trial_.call(&error);
      made = failing.requests();
    }
    if (status == RF_OK) (void)trial_.take();
    rf_error_free(error);
    return made;
  }

  Attempt try_once(std::int64_t n) {
    const std::int64_t before = blocks_held();
    auto* error = reinterpret_cast<rf_error*>(std::uintptr_t{1});
    Attempt attempt{};
    {
      const Failing failing(what_, n, extent_);
      attempt.status = trial_.call(&error);
      attempt.refusals = failing.refusals();
    }
    finish(&attempt, error, before);
    return attempt;
  }

  /// Looks at what a call gave, frees it, and counts what then is left.
  void finish(Attempt* attempt, rf_error* error, std::int64_t before) {
    attempt->is_same = attempt->status != RF_OK || trial_.take() == expected_;
    attempt->has_code =
        rf_error_status(error) == attempt->status &&
        (attempt->status != RF_E_NOMEM || std::string_view(rf_error_code(error)) == "OUT_OF_MEMORY");
    rf_error_free(error);
    attempt->kept = blocks_held() - before;
  }

  bool is_right(const Attempt& attempt, std::int64_t n) {
    const bool allowed = attempt.status == trial_.ends_with ||
                         (what_ == Scarce::kMemory && attempt.refusals > 0 && attempt.status == RF_E_NOMEM);
    EXPECT_TRUE(allowed && attempt.has_code) << at(n) << rf_status_name(attempt.status);
    EXPECT_TRUE(attempt.is_same) << at(n) << "another result";
    EXPECT_EQ(attempt.kept, 0) << at(n) << "blocks kept";
    return allowed && attempt.has_code && attempt.is_same && attempt.kept == 0;
  }
  bool is_same(const std::string& text, std::int64_t n) {
    EXPECT_TRUE(text == expected_) << at(n) << "the call after it gives another result";
    return text == expected_;
  }
  std::string at(std::int64_t n) const {
    return std::string(trial_.name) + ", request " + std::to_string(n) +
           (extent_ == Failing::Extent::kOne ? " refused: " : " and all after refused: ");
  }

  const Trial& trial_;
  const Scarce what_;
  const Failing::Extent extent_;
  std::string expected_;
};

}  // namespace rf::abi_test
