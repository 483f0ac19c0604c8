#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What scikit-learn scores on the real datasets, seed by seed, by the protocol of reference_scores.json.

usage: sklearn_scores.py --shared DIR --out FILE.json [--only NAME,...]

DIR holds data/ (CSV files and datasets.json). Writes {dataset: {family: [{seed, accuracy, roc_auc} or {seed, r2}]}},
which scores.py compares with RunForge. Families have RunForge's names; decision_tree is scikit-learn's tree of the
same depth, gradient_boosting its HistGradientBoosting with the defaults. An existing FILE is kept and completed.
"""
import argparse
import json
import os
import sys
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import (HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier,
                              RandomForestRegressor)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

TREES = 300
DEPTH = 5
MODELS = {
    "classification": {
        "logistic_regression": lambda seed: LogisticRegression(max_iter=5000),
        "linear_svc": lambda seed: LinearSVC(dual=False, max_iter=5000, random_state=seed),
        "decision_tree": lambda seed: DecisionTreeClassifier(max_depth=DEPTH, random_state=seed),
        "random_forest": lambda seed: RandomForestClassifier(TREES, random_state=seed),
        "gradient_boosting": lambda seed: HistGradientBoostingClassifier(random_state=seed),
    },
    "regression": {
        "ridge_regression": lambda seed: Ridge(),
        "decision_tree": lambda seed: DecisionTreeRegressor(max_depth=DEPTH, random_state=seed),
        "random_forest": lambda seed: RandomForestRegressor(TREES, random_state=seed),
        "gradient_boosting": lambda seed: HistGradientBoostingRegressor(random_state=seed),
    },
}


def seeds_of(n_rows):
    return range(3 if n_rows >= 20_000 else 10)


def load(folder, spec):
    """Features and target as the protocol reads them; row i is data record i."""
    table = pd.read_csv(os.path.join(folder, spec["file"]), sep=spec.get("sep", ","), skipinitialspace=True,
                        keep_default_na=False, na_values=["", "?", "NA"])
    table = table.rename(columns={"Unnamed: 0": ""}).drop(columns=spec["drop"])
    return table.drop(columns=spec["label"]), table[spec["label"]].to_numpy()


def split(y, task, seed):
    """Row numbers of training and validation."""
    return train_test_split(np.arange(len(y)), test_size=0.2, random_state=seed,
                            stratify=y if task == "classification" else None)


def encoder():
    number = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    text = make_pipeline(SimpleImputer(strategy="constant", fill_value=""),
                         OneHotEncoder(handle_unknown="ignore", sparse_output=False))
    return make_column_transformer((number, make_column_selector(dtype_include="number")),
                                   (text, make_column_selector(dtype_exclude="number")))


def auc(y, classes, score):
    """Area under the ROC curve: of the second class of two, else the mean of one against the rest."""
    if len(classes) == 2:
        return roc_auc_score(y == classes[1], score if score.ndim == 1 else score[:, 1])
    return float(np.mean([roc_auc_score(y == c, score[:, k]) for k, c in enumerate(classes)]))


def score(model, task, x, y):
    if task == "regression":
        return {"r2": r2_score(y, model.predict(x))}
    values = model.predict_proba(x) if hasattr(model, "predict_proba") else model.decision_function(x)
    return {"accuracy": accuracy_score(y, model.predict(x)), "roc_auc": auc(y, model.classes_, values)}


def measure(x, y, task, family, seed):
    train, validation = split(y, task, seed)
    encode = encoder()
    x_train, x_validation = encode.fit_transform(x.iloc[train]), encode.transform(x.iloc[validation])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MODELS[task][family](seed).fit(x_train, y[train])
    return {"seed": seed, **score(model, task, x_validation, y[validation])}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--only")
    args = parser.parse_args()
    folder = os.path.join(args.shared, "data")
    with open(os.path.join(folder, "datasets.json")) as file:
        specs = json.load(file)
    results = {}
    if os.path.exists(args.out):
        with open(args.out) as file:
            results = json.load(file)
    for name in args.only.split(",") if args.only else specs:
        spec = specs[name]
        x, y = load(folder, spec)
        for family in MODELS[spec["task"]]:
            if family in results.setdefault(name, {}):
                continue
            start = time.time()
            results[name][family] = [measure(x, y, spec["task"], family, seed) for seed in seeds_of(len(y))]
            print(f"{name} {family}: {time.time() - start:.1f} s", file=sys.stderr)
            with open(args.out, "w") as file:
                json.dump(results, file, indent=1)
                file.write("\n")


if __name__ == "__main__":
    main()
