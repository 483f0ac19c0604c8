// SPDX-License-Identifier: MIT
// Which exception becomes which status. The library throws nothing of an unknown type, so the guard is
// included here and given bodies that throw.
#include "guard.hpp"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>
#include <string>

namespace rf::c {
namespace {

/// Status, code and message of a call whose body throws `thrown`.
template <class Thrown>
std::string outcome(const Thrown& thrown) {
  rf_error* error = nullptr;
  const rf_status status = guarded(&error, [&](const auto&) -> core::Result<> { throw thrown; });
  const std::string text =
      std::to_string(status) + " " + rf_error_code(error) + ": " + rf_error_message(error);
  rf_error_free(error);
  return text;
}

TEST(Guard, OnlyBadAllocIsOutOfMemory) {
  EXPECT_EQ(outcome(std::bad_alloc()), "5 OUT_OF_MEMORY: out of memory");
  EXPECT_EQ(outcome(std::bad_array_new_length()), "5 OUT_OF_MEMORY: out of memory") << "a kind of bad_alloc";
  EXPECT_EQ(outcome(std::length_error("too long")), "100 INTERNAL: unexpected exception: too long");
}

TEST(Guard, AnExceptionOfAnUnknownTypeIsABug) {
  EXPECT_EQ(outcome(42), "100 INTERNAL: unexpected exception: of an unknown type");
}

TEST(Guard, TheStatusNeedsNoErrorObject) {
  EXPECT_EQ(guarded(nullptr, [](const auto&) -> core::Result<> { throw 42; }), RF_E_INTERNAL);
  EXPECT_EQ(guarded(nullptr, [](const auto&) -> core::Result<> { return {}; }), RF_OK);
}

}  // namespace
}  // namespace rf::c
