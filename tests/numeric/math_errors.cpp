// SPDX-License-Identifier: MIT
// The functions of core/math.hpp against MPFR: the largest error in units of the last place over more than
// two million inputs each, and what an element costs in each table of kernels and in the C library.
//
//   math_errors [--time] [FUNCTION...]         prints lines of the table in docs/DETERMINISM.md
//   math_errors --check PAGE FUNCTION          fails when an error is above its bound, or is not what the
//   page says
//
// Inputs, results and so the errors are the same on every machine; times are looked at by nobody but the
// reader.
#include <mpfr.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/kernels.hpp"
#include "core/math.hpp"
#include "unit/core/math_inputs.hpp"

namespace {

using rf::core::Kernels;

constexpr int kInputs = 670000;  // of each kind, of which there are three or more
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kLeastNormal = std::numeric_limits<double>::min();

/// A number of MPFR with 80 bits: errors are right to 2^-26 of a unit in the last place.
class Exact {
 public:
  Exact() { mpfr_init2(value_, 80); }
  ~Exact() { mpfr_clear(value_); }
  Exact(const Exact&) = delete;
  Exact& operator=(const Exact&) = delete;
  operator mpfr_ptr() { return value_; }

 private:
  mpfr_t value_;
};

void exact_exp(mpfr_ptr x) {
  mpfr_exp(x, x, MPFR_RNDN);
}
void exact_log(mpfr_ptr x) {
  mpfr_log(x, x, MPFR_RNDN);
}
void exact_log1p(mpfr_ptr x) {
  mpfr_log1p(x, x, MPFR_RNDN);
}
// 1 / (1 + e^-x); where e^-x is beyond all exponents of MPFR, it is infinite and the result 0.
void exact_expit(mpfr_ptr x) {
  mpfr_neg(x, x, MPFR_RNDN);
  mpfr_exp(x, x, MPFR_RNDN);
  mpfr_add_ui(x, x, 1, MPFR_RNDN);
  mpfr_ui_div(x, 1, x, MPFR_RNDN);
}
// max(x, 0) + log(1 + e^-|x|).
void exact_softplus(mpfr_ptr x) {
  const bool is_positive = mpfr_sgn(x) > 0;
  Exact small;
  mpfr_abs(small, x, MPFR_RNDN);
  mpfr_neg(small, small, MPFR_RNDN);
  mpfr_exp(small, small, MPFR_RNDN);
  mpfr_log1p(small, small, MPFR_RNDN);
  if (is_positive)
    mpfr_add(x, x, small, MPFR_RNDN);
  else
    mpfr_swap(x, small);
}

struct Function {
  const char* name;
  double (*ours)(double);
  void (*exact)(mpfr_ptr x);  ///< in place
  void (*Kernels::*array)(const double*, double*, std::size_t);
  double (*libm)(double);
  std::vector<double> (*inputs)(int n);
  double bound;            ///< on the error of normal results, in units of the last place
  double subnormal_bound;  ///< of subnormal ones
  double time_low, time_high;
};

const Function kFunctions[] = {
    {"exp", rf::core::exp, exact_exp, &Kernels::exp, [](double x) { return std::exp(x); },
     rf::core::exp_inputs, 0.6821, 0.7497, -30, 30},
    {"log", rf::core::log, exact_log, &Kernels::log, [](double x) { return std::log(x); },
     rf::core::log_inputs, 0.8254, 0, 1e-3, 1e3},
    {"log1p", rf::core::log1p, exact_log1p, &Kernels::log1p, [](double x) { return std::log1p(x); },
     rf::core::log1p_inputs, 0.7765, 0, -0.9, 10},
    {"expit", rf::core::expit, exact_expit, &Kernels::expit, [](double x) { return 1 / (1 + std::exp(-x)); },
     rf::core::sigmoid_inputs, 2.2699, 0.749, -30, 30},
    {"softplus", rf::core::softplus, exact_softplus, &Kernels::softplus,
     [](double x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))); }, rf::core::sigmoid_inputs,
     1.4691, 0.749, -30, 30}};

/// Beside those of the function: subnormals, powers of two with their neighbours, and the ends of the line.
void add_edges(std::vector<double>& inputs) {
  for (int e = -1074; e <= 1023; ++e) {
    const double power = std::ldexp(1.0, e);
    for (const double x : {std::nextafter(power, 0.0), power, std::nextafter(power, kInf)}) {
      inputs.push_back(x);
      inputs.push_back(-x);
    }
  }
  rf::core::Inputs from;
  for (int i = 0; i < 20000; ++i) inputs.push_back(from.sign() * from.magnitude(-1074, -1022));
  for (int i = 0; i < 60000; ++i) inputs.push_back(from.uniform(-745.2, -708.3));  // subnormal e^x
  for (const double x : {0.0, -0.0, 1.0, -1.0, kInf, -kInf, std::numeric_limits<double>::quiet_NaN(),
                         std::numeric_limits<double>::max(), -std::numeric_limits<double>::max(), 0.41, -0.29,
                         709.782712893384, -745.1332191019411, -745.1332191019412, -708.3964185322641})
    for (int step = -3; step <= 3; ++step) inputs.push_back(x + step * std::fabs(x) * 0x1p-52);
}

