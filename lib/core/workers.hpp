// SPDX-License-Identifier: MIT
// Threads for one call: started when first needed, joined before the call returns. A task's result depends on
// its number only, never on the thread that ran it or on how many there are.
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

  /// What a task function gets: its number and the thread slot (0 .. n_threads - 1) whose scratch it may use.
  using Task = std::function<Result<>(std::size_t task, std::uint32_t slot)>;

  /// Runs tasks 0 .. n_tasks - 1, each once, in any order, and returns when all are done; not from within a
  /// task, and one call at a time. The error with the
  /// lowest task number wins, later tasks may be skipped; so does a std::exception, rethrown here. Every
  /// worker runs in the default floating-point environment.
  Result<> run(std::size_t n_tasks, const Task& task);

  /// The same, with progress: reports (stage, done, total) once for each done = 1 .. n_tasks in ascending
  /// order on the calling thread, `done` being the length of the finished prefix; checks for cancel between
  /// tasks. The reported sequence is the same for every number of threads.
  Result<> run(std::size_t n_tasks, const Task& task, Monitor& monitor, const char* stage);

 private:
  struct Pool;
  class Session;
  Result<> run_job(std::size_t n_tasks, const Task& task, Monitor* monitor, const char* stage);
  std::unique_ptr<Pool> pool_;
};

}  // namespace rf::core
