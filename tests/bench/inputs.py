# SPDX-License-Identifier: MIT
"""Inputs cut as they are fitted: the first part of the rows trains, the rest judges. The same rows for us and the peers,
so scores compare; RunForge gets the two parts as CSV files and trains on the whole of the first (split fraction 0).
"""
import dataclasses
import os
import pathlib

import numpy as np

import gen_data


@dataclasses.dataclass(frozen=True)
class Cut:
    """The first `rows` rows of an input (0: all), of which the first `fitted` are learned from."""
    folder: str
    name: str
    rows: int
    fitted: int
    train_csv: str
    test_csv: str

    def matrix(self):
        """x and y of the fitted rows, x and y of the others."""
        return matrices(self.folder, self.name, self.rows, self.fitted)


def matrices(folder, name, rows, fitted):
    m = np.load(os.path.join(folder, name + ".npy"), mmap_mode="r")[:rows]
    x, y = np.ascontiguousarray(m[:, :-1]), np.asarray(m[:, -1], dtype=int)
    return x[:fitted], y[:fitted], x[fitted:], y[fitted:]


def cut(folder, name, rows=0, share=0.8, tiny=False):
    """Makes what is not there yet below `folder`."""
    gen_data.make(folder, name, tiny)
    n = np.load(os.path.join(folder, name + ".npy"), mmap_mode="r").shape[0]
    rows = min(rows, n) if rows else n
    fitted = int(rows * share)
    stem = os.path.join(folder, f"{name}-{rows}-{fitted}")
    paths = stem + "-train.csv", stem + "-test.csv"
    if not os.path.exists(paths[1]):
        with open(os.path.join(folder, name + ".csv"), "rb") as source:
            header = source.readline()
            for path, count in zip(paths, (fitted, rows - fitted)):
                with open(path + ".part", "wb") as out:
                    out.write(header)
                    out.writelines(source.readline() for _ in range(count))
                os.replace(path + ".part", path)
    return Cut(folder, name, rows, fitted, *paths)


ADULT = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "adult.csv"


def reading(folder, name, tiny=False):
    """The CSV file to read; None where it cannot be made. `adult`: that dataset's rows 40 times, mostly text."""
    path = os.path.join(folder, name + ".csv")
    if name != "adult":
        gen_data.make(folder, name, tiny)
    elif not os.path.exists(path):
        if not ADULT.exists():
            return None
        header, rows = ADULT.read_bytes().split(b"\n", 1)
        os.makedirs(folder, exist_ok=True)
        with open(path + ".part", "wb") as out:
            out.write(header + b"\n" + rows * (1 if tiny else 40))
        os.replace(path + ".part", path)
    return path
