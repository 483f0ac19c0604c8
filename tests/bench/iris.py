#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""CPU time and memory of training on iris, from start to finished record, beside what it costs scikit-learn to start.

usage: iris.py RUNFORGE [RUNS]

Medians of RUNS (default 11) whole processes each, from the kernel's own accounting. Nothing passes or fails here.
"""
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "data", "iris.csv")


def cost(command):
    """CPU seconds and peak resident MiB of one process; never less than this script's own, which it starts as."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command} ended with status {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def report(name, commands):
    costs = [cost(command) for command in commands]
    cpu = statistics.median(c for c, _ in costs)
    memory = statistics.median(m for _, m in costs)
    print(f"| {name} | {cpu * 1000:.0f} | {memory:.0f} |", flush=True)


def main():
    tool = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 11
    print("| process | CPU ms | peak MiB |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as out:
        report("runforge train on iris, all artifacts",
               [[tool, "train", "--data", DATA, "--label", "species", "--out", out, "--quiet"]] * runs)
    for module in ("sklearn.linear_model", "sklearn.ensemble"):
        report(f"python3 -c 'import {module}'", [[sys.executable, "-c", f"import {module}"]] * runs)


if __name__ == "__main__":
    main()
