// SPDX-License-Identifier: MIT
#include "core/workers.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "unit/core/sanitized.hpp"

namespace rf::core {
namespace {

const std::uint32_t kThreadCounts[] = {0, 1, 2, 3, 7};

Error numbered_error(std::size_t number) {
  return {Code::kNotFinite, std::to_string(number), {}};
}

TEST(Workers, RunEachTaskOnceWithASlotOfItsOwn) {
  for (const std::uint32_t n_threads : kThreadCounts) {
    Workers workers(n_threads);
    EXPECT_EQ(workers.n_threads(), std::max(1u, n_threads));
    std::vector<std::atomic<int>> runs(1000), busy(workers.n_threads());
    for (int round = 0; round < 20; ++round) {
      const Result<> result = workers.run(runs.size(), [&](std::size_t task, std::uint32_t slot) -> Result<> {
        if (busy.at(slot)++ != 0) return Error{Code::kInternal, "two tasks in one slot", {}};
        ++runs.at(task);
        --busy[slot];
        return {};
      });
      ASSERT_TRUE(result.ok()) << result.error().message;
    }
    for (const auto& count : runs) EXPECT_EQ(count, 20);
  }
}

TEST(Workers, NoTasksAreFine) {
  Workers workers(3);
  EXPECT_TRUE(workers.run(0, [](std::size_t, std::uint32_t) -> Result<> { return Error{}; }).ok());
}

TEST(Workers, OneTaskAndOneThreadRunOnTheCallingThread) {
  const auto here = std::this_thread::get_id();
  const auto check = [here](std::size_t, std::uint32_t slot) -> Result<> {
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_EQ(slot, 0u);
    return {};
  };
  Workers one(1), many(7);
  EXPECT_TRUE(one.run(50, check).ok());
  EXPECT_TRUE(many.run(1, check).ok());
}

TEST(Workers, RunTasksAtTheSameTime) {
  Workers workers(3);
  std::mutex mutex;
  std::condition_variable arrived;
  int n_arrived = 0;
  // Each task waits for the other two.
  const Result<> result = workers.run(3, [&](std::size_t, std::uint32_t) -> Result<> {
    std::unique_lock lock(mutex);
    ++n_arrived;
    arrived.notify_all();
    if (!arrived.wait_for(lock, std::chrono::seconds(60), [&] { return n_arrived == 3; }))
      return Error{Code::kInternal, "alone", {}};
    return {};
  });
  EXPECT_TRUE(result.ok());
}

TEST(Workers, TheErrorWithTheLowestNumberWins) {
  for (const std::uint32_t n_threads : kThreadCounts) {
    Workers workers(n_threads);
    for (int round = 0; round < 50; ++round) {
      std::atomic<int> n_before = 0;
      const Result<> result = workers.run(200, [&](std::size_t task, std::uint32_t) -> Result<> {
        if (task < 40) ++n_before;
        if (task == 40) std::this_thread::sleep_for(std::chrono::microseconds(100));
        if (task >= 40) return numbered_error(task);
        return {};
      });
      ASSERT_FALSE(result.ok());
      EXPECT_EQ(result.error().message, "40");
      EXPECT_EQ(n_before, 40) << "a task before the failing one was skipped";
    }
  }
}

TEST(Workers, AnExceptionIsRethrownWhenItsTaskIsTheLowest) {
  for (const std::uint32_t n_threads : kThreadCounts) {
    Workers workers(n_threads);
    const auto throwing_at = [&](std::size_t at) {
      return workers.run(100, [at](std::size_t task, std::uint32_t) -> Result<> {
        if (task == at) throw std::runtime_error("thrown");
        if (task >= 50) return numbered_error(task);
        return {};
      });
    };
    EXPECT_THROW((void)throwing_at(20), std::runtime_error);
    EXPECT_EQ(throwing_at(60).error().message, "50");
    EXPECT_TRUE(workers.run(10, [](std::size_t, std::uint32_t) -> Result<> { return {}; }).ok());
  }
}

/// Keeps what the progress callback hears and stops after `stop_at` calls.
struct Listener {
  std::vector<std::string> heard;
  std::size_t stop_at = SIZE_MAX;
  std::thread::id thread = std::this_thread::get_id();
  bool other_thread = false;

