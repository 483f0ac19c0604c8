#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client in some language does what the client in C does, and every line that it prints is the same.

usage: client_test.py LANGUAGE BUILD LIBRARY c.client=PROGRAM...

A client is called with INPUTS and SCRATCH and prints a line for each step:
  run_digest.logistic, run_digest.forest   rf_run_digest of trainings on the bytes of INPUTS/iris.csv
  columns.content_digest, .result_digest   of a table handed over column by column, and of a training on it
  predict.bits, order.bits                 three predictions as bits; the second by a model whose run and dataset were
                                           dropped, after dataset, run and model were dropped in each possible order
  status.N NAME CODE                       a failure of status N, as the language's own error shows it
  cancel.callback N                        reports until the tenth said stop
  cancel.thread NAME                       status of a training that another thread stopped
  callback.error kept                      an error raised in the callback came out of the call
  threads.digest                           the one digest of trainings at the same time on several threads
  gc.digest                                of a training under garbage collection in every callback
"""
import json
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

import toolchains

ROOT = toolchains.ROOT
IRIS = ROOT / "tests/data/iris.csv"
# One-hot columns of levels.csv would take 62 GB. Beyond this ceiling memory is refused whatever the machine has.
MOST_MEMORY = 40 << 30
N_LEVELS = 70_000
CONFIGS = {
    "logistic": {"label": "species", "seed": 7},
    "forest": {"label": "species", "model": "random_forest", "seed": 7, "params": {"n_estimators": 20}},
    "endless": {"label": "species", "model": "random_forest", "params": {"n_estimators": 100_000}},
    "columns": {"label": "label", "seed": 7, "missing": {"policy": "fill"}},
    "no_label": {"label": "none"},
    "numeric": {"model": "ridge_regression", "roles": {"w": "weight"}},
}
EVERYWHERE = ["run_digest.logistic", "run_digest.forest", "columns.content_digest", "columns.result_digest",
              "predict.bits", "order.bits", "cancel.callback", *(f"status.{n}" for n in range(1, 13))]
MANAGED = ["callback.error", "gc.digest"]
THREADED = ["cancel.thread", "threads.digest"]
EXPECTED = {
    "cpp": EVERYWHERE + THREADED + ["callback.error"],
    "python": EVERYWHERE + THREADED + MANAGED,
    "node": EVERYWHERE + THREADED + MANAGED,
    "go": EVERYWHERE + THREADED + MANAGED,
    "rust": EVERYWHERE + THREADED + ["callback.error"],
    "julia": EVERYWHERE + ["cancel.thread"] + MANAGED,
    "lua": EVERYWHERE + MANAGED,
}
SETTINGS = {"go": {"GOGC": "1"}}


def write_inputs(folder):
    folder.mkdir(parents=True)
    shutil.copyfile(IRIS, folder / "iris.csv")
    for name, config in CONFIGS.items():
        (folder / f"{name}.json").write_text(json.dumps(config), encoding="utf-8")
    rows = (f"k{i // 2},{'yes' if i % 2 else 'no'}\n" for i in range(2 * N_LEVELS))
    (folder / "levels.csv").write_text("t,label\n" + "".join(rows), encoding="utf-8")
    rows = (f"{'' if i % 3 else '-'}1e308,1e308,{'' if i % 2 else '-'}1e308\n" for i in range(20))
    (folder / "numeric.csv").write_text("a,w,label\n" + "".join(rows), encoding="utf-8")


def write_newer_run(folder, emitted):
    """A run of a format that no library knows yet."""
    shutil.copytree(emitted, folder / "newer_run")
    path = folder / "newer_run/run.json"
    text = path.read_text(encoding="utf-8")
    assert '"run.v2"' in text
    path.write_text(text.replace('"run.v2"', '"run.v9"'), encoding="utf-8")


def lines_of(command, environment, inputs, scratch):
    scratch.mkdir()
    ceiling = lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))  # noqa: E731
    done = subprocess.run([*command, str(inputs), str(scratch)], env=environment, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, preexec_fn=ceiling)
    if done.returncode != 0:
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr[-4000:]}")
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


def main():
    language, *words = sys.argv[1:]
    place = toolchains.place_from(words)
    command, environment = toolchains.ready(language, "client", place)
    environment.update(SETTINGS.get(language, {}))
    reference, reference_environment = toolchains.ready("c", "client", place)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write_inputs(folder / "inputs")
        emitter, emitter_environment = toolchains.ready("c", "train", place)
        subprocess.run([*emitter, str(IRIS), "species", str(folder / "emitted")], env=emitter_environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        write_newer_run(folder / "inputs", next((folder / "emitted").iterdir()))
        expected = lines_of(reference, reference_environment, folder / "inputs", folder / "reference")
        expected["callback.error"] = "kept"
        found = lines_of(command, environment, folder / "inputs", folder / "scratch")
    wrong = [f"{key}: expected {expected[key]}, found {found.get(key, 'nothing')}"
             for key in EXPECTED[language] if found.get(key) != expected[key]]
    wrong += [f"{key}: no such line is expected of {language}" for key in found if key not in EXPECTED[language]]
    wrong += [f"status.{n}: the client in C was to see {n}" for n in range(1, 13)
              if not expected[f"status.{n}"].startswith(STATUS_NAMES[n - 1] + " ")]
    print("\n".join(wrong) or f"{len(EXPECTED[language])} lines are those of the client in C")
    return 1 if wrong else 0


STATUS_NAMES = ["RF_E_" + word for word in
                "ARGUMENT CONFIG DATA IO NOMEM CANCELLED NUMERIC INTEGRITY UNSUPPORTED LIMIT EXISTS MISMATCH".split()]

if __name__ == "__main__":
    sys.exit(main())
