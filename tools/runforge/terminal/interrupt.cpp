// SPDX-License-Identifier: MIT
// The handler only calls rf_cancel_set, which is allowed in a signal handler. No SA_RESTART: a write that
// blocks on a full pipe returns and is abandoned. Pinned by tests/clients/terminal_test.py.
#include "terminal/interrupt.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace rf::tool {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

// A signal handler can access only static data.
std::atomic<rf_cancel*> active_flag = nullptr;
static_assert(std::atomic<rf_cancel*>::is_always_lock_free);

void handle_signal(int) {
  if (rf_cancel* flag = active_flag.load()) rf_cancel_set(flag);
}

void set_handlers(void (*handler)(int)) {
  for (const int signal : kSignals) {
    struct sigaction previous;
    // A signal that the parent ignores (nohup) stays ignored.
    if (::sigaction(signal, nullptr, &previous) != 0 || previous.sa_handler == SIG_IGN) continue;
    struct sigaction action = {};
    action.sa_handler = handler;
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace

Interrupt::Interrupt() {
  active_flag.store(flag_.get());
  set_handlers(handle_signal);
}

Interrupt::~Interrupt() {
  set_handlers(SIG_DFL);
  active_flag.store(nullptr);
}

bool interrupted() {
  const rf_cancel* flag = active_flag.load();
  return flag && rf_cancel_is_set(flag) != 0;
}

void stop_if_interrupted() {
  if (interrupted()) throw Failure{RF_E_CANCELLED, "CANCELLED", "cancelled"};
}

}  // namespace rf::tool
