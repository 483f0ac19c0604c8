#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""CSV files made up from a seed, read by RunForge, by Python's csv module and by pandas: equal records, the same verdict
on faulty quotes and ragged rows, and typed columns equal to the rules of docs/formats/csv.md applied to Python's records
(numbers as Python's float reads them, and as pandas reads them with float_precision="round_trip").

usage: csv_differential.py --program CSV_DUMP [--files N] [--first SEED]
Exit status 77 without pandas.
"""
import argparse
import csv
import io
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

try:
    import pandas
except ImportError:
    print("SKIPPED: no pandas")
    sys.exit(77)

SPACES = "\t\u00a0\u202f"
NUMBER = re.compile(rf"[{SPACES}]*[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[{SPACES}]*\Z")
INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)\Z")
INFINITE = re.compile(r"[+-]?(inf|infinity)\Z", re.IGNORECASE)
MISSING = {"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "-", "#N/A"}
WORDS = ["x", "yes", "true", "False", "TRUE", "NA", "a b", "é", "猫", "inf", "?", "007", "1,5", 'a"b', '"', "-", "+", ".5",
         "5.", "1e5", "9007199254740993", "0x1F", "line\nend", "cr\rlf\r\n", "a;b", "a\tb", "2024-01-31", "𝄞", "null"]
NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}


def number(r):
    kind = r.randrange(5)
    if kind == 0:
        return repr(r.uniform(-1e3, 1e3))
    if kind == 1:
        return str(r.randrange(-10**6, 10**6))
    if kind == 2:
        return f"{r.gauss(0, 1):.{r.randrange(1, 20)}f}"
    if kind == 3:
        return f"{r.uniform(-1, 1) * 10 ** r.randrange(-300, 300):.{r.randrange(18)}e}"
    return str(r.randrange(10**r.randrange(1, 18)))


def cell(r, style, delimiter, spaces):
    text = "" if r.random() < 0.1 else r.choice(WORDS) if r.random() < 0.05 else \
        number(r) if style < 6 else r.choice(["true", "false"]) if style == 6 else r.choice(WORDS)
    must = any(c in text for c in delimiter + "\"\r\n")
    if must and r.random() < 0.97 or r.random() < 0.15:
        text = '"' + text.replace('"', '""') + '"'
    if spaces and r.random() < 0.1:
        text = " " * r.randrange(3) + text + " " * r.randrange(3)
    return text


def make(seed):
    """(bytes, delimiter) of a file; its header has distinct names and more delimiters of its own than others."""
    r = random.Random(seed)
    delimiter = r.choice([",", ",", ";", "\t"])
    ends = r.choice([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]])
    n_columns = r.randrange(2, 7)
    spaces = r.random() < 0.2
    styles = [r.randrange(10) for _ in range(n_columns)]
    lines = [delimiter.join(f"c{j}" for j in range(n_columns))]
    for _ in range(r.randrange(1, 40)):
        if r.random() < 0.03:
            lines.append("")
        n = n_columns + (r.choice([-1, 1]) if r.random() < 0.003 else 0)
        lines.append(delimiter.join(cell(r, styles[j % n_columns], delimiter, spaces) for j in range(n)))
    text = "".join(line + r.choice(ends) for line in lines)
    if r.random() < 0.3:
        text = text.rstrip("\r\n")
    bom = b"\xef\xbb\xbf" if r.random() < 0.1 else b""
    return bom + text.encode(), delimiter


def python_records(text, delimiter):
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [row for row in rows if row]
    except csv.Error:
        return None


def typed_columns(records):
    """The columns by the rules, from trimmed records; None where a number is out of range."""
    columns = {}
    for j, name in enumerate(records[0]):
        cells = [None if row[j] in MISSING else row[j] for row in records[1:]]
        present = [c for c in cells if c is not None]
        numbers = [c for c in present if NUMBER.match(c)]
        infinite = [c for c in present if INFINITE.match(c) or (NUMBER.match(c) and abs(float(c)) == float("inf"))]
        if "." in present and len(numbers) + present.count(".") == len(present):
            cells = [None if c == "." else c for c in cells]
            present = numbers
        wide = [c for c in numbers if INTEGER.match(c.strip(SPACES)) and (c in infinite or int(float(c)) != int(c))]
        if len(set(numbers) | set(infinite)) == len(set(present)):
            if infinite:
                return None
            if wide and all(INTEGER.match(c.strip(SPACES)) for c in present):
                columns[name] = cells
            else:
                columns[name] = [None if c is None else float(c) for c in cells]
        elif all(c.lower() in ("true", "false") for c in present):
            columns[name] = [None if c is None else c.lower() == "true" for c in cells]
        else:
            columns[name] = cells
    return columns


def has_edge_spaces(text, delimiter):
    return re.search(rf"(^|[{delimiter}\r\n]) | ([{delimiter}\r\n]|$)", text) is not None


def compare(seed, data, delimiter, line):
    """What differs, or None; and which comparisons were made."""
    text = data.decode("utf-8-sig")
    found = json.loads(line, parse_int=float)
    expected = python_records(text, delimiter)
    if expected is None:
        return None if found["raw"].get("error") == "MALFORMED_QUOTE" else "python refuses the quotes", "faulty"
    if found["raw"].get("records") != expected:
        return f"records: {found['raw']} instead of {expected}", ""
    if has_edge_spaces(text, delimiter):
        return None, "records"
    if any(len(row) != len(expected[0]) for row in expected):
        return None if found["typed"].get("error") == "RAGGED_ROW" else f"ragged: {found['typed']}", "ragged"
    columns = typed_columns(expected)
    if columns is None:
        return None if found["typed"].get("error") == "NUMBER_OUT_OF_RANGE" else "out of range", "range"
    if found["typed"].get("columns") != columns or found["typed"]["delimiter"] != delimiter:
        return f"typed: {found['typed']} instead of {columns}", ""
    if "\r" in text.replace("\r\n", ""):
        return None, "typed"  # a blank line that ends in CR alone costs pandas 1.5 the next line's first empty cell
    return pandas_difference(text, delimiter, expected, columns), "typed, pandas too"


def pandas_difference(text, delimiter, records, columns):
    options = {"sep": delimiter, "keep_default_na": False, "float_precision": "round_trip"}
    table = pandas.read_csv(io.StringIO(text, newline=""), dtype=str, **options)
    if [list(row) for row in table.itertuples(index=False)] != records[1:]:
        return f"pandas: {table} instead of {records}"
    for j, (name, values) in enumerate(columns.items()):
        if all(isinstance(v, float) for v in values):
            read = pandas.read_csv(io.StringIO(text, newline=""), dtype={name: float}, usecols=[j], **options)
            if list(read[name]) != values:
                return f"pandas: numbers of {name}: {list(read[name])} instead of {values}"
    return None


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--files", type=int, default=1000)
    arguments.add_argument("--first", type=int, default=0)
    options = arguments.parse_args()
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        for begin in range(options.first, options.first + options.files, 200):
            batch = []
            for seed in range(begin, min(begin + 200, options.first + options.files)):
                data, delimiter = make(seed)
                path = pathlib.Path(folder) / f"{seed}.{NAMES[delimiter]}.csv"
                path.write_bytes(data)
                batch.append((seed, data, delimiter, path))
            output = subprocess.run([options.program, *[str(b[3]) for b in batch]], check=True, stdout=subprocess.PIPE)
            lines = output.stdout.decode().split("\n")[:-1]
            assert len(lines) == len(batch), "a line for each file"
            for (seed, data, delimiter, path), line in zip(batch, lines):
                difference, made = compare(seed, data, delimiter, line)
                if difference:
                    sys.exit(f"seed {seed}: {data!r}\n{difference}")
                counts[made] = counts.get(made, 0) + 1
                path.unlink()
    print(f"{options.files} files agree:", ", ".join(f"{n} {made}" for made, n in sorted(counts.items())))
    if options.files >= 1000 and min(counts.get(c, 0) for c in ("faulty", "ragged", "records", "typed")) < 10:
        sys.exit("too few files of some kind")


if __name__ == "__main__":
    main()
