#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The benchmark inputs: synthetic tables whose hardness is that of known public ones. Fixed seed, so the files are the
same bytes on every run of one numpy version.

usage: gen_data.py DIR [--only A,A17,B,C,D,G] [--tiny]

A  1,000,000 x 28, two classes: weak single columns, strong products, heavy noise (as HIGGS)
A17  the first 200,000 rows of A with all 17 digits
B  100,000 x 100, five classes
C  20,000 x 20, two classes
D  5,000 x 2,000, two classes, wide
G  4,000,000 x 28: more of A, for growth with the number of rows
Each is NAME.csv (header f0, f1, ..., label; six decimals) and NAME.npy (the same matrix, label last).
--tiny makes the same tables small, to see that everything runs. Pinned by the ctest test bench.smoke.
"""
import argparse
import os
import sys

import numpy as np

SEED = 20261123
SHAPES = {"A": (1_000_000, 28), "A17": (200_000, 28), "B": (100_000, 100), "C": (20_000, 20), "D": (5_000, 2_000),
          "G": (4_000_000, 28)}
TINY_SHAPES = {"A": (1_500, 28), "A17": (300, 28), "B": (1_000, 30), "C": (500, 20), "D": (200, 300),
               "G": (3_000, 28)}
BLOCK = 20_000


def noisy_products(stream, n, d):
    """Columns of several shapes; the label hangs on products and steps of them, hidden by logistic noise."""
    x = stream.standard_normal((n, d))
    x[:, 7:14] = np.exp(0.5 * x[:, 7:14])
    x[:, 14] = np.floor(3 * stream.random(n))
    x[:, 21:28] = 0.6 * x[:, :7] + 0.8 * x[:, 21:28]
    signal = (0.35 * x[:, 0] - 0.25 * x[:, 1] + 0.9 * x[:, 2] * x[:, 3] + 0.8 * np.sin(2 * x[:, 4])
              + 0.6 * (x[:, 8] > 1.2) * x[:, 5] - 0.5 * np.abs(x[:, 6]) + 0.4 * x[:, 14] * (x[:, 22] > 0))
    signal -= np.median(signal)
    return x, (signal + stream.logistic(size=n) > 0).astype(np.int64)


def five_classes(stream, n, d):
    """Linear class scores in 20 columns, two of them bent, and Gumbel noise: a multinomial model plus something."""
    n_classes = 5
    x = stream.standard_normal((n, d))
    scores = x[:, :20] @ (0.35 * stream.standard_normal((n_classes, 20))).T
    scores[:, 0] += 0.8 * x[:, 20] * x[:, 21]
    scores[:, 1] += 0.8 * np.abs(x[:, 22])
    return x, np.argmax(scores + stream.gumbel(size=(n, n_classes)), axis=1)


def logistic(stream, n, d, n_informative, scale):
    """A logistic model of the first columns; the others are noise."""
    x = stream.standard_normal((n, d))
    w = np.zeros(d)
    w[:n_informative] = scale * stream.standard_normal(n_informative)
    return x, (x @ w + stream.logistic(size=n) > 0).astype(np.int64)


def table(name, tiny):
    shapes = TINY_SHAPES if tiny else SHAPES
    shape = shapes[name]
    stream = np.random.default_rng([SEED, ord(name[0])])
    if name == "A17":
        x, y = noisy_products(stream, *shapes["A"])
        return x[:shape[0]], y[:shape[0]]
    if name in "AG":
        x, y = noisy_products(stream, *shape)
    elif name == "B":
        x, y = five_classes(stream, *shape)
    elif name == "C":
        x, y = logistic(stream, *shape, 10, 0.7)
    else:
        x, y = logistic(stream, *shape, 50, 0.5)
    return np.round(x, 6), y


def write_csv(path, x, y):
    """The shortest text that reads back as the same double, as Python writes it."""
    with open(path + ".part", "w", encoding="ascii") as file:
        file.write(",".join([f"f{j}" for j in range(x.shape[1])] + ["label"]) + "\n")
        for begin in range(0, len(x), BLOCK):
            labels = y[begin:begin + BLOCK].tolist()
            for row, label in zip(x[begin:begin + BLOCK].tolist(), labels):
                file.write(f"{','.join(map(repr, row))},{label}\n")
    os.replace(path + ".part", path)


def make(folder, name, tiny=False):
    """Makes the table where it is not there yet; the CSV file comes last, so that it stands for both."""
    path = os.path.join(folder, name)
    if os.path.exists(path + ".csv"):
        return
    os.makedirs(folder, exist_ok=True)
    x, y = table(name, tiny)
    print(f"making input {name}, {x.shape[0]:,} x {x.shape[1]}", file=sys.stderr, flush=True)
    np.save(path + ".npy", np.column_stack([x, y]))
    write_csv(path + ".csv", x, y)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--only", default="A,B,C,D")
    parser.add_argument("--tiny", action="store_true")
    arguments = parser.parse_args()
    for name in arguments.only.split(","):
        make(arguments.folder, name, arguments.tiny)


if __name__ == "__main__":
    main()
