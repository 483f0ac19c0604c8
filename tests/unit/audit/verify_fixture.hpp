// SPDX-License-Identifier: MIT
// What the tests of verify share.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/verify.hpp"
#include "unit/audit/emitted_fixture.hpp"

namespace rf::audit {

class Verify : public EmittedRuns {
 protected:
  static Verification check(const std::string& directory, const run::LoadedDataset* dataset = nullptr) {
    run::OwnContext own;
    auto found = verify(directory, {dataset, {}}, run::product_history(), own.context);
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message);
    return found.ok() ? std::move(*found) : Verification{};
  }

  static std::string status(const Verification& found, std::string_view layer) {
    for (const json::Value& entry : found.report.find("layers")->as_array())
      if (entry.find("layer")->as_string() == layer) return entry.find("status")->as_string();
    return "";
  }

  /// Whether a failure is of this file or speaks of it.
  static bool names(const Verification& found, const std::string& file) {
    for (const json::Value& failure : found.report.find("failures")->as_array())
      if (failure.find("file")->as_string() == file ||
          failure.find("message")->as_string().find(file) != std::string::npos)
        return true;
    return false;
  }

  /// "layer file pointer" of each failure, in order.
  static std::vector<std::string> failures(const Verification& found) {
    std::vector<std::string> all;
    for (const json::Value& failure : found.report.find("failures")->as_array()) {
      const json::Value* pointer = failure.find("pointer");
      all.push_back(failure.find("layer")->as_string() + " " + failure.find("file")->as_string() + " " +
                    (pointer == nullptr ? "" : pointer->as_string()));
    }
    return all;
  }
  static std::string first(const Verification& found) { return found.passed ? "" : failures(found).front(); }
  static void expect_failure(const Verification& found, const std::string& wanted) {
    const std::vector<std::string> all = failures(found);
    EXPECT_NE(std::find(all.begin(), all.end(), wanted), all.end())
        << wanted << " is not among " << testing::PrintToString(all);
  }

  const std::shared_ptr<const run::LoadedDataset> small_ = run::load_text(kSmallCsv);
};

}  // namespace rf::audit
