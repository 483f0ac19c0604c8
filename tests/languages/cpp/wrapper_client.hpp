// SPDX-License-Identifier: MIT
// What the tests of runforge.hpp share: a table or two, a scratch folder, and the failure of a call.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "runforge/runforge.hpp"

namespace runforge_test {

inline const std::string kIris = std::string(RUNFORGE_TEST_DATA_DIR) + "/iris.csv";
inline const std::string kLogistic = R"({"label": "species"})";
inline const std::string kForest =
    R"({"label": "species", "model": "random_forest", "params": {"n_estimators": 20}})";
/// Would take far longer than any test may: only a request to stop ends it.
inline const std::string kEndless =
    R"({"label": "species", "model": "random_forest", "params": {"n_estimators": 100000}})";

inline runforge::Dataset iris(const runforge::Hooks& hooks = {}) {
  return runforge::Dataset::load(kIris, {}, hooks);
}

inline runforge::Dataset small() {
  return runforge::Builder()
      .add("a", std::vector<double>{1, 2, 3, 4, 5, 6})
      .add("label", std::vector<std::string>{"x", "y", "x", "y", "x", "y"})
      .finish();
}

inline std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What the body throws, which must be a runforge::Error.
template <class Body>
runforge::Error failure(Body body) {
  try {
    body();
  } catch (const runforge::Error& error) {
    EXPECT_STREQ(error.what(), error.message().c_str());
    EXPECT_EQ(error.details().front(), '{');
    return error;
  }
  ADD_FAILURE() << "no runforge::Error was thrown";
  return {RF_OK, "", ""};
}

}  // namespace runforge_test
