// SPDX-License-Identifier: MIT
#include "audit/findings.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rf::audit {
namespace {

std::string reason(const Findings& findings, Layer wanted) {
  const json::Value report = findings.report();
  const json::Value& layer = report.find("layers")->as_array()[static_cast<std::size_t>(wanted)];
  const json::Value* const found = layer.find("reason");
  return found == nullptr ? "" : found->as_string();
}

TEST(Findings, ALayerThatFailsInTooManyPlacesSaysInHowMany) {
  Findings findings;
  for (int i = 0; i < 600; ++i) findings.fail(Layer::kFiles, "a.json", "/" + std::to_string(i), "is wrong");
  for (int i = 0; i < 1100; ++i) findings.fail(Layer::kData, "b.json", "/" + std::to_string(i), "is wrong");
  EXPECT_EQ(findings.failures().size(), 1600u);
  EXPECT_EQ(reason(findings, Layer::kFiles), "");
  EXPECT_EQ(reason(findings, Layer::kData), "1100 places fail, of which the first are told");
}

}  // namespace
}  // namespace rf::audit
