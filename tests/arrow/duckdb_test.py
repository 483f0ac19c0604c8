#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the tests on DuckDB's Arrow data with the libduckdb.so of the npm package that package-lock.json locks.

usage: duckdb_test.py PROGRAM NODE_FOLDER
"""
import os
import pathlib
import platform
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import npm  # noqa: E402  (beside this folder)


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    if platform.machine() != "x86_64":
        npm.skip("the package of DuckDB is for x86-64, so DuckDB produces no Arrow data here")
    npm.install(HERE, folder, "DuckDB produces no Arrow data")
    library = folder / "node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so"
    environment = dict(os.environ, RUNFORGE_LIBDUCKDB=str(library))
    return subprocess.run([program], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
