#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times loading beside data.table's fread and pandas and prints a table. CPU seconds are what is compared on one thread,
wall seconds on more: medians over the repetitions after a first one.

usage: load.py --program BENCH_LOAD [--threads N] [--repeat N] FILE...
       load.py --program BENCH_LOAD --extremes FOLDER     inputs of many gigabytes or levels, made in FOLDER
Peers that are not installed are left out.
"""
import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess

FREAD = """suppressMessages(library(data.table)); a <- commandArgs(TRUE); t <- as.integer(a[2]); setDTthreads(t)
for (i in seq_len(as.integer(a[3]))) { s <- system.time(v <- fread(a[1], nThread = t, showProgress = FALSE))
cat("time", s[[3]], s[[1]] + s[[2]], "\\n") }"""
PANDAS = """import pandas, resource, sys, time
def cpu():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime
for _ in range(int(sys.argv[2])):
    wall, used = time.perf_counter(), cpu()
    pandas.read_csv(sys.argv[1])
    print("time", time.perf_counter() - wall, cpu() - used)"""


def run(command):
    """([wall], [cpu], peak MB) of the repetitions a program prints, the first left out."""
    done = subprocess.run(["/usr/bin/time", "-f", "%M", *command] if os.path.exists("/usr/bin/time") else command,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, text=True)
    times = [(float(a), float(b)) for a, b in re.findall(r"^time (\S+) (\S+)", done.stdout, re.M)]
    peak = re.findall(r"^(\d+)$", done.stderr, re.M)
    kept = times[1:] or times
    if not kept:
        return None
    return (statistics.median(t[0] for t in kept), statistics.median(t[1] for t in kept),
            int(peak[-1]) / 1024 if peak else float("nan"))


def compare(options):
    program, threads, repeat = options.program, str(options.threads), str(options.repeat + 1)
    print(f"{'file':<14}{'reader':<26}{'wall s':>8}{'CPU s':>8}{'GB/s':>7}{'peak MB':>9}{'fread is':>10}")
    for path in options.files:
        size = os.path.getsize(path)
        rows = {}
        if shutil.which("Rscript"):
            rows["fread"] = run(["Rscript", "--vanilla", "-e", FREAD, path, threads, repeat])
        own = [program, path, "--threads", threads, "--repeat", repeat]
        rows["RunForge"] = run(own)
        rows["RunForge, no fingerprint"] = run([*own, "--no-fingerprint"])
        if options.threads == 1:
            rows["pandas"] = run(["/usr/bin/python3", "-c", PANDAS, path, "2"])
        which = 1 if options.threads == 1 else 0
        for name, row in rows.items():
            if row is None:
                continue
            ratio = f"{rows['fread'][which] / row[which]:.2f} x" if rows.get("fread") else ""
            print(f"{pathlib.Path(path).name:<14}{name:<26}{row[0]:>8.3f}{row[1]:>8.3f}{size / row[which] / 1e9:>7.2f}"
                  f"{row[2]:>9.0f}{ratio:>10}", flush=True)


def extremes(program, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)

    def measure(name, path):
        done = subprocess.run([program, str(path), "--repeat", "1", "--threads", "2"], stdout=subprocess.PIPE, text=True,
                              check=False)
        print(f"{name}: " + " ".join(done.stdout.split("\n")), flush=True)
        path.unlink()

    sparse = folder / "sparse.csv"
    with sparse.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(5 << 30)
    measure("a sparse file of 5 GB", sparse)
    line = folder / "line.csv"
    line.write_bytes(b"a,b\n1," + b"x" * (200 << 20))
    measure("a cell of 200 MB without a line end", line)
    wide = folder / "wide.csv"
    wide.write_text(",".join(f"c{j}" for j in range(100_000)) + "\n" + (",".join(["1.25"] * 100_000) + "\n") * 20)
    measure("100,000 columns, 20 rows", wide)
    levels = folder / "levels.csv"
    with levels.open("w") as file:
        file.write("level\n")
        for i in range(0, 10_000_000, 100_000):
            file.write("".join(f"level {i + k}\n" for k in range(100_000)))
    measure("10 million distinct levels", levels)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--repeat", type=int, default=5)
    arguments.add_argument("--extremes", metavar="FOLDER")
    arguments.add_argument("files", nargs="*")
    options = arguments.parse_args()
    if options.extremes:
        extremes(options.program, options.extremes)
    else:
        compare(options)


if __name__ == "__main__":
    main()
