#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A golden line, once committed, stays as it is: whoever changes numbers bumps the numeric profile, which gives the
lines a file of their own. Reads the history of tests/golden, the working tree included."""
import re
import subprocess
import sys

import golden


def git(*arguments):
    return subprocess.run(["git", "-C", golden.ROOT, *arguments], capture_output=True, text=True, check=False)


def main():
    if git("rev-parse", "--git-dir").returncode != 0:
        print("SKIPPED: no git history here")
        return 77
    history = git("log", "-p", "--format=commit %h", "--", "tests/golden").stdout
    history += git("diff", "HEAD", "--", "tests/golden").stdout
    commit, file, problems, added = "", "", [], 0
    for line in history.splitlines():
        if match := re.match(r"commit (\w+)$", line):
            commit = match[1]
        elif line.startswith(("--- ", "+++ ")):
            file = line[4:].removeprefix("a/").removeprefix("b/")
        elif re.match(r"-\S+/\S+ ", line) and "/profile_" in file:
            problems.append(f"{commit or 'uncommitted'}: {file}: {line[1:].split(' ')[0]}")
        elif re.match(r"\+\S+/\S+ ", line):
            added += 1
    if added == 0:
        print("SKIPPED: the history here begins after the golden lines")
        return 77
    for problem in problems:
        print(f"a golden line was changed or removed: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
