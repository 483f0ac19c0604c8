#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shared library exports exactly tests/abi/exports.txt, the header declares exactly that, and misuse_test.cpp
calls each of them, so that no new function goes untested.

usage: exports.py LIBRARY HEADER
"""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def complain(what, expected, found):
    for name in sorted(expected - found):
        print(f"{what}: {name} is missing", file=sys.stderr)
    for name in sorted(found - expected):
        print(f"{what}: {name} should not be there", file=sys.stderr)
    return expected != found


def exported(library):
    """Names with their version; the version's own absolute symbol left out."""
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    return {line.split()[2] for line in lines.splitlines() if line.split()[1] != "A"}


def main():
    library, header = sys.argv[1:]
    expected = set((HERE / "exports.txt").read_text().split())
    found = exported(library)
    unversioned = {name for name in found if not name.endswith("@@RUNFORGE_0")}
    declared = set(re.findall(r"\b(rf_\w+)\(", re.sub(r"/\*.*?\*/", "", pathlib.Path(header).read_text(), flags=re.DOTALL)))
    called = set(re.findall(r"\brf_\w+", (HERE / "misuse_test.cpp").read_text()))
    failed = complain("exports.txt against the library", expected, {name.split("@")[0] for name in found})
    failed |= complain("exports.txt against the header", expected, declared)
    failed |= complain("misuse_test.cpp", expected, called & expected)
    if unversioned:
        print(f"without the symbol version RUNFORGE_0: {sorted(unversioned)}", file=sys.stderr)
    return 1 if failed or unversioned else 0


if __name__ == "__main__":
    sys.exit(main())
