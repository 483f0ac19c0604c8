// SPDX-License-Identifier: MIT
#include "csv/fingerprint.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/sha256.hpp"

namespace rf::csv {
namespace {

struct Seen {
  std::vector<std::uint64_t> done;
  std::size_t stop_at = 0;  ///< number of the report that asks to stop; 0 for none
};

core::Result<std::string> fingerprint_seen(std::string_view bytes, Seen& seen) {
  core::MonitorHooks hooks;
  hooks.user = &seen;
  hooks.progress = [](void* user, const char* stage, std::uint64_t done, std::uint64_t) -> std::int32_t {
    auto* own = static_cast<Seen*>(user);
    EXPECT_STREQ(stage, "fingerprint");
    own->done.push_back(done);
    return own->done.size() == own->stop_at ? 1 : 0;
  };
  core::Workers workers(1);
  core::Monitor monitor(hooks);
  core::Context context{workers, monitor, core::baseline_kernels()};
  return fingerprint(bytes, context);
}

TEST(Fingerprint, IsTheDigestOfAllBytes) {
  const std::size_t mib = std::size_t{1} << 20;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, mib - 1, mib, mib + 1, 3 * mib + 7}) {
    std::string bytes(size, 'x');
    for (std::size_t i = 0; i < size; i += 4099) bytes[i] = static_cast<char>('a' + i % 26);
    Seen seen;
    EXPECT_EQ(*fingerprint_seen(bytes, seen), crypto::sha256_hex(bytes)) << size;
  }
}

TEST(Fingerprint, ReportsAtFixedBytesAndStopsThere) {
  const std::uint64_t mib = 1 << 20;
  const std::string bytes(2 * mib + 5, 'x');
  Seen all;
  EXPECT_TRUE(fingerprint_seen(bytes, all).ok());
  EXPECT_EQ(all.done, (std::vector<std::uint64_t>{mib, 2 * mib, bytes.size()}));
  Seen stopped{{}, 2};
  const auto result = fingerprint_seen(bytes, stopped);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kCancelled);
  EXPECT_EQ(stopped.done.size(), 2u);
}

}  // namespace
}  // namespace rf::csv
