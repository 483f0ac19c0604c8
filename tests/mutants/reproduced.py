#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A run recorded by a build with one fault in it is caught by reproduce of a build without: for each mutant that
touches what a training writes, it is trained with the mutant switched on, and trained again without.

usage: reproduced.py MUTANTS_TOOL TOOL      run by `./dev claims`
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
INTEGRITY = 8

# Data and what else train is told; None: the table below.
TRAININGS = {
    "blocks_shared_by_threads": (None, "--threads", "2"),
    "diagnostics_left_out": (DATA / "titanic.csv", "--label", "Survived"),
    "encoder_sees_validation_rows": (DATA / "breast_cancer.csv", "--label", "diagnosis"),
    "equal_weights_rank_backwards": (DATA / "iris.csv", "--label", "species", "--model", "decision_tree", "--param", "max_depth=1"),
    "ignored_columns_show_their_levels": (DATA / "titanic.csv", "--label", "Survived", "--ignore", "Sex"),
    "lone_row_is_stratified": ("lone", "--seed", "1"),
    "min_samples_leaf_recorded_only": (DATA / "iris.csv", "--label", "species", "--model", "decision_tree",
                                       "--param", "min_samples_leaf=20"),
    "seed_drawn_from_the_clock": (DATA / "iris.csv", "--label", "species", "--model", "random_forest", "--param", "n_estimators=5"),
    "seed_not_digested": (DATA / "iris.csv", "--label", "species"),
    "training_rows_not_shuffled": (DATA / "iris.csv", "--label", "species"),
}


def large_table(path):
    """Six blocks of sums among the training rows, of numbers whose sum depends on the order of adding."""
    lines = ["a,b,c,label"] + [f"{i * 7919 % 10007 / 997},{i * 104729 % 20011 / 31},{i * 31 % 11 * 0.1},{int(i * i % 7 > 2 + i % 3)}"
                               for i in range(30000)]
    path.write_text("\n".join(lines) + "\n")
    return path


def lone_class(path):
    """A class that has one row."""
    path.write_text("x,label\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(40)) + "9,c\n")
    return path


def run(tool, *arguments, mutant=None):
    environment = {name: value for name, value in os.environ.items() if name != "RUNFORGE_MUTANT"}
    if mutant:
        environment["RUNFORGE_MUTANT"] = mutant
    return subprocess.run([str(tool), *map(str, arguments)], env=environment, capture_output=True, text=True, check=False)


def caught(tools, scratch, mutant):
    """None, or what went wrong. Without the mutant the same training is reproduced, so that it is the mutant that counts."""
    mutants_tool, tool = tools
    data, *more = TRAININGS[mutant]
    data = large_table(scratch / "large.csv") if data is None else lone_class(scratch / "lone.csv") if data == "lone" else data
    for chosen in (None, mutant):
        trained = run(mutants_tool, "train", "--data", data, *more, "--out", scratch / "runs", "--json", mutant=chosen)
        if trained.returncode != 0:
            # A fault that keeps a training from ending leaves no record to be caught.
            if not chosen:
                return f"train: {trained.stdout}{trained.stderr}"
            print(f"  {mutant}: leaves no record: {json.loads(trained.stdout)['error']['message']}", flush=True)
            return None
        again = run(tool, "reproduce", json.loads(trained.stdout)["run_dir"], "--data", data)
        if again.returncode != (INTEGRITY if chosen else 0):
            return f"reproduce says {again.returncode} with {chosen or 'no mutant'}: {again.stdout}{again.stderr}"
        if chosen:
            print(f"  {mutant}: {again.stdout.splitlines()[-1]}", flush=True)
    return None


def main():
    tools = [pathlib.Path(path).resolve() for path in sys.argv[1:]]
    failed = False
    for mutant in TRAININGS:
        with tempfile.TemporaryDirectory(prefix="runforge_mutants_") as folder:
            problem = caught(tools, pathlib.Path(folder), mutant)
        if problem:
            failed = True
            print(f"{mutant} is not caught: {problem}", file=sys.stderr)
    print(f"mutants: runs recorded with each of {len(TRAININGS)} faults were trained again without")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
