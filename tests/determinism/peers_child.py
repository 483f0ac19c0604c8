# SPDX-License-Identifier: MIT
"""One process of peers.py: trains each learner on each table as its environment has it.

usage: peers_child.py SPEC.json-text OUT_FOLDER
Saves what each learner predicts as OUT_FOLDER/LEARNER-TABLE.npy and prints what the process ran on as one JSON object.
"""
import hashlib
import json
import math
import os
import sys

import numpy as np


def logistic(threads):
    from sklearn.linear_model import LogisticRegression
    return LogisticRegression(max_iter=2000)


def forest(threads, min_samples_leaf=1):
    from sklearn.ensemble import RandomForestClassifier
    return RandomForestClassifier(50, random_state=1, n_jobs=threads, min_samples_leaf=min_samples_leaf)


def forest_with_larger_leaves(threads):
    """Leaves of several rows hold fractions, whose sum over the trees depends on the order; pure leaves add up exactly."""
    return forest(threads, 5)


def boosting(threads):
    from sklearn.ensemble import HistGradientBoostingClassifier
    return HistGradientBoostingClassifier(max_iter=50, early_stopping=False, random_state=1)


class XGBoost:
    def __init__(self, threads):
        self.threads = threads

    def fit(self, x, y):
        import xgboost
        data = xgboost.DMatrix(x, label=y, nthread=self.threads)
        self.booster = xgboost.train({"tree_method": "hist", "nthread": self.threads, "seed": 1,
                                      "objective": "binary:logistic"}, data, 50)
        return self

    def predict_proba(self, x):
        return self.booster.inplace_predict(x)


LEARNERS = {"scikit-learn LogisticRegression": logistic, "scikit-learn RandomForestClassifier": forest,
            "scikit-learn RandomForestClassifier, min_samples_leaf=5": forest_with_larger_leaves,
            "scikit-learn HistGradientBoostingClassifier": boosting, "XGBoost hist": XGBoost}


def facts():
    """What shows that a change of the environment really reached this process."""
    import threadpoolctl
    with open("/proc/self/maps", encoding="utf-8") as file:
        mapped = {line.split()[-1] for line in file if "/" in line}
    libraries = sorted(os.path.realpath(path) for path in mapped if "blas" in os.path.basename(path).split(".so")[0])
    cores = [entry.get("architecture") for entry in threadpoolctl.threadpool_info() if entry["user_api"] == "blas"]
    exponentials = np.array([math.exp(-20 + i * 4e-4) for i in range(100_000)])
    return {"blas": libraries, "core": cores[0] if cores else None,
            "exp": hashlib.sha256(exponentials.tobytes()).hexdigest()}


def main():
    spec, out = json.loads(sys.argv[1]), sys.argv[2]
    for table, path in spec["tables"].items():
        m = np.load(path)
        x, y = np.ascontiguousarray(m[:, :-1]), m[:, -1].astype(int)
        for learner in spec["learners"]:
            model = LEARNERS[learner](spec["threads"]).fit(x, y)
            np.save(os.path.join(out, f"{learner}-{table}.npy"), np.asarray(model.predict_proba(x)))
    print(json.dumps(facts()))


if __name__ == "__main__":
    main()
