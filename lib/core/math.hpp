// SPDX-License-Identifier: MIT
// exp, log, log1p, expit, softplus as fixed sequences of + - * / and bit operations, so that they give the
// same bits on every machine. The largest error seen, in ULP, is noted after each function;
// tests/numeric/math_errors.cpp measures it against MPFR (docs/DETERMINISM.md has the table),
// tests/unit/core/math_test.cpp pins the results at the edges of each range and the bits of the numeric
// profile. The result for NaN is NaN; infinities and subnormals behave as in C's libm.
#pragma once

namespace rf::core {

double exp(double x);       ///< 0.69, subnormal results 0.75
double log(double x);       ///< 0.83
double log1p(double x);     ///< 0.78
double expit(double x);     ///< 1 / (1 + e^-x): 2.27
double softplus(double x);  ///< log(1 + e^x), without overflow: 1.47

}  // namespace rf::core
