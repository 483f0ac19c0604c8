#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Kernel throughput on one thread beside OpenBLAS and libm, as one table.

usage: kernels.py BENCH_KERNELS [--repeats N] [--filter REGEX] [--json FILE]

Each line is one kernel and shape: what each kernel table of this CPU and each peer reach, and how many times the best
peer's throughput the best table has. Repetitions of all benchmarks are interleaved at random, so that a busy machine slows
all alike; the median CPU time counts. An OpenBLAS that does not know the CPU falls back to kernels for SSE; then its best
is measured instead (OPENBLAS_CORETYPE), and the head says so. Nothing passes or fails here.
"""
import argparse
import collections
import json
import os
import statistics
import subprocess
import sys

TABLES = ("baseline", "avx2", "avx512")
KERNELS = ("dot", "X.w", "X^T.r", "gradient", "Gram", "exp", "log", "log1p", "expit", "softplus")
OLD_CORES = {"Prescott", "Core2", "Nehalem", "Penryn", "Dunnington", "Atom", "Athlon", "Opteron", "Barcelona", "Bobcat"}


def peer_environment(core=None):
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    if core:
        environment["OPENBLAS_CORETYPE"] = core
    return environment


def run(program, options, core=None):
    command = [program, "--benchmark_format=json", *options]
    result = subprocess.run(command, env=peer_environment(core), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return json.loads(result.stdout)


def cpu_flags():
    with open("/proc/cpuinfo", encoding="ascii") as file:
        return next((set(line.split()) for line in file if line.startswith("flags")), set())


def choose_core(program):
    """The core OpenBLAS finds, and the one to ask for instead, if it falls behind the CPU."""
    # The context is printed with any benchmark at all.
    found = run(program, ["--benchmark_filter=^dot/2048/openblas$", "--benchmark_min_time=0.001"])["context"]["openblas_core"]
    flags = cpu_flags()
    if found not in OLD_CORES or "avx2" not in flags:
        return found, None
    return found, "SkylakeX" if "avx512vl" in flags else "Haswell"


def medians(report):
    """{(what, shape): {who: (nanoseconds of CPU, bytes or items for each second)}}"""
    times = collections.defaultdict(list)
    rates = {}
    for entry in report["benchmarks"]:
        if entry.get("run_type") != "iteration":
            continue
        what, shape, who = entry["name"].split("/")[:3]
        times[what, shape, who].append(entry["cpu_time"])
        rates[what, shape, who] = (entry["bytes"] * entry["cpu_time"], entry["items"] * entry["cpu_time"])
    rows = collections.OrderedDict()
    for (what, shape, who), values in times.items():
        nanoseconds = statistics.median(values)
        size_bytes, items = (rate / 1e9 for rate in rates[what, shape, who])
        rows.setdefault((what, shape), {})[who] = (nanoseconds, size_bytes, items)
    return rows


def figure(what, shape, measured):
    nanoseconds, size_bytes, items = measured
    if what == "Gram":
        return f"{items / nanoseconds:.1f} GFLOP/s"
    if what in ("dot", "X.w", "X^T.r", "gradient"):
        return f"{size_bytes / nanoseconds:.1f} GB/s"
    return f"{nanoseconds / items:.2f} ns"


def print_table(rows):
    tables = [name for name in TABLES if any(name in row for row in rows.values())]
    print("| kernel | shape | " + " | ".join(tables) + " | peers | best of ours to best peer |")
    print("|---|---|" + "---|" * (len(tables) + 2))
    for what, shape in sorted(rows, key=lambda key: (KERNELS.index(key[0]), [int(n) for n in key[1].split("x")])):
        row = rows[what, shape]
        ours = [figure(what, shape, row[name]) if name in row else "" for name in tables]
        peers = [(who, row[who]) for who in sorted(row) if who not in TABLES]
        beside = ", ".join(f"{who} {figure(what, shape, measured)}" for who, measured in peers)
        ratio = ""
        if peers and any(name in row for name in tables):
            best_peer = min(measured[0] for _, measured in peers)
            ratio = f"{best_peer / min(row[name][0] for name in tables if name in row):.2f}"
        print(f"| {what} | {shape} | " + " | ".join(ours) + f" | {beside} | {ratio} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--filter", default=".")
    parser.add_argument("--openblas-core", metavar="NAME", help="measure these kernels of OpenBLAS: Haswell, SkylakeX, ...")
    parser.add_argument("--json", help="the raw report goes to this file")
    arguments = parser.parse_args()
    found, wanted = choose_core(arguments.program)
    wanted = arguments.openblas_core or wanted
    report = run(arguments.program, [
        f"--benchmark_filter={arguments.filter}", f"--benchmark_repetitions={arguments.repeats}",
        "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.02"], wanted)
    if arguments.json:
        with open(arguments.json, "w", encoding="ascii") as file:
            json.dump(report, file, indent=1)
    print(f"CPU with AVX-512: {'yes' if 'avx512vl' in cpu_flags() else 'no'}; one thread; median CPU time of "
          f"{arguments.repeats}; load {os.getloadavg()[0]:.1f}")
    print(f"OpenBLAS: {report['context']['openblas_config'].split()[1]}, kernels {report['context']['openblas_core']}"
          + (f" (asked for; by itself it takes {found})" if wanted else "") + "\n")
    print_table(medians(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
