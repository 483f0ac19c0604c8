// SPDX-License-Identifier: MIT
// exp, log, log1p, expit, softplus as fixed sequences of + - * / and bit operations, so that they give the same
// bits on every machine. Errors in ULP stand beside each, as tests/unit/core/math_test.cpp measures them.
// NaN in, NaN out; infinities and subnormals behave as in C's libm.
#pragma once

namespace rf::core {

double exp(double x);
double log(double x);
double log1p(double x);
double expit(double x);     ///< 1 / (1 + e^-x)
double softplus(double x);  ///< log(1 + e^x), without overflow

}  // namespace rf::core
