#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long a training goes on after Ctrl-C, for each family: it is interrupted at moments spread over its whole run, the
reading of the file included, and the longest wait is printed.

usage: cancel.py TOOL FILE.csv [--threads N] [--times N] [FAMILY...]      FILE as tests/bench/gen_data.py makes it
"""
import argparse
import signal
import subprocess
import tempfile
import time

MORE = {
    "logistic_regression": [],
    "linear_svc": [],
    "ridge_regression": ["--task", "regression", "--label", "f0"],
    "decision_tree": [],
    "random_forest": ["--param", "n_estimators=20"],
    "gradient_boosting": [],
}
CANCELLED = 6


def command(arguments, family, out):
    label = [] if "--label" in MORE[family] else ["--label", "label"]
    return [arguments.tool, "train", "--data", arguments.data, "--model", family, "--out", out, "--quiet", "--threads",
            str(arguments.threads), *MORE[family], *label]


def waits(words, times):
    """(seconds of a whole run, [(seconds after the signal, share of the run before it)])"""
    began = time.perf_counter()
    subprocess.run(words, check=True)
    whole = time.perf_counter() - began
    found = []
    for i in range(times):
        process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        share = (i + 0.5) / times
        time.sleep(whole * share)
        began = time.perf_counter()
        process.send_signal(signal.SIGINT)
        if process.wait() == CANCELLED:
            found.append((time.perf_counter() - began, share))
    return whole, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("data")
    parser.add_argument("families", nargs="*", choices=[[], *MORE], default=[])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--times", type=int, default=24)
    arguments = parser.parse_args()
    print("| family | threads | whole run, s | interrupted | longest wait, ms | at |\n|---|---|---|---|---|---|")
    for family in arguments.families or MORE:
        with tempfile.TemporaryDirectory(prefix="runforge_cancel_") as out:
            whole, found = waits(command(arguments, family, out), arguments.times)
        longest, share = max(found)
        print(f"| {family} | {arguments.threads} | {whole:.2f} | {len(found)} | {1000 * longest:.0f} | {100 * share:.0f} % |",
              flush=True)


if __name__ == "__main__":
    main()
