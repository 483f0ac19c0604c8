// SPDX-License-Identifier: MIT
// Callbacks of runforge.hpp: what they receive, how they stop a call, and exceptions that come out of it
// unharmed.
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "unit/core/temporary_folder.hpp"
#include "wrapper_client.hpp"

namespace runforge_test {
namespace {

struct Thrown : std::runtime_error {
  using std::runtime_error::runtime_error;
};

TEST(Progress, IsToldOnTheCallingThread) {
  std::size_t calls = 0;
  runforge::Hooks hooks;
  hooks.threads = 2;
  hooks.progress = [&, here = std::this_thread::get_id()](std::string_view stage, std::uint64_t done,
                                                          std::uint64_t total) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_FALSE(stage.empty());
    EXPECT_TRUE(total == 0 || done <= total);
    ++calls;
    return true;
  };
  const runforge::Dataset dataset = iris(hooks);
  EXPECT_GT(calls, 0u);
  const runforge::Run run = runforge::train(dataset, kForest, hooks);
  EXPECT_GT(calls, 20u);
  EXPECT_EQ(run.digest(), runforge::train(dataset, kForest).digest());
  calls = 0;
  run.model().predict(dataset, hooks);
  EXPECT_GT(calls, 0u);
}

TEST(Progress, CancelsByGivingFalse) {
  runforge::Hooks hooks;
  hooks.progress = [](auto...) { return false; };
  EXPECT_EQ(failure([&] { iris(hooks); }).status(), RF_E_CANCELLED);
  EXPECT_EQ(failure([&] { runforge::train(iris(), kEndless, hooks); }).status(), RF_E_CANCELLED);
}

TEST(Cancel, IsSetByAnotherThread) {
  const runforge::Cancel cancel;
  EXPECT_FALSE(cancel.is_set());
  std::promise<void> begun;
  runforge::Hooks hooks;
  hooks.cancel = &cancel;
  bool told = false;
  hooks.progress = [&](std::string_view stage, std::uint64_t done, std::uint64_t) {
    if (!told && stage == "train" && done > 0) begun.set_value(), told = true;
    return true;
  };
  std::thread other([&] {
    begun.get_future().wait();
    cancel.set();
  });
  EXPECT_EQ(failure([&] { runforge::train(iris(), kEndless, hooks); }).status(), RF_E_CANCELLED);
  other.join();
  EXPECT_TRUE(cancel.is_set());
}

const std::string kTitanic = std::string(RUNFORGE_TEST_DATA_DIR) + "/titanic.csv";
const std::string kFilled = R"({"label": "Survived", "missing": {"policy": "fill"}})";

TEST(Log, ReceivesDiagnosticsFromTheLevelAskedFor) {
  const runforge::Dataset titanic = runforge::Dataset::load(kTitanic);
  std::string codes;
  runforge::Hooks hooks;
  hooks.log = [&](rf_log_level level, std::string_view code, std::string_view message) {
    EXPECT_GE(level, RF_LOG_INFO);
    EXPECT_FALSE(message.empty());
    codes += std::string(code) + " ";
  };
  runforge::train(titanic, kFilled, hooks);
  EXPECT_NE(codes.find("IDENTIFIER_COLUMN_IGNORED"), std::string::npos) << codes;
  codes.clear();
  hooks.log_level = RF_LOG_OFF;
  runforge::train(titanic, kFilled, hooks);
  EXPECT_EQ(codes, "");
}

// Each report of a call in turn throws; the call ends at once and the very exception comes out.
TEST(Exceptions, OfProgressComeOutOfTheCall) {
  const runforge::Dataset dataset = iris();
  std::size_t total = 0;
  runforge::Hooks hooks;
  hooks.progress = [&](auto...) { return ++total, true; };
  runforge::train(dataset, kLogistic, hooks);
  ASSERT_GT(total, 2u);
  for (std::size_t stop = 1; stop <= total; ++stop) {
    std::size_t calls = 0;
    hooks.progress = [&](auto...) -> bool {
      if (++calls == stop) throw Thrown("report " + std::to_string(stop));
      return true;
    };
    try {
      runforge::train(dataset, kLogistic, hooks);
      ADD_FAILURE() << "report " << stop << ": nothing was thrown";
    } catch (const Thrown& thrown) {
      EXPECT_EQ(thrown.what(), "report " + std::to_string(stop));
    }
    EXPECT_EQ(calls, stop);
  }
}

// Several diagnostics come at one time: those after the first one find an exception on its way.
TEST(Exceptions, OfLogStopTheCallAndComeOutOfIt) {
  runforge::Hooks hooks;
  std::size_t lines = 0;
  std::size_t reports_after = 0;
  hooks.log = [&](auto...) { ++lines; };
  const runforge::Dataset titanic = runforge::Dataset::load(kTitanic);
  runforge::train(titanic, kFilled, hooks);
  ASSERT_GT(lines, 1u);
  lines = 0;
  hooks.log = [&](auto...) -> void {
    ++lines;
    throw Thrown("log");
  };
  hooks.progress = [&](auto...) { return reports_after += lines, true; };
  EXPECT_THROW(runforge::train(titanic, kFilled, hooks), Thrown);
  EXPECT_EQ(lines, 1u);
  EXPECT_EQ(reports_after, 0u) << "no callback is called once an exception is on its way";
}

TEST(Exceptions, OfASignerComeOutOfEachCallThatSigns) {
  const runforge::Signer key = runforge::Signer::generate();
  const rf::core::TemporaryFolder scratch;
  const std::string folder = scratch.path();
  const runforge::Dataset dataset = iris();
  const runforge::Run run = runforge::train(dataset, kLogistic);
  const std::string directory = run.emit(folder);
  const runforge::Signer throwing = runforge::Signer::from_callback(
      [](const std::uint8_t*, std::size_t, std::uint8_t*) -> bool { throw Thrown("no device"); },
      key.public_key());
  EXPECT_THROW(run.sign(throwing), Thrown);
  EXPECT_THROW(run.emit(folder, &throwing), Thrown);
  EXPECT_THROW(runforge::sign(directory, throwing), Thrown);
  EXPECT_THROW(runforge::reproduce(directory, dataset, &throwing), Thrown);
  const runforge::Signer refusing =
      runforge::Signer::from_callback([](auto...) { return false; }, key.public_key());
  EXPECT_EQ(failure([&] { run.sign(refusing); }).code(), "SIGNING_FAILED");
  runforge::Signer moved = runforge::Signer::from_callback([](auto...) { return false; }, key.public_key());
  moved = runforge::Signer::from_callback([](auto...) -> bool { throw Thrown("moved"); }, key.public_key());
  const runforge::Signer last = std::move(moved);
  EXPECT_THROW(run.sign(last), Thrown);
}

// Two threads sign with one signer; each receives what its own callback threw.
TEST(Exceptions, OfASharedSignerGoToTheThreadTheyCameFrom) {
  const runforge::Run run = runforge::train(iris(), kLogistic);
  const runforge::PublicKey key = runforge::Signer::generate().public_key();
  const runforge::Signer shared =
      runforge::Signer::from_callback([](auto...) -> bool { throw std::this_thread::get_id(); }, key);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int times = 0; times < 50; ++times) {
        try {
          run.sign(shared);
          ADD_FAILURE() << "nothing was thrown";
        } catch (const std::thread::id& thrown) {
          EXPECT_EQ(thrown, std::this_thread::get_id());
        }
      }
    });
  for (std::thread& thread : threads) thread.join();
}

TEST(Hooks, CeilingIsKept) {
  runforge::Hooks hooks;
  hooks.max_bytes = 1;
  EXPECT_EQ(failure([&] { runforge::train(iris(), kLogistic, hooks); }).status(), RF_E_LIMIT);
}

}  // namespace
}  // namespace runforge_test
