// SPDX-License-Identifier: MIT
// RunForge through its C interface as a program with a table in memory uses it, with the clock running: what
// tests/bench/run.py calls. One process a measurement; the result is one JSON object on standard output.
// The seconds of a training are not taken here: each run is emitted, and its execution.v1.json says them.
// Pinned by the ctest test bench.smoke.
#include <malloc.h>
#include <runforge/runforge.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "allocations.hpp"

namespace {

constexpr const char* kUsage =
    "usage: abi_bench schema NAME\n"
    "       abi_bench load CSV THREADS REPEATS\n"
    "       abi_bench fit CSV CONFIG.json OUT_DIR MODEL_OUT THREADS REPEATS\n"
    "       abi_bench predict MODEL CSV OUTPUTS_OUT THREADS REPEATS\n"
    "       abi_bench row MODEL VALUES CALLS\n"
    "VALUES and OUTPUTS_OUT hold doubles, row by row.\n";

struct Free {
  void operator()(rf_dataset* d) const { rf_dataset_free(d); }
  void operator()(rf_run* r) const { rf_run_free(r); }
  void operator()(rf_model* m) const { rf_model_free(m); }
  void operator()(rf_blob* b) const { rf_blob_free(b); }
};
template <class Handle>
using Owned = std::unique_ptr<Handle, Free>;

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

struct Times {
  std::vector<double> wall, cpu;

  template <class Body>
  void time(Body body) {
    const double wall_begin = seconds(CLOCK_MONOTONIC);
    const double cpu_begin = seconds(CLOCK_PROCESS_CPUTIME_ID);
    body();
    cpu.push_back(seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_begin);
    wall.push_back(seconds(CLOCK_MONOTONIC) - wall_begin);
  }
};

void print(const char* name, const std::vector<double>& values) {
  std::printf("\"%s\": [", name);
  for (std::size_t i = 0; i < values.size(); ++i) std::printf("%s%.9g", i == 0 ? "" : ", ", values[i]);
  std::printf("], ");
}

/// Makes a call that is given a place for its error; a failure ends the program with the library's own words
/// and status.
template <class Call>
void check(Call call) {
  rf_error* error = nullptr;
  const rf_status status = call(&error);
  if (status == RF_OK) return;
  std::fprintf(stderr, "abi_bench: %s [%s]\n", rf_error_message(error), rf_error_code(error));
  std::exit(status);
}

/// MiB of a line of /proc/self/status, such as "VmHWM:"; 0 where there is none.
double status_mib(const char* line_start) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.compare(0, std::strlen(line_start), line_start) == 0)
      return double(std::strtoull(line.c_str() + std::strlen(line_start), nullptr, 10)) / 1024;
  return 0;
}

/// Gives back what is free and lets the peak start anew; the MiB resident now.
double begin_peak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
  return status_mib("VmRSS:");
}

/// Keeps the peak as it was when training ended; what follows writes the record.
std::int32_t note_peak(void* user, const char* stage, std::uint64_t done, std::uint64_t) {
  if (done == 0 && std::strcmp(stage, "evaluate") == 0) *static_cast<double*>(user) = status_mib("VmHWM:");
  return 0;
}

rf_hooks hooks_with(const char* threads) {
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.threads = std::uint32_t(std::strtoul(threads, nullptr, 10));
  return hooks;
}

Owned<rf_dataset> load(const char* path, const rf_hooks& hooks) {
  rf_dataset* dataset = nullptr;
  check([&](rf_error** error) { return rf_dataset_load(path, nullptr, 0, &hooks, &dataset, error); });
  return Owned<rf_dataset>(dataset);
}

Owned<rf_run> train(const rf_dataset* dataset, const std::string& config, const rf_hooks& hooks) {
  rf_run* run = nullptr;
  check(
      [&](rf_error** error) { return rf_train(dataset, config.data(), config.size(), &hooks, &run, error); });
  return Owned<rf_run>(run);
}

Owned<rf_model> load_model(const char* path) {
  rf_model* model = nullptr;
  check([&](rf_error** error) { return rf_model_load(path, &model, error); });
  return Owned<rf_model>(model);
}

void save_model(const rf_run* run, const char* path) {
  rf_model* model = nullptr;
  check([&](rf_error** error) { return rf_run_model(run, &model, error); });
  const Owned<rf_model> owned(model);
  check([&](rf_error** error) { return rf_model_save(model, path, error); });
}

std::string emit(const rf_run* run, const char* parent) {
  rf_blob* directory = nullptr;
  check([&](rf_error** error) {
    return rf_emit_artifacts(run, parent, nullptr, nullptr, 0, nullptr, &directory, error);
  });
  const Owned<rf_blob> owned(directory);
  return static_cast<const char*>(rf_blob_data(directory));
}

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int schema(char** arguments) {
  const char* text = rf_schema(arguments[0]);
  if (text == nullptr) return 1;
  std::fputs(text, stdout);
  return 0;
}

