# SPDX-License-Identifier: MIT
"""RunForge's side of a measurement, through abi_bench and the record that each run leaves."""
import json
import os
import subprocess
import tempfile

import numpy as np

from measure import Failed, environment, median, run_json, scores


class RunForge:
    def __init__(self, program, work, timeout):
        self.program = os.path.abspath(program)
        self.work = work
        self.timeout = timeout
        os.makedirs(work, exist_ok=True)

    def call(self, *arguments, timeout=None):
        return run_json([self.program, *map(str, arguments)], environment(1), timeout or self.timeout)

    def families(self):
        """Names of the model families that this build has."""
        text = subprocess.run([self.program, "schema", "train_config.v1"], stdout=subprocess.PIPE, check=True).stdout
        return json.loads(text)["properties"]["model"]["enum"]

    def fit(self, cut, config, threads, repeats, model_path=None):
        """Seconds of the stage `train` of each run, peak memory above the loaded table, and what the record says."""
        with tempfile.TemporaryDirectory(dir=self.work) as scratch:
            config_path = os.path.join(scratch, "config.json")
            with open(config_path, "w", encoding="utf-8") as file:
                json.dump({"label": "label", "split": {"fraction": 0}, **config}, file)
            result = self.call("fit", cut.train_csv, config_path, scratch,
                               model_path or os.path.join(scratch, "model"), threads, repeats)
            runs = result.pop("runs")
            stages = [self.train_stage(run) for run in runs]
            record = read_json(runs[-1], "run.json")
            result.update(wall=[s["wall_seconds"] for s in stages], cpu=[s["cpu_seconds"] for s in stages],
                          run_digest=read_json(runs[-1], "execution.v1.json")["run_digest"],
                          kernels=read_json(runs[-1], "execution.v1.json")["build"].get("kernels"),
                          diagnostics=sorted({d["code"] for d in record["diagnostics"]}))
            if "solver" in record:
                result["solver"] = record["solver"]
            coefficients = os.path.join(runs[-1], "linear_coefficients.v1.json")
            if os.path.exists(coefficients):
                result["coefficients"] = read_json(runs[-1], "linear_coefficients.v1.json")
        result["seconds"] = median(result["cpu" if threads == 1 else "wall"])
        return result

    @staticmethod
    def train_stage(run):
        stages = {stage["name"]: stage for stage in read_json(run, "execution.v1.json")["stages"]}
        if "train" not in stages:
            raise Failed(f"{run}/execution.v1.json has no stage train")
        return stages["train"]

    def predict(self, model_path, cut, threads, repeats):
        """Rows a second in one process on a loaded table, and the scores on the rows that were not fitted."""
        with tempfile.NamedTemporaryFile(dir=self.work) as out:
            result = self.call("predict", model_path, cut.test_csv, out.name, threads, repeats)
            outputs = np.fromfile(out.name).reshape(result["rows"], result["outputs"])
        seconds = median(result["cpu" if threads == 1 else "wall"])
        result["rows_per_second"] = result["rows"] / seconds
        result.update(scores(cut.matrix()[3], outputs))
        return result

    def row(self, model_path, cut, calls):
        """Microseconds of a call for one row."""
        with tempfile.NamedTemporaryFile(dir=self.work) as values:
            cut.matrix()[2][:1000].tofile(values.name)
            return self.call("row", model_path, values.name, calls)

    def load(self, path, threads, repeats):
        """Through the C interface, which always takes the fingerprint, and through the reader alone without it."""
        which = "cpu" if threads == 1 else "wall"
        result = self.call("load", path, threads, repeats)
        result["seconds"] = median(result[which])
        plain = self.reader(path, "--threads", threads, "--repeat", repeats + 1, "--no-fingerprint", "--digest")
        result["plain_seconds"] = median(plain[which][1:-1])
        result["digest_seconds"] = plain[which][-1]
        return result

    def hash(self, path, repeats):
        result = self.reader(path, "--sha256", "--repeat", repeats + 1)
        result["seconds"] = median(result["cpu"][1:])
        return result

    def reader(self, path, *options):
        """Clock and CPU seconds that bench_load prints."""
        command = [os.path.join(os.path.dirname(self.program), "bench_load"), path, *map(str, options)]
        done = subprocess.run(command, env=environment(1), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=self.timeout)
        if done.returncode != 0:
            raise Failed((done.stdout + done.stderr).strip()[-300:] or f"status {done.returncode}")
        times = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("time ")]
        return {"wall": [float(wall) for wall, _ in times], "cpu": [float(cpu) for _, cpu in times]}


def read_json(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


def logistic_objective(cut, coefficients):
    """C sum logloss + 0.5 ||w||^2 at C = 1 of two classes, on columns standardised by the fitted rows."""
    x, y, _, _ = cut.matrix()
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    by_class, = coefficients["coefficients_by_class"]
    by_name = {feature["name"]: feature["coefficient"] for feature in by_class["features"]}
    w = np.array([by_name.get(f"f{j}", 0.0) for j in range(x.shape[1])])
    margin = np.where(y == by_class["class"], 1, -1) * (x @ w + coefficients["intercepts"][0]["intercept"])
    return float(0.5 * w @ w + np.logaddexp(0, -margin).sum())
