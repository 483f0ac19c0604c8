#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails when an object or shared library refers to a function of libm that need not be exact, or to BLAS or LAPACK.

usage: linked_symbols.py NM LIST      LIST: a file with one object or library per line

Only functions that IEEE 754 or C defines exactly may come from libm: sqrt, fabs, floor, frexp and such. What the compiler
puts in line (sqrt) is not seen here and need not be.
"""
import re
import subprocess
import sys

INEXACT = ("exp exp2 exp10 expm1 log log2 log10 log1p logb pow pow10 sin cos tan sincos asin acos atan atan2 sinh cosh tanh asinh "
           "acosh atanh sinpi cospi tanpi erf erfc tgamma lgamma gamma j0 j1 jn y0 y1 yn cbrt hypot fma drem fdim "
           "cexp clog cpow csin ccos ctan csinh ccosh ctanh casin cacos catan casinh cacosh catanh csqrt cabs carg").split()
# exp, expf, expl, __exp_finite, __expf_finite, lgamma_r, _ZGVdN4v_exp, ...
LIBM = re.compile(rf"(?:__|_ZGV\w+_)?(?:{'|'.join(INEXACT)})(?:[fl]|f32|f64|f128|f32x|f64x)?(?:_finite|_r)?")
BLAS = re.compile(r"(?:cblas|catlas|LAPACKE|openblas|mkl|armpl)_\w+|i?[sdcz][a-z0-9]{2,6}_(?:64_)?|(?:ilaenv|xerbla|[sd]lamch)_?")


def is_banned(symbol):
    name = symbol.split("@")[0]
    return bool(LIBM.fullmatch(name) or BLAS.fullmatch(name))


def undefined_symbols(nm, path):
    options = ["--dynamic"] if re.search(r"\.so(\.|$)", path) else []
    out = subprocess.run([nm, *options, "--undefined-only", "--format=posix", path], stdout=subprocess.PIPE, check=True,
                         text=True).stdout
    return [line.split()[0] for line in out.splitlines() if line.strip() and not line.endswith(":")]


def self_test():
    for name in ("exp", "expf@GLIBC_2.27", "pow@GLIBC_2.29", "__log_finite", "fma", "lgamma_r", "tanhl", "_ZGVdN4v_exp", "dgemm_",
                 "cblas_ddot", "ddot_", "dpotrf_64_", "idamax_", "LAPACKE_dgesv", "expf64"):
        assert is_banned(name), name
    for name in ("sqrt", "fabs", "floor", "memcpy", "frexp", "ldexp", "exit", "free", "fmod", "_ZN2rf4core3expEd", "logic",
                 "_ZSt4sqrtd", "fmax", "__cxa_guard_acquire", "powers_of_ten"):
        assert not is_banned(name), name


def main():
    self_test()
    nm, list_path = sys.argv[1:]
    with open(list_path, encoding="utf-8") as file:
        paths = [line.strip() for line in file if line.strip()]
    # What was looked at must be what does the work: the folder that would call exp is among them, and symbols are found.
    if not any("/runforge_trees.dir/" in path for path in paths) or not any(".so" in path for path in paths):
        sys.exit(f"{list_path} lacks the objects of lib/trees or the shared library")
    failed = False
    count = 0
    for path in paths:
        symbols = undefined_symbols(nm, path)
        count += len(symbols)
        for symbol in filter(is_banned, symbols):
            print(f"{path}: refers to {symbol}", file=sys.stderr)
            failed = True
    if count == 0:
        sys.exit("no undefined symbols at all: is this nm reading these files?")
    print(f"{count} references of {len(paths)} files")
    return failed


if __name__ == "__main__":
    sys.exit(main())
