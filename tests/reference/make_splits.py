#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes tests/data/splits/*.json: the rows that scikit-learn's train_test_split gives, for many cases.

make_splits.py FOLDER          writes the files
make_splits.py --check FOLDER  exits with 1 if they would differ, with 77 if scikit-learn is not installed
Small cases list the rows; large ones hold the SHA-256 of the rows as 8-byte little-endian integers.
"""
import hashlib
import json
import pathlib
import random
import sys

try:
    import numpy as np
    from sklearn.model_selection import train_test_split
except ImportError as missing:
    print(f"SKIPPED: scikit-learn is not installed here ({missing})")
    sys.exit(77)

FRACTIONS = [0.2, 0.2, 0.2, 0.1, 0.25, 0.3, 1 / 3, 0.37, 0.5, 0.75, 0.9]
SEEDS = [0, 1, 42, 2**31, 2**32 - 1]


def rows_digest(rows):
    return hashlib.sha256(np.asarray(rows, dtype="<u8").tobytes()).hexdigest()


def split(n, labels, fraction, seed):
    """Rows of both sides and whether scikit-learn could stratify."""
    try:
        train, validation = train_test_split(np.arange(n), test_size=fraction, stratify=labels, random_state=seed)
        return train, validation, labels is not None
    except ValueError:
        train, validation = train_test_split(np.arange(n), test_size=fraction, random_state=seed)
        return train, validation, False


def case(n, labels, fraction, seed, by_digest=False):
    train, validation, stratified = split(n, labels, fraction, seed)
    entry = {"n": n, "fraction": fraction, "seed": seed, "stratified": stratified}
    if by_digest:
        entry.update(train_sha256=rows_digest(train), validation_sha256=rows_digest(validation))
    else:
        entry.update(train=train.tolist(), validation=validation.tolist())
    return entry


def class_counts(rng):
    """Counts of 2 to 7 classes; a third of the cases repeat one count, so that remainders tie."""
    n_classes = rng.randint(2, 7)
    if rng.random() < 1 / 3:
        return [rng.randint(2, 25)] * n_classes
    if rng.random() < 1 / 2:
        return [rng.choice([3, 7, 11]) for _ in range(n_classes)]
    return [rng.randint(1, 40) for _ in range(n_classes)]


def small_cases(rng, stratified, how_many):
    for index in range(how_many):
        labels = [c for c, count in enumerate(class_counts(rng)) for _ in range(count)]
        rng.shuffle(labels)
        n = len(labels) if stratified else rng.choice([2, 3, 5, 10, len(labels)])
        fraction = rng.choice(FRACTIONS)
        if n - int(np.ceil(fraction * n)) < 1:
            fraction = 0.2
        seed = SEEDS[index] if index < len(SEEDS) else rng.randrange(2**32)
        entry = case(n, labels if stratified else None, fraction, seed)
        yield dict(entry, classes="".join(map(str, labels))) if stratified else entry


def large_cases(stratified):
    """Row i is of class (i * i + i // 3) % n_classes."""
    for n, n_classes, fraction, seed in [(891, 2, 0.2, 42), (5000, 7, 0.2, 7), (99_991, 3, 0.25, 2**32 - 1)]:
        labels = [(i * i + i // 3) % n_classes for i in range(n)] if stratified else None
        yield dict(case(n, labels, fraction, seed, by_digest=True), n_classes=n_classes)


def document(stratified):
    rng = random.Random(20240101 + stratified)
    cases = [*small_cases(rng, stratified, 90 if stratified else 40), *large_cases(stratified)]
    lines = ",\n".join("    " + json.dumps(entry, separators=(",", ":")) for entry in cases)
    return '{\n  "source": "scikit-learn train_test_split",\n  "cases": [\n' + lines + "\n  ]\n}\n"


def main(arguments):
    check = "--check" in arguments
    folder = pathlib.Path(next(a for a in arguments if a != "--check"))
    differs = False
    for name, stratified in [("shuffle.json", False), ("stratified_shuffle.json", True)]:
        text = document(stratified)
        if not check:
            (folder / name).write_text(text)
        elif (folder / name).read_text() != text:
            differs = True
            print(f"{name} is not what scikit-learn gives here")
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
