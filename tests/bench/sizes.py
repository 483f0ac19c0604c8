#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a host pays for RunForge before it trains: bytes on disk, time to load, memory of an idle host; beside the libraries of
XGBoost and LightGBM where the system has them.

usage: sizes.py BUILD [--into PAGE] [--repeats N]

BUILD: a release build with RUNFORGE_BOTH_LIBRARIES and RUNFORGE_ONE_ARCHIVE on. --into puts the table between the markers
`<!-- sizes: begin -->` and `<!-- sizes: end -->` of the page. Each number of time and memory is the median over processes of
their own (idle_host.c). Nothing here passes or fails.
"""
import argparse
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GOALS = "2 MB stripped, 1 ms and 2 MB of memory to load"


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


def stripped(path, folder):
    """A copy without symbols, and its bytes."""
    copy = folder / path.name
    run("strip", "--strip-unneeded", "-o", copy, path)
    os.sync()  # pages of a file that is not yet on disk would count as written by whoever maps them
    return copy, copy.stat().st_size


def of_the_system(stem):
    """Path of a library that the system's linker knows, or None."""
    found = re.search(rf"{stem}\.so\S* .*=> (\S+)", run("/sbin/ldconfig", "-p"))
    return pathlib.Path(found.group(1)).resolve() if found else None


def idle(host, library, function, repeats):
    """Medians: microseconds to load, to call, KiB written, KiB resident."""
    words = [library] + ([function] if function else [])
    rows = [[float(word) for word in run(host, *words).split()] for _ in range(repeats)]
    return [statistics.median(column) for column in zip(*rows)]


def needed(library):
    """What else is loaded with it, besides what every program in C has."""
    names = re.findall(r"^\s*(\S+) =>", run("ldd", library), re.MULTILINE)
    return [name.split(".so")[0] for name in names if not re.match(r"lib[cm]\.so|linux-vdso|ld-linux", name)]


def mb(size):
    return f"{size / 1e6:.2f}"


def idle_row(name, size, figures, library):
    load, call, own, resident = figures
    return (f"| {name} | {mb(size)} | {load / 1000:.2f} | {call:.1f} | {own * 1024 / 1e6:.2f} | {resident * 1024 / 1e6:.2f} | "
            f"{', '.join(needed(library)) or '-'} |")


def one_archive_program(build, folder):
    """train.c of tests/consumers with the one archive: its bytes without symbols."""
    archive = build / "bindings" / "c" / "librunforge-one.a"
    program = folder / "train"
    run("cc", "-O2", ROOT / "tests" / "consumers" / "programs" / "train.c", f"-I{ROOT / 'include'}", archive,
        "-lstdc++", "-lm", "-pthread", "-Wl,--gc-sections", "-o", program)
    return stripped(program, folder)[1]


def table(build, repeats):
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        host = folder / "idle_host"
        run("cc", "-O2", HERE / "idle_host.c", "-o", host, "-ldl")
        lines.append("| library | file without symbols, MB | CPU ms to load | CPU us of first call | memory written, MB | resident, MB "
                     "| loads besides libc |")
        lines.append("|---|---|---|---|---|---|---|")
        libcxx = of_the_system("libstdc\\+\\+")
        if libcxx:
            lines.append(idle_row("libstdc++ alone", libcxx.stat().st_size, idle(host, libcxx, None, repeats), libcxx))
        ours, size = stripped((build / "bindings" / "c" / "librunforge.so").resolve(), folder)
        lines.append(idle_row("**RunForge**", size, idle(host, ours, "rf_abi_check", repeats), ours))
        for peer, stem in (("XGBoost", "libxgboost"), ("LightGBM", "lib_?lightgbm")):
            library = of_the_system(stem)
            if library:
                lines.append(idle_row(peer, stripped(library, folder)[1], idle(host, library, None, repeats), library))
            else:
                lines.append(f"| {peer} | not measured: the system has no {stem.replace('_?', '_')}.so | | | | | |")
        lines.append("")
        lines.append(f"A program in C with all of RunForge, libsodium, zlib and zstd inside (`librunforge-one.a`): "
                     f"{mb(one_archive_program(build, folder))} MB without symbols.")
        lines.append("")
        lines.append(f"Machine: {platform.machine()}, {os.getloadavg()[0]:.1f} busy processes; medians of {repeats} processes. "
                     f"Goals for RunForge: {GOALS}.")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--into", type=pathlib.Path)
    parser.add_argument("--repeats", type=int, default=41)
    arguments = parser.parse_args()
    text = table(arguments.build.resolve(), arguments.repeats)
    if arguments.into:
        page = arguments.into.read_text(encoding="utf-8")
        begin, end = "<!-- sizes: begin -->\n", "<!-- sizes: end -->"
        if begin not in page or end not in page:
            sys.exit(f"sizes.py: no markers in {arguments.into}")
        before, rest = page.split(begin, 1)
        arguments.into.write_text(f"{before}{begin}{text}{end}{rest.split(end, 1)[1]}", encoding="utf-8")
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
