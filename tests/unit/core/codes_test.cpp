// SPDX-License-Identifier: MIT
#include "core/codes.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rf::core {
namespace {

TEST(Codes, NamesAreDistinctUpperSnake) {
  std::set<std::string_view> names;
  for (const CodeInfo& info : kCodeTable) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    for (const char c : info.name)
      EXPECT_TRUE((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') << info.name;
    EXPECT_FALSE(info.meaning.empty()) << info.name;
  }
}

TEST(Codes, TheTableIsInTheOrderOfTheEnum) {
  EXPECT_EQ(code_name(Code::kMissingValuesDropped), "MISSING_VALUES_DROPPED");
  EXPECT_EQ(code_name(Code::kInvalidArgument), "INVALID_ARGUMENT");
  EXPECT_EQ(code_name(Code::kInternal), "INTERNAL");
  EXPECT_EQ(static_cast<std::size_t>(Code::kInternal) + 1, kCodeTable.size());
}

TEST(Codes, DiagnosticsStandBeforeErrorsAndHaveStatusOk) {
  bool errors_began = false;
  for (const CodeInfo& info : kCodeTable) {
    const bool is_error = info.status != Status::kOk;
    EXPECT_FALSE(errors_began && !is_error) << info.name;
    errors_began = is_error;
  }
  EXPECT_TRUE(is_diagnostic(Code::kNotConverged));
  EXPECT_FALSE(is_diagnostic(Code::kWriteFailed));
}

TEST(Codes, EachSaysFromWhichVersionItIs) {
  for (const CodeInfo& info : kCodeTable) {
    const bool later = info.name == "TOO_MANY_CLASSES" || info.name == "UNSUPPORTED_VERSION";
    EXPECT_EQ(info.since, later ? "0.2.0" : "0.1.0") << info.name;
  }
}

// The numbers of rf_status are part of the ABI.
TEST(Codes, EveryStatusKeepsItsNumber) {
  EXPECT_EQ(code_info(Code::kInvalidArgument).status, Status{1});
  EXPECT_EQ(code_info(Code::kUnknownKey).status, Status{2});
  EXPECT_EQ(code_info(Code::kRaggedRow).status, Status{3});
  EXPECT_EQ(code_info(Code::kFileNotFound).status, Status{4});
  EXPECT_EQ(code_info(Code::kOutOfMemory).status, Status{5});
  EXPECT_EQ(code_info(Code::kCancelled).status, Status{6});
  EXPECT_EQ(code_info(Code::kNotFinite).status, Status{7});
  EXPECT_EQ(Status::kIntegrity, Status{8});
  EXPECT_EQ(code_info(Code::kUnsupportedFormat).status, Status{9});
  EXPECT_EQ(code_info(Code::kUnsupportedVersion).status, Status{9});
  EXPECT_EQ(code_info(Code::kLimitReached).status, Status{10});
  EXPECT_EQ(code_info(Code::kAlreadyExists).status, Status{11});
  EXPECT_EQ(code_info(Code::kFeatureAbsent).status, Status{12});
  EXPECT_EQ(code_info(Code::kInternal).status, Status{100});
}

}  // namespace
}  // namespace rf::core
