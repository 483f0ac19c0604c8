#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What scikit-learn's trees and forests give on the small datasets. Decision trees: training scores where no tie
decides them (scikit-learn breaks ties by random_state: a case is kept only if 20 of them give one score), and the
splits where those agree too. Random forests: the range of validation scores over 10 seeds, every third row validating.
tests/unit/trees/tree_reference_test.cpp compares with it.

usage: make_tree_references.py --data tests/data --out tests/data/reference/trees.json
"""
import argparse
import json
import os

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

DATASETS = [("iris", "classification"), ("breast_cancer", "classification"), ("diabetes", "regression")]
CASES = [{"max_depth": d} for d in (1, 2, 3, 4, 5, None)]
CASES += [{"max_depth": d, "min_samples_leaf": m} for d in (3, 5, None) for m in (5, 20)]
CASES += [{"max_depth": None, "max_leaf_nodes": m} for m in (2, 4, 8, 16)]
# Sample weights by row, over and over. Where some are 0 thresholds differ, as rows of weight 0 move ours: no splits.
CASES += [{"max_depth": d, "weights": w} for d in (1, 2, 3, 4, 5, None) for w in ([0.5, 1, 1.5], [3, 0, 1, 0.25])]
CASES += [{"max_depth": 4, "min_samples_leaf": 5, "weights": [0.7, 0.1, 2.5, 1, 0.9]}]
CASES += [{"max_depth": None, "max_leaf_nodes": m, "weights": [0.7, 0.1, 2.5, 1, 0.9]} for m in (4, 8)]


def load(folder, name):
    table = np.loadtxt(os.path.join(folder, name + ".csv"), delimiter=",", skiprows=1)
    return table[:, :-1], table[:, -1]


def splits(tree):
    inner = tree.feature >= 0
    return sorted(zip(tree.feature[inner].tolist(), tree.threshold[inner].tolist()))


def trees(name, task, x, y):
    kind = DecisionTreeClassifier if task == "classification" else DecisionTreeRegressor
    for case in CASES:
        limits = {key: value for key, value in case.items() if key != "weights"}
        weights = np.resize(case["weights"], len(y)) if "weights" in case else None
        fits = [kind(random_state=seed, **limits).fit(x, y, weights) for seed in range(20)]
        first = splits(fits[0].tree_)
        same = all(splits(fit.tree_) == first for fit in fits)
        scores = {fit.score(x, y) for fit in fits}
        if same or len(scores) == 1:
            yield {"dataset": name, "task": task, **case, "score": fits[0].score(x, y),
                   "splits": first if same and 0 not in case.get("weights", []) else None}


def forest(name, task, x, y):
    kind = RandomForestClassifier if task == "classification" else RandomForestRegressor
    validation = np.arange(len(y)) % 3 == 0
    scores = [kind(n_estimators=100, random_state=seed).fit(x[~validation], y[~validation])
              .score(x[validation], y[validation]) for seed in range(10)]
    return {"dataset": name, "task": task, "lowest": min(scores), "mean": float(np.mean(scores)), "highest": max(scores)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    document = {"scikit_learn": sklearn.__version__, "trees": [], "forests": []}
    for name, task in DATASETS:
        x, y = load(arguments.data, name)
        document["trees"] += trees(name, task, x, y)
        document["forests"].append(forest(name, task, x, y))
    with open(arguments.out, "w", encoding="utf-8") as file:
        json.dump(document, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
