// SPDX-License-Identifier: MIT
// Trains on a CSV file with progress, looks at the result in memory, writes the record and predicts; then stops a
// training half-way, and shows how an error reads.
//
//   train DATA.csv LABEL OUT_DIR      e.g.  train iris.csv species runs
//
// Build: c++ -std=c++17 train.cpp -lrunforge. Run by the ctest test examples.cpp.
#include <cstdio>
#include <iostream>
#include <runforge/runforge.hpp>

namespace {

// doc: error
void tell(const runforge::Error& error) {
  std::printf("error %d: %s [%s] %s\n", error.status(), error.what(), error.code().c_str(), error.details().c_str());
}
// doc: end

void train(const std::string& data, const std::string& label, const std::string& out_dir) {
  const std::string config =
      R"({"label": ")" + label + R"(", "model": "random_forest", "seed": 7, "params": {"n_estimators": 50}})";
  // doc: train
  runforge::Hooks hooks;
  hooks.threads = 2;
  hooks.progress = [](std::string_view stage, std::uint64_t done, std::uint64_t total) {
    std::cerr << "\r" << stage << " " << done << "/" << total << "   ";
    return true;  // false would stop the call; an exception would too, and come out of it
  };
  const runforge::Dataset dataset = runforge::Dataset::load(data);
  const runforge::Run run = runforge::train(dataset, config, hooks);
  std::printf("rows %d, accuracy %.4f\n", static_cast<int>(dataset.rows()), run.metric("accuracy"));
  std::printf("run %s\n", runforge::hex(run.digest()).c_str());
  for (std::uint64_t i = 0; i < run.artifact_count(); ++i) {
    const std::string_view bytes = run.artifact(run.artifact_name(i));  // borrowed from the run
    std::printf("  %s %d bytes\n", run.artifact_name(i), static_cast<int>(bytes.size()));
  }
  std::printf("record %s\n", run.emit(out_dir).c_str());
  const runforge::Model model = run.model();
  const std::vector<double> shares = model.predict(dataset);
  std::printf("first row:");
  for (std::size_t i = 0; i < model.outputs(); ++i) std::printf(" %.3f", shares[i]);
  std::printf("\n");
  // doc: end

  // doc: cancel
  int reports = 0;
  hooks.progress = [&](auto...) { return ++reports < 10; };
  try {
    runforge::train(dataset, config, hooks);
  } catch (const runforge::Error& error) {
    std::printf("stopped at report %d: %s\n", reports, runforge::status_name(error.status()));
  }
  // doc: end
  runforge::Dataset::load_buffer("a,b\n1,2\n3\n", 10);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::cerr << "usage: " << argv[0] << " DATA.csv LABEL OUT_DIR\n", 2;
  try {
    train(argv[1], argv[2], argv[3]);
  } catch (const runforge::Error& error) {
    tell(error);
    return error.status() == RF_E_DATA ? 0 : 1;
  }
  return 1;
}
