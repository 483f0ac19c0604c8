// SPDX-License-Identifier: MIT
// Inputs for the functions of core/math.hpp, the same everywhere: spread over what each function tells apart,
// all magnitudes, and the neighbourhood of every point where a sequence changes its mind. math_test.cpp keeps
// a fingerprint of the results; tests/numeric/math_errors.cpp compares them with MPFR.
#pragma once

#include <cmath>
#include <random>
#include <vector>

namespace rf::core {

class Inputs {
 public:
  double uniform(double low, double high) { return low + (high - low) * unit(); }
  /// Magnitudes from 2^low to 2^high, all equally likely.
  double magnitude(int low, int high) {
    const int exponent = low + static_cast<int>(unit() * (high - low));
    return std::ldexp(1 + unit(), exponent);
  }
  double sign() { return unit() < 0.5 ? -1 : 1; }

 private:
  double unit() { return static_cast<double>(generator_() >> 11) * 0x1p-53; }
  std::mt19937_64 generator_{20240607};
};

/// At least 3 n.
inline std::vector<double> exp_inputs(int n) {
  Inputs from;
  std::vector<double> x;
  for (int i = 0; i < n; ++i) {
    x.push_back(from.uniform(-745.2, 709.8));
    x.push_back(from.uniform(-1, 1));
    x.push_back(from.sign() * from.magnitude(-60, 8));
  }
  // Next to where k changes, that is to the odd multiples of ln(2) / 2.
  for (int k = -1074; k < 1024; ++k)
    for (int step = -2; step <= 2; ++step) x.push_back((k + 0.5) * 0.6931471805599453 * (1 + step * 0x1p-52));
  return x;
}

inline std::vector<double> log_inputs(int n) {
  Inputs from;
  std::vector<double> x;
  for (int i = 0; i < n; ++i) {
    x.push_back(from.magnitude(-1074, 1023));
    x.push_back(from.uniform(0, 3));
    x.push_back(1 + from.sign() * from.magnitude(-52, -1));
  }
  for (int e = -20; e < 20; ++e)
    for (int step = -2; step <= 2; ++step)
      x.push_back(std::ldexp(0.7071067811865476 * (1 + step * 0x1p-52), e));
  return x;
}

inline std::vector<double> log1p_inputs(int n) {
  Inputs from;
  std::vector<double> x;
  for (int i = 0; i < n; ++i) {
    x.push_back(from.uniform(-1, 3));
    x.push_back(from.magnitude(-1074, 1023));
    x.push_back(-from.magnitude(-1074, -1));
    x.push_back(-1 + from.magnitude(-53, -2));
  }
  std::erase_if(x, [](double value) { return value <= -1; });
  return x;
}

inline std::vector<double> sigmoid_inputs(int n) {
  Inputs from;
  std::vector<double> x;
  for (int i = 0; i < n; ++i) {
    x.push_back(from.uniform(-745, 745));
    x.push_back(from.uniform(-40, 40));
    x.push_back(from.sign() * from.magnitude(-60, 5));
  }
  return x;
}

}  // namespace rf::core
