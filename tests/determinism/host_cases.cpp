// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "abi/owned.hpp"
#include "artifact/version.hpp"
#include "cases.hpp"
#include "core/float_environment.hpp"
#include "hand_over.hpp"
#include "host.h"
#include "report.hpp"
#include "run/as_of.hpp"
#include "run/history.hpp"
#include "runforge/runforge.h"

namespace {

using namespace rf::determinism;

/// The lines hold for all versions of the numeric profile: they are what the first of them wrote.
std::vector<rf::artifact::File> as_of_first_version(const std::vector<ResultFile>& files) {
  const rf::core::DefaultFloatEnvironment environment;  // the host's own may round otherwise
  std::vector<rf::artifact::File> held;
  for (const ResultFile& file : files) held.push_back({std::string(file.name), "", std::string(file.bytes)});
  const rf::artifact::History history = rf::run::product_history();
  for (const rf::artifact::Release& row : history.releases)
    if (row.numeric_profile == rf::artifact::kNumericProfile)
      return rf::run::as_of(held, rf::artifact::AsOf(history, row), nullptr).value();
  return held;
}

using namespace rf::owned;

/// One walk over all cases, counting what went wrong.
class Host {
 public:
  Host(std::string_view loading, const char* emit_folder, std::uint32_t threads, int (*check)())
      : loading_(loading), emit_folder_(emit_folder), check_(check) {
    hooks_.threads = threads;
    hooks_.user = this;
    hooks_.progress = [](void* user, const char*, std::uint64_t, std::uint64_t) -> std::int32_t {
      static_cast<Host*>(user)->expect_own_state("in a progress callback");
      return 0;
    };
    hooks_.log = [](void* user, rf_log_level, const char*, const char*) {
      static_cast<Host*>(user)->expect_own_state("in a log callback");
    };
  }

  void train(const Case& training, const std::string& csv) {
    name_ = training.name;
    rf_error* error = nullptr;
    rf_dataset* dataset = nullptr;
    rf_run* run = nullptr;
    rf::table::Dataset read;  // what goes in from memory
    if (loading_ != "text") {
      auto result = read_csv_text(csv);
      if (!result.ok()) return fail(result.error().message);
      read = std::move(result).value();
    }
    const rf_status loaded = load(csv, read.table, &dataset, &error);
    const Dataset dataset_owner(dataset);
    expect_own_state("after loading");
    if (!expect_ok(loaded, error)) return;
    const rf_status trained =
        rf_train(dataset, training.config.data(), training.config.size(), &hooks_, &run, &error);
    const Run run_owner(run);
    expect_own_state("after training");
    if (!expect_ok(trained, error)) return;

    std::vector<ResultFile> files;
    for (std::uint64_t i = 0; i < rf_run_artifact_count(run); ++i) {
      const char* name = rf_run_artifact_name(run, i);
      const void* data = nullptr;
      std::size_t size = 0;
      if (!expect_ok(rf_run_artifact(run, name, &data, &size, &error), error)) return;
      files.push_back({name, {static_cast<const char*>(data), size}});
    }
    const std::vector<rf::artifact::File> of_then = as_of_first_version(files);
    std::vector<ResultFile> told;
    for (const rf::artifact::File& file : of_then) told.push_back({file.name, file.bytes});
    std::string record;
    for (ResultFile& file : told) {
      if (!read.source || file.name != "run.json") continue;
      record = with_source_facts(file.bytes, *read.source);
      file.bytes = record;
    }
    std::printf("%s\n", report_line(training.name, told).c_str());
    if (emit_folder_ != nullptr) emit(run, files);
  }

  int failures() const { return failures_; }

 private:
  rf_status load(const std::string& csv, const rf::table::Table& table, rf_dataset** out, rf_error** error) {
    if (loading_ == "columns") return load_as_columns(table, out, error);
    if (loading_ == "arrow") return load_as_arrow(table, &hooks_, out, error);
    return rf_dataset_load_buffer(csv.data(), csv.size(), kFirstReading.data(), kFirstReading.size(), &hooks_,
                                  out, error);
  }

  void emit(const rf_run* run, const std::vector<ResultFile>& files) {
    rf_error* error = nullptr;
    rf_blob* folder = nullptr;
    const rf_status emitted =
        rf_emit_artifacts(run, emit_folder_, nullptr, nullptr, 0, &hooks_, &folder, &error);
    const Blob folder_owner(folder);
    expect_own_state("after emitting");
    if (!expect_ok(emitted, error)) return;
    for (const ResultFile& file : files) {
      const std::string path =
          std::string(static_cast<const char*>(rf_blob_data(folder))) + "/" + std::string(file.name);
      const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(path.c_str(), "rb"),
                                                                   std::fclose);
      std::string bytes(file.bytes.size() + 1, '\0');
      bytes.resize(stream ? std::fread(bytes.data(), 1, bytes.size(), stream.get()) : 0);
      if (bytes != file.bytes) fail(path + " does not hold the bytes in memory");
    }
  }

  void expect_own_state(const char* where) {
    if (check_() == 0) fail(std::string("the host's state was changed ") + where);
  }

  bool expect_ok(rf_status status, rf_error* error) {
    const Error owner(error);
    if (status != RF_OK) fail(rf_error_message(error));
    return status == RF_OK;
  }

  void fail(const std::string& what) {
    ++failures_;
    std::fprintf(stderr, "%s: %s\n", std::string(name_).c_str(), what.c_str());
  }

  std::string_view loading_;
  const char* emit_folder_;
  int (*check_)();
  rf_hooks hooks_ = RF_HOOKS_INIT;
  std::string_view name_;
  int failures_ = 0;
};

}  // namespace

int determinism_run_cases(const char* data_folder, const char* loading, const char* emit_folder,
                          std::uint32_t threads, int (*check)(void)) {
  Host host(loading, emit_folder, threads, check);
  for (const Case& training : all_cases()) host.train(training, csv_of(training, data_folder));
  return host.failures();
}
