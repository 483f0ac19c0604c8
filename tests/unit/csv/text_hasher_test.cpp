// SPDX-License-Identifier: MIT
// Whoever hashes which part, and when: the digest is that of the parts in file order.
#include "csv/text_hasher.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace rf::csv {
namespace {

std::vector<std::string> some_parts(std::size_t count) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < count; ++i) {
    std::string part(i * 37 % 400, '.');
    for (std::size_t k = 0; k < part.size(); ++k) part[k] = static_cast<char>(i + k * 7);
    parts.push_back(part);
  }
  return parts;
}

std::string digest_of(const std::vector<std::string>& parts) {
  std::string whole;
  for (const std::string& part : parts) whole += part;
  return crypto::sha256_hex(whole);
}

TEST(TextHasher, CountsThePartsThatAreHashed) {
  const std::vector<std::string> parts = {"one", "", "three", "four"};
  crypto::Sha256 hash;
  hash.update("onet");
  TextHasher hasher(hash, 4);
  hasher.add(parts[0]);
  EXPECT_EQ(hasher.n_hashed(), 1U);
  hasher.add(parts[1]);
  EXPECT_EQ(hasher.n_hashed(), 2U);
  hasher.add(parts[2]);
  hasher.add(parts[3]);
  EXPECT_EQ(hasher.n_hashed(), 2U);
  hasher.catch_up(2);
  EXPECT_EQ(hasher.n_hashed(), 2U);
  hasher.catch_up(1);
  EXPECT_EQ(hasher.n_hashed(), 3U);
  hasher.hash_all();
  EXPECT_EQ(hasher.n_hashed(), 4U);
  EXPECT_EQ(crypto::hex(hash.finish()), digest_of(parts));
}

TEST(TextHasher, LetsOneThreadHashAtATime) {
  crypto::Sha256 hash;
  TextHasher hasher(hash, 0);
  hasher.beside([](PacedHash* paced) { EXPECT_EQ(paced, nullptr); });
  const std::string text(1000, 'x');
  hasher.add(text);
  hasher.beside([&](PacedHash* mine) {
    EXPECT_NE(mine, nullptr);
    std::thread([&] {
      hasher.beside([](PacedHash* theirs) { EXPECT_EQ(theirs, nullptr); });
      hasher.catch_up(0);
      EXPECT_EQ(hasher.n_hashed(), 0U);
    }).join();
  });
  EXPECT_EQ(hasher.n_hashed(), 0U) << "nothing was hashed beside it";
  hasher.catch_up(0);
  EXPECT_EQ(hasher.n_hashed(), 1U);
  EXPECT_EQ(crypto::hex(hash.finish()), crypto::sha256_hex(text));
}

/// Each thread reads the next part, then does one of the things that threads do with a hasher.
TEST(TextHasher, GivesTheSameDigestForAnyNumberOfThreads) {
  const std::vector<std::string> parts = some_parts(3000);
  for (const std::size_t n_threads : {1, 2, 5}) {
    for (const std::size_t n_ahead : {0, 50, 1000}) {
      crypto::Sha256 hash;
      std::string whole;
      for (const std::string& part : parts) whole += part;
      hash.update(std::string_view(whole).substr(0, n_ahead));
      TextHasher hasher(hash, n_ahead);
      std::mutex reading;
      std::size_t n_read = 0;
      const auto next = [&]() -> std::optional<std::size_t> {
        const std::lock_guard lock(reading);
        if (n_read == parts.size()) return std::nullopt;
        hasher.add(parts[n_read]);
        return n_read++;
      };
      std::vector<std::thread> threads;
      for (std::size_t i = 0; i < n_threads; ++i)
        threads.emplace_back([&] {
          while (const std::optional<std::size_t> part = next()) {
            hasher.beside([&](PacedHash* paced) {
              if (paced != nullptr && *part % 2 == 0) static_cast<void>(paced->begin());
            });
            if (*part % 3 == 0) hasher.catch_up(*part % 4);
            if (*part % 100 == 0) hasher.hash_all();
          }
        });
      for (std::thread& thread : threads) thread.join();
      hasher.hash_all();
      EXPECT_EQ(hasher.n_hashed(), parts.size());
      EXPECT_EQ(crypto::hex(hash.finish()), digest_of(parts)) << n_threads << " threads, ahead " << n_ahead;
    }
  }
}

}  // namespace
}  // namespace rf::csv