  MonitorHooks hooks(const std::atomic<bool>* cancel = nullptr) {
    MonitorHooks hooks;
    hooks.user = this;
    hooks.cancel = cancel;
    hooks.progress = [](void* user, const char* stage, std::uint64_t done,
                        std::uint64_t total) -> std::int32_t {
      auto& self = *static_cast<Listener*>(user);
      self.heard.push_back(std::string(stage) + " " + std::to_string(done) + "/" + std::to_string(total));
      self.other_thread = self.other_thread || std::this_thread::get_id() != self.thread;
      return self.heard.size() == self.stop_at ? 1 : 0;
    };
    return hooks;
  }
};

std::vector<std::string> expected_reports(std::size_t n, std::size_t total) {
  std::vector<std::string> reports;
  for (std::size_t i = 1; i <= n; ++i)
    reports.push_back("trees " + std::to_string(i) + "/" + std::to_string(total));
  return reports;
}

TEST(Workers, ReportEachFinishedTaskOnceInOrderOnTheCallingThread) {
  for (const std::uint32_t n_threads : kThreadCounts) {
    Workers workers(n_threads);
    Listener listener;
    Monitor monitor(listener.hooks());
    const auto task = [](std::size_t number, std::uint32_t) -> Result<> {
      if (number % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return {};
    };
    EXPECT_TRUE(workers.run(100, task, monitor, "trees").ok());
    EXPECT_EQ(listener.heard, expected_reports(100, 100));
    EXPECT_FALSE(listener.other_thread);
  }
}

// The calling thread's task ends once all three have begun, so that no other is left for it. The last task
// ends only when the two before it were reported.
TEST(Workers, ReportWhileTheCallingThreadHasNothingToDo) {
  const auto caller = std::this_thread::get_id();
  std::atomic<std::uint64_t> n_heard = 0;
  MonitorHooks hooks;
  hooks.user = &n_heard;
  hooks.progress = [](void* user, const char*, std::uint64_t done, std::uint64_t) -> std::int32_t {
    *static_cast<std::atomic<std::uint64_t>*>(user) = done;
    return 0;
  };
  Monitor monitor(hooks);
  Workers workers(3);
  const auto wait_for = [](const auto& happened) {
    for (int i = 0; i < 10000 && !happened(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return happened();
  };
  std::atomic<int> n_begun = 0;
  std::atomic<bool> checked = false;
  const auto task = [&](std::size_t number, std::uint32_t) -> Result<> {
    ++n_begun;
    if (!wait_for([&] { return n_begun == 3; })) return Error{Code::kInternal, "a thread did not come", {}};
    if (std::this_thread::get_id() == caller) return {};
    if (number != 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (number == 2 && !wait_for([&] { return n_heard == 2; }))
      return Error{Code::kInternal, "the tasks before were not reported", {}};
    checked = checked || number == 2;
    return {};
  };
  // Rarely the calling thread takes the last task, which shows nothing.
  while (!checked) {
    n_begun = 0;
    n_heard = 0;
    const Result<> result = workers.run(3, task, monitor, "trees");
    ASSERT_TRUE(result.ok()) << result.error().message;
  }
}

TEST(Workers, ReportThePrefixBeforeAFailure) {
  for (const std::uint32_t n_threads : kThreadCounts) {
    Workers workers(n_threads);
    Listener listener;
    Monitor monitor(listener.hooks());
    const auto task = [](std::size_t number, std::uint32_t) -> Result<> {
      if (number >= 30) return numbered_error(number);
      return {};
    };
    EXPECT_EQ(workers.run(100, task, monitor, "trees").error().message, "30");
    EXPECT_EQ(listener.heard, expected_reports(30, 100));
  }
}

TEST(Workers, StopWhenTheCallbackSaysSoAndReportNothingMore) {
  for (const std::uint32_t n_threads : kThreadCounts) {
    Workers workers(n_threads);
    Listener listener;
    listener.stop_at = 10;
    Monitor monitor(listener.hooks());
    std::atomic<int> n_run = 0;
    const auto task = [&](std::size_t number, std::uint32_t) -> Result<> {
      ++n_run;
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      if (number >= 10) return numbered_error(number);  // never outranks the stop
      return {};
    };
    EXPECT_EQ(workers.run(100000, task, monitor, "trees").error().code, Code::kCancelled);
    EXPECT_EQ(listener.heard, expected_reports(10, 100000));
    EXPECT_LT(n_run, 100000);
  }
}

TEST(Workers, HearTheCancelFlagBetweenTasks) {
  for (const std::uint32_t n_threads : kThreadCounts) {
    Workers workers(n_threads);
    std::atomic<bool> cancel = false;
    Listener listener;
    Monitor monitor(listener.hooks(&cancel));
    std::atomic<int> n_run = 0;
    const auto task = [&](std::size_t number, std::uint32_t) -> Result<> {
      ++n_run;
      if (number == 5) cancel = true;
      return {};
    };
    EXPECT_EQ(workers.run(100000, task, monitor, "trees").error().code, Code::kCancelled);
    EXPECT_LT(n_run, 100000);
  }
}

TEST(Workers, ACancelFromOutsideEndsTheCallWhileItWaits) {
  Workers workers(2);
  std::atomic<bool> cancel = false;
  Listener listener;
  Monitor monitor(listener.hooks(&cancel));
  std::thread outside([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    cancel = true;
  });
  const auto task = [&](std::size_t, std::uint32_t) -> Result<> {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return {};
  };
  EXPECT_EQ(workers.run(100000, task, monitor, "trees").error().code, Code::kCancelled);
  outside.join();
}

// The limit holds for the whole process, so a child sets it. The sanitizers' own memory breaks such a limit.
TEST(Workers, GoOnWithFewerThreadsWhenTheSystemGivesNoMore) {
#if RF_TEST_SANITIZED
  GTEST_SKIP() << "a sanitizer needs more address space than the limit leaves";
#else
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // Stacks of 8 MiB each: hundreds do not fit.
    const rlimit limit{std::size_t{1} << 30, std::size_t{1} << 30};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(2);
    Workers workers(2000);
    std::vector<std::atomic<int>> runs(5000);
    const Result<> result = workers.run(runs.size(), [&](std::size_t task, std::uint32_t) -> Result<> {
      ++runs[task];
      return {};
    });
    const bool all = std::all_of(runs.begin(), runs.end(), [](const auto& count) { return count == 1; });
    ::_exit(result.ok() && all ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
#endif
}

TEST(Workers, ThreadsComputeInTheDefaultFloatEnvironment) {
  // New threads inherit the mode of the thread that starts them.
  std::thread([] {
    std::fesetround(FE_UPWARD);
    Workers workers(4);
    std::atomic<int> n_wrong = 0;
    const auto task = [&](std::size_t, std::uint32_t slot) -> Result<> {
      if (slot != 0 && std::fegetround() != FE_TONEAREST) ++n_wrong;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return {};
    };
    EXPECT_TRUE(workers.run(40, task).ok());
    EXPECT_EQ(n_wrong, 0);
  }).join();
}

}  // namespace
}  // namespace rf::core
