// SPDX-License-Identifier: MIT
// Before, behind and around steps the digest is that of the text. (The steps themselves:
// csv_kernels_test.cpp.)
#include "csv/paced_hash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rf::csv {
namespace {

TEST(PacedHash, GivesTheDigestOfATextOfWhichNoStepIsTaken) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += static_cast<char>(i * 7);
  for (const std::size_t before : {0, 1, 63, 64, 100}) {
    for (const std::size_t size : {0, 1, 62, 63, 64, 65, 127, 128, 200, 2800}) {
      for (const bool begins : {false, true}) {
        crypto::Sha256 hash;
        hash.update(std::string_view(text).substr(0, before));
        PacedHash paced(hash, std::string_view(text).substr(before, size));
        if (begins) paced.begin();
        hash.update(paced.stop());
        EXPECT_EQ(crypto::hex(hash.finish()),
                  crypto::sha256_hex(std::string_view(text).substr(0, before + size)))
            << before << " " << size << " " << begins;
      }
    }
  }
}

}  // namespace
}  // namespace rf::csv
