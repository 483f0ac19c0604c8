#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads a built librunforge.so: what runs when it is loaded, what it needs from others, and how it is hardened.

usage: shared_library.py CHECK LIBRARY [--nm NM] [--readelf READELF] [--bundled]

CHECK: load      .init_array holds the compiler's own entries alone, and nothing is left to be run at exit
       needs     only libsodium, zlib, zstd, libstdc++, libgcc, libm and libc are needed, and of each only what belongs to it;
                 with --bundled the first three are inside. Which functions of libm: tests/numeric/linked_symbols.py
       hardened  relocations read-only and bound at load, no executable stack, canaries, and on x86 code marked for IBT;
                 in an optimised build also checked libc calls
Needs the symbol table: a library that is not stripped. Pinned by the ctest tests consumers.*.
"""
import argparse
import re
import struct
import subprocess
import sys

# The compiler's: run-time registration of the start files, and what __builtin_cpu_supports reads.
AT_LOAD = {"frame_dummy", "__cpu_indicator_init"}
AT_EXIT = re.compile(r"(?:__cxa_)?(?:at_quick_exit|atexit)|on_exit|__cxa_thread_atexit(?:_impl)?")

# What each library that may be needed gives. libc's and libgcc's names carry their versions.
OPTIONAL = {
    "libsodium": re.compile(r"(?:crypto|sodium|randombytes)_\w+"),
    "libz": re.compile(r"inflate\w*|zlibVersion"),
    "libzstd": re.compile(r"ZSTD_\w+"),
}
VERSIONED = {
    "libstdc++": re.compile(r"\w+@(?:GLIBCXX|CXXABI)_[\d.]+"),
    "libgcc_s": re.compile(r"\w+@GCC_[\d.]+"),
    "libm": re.compile(r"\w+@GLIBC_[\d.]+"),
    "libc": re.compile(r"\w+@GLIBC_[\d.]+"),
    "ld-linux": re.compile(r"\w+@GLIBC_[\d.]+"),
}


class Library:
    def __init__(self, arguments):
        self.path, self.nm, self.readelf = arguments.library, arguments.nm, arguments.readelf

    def run(self, *command):
        return subprocess.run([*command, self.path], check=True, capture_output=True, text=True).stdout

    def undefined(self):
        """Names that must come from elsewhere; a weak one need not (start files, hooks of libzstd)."""
        rows = [line.split() for line in self.run(self.nm, "-D", "--undefined-only", "--format=posix").splitlines()]
        return {name for name, kind, *_ in rows if kind == "U"}

    def needed(self):
        return re.findall(r"\(NEEDED\).*\[(.*)\]", self.run(self.readelf, "-dW"))

    def section(self, name):
        """(address, bytes) of a section, or None."""
        row = re.search(rf" {re.escape(name)} +\w+ +([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)", self.run(self.readelf, "-SW"))
        if not row:
            return None
        address, offset, size = (int(text, 16) for text in row.groups())
        with open(self.path, "rb") as file:
            file.seek(offset)
            return address, file.read(size)

    def functions(self):
        symbols = {}
        for line in self.run(self.nm, "--defined-only", "--format=posix").splitlines():
            name, kind, address = line.split()[:3]
            if kind in "tTwW":
                symbols.setdefault(int(address, 16), set()).add(name)
        return symbols


def run_at_load(library):
    """Names of the functions that the dynamic linker calls: .init_array with its relative relocations."""
    found = library.section(".init_array")
    if not found:
        return []
    address, content = found
    relocated = {int(place, 16): int(to, 16) for place, to in
                 re.findall(r"^([0-9a-f]+) +[0-9a-f]+ R_\w+_RELATIV\w* +([0-9a-f]+)", library.run(library.readelf, "-rW"), re.M)}
    functions = library.functions()
    names = []
    for index, (entry,) in enumerate(struct.iter_unpack("<Q", content)):
        target = relocated.get(address + 8 * index, entry)
        names.append(min(functions.get(target, {f"a function at {target:#x}"})))
    return names


def check_load(library, _):
    for name in run_at_load(library):
        if name not in AT_LOAD:
            yield f"{name} runs when the library is loaded"
    if library.section(".ctors"):
        yield "there is a section .ctors"
    for name in library.undefined():
        if AT_EXIT.fullmatch(name.split("@")[0]):
            yield f"{name} is called: something is left to be run at exit"
    if not library.functions():
        yield "no symbol table: give the library as it was linked"


def check_needs(library, arguments):
    allowed = dict(VERSIONED) if arguments.bundled else {**OPTIONAL, **VERSIONED}
    needed = library.needed()
    patterns = []
    for name in needed:
        stem = re.sub(r"(?:-x86-64|-aarch64)?\.so.*", "", name)
        if stem in allowed:
            patterns.append(allowed[stem])
        else:
            yield f"{name} is needed"
    if not needed:
        yield "nothing at all is needed: is this a shared library?"
    for symbol in library.undefined():
        if not any(pattern.fullmatch(symbol) for pattern in patterns):
            yield f"{symbol} is of none of {', '.join(needed)}"


def check_hardened(library, arguments):
    dynamic = library.run(library.readelf, "-dW")
    segments = library.run(library.readelf, "-lW")
    if "GNU_RELRO" not in segments:
        yield "no segment GNU_RELRO"
    if not re.search(r"\(FLAGS\).*BIND_NOW", dynamic) and not re.search(r"\(FLAGS_1\).*NOW", dynamic):
        yield "symbols are bound late: no BIND_NOW"
    stack = re.search(r"GNU_STACK .*? ([RWE ]{3}) +0x\w+$", segments, re.MULTILINE)
    if not stack or "E" in stack.group(1):
        yield "the stack is executable, or nothing says that it is not"
    if "(TEXTREL)" in dynamic:
        yield "code is relocated"
    names = {name.split("@")[0] for name in library.undefined()}
    if "__stack_chk_fail" not in names:
        yield "no stack canaries: __stack_chk_fail is not called"
    if not arguments.not_optimised and not any(re.fullmatch(r"__\w+_chk", name) for name in names):
        yield "no checked libc calls: nothing like __memcpy_chk is called"
    if re.search(r"Machine:.*X86-64", library.run(library.readelf, "-h")):
        yield from check_control_flow(library)


def check_control_flow(library):
    """Each function that can be reached from outside begins with endbr64. The note that says so of the whole library is only
    there where the start files of the C library have it too."""
    note = library.run(library.readelf, "-nW")
    code = library.section(".text")
    functions, unmarked = 0, []
    for line in library.run(library.nm, "-D", "--defined-only", "--format=posix").splitlines():
        name, kind, value = line.split()[:3]
        if kind == "T":
            at = int(value, 16) - code[0]
            functions += 1
            if code[1][at:at + 4] != b"\xf3\x0f\x1e\xfa":
                unmarked.append(name)
    if unmarked or not functions:
        yield f"{len(unmarked)} of {functions} exported functions do not begin with endbr64: {' '.join(unmarked[:3])}"
    start_files = subprocess.run(["cc", "-print-file-name=crti.o"], check=True, capture_output=True, text=True).stdout.strip()
    of_start_files = subprocess.run([library.readelf, "-nW", start_files], check=True, capture_output=True, text=True).stdout
    if "IBT" in of_start_files and not re.search(r"x86 feature:.*IBT.*SHSTK", note):
        yield "no note that says IBT, SHSTK"
    elif "IBT" not in of_start_files:
        print("hardened: not looked at: the note IBT, SHSTK, which the C library's start files lack; each function is marked")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    checks = {"load": check_load, "needs": check_needs, "hardened": check_hardened}
    parser.add_argument("check", choices=checks)
    parser.add_argument("library")
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--readelf", default="readelf")
    parser.add_argument("--bundled", action="store_true")
    parser.add_argument("--not-optimised", action="store_true", help="calls are checked in optimised builds alone")
    arguments = parser.parse_args()
    problems = sorted(checks[arguments.check](Library(arguments), arguments))
    for problem in problems:
        print(f"{arguments.library}: {problem}", file=sys.stderr)
    if not problems:
        print(f"{arguments.check}: as it should be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
