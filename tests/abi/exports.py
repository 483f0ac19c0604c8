#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shared library exports exactly tests/abi/exports.txt, and the header and abi.json declare exactly that: misuse.py
misuses each function of abi.json.

usage: exports.py LIBRARY HEADER
"""
import json
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
    recorded = set(json.loads((HERE / "abi.json").read_text())["functions"])
    failed = complain("exports.txt against the library", expected, {name.split("@")[0] for name in found})
    failed |= complain("exports.txt against the header", expected, declared)
    failed |= complain("exports.txt against abi.json", expected, recorded)
    if unversioned:
        print(f"without the symbol version RUNFORGE_0: {sorted(unversioned)}", file=sys.stderr)
    return 1 if failed or unversioned else 0


if __name__ == "__main__":
    sys.exit(main())
