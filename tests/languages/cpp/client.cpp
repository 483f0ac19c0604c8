// SPDX-License-Identifier: MIT
// The client in C++, on runforge.hpp. Its steps stand in ../client_test.py.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <future>
#include <iterator>
#include <set>
#include <thread>

#include "runforge/runforge.hpp"

namespace {

std::string inputs, scratch;

std::string read(const std::string& name) {
  std::ifstream file(inputs + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
std::string config(const std::string& name) {
  return read(name + ".json");
}

runforge::Dataset iris_from_bytes() {
  const std::string csv = read("iris.csv");
  return runforge::Dataset::load_buffer(csv.data(), csv.size());
}

runforge::Dataset built_table() {
  constexpr std::size_t kRows = 60;
  std::vector<double> a;
  std::vector<std::int32_t> b;
  std::vector<std::string> c, label;
  bool d[kRows];
  std::uint8_t validity[kRows / 8 + 1] = {};
  for (int i = 0; i < static_cast<int>(kRows); ++i) {
    a.push_back(i * 7 % 11 * 0.5);
    b.push_back(i * 5 % 13);
    const bool missing = i % 10 == 9;
    const char* const colours[] = {"red", "green", "bl\303\274e"};
    c.push_back(missing ? "" : colours[i % 3]);
    if (!missing) validity[i / 8] = static_cast<std::uint8_t>(validity[i / 8] | 1 << i % 8);
    d[i] = i % 4 == 0;
    label.push_back(i * 7 % 11 > 5 ? "yes" : "no");
  }
  runforge::Builder builder;
  builder.add("a", a).add("b", b).add("c", c, validity).add("d", d, kRows).add("label", label);
  return builder.finish();
}

template <class Body>
void failure(int number, Body body) {
  try {
    body();
  } catch (const runforge::Error& error) {
    if (error.status() != number || error.details().front() != '{') std::abort();
    std::printf("status.%d %s %s\n", number, runforge::status_name(error.status()), error.code().c_str());
    return;
  }
  std::fprintf(stderr, "status %d did not come\n", number);
  std::exit(1);
}

void print_bits(const char* key, const runforge::Model& model, const runforge::Dataset& dataset) {
  const std::vector<double> shares = model.predict(dataset);
  std::printf("%s", key);
  for (std::size_t i = 0; i < 3; ++i) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &shares[70 * 3 + i], sizeof bits);
    std::printf(" %016llx", static_cast<unsigned long long>(bits));
  }
  std::printf("\n");
}

void statuses(const runforge::Dataset& iris, const runforge::Run& run, const runforge::Dataset& built) {
  runforge::Hooks hooks;
  int reports = 0;
  failure(1, [&] { run.metric("none"); });
  failure(2, [&] { runforge::train(iris, config("no_label")); });
  failure(3, [&] { runforge::Dataset::load_buffer("a,b\n1\n", 6); });
  failure(4, [&] { runforge::Dataset::load(inputs + "/none.csv"); });
  failure(5, [&] { runforge::train(runforge::Dataset::load(inputs + "/levels.csv"), config("columns")); });
  hooks.progress = [&](auto...) { return ++reports < 10; };
  failure(6, [&] { runforge::train(iris, config("endless"), hooks); });
  std::printf("cancel.callback %d\n", reports);
  failure(7, [&] { runforge::train(runforge::Dataset::load(inputs + "/numeric.csv"), config("numeric")); });
  const std::string emitted = run.emit(scratch);
  if (!runforge::verify(emitted).holds) std::abort();
  std::ofstream(emitted + "/metrics.v1.json", std::ios::app) << " ";
  const runforge::Signer signer = runforge::Signer::generate();
  failure(8, [&] { runforge::sign(emitted, signer); });
  failure(9, [&] { runforge::Run::open(inputs + "/newer_run"); });
  hooks = {};
  hooks.max_bytes = 1;
  failure(10, [&] { runforge::train(iris, config("forest"), hooks); });
  signer.save(scratch + "/key");
  failure(11, [&] { signer.save(scratch + "/key"); });
  failure(12, [&] { run.model().predict(built); });
}

// doc: cancel from another thread
/// Trains until another thread says stop; gives the status, RF_E_CANCELLED.
rf_status stopped_by_a_thread(const runforge::Dataset& dataset, const std::string& config) {
  const runforge::Cancel cancel;
  std::promise<void> begun;
  std::thread other([&] {
    begun.get_future().wait();
    cancel.set();
  });
  runforge::Hooks hooks;
  hooks.cancel = &cancel;
  hooks.progress = [&, told = false](std::string_view stage, std::uint64_t done, std::uint64_t) mutable {
    if (!told && stage == "train" && done > 0) begun.set_value(), told = true;
    return true;
  };
  rf_status status = RF_OK;
  try {
    runforge::train(dataset, config, hooks);
  } catch (const runforge::Error& error) {
    status = error.status();
  }
  other.join();
  return status;
}
// doc: end

// doc: threads
/// The digests of n trainings at the same time on one shared dataset.
std::set<std::string> trained_at_once(const runforge::Dataset& dataset, const std::string& config, int n) {
  const auto digest = [&] { return runforge::hex(runforge::train(dataset, config).digest()); };
  std::vector<std::future<std::string>> runs;
  for (int i = 0; i < n; ++i) runs.push_back(std::async(std::launch::async, digest));
  std::set<std::string> digests;
  for (auto& run : runs) digests.insert(run.get());
  return digests;
}
// doc: end

// doc: exceptions of callbacks
bool error_of_a_callback_is_kept(const runforge::Dataset& dataset, const std::string& config) {
  runforge::Hooks hooks;
  hooks.progress = [](auto...) -> bool { throw std::string("from the callback"); };
  try {
    runforge::train(dataset, config, hooks);
  } catch (const std::string& thrown) {
    return thrown == "from the callback";
  }
  return false;
}
// doc: end

void client() {
  runforge::Dataset iris = iris_from_bytes(), built = built_table();
  runforge::Run run = runforge::train(iris, config("logistic"));
  std::printf("run_digest.logistic %s\n", runforge::hex(run.digest()).c_str());
  std::printf("run_digest.forest %s\n",
              runforge::hex(runforge::train(iris, config("forest")).digest()).c_str());
  std::printf("columns.content_digest %s\n", runforge::hex(built.digest()).c_str());
  const runforge::Run on_columns = runforge::train(built, config("columns"));
  const std::string_view json = on_columns.artifact("run.json");
  const std::string_view key = "\"result_digest\": \"";
  std::printf("columns.result_digest %s\n",
              std::string(json.substr(json.find(key) + key.size(), 64)).c_str());
  statuses(iris, run, built);
  std::printf("cancel.thread %s\n", runforge::status_name(stopped_by_a_thread(iris, config("endless"))));
  std::printf("callback.error %s\n", error_of_a_callback_is_kept(iris, config("endless")) ? "kept" : "lost");
  std::printf("threads.digest");
  for (const std::string& digest : trained_at_once(iris, config("logistic"), 8))
    std::printf(" %s", digest.c_str());
  std::printf("\n");

  const runforge::Model model = run.model();
  print_bits("predict.bits", model, iris);
  iris.reset();
  run.reset();
  built.reset();
  print_bits("order.bits", model, iris_from_bytes());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  inputs = argv[1];
  scratch = argv[2];
  client();
  return 0;
}
