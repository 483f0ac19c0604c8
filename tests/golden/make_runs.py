#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the run directories of tests/golden/runs that are not there yet, by the tool of the present version.

usage: make_runs.py RUNFORGE

Each family, both tasks, and what else leaves other members in a record: splits, weights, missing policies, profiles,
options of reading. The models are small on purpose. What is there is never touched.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data"
IRIS = ["iris.csv", "--label", "species"]
CANCER = ["breast_cancer.csv", "--label", "diagnosis"]
TITANIC = ["titanic.csv", "--label", "Survived", "--ignore", "Name", "--ignore", "Ticket", "--ignore", "Cabin"]
DIABETES = ["diabetes.csv", "--label", "progression", "--task", "regression"]
FEW_TREES = ["--param", "n_estimators=3", "--param", "max_depth=3"]

# case: (arguments of train, members of --config or None)
CASES = {
    "logistic_regression": (IRIS, None),
    "logistic_regression_two_classes": (CANCER + ["--param", "penalty=l1", "--param", "C=0.1"], None),
    "logistic_regression_fill": (TITANIC + ["--missing", "fill", "--seed", "7"], None),
    "linear_svc": (TITANIC + ["--model", "linear_svc", "--param", "class_weight=balanced"], None),
    "ridge_regression": (DIABETES, None),
    "decision_tree": (IRIS + ["--model", "decision_tree"], None),
    "decision_tree_regression": (DIABETES + ["--model", "decision_tree", "--param", "max_depth=4"],
                                 {"train": {"roles": {"age": "weight"}}}),
    "random_forest": (IRIS + ["--model", "random_forest", *FEW_TREES], None),
    "random_forest_regression": (DIABETES + ["--model", "random_forest", *FEW_TREES],
                                 {"train": {"split": {"method": "time", "fraction": 0.3}, "roles": {"bmi": "time"}}}),
    "gradient_boosting": (TITANIC + ["--model", "gradient_boosting", "--missing", "native", *FEW_TREES], None),
    "gradient_boosting_classes": (IRIS + ["--model", "gradient_boosting", *FEW_TREES], None),
    "gradient_boosting_regression": (DIABETES + ["--model", "gradient_boosting", *FEW_TREES], None),
    "group_split": (TITANIC + ["--missing", "fill", "--missing", "Age=drop_rows", "--model", "decision_tree",
                               "--param", "max_depth=3"],
                    {"dataset": {"missing_tokens": ["", "NA"]},
                     "train": {"split": {"method": "group"}, "roles": {"Pclass": "group"}}}),
    # Its author and a reproducer sign it; their keys are made for it and only the public halves are kept.
    "signed": (IRIS + ["--seed", "11"], None),
    "profile_fast": (IRIS + ["--profile", "fast"], None),
}


def told(tool, *arguments):
    """Standard output of the tool, in tests/data and without SOURCE_DATE_EPOCH."""
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    done = subprocess.run([tool, *arguments], cwd=DATA, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.stderr}{done.stdout}")
    return done.stdout


def sign(tool, run, data, folder, place):
    for signer, command in (("author", ["sign", run, "--key"]),
                            ("reproducer", ["reproduce", run, "--data", data, "--sign"])):
        key = pathlib.Path(folder) / signer
        told(tool, "keygen", "--out", key)
        told(tool, *command, key)
        os.rename(f"{key}.pub", f"{place}.{signer}.pub")


def make(tool, case, place):
    arguments, config = CASES[case]
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        command = ["train", "--data", arguments[0], *arguments[1:], "--out", folder, "--json",
                   "--timestamp", "2024-01-01T12:00:00Z", "--no-execution-details"]
        if config:
            path = pathlib.Path(folder) / "config.json"
            path.write_text(json.dumps(config), encoding="utf-8")
            command += ["--config", path]
        run = json.loads(told(tool, *command))["run_dir"]
        if case == "signed":
            sign(tool, run, arguments[0], folder, place)
        os.rename(run, place)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    tool = pathlib.Path(sys.argv[1]).resolve()
    version = subprocess.run([tool, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]
    folder = HERE / "runs" / version
    folder.mkdir(exist_ok=True)
    for case in CASES:
        if not (folder / case).exists():
            make(tool, case, folder / case)
            print(f"{version}/{case}: {sum(file.stat().st_size for file in (folder / case).iterdir())} bytes")


if __name__ == "__main__":
    main()
