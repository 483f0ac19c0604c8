#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a user would pick instead, one process a measurement: an untimed warm-up, then timed fits of the same rows.

usage: peers.py present | peers.py blas | peers.py fit SPEC.json-text | peers.py load SPEC.json-text
Prints one JSON object. `present` gives the version of each peer that is installed, or null.
"""
import ctypes
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

R_SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers.R")


# ---- what is there
def version(module):
    try:
        return importlib.import_module(module).__version__
    except ImportError:
        return None


def r_version(package):
    if not shutil.which("Rscript"):
        return None
    code = f'if (!requireNamespace("{package}", quietly=TRUE)) quit(status=1); cat(as.character(packageVersion("{package}")))'
    done = subprocess.run(["Rscript", "--vanilla", "-e", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout if done.returncode == 0 else None


def present():
    return {"scikit-learn": version("sklearn"), "XGBoost": version("xgboost"), "LightGBM": version("lightgbm"),
            "pandas": version("pandas"), "numpy": version("numpy"), "ranger": r_version("ranger"),
            "glmnet": r_version("glmnet"), "data.table": r_version("data.table")}


def blas():
    """The kernels that OpenBLAS chose for this processor, if numpy uses it."""
    import numpy  # noqa: F401
    import threadpoolctl
    libraries = [entry for entry in threadpoolctl.threadpool_info() if entry["user_api"] == "blas"]
    return {"core": libraries[0].get("architecture") if libraries else None}


# ---- one process's memory and time
def memory_mib(line):
    with open("/proc/self/status", encoding="ascii") as file:
        return int(re.search(line + r":\s+(\d+)", file.read())[1]) / 1024


def begin_peak():
    """Lets the peak start anew, and gives back what is free, as abi_bench does."""
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    return memory_mib("VmRSS")


def timed(body, repeats):
    wall, cpu, value = [], [], None
    for _ in range(repeats):
        value = None  # free the last one first
        wall_begin, cpu_begin = time.perf_counter(), time.process_time()
        value = body()
        cpu.append(time.process_time() - cpu_begin)
        wall.append(time.perf_counter() - wall_begin)
    return wall, cpu, value


# ---- the peers: each gives fit(x, y) -> model, and outputs(model, x) -> rows x classes
def linear(make):
    def outputs(model, x):
        if hasattr(model, "predict_proba"):
            return model.predict_proba(x)
        import numpy
        decision = model.decision_function(x)
        return numpy.column_stack([-decision, decision]) if decision.ndim == 1 else decision
    return (lambda x, y: make().fit(x, y)), outputs


def sk_logistic(spec):
    from sklearn.linear_model import LogisticRegression
    return linear(lambda: LogisticRegression(C=1.0, solver=spec["solver"], tol=1e-4, max_iter=2000))


def sk_svc(spec):
    from sklearn.svm import LinearSVC
    return linear(lambda: LinearSVC(C=1.0, dual=spec["dual"], tol=1e-4, max_iter=1000, random_state=1))


def sk_forest(spec):
    from sklearn.ensemble import RandomForestClassifier
    return linear(lambda: RandomForestClassifier(spec["trees"], random_state=1, n_jobs=spec["threads"]))


def sk_boosting(spec):
    from sklearn.ensemble import HistGradientBoostingClassifier
    return linear(lambda: HistGradientBoostingClassifier(max_iter=spec["trees"], max_leaf_nodes=31, max_bins=255,
                                                         learning_rate=0.1, early_stopping=False, random_state=1))


def two_columns(p):
    import numpy
    return numpy.column_stack([1 - p, p]) if p.ndim == 1 else p


def xgboost(spec):
    import xgboost as xgb

    def fit(x, y):
        k = int(y.max()) + 1
        parameters = {"tree_method": "hist", "max_leaves": 31, "grow_policy": "lossguide", "max_depth": 0,
                      "max_bin": 255, "eta": 0.1, "nthread": spec["threads"], "seed": 1,
                      "objective": "binary:logistic" if k == 2 else "multi:softprob"}
        if k > 2:
            parameters["num_class"] = k
        return xgb.train(parameters, xgb.DMatrix(x, label=y, nthread=spec["threads"]), spec["trees"])
    return fit, lambda model, x: two_columns(model.inplace_predict(x))


def lightgbm(spec):
    import lightgbm as lgb

    def fit(x, y):
        k = int(y.max()) + 1
        parameters = {"num_leaves": 31, "learning_rate": 0.1, "max_bin": 255, "verbosity": -1, "seed": 1,
                      "num_threads": spec["threads"], "objective": "binary" if k == 2 else "multiclass",
                      **spec.get("more", {})}
        if k > 2:
            parameters["num_class"] = k
        return lgb.train(parameters, lgb.Dataset(x, label=y), spec["trees"])
    return fit, lambda model, x: two_columns(model.predict(x, num_threads=spec["threads"]))


PEERS = {"sk_logistic": sk_logistic, "sk_svc": sk_svc, "sk_forest": sk_forest, "sk_boosting": sk_boosting,
         "xgboost": xgboost, "lightgbm": lightgbm}


def logistic_objective(model, x, y):
    import numpy as np
    w, margin = model.coef_[0], np.where(y == 1, 1, -1) * (x @ model.coef_[0] + model.intercept_[0])
    return float(0.5 * w @ w + np.logaddexp(0, -margin).sum())


def fit(spec):
    import warnings

    from inputs import matrices
    from measure import median, scores
    warnings.simplefilter("ignore")
    x, y, x_test, y_test = matrices(spec["folder"], spec["input"], spec["rows"], spec["fitted"])
    if spec["standardise"]:
        mean, deviation = x.mean(axis=0), x.std(axis=0)
        x, x_test = (x - mean) / deviation, (x_test - mean) / deviation
    train, outputs = PEERS[spec["peer"]](spec)
    before = begin_peak()
    warm_up = min(len(x), spec["warm_rows"] or len(x))
    train(x[:warm_up], y[:warm_up])
    wall, cpu, model = timed(lambda: train(x, y), spec["repeats"])
    result = {"wall": wall, "cpu": cpu, "rss_before": before, "rss_peak": memory_mib("VmHWM")}
    if hasattr(model, "n_iter_"):
        result["iterations"] = int(max(model.n_iter_)) if hasattr(model.n_iter_, "__len__") else int(model.n_iter_)
    if spec["peer"] == "sk_logistic" and model.coef_.shape[0] == 1:
        result["objective"] = logistic_objective(model, x, y)
    if spec["predict"]:
        result["predict"] = predicting(outputs, model, x_test, spec)
    result.update(scores(y_test, outputs(model, x_test)))
    result["seconds"] = median(result["cpu" if spec["threads"] == 1 else "wall"])
    return result


def predicting(outputs, model, x, spec):
    from measure import median
    wall, cpu, _ = timed(lambda: outputs(model, x), max(3, spec["repeats"]))
    calls = 50 if spec["peer"] == "sk_forest" else 500
    row, _, _ = timed(lambda: outputs(model, x[:1]), calls)
    seconds = median(cpu if spec["threads"] == 1 else wall)
    return {"rows_per_second": len(x) / seconds, "row_us": 1e6 * median(row)}


def r_fit(spec):
    """ranger, glmnet and data.table's fread by peers.R."""
    arguments = {name: spec[name] for name in ("peer", "csv", "test_csv", "trees", "threads", "repeats") if name in spec}
    done = subprocess.run(["Rscript", "--vanilla", R_SCRIPT, *[f"{k}={v}" for k, v in arguments.items()]],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit((done.stderr.strip() or "Rscript failed").splitlines()[-1])
    lines = [line.split() for line in done.stdout.splitlines()]
    result = {"wall": [float(v[1]) for v in lines if v[0] == "T"], "cpu": [float(v[2]) for v in lines if v[0] == "T"]}
    result.update({v[1]: float(v[2]) for v in lines if v[0] == "M"})
    from measure import median
    result["seconds"] = median(result["cpu" if spec["threads"] == 1 else "wall"])
    if "rows_per_second" in result:
        result["predict"] = {"rows_per_second": result.pop("rows_per_second")}
    return result


def load(spec):
    import pandas

    from measure import median
    before = begin_peak()
    body = lambda: pandas.read_csv(spec["csv"], engine="c", float_precision=spec["precision"])
    body()
    wall, cpu, _ = timed(body, spec["repeats"])
    return {"wall": wall, "cpu": cpu, "seconds": median(cpu), "rss_before": before, "rss_peak": memory_mib("VmHWM")}


def main():
    command = sys.argv[1]
    if command in ("present", "blas"):
        result = {"present": present, "blas": blas}[command]()
    else:
        spec = json.loads(sys.argv[2])
        in_r = spec["peer"] in ("ranger", "glmnet", "fread")
        result = r_fit(spec) if in_r else {"fit": fit, "load": load}[command](spec)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
