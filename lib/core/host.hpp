// SPDX-License-Identifier: MIT
// The clock and facts about the machine, used only by `run` for the occurrence record. Also hints to the
// system about memory; they affect speed, never results.
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
  std::string cpu;        ///< model name, "" if unknown
  std::uint32_t n_cores;  ///< usable by this process
};

HostFacts host_facts();
std::int64_t unix_seconds_now();
double monotonic_seconds();
double process_cpu_seconds();
/// Highest resident set of this process so far, in bytes; 0 if unknown.
std::uint64_t peak_memory_bytes();

/// Size and alignment of a huge page, on systems that have them.
inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

/// Asks the system to back large memory, not yet written to, with huge pages, so that a pass over it waits
/// less for address translation. Does nothing if the system has no huge pages.
void prefer_huge_pages(void* data, std::size_t size_bytes);

/// Gives the whole pages within [data, data + size_bytes) back to the system; their content is lost.
void drop_pages(void* data, std::size_t size_bytes);

/// Writes a zero into each page of memory not yet written to, so that the system clears it now.
void touch_pages(void* data, std::size_t size_bytes);

/// "2024-01-01T12:00:00Z", years 0 to 9999; a time outside this range becomes the nearest time within it.
std::string format_rfc3339(std::int64_t unix_seconds);
/// "20240101-120000"
std::string format_compact_utc(std::int64_t unix_seconds);
/// Seconds since 1970 of "2024-01-01T12:00:00Z" or with an offset "+02:00", negative before 1970. A space may
/// replace the T. Fractions of a second are dropped.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

}  // namespace rf::core
