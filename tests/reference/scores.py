#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""RunForge's scores on the real datasets beside scikit-learn's, seed by seed on the same splits.

usage: scores.py --tool RUNFORGE --shared DIR [--reference FILE.json] [--markdown FILE.md] [--only NAME,...]
                 [--family FAMILY,...] [--param NAME=VALUE]...

Trains every family through the command line tool with --missing fill, the left-out columns of datasets.json ignored
and random_forest at 300 trees, predicts, and takes accuracy and AUC (or r2) of the validation rows. Bars: linear
families differ in the mean by at most 0.001 or half a validation row; trees are not below by more than
max(0.005, 0.2 std), std over the seeds. Exit status 1 when a bar does not hold.
"""
import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

import sklearn_scores as reference

INTRODUCTION = """# Scores

RunForge beside scikit-learn 1.2.1 on public datasets, means over seeds 0 to 9 (0 to 2 from 20,000 rows on) on the same splits,
printed by `tests/reference/scores.py`. Missing values are filled, identifier columns left out, random forests have 300 trees,
decision trees depth 5; gradient boosting stands beside HistGradientBoosting. AUC of more than two classes is the mean of one class
against the rest. Bars: linear families differ by at most 0.001 or half a validation row; trees and boosting are not below by
more than max(0.005, 0.2 std over the seeds).

"""
LINEAR = ("logistic_regression", "linear_svc", "ridge_regression")


def run(tool, *arguments):
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"runforge {' '.join(arguments)}\nexit status {done.returncode}: {done.stderr}{done.stdout}")
    return done.stdout


def train(tool, path, spec, family, seed, out, parameters):
    """Run directory and the metrics as train reports them."""
    arguments = ["train", "--data", path, "--label", spec["label"], "--model", family, "--task", spec["task"],
                 "--seed", str(seed), "--missing", "fill", "--out", out, "--json"]
    for column in spec["drop"]:
        arguments += ["--ignore", column or "column_1"]
    if family == "random_forest":
        arguments += ["--param", f"n_estimators={reference.TREES}"]
    for parameter in parameters:
        arguments += ["--param", parameter]
    return json.loads(run(tool, *arguments))


def predicted_scores(tool, path, run_dir, rows):
    """Per row of `rows` the numbers that predict writes: one for two classes, one per class for more."""
    out = os.path.join(run_dir, "..", "predicted.csv")
    run(tool, "predict", "--model", run_dir, "--data", path, "--proba", "--out", out)
    with open(out, encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    table = np.array([[float(cell) for cell in lines[1 + row][2:]] for row in rows])
    return table[:, 1] if table.shape[1] == 2 else table


def measure(tool, path, spec, family, seed, y, parameters):
    with tempfile.TemporaryDirectory() as out:
        told = train(tool, path, spec, family, seed, out, parameters)
        if spec["task"] == "regression":
            return {"seed": seed, "r2": told["metrics"]["r2"]}
        _, validation = reference.split(y, spec["task"], seed)
        values = predicted_scores(tool, path, told["run_dir"], validation)
        return {"seed": seed, "accuracy": told["metrics"]["accuracy"],
                "roc_auc": reference.auc(y[validation], np.unique(y), values)}


def compare(ours, theirs, score, family, n_validation):
    """Means, their difference, the bar and whether it holds."""
    by_seed = {entry["seed"]: entry[score] for entry in theirs}
    mine = np.array([entry[score] for entry in ours])
    peer = np.array([by_seed[entry["seed"]] for entry in ours])
    difference = float(np.mean(mine - peer))
    if family in LINEAR:
        bar = max(0.001, 0.5 / n_validation)
        return mine.mean(), peer.mean(), difference, bar, abs(difference) <= bar
    bar = max(0.005, 0.2 * float(np.std(peer)))
    return mine.mean(), peer.mean(), difference, bar, difference >= -bar


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--shared", required=True)
    parser.add_argument("--reference", default=os.path.join(here, "..", "data", "reference", "sklearn_scores.json"))
    parser.add_argument("--markdown")
    parser.add_argument("--only")
    parser.add_argument("--family", help="these families only")
    parser.add_argument("--param", action="append", default=[], help="for an experiment, with --family")
    args = parser.parse_args()
    with open(args.reference) as file:
        peers = json.load(file)
    folder = os.path.join(args.shared, "data")
    with open(os.path.join(folder, "datasets.json")) as file:
        specs = json.load(file)

    lines = ["| dataset | family | score | RunForge | scikit-learn | difference | bar | holds |",
             "|---|---|---|---|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    failed = 0
    for name in args.only.split(",") if args.only else specs:
        spec = specs[name]
        path = os.path.join(folder, spec["file"])
        _, y = reference.load(folder, spec)
        n_validation = -(-len(y) // 5)
        for family in reference.MODELS[spec["task"]]:
            if args.family and family not in args.family.split(","):
                continue
            ours = [measure(args.tool, path, spec, family, seed, y, args.param) for seed in reference.seeds_of(len(y))]
            for score in ("accuracy", "roc_auc") if spec["task"] == "classification" else ("r2",):
                mine, peer, difference, bar, holds = compare(ours, peers[name][family], score, family, n_validation)
                failed += not holds
                lines.append(f"| {name} | {family} | {score} | {mine:.5f} | {peer:.5f} | {difference:+.5f} | "
                             f"{bar:.5f} | {'yes' if holds else 'NO'} |")
                print(lines[-1], flush=True)
    print(f"{failed} of {len(lines) - 2} bars do not hold" if failed else f"all {len(lines) - 2} bars hold")
    if args.markdown:
        with open(args.markdown, "w") as file:
            file.write(INTRODUCTION + "\n".join(lines) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
