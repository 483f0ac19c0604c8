#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every cell of the determinism matrix: other compilers, levels of optimisation, C and C++ libraries, processors,
threads, hosts and circumstances must give the golden lines, and the controls must not.

usage: matrix.py all [--work FOLDER] [--jobs N] [--only REGEX]    builds what each cell needs; ends with a table
       matrix.py cell NAME --programs BUILD_FOLDER                one cell on the programs of a build that is there

Exit status 0 when every cell is as it should be; 77 from `cell` when nothing of it could run here. A cell that
cannot run here is told in the table with the reason.
"""
import argparse
import concurrent.futures
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import time
from typing import Callable, NamedTuple

import cells
import golden

CMAKE_OPTIONS = ["-G", "Ninja", "-DRUNFORGE_BUILD_TESTS=OFF", "-DRUNFORGE_BUILD_TOOL=OFF",
                 "-DRUNFORGE_BUILD_EXAMPLES=OFF", "-DRUNFORGE_BUILD_DETERMINISM=ON", "-DCMAKE_BUILD_TYPE=Debug",
                 "-DRUNFORGE_ZLIB=OFF", "-DRUNFORGE_ZSTD=OFF", "-DRUNFORGE_UNITY_BUILD=ON"]
ARM_PACKAGES = "/usr/lib/aarch64-linux-gnu"
EVERY_PROGRAM = ["driver", "host", "host_fast_math", "control_libm_exp", "control_thread_blocks"]


class Cell(NamedTuple):
    name: str
    run: Callable


class Build(NamedTuple):
    """One build, the programs wanted of it, and the cells they are for. `seconds` orders the work."""
    name: str
    options: list
    cells: list
    programs: list = ["driver"]
    needs: tuple = ()
    emulator: tuple = ()
    seconds: int = 60


def flags(optimisation, *more):
    return [f"-DCMAKE_CXX_FLAGS_DEBUG={optimisation}", f"-DCMAKE_C_FLAGS_DEBUG={optimisation}", *more]


def compilers(c, cpp):
    return [f"-DCMAKE_C_COMPILER={c}", f"-DCMAKE_CXX_COMPILER={cpp}"]


GCC = compilers("gcc", "g++")
CLANG = compilers("clang", "clang++")
ARM = ["-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64",
       "-DCMAKE_EXE_LINKER_FLAGS=-static-libstdc++ -static-libgcc",
       *compilers("aarch64-linux-gnu-gcc", "aarch64-linux-gnu-g++")]
ARM_NEEDS = ("aarch64-linux-gnu-g++", "qemu-aarch64-static", f"{ARM_PACKAGES}/libsodium.so")
ARM_EMULATOR = ("qemu-aarch64-static",)

BUILDS = [
    Build("gcc-O0", [*GCC, *flags("-O0")], [Cell("GCC -O0", cells.levels_and_threads)], seconds=124),
    Build("gcc-O2", [*GCC, *flags("-O2")], [
        Cell("GCC -O2", cells.levels_and_threads),
        Cell("processors without AVX, with AVX2", cells.emulated_processors),
        Cell("host with flush-to-zero, rounding upward", cells.hosts),
        Cell("locale, TZ, working folder, umask", cells.circumstances),
        Cell("libm and BLAS independence", cells.libm_and_blas),
        Cell("loading path: file = buffer = columns = Arrow", cells.loading),
        Cell("control: thread-sized blocks", cells.thread_blocks_control),
        Cell("control: libm exp", cells.libm_control),
    ], programs=EVERY_PROGRAM, seconds=240),
    Build("gcc-O3", [*GCC, *flags("-O3")], [Cell("GCC -O3", cells.levels_and_threads)], seconds=132),
    Build("clang-O0", [*CLANG, *flags("-O0")], [Cell("clang -O0", cells.levels_and_threads)], needs=("clang++",),
          seconds=89),
    Build("clang-O3", [*CLANG, *flags("-O3")], [Cell("clang -O3", cells.levels_and_threads)], needs=("clang++",),
          seconds=119),
    Build("clang-libc++", [*CLANG, *flags("-O2", "-DCMAKE_CXX_FLAGS=-stdlib=libc++")],
          [Cell("clang with libc++", cells.levels_and_threads)], needs=("clang++", "<libc++>"), seconds=110),
    Build("aarch64-O0", [*ARM, *flags("-O0")],
          [Cell("aarch64 GCC -O0 (emulated)", lambda programs: cells.only_baseline(programs, threads=(2,)))],
          needs=ARM_NEEDS, emulator=ARM_EMULATOR, seconds=136),
    Build("aarch64-O3", [*ARM, *flags("-O3")],
          [Cell("aarch64 GCC -O3 (emulated)", lambda programs: cells.only_baseline(programs, threads=(1, 7))),
           Cell("x86-64 records on aarch64 (emulated)", cells.records)],
          needs=ARM_NEEDS, emulator=ARM_EMULATOR, seconds=156),
    Build("musl", [f"-DCMAKE_CXX_COMPILER={golden.ROOT}/tests/determinism/musl-g++", *flags("-O2")],
          [Cell("musl", cells.levels_and_threads)], needs=("musl-gcc",), seconds=121),
    # GCC does not contract below -O2.
    Build("contraction", [*GCC, *flags("-O2", "-DCMAKE_CXX_FLAGS=-mfma -mavx2",
                                       "-DRUNFORGE_NUMERIC_FLAGS=-ffp-contract=fast")],
          [Cell("control: default contraction", cells.whole_build_control)], seconds=112),
    Build("fast-math", [*GCC, *flags("-O1", "-DRUNFORGE_NUMERIC_FLAGS=-ffast-math;-U__FAST_MATH__")],
          [Cell("control: -ffast-math, guard lifted", cells.whole_build_control)], seconds=90),
]

# By themselves, for the tests of a build that is there.
SINGLE_CELLS = {
    "levels": cells.levels_and_threads,
    "sanitized": cells.sanitized,
    "hosts": cells.hosts,
    "circumstances": cells.circumstances,
    "libm": cells.libm_and_blas,
    "loading": cells.loading,
    "records": cells.records,
    "control_thread_blocks": cells.thread_blocks_control,
    "control_libm_exp": cells.libm_control,
}


class Row(NamedTuple):
    cell: str
    builds: int
    outcome: cells.Outcome
    seconds: float


def say(text):
    print(f"matrix: {text}", file=sys.stderr, flush=True)


def has(need):
    if need == "<libc++>":
        probe = subprocess.run(["clang++", "-stdlib=libc++", "-E", "-x", "c++", "-"], input="#include <vector>\n",
                               text=True, capture_output=True, check=False)
        return probe.returncode == 0
    return os.path.exists(need) if need.startswith("/") else shutil.which(need) is not None


def musl_options(folder):
    """Static libraries, and the object that stands in for what musl lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    shim = folder / "musl_shim.o"
    subprocess.run(["gcc", "-O2", "-U_FORTIFY_SOURCE", "-c", golden.ROOT / "tests/determinism/musl_shim.c", "-o", shim],
                   check=True)
    sodium = subprocess.run(["pkg-config", "--variable=libdir", "libsodium"], check=True, capture_output=True,
                            text=True)
    return [f"-DCMAKE_EXE_LINKER_FLAGS={shim}",
            f"-Dpkgcfg_lib_RUNFORGE_SODIUM_sodium={sodium.stdout.strip()}/libsodium.a"]


