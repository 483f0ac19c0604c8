// SPDX-License-Identifier: MIT
// What is done with a handle that hostile content gave: all that a host may do with it, each promise looked
// at.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "abi_checked.hpp"
#include "abi_world.hpp"

namespace rf::abi_fuzz {

constexpr int kMostReports = 60;  ///< of progress, before a call is stopped that wants to do much

inline Blob report_of(const char* promise, auto call) {
  Blob blob = made<Blob>(call);
  if (blob != nullptr) require(is_json_object(text_of(blob)), promise);
  return blob;
}

inline void use(const rf_model* model) {
  const World& world = World::get();
  const std::uint64_t n_outputs = rf_model_outputs(model);
  const std::uint64_t n_inputs = rf_model_inputs(model);
  require(n_outputs > 0, "a model has outputs");
  for (std::uint64_t i = 0; i < n_outputs; ++i)
    require(rf_model_output_name(model, i) != nullptr, "an output has a name");
  require(rf_model_output_name(model, n_outputs) == nullptr, "past the end there is no output");
  require(report_of("a model is described in JSON",
                    [&](rf_blob** out, rf_error** error) { return rf_model_describe(model, out, error); }) !=
              nullptr,
          "a model can be described");
  const Blob bytes =
      made<Blob>([&](rf_blob** out, rf_error** error) { return rf_model_serialize(model, out, error); });
  require(bytes != nullptr, "a model can be written");
  const Model again = made<Model>([&](rf_model** out, rf_error** error) {
    return rf_model_load_buffer(rf_blob_data(bytes.get()), rf_blob_size(bytes.get()), out, error);
  });
  require(again != nullptr, "what was written of a model is read");
  require(text_of(made<Blob>([&](rf_blob** out, rf_error** error) {
            return rf_model_serialize(again.get(), out, error);
          })) == text_of(bytes),
          "a model that is read again is the same");
  for (const Dataset& dataset : world.datasets) {
    std::vector<double> out(rf_dataset_rows(dataset.get()) * n_outputs);
    rf_blob* report = nullptr;
    Watch watch(1, kMostReports);
    done([&](rf_error** error) {
      return rf_predict(model, dataset.get(), watch.hooks(), out.data(), out.size(), &report, error);
    });
    const Blob owned(report);
    if (report != nullptr) require(is_json_object(text_of(owned)), "a report of a prediction is JSON");
  }
  const std::vector<double> rows(2 * n_inputs, 0.5);
  std::vector<double> out(2 * n_outputs);
  done([&](rf_error** error) {
    return rf_predict_rows(model, rows.data(), 2, n_inputs, out.data(), out.size(), error);
  });
}

/// `is_whole`: trained here, so that everything about it must go well.
inline void use(const rf_run* run, bool is_whole) {
  const Files artifacts = artifacts_of(run);
  require(!is_whole || artifacts.contains("run.json"), "a run has its record");
  std::array<std::uint8_t, RF_DIGEST_SIZE> digest;
  require(
      done([&](rf_error** error) { return rf_run_digest(run, digest.data(), digest.size(), error); }).ok(),
      "a run has a digest");
  double value = 0;
  for (const char* name : {"accuracy", "r2", "log_loss", "", "no such metric"})
    done([&](rf_error** error) { return rf_run_metric(run, name, &value, error); });
  const Blob diagnostics =
      made<Blob>([&](rf_blob** out, rf_error** error) { return rf_run_diagnostics(run, out, error); });
  require(diagnostics == nullptr || is_json_object("{\"\":" + std::string(text_of(diagnostics)) + "}"),
          "diagnostics are JSON");
  const Blob to_predict = report_of("reading options are JSON", [&](rf_blob** out, rf_error** error) {
    return rf_run_dataset_options(run, out, error);
  });
  const Blob to_reread = report_of("reading options are JSON", [&](rf_blob** out, rf_error** error) {
    return rf_run_reading_options(run, out, error);
  });
  const Model model =
      made<Model>([&](rf_model** out, rf_error** error) { return rf_run_model(run, out, error); });
  require(!is_whole || (diagnostics && to_predict && to_reread && model),
          "all of a run that was trained is there");
  if (model != nullptr) use(model.get());
}

inline rf_status verify(const std::string& directory, const rf_dataset* dataset, const std::uint8_t* key,
                        rf_statement wanted, std::uint32_t threads) {
  Watch watch(threads, 10000);
  rf_blob* report = poison<rf_blob>();
  const Outcome outcome = done([&](rf_error** error) {
    return rf_verify_artifacts_by(directory.c_str(), dataset, key, key == nullptr ? nullptr : &wanted,
                                  key == nullptr ? 0 : 1, watch.hooks(), &report, error);
  });
  const Blob owned(report);
  const bool judged = outcome.ok() || outcome.code == "RUN_ALTERED" ||
                      outcome.code == "UNSUPPORTED_VERSION" || outcome.code == "DATASET_MISMATCH";
  require(judged == (report != nullptr), "a verdict comes with a report, and no other call does");
  if (report != nullptr) require(is_json_object(text_of(owned)), "a report of verify is JSON");
  return outcome.status;
}

/// A run that is whole is written, holds, and reads back as it was.
inline void emit(const rf_run* run, const rf_dataset* dataset, const std::string& options,
                 bool must_be_written) {
  World& world = World::get();
  const Blob directory = made<Blob>([&](rf_blob** out, rf_error** error) {
    return rf_emit_artifacts(run, world.path("out").c_str(), world.signer.get(), options.c_str(),
                             options.size(), nullptr, out, error);
  });
  require(directory != nullptr || !must_be_written, "a whole run is written");
  if (directory == nullptr) return;
  const std::string written(text_of(directory));
  require(fs::path(written).parent_path() == world.path("out"), "a run is written into its parent");
  require(verify(written, dataset, world.key.data(), RF_STATEMENT_ANY, 1) == RF_OK, "what was written holds");
  const Run opened =
      made<Run>([&](rf_run** out, rf_error** error) { return rf_run_open(written.c_str(), out, error); });
  require(opened != nullptr && artifacts_of(opened.get()) == artifacts_of(run), "a run reads back as it was");
  require(rf_run_id(opened.get()) == fs::path(written).filename().string(),
          "a run is called as its directory");
}

inline void use(const rf_dataset* dataset, Input& input) {
  const std::uint64_t n_columns = rf_dataset_columns(dataset);
  require(rf_dataset_rows(dataset) > 0 && n_columns > 0, "a table has rows and columns");
  for (std::uint64_t i = 0; i < n_columns; ++i) {
    const rf_kind kind = rf_dataset_column_kind(dataset, i);
    require(
        rf_dataset_column_name(dataset, i) != nullptr && kind >= RF_KIND_NUMERIC && kind <= RF_KIND_CATEGORY,
        "a column has a name and a kind");
  }
  require(rf_dataset_column_name(dataset, n_columns) == nullptr &&
              rf_dataset_column_kind(dataset, n_columns) == 0,
          "past the end there is no column");
  std::array<std::uint8_t, RF_DIGEST_SIZE> digest;
  require(done([&](rf_error** error) {
            return rf_dataset_digest(dataset, digest.data(), digest.size(), error);
          }).ok(),
          "a table has a digest");
  require(report_of("a table is described in JSON",
                    [&](rf_blob** out, rf_error** error) {
                      return rf_dataset_describe(dataset, nullptr, 0, out, error);
                    }) != nullptr,
          "a table can be described");
  for (const Whole& whole : World::get().runs) {
    std::vector<double> out(rf_dataset_rows(dataset) * rf_model_outputs(whole.model.get()));
    done([&](rf_error** error) {
      return rf_predict(whole.model.get(), dataset, nullptr, out.data(), out.size(), nullptr, error);
    });
  }
  static const char* const kFamilies[] = {"logistic_regression", "linear_svc",       "decision_tree",
                                          "random_forest",       "ridge_regression", "gradient_boosting"};
  const char* last = rf_dataset_column_name(dataset, n_columns - 1);
  if (!is_sentence(last) || std::string_view(last).find_first_of("\"\\\n\r\t") != std::string_view::npos)
    return;
  const std::string config = R"({"missing": {"policy": "fill"}, "model": ")" +
                             std::string(kFamilies[input.below(6)]) + R"(", "label": ")" + last + "\"}";
  Watch watch(1 + static_cast<std::uint32_t>(input.below(2)), kMostReports);
  const Run run = trained(dataset, config, watch.hooks());
  if (run != nullptr) use(run.get(), true);
}

}  // namespace rf::abi_fuzz
