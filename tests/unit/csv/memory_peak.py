#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reading a CSV file peaks at 1.5 times the table it makes plus a fixed buffer at most (docs/formats/csv.md, Limits).

usage: memory_peak.py --program BENCH_LOAD
Each file is read by a process of its own, which tells its peak and the table's size.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

FIXED_MB = 32  # the program and its libraries, and a few chunks with what is made of them
PROMISED_MB = 96  # huge pages set aside for rows that the beginning of the file promised
SHORT, LONG = "1", "0.12345678901234567"


def rows(out, n, n_columns, cell):
    line = ",".join([cell] * n_columns) + "\n"
    out.writelines(line for _ in range(n))


def late_text(out):
    """The last row turns a third of the columns from numbers into text: what was kept of them is given up."""
    rows(out, 60000, 60, "2.5")
    out.write(",".join("text" if j % 3 == 0 else "2.5" for j in range(60)) + "\n")


def levels(out):
    out.writelines(f"{i % 5000},a text of some length {i % 7},{i % 2 == 0}\n" for i in range(400000))


FILES = {
    "numbers": (60, lambda out: rows(out, 60000, 60, LONG)),
    "many columns": (4000, lambda out: rows(out, 1000, 4000, "12.5")),
    "short rows, then long ones": (300, lambda out: (rows(out, 3000, 300, SHORT), rows(out, 15000, 300, LONG))),
    "short rows, then a few long ones": (40, lambda out: (rows(out, 30000, 40, SHORT), rows(out, 40000, 40, LONG))),
    "text at the end": (60, late_text),
    "texts": (3, levels),
    "a cell of 100 MB": (2, lambda out: out.write("1," + "x" * 100_000_000)),
    "quoted cells of 30 MB": (2, lambda out: out.writelines(f'"{i}' + "a line\n" * 4_000_000 + '",1\n' for i in range(4))),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "table.csv")
        for name, (n_columns, write) in FILES.items():
            with open(path, "w", encoding="ascii") as out:
                out.write(",".join(f"c{j}" for j in range(n_columns)) + "\n")
                write(out)
            for threads in ("1", "2"):
                told = subprocess.run([program, path, "--repeat", "1", "--threads", threads], check=True,
                                      stdout=subprocess.PIPE, text=True).stdout
                peak, table = (float(re.search(rf"^{what} (\S+)$", told, re.M).group(1)) for what in ("peak", "table"))
                allowed = 1.5 * table + FIXED_MB + (PROMISED_MB if name.startswith("short rows") else 0)
                failures += peak > allowed
                print(f"{'ok' if peak <= allowed else 'TOO MUCH'}: {name}, {threads} threads: {os.path.getsize(path) / 1e6:.0f} MB of "
                      f"text, table {table:.1f} MB, peak {peak:.1f} MB, allowed {allowed:.1f} MB")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