def make(build, work, jobs):
    """Configures and builds; the last lines of the compiler's words when that fails, else None."""
    folder = work / build.name
    options = [*CMAKE_OPTIONS, *build.options]
    env = dict(os.environ)
    if build.name == "musl":
        options += musl_options(folder)
    if build.emulator == ARM_EMULATOR:
        env["PKG_CONFIG_LIBDIR"] = f"{ARM_PACKAGES}/pkgconfig"
    targets = [f"determinism_{name}" for name in build.programs]
    for command in (["cmake", "-S", golden.ROOT, "-B", folder, *options], ["ninja", "-C", folder, f"-j{jobs}", *targets]):
        done = subprocess.run(command, env=env, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            text = (done.stdout + done.stderr).strip().splitlines()
            (work / f"{build.name}.log").write_text("\n".join(text), encoding="utf-8")
            errors = [line for line in text if "error" in line.lower()] or text[-1:]
            return f"does not build: {errors[0][:200]} (all of it in {work / build.name}.log)"
    return None


def run_build(build, work, profile, jobs):
    missing = [need for need in build.needs if not has(need)]
    if missing:
        reason = f"not installed: {', '.join(missing)}"
        return [Row(cell.name, 0, cells.Outcome(0, skipped=reason), 0) for cell in build.cells]
    started = time.monotonic()
    say(f"{build.name}: building")
    problem = make(build, work, jobs)
    if problem:
        return [Row(cell.name, 1, cells.Outcome(0, problem), 0) for cell in build.cells]
    say(f"{build.name}: built in {time.monotonic() - started:.0f} s")
    rows = []
    for number, cell in enumerate(build.cells):
        begun = time.monotonic()
        outcome = cell.run(cells.Programs(work / build.name, profile, build.emulator))
        rows.append(Row(cell.name, 1 if number == 0 else 0, outcome, time.monotonic() - begun))
        say(f"{cell.name}: {verdict(cell.name, outcome)} ({rows[-1].seconds:.0f} s)")
    return rows


def verdict(name, outcome):
    if outcome.problem:
        return outcome.problem
    if outcome.runs == 0:
        return f"skipped: {outcome.skipped}"
    text = "differs, as it must" if name.startswith("control") else "equal"
    return f"{text}; skipped: {outcome.skipped}" if outcome.skipped else text


def numeric_profile():
    text = (golden.ROOT / "lib/artifact/version.hpp").read_text(encoding="utf-8")
    return int(re.search(r"kNumericProfile = (\d+);", text)[1])


def table_rows(rows):
    """(cell, builds, runs, result)"""
    return [(row.cell, row.builds, row.outcome.runs, verdict(row.cell, row.outcome)) for row in rows]


def totals(rows):
    builds, runs = sum(row.builds for row in rows), sum(row.outcome.runs for row in rows)
    bad = sum(1 for row in rows if row.outcome.problem)
    skipped = sum(1 for row in rows if row.outcome.skipped)
    words = f"{bad} cells are not as they should be" if bad else "every cell that ran is as it should be"
    return f"{builds} builds, {runs} runs", words + (f"; {skipped} skipped, wholly or in part" if skipped else "")


def print_table(rows, seconds):
    profile = numeric_profile()
    print(f"\nDeterminism matrix, numeric profile {profile}, {len(golden.expected_lines(profile))} trainings a run:\n")
    print(f"{'cell':44} {'builds':>6} {'runs':>5}  result")
    for cell, builds, runs, result in table_rows(rows):
        print(f"{cell:44} {builds:6} {runs:5}  {result}")
    counts, words = totals(rows)
    print(f"\n{counts} in {seconds:.0f} s: {words}")


def write_summary(rows, path):
    """The same as Markdown, without what differs from run to run."""
    profile = numeric_profile()
    counts, words = totals(rows)
    trainings = len(golden.expected_lines(profile))
    lines = [f"Numeric profile {profile}, {trainings} trainings a run, on {platform.machine()}; "
             f"{counts}: {words}.", "", "| cell | builds | runs | result |", "|---|---|---|---|"]
    lines += [f"| {cell} | {builds} | {runs} | {result} |" for cell, builds, runs, result in table_rows(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run_all(arguments):
    started = time.monotonic()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    wanted = [build for build in BUILDS if re.search(arguments.only, build.name)]
    alternatives = re.fullmatch(r"\^\((.*)\)\$", arguments.only)
    names = {build.name for build in BUILDS}
    unknown = [name for name in alternatives[1].split("|") if name not in names] if alternatives else []
    if unknown or not wanted:
        print(f"matrix.py: --only {arguments.only} names no build: {', '.join(unknown) or 'none of them'}; there are {', '.join(sorted(names))}")
        return 1
    profile = numeric_profile()
    golden.expected_lines(profile)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        longest_first = sorted(wanted, key=lambda build: -build.seconds)
        # The last ones may use all processors: the others have nothing left to do.
        running = {build.name: pool.submit(run_build, build, work, profile,
                                           1 if number < len(wanted) - arguments.jobs else arguments.jobs)
                   for number, build in enumerate(longest_first)}
        rows = [row for build in wanted for row in running[build.name].result()]
    print_table(rows, time.monotonic() - started)
    write_summary(rows, work / "summary.md")
    return 1 if any(row.outcome.problem for row in rows) else 0


def run_cell(arguments):
    outcome = SINGLE_CELLS[arguments.name](cells.Programs(arguments.programs, numeric_profile()))
    print(f"{outcome.runs} runs: {verdict(arguments.name, outcome)}")
    if outcome.problem:
        return 1
    return 0 if outcome.runs else cells.CANNOT_RUN


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    whole = commands.add_parser("all")
    whole.add_argument("--work", type=pathlib.Path, default=golden.ROOT / "build" / "matrix")
    whole.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    whole.add_argument("--only", default="")
    whole.set_defaults(run=run_all)
    single = commands.add_parser("cell")
    single.add_argument("name", choices=sorted(SINGLE_CELLS))
    single.add_argument("--programs", type=pathlib.Path, required=True)
    single.set_defaults(run=run_cell)
    arguments = parser.parse_args()
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
