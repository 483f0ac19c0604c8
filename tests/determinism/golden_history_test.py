#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is golden stays as it is, once committed. Reads the history of tests/golden, the working tree included.

usage: golden_history_test.py lines|runs

lines   a line of profile_N.txt: whoever changes numbers bumps the numeric profile, which gives the lines another file
runs    a file of runs/VERSION/CASE: later versions are seen to read what earlier ones wrote
"""
import re
import subprocess
import sys

import golden

# The one time that lines were made again: profile 3, whose digests no longer cover prose. golden.py --blank-prose saw the old
# lines hold before it wrote the new ones. By the git object of the old file.
MADE_AGAIN = {"5e03504a867f9bec266181489533606e9d99a817"}


def git(*arguments):
    return subprocess.run(["git", "-C", golden.ROOT, *arguments], capture_output=True, text=True, check=False)


def history(options, path):
    """(commit, line) for each line that git log and git diff print of the path."""
    commit = ""
    told = git("log", *options, "--format=commit %h", "--", path).stdout
    for line in told.splitlines():
        if match := re.match(r"commit (\w+)$", line):
            commit = match[1]
        else:
            yield commit, line
    yield from (("uncommitted", line) for line in git("diff", *options, "HEAD", "--", path).stdout.splitlines())


def lines():
    """(how many were added, those that were changed or removed)"""
    file, problems, added, before = "", [], 0, ""
    for commit, line in history(["-p", "--full-index"], "tests/golden/profile_*.txt"):
        if line.startswith(("--- ", "+++ ")):
            file = line[4:].removeprefix("a/").removeprefix("b/")
        elif match := re.match(r"index (\w+)\.\.", line):
            before = match[1]
        elif re.match(r"-\S+/\S+ ", line) and before not in MADE_AGAIN:
            problems.append(f"{commit}: {file}: {line[1:].split(' ')[0]}")
        elif re.match(r"\+\S+/\S+ ", line):
            added += 1
    return added, problems


def runs():
    problems, added = [], 0
    for commit, line in history(["--name-status"], "tests/golden/runs/*/*"):
        status, _, path = line.partition("\t")
        if status == "A":
            added += 1
        elif path:
            problems.append(f"{commit}: {path}")
    return added, problems


def main():
    kinds = {"lines": lines, "runs": runs}
    if len(sys.argv) != 2 or sys.argv[1] not in kinds:
        sys.exit(__doc__)
    if git("rev-parse", "--git-dir").returncode != 0:
        print("SKIPPED: no git history here")
        return 77
    added, problems = kinds[sys.argv[1]]()
    if added == 0:
        print("SKIPPED: the history here begins after the golden files")
        return 77
    for problem in problems:
        print(f"a golden file was changed or removed: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
