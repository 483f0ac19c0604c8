// SPDX-License-Identifier: MIT
#include "core/philox.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace rf::core {
namespace {

using Words = std::array<std::uint32_t, 4>;

// kat_vectors of Random123 1.09, lines "philox4x32 10".
TEST(Philox, GivesTheKnownAnswersOfRandom123) {
  EXPECT_EQ(philox4x32_10({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox4x32_10({ones, ones, ones, ones}, {ones, ones}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, DrawsTheBlocksOfItsNameInOrder) {
  RandomStream stream(0x1122334455667788, Purpose::kForestFeatures, 7, 9);
  for (std::uint32_t block = 0; block < 3; ++block)
    for (const std::uint32_t word : philox4x32_10({block, 9, 7, 2}, {0x55667788, 0x11223344}))
      EXPECT_EQ(stream.next_u32(), word);
}

TEST(RandomStream, U64HasTheFirstDrawAsItsLowHalf) {
  RandomStream words(3, Purpose::kForestBootstrap), wide(3, Purpose::kForestBootstrap);
  for (int i = 0; i < 5; ++i) {
    const std::uint64_t low = words.next_u32();
    const std::uint64_t high = words.next_u32();
    EXPECT_EQ(wide.next_u64(), low | high << 32);
  }
}

TEST(RandomStream, UniformIsTheHigh53BitsOfAU64) {
  RandomStream words(3, Purpose::kForestBootstrap), uniform(3, Purpose::kForestBootstrap);
  for (int i = 0; i < 1000; ++i) {
    const double value = uniform.uniform();
    EXPECT_EQ(value, static_cast<double>(words.next_u64() >> 11) / 9007199254740992.0);
    EXPECT_GE(value, 0.0);
    EXPECT_LT(value, 1.0);
  }
}

TEST(RandomStream, DifferentNamesDrawDifferentValues) {
  std::set<std::uint64_t> first;
  std::size_t n_streams = 0;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32})
    for (const Purpose purpose : {Purpose::kForestBootstrap, Purpose::kForestFeatures})
      for (std::uint32_t index = 0; index < 4; ++index)
        for (std::uint32_t sub_index = 0; sub_index < 4; ++sub_index, ++n_streams)
          first.insert(RandomStream(seed, purpose, index, sub_index).next_u64());
  EXPECT_EQ(first.size(), n_streams);
}

// Each result has floor(2^32 / bound) draws that give it; the other draws are rejected. The bounds make
// rejection rare, likely and impossible.
TEST(RandomStream, BelowTakesTheHighHalfOfTheProductAndRejectsWhatIsUnfair) {
  for (const std::uint64_t bound : {std::uint64_t{5}, std::uint64_t{3'000'000'000}, std::uint64_t{1} << 31}) {
    RandomStream words(11, Purpose::kForestBootstrap), bounded(11, Purpose::kForestBootstrap);
    const std::uint64_t unfair = (std::uint64_t{1} << 32) % bound;
    for (int i = 0; i < 1000; ++i) {
      std::uint64_t product;
      do product = words.next_u32() * bound;
      while ((product & 0xffffffff) < unfair);
      EXPECT_EQ(bounded.below(bound), product >> 32);
    }
  }
}

TEST(RandomStream, BelowTwoToThe32TakesOneU32AndBeyondItU64) {
  RandomStream words(11, Purpose::kForestBootstrap), bounded(11, Purpose::kForestBootstrap);
  EXPECT_EQ(bounded.below(std::uint64_t{1} << 32), words.next_u32());
  const std::uint64_t bound = (std::uint64_t{1} << 32) + 1;
  std::uint64_t draw;
  do draw = words.next_u64() & 0x1ffffffff;
  while (draw >= bound);
  EXPECT_EQ(bounded.below(bound), draw);
  EXPECT_EQ(bounded.below(UINT64_MAX), words.next_u64());
}

TEST(RandomStream, BelowOneIsZero) {
  RandomStream stream(5, Purpose::kForestBootstrap);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(stream.below(1), 0u);
}

// 70,000 draws over 7 values: each count has standard deviation 92.6; six of them are allowed.
TEST(RandomStream, BelowIsEven) {
  RandomStream stream(1, Purpose::kForestBootstrap);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[stream.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 556);
}

}  // namespace
}  // namespace rf::core
