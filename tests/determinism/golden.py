#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The golden lines: what the cases of this folder must print on every machine, one file for each numeric profile.

usage: golden.py DRIVER [--write | --blank-prose]

Prints whether the driver's lines are the golden ones of its numeric profile. With --write, lines of new cases are
added; a line that is there already is never changed: other numbers need another numeric profile
(lib/artifact/version.hpp), and so another file. With --blank-prose, lines whose digests cover messages and summaries are
made again without them, once they were seen to be what the driver prints with them.
"""
import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
GOLDEN = ROOT / "tests" / "golden"


def golden_file(profile):
    return GOLDEN / f"profile_{profile}.txt"


def parse(text):
    """{case: {file: digest}}, in order."""
    lines = {}
    for line in text.splitlines():
        case, *files = line.split(" ")
        lines[case] = dict(file.split("=") for file in files)
    return lines


def first_difference(found, expected):
    """Where two parsed outputs part, as text; None where they are equal."""
    for case, files in expected.items():
        if case not in found:
            return f"{case}: not printed"
        for file in sorted(files.keys() | found[case].keys()):
            if files.get(file) != found[case].get(file):
                return f"{case}: {file}"
    for case in found:
        if case not in expected:
            return f"{case}: has no golden line"
    return None


def profile_of(driver):
    return int(subprocess.run([driver, "--profile"], check=True, capture_output=True, text=True).stdout)


def expected_lines(profile):
    path = golden_file(profile)
    if not path.exists():
        raise SystemExit(f"numeric profile {profile} has no golden lines: golden.py --write makes {path.name}")
    return parse(path.read_text(encoding="utf-8"))


def write(driver):
    profile = profile_of(driver)
    text = subprocess.run([driver, DATA], check=True, capture_output=True, text=True).stdout
    path = golden_file(profile)
    if path.exists():
        found, old = parse(text), parse(path.read_text(encoding="utf-8"))
        for case, files in old.items():
            if found.get(case) != files:
                raise SystemExit(f"{case}: the numbers have changed or the case is gone. Bump kNumericProfile in "
                                 f"lib/artifact/version.hpp and say in the commit why")
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(text.splitlines())} lines")


def blank_prose(driver):
    path = golden_file(profile_of(driver))
    old = subprocess.run([driver, DATA, "--with-prose"], check=True, capture_output=True, text=True).stdout
    if difference := first_difference(parse(old), parse(path.read_text(encoding="utf-8"))):
        raise SystemExit(f"with prose the driver does not print the lines that are there: {difference}")
    print(f"{path.name}: with prose {len(old.splitlines())} of {len(old.splitlines())} lines are equal")
    text = subprocess.run([driver, DATA], check=True, capture_output=True, text=True).stdout
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(text.splitlines())} lines written without prose")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("driver", type=pathlib.Path)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--write", action="store_true")
    what.add_argument("--blank-prose", action="store_true")
    arguments = parser.parse_args()
    if arguments.write or arguments.blank_prose:
        (write if arguments.write else blank_prose)(arguments.driver)
        return 0
    text = subprocess.run([arguments.driver, DATA], check=True, capture_output=True, text=True).stdout
    difference = first_difference(parse(text), expected_lines(profile_of(arguments.driver)))
    print(difference or "equal")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
