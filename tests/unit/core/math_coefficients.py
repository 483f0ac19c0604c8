# SPDX-License-Identifier: MIT
"""Prints the polynomial coefficients of lib/core/math_impl.hpp: minimax fits by Remez exchange. Needs mpmath."""
from mpmath import cos, factorial, log, lu_solve, matrix, mp, mpf, nstr, pi, sqrt

mp.prec = 250
GRID = 400


def remez(function, weight, degree, low, high):
    """Coefficients of the polynomial p that minimises the largest |weight (p - function)|, and that error."""
    n_points = degree + 2
    cosine_spaced = lambda i, n: (low + high) / 2 - (high - low) / 2 * cos(pi * mpf(i) / n)
    points = [cosine_spaced(2 * i + 1, 2 * n_points) for i in range(n_points)]
    grid = [cosine_spaced(i, GRID) for i in range(GRID + 1)]
    while True:
        system, values = matrix(n_points, n_points), matrix(n_points, 1)
        for i, point in enumerate(points):
            for j in range(degree + 1):
                system[i, j] = point**j
            system[i, degree + 1] = (-1) ** i / weight(point)
            values[i] = function(point)
        solution = lu_solve(system, values)
        coefficients = [solution[j] for j in range(degree + 1)]
        error = lambda x: weight(x) * (sum(c * x**j for j, c in enumerate(coefficients)) - function(x))
        # The largest error of each run of equal sign is the next point.
        extrema = []
        for point in grid:
            e = error(point)
            if not extrema or (e > 0) != (extrema[-1][1] > 0):
                extrema.append((point, e))
            elif abs(e) > abs(extrema[-1][1]):
                extrema[-1] = (point, e)
        while len(extrema) > n_points:
            extrema.pop(0 if abs(extrema[0][1]) < abs(extrema[-1][1]) else -1)
        sizes = [abs(e) for _, e in extrema]
        if max(sizes) < mpf("1.001") * min(sizes):
            return coefficients, max(sizes)
        points = [point for point, _ in extrema]


def show(name, fit):
    coefficients, error = fit
    print(f"{name}: largest error 2^{nstr(log(error, 2), 5)}")
    for coefficient in coefficients:
        print("   ", float(coefficient).hex())


# (e^r - 1 - r) / r^2 on |r| <= ln(2) / 2, by its series; the error that counts is that of e^r.
bound = log(mpf(2)) / 2 * mpf("1.0001")
show("exp_polynomial", remez(lambda r: sum(r**k / factorial(k + 2) for k in range(60)),
                             lambda r: r * r + mpf(10) ** -12, 10, -bound, bound))
# (2 atanh(s) - 2 s) / s^3 in z = s^2 for 1 + f in [sqrt(1/2), sqrt(2)).
bound = ((sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1) * mpf("1.0001")) ** 2
show("log_sum", remez(lambda z: sum(mpf(2) / (2 * k + 3) * z**k for k in range(70)),
                      lambda z: (z + mpf(10) ** -9) ** mpf(1.5), 6, mpf(0), bound))
