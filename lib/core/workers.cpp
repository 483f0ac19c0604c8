// SPDX-License-Identifier: MIT
// A pool whose threads start with the first job that needs them. Tasks are taken in ascending order from one
// counter, so when task m fails, all tasks before it were taken and will finish: the lowest failing number is
// the same for every number of threads. A job lives on the stack of run(). A thread joins it only under the
// mutex while `job` points to it, and run() returns only when no thread is in it any more.
// tests/unit/core/workers_test.cpp pins the order of reports, errors, exceptions and cancelling.
#include "core/workers.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <exception>
#include <limits>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "core/float_environment.hpp"

namespace rf::core {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// The tasks of one run() and their outcome.
class Job {
 public:
  Job(std::size_t n_tasks, const Workers::Task& task, const Monitor* monitor)
      : n_tasks_(n_tasks), task_(task), monitor_(monitor), finished_(monitor == nullptr ? 0 : n_tasks) {}

  /// Runs the next task; false when none is left to run. Any thread.
  bool run_one(std::uint32_t slot) {
    if (stop_ || (monitor_ != nullptr && monitor_->cancelled())) return false;
    const std::size_t number = next_.fetch_add(1);
    if (number >= n_tasks_) return false;
    try {
      Result<> result = task_(number, slot);
      if (!result.ok()) fail(number, std::move(result).error(), nullptr);
    } catch (...) {
      fail(number, std::nullopt, std::current_exception());
    }
    if (monitor_ != nullptr) {
      const std::lock_guard lock(mutex_);
      finished_[number] = true;
    }
    return true;
  }

  void stop() { stop_ = true; }
  bool monitored() const { return monitor_ != nullptr; }

  /// Number of leading tasks that have finished without failing. For monitored jobs.
  std::size_t finished_prefix() {
    const std::lock_guard lock(mutex_);
    while (prefix_ < std::min(n_tasks_, failed_) && finished_[prefix_]) ++prefix_;
    return prefix_;
  }

  /// After all threads have left: the outcome of the task with the lowest number that failed.
  Result<> outcome() {
    if (exception_ != nullptr) std::rethrow_exception(exception_);
    if (error_) return std::move(*error_);
    return {};
  }

 private:
  void fail(std::size_t number, std::optional<Error> error, std::exception_ptr exception) {
    stop_ = true;
    const std::lock_guard lock(mutex_);
    if (number > failed_) return;
    failed_ = number;
    error_ = std::move(error);
    exception_ = std::move(exception);
  }

  const std::size_t n_tasks_;
  const Workers::Task& task_;
  const Monitor* const monitor_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::vector<bool> finished_;
  std::size_t prefix_ = 0;
  std::size_t failed_ = kNone;
  std::optional<Error> error_;
  std::exception_ptr exception_;
};

}  // namespace

struct Workers::Pool {
  explicit Pool(std::uint32_t n) : n_threads(n) {}
  ~Pool();

  void start_threads(std::size_t wanted);
  void thread_main(std::uint32_t slot);

  const std::uint32_t n_threads;
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::condition_variable job_came;
  std::condition_variable job_moved;  ///< a task of a monitored job finished, or a thread left the job
  // Under the mutex:
  Job* job = nullptr;
  std::uint64_t job_number = 0;
  std::uint64_t n_moves = 0;
  std::uint32_t n_inside = 0;  ///< threads in the job, not counting the calling thread
  bool quit = false;
};

Workers::Pool::~Pool() {
  {
    const std::lock_guard lock(mutex);
    quit = true;
  }
  job_came.notify_all();
  for (std::thread& thread : threads) thread.join();
}

/// Starts fewer threads than wanted if the system allows no more. Results do not depend on their number.
void Workers::Pool::start_threads(std::size_t wanted) {
  wanted = std::min<std::size_t>(wanted, n_threads - 1);
  try {
    threads.reserve(wanted);
    while (threads.size() < wanted) {
      const auto slot = static_cast<std::uint32_t>(threads.size() + 1);
      threads.emplace_back([this, slot] { thread_main(slot); });
    }
  } catch (const std::system_error&) {
  }
}

void Workers::Pool::thread_main(std::uint32_t slot) {
  const DefaultFloatEnvironment environment;
  std::uint64_t last_job = 0;
  std::unique_lock lock(mutex);
  while (true) {
    job_came.wait(lock, [&] { return quit || (job != nullptr && job_number != last_job); });
    if (quit) return;
    last_job = job_number;
    Job& current = *job;
    ++n_inside;
    lock.unlock();
    while (current.run_one(slot)) {
      if (!current.monitored()) continue;
      {
        const std::lock_guard moved(mutex);
        ++n_moves;
      }
      job_moved.notify_one();
    }
    lock.lock();
    --n_inside;
    ++n_moves;
    job_moved.notify_one();
  }
}

/// Threads may enter a job while its session exists. The destructor of the session waits until all threads
/// have left, also while an exception unwinds the stack. So the job must outlive the session.
class Workers::Session {
 public:
  Session(Pool& pool, Job& job) : pool_(pool), job_(job) {
    const std::lock_guard lock(pool_.mutex);
    assert(pool_.job == nullptr);  // a task may not call run() on the workers that run it
    pool_.job = &job_;
    ++pool_.job_number;
    pool_.job_came.notify_all();
  }

  ~Session() {
    job_.stop();
    close([] {});
  }

  /// Lets no more threads in. Calls `moved` repeatedly, without holding the lock, until the last thread has
  /// left.
  template <class Moved>
  void close(Moved moved) {
    std::unique_lock lock(pool_.mutex);
    pool_.job = nullptr;
    while (pool_.n_inside > 0) {
      const std::uint64_t seen = pool_.n_moves;
      lock.unlock();
      moved();
      lock.lock();
      pool_.job_moved.wait(lock, [&] { return pool_.n_inside == 0 || pool_.n_moves != seen; });
    }
  }

 private:
  Pool& pool_;
  Job& job_;
};

Result<> Workers::run_job(std::size_t n_tasks, const Task& task, Monitor* monitor, const char* stage) {
  Job job(n_tasks, task, monitor);
  std::size_t n_reported = 0;
  Result<> heard;
  const auto report = [&] {
    if (monitor == nullptr) return;
    const std::size_t prefix = job.finished_prefix();
    while (n_reported < prefix && heard.ok()) heard = monitor->report(stage, ++n_reported, n_tasks);
    if (!heard.ok()) job.stop();
  };
  if (n_tasks > 1) pool_->start_threads(n_tasks - 1);
  if (n_tasks > 1 && !pool_->threads.empty()) {
    Session session(*pool_, job);
    while (job.run_one(0)) report();
    session.close(report);
  } else {
    while (job.run_one(0)) report();
  }
  report();
  if (monitor != nullptr && heard.ok() && n_reported < n_tasks) heard = monitor->check();
  // If the caller asked to stop after k tasks, the failure of a later task is not reported, because with one
  // thread that task would not have run.
  RF_TRY(std::move(heard));
  return job.outcome();
}

Result<> Workers::run(std::size_t n_tasks, const Task& task) {
  return run_job(n_tasks, task, nullptr, "");
}

Result<> Workers::run(std::size_t n_tasks, const Task& task, Monitor& monitor, const char* stage) {
  return run_job(n_tasks, task, &monitor, stage);
}

Workers::Workers(std::uint32_t n_threads)
    : pool_(std::make_unique<Pool>(std::max<std::uint32_t>(1, n_threads))) {}

Workers::~Workers() = default;

std::uint32_t Workers::n_threads() const {
  return pool_->n_threads;
}

}  // namespace rf::core
