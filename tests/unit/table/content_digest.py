#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The content digest of docs/formats/content-digest.md, written from that page, apart from lib/table.

content_digest.py FILE.csv...      prints `<digest>  <name>` for each file and for the table made below
content_digest.py --check GOLDEN   compares with such lines, the files being beside GOLDEN
"""
import csv
import hashlib
import pathlib
import re
import struct
import sys

CHUNK = 65536
MISSING = {"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "-"}
NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def text(value):
    return struct.pack("<Q", len(value.encode())) + value.encode()


def chunk_digest(kind, cells, levels):
    bits = bytearray((len(cells) + 7) // 8)
    for i, cell in enumerate(cells):
        bits[i // 8] |= (cell is not None) << i % 8
    if kind == "category":
        new = [c for c in dict.fromkeys(cells) if c is not None and c not in levels]
        levels.update({level: len(levels) + i for i, level in enumerate(new)})
        values = struct.pack("<Q", len(new)) + b"".join(map(text, new))
        values += b"".join(struct.pack("<I", levels.get(c, 0)) for c in cells)
    else:
        values = b"".join(struct.pack("<d" if kind == "numeric" else "<B", c or 0) for c in cells)
    return hashlib.sha256(b"runforge.chunk.v1" + struct.pack("<Q", len(cells)) + bits + values).digest()


def column_digest(name, kind, cells):
    levels = {}
    chunks = [chunk_digest(kind, cells[i:i + CHUNK], levels) for i in range(0, len(cells), CHUNK)]
    head = b"runforge.column.v1" + text(name) + text(kind) + struct.pack("<Q", len(cells))
    return hashlib.sha256(head + b"".join(chunks)).digest()


def content_digest(columns):
    """columns: (name, kind, cells), a missing cell being None."""
    head = b"runforge.table.v1" + struct.pack("<QQ", len(columns[0][2]), len(columns))
    return hashlib.sha256(head + b"".join(column_digest(*c) for c in columns)).hexdigest()


def typed(name, cells):
    """Enough of the reading rules for the files here, which need no trim."""
    cells = [None if c in MISSING else c for c in cells]
    present = [c for c in cells if c is not None]
    if all(NUMBER.fullmatch(c) for c in present):
        return name, "numeric", [None if c is None else float(c) for c in cells]
    if all(c.lower() in ("true", "false") for c in present):
        return name, "boolean", [None if c is None else c.lower() == "true" for c in cells]
    return name, "category", cells


def read(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        header, *records = [r for r in csv.reader(file) if r]
    return [typed(name, cells) for name, cells in zip(header, zip(*records))]


def made_table():
    """Two chunks and a bit, each kind, missing values; digest_test.cpp makes the same."""
    rows = range(2 * CHUNK + 100)
    return [
        ("number", "numeric", [None if i % 11 == 0 else i / 8 - 1000 for i in rows]),
        ("flag", "boolean", [None if i % 7 == 3 else i % 3 == 0 for i in rows]),
        ("text é", "category", [None if i % 5 == 4 else f"level {i * i % 70001 // 9}" for i in rows]),
    ]


def lines(paths):
    made = [(content_digest(made_table()), "made")]
    return [f"{d}  {n}\n" for d, n in [(content_digest(read(p)), p.name) for p in paths] + made]


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        golden = pathlib.Path(sys.argv[2])
        expected = golden.read_text().splitlines(keepends=True)
        names = [line.split()[1] for line in expected if line.split()[1] != "made"]
        found = lines([golden.parent / name for name in names])
        sys.stdout.writelines(line for line in found if line not in expected)
        sys.exit(found != expected)
    sys.stdout.writelines(lines([pathlib.Path(p) for p in sys.argv[1:]]))
