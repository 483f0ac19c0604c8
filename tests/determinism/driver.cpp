// SPDX-License-Identifier: MIT
// Trains every case and prints one line each, the same on every machine: tests/determinism/matrix.py compares
// them with tests/golden. This is the engine without its C interface, so that a table of kernels can be
// passed in; host.c goes through the interface.
//
// usage: determinism_driver DATA_FOLDER [--kernels NAME] [--threads N] [--file] [--with-prose]
//        determinism_driver --reproduce RUN_DIR FILE [--kernels NAME] [--threads N]
//        determinism_driver --list-kernels | --profile
//   --reproduce     verifies the run with FILE, which it was trained on, and trains again from its record
//   --kernels       baseline, avx2, avx512 or best (default); exit status 77 where this CPU cannot run it
//   --file          cases that are a file as it is are read from it, not from a buffer
//   --with-prose    digests of the documents with messages and summaries, as lines had them before version
//   0.2.0
//   --list-kernels  prints the tables this CPU runs and ends
//   --profile       prints the numeric profile and ends
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/version.hpp"
#include "audit/record.hpp"
#include "audit/reproduce.hpp"
#include "audit/verify.hpp"
#include "cases.hpp"
#include "core/context.hpp"
#include "core/float_environment.hpp"
#include "core/kernels.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"
#include "report.hpp"
#include "run/config.hpp"
#include "run/dataset.hpp"
#include "run/history.hpp"
#include "run/options.hpp"
#include "run/pipeline.hpp"

namespace {

using namespace rf;

constexpr int kCannotRunHere = 77;

struct Options {
  std::string data_folder;
  std::string kernels = "best";
  std::uint32_t threads = 1;
  bool from_file = false;
  determinism::Prose prose = determinism::Prose::kBlanked;
  std::string run_directory;  ///< with data_file: of --reproduce
  std::string data_file;
};

const core::Kernels* find_kernels(const std::string& name) {
  if (name == "best") return &core::best_kernels();
  const core::KernelTables tables = core::runnable_kernels();
  for (std::size_t i = 0; i < tables.count; ++i)
    if (name == tables.entries[i]->name) return tables.entries[i];
  return nullptr;
}

core::Result<std::string> line_of(const determinism::Case& training, const Options& options,
                                  core::Context& context) {
  const std::string csv = determinism::csv_of(training, options.data_folder);
  RF_ASSIGN(const table::ReadingOptions reading, run::read_dataset_options(determinism::kFirstReading));
  RF_ASSIGN(const auto dataset,
            options.from_file&& training.repeat == 1 && !training.with_side
                ? run::load_file(options.data_folder + "/" + std::string(training.file), reading, context)
                : run::load_buffer(csv, reading, context));
  // The lines hold for all versions of the profile: they are what the first of them wrote.
  const artifact::History history = run::product_history();
  const auto first = std::find_if(
      history.releases.begin(), history.releases.end(),
      [](const artifact::Release& row) { return row.numeric_profile == artifact::kNumericProfile; });
  const artifact::AsOf as_of(history, *first);
  RF_ASSIGN(const run::TrainConfig config, run::read_train_config(training.config, as_of));
  RF_ASSIGN(const auto trained, run::train(*dataset, config, run::RenderedAs{as_of}, context));
  std::vector<determinism::ResultFile> files;
  for (const artifact::File& file : trained->files) files.push_back({file.name, file.bytes});
  return determinism::report_line(training.name, files, options.prose);
}

/// The file read as the record says.
core::Result<std::shared_ptr<const run::LoadedDataset>> recorded_data(const Options& options,
                                                                      core::Context& context) {
  RF_ASSIGN(const auto recorded, audit::open(options.run_directory));
  RF_ASSIGN(const json::Value record, json::parse(recorded->find("run.json")->bytes));
  RF_ASSIGN(
      const table::ReadingOptions reading,
      run::read_dataset_options(json::canonical(*record.find("dataset")->find("source")->find("options"))));
  return run::load_file(options.data_file, reading, context);
}

core::Result<bool> is_reproduced(const Options& options, core::Context& context) {
  RF_ASSIGN(const auto dataset, recorded_data(options, context));
  RF_ASSIGN(const audit::Verification verified,
            audit::verify(options.run_directory, {dataset.get(), {}}, run::product_history(), context));
  RF_ASSIGN(const audit::Reproduction found,
            audit::reproduce(options.run_directory, *dataset, nullptr, run::product_history(), context));
  std::printf("verified: %s\nreproduced: %s\n", verified.passed ? "yes" : verified.first_failure.c_str(),
              found.summary.c_str());
  return verified.passed && found.reproduced;
}

int print_lines(core::Context& context, const Options& options) {
  for (const determinism::Case& training : determinism::all_cases()) {
    const auto line = line_of(training, options, context);
    if (!line.ok()) {
      std::fprintf(stderr, "%s: %s\n", std::string(training.name).c_str(), line.error().message.c_str());
      return 1;
    }
    std::printf("%s\n", line->c_str());
  }
  return 0;
}

int print_reproduction(core::Context& context, const Options& options) {
  const core::Result<bool> reproduced = is_reproduced(options, context);
  if (!reproduced.ok()) std::fprintf(stderr, "%s\n", reproduced.error().message.c_str());
  return reproduced.ok() && *reproduced ? 0 : 1;
}

int run_with(const Options& options) {
  const core::Kernels* kernels = find_kernels(options.kernels);
  if (kernels == nullptr) {
    std::fprintf(stderr, "this CPU does not run the kernels \"%s\"\n", options.kernels.c_str());
    return kCannotRunHere;
  }
  const core::DefaultFloatEnvironment environment;
  core::Workers workers(options.threads);
  core::Monitor monitor;
  core::Context context{workers, monitor, *kernels};
  return options.run_directory.empty() ? print_lines(context, options) : print_reproduction(context, options);
}

int list_kernels() {
  const core::KernelTables tables = core::runnable_kernels();
  for (std::size_t i = 0; i < tables.count; ++i) std::printf("%s\n", tables.entries[i]->name);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool has_value = i + 1 < argc;
    if (word == "--list-kernels") return list_kernels();
    if (word == "--profile") return std::printf("%u\n", artifact::kNumericProfile) < 0;
    if (word == "--kernels" && has_value)
      options.kernels = argv[++i];
    else if (word == "--threads" && has_value)
      options.threads = static_cast<std::uint32_t>(std::atoi(argv[++i]));
    else if (word == "--reproduce" && i + 2 < argc)
      options.run_directory = argv[i + 1], options.data_file = argv[i + 2], i += 2;
    else if (word == "--file")
      options.from_file = true;
    else if (word == "--with-prose")
      options.prose = determinism::Prose::kKept;
    else
      options.data_folder = word;
  }
  return run_with(options);
}
