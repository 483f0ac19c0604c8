// SPDX-License-Identifier: MIT
#include "core/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace rf::core {
namespace {

Error refused() {
  return {Code::kInvalidValue, "refused", {{"line", std::int64_t{3}}}};
}

Result<std::unique_ptr<int>> made(bool works) {
  if (!works) return refused();
  return std::make_unique<int>(7);
}

Result<> checked(bool works) {
  if (!works) return refused();
  return {};
}

Result<std::string> through(bool check_works, bool make_works) {
  RF_TRY(checked(check_works));
  RF_ASSIGN(const std::unique_ptr<int> number, made(make_works));
  return std::to_string(*number);
}

TEST(Result, HoldsAValueOrAnError) {
  Result<std::unique_ptr<int>> good = made(true);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(**good, 7);
  const std::unique_ptr<int> taken = *std::move(good);
  EXPECT_EQ(*taken, 7);
  const Result<std::unique_ptr<int>> bad = made(false);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "refused");
  EXPECT_EQ(bad.error().status(), Status::kConfig);
}

TEST(Result, OfACallOutlivesTheCall) {
  const std::unique_ptr<int>& kept = *made(true);
  EXPECT_EQ(*kept, 7);
}

TEST(Result, ErrorsPassThroughTheMacrosUnchanged) {
  EXPECT_EQ(*through(true, true), "7");
  for (const auto& result : {through(false, true), through(true, false)}) {
    EXPECT_EQ(result.error().code, Code::kInvalidValue);
    EXPECT_EQ(result.error().details, refused().details);
  }
}

}  // namespace
}  // namespace rf::core
