// SPDX-License-Identifier: MIT
// The clock and facts about the machine: for the occurrence record only, used by `run` alone. And a hint
// about memory to the system, which only time can tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rf::core {

struct HostFacts {
  std::string system;   ///< "Linux 6.1.0"
  std::string machine;  ///< "x86_64"
  std::string host_name;
  std::string cpu;        ///< model name, "" where unknown
  std::uint32_t n_cores;  ///< usable by this process
};

HostFacts host_facts();
std::int64_t unix_seconds_now();
double monotonic_seconds();
double process_cpu_seconds();
/// Highest resident set of this process so far, in bytes; 0 where unknown.
std::uint64_t peak_memory_bytes();

/// The size of a huge page where there are any, and its alignment.
inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

/// Says that large memory, not yet written to, is better held in huge pages: a pass over it then waits less
/// for addresses. Does nothing where the system has none.
void prefer_huge_pages(void* data, std::size_t size_bytes);

/// Gives the whole pages within [data, data + size_bytes) back to the system; what they held is lost.
void drop_pages(void* data, std::size_t size_bytes);

/// Writes a zero into each page of memory not yet written to, so that the system clears it now.
void touch_pages(void* data, std::size_t size_bytes);

/// "2024-01-01T12:00:00Z", years 0 to 9999; what lies outside is the nearest of them.
std::string format_rfc3339(std::int64_t unix_seconds);
/// "20240101-120000"
std::string format_compact_utc(std::int64_t unix_seconds);
/// Seconds since 1970 of "2024-01-01T12:00:00Z" or with an offset "+02:00", negative before; a space may
/// stand for the T. Fractions are cut off.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

}  // namespace rf::core
