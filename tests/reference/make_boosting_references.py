#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What scikit-learn's HistGradientBoosting scores on the small datasets, for tests/unit/trees/boosting_reference_test.cpp.

usage: make_boosting_references.py --data tests/data --out tests/data/reference/boosting.json

Every third row validates, the others train; 100 rounds, 31 leaves, no early stopping, the defaults of both sides. The
training score of one round tells whether the trees are alike, the validation scores whether the models are as good.
"""
import argparse
import json
import os

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss

DATASETS = [("iris", "classification"), ("breast_cancer", "classification"), ("diabetes", "regression")]


def load(folder, name):
    table = np.loadtxt(os.path.join(folder, name + ".csv"), delimiter=",", skiprows=1)
    return table[:, :-1], table[:, -1]


def measure(x, y, task, rounds):
    kind = HistGradientBoostingClassifier if task == "classification" else HistGradientBoostingRegressor
    validation = np.arange(len(y)) % 3 == 0
    model = kind(max_iter=rounds, early_stopping=False).fit(x[~validation], y[~validation])
    if task == "regression":
        loss = [float(np.mean((model.predict(x[rows]) - y[rows]) ** 2)) for rows in (~validation, validation)]
    else:
        loss = [log_loss(y[rows], model.predict_proba(x[rows])) for rows in (~validation, validation)]
    return {"rounds": rounds, "training_loss": loss[0], "validation_loss": loss[1],
            "validation_score": model.score(x[validation], y[validation])}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    document = {"scikit_learn": sklearn.__version__, "fits": []}
    for name, task in DATASETS:
        x, y = load(arguments.data, name)
        document["fits"] += [{"dataset": name, "task": task, **measure(x, y, task, rounds)} for rounds in (1, 10, 100)]
    with open(arguments.out, "w", encoding="utf-8") as file:
        json.dump(document, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
