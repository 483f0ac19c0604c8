# SPDX-License-Identifier: MIT
"""Running one measurement as a process of its own, and what the machine did meanwhile."""
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import time

import numpy as np

THREAD_VARIABLES = ("OMP", "OPENBLAS", "MKL", "BLIS")
SWITCHES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "GLIBC_TUNABLES", "OMP_WAIT_POLICY")


class Failed(Exception):
    """A measurement that ended without a result; the text says why."""


def environment(threads, **more):
    """The caller's, with the number of threads said in every dialect and without switches that slow a peer."""
    clean = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    clean.update({name + "_NUM_THREADS": str(threads) for name in THREAD_VARIABLES})
    clean.update(more)
    return clean


def busy_seconds():
    """Processor seconds anyone spent since the machine started, stolen ones included."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(field) for field in file.readline().split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    return sum(usage.ru_utime + usage.ru_stime
               for usage in map(resource.getrusage, (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)))


def run_json(command, env, timeout):
    """The JSON object that the command prints last, with `others`: how many processors other programs kept busy."""
    clock, busy, own = time.monotonic(), busy_seconds(), own_seconds()
    try:
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=timeout)
    except subprocess.TimeoutExpired as late:
        raise Failed(f"took more than {timeout} s") from late
    if done.returncode != 0:
        raise Failed((done.stderr.strip() or f"status {done.returncode}").splitlines()[-1][:300])
    result = json.loads(done.stdout.splitlines()[-1])
    took = max(time.monotonic() - clock, 0.02)
    result["others"] = round(max(0.0, busy_seconds() - busy - (own_seconds() - own)) / took, 2)
    return result


def timed_command(command, repeats):
    """Clock and CPU seconds of a program, started once more than is counted."""
    wall, cpu = [], []
    for _ in range(repeats + 1):
        clock, own = time.monotonic(), own_seconds()
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        except (OSError, subprocess.CalledProcessError) as problem:
            raise Failed(f"{command[0]}: {problem}") from problem
        wall.append(time.monotonic() - clock)
        cpu.append(own_seconds() - own)
    return {"wall": wall[1:], "cpu": cpu[1:], "seconds": median(cpu[1:])}


@contextlib.contextmanager
def busy_process():
    """One more program that wants a whole processor, for as long as the block runs."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def median(values):
    return statistics.median(values) if values else None


def auc(positive, score):
    """Area under the ROC curve, ties averaged (Mann and Whitney 1947)."""
    order = np.argsort(score, kind="stable")
    ranked = score[order]
    _, first, count = np.unique(ranked, return_index=True, return_counts=True)
    rank = np.empty(len(score))
    rank[order] = np.repeat(first + (count + 1) / 2, count)
    n_positive = int(positive.sum())
    n_negative = len(score) - n_positive
    if n_positive == 0 or n_negative == 0:
        return float("nan")
    return float((rank[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def scores(y, outputs):
    """accuracy and auc (more classes: mean one against the rest) of rows x classes outputs."""
    accuracy = float(np.mean(outputs.argmax(axis=1) == y))
    if outputs.shape[1] == 2:
        return {"accuracy": accuracy, "auc": auc(y == 1, outputs[:, 1])}
    return {"accuracy": accuracy,
            "auc": float(np.mean([auc(y == k, outputs[:, k]) for k in range(outputs.shape[1])]))}
