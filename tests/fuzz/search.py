#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lets each libFuzzer program of a build search for a while, as many at once as there are processors, from its seeds and
what earlier searches kept. The first input that breaks a promise ends it and is kept beside the corpus.

usage: search.py BUILD_FOLDER SECONDS [TARGET...]
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

LARGEST_INPUT = 1 << 16
# A short search, as continuous integration makes it, goes the same way each time; a long one looks elsewhere.
SHORT_SECONDS = 60


def targets(folder):
    return {file.name.removesuffix(".seeds"): file for file in sorted(folder.glob("*.seeds"))}


def search(folder, name, seeds, seconds):
    corpus = folder / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    dictionary = pathlib.Path(__file__).parent / "dictionaries" / f"{name}.dict"
    paths = [pathlib.Path(line) for line in seeds.read_text(encoding="utf-8").split()]
    command = [folder / f"fuzz_{name}", f"-max_total_time={seconds}", f"-max_len={LARGEST_INPUT}", "-timeout=30",
               "-rss_limit_mb=2048", "-print_final_stats=1", f"-dict={dictionary}", f"-artifact_prefix={corpus}-",
               corpus, *(path for path in paths if path.is_dir())]
    if int(seconds) <= SHORT_SECONDS:
        command.append("-seed=1")
    if files := [str(path) for path in paths if path.is_file()]:
        command.append(f"-seed_inputs={','.join(files)}")
    done = subprocess.run(command, text=True, errors="replace", capture_output=True, check=False)
    executed = re.search(r"stat::number_of_executed_units: +(\d+)", done.stderr)
    coverage = re.findall(r"cov: (\d+)", done.stderr)
    print(f"fuzz {name}: {executed[1] if executed else 'no'} inputs in {seconds} s, {coverage[-1] if coverage else 0} "
          f"places reached, {'clean' if done.returncode == 0 else 'BROKEN'}", flush=True)
    if done.returncode != 0:
        print(done.stderr[-6000:], file=sys.stderr)
    return done.returncode == 0


def main():
    folder, seconds, *names = sys.argv[1:]
    folder = pathlib.Path(folder).resolve() / "tests" / "fuzz"
    known = targets(folder)
    for name in names:
        if name not in known:
            sys.exit(f"search.py: no target {name} among {', '.join(known)}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        clean = list(pool.map(lambda name: search(folder, name, known[name], int(seconds)), names or known))
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
