// SPDX-License-Identifier: MIT
// Writes doubles and their text by core/number_text for number_text_pairs.js to compare with what node
// prints. To standard output, in batches: the count (4 bytes), the doubles, the length of the text (4 bytes),
// the text with one line per number; little-endian. Ends early, with a message, if a text does not read back
// as the same bits.
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "core/number_text.hpp"

namespace {

constexpr std::size_t kBatch = 50000;

/// The kinds of numbers in turn, each drawn by a fixed generator.
class Doubles {
 public:
  double next() {
    for (;;) {
      const double value = kind(count_++ % 8);
      if (std::isfinite(value)) return value;
    }
  }

 private:
  double kind(std::uint64_t k) {
    const std::uint64_t bits = generator_();
    switch (k) {
      case 0:
        return std::bit_cast<double>(bits);  // all exponents
      case 1:
        return std::bit_cast<double>(bits & 0xffff'0000'0000'0000);  // all exponents, few digits
      case 2:
        return std::bit_cast<double>((bits & 0x000f'ffff'ffff'ffff) >> (bits >> 58) % 52);  // subnormal
      case 3:
        return 9007199254740992.0 + static_cast<double>(static_cast<std::int64_t>(bits) >> 42);
      case 4:
        return near_power_of_ten(bits);
      case 5:  // 2^52 and a half; powers of two and their neighbours
        return bits % 2 == 0 ? 4503599627370496.5 + static_cast<double>(bits >> 12)
                             : std::bit_cast<double>((bits >> 53 << 52) + (bits >> 1) % 5 - 2);
      case 6:  // 2^55 to 2^60: two decimals of 16 or 17 digits can be equally near
        return static_cast<double>((bits >> 9 | std::uint64_t{1} << 55) << bits % 5);
      default:  // amounts and integers
        return bits % 2 == 0 ? static_cast<double>(static_cast<std::int64_t>(bits) >> 40) / 100
                             : static_cast<double>(static_cast<std::int64_t>(bits) >> (bits >> 1) % 63);
    }
  }

  /// d * 10^e for one digit d, up to two doubles beside it.
  static double near_power_of_ten(std::uint64_t bits) {
    const int exponent = static_cast<int>(bits % 632) - 323;
    const std::string text = std::to_string(1 + (bits >> 16) % 9) + "e" + std::to_string(exponent);
    const auto around = std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr));
    return std::bit_cast<double>(around + (bits >> 32) % 5 - 2);
  }

  std::uint64_t count_ = 0;
  std::mt19937_64 generator_{8785};
};

void write(const void* data, std::size_t size) {
  if (std::fwrite(data, 1, size, stdout) != size) std::exit(1);
}

bool reads_back(const char* begin, const char* end, double value) {
  const auto number = rf::core::parse_number({begin, static_cast<std::size_t>(end - begin)});
  // -0 is written and read as 0.
  return number &&
         std::bit_cast<std::uint64_t>(number->value) == std::bit_cast<std::uint64_t>(value == 0 ? 0 : value);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t total = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
  Doubles doubles;
  std::vector<double> values;
  std::string text;
  for (std::size_t done = 0; done < total; done += values.size()) {
    values.clear();
    text.clear();
    while (values.size() < kBatch && done + values.size() < total) {
      values.push_back(doubles.next());
      const std::size_t begin = text.size();
      rf::core::append_number(text, values.back());
      if (!reads_back(text.data() + begin, text.data() + text.size(), values.back())) {
        std::fprintf(stderr, "%a is written as %s and reads back differently\n", values.back(), &text[begin]);
        return 1;
      }
      text += '\n';
    }
    const auto count = static_cast<std::uint32_t>(values.size()),
               length = static_cast<std::uint32_t>(text.size());
    write(&count, sizeof count);
    write(values.data(), values.size() * sizeof(double));
    write(&length, sizeof length);
    write(text.data(), text.size());
  }
  return 0;
}
