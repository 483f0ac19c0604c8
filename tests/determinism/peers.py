#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who keeps the bits of a model when the machine changes around the same data, configuration and seed.

usage: peers.py RUNFORGE [--quick] [--into PAGE.md]

scikit-learn and XGBoost (Debian's packages) and RunForge's command line tool train on the same tables: breast_cancer of
tests/data, and a larger one made of it by drawing rows and adding noise. Between trainings one thing changes: nothing, the
number of threads, the kernels of OpenBLAS, the BLAS library, glibc's paths, the processor. Compared are the predicted
probabilities, double by double; of RunForge the digest of the whole record. That a change took effect is checked; one that
cannot be made here is named.
  --quick       one small table, few changes
  --into PAGE   writes the tables between the markers `<!-- peers table: begin -->` and `<!-- peers table: end -->`
Nothing passes or fails on what the peers do; the status is 1 when RunForge's own result changed.
"""
import argparse
import dataclasses
import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
CHILD = os.path.join(HERE, "peers_child.py")
BREAST_CANCER = os.path.join(HERE, "..", "data", "breast_cancer.csv")
REFERENCE_BLAS = "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3"
NO_FMA = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2"}
BEGIN, END = "<!-- peers table: begin -->", "<!-- peers table: end -->"
CLEARED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "GLIBC_TUNABLES", "LD_PRELOAD")
LEARNERS = ("scikit-learn LogisticRegression", "scikit-learn RandomForestClassifier",
            "scikit-learn RandomForestClassifier, min_samples_leaf=5", "scikit-learn HistGradientBoostingClassifier",
            "XGBoost hist")
OURS = (("logistic_regression", ()), ("random_forest", ()), ("random_forest", ("min_samples_leaf=5",)),
        ("gradient_boosting", ()))
OLD_CORES = {"Prescott", "Core2", "Penryn", "Dunnington", "Nehalem"}


@dataclasses.dataclass
class Change:
    """One way to run; `column` is where the table shows it, `expected` what proves that it took effect."""
    column: str
    threads: int = 1
    variables: dict = dataclasses.field(default_factory=dict)
    prefix: tuple = ()
    expected: str = ""       # blas, core or exp: must differ from the first run
    against: str = "first"   # first, or two: the first run with two threads


@dataclasses.dataclass
class Result:
    facts: dict
    outputs: dict            # (learner, table) -> array, or digest


def say(text):
    print(text, file=sys.stderr, flush=True)


def cpu_flags():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        return next((set(line.split()) for line in file if line.startswith("flags")), set())


def best_core():
    """The OpenBLAS kernels of the first run where OpenBLAS does not know the processor and falls back to SSE."""
    code = "import numpy, threadpoolctl; print([e.get('architecture') for e in threadpoolctl.threadpool_info()])"
    done = subprocess.run([sys.executable, "-c", code], env=environment(Change("")), stdout=subprocess.PIPE, text=True)
    if not any(core in done.stdout for core in OLD_CORES):
        return {}
    flags = cpu_flags()
    better = "SkylakeX" if "avx512f" in flags else "Haswell" if "avx2" in flags else None
    return {"OPENBLAS_CORETYPE": better} if better else {}


def changes(quick):
    """The changes, the first being none; and those that cannot be made here, with the reason."""
    qemu = shutil.which("qemu-x86_64-static")
    flags, absent = cpu_flags(), []
    made = [Change("first"), Change("2 threads instead of 1", 2)]
    if not quick:
        made += [Change("again, 1 thread")] * 2 + [Change("again, 2 threads", 2, against="two")] * 3
        for core, needs in (("Prescott", "sse"), ("Haswell", "avx2")):
            (made if needs in flags else []).append(
                Change("other OpenBLAS kernels", variables={"OPENBLAS_CORETYPE": core}))
        if os.path.exists(REFERENCE_BLAS):
            made.append(Change("another BLAS", variables={"LD_PRELOAD": REFERENCE_BLAS}, expected="blas"))
        else:
            absent.append("another BLAS: Debian's libblas3 is not installed")
    made.append(Change("glibc without FMA", variables=NO_FMA, expected="exp"))
    if not qemu:
        absent.append("a processor without AVX: qemu-user-static is not installed")
    elif not quick:
        made.append(Change("processor without AVX", prefix=(qemu, "-cpu", "Nehalem"), expected="exp"))
    core = best_core()
    for change in made:
        if not change.prefix and change.column not in ("another BLAS", "other OpenBLAS kernels"):
            change.variables = {**core, **change.variables}
    return made, absent


# ---- tables
def make_tables(folder, quick):
    """NAME -> paths of the same table as .npy (label last) and .csv."""
    with open(BREAST_CANCER, encoding="utf-8") as file:
        names = file.readline().strip().split(",")
        rows = [line.strip().split(",") for line in file]
    label = names.index("diagnosis")
    y = np.array([float(row[label]) for row in rows])
    x = np.array([[float(cell) for j, cell in enumerate(row) if j != label] for row in rows])
    tables = {"breast_cancer": np.column_stack([x, y])}
    if not quick:
        stream = np.random.Generator(np.random.PCG64(7))
        drawn = stream.integers(len(x), size=10_000)
        noisy = x[drawn] + stream.standard_normal((len(drawn), x.shape[1])) * x.std(axis=0)
        tables["larger"] = np.column_stack([np.round(noisy, 4), y[drawn]])
    paths = {}
    for name, m in tables.items():
        paths[name] = {"npy": os.path.join(folder, name + ".npy"), "csv": os.path.join(folder, name + ".csv"),
                       "shape": f"{len(m):,} x {m.shape[1] - 1}"}
        x, y = m[:, :-1], m[:, -1:]
        # The peers get standardised columns, made once here, so that what is compared is the training alone.
        np.save(paths[name]["npy"], np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), y]))
        with open(paths[name]["csv"], "w", encoding="ascii") as file:
            file.write(",".join([f"f{j}" for j in range(m.shape[1] - 1)] + ["label"]) + "\n")
            file.writelines(",".join(map(repr, row[:-1])) + f",{int(row[-1])}\n" for row in m.tolist())
    return paths


# ---- runs
def environment(change):
    clean = {name: value for name, value in os.environ.items() if name not in CLEARED}
    clean.update({name + "_NUM_THREADS": str(change.threads) for name in ("OMP", "OPENBLAS", "BLIS")})
    # Waiting threads sleep: on a busy machine spinning ones take minutes.
    return {**clean, "OMP_WAIT_POLICY": "passive", "PYTHONDONTWRITEBYTECODE": "1", **change.variables}


def output_of(command, change, timeout=1200):
    done = subprocess.run([*change.prefix, *command], env=environment(change), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=timeout)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip() or f"status {done.returncode}").splitlines()[-1])
    return done.stdout


def run_peers(change, learners, tables, scratch):
    spec = {"threads": change.threads, "learners": learners, "tables": {t: p["npy"] for t, p in tables.items()}}
    with tempfile.TemporaryDirectory(dir=scratch) as out:
        facts = json.loads(output_of([sys.executable, CHILD, json.dumps(spec), out], change).splitlines()[-1])
        return Result(facts, {(learner, table): np.load(os.path.join(out, f"{learner}-{table}.npy"))
                              for learner in learners for table in tables})


def our_name(family, parameters):
    return ", ".join([f"RunForge {family}", *parameters])


def run_ours(change, tool, families, tables, scratch):
    digests = {}
    for table, paths in tables.items():
        for family, parameters in families:
            with tempfile.TemporaryDirectory(dir=scratch) as out:
                flags = [word for parameter in parameters for word in ("--param", parameter)]
                report = json.loads(output_of([tool, "train", "--data", paths["csv"], "--model", family, "--threads",
                                               str(change.threads), "--out", out, "--json", *flags], change))
                digests[our_name(family, parameters), table] = report["result_digest"]
    return digests


def families_of(tool):
    schema = json.loads(subprocess.run([tool, "schema", "train_config.v1"], stdout=subprocess.PIPE, check=True).stdout)
    return [ours for ours in OURS if ours[0] in schema["properties"]["model"]["enum"]]


def learners_present():
    absent, learners = [], []
    for module, package, prefix in (("sklearn", "python3-sklearn", "scikit-learn"), ("xgboost", "python3-xgboost", "XGBoost")):
        if not importlib.util.find_spec(module):
            absent.append(f"{prefix}: the package {package} is not installed")
            continue
        version = importlib.metadata.version("scikit-learn" if module == "sklearn" else module)
        learners += [(name, name.replace(prefix, f"{prefix} {version}")) for name in LEARNERS if name.startswith(prefix)]
    return learners, absent


# ---- comparison
def difference(a, b):
    """0 when all bits agree, else the largest distance (1 for digests)."""
    if isinstance(a, str):
        return 0 if a == b else 1
    if a.shape == b.shape and a.tobytes() == b.tobytes():
        return 0
    return max(float(np.max(np.abs(a.astype(float) - b.astype(float)))), 5e-324)


def cell(differences, has_size):
    if not differences:
        return "not run"
    if not any(differences):
        return "same bits"
    largest = f", up to {max(differences):.0e}" if has_size else ""
    count = f" in {sum(d > 0 for d in differences)} of {len(differences)}" if len(differences) > 1 else ""
    return f"**changed**{count}{largest}"


def table_lines(table, columns, who, outcomes):
    """Markdown; outcomes: list of (change, outputs by (who, table))."""
    first = {"first": outcomes[0][1], "two": next((o for c, o in outcomes if c.threads == 2), None)}
    lines = ["| learner | " + " | ".join(columns) + " |", "|" + "---|" * (len(columns) + 1)]
    for name, shown in who:
        cells = []
        for column in columns:
            pairs = [(first[c.against].get((name, table)), o.get((name, table))) for c, o in outcomes[1:] if c.column == column]
            pairs = [(a, b) for a, b in pairs if a is not None and b is not None]
            cells.append(cell([difference(a, b) for a, b in pairs], not name.startswith("RunForge")))
        lines.append(f"| {shown} | " + " | ".join(cells) + " |")
    return lines


def measure(tool, quick):
    """The Markdown, and whether RunForge's own result stayed the same everywhere."""
    learners, absent = learners_present()
    made, impossible = changes(quick)
    absent += impossible
    families = families_of(tool)
    absent += [f"{our_name(*ours)}: this build has none" for ours in OURS if ours not in families]
    outcomes, facts = [], []
    with tempfile.TemporaryDirectory() as scratch:
        tables = make_tables(scratch, quick)
        for change in made:
            setting = " ".join(f"{k}={v}" for k, v in change.variables.items())
            say(f"{change.column}: {change.threads} thread(s) {setting} {' '.join(change.prefix)}")
            outputs = run_ours(change, tool, families, tables, scratch)
            if learners:
                try:
                    result = run_peers(change, [name for name, _ in learners], tables, scratch)
                except (RuntimeError, subprocess.TimeoutExpired) as failure:
                    absent.append(f"the peers under '{change.column}': {failure}")
                else:
                    facts.append(result.facts)
                    if change.expected and result.facts[change.expected] == facts[0][change.expected]:
                        absent.append(f"{change.column}: the setting had no effect here ({change.expected} is unchanged)")
                    outputs.update(result.outputs)
            outcomes.append((change, outputs))
    columns = list(dict.fromkeys(change.column for change in made[1:]))
    who = learners + [(our_name(*ours), our_name(*ours)) for ours in families]
    text, holds = describe(facts), True
    for table, paths in tables.items():
        text += [f"Table `{table}`, {paths['shape']}:", "", *table_lines(table, columns, who, outcomes), ""]
    for key in outcomes[0][1]:
        if key[0].startswith("RunForge"):
            holds &= len({outputs[key] for _, outputs in outcomes}) == 1
    text += [f"Not measured: {reason}." for reason in absent]
    return text, holds


def describe(facts):
    if not facts:
        return []
    cores = ", ".join(dict.fromkeys(str(fact["core"]) for fact in facts if fact["core"]))
    return [f"The first run has 1 thread and OpenBLAS's kernels for {facts[0]['core']}; each column changes one thing. Of the peers "
            "the predicted probabilities are compared, double by double, with the largest difference where they changed; of "
            f"RunForge the digest of the record. OpenBLAS kernels tried: {cores}.", ""]


def put_into(page, lines):
    with open(page, encoding="utf-8") as file:
        before, begin, rest = file.read().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{page}: no markers {BEGIN} and {END}")
    with open(page, "w", encoding="utf-8") as file:
        file.write(before + "\n".join([BEGIN, *lines, END]) + after)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--into", metavar="PAGE.md")
    arguments = parser.parse_args()
    text, holds = measure(os.path.abspath(arguments.tool), arguments.quick)
    if not arguments.quick:
        import libm
        say("glibc's exp and log with and without FMA")
        text += [*([""] if text[-1] else []), *libm.lines()]
    print("\n".join(text))
    if arguments.into:
        put_into(arguments.into, text)
    if not holds:
        say("RunForge's own result CHANGED")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
