// SPDX-License-Identifier: MIT
// Threads for one call. They are started when first needed and joined before the call returns. A task's
// result depends on its number only, never on the thread that ran it or on how many there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/monitor.hpp"
#include "core/result.hpp"

namespace rf::core {

class Workers {
 public:
  /// `n_threads` counts the calling thread; 0 means 1.
  explicit Workers(std::uint32_t n_threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  std::uint32_t n_threads() const;

  /// The arguments of a task function: the task's number, and the thread slot (0 .. n_threads - 1) whose
  /// scratch it may use.
  using Task = std::function<Result<>(std::size_t task, std::uint32_t slot)>;

  /// Runs tasks 0 .. n_tasks - 1, each once, in any order, and returns when all are done. Must not be called
  /// from within a task, nor by two threads at once. If tasks fail, the outcome is that of the failed task
  /// with the lowest number: its error, or its std::exception, rethrown here. Later tasks may be skipped.
  /// Every worker runs in the default floating-point environment.
  Result<> run(std::size_t n_tasks, const Task& task);

  /// As above, with progress. Reports (stage, done, total) once for each done = 1 .. n_tasks, in ascending
  /// order, on the calling thread. `done` is the number of leading tasks that have finished. Checks for
  /// cancellation between tasks. The reported sequence is the same for every number of threads.
  Result<> run(std::size_t n_tasks, const Task& task, Monitor& monitor, const char* stage);

 private:
  struct Pool;
  class Session;
  Result<> run_job(std::size_t n_tasks, const Task& task, Monitor* monitor, const char* stage);
  std::unique_ptr<Pool> pool_;
};

}  // namespace rf::core