/// Distance in units of the last place of a double near `exact`; infinite where only equality will do.
double error_in_ulp(mpfr_ptr exact, double got, mpfr_ptr scratch) {
  if (mpfr_nan_p(exact) || std::isnan(got)) return mpfr_nan_p(exact) && std::isnan(got) ? 0 : kInf;
  const double rounded = mpfr_get_d(exact, MPFR_RNDN);
  if (std::isinf(rounded) || std::isinf(got) || mpfr_zero_p(exact)) return got == rounded ? 0 : kInf;
  const mpfr_exp_t exponent = std::max<mpfr_exp_t>(mpfr_get_exp(exact), -1021);
  mpfr_sub_d(scratch, exact, got, MPFR_RNDN);
  mpfr_mul_2si(scratch, scratch, 53 - exponent, MPFR_RNDN);
  return std::fabs(mpfr_get_d(scratch, MPFR_RNDN));
}

struct Errors {
  std::size_t n_inputs = 0;
  double normal = 0;
  double normal_at = 0;
  double subnormal = 0;
};

Errors measure(const Function& function) {
  std::vector<double> inputs = function.inputs(kInputs);
  add_edges(inputs);
  Exact exact, scratch;
  Errors errors;
  errors.n_inputs = inputs.size();
  for (const double x : inputs) {
    mpfr_set_d(exact, x, MPFR_RNDN);
    function.exact(exact);
    const double got = function.ours(x);
    const double error = error_in_ulp(exact, got, scratch);
    const bool is_subnormal = std::fabs(got) < kLeastNormal;
    if (is_subnormal) errors.subnormal = std::max(errors.subnormal, error);
    if (!is_subnormal && error > errors.normal) {
      errors.normal = error;
      errors.normal_at = x;
    }
  }
  return errors;
}

/// Nanoseconds per element: the fastest of many passes over an array in the first-level cache.
template <class Pass>
double nanoseconds(Pass pass, std::size_t n) {
  using Clock = std::chrono::steady_clock;
  double best = kInf;
  for (int repeat = 0; repeat < 300; ++repeat) {
    const auto start = Clock::now();
    for (int i = 0; i < 10; ++i) pass();
    const std::chrono::duration<double, std::nano> elapsed = Clock::now() - start;
    best = std::min(best, elapsed.count() / 10 / static_cast<double>(n));
  }
  return best;
}

std::string times(const Function& function) {
  constexpr std::size_t kCount = 1024;
  rf::core::Inputs from;
  std::vector<double> in(kCount), out(kCount);
  for (double& x : in) x = from.uniform(function.time_low, function.time_high);
  char text[32];
  std::string columns;
  const rf::core::KernelTables tables = rf::core::runnable_kernels();
  for (std::size_t i = 0; i < std::size(tables.entries); ++i) {
    if (i >= tables.count) {
      columns += " - |";
      continue;
    }
    const Kernels& kernels = *tables.entries[i];
    const double ns = nanoseconds([&] { (kernels.*function.array)(in.data(), out.data(), kCount); }, kCount);
    std::snprintf(text, sizeof text, " %.1f |", ns);
    columns += text;
  }
  const double ns = nanoseconds(
      [&] {
        for (std::size_t i = 0; i < kCount; ++i) out[i] = function.libm(in[i]);
        asm volatile("" ::: "memory");
      },
      kCount);
  std::snprintf(text, sizeof text, " %.1f |", ns);
  return columns + text;
}

/// The line of the table without the times.
std::string line(const Function& function, const Errors& errors) {
  char text[160];
  std::snprintf(text, sizeof text, "| %s | %zu | %.4f | %a | %.4f |", function.name, errors.n_inputs,
                errors.normal, errors.normal_at, errors.subnormal);
  return text;
}

int check(const Function& function, const char* page) {
  const Errors errors = measure(function);
  int status = 0;
  if (!(errors.normal <= function.bound && errors.subnormal <= function.subnormal_bound)) {
    std::fprintf(stderr,
                 "%s: errors of %g (normal) and %g (subnormal results) ULP, expected at most %g and %g\n",
                 function.name, errors.normal, errors.subnormal, function.bound, function.subnormal_bound);
    status = 1;
  }
  const std::string expected = line(function, errors);
  std::ifstream file(page);
  std::string found;
  bool is_there = false;
  while (std::getline(file, found)) is_there |= found.starts_with(expected);
  if (!is_there) {
    std::fprintf(stderr, "%s: no line begins with\n%s\nrun docs/generate/math_table.sh\n", page,
                 expected.c_str());
    status = 1;
  }
  return status;
}

int usage() {
  std::fputs("usage: math_errors [--time] [FUNCTION...] | --check PAGE FUNCTION\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments[0] == "--check") {
    if (arguments.size() != 3) return usage();
    for (const Function& function : kFunctions)
      if (arguments[2] == function.name) return check(function, argv[2]);
    return usage();
  }
  const bool is_timed = !arguments.empty() && arguments[0] == "--time";
  const auto names_begin = arguments.begin() + (is_timed ? 1 : 0);
  for (const Function& function : kFunctions) {
    if (names_begin != arguments.end() &&
        std::find(names_begin, arguments.end(), function.name) == arguments.end())
      continue;
    std::printf("%s%s\n", line(function, measure(function)).c_str(), is_timed ? times(function).c_str() : "");
  }
  return 0;
}
