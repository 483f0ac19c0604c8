// SPDX-License-Identifier: MIT
// Times loading: one process per measurement, so that the peak of its memory is that measurement's own.
//
// usage: bench_load FILE [--threads N] [--no-fingerprint] [--repeat N] [--chunk BYTES] [--baseline] [--digest
// | --sha256] Prints for each repetition: wall seconds, CPU seconds; then `peak` MB, `table` MB and the
// number of cells; or the `error` and `peak`.
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "core/file.hpp"
#include "csv/csv.hpp"
#include "table/digest.hpp"

namespace {

using namespace rf;

double cpu_seconds() {
  rusage usage;
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Of this program alone: what getrusage tells may be the peak of the process that started it.
double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::atof(line.c_str() + 6) / 1024;
  return 0;
}

double megabytes_of(const table::Column& column) {
  double bytes = 0;
  if (column.kind() == core::Kind::kNumeric)
    bytes = 8.0 * static_cast<double>(column.numeric().values.size());
  if (column.kind() == core::Kind::kBoolean) bytes = static_cast<double>(column.boolean().values.size());
  if (column.kind() == core::Kind::kCategory) {
    bytes = 4.0 * static_cast<double>(column.category().codes.size());
    for (const std::string& level : column.category().levels)
      bytes += static_cast<double>(sizeof level + (level.size() < sizeof level / 2 ? 0 : level.size() + 1));
  }
  return bytes / 1048576;
}

struct Arguments {
  const char* path = nullptr;
  std::uint32_t threads = 1;
  bool fingerprint = true;
  bool digest = false;
  bool sha256 = false;
  int repeat = 3;
  csv::ReaderSettings settings;
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const char* next = i + 1 < argc ? argv[i + 1] : "";
    if (word == "--threads")
      arguments.threads = static_cast<std::uint32_t>(std::atoi(next)), ++i;
    else if (word == "--repeat")
      arguments.repeat = std::atoi(next), ++i;
    else if (word == "--chunk")
      arguments.settings.chunk_bytes = static_cast<std::size_t>(std::atoll(next)), ++i;
    else if (word == "--no-fingerprint")
      arguments.fingerprint = false;
    else if (word == "--baseline")
      arguments.settings.kernels = &csv::baseline_csv_kernels();
    else if (word == "--digest")
      arguments.digest = true;
    else if (word == "--sha256")
      arguments.sha256 = true;
    else
      arguments.path = argv[i];
  }
  return arguments;
}

template <class Work>
void timed(Work work) {
  const double wall = wall_seconds();
  const double cpu = cpu_seconds();
  work();
  std::printf("time %.4f %.4f\n", wall_seconds() - wall, cpu_seconds() - cpu);
}

void hash_file(const Arguments& arguments) {
  core::Monitor monitor;
  auto source = csv::ByteSource::open(arguments.path);
  if (!source.ok()) std::exit(1);
  source->hash_bytes();
  std::string buffer(256 << 10, '\0');
  while (source->read(buffer.data(), buffer.size(), monitor).value() > 0) {
  }
  std::printf("sha256 %s\n", crypto::hex(source->finish_hash()).c_str());
}

int load(const Arguments& arguments, core::Context& context) {
  core::Result<table::Dataset> dataset = core::Error{};
  for (int i = 0; i < arguments.repeat; ++i) {
    dataset = core::Error{};
    timed([&] {
      auto source = csv::ByteSource::open(arguments.path);
      if (!source.ok()) std::exit(1);
      if (arguments.fingerprint) source->hash_bytes();
      dataset = csv::read_csv(*source, {}, arguments.path, context, arguments.settings);
    });
    if (!dataset.ok()) {
      std::printf("error %s\npeak %.1f\n", dataset.error().message.c_str(), peak_megabytes());
      return 1;
    }
  }
  double megabytes = 0;
  for (const table::Column& column : dataset->table.columns) megabytes += megabytes_of(column);
  std::printf("peak %.1f\ntable %.1f\ncells %zu\n", peak_megabytes(), megabytes,
              dataset->table.n_rows * dataset->table.columns.size());
  if (arguments.digest)
    timed([&] {
      std::printf("digest %s\n", crypto::hex(table::content_digest(dataset->table, context).value()).c_str());
    });
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  if (arguments.path == nullptr) return 2;
  core::Workers workers(arguments.threads);
  core::Monitor monitor;
  core::Context context{workers, monitor, core::best_kernels()};
  if (!arguments.sha256) return load(arguments, context);
  for (int i = 0; i < arguments.repeat; ++i) timed([&] { hash_file(arguments); });
  return 0;
}
