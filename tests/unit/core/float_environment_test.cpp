// SPDX-License-Identifier: MIT
#include "core/float_environment.hpp"

#include <gtest/gtest.h>

#include <cfenv>
#include <limits>
#include <thread>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace rf::core {
namespace {

/// 1 + 2^-60 rounds up only towards +infinity. The volatile keeps the compiler from computing it.
bool rounds_up() {
  volatile double one = 1.0, little = 0x1p-60;
  return one + little > 1.0;
}

bool keeps_subnormals() {
  volatile double least_normal = std::numeric_limits<double>::min(), half = 0.5;
  volatile double subnormal = least_normal * half;
  return subnormal > 0 && subnormal * 2.0 == least_normal;
}

/// Each test runs in a thread of its own, whose environment ends with it.
template <class Body>
void on_a_thread(Body body) {
  std::thread(body).join();
}

TEST(DefaultFloatEnvironment, UndoesAndRestoresTheRoundingMode) {
  on_a_thread([] {
    ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
    ASSERT_TRUE(rounds_up());
    {
      const DefaultFloatEnvironment environment;
      EXPECT_FALSE(rounds_up());
      {
        const DefaultFloatEnvironment::Suspended host(&environment);
        EXPECT_TRUE(rounds_up());
      }
      EXPECT_FALSE(rounds_up());
      const DefaultFloatEnvironment::Suspended nothing(nullptr);
      EXPECT_FALSE(rounds_up());
    }
    EXPECT_TRUE(rounds_up());
  });
}

TEST(DefaultFloatEnvironment, UndoesAndRestoresFlushToZero) {
#if defined(__SSE2__)
  on_a_thread([] {
    _mm_setcsr(_mm_getcsr() | 0x8040);  // what -ffast-math's start-up code sets
    ASSERT_FALSE(keeps_subnormals());
    {
      const DefaultFloatEnvironment environment;
      EXPECT_TRUE(keeps_subnormals());
      {
        const DefaultFloatEnvironment::Suspended host(&environment);
        EXPECT_FALSE(keeps_subnormals());
      }
      EXPECT_TRUE(keeps_subnormals());
    }
    EXPECT_FALSE(keeps_subnormals());
  });
#else
  GTEST_SKIP() << "setting flush-to-zero is written for x86 only";
#endif
}

TEST(DefaultFloatEnvironment, LeavesTheHostsExceptionFlagsAsTheyWere) {
  on_a_thread([] {
    std::feclearexcept(FE_ALL_EXCEPT);
    std::feraiseexcept(FE_OVERFLOW);
    {
      const DefaultFloatEnvironment environment;
      EXPECT_EQ(std::fetestexcept(FE_OVERFLOW), 0);
      std::feraiseexcept(FE_INVALID);
    }
    EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), FE_OVERFLOW);
  });
}

}  // namespace
}  // namespace rf::core
