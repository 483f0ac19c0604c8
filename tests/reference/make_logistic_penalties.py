#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes logistic_penalties.json: what scikit-learn finds for the penalties and weights that linear_models.json
lacks. tests/unit/linear/linear_test.cpp compares with it.

usage: make_logistic_penalties.py --data tests/data --out tests/data/reference/logistic_penalties.json

Smooth cases are solved by newton-cg, others by saga, both until they stop moving. Features are standardised with
the population standard deviation. Each case names its rows: "iris" and "breast_cancer" in file order, the last
column the class, or cut into classes at `thresholds`; `rows` takes the first so many, `features` the listed columns, `weight_cycle` gives row i the
weight weight_cycle[i % len]. Without a penalty the classes must overlap: on iris, setosa stands apart and no
optimum is finite.
"""
import argparse
import json
import os
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

CASES = [
    {"name": "l1_binary", "data": "breast_cancer", "penalty": "l1", "C": 0.1},
    {"name": "elasticnet_binary", "data": "breast_cancer", "penalty": "elasticnet", "C": 0.5, "l1_ratio": 0.3},
    {"name": "l1_softmax", "data": "iris", "penalty": "l1", "C": 1.0},
    {"name": "elasticnet_softmax", "data": "iris", "penalty": "elasticnet", "C": 2.0, "l1_ratio": 0.7},
    {"name": "none_binary", "data": "breast_cancer", "penalty": "none", "C": 1.0, "features": [0, 1, 4]},
    {"name": "none_softmax", "data": "diabetes", "penalty": "none", "C": 1.0, "thresholds": [100, 180]},
    {"name": "balanced_binary", "data": "breast_cancer", "penalty": "l2", "C": 1.0, "class_weight": "balanced"},
    {"name": "balanced_softmax", "data": "iris", "penalty": "l2", "C": 1.0, "class_weight": "balanced", "rows": 120},
    {"name": "weighted_binary", "data": "breast_cancer", "penalty": "l2", "C": 0.3, "weight_cycle": [1, 2.5, 0, 0.5]},
]


def load(directory, case):
    table = np.loadtxt(os.path.join(directory, case["data"] + ".csv"), delimiter=",", skiprows=1)
    table = table[: case.get("rows", len(table))]
    x, y = table[:, :-1], table[:, -1]
    y = np.searchsorted(case["thresholds"], y) if "thresholds" in case else y.astype(int)
    x = x[:, case.get("features", range(x.shape[1]))]
    return (x - x.mean(0)) / x.std(0), y


def solve(directory, case):
    x, y = load(directory, case)
    smooth = case["penalty"] in ("l2", "none")
    model = LogisticRegression(
        penalty=None if case["penalty"] == "none" else case["penalty"], C=case["C"], l1_ratio=case.get("l1_ratio"),
        class_weight=case.get("class_weight"), solver="newton-cg" if smooth else "saga",
        tol=1e-14 if smooth else 1e-13, max_iter=10_000 if smooth else 300_000, random_state=0,
        multi_class="ovr" if len(set(y)) == 2 else "multinomial")
    weight = None
    if "weight_cycle" in case:
        weight = np.resize(case["weight_cycle"], len(y))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x, y, sample_weight=weight)
    intercept = model.intercept_ - (model.intercept_.mean() if len(model.classes_) > 2 else 0)
    return {**case, "coef": model.coef_.tolist(), "intercept": intercept.tolist(),
            "n_iter": int(model.n_iter_.max())}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    document = {"versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
                "cases": [solve(arguments.data, case) for case in CASES]}
    with open(arguments.out, "w") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
