#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""RunForge and its peers on the same rows, one after another in one run, each measurement a process of its own.

usage: run.py --program ABI_BENCH [--work DIR] [--only REGEX] [--repeats N] [--quick] [--smoke] [--list]

Progress goes to standard error, tables to standard output, everything to DIR/results.json: what an earlier run measured
stays there until its task is measured again. One thread is compared by CPU seconds, two by seconds on the clock.
  --only REGEX  the tasks whose names match (--list shows them)
  --quick       one run each, without the slow tasks and peers
  --smoke       tiny inputs and a few tasks, to see that everything runs
The status is 1 when a measurement of ours ended in an error; nothing passes or fails on a time. Pinned by the ctest test bench.smoke.
"""
import argparse
import datetime
import json
import os
import platform
import re
import sys

import inputs
import report
from measure import Failed, busy_process, environment, median, run_json, timed_command
from ours import RunForge, logistic_objective
from tasks import SMOKE, all_tasks

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, "peers.py")
SSE_CORES = {"Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Atom", "Athlon", "Opteron", "Opteron_SSE3",
             "Barcelona", "Bobcat"}
TOLERANCES = (1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7, 3e-8, 1e-8)


def say(text):
    print(text, file=sys.stderr, flush=True)


def cpu_flags():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        return next((set(line.split()) for line in file if line.startswith(("flags", "Features"))), set())


def cpu_name():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine())


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.tiny = arguments.smoke
        self.repeats = 1 if arguments.quick or arguments.smoke else arguments.repeats
        self.data = os.path.join(arguments.work, "data-tiny" if self.tiny else "data")
        self.ours = RunForge(arguments.program, os.path.join(arguments.work, "scratch"), arguments.timeout)
        self.families = self.ours.families()
        self.present = self.peer_json("present")
        self.peer_environment, self.blas_core = self.best_blas()
        self.our_failures = []

    # ---- peers
    def peer_json(self, command, spec=None, threads=1, **variables):
        line = [sys.executable, PEERS, command] + ([json.dumps(spec)] if spec else [])
        return run_json(line, environment(threads, PYTHONDONTWRITEBYTECODE="1", **variables), self.arguments.timeout)

    def best_blas(self):
        """An OpenBLAS older than the processor falls back to SSE; the peers get its best kernels instead."""
        core = self.peer_json("blas")["core"]
        flags = cpu_flags()
        better = "SkylakeX" if "avx512f" in flags else "Haswell" if "avx2" in flags else None
        if core in SSE_CORES and better:
            say(f"OpenBLAS takes this processor for {core}; the peers run with OPENBLAS_CORETYPE={better}")
            return {"OPENBLAS_CORETYPE": better}, f"{better} (asked for; by itself it takes {core})"
        return {}, core

    def peer_results(self, task, cut, predict):
        """Results by the peer's name, in the order of the task."""
        results = {}
        for peer in task.peers:
            if not self.present.get(peer.package):
                say(f"  {peer.name}: NOT MEASURED, {peer.package} is not installed")
                results[peer.name] = {"absent": f"{peer.package} is not installed"}
                continue
            if peer.slow and self.arguments.quick:
                results[peer.name] = {"absent": "left out by --quick"}
                continue
            spec = {"folder": cut.folder, "input": cut.name, "rows": cut.rows, "fitted": cut.fitted,
                    "csv": cut.train_csv, "test_csv": cut.test_csv, "standardise": task.is_linear, "predict": predict,
                    "threads": task.threads, "repeats": self.repeats, "trees": task.params.get("n_estimators", 0),
                    "warm_rows": 0 if task.is_linear else 2000, **peer.spec}
            results[peer.name] = self.guarded(peer.name, lambda: self.peer_json(
                "fit", spec, task.threads, **self.peer_environment))
        return results

    def guarded(self, who, measurement):
        """The result, or an object that says why there is none."""
        try:
            result = measurement()
        except Failed as failure:
            say(f"  {who}: FAILED, {failure}")
            self.our_failures += [str(failure)] if who == "RunForge" else []
            return {"absent": str(failure)}
        say(f"  {who}: {report.one_line(result)}")
        return result

    # ---- kinds of tasks
    def fit(self, task):
        cut = inputs.cut(self.data, task.input, task.rows, tiny=self.tiny)
        if task.to_objective:
            peers = self.peer_results(task, cut, False)
            objective = next(iter(peers.values())).get("objective")
            return {"ours": self.guarded("RunForge", lambda: self.our_fit(task, cut, objective)), "peers": peers}
        ours = self.guarded("RunForge", lambda: self.our_fit(task, cut))
        return {"ours": ours, "peers": self.peer_results(task, cut, task.predict)}

    def our_fit(self, task, cut, objective=None):
        params = dict(task.params)
        if objective is not None:
            params["tol"] = self.tol_for(task, cut, objective)
        config = {"model": task.model, "params": params, "seed": 1}
        model = os.path.join(self.ours.work, task.id + ".safetensors")
        ours = self.ours.fit(cut, config, task.threads, self.repeats, model)
        predicted = self.ours.predict(model, cut, task.threads, max(3, self.repeats))
        ours.update({name: predicted[name] for name in ("accuracy", "auc")})
        coefficients = ours.pop("coefficients", None)
        if task.model == "logistic_regression" and coefficients and len(coefficients["coefficients_by_class"]) == 1:
            ours["objective"] = logistic_objective(cut, coefficients)
            ours["tol"] = params.get("tol", 1e-8)
        if task.predict:
            ours["predict"] = {"rows_per_second": predicted["rows_per_second"]}
            ours["predict"].update(self.ours.row(model, cut, 200 if self.tiny else 20_000))
        if task.seeds > 1 and not self.arguments.quick:
            ours["seeds"] = self.seed_scores(task, cut, config, model)
        os.remove(model)
        return ours

    def seed_scores(self, task, cut, config, model):
        all_scores = []
        for seed in range(1, (2 if self.tiny else task.seeds) + 1):
            self.ours.fit(cut, {**config, "seed": seed}, 2, 1, model)
            all_scores.append(self.ours.predict(model, cut, 2, 1)[task.score])
        return all_scores

    def tol_for(self, task, cut, objective):
        """The loosest tol of ours whose objective is no worse than the peer's in its first eight digits."""
        eight_digits = lambda value: float(f"{value:.8g}")
        for tol in TOLERANCES:
            run = self.ours.fit(cut, {"model": task.model, "params": {**task.params, "tol": tol}}, task.threads, 1)
            if eight_digits(logistic_objective(cut, run["coefficients"])) <= eight_digits(objective):
                return tol
        return TOLERANCES[-1]

    def load(self, task):
        path = inputs.reading(self.data, task.input, self.tiny)
        if path is None:
            say(f"  NOT MEASURED: no dataset to make {task.input}.csv of")
            return {"ours": {"absent": f"no dataset to make {task.input}.csv of"}, "peers": {}}
        peers = {}
        for peer in task.peers:
            if not self.present.get(peer.package):
                say(f"  {peer.name}: NOT MEASURED, {peer.package} is not installed")
                peers[peer.name] = {"absent": f"{peer.package} is not installed"}
                continue
            spec = {"csv": path, "threads": task.threads, "repeats": self.repeats, "folder": self.data, **peer.spec}
            peers[peer.name] = self.guarded(peer.name, lambda: self.peer_json("load", spec, task.threads))
        return {"ours": self.guarded("RunForge", lambda: self.ours.load(path, task.threads, self.repeats)), "peers": peers,
                "bytes": os.path.getsize(path)}

    def hash(self, task):
        path = inputs.reading(self.data, task.input, self.tiny)
        peers = {peer.name: self.guarded(peer.name, lambda: timed_command([*peer.spec["command"], path], self.repeats))
                 for peer in task.peers}
        return {"ours": self.guarded("RunForge", lambda: self.ours.hash(path, self.repeats)), "peers": peers,
                "bytes": os.path.getsize(path)}

    def contended(self, task):
        alone = self.fit(task)
        with busy_process():
            beside = self.fit(task)
        return {"ours": alone["ours"], "peers": alone["peers"], "beside": beside}

    def growth(self, task):
        points = []
        for what, rows, columns, trees in task.points:
            cut = inputs.cut(self.data, task.input, rows, share=1.0, tiny=self.tiny)
            n_columns = cut.matrix()[0].shape[1]
            columns = min(columns or n_columns, n_columns)
            config = {"model": task.model, "seed": 1, "params": {"n_estimators": 3 if self.tiny else trees},
                      "roles": {f"f{j}": "ignored" for j in range(columns, n_columns)}}
            result = self.guarded("RunForge", lambda: self.ours.fit(cut, config, task.threads, self.repeats))
            result.pop("coefficients", None)
            points.append({"what": what, "rows": cut.fitted, "features": columns, "trees": trees, **result})
        return {"points": points}

    def run(self, task):
        if task.model and task.model not in self.families:
            say(f"  NOT MEASURED: this build has no {task.model}")
            if not (task.kind == "fit" and task.peers):
                return {"ours": {"absent": f"this build has no {task.model}"}, "peers": {}}
            cut = inputs.cut(self.data, task.input, task.rows, tiny=self.tiny)
            return {"ours": {"absent": f"this build has no {task.model}"},
                    "peers": self.peer_results(task, cut, task.predict)}
        kinds = {"fit": self.fit, "load": self.load, "hash": self.hash, "contended": self.contended, "growth": self.growth}
        return kinds[task.kind](task)

    def machine(self):
        flags = cpu_flags()
        levels = [name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags]
        return {"cpu": cpu_name(), "cores": len(os.sched_getaffinity(0)), "avx512": "avx512f" in flags,
                "level": levels[0] if levels else "neither AVX-512 nor AVX2",
                "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
                "peers": {k: v for k, v in self.present.items() if k != "others"}, "blas_core": self.blas_core}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="abi_bench of a release build")
    parser.add_argument("--work", default=os.path.join("build", "bench"))
    parser.add_argument("--only", default="")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=900, help="seconds that one measurement may take")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    chosen = [task for task in all_tasks() if re.search(arguments.only, task.id)
              and not (arguments.quick and task.slow) and (task.id in SMOKE or not arguments.smoke)]
    if arguments.list:
        print("\n".join(task.id for task in chosen))
        return 0
    if not arguments.program or not chosen:
        parser.error(f"no task matches {arguments.only}" if arguments.program else "--program is needed")
    bench = Bench(arguments)
    path = os.path.join(arguments.work, "results.json")
    results = report.read(path)
    results["machine"] = bench.machine()
    for number, task in enumerate(chosen, 1):
        say(f"[{number}/{len(chosen)}] {task.id}: {task.title}, {task.threads} thread{'s' * (task.threads > 1)}")
        result = bench.run(task)
        result["at"] = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
        result["repeats"] = bench.repeats
        results["tasks"][task.id] = result
        report.write(path, results)
    ids = [task.id for task in chosen]
    print(report.tables(results, ids))
    for warning in report.warnings(results, ids):
        say(f"WARNING: {warning}")
    for failure in bench.our_failures:
        say(f"FAILED: {failure}")
    return 1 if bench.our_failures else 0


if __name__ == "__main__":
    sys.exit(main())
