// SPDX-License-Identifier: MIT
#include "core/host.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <vector>

#include "core/text.hpp"

namespace rf::core {
namespace {

TEST(HostFacts, DescribeThisMachine) {
  const HostFacts facts = host_facts();
  EXPECT_TRUE(facts.system.starts_with("Linux ")) << facts.system;
  EXPECT_FALSE(facts.machine.empty());
  EXPECT_FALSE(facts.host_name.empty());
  EXPECT_GE(facts.n_cores, 1u);
  EXPECT_EQ(find_invalid_utf8(facts.cpu), std::string::npos);
}

TEST(Clocks, RunForward) {
  EXPECT_GT(unix_seconds_now(), 1700000000);
  const double wall = monotonic_seconds(), cpu = process_cpu_seconds();
  EXPECT_GE(monotonic_seconds(), wall);
  volatile double work = 0;
  for (int i = 0; i < 1000000; ++i) work = work + i;
  EXPECT_GT(process_cpu_seconds(), cpu);
}

TEST(PeakMemory, CountsWhatWasTouched) {
  constexpr std::size_t kBytes = std::size_t{64} << 20;
  const std::uint64_t before = peak_memory_bytes();
  std::vector<char> memory(kBytes);
  volatile char* touched = memory.data();  // or the compiler leaves it out
  for (std::size_t i = 0; i < kBytes; i += 1024) touched[i] = 'x';
  EXPECT_GE(peak_memory_bytes(), kBytes);
  EXPECT_GE(peak_memory_bytes(), before);
}

TEST(FormatRfc3339, GivesKnownTimes) {
  EXPECT_EQ(format_rfc3339(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(951782400), "2000-02-29T00:00:00Z");
  EXPECT_EQ(format_rfc3339(1704110400), "2024-01-01T12:00:00Z");
  EXPECT_EQ(format_rfc3339(4107542399), "2100-02-28T23:59:59Z");
  EXPECT_EQ(format_rfc3339(4107542400), "2100-03-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(253402300799), "9999-12-31T23:59:59Z");
  EXPECT_EQ(format_compact_utc(1704110405), "20240101-120005");
}

TEST(FormatRfc3339, StaysWithinItsYears) {
  EXPECT_EQ(format_rfc3339(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_rfc3339(-14182940), "1969-07-20T20:17:40Z");
  EXPECT_EQ(format_rfc3339(INT64_MIN), "0000-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(INT64_MAX), "9999-12-31T23:59:59Z");
}

// The C library's calendar is the outside reference.
TEST(FormatRfc3339, AgreesWithGmtimeOnEveryDayOfACycleAndOnAShareOfTheOthers) {
  constexpr std::int64_t kDaysTo10000 = 2932897, kDaysOf400Years = 146097, kDaysFrom0 = -719528;
  for (std::int64_t day = kDaysFrom0; day < kDaysTo10000;
       day += day < kDaysFrom0 + 800 || (day >= 0 && day < kDaysOf400Years) ? 1 : 29) {
    const std::int64_t seconds = day * 86400 + (day - kDaysFrom0) % 86400;
    const std::time_t time = seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char expected[32];
    // %Y has four digits from year 1000 on only.
    std::snprintf(expected, sizeof expected, "%04d", parts.tm_year + 1900);
    std::strftime(expected + 4, sizeof expected - 4, "-%m-%dT%H:%M:%SZ", &parts);
    const std::string text = format_rfc3339(seconds);
    ASSERT_EQ(text, expected);
    ASSERT_EQ(parse_rfc3339(text), seconds);
  }
}

TEST(ParseRfc3339, TakesOffsetsAndFractions) {
  EXPECT_EQ(parse_rfc3339("2024-01-01T12:00:00Z"), 1704110400);
  EXPECT_EQ(parse_rfc3339("2024-01-01t12:00:00z"), 1704110400);
  EXPECT_EQ(parse_rfc3339("2024-01-01 12:00:00Z"), 1704110400);
  EXPECT_EQ(parse_rfc3339("1969-07-20T20:17:40Z"), -14182940);
  EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59Z"), -1);
  EXPECT_EQ(parse_rfc3339("0000-01-01T00:00:00Z"), -62167219200);
  EXPECT_EQ(parse_rfc3339("2024-01-01T14:00:00+02:00"), 1704110400);
  EXPECT_EQ(parse_rfc3339("2024-01-01T06:30:00-05:30"), 1704110400);
  EXPECT_EQ(parse_rfc3339("2024-01-01T12:00:00.999999Z"), 1704110400);
  EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), 1483228800);
}

TEST(ParseRfc3339, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "2024",
                           "2024-01-01",
                           "2024-01-01T12:00:00",
                           "2024-01-01  12:00:00Z",
                           "2024-01-01_12:00:00Z",
                           "2024-13-01T00:00:00Z",
                           "2024-00-01T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2100-02-29T00:00:00Z",
                           "2024-04-31T00:00:00Z",
                           "2024-01-00T00:00:00Z",
                           "2024-01-01T24:00:00Z",
                           "2024-01-01T00:60:00Z",
                           "2024-01-01T00:00:61Z",
                           "2024-01-01T00:00:00.Z",
                           "2024-01-01T00:00:00+0200",
                           "2024-01-01T00:00:00+24:00",
                           "-001-12-31T23:59:59Z",
                           "0000-01-01T00:00:00+01:00",
                           "9999-12-31T23:59:59-01:00",
                           "24-01-01T00:00:00Z",
                           "2024-1-1T00:00:00Z",
                           "2024-01-01T00:00:00Zx"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

}  // namespace
}  // namespace rf::core
