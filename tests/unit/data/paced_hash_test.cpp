// SPDX-License-Identifier: MIT
// However the work is cut, the digest is that of the text, and no call does it all.
#include "data/paced_hash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rf::data {
namespace {

TEST(PacedHash, GivesTheDigestOfTheTextHoweverItIsSpread) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += static_cast<char>(i * 7);
  for (const std::size_t before : {0, 1, 63, 64, 100}) {
    for (const std::size_t size : {0, 1, 63, 64, 65, 200, 2900}) {
      for (const std::uint64_t n_calls : {0, 1, 2, 7, 45, 46, 10'000}) {
        crypto::Sha256 hash;
        hash.update(std::string_view(text).substr(0, before));
        PacedHash paced(hash, std::string_view(text).substr(before, size));
        paced.spread_over(n_calls);
        for (std::uint64_t i = 0; i < n_calls + 3; ++i) paced.some();
        paced.rest();
        EXPECT_EQ(crypto::hex(hash.finish()), crypto::sha256_hex(std::string_view(text).substr(0, before + size)))
            << before << " " << size << " " << n_calls;
      }
    }
  }
}

TEST(PacedHash, HashesAllButAnEndInTheCallsItIsSpreadOver) {
  const std::string text(64 * 50, 'x');
  crypto::Sha256 hash;
  PacedHash paced(hash, text);
  paced.spread_over(25);
  for (int i = 0; i < 24; ++i) paced.some();
  // What is left is the last call's share: two blocks.
  crypto::Sha256 beside;
  beside.update(std::string_view(text).substr(0, 64 * 48));
  EXPECT_EQ(crypto::hex(crypto::Sha256(hash).finish()), crypto::hex(beside.finish()));
}

}  // namespace
}  // namespace rf::data
