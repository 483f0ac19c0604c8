// SPDX-License-Identifier: MIT
// What the tests of lib/evaluate share: a context and the reference values.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/context.hpp"
#include "core/file.hpp"
#include "evaluate/metrics.hpp"
#include "json/parse.hpp"

namespace rf::evaluate::test {

struct TestContext {
  explicit TestContext(std::uint32_t n_threads = 1, const core::MonitorHooks& hooks = {})
      : workers(n_threads), monitor(hooks) {}
  core::Workers workers;
  core::Monitor monitor;
  core::Context context{workers, monitor, core::baseline_kernels()};
  operator core::Context&() { return context; }
};

/// Sums in another order than numpy's differ by a few units in the last place; the contract asks for 1e-12.
inline constexpr double kTolerance = 1e-12;

/// Member `metrics` of tests/data/reference/metrics.json, made by scikit-learn 1.2.1.
inline json::Value reference() {
  const auto text = core::read_file(RUNFORGE_TEST_DATA_DIR "/reference/metrics.json");
  const auto value = json::parse(text.value());
  return *value.value().find("metrics");
}

inline std::vector<double> numbers(const json::Value& array) {
  std::vector<double> values;
  for (const json::Value& element : array.as_array()) values.push_back(element.as_number());
  return values;
}

inline std::vector<std::int32_t> classes(const json::Value& array) {
  std::vector<std::int32_t> values;
  for (const json::Value& element : array.as_array())
    values.push_back(static_cast<std::int32_t>(element.as_number()));
  return values;
}

inline double number(const json::Value& object, const char* key) {
  return object.find(key)->as_number();
}
inline std::string note(const json::Value& object) {
  return object.find("note")->as_string();
}

}  // namespace rf::evaluate::test
