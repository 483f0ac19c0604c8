# SPDX-License-Identifier: MIT
"""glibc's exp and log with and without its FMA paths: in how many of 1e7 inputs the double differs.

usage: libm.py            prints one line a function
       libm.py NAME FILE  writes the function's values to FILE; what the first form calls
Python's math module calls the C library's functions; the tunable glibc.cpu.hwcaps turns their FMA variants off.
"""
import array
import math
import os
import random
import subprocess
import sys
import tempfile

WITHOUT_FMA = "glibc.cpu.hwcaps=-FMA,-AVX2"
COUNT = 10_000_000


def inputs(name):
    draw = random.Random(20261124).random  # a Mersenne twister: the same everywhere
    if name == "exp":
        return (40 * draw() - 20 for _ in range(COUNT))
    return (math.ldexp(1 + draw(), int(40 * draw()) - 20) for _ in range(COUNT))


def values(name, **variables):
    with tempfile.NamedTemporaryFile() as file:
        environment = {k: v for k, v in os.environ.items() if k != "GLIBC_TUNABLES"}
        subprocess.run([sys.executable, __file__, name, file.name], env={**environment, **variables}, check=True)
        result = array.array("Q")
        result.frombytes(file.read())
    return result


def differing(name):
    """How many of COUNT values differ in their bits."""
    return sum(a != b for a, b in zip(values(name), values(name, GLIBC_TUNABLES=WITHOUT_FMA)))


def lines():
    version = os.confstr("CS_GNU_LIBC_VERSION") if "CS_GNU_LIBC_VERSION" in os.confstr_names else "not glibc"
    where = {"exp": "uniform in [-20, 20)", "log": "in [2^-20, 2^20)"}
    return [f"{version}, {name} of {COUNT:,} numbers {where[name]}: {differing(name):,} differ between the paths with "
            "and without FMA." for name in where]


if __name__ == "__main__":
    if len(sys.argv) == 3:
        with open(sys.argv[2], "wb") as out:
            array.array("d", map(getattr(math, sys.argv[1]), inputs(sys.argv[1]))).tofile(out)
    else:
        print("\n".join(lines()))
