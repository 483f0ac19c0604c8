#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What was released still fits: abidiff of the shared library against the dump of each release of this ABI, and object
code that was compiled with each release's header, linked with this library and run.

releases/<version>.abi and releases/<version>/client-x86_64.o are written once, by --write, for the version of the
header, and then stay.

usage: releases.py abidiff|client LIBRARY HEADER_FOLDER SCRATCH_FOLDER [--write]
"""
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
RELEASES = HERE / "releases"
SKIPPED = 77
MACHINE = "x86_64"
COMPILE = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Os", "-fPIC", "-c"]
# Bits of abidiff's exit status.
FAILED, USAGE, CHANGED, INCOMPATIBLE = 1, 2, 4, 8
ADVICE = """
{version} was released with another interface. Within one ABI number functions are only added and rf_hooks grows at its
end only. A change that existing programs do not survive needs a new ABI number (in 0.N a new RUNFORGE_ABI_LINE). A change
that they survive, a field at the end of rf_hooks, is approved by the dump of the version that brings it, in the same
commit:
  {program} abidiff LIBRARY HEADER_FOLDER SCRATCH_FOLDER --write
"""


def run(*command):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def must_run(*command):
    done = run(*map(str, command))
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def header_version(folder):
    text = (folder / "runforge" / "runforge.h").read_text(encoding="utf-8")
    return tuple(int(re.search(rf"#define RF_VERSION_{part} (\d+)", text)[1]) for part in ("MAJOR", "MINOR", "PATCH"))


def abi_line():
    """The version from which on nothing was taken away, as the top-level build file says."""
    text = (HERE.parents[1] / "CMakeLists.txt").read_text(encoding="utf-8")
    return tuple(map(int, re.search(r"set\(RUNFORGE_ABI_LINE ([0-9]+)\.([0-9]+)\)", text).groups()))


def releases_of_this_abi(version, suffix):
    """Names of the releases that programs of this ABI may come from, oldest first: those with the same major version,
    and in 0.N from the version on that the SONAME names."""
    found = [tuple(map(int, path.name.removesuffix(suffix).split(".")))
             for path in RELEASES.glob("*.*.*" + suffix) if path.is_dir() == (suffix == "")
             and re.fullmatch(r"[0-9.]+", path.name.removesuffix(suffix))]
    line = abi_line()
    return [".".join(map(str, one)) for one in sorted(found) if one[0] == version[0] and one[:2] >= line and one <= version]


def skip_elsewhere(what):
    if platform.machine() != MACHINE:
        print(f"SKIPPED: {what} is for {MACHINE}, and this is {platform.machine()}")
        sys.exit(SKIPPED)


def dump(library, headers, path):
    """The interface as abidw sees it, without what is the library's own: types behind handles, places of files."""
    must_run("abidw", "--exported-interfaces-only", "--headers-dir", headers / "runforge", "--drop-private-types",
             "--drop-undefined-syms", "--no-elf-needed", "--no-show-locs", "--no-corpus-path", "--no-comp-dir-path",
             "--type-id-style", "hash", "--out-file", path, library)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"path='[^']*/(bindings/c/\w+\.cpp)'", r"path='\1'", text), encoding="utf-8")


def abidiff(library, headers, scratch, version, write):
    for program in ("abidw", "abidiff"):
        if shutil.which(program) is None:
            print(f"SKIPPED: {program} is not installed (abigail-tools), so the library is not compared with releases")
            return SKIPPED
    skip_elsewhere("the dump of each release")
    if write:
        dump(library, headers, RELEASES / (".".join(map(str, version)) + ".abi"))
        return 0
    present = scratch / "present.abi"
    dump(library, headers, present)
    known = releases_of_this_abi(version, ".abi")
    if not known:
        sys.exit(f"no dump of a release in {RELEASES}")
    failed = False
    for release in known:
        # Nothing is suppressed: an exception for fields added at the end would hide that fields change places.
        done = run("abidiff", "--no-added-syms", str(RELEASES / f"{release}.abi"), str(present))
        if done.returncode & (FAILED | USAGE):
            sys.exit(f"abidiff ended with {done.returncode}:\n{done.stdout}")
        newest = release == known[-1]
        differs = done.returncode & (INCOMPATIBLE | CHANGED if newest else INCOMPATIBLE)
        if differs:
            print(f"{release}: abidiff ended with {done.returncode}", done.stdout,
                  ADVICE.format(version=release, program=sys.argv[0]), sep="\n", file=sys.stderr)
        failed |= bool(differs)
        print(f"{release}: {'another interface' if differs else 'fits'}")
    return 1 if failed else 0


def symbols_wanted(object_file):
    return set(re.findall(r"\bU (rf_\w+)", must_run("nm", "-u", object_file)))


def client(library, headers, scratch, version, write):
    skip_elsewhere("the object code of earlier clients")
    if write:
        folder = RELEASES / ".".join(map(str, version))
        # Named without a folder, as the client tells its lines.
        command = ["cc", *COMPILE, f"-I{headers.resolve()}", "client.c", "-o", f"client-{MACHINE}.o"]
        return subprocess.run(command, cwd=folder, check=False).returncode
    known = releases_of_this_abi(version, "")
    if not known:
        sys.exit(f"no client of a release in {RELEASES}")
    for release in known:
        object_file = RELEASES / release / f"client-{MACHINE}.o"
        dumped = (RELEASES / f"{release}.abi").read_text(encoding="utf-8")
        exported = set(re.findall(r"elf-symbol name='(rf_\w+)'", dumped))
        if symbols_wanted(object_file) != exported:
            sys.exit(f"{object_file} does not call {sorted(exported ^ symbols_wanted(object_file))}")
        program = scratch / f"client-{release}"
        must_run("cc", object_file, library, f"-Wl,-rpath,{library.parent.resolve()}", "-o", program)
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            done = run(str(program), folder)
        if done.returncode != 0:
            sys.exit(f"the client of {release} ended with {done.returncode}:\n{done.stdout}")
        print(f"the client of {release}, {len(exported)} functions: runs")
    return 0


def main():
    task, library, headers, scratch = sys.argv[1], *map(pathlib.Path, sys.argv[2:5])
    scratch.mkdir(parents=True, exist_ok=True)
    return {"abidiff": abidiff, "client": client}[task](library, headers, scratch, header_version(headers),
                                                        "--write" in sys.argv[5:])


if __name__ == "__main__":
    sys.exit(main())