int time_load(char** arguments) {
  const rf_hooks hooks = hooks_with(arguments[1]);
  const double before = begin_peak();
  load(arguments[0], hooks);
  const double peak = status_mib("VmHWM:");
  Times times;
  for (long i = std::strtol(arguments[2], nullptr, 10); i > 0; --i)
    times.time([&] { load(arguments[0], hooks); });
  std::printf("{");
  print("wall", times.wall);
  print("cpu", times.cpu);
  std::printf("\"rss_before\": %.1f, \"rss_peak\": %.1f}\n", before, peak);
  return 0;
}

int time_fit(char** arguments) {
  rf_hooks hooks = hooks_with(arguments[4]);
  const Owned<rf_dataset> dataset = load(arguments[0], hooks);
  const std::string config = read_file(arguments[1]);
  std::uint8_t digest[RF_DIGEST_SIZE];
  check([&](rf_error** error) { return rf_dataset_digest(dataset.get(), digest, sizeof digest, error); });

  // The first training warms up, and tells the memory.
  const double before = begin_peak();
  double peak = 0;
  hooks.user = &peak;
  hooks.progress = note_peak;
  save_model(train(dataset.get(), config, hooks).get(), arguments[3]);
  hooks.progress = nullptr;

  std::printf("{\"runs\": [");
  for (long i = 0, n = std::strtol(arguments[5], nullptr, 10); i < n; ++i)
    std::printf("%s\"%s\"", i == 0 ? "" : ", ",
                emit(train(dataset.get(), config, hooks).get(), arguments[2]).c_str());
  std::printf("], \"rss_before\": %.1f, \"rss_peak\": %.1f}\n", before, peak);
  return 0;
}

int time_predict(char** arguments) {
  const rf_hooks hooks = hooks_with(arguments[3]);
  const Owned<rf_model> model = load_model(arguments[0]);
  const Owned<rf_dataset> dataset = load(arguments[1], hooks);
  std::vector<double> out(rf_dataset_rows(dataset.get()) * rf_model_outputs(model.get()));
  const auto predict = [&] {
    check([&](rf_error** error) {
      return rf_predict(model.get(), dataset.get(), &hooks, out.data(), out.size(), nullptr, error);
    });
  };
  predict();
  Times times;
  for (long i = std::strtol(arguments[4], nullptr, 10); i > 0; --i) times.time(predict);
  std::ofstream file(arguments[2], std::ios::binary);
  file.write(reinterpret_cast<const char*>(out.data()), std::streamsize(out.size() * sizeof(double)));
  std::printf("{");
  print("wall", times.wall);
  print("cpu", times.cpu);
  std::printf("\"rows\": %llu, \"outputs\": %llu}\n", (unsigned long long)rf_dataset_rows(dataset.get()),
              (unsigned long long)rf_model_outputs(model.get()));
  return file ? 0 : 1;
}

int time_row(char** arguments) {
  const Owned<rf_model> model = load_model(arguments[0]);
  const std::string bytes = read_file(arguments[1]);
  const std::size_t inputs = rf_model_inputs(model.get());
  const std::size_t rows = bytes.size() / sizeof(double) / std::max<std::size_t>(inputs, 1);
  if (rows == 0)
    return std::fprintf(stderr, "abi_bench: no row of %zu values in %s\n", inputs, arguments[1]), 1;
  std::vector<double> values(rows * inputs), out(rf_model_outputs(model.get()));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(double));

  const auto calls = std::size_t(std::strtoul(arguments[2], nullptr, 10));
  std::vector<double> wall(calls);
  for (std::size_t warm = 0; warm < 2; ++warm)
    check([&](rf_error** error) {
      return rf_predict_rows(model.get(), values.data(), 1, inputs, out.data(), out.size(), error);
    });
  const std::int64_t allocations = rf::bench::allocations_made();
  for (std::size_t i = 0; i < calls; ++i) {
    const double begin = seconds(CLOCK_MONOTONIC);
    check([&](rf_error** error) {
      return rf_predict_rows(model.get(), values.data() + i % rows * inputs, 1, inputs, out.data(),
                             out.size(), error);
    });
    wall[i] = seconds(CLOCK_MONOTONIC) - begin;
  }
  const std::int64_t made = rf::bench::allocations_made() - allocations;
  std::sort(wall.begin(), wall.end());
  std::printf("{\"calls\": %zu, \"median_us\": %.3f, \"p99_us\": %.3f, \"allocations\": %s}\n", calls,
              1e6 * wall[calls / 2], 1e6 * wall[calls * 99 / 100],
              allocations < 0 ? "null" : std::to_string(made).c_str());
  return 0;
}

struct Command {
  const char* name;
  int n_arguments;
  int (*run)(char** arguments);
};
constexpr Command kCommands[] = {
    {"schema", 1, schema},        {"load", 3, time_load}, {"fit", 6, time_fit},
    {"predict", 5, time_predict}, {"row", 3, time_row},
};

}  // namespace

int main(int argc, char** argv) {
  for (const Command& command : kCommands)
    if (argc == 2 + command.n_arguments && std::strcmp(argv[1], command.name) == 0)
      return command.run(argv + 2);
  std::fputs(kUsage, stderr);
  return 2;
}
