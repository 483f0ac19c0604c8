# SPDX-License-Identifier: MIT
"""Every real dataset goes through inspect, train and predict with nothing but file, label, model and task.

usage: every_dataset_test.py RUNFORGE SHARED_FOLDER

SHARED_FOLDER/data holds the files and datasets.json; without it only the repository's own files are used, and the
output says so. Prints one line per training with its score.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile

import datasets


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nexit status {done.returncode}\n{done.stderr}{done.stdout}")
    return done.stdout


def records_in(path):
    """Data records of a CSV file, by Python's own reader; blank lines are none."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return sum(1 for record in csv.reader(file) if record) - 1


def check(tool, path, spec, family, out):
    common = ["--data", path, "--label", spec["label"], "--model", family, "--task", spec["task"]]
    seen = json.loads(run(tool, "inspect", *common, "--json"))
    assert "problem" not in seen, (path, family, seen.get("problem"))
    told = json.loads(run(tool, "train", *common, "--out", out, "--json"))
    predictions = os.path.join(out, "predictions.csv")
    run(tool, "predict", "--model", told["run_dir"], "--data", path, "--out", predictions)
    n_records = records_in(path)
    assert seen["rows"] == n_records, (path, seen["rows"], n_records)
    assert records_in(predictions) == n_records, path
    with open(predictions, newline="") as file:
        n_scored = sum(1 for line in csv.DictReader(file) if line["prediction"] != "")
    assert n_scored >= seen["rows_used"], (path, family, n_scored, seen["rows_used"])
    score = told["metrics"]["r2" if spec["task"] == "regression" else "accuracy"]
    print(f"{os.path.basename(path)} {family}: {seen['rows_used']} of {n_records} rows, score {score:.4f}", flush=True)


def main():
    tool, folder = sys.argv[1], os.path.join(sys.argv[2], "data")
    specs = datasets.shared_specs(folder)
    if specs is None:
        print(f"NOTE: no {folder}; only the {len(datasets.OWN)} datasets of the repository are tested")
        specs, folder = datasets.OWN, datasets.OWN_FOLDER
    with tempfile.TemporaryDirectory() as out:
        for spec in specs.values():
            for family in datasets.FAMILIES[spec["task"]]:
                check(tool, os.path.join(folder, spec["file"]), spec, family, out)


if __name__ == "__main__":
    main()
