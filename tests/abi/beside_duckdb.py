#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shared library in one process with libduckdb.so, of the npm package that tests/arrow/package-lock.json locks.

usage: beside_duckdb.py PROGRAM NODE_FOLDER
"""
import os
import pathlib
import platform
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))
import npm  # noqa: E402  (beside this folder)


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    if platform.machine() != "x86_64":
        npm.skip("the package of DuckDB is for x86-64, so nothing is loaded beside it here")
    npm.install(TESTS / "arrow", folder, "nothing is loaded beside DuckDB")
    library = folder / "node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so"
    environment = dict(os.environ, RUNFORGE_LIBDUCKDB=str(library))
    return subprocess.run([program, "--gtest_filter=BesideDuckDb.*"], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
