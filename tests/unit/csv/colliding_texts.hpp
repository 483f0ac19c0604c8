// SPDX-License-Identifier: MIT
// Texts that are chosen so that the hashes of the engine's tables are equal, which are written again here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "csv/csv_kernels.hpp"

namespace rf::csv::test {

/// The number by which an odd one must be multiplied to give 1 (Newton's iteration).
inline std::uint64_t inverse_of(std::uint64_t odd) {
  std::uint64_t inverse = odd;
  for (int step = 0; step < 6; ++step) inverse *= 2 - odd * inverse;
  return inverse;
}

inline std::string text_of_words(const std::vector<std::uint64_t>& words) {
  std::string text(8 * words.size(), '\0');
  std::memcpy(text.data(), words.data(), text.size());
  return text;
}

inline bool has_nul(const std::string& text) {
  return text.find('\0') != std::string::npos;
}

/// Eight digits for each number.
inline std::uint64_t digits_word(std::uint64_t number) {
  std::uint64_t word = 0;
  for (int i = 0; i < 8; ++i, number /= 10) word |= ('0' + number % 10) << (8 * i);
  return word;
}

/// Texts of 16 bytes whose hash_of_short is 0, of any bytes but NUL.
inline std::vector<std::string> colliding_short_texts(std::size_t count) {
  const std::uint64_t inverse = inverse_of(kHashFactors[1]);
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; texts.size() < count; ++i) {
    const std::uint64_t first = digits_word(i);
    std::string text = text_of_words({first, (0 - first * kHashFactors[0]) * inverse});
    if (!has_nul(text)) texts.push_back(std::move(text));
  }
  return texts;
}

/// Texts of 40 bytes whose hash in ChunkDictionary is equal.
inline std::vector<std::string> colliding_long_texts(std::size_t count) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
  const std::uint64_t inverse = inverse_of(kFactor);
  const auto step = [](std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ (word * kFactor)) * 0xD6E8FEB86659FD93;
    return hash ^ (hash >> 32);
  };
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; texts.size() < count; ++i) {
    std::vector<std::uint64_t> words(3, digits_word(12345678));
    words.push_back(digits_word(i));
    std::uint64_t hash = 40;
    for (const std::uint64_t word : words) hash = step(hash, word);
    words.push_back(hash * inverse);  // which makes it 0 before the last multiplication
    std::string text = text_of_words(words);
    if (!has_nul(text)) texts.push_back(std::move(text));
  }
  return texts;
}

/// x where y = x ^ (x >> shift).
inline std::uint64_t unshifted(std::uint64_t y, int shift) {
  std::uint64_t x = y;
  for (int done = shift; done < 64; done += shift) x = y ^ (x >> shift);
  return x;
}

/// Texts of 16 bytes whose hash in LevelTable is 0 in all of its 32 bits.
inline std::vector<std::string> colliding_levels(std::size_t count) {
  constexpr std::uint64_t kFirst = 0xBF58476D1CE4E5B9, kSecond = 0x94D049BB133111EB;
  const auto mixed = [](std::uint64_t x) {
    x = (x ^ (x >> 30)) * kFirst;
    x = (x ^ (x >> 27)) * kSecond;
    return x ^ (x >> 31);
  };
  const auto unmixed = [](std::uint64_t x) {
    x = unshifted(unshifted(x, 31) * inverse_of(kSecond), 27);
    return unshifted(x * inverse_of(kFirst), 30);
  };
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; texts.size() < count; ++i) {
    const std::uint64_t first = digits_word(i);
    std::string text = text_of_words({first, unmixed(i << 32) ^ mixed(16 ^ first)});
    if (!has_nul(text)) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace rf::csv::test
