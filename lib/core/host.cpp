// SPDX-License-Identifier: MIT
// Clocks, facts about the machine from system interfaces, and calendar arithmetic without locale or time
// zone. Days and civil dates are computed as in Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"
// (2013), on a calendar whose year starts in March. tests/unit/core/host_test.cpp walks every day of a
// 400-year cycle.
#include "core/host.hpp"

#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "core/file.hpp"
#include "core/text.hpp"

namespace rf::core {
namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kFirstSecond = -62167219200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253402300799;   // 9999-12-31T23:59:59Z

struct CivilTime {
  std::int64_t year;
  std::int64_t month, day, hour, minute, second;
};

/// Days since 1970-01-01, for years from 0 on.
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (month <= 2) --year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilTime civil_time(std::int64_t unix_seconds) {
  // Counted from 400 years before the first of March of year 0, so that nothing is negative.
  const std::int64_t seconds = std::clamp(unix_seconds, kFirstSecond, kLastSecond) - kFirstSecond;
  const std::int64_t days = seconds / kSecondsPerDay - 60 + 146097;
  const std::int64_t rest = seconds % kSecondsPerDay;
  const std::int64_t era = days / 146097;
  const std::int64_t day_of_era = days % 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {.year = year_of_era + (era - 1) * 400 + (month <= 2 ? 1 : 0),
          .month = month,
          .day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
          .hour = rest / 3600,
          .minute = rest / 60 % 60,
          .second = rest % 60};
}

bool is_leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
  constexpr std::int64_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string digits = decimal(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

/// Reads a text from the front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool at_digit() const { return !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; }

  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  /// Reads exactly `n_digits` digits. The number must be from `least` to `most`.
  bool take_number(std::size_t n_digits, std::int64_t least, std::int64_t most, std::int64_t& value) {
    value = 0;
    for (std::size_t i = 0; i < n_digits; ++i) {
      if (!at_digit()) return false;
      value = 10 * value + (text_[0] - '0');
      text_.remove_prefix(1);
    }
    return value >= least && value <= most;
  }

 private:
  std::string_view text_;
};

/// Reads "Z", "z", "+hh:mm" or "-hh:mm". `offset` is the number of seconds to subtract.
bool take_offset(Cursor& cursor, std::int64_t& offset) {
  offset = 0;
  if (cursor.take('Z') || cursor.take('z')) return true;
  const bool behind = cursor.take('-');
  if (!behind && !cursor.take('+')) return false;
  std::int64_t hours, minutes;
  if (!cursor.take_number(2, 0, 23, hours) || !cursor.take(':') || !cursor.take_number(2, 0, 59, minutes))
    return false;
  offset = (hours * 60 + minutes) * 60;
  if (behind) offset = -offset;
  return true;
}

/// The value of the first line "key : value" of /proc/cpuinfo.
std::string cpu_info_value(std::string_view info, std::string_view key) {
  for (std::size_t begin = 0; begin < info.size();) {
    const std::size_t end = std::min(info.find('\n', begin), info.size());
    const std::string_view line = info.substr(begin, end - begin);
    const std::size_t colon = line.find(':');
    if (line.starts_with(key) && colon != std::string_view::npos) {
      const std::size_t value = line.find_first_not_of(" \t", colon + 1);
      return value == std::string_view::npos ? "" : std::string(line.substr(value));
    }
    begin = end + 1;
  }
  return "";
}

std::string cpu_name() {
  const Result<std::string> info = read_file("/proc/cpuinfo");
  if (!info.ok()) return "";
  const std::string name = cpu_info_value(*info, "model name");
  return find_invalid_utf8(name) == std::string_view::npos ? name : "";
}

std::uint32_t usable_cores() {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof usable, &usable) == 0)
    return static_cast<std::uint32_t>(CPU_COUNT(&usable));
  // sched_getaffinity() fails if the system has more CPUs than a cpu_set_t has bits.
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? static_cast<std::uint32_t>(online) : 1;
}

double seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Calls madvise() for the pages of `page_bytes` that are completely within the memory.
void advise_whole_pages(void* data, std::size_t size_bytes, std::size_t page_bytes, int advice) {
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t begin = (address + page_bytes - 1) & ~(page_bytes - 1);
  const std::uintptr_t end = (address + size_bytes) & ~(page_bytes - 1);
  if (begin < end) static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, advice));
}

}  // namespace

HostFacts host_facts() {
  HostFacts facts{.system = "", .machine = "", .host_name = "", .cpu = cpu_name(), .n_cores = usable_cores()};
  utsname names{};
  if (uname(&names) == 0) {
    facts.system = std::string(names.sysname) + " " + names.release;
    facts.machine = names.machine;
    facts.host_name = names.nodename;
  }
  return facts;
}

std::int64_t unix_seconds_now() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec;
}

double monotonic_seconds() {
  return seconds_of(CLOCK_MONOTONIC);
}

double process_cpu_seconds() {
  return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts kilobytes
}

void prefer_huge_pages(void* data, std::size_t size_bytes) {
#if defined(MADV_HUGEPAGE)
  advise_whole_pages(data, size_bytes, kHugePageBytes, MADV_HUGEPAGE);
#else
  static_cast<void>(data);
  static_cast<void>(size_bytes);
#endif
}

void drop_pages(void* data, std::size_t size_bytes) {
  advise_whole_pages(data, size_bytes, static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)), MADV_DONTNEED);
}

void touch_pages(void* data, std::size_t size_bytes) {
  constexpr std::size_t kPage = 4096;
  auto* const bytes = static_cast<volatile char*>(data);
  for (std::size_t at = 0; at < size_bytes; at += kPage) bytes[at] = 0;
}

std::string format_rfc3339(std::int64_t unix_seconds) {
  const CivilTime time = civil_time(unix_seconds);
  std::string out;
  append_padded(out, time.year, 4);
  append_padded(out += '-', time.month, 2);
  append_padded(out += '-', time.day, 2);
  append_padded(out += 'T', time.hour, 2);
  append_padded(out += ':', time.minute, 2);
  append_padded(out += ':', time.second, 2);
  return out += 'Z';
}

std::string format_compact_utc(std::int64_t unix_seconds) {
  std::string out;
  for (const char c : format_rfc3339(unix_seconds)) {
    if (c == 'T') out += '-';
    if (c >= '0' && c <= '9') out += c;
  }
  return out;
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  Cursor cursor(text);
  CivilTime time;
  const bool date = cursor.take_number(4, 0, 9999, time.year) && cursor.take('-') &&
                    cursor.take_number(2, 1, 12, time.month) && cursor.take('-') &&
                    cursor.take_number(2, 1, days_in_month(time.year, time.month), time.day);
  if (!date || !(cursor.take('T') || cursor.take('t') || cursor.take(' '))) return std::nullopt;
  // A leap second counts as the first second of the next minute, as in POSIX.
  const bool clock = cursor.take_number(2, 0, 23, time.hour) && cursor.take(':') &&
                     cursor.take_number(2, 0, 59, time.minute) && cursor.take(':') &&
                     cursor.take_number(2, 0, 60, time.second);
  if (!clock) return std::nullopt;
  if (cursor.take('.')) {
    std::int64_t digit;
    if (!cursor.at_digit()) return std::nullopt;
    while (cursor.at_digit()) cursor.take_number(1, 0, 9, digit);
  }
  std::int64_t offset;
  if (!take_offset(cursor, offset) || !cursor.at_end()) return std::nullopt;
  const std::int64_t days = days_of(time.year, time.month, time.day);
  const std::int64_t seconds =
      days * kSecondsPerDay + time.hour * 3600 + time.minute * 60 + time.second - offset;
  if (seconds < kFirstSecond || seconds > kLastSecond) return std::nullopt;
  return seconds;
}

}  // namespace rf::core
