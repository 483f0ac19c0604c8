#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example in some language is a short program that works: what it prints is what the example in C prints, its
record is whole, and a label that is not there is an error told in full.

usage: examples_test.py LANGUAGE BUILD LIBRARY c.train=PROGRAM...
"""
import pathlib
import re
import subprocess
import sys
import tempfile

import toolchains

IRIS = toolchains.ROOT / "tests/data/iris.csv"
MOST_LINES = 79
SOURCES = {"c": "c/train.c", "cpp": "cpp/train.cpp", "python": "python/train.py", "node": "node/train.js",
           "go": "go/train/main.go", "rust": "rust/train.rs", "julia": "julia/train.jl"}
EXPECTED = re.compile(r"""rows 150, accuracy (0\.9\d{3}|1\.0000)
run [0-9a-f]{64}
(  [\w.]+ \d+ bytes
)+record FOLDER/[\w-]+
first row:( [01]\.\d{3}){3}
stopped at report 10: RF_E_CANCELLED
error 3: buffer:3: expected 2 fields as in the header .* where \",\" separates, found 1 \[RAGGED_ROW\] \{"delimiter":",","expected":2,.*"line":3\}
""")
NO_LABEL = ('error 2: the table has no column "specie" for the label; did you mean "species"? [LABEL_NOT_FOUND] '
            '{"column":"specie"}\n')


def output_of(command, environment, label, folder):
    done = subprocess.run([*command, str(IRIS), label, str(folder)], env=environment, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout.replace(str(folder), "FOLDER"), done.stderr


def main():
    language, *words = sys.argv[1:]
    place = toolchains.place_from(words)
    wrong = []
    n_lines = len((toolchains.EXAMPLES / SOURCES[language]).read_text(encoding="utf-8").splitlines())
    if n_lines > MOST_LINES:
        wrong.append(f"the example has {n_lines} lines, more than {MOST_LINES}")
    command, environment = toolchains.ready(language, "train", place)
    reference, reference_environment = toolchains.ready("c", "train", place)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        status, found, told = output_of(command, environment, "species", folder / "runs")
        _, expected, _ = output_of(reference, reference_environment, "species", folder / "reference")
        without_record = re.compile(r"^record .*$", re.MULTILINE)
        if status != 0 or not EXPECTED.fullmatch(found):
            wrong.append(f"ended with {status} and printed\n{found}\nand to standard error\n{told}")
        elif without_record.sub("", found) != without_record.sub("", expected):
            wrong.append(f"expected what C prints,\n{expected}\nfound\n{found}")
        if not re.search(r"train 50/50", told):
            wrong.append("no progress was shown on standard error")
        for record in (folder / "runs").glob("*"):
            subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=record, check=True)
        status, found, _ = output_of(command, environment, "specie", folder / "none")
        if status == 0 or not found.endswith(NO_LABEL):
            wrong.append(f"a label that is not there: ended with {status} and printed\n{found}")
    print("\n".join(wrong) or f"{n_lines} lines, and prints what the example in C prints")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
