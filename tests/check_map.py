#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails where docs/ARCHITECTURE.md names a file that is not there, or draws other arrows than tests/check_includes.py allows.

usage: check_map.py
"""
import pathlib
import re
import sys

import check_includes

ROOT = pathlib.Path(__file__).resolve().parents[1]
MAP = ROOT / "docs" / "ARCHITECTURE.md"


def missing_files(text):
    """Names in code marks with a suffix or a folder, looked for from the root, in lib/, and beside the name before them."""
    before = ROOT
    for name in re.findall(r"`([\w./*]+)`", text):
        if not re.search(r"/|\.(cpp|hpp|h|md|json|py|txt)$", name):
            continue
        places = [ROOT / name, ROOT / "lib" / name, before / name, *(room / name for room in (ROOT / "lib").iterdir())]
        found = next((place for place in places if list(place.parent.glob(place.name))), None)
        if found is None:
            yield f"{MAP.name}: there is no {name}"
        else:
            before = found.parent


def arrows(text):
    return {room: set() if uses.strip() == "nothing" else set(uses.strip().split(", "))
            for room, uses in re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE) if room in check_includes.ALLOWED}


def main():
    text = MAP.read_text(encoding="utf-8")
    problems = list(missing_files(text))
    for room, uses in check_includes.ALLOWED.items():
        if arrows(text).get(room) != uses:
            problems.append(f"{MAP.name}: '{room}' may use {', '.join(sorted(uses)) or 'nothing'}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
