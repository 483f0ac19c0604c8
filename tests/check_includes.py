#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails on an #include that no arrow of the architecture allows.

The arrows are read from the runforge_component(NAME ... USES ...) lines of lib/*/CMakeLists.txt, which must be a
subset of ALLOWED below (the table of the architecture) and free of cycles. A folder includes itself and the
folders it names in USES; a third-party header only where its library belongs; the C ABI only lib/run, lib/audit and
the results they return; the tool nothing of lib/.

usage: check_includes.py [--self-test] [ROOT]
--self-test plants forbidden includes and arrows in a copy of the tree and sees each of them refused.
Pinned by the ctest tests house.includes and house.includes_selftest.
"""
import argparse
import pathlib
import re
import shutil
import sys
import tempfile

BELOW_ARTIFACT = {"core", "crypto", "json", "table", "encode", "model", "params", "evaluate"}
FORMATS = {"csv", "memory"}
TRAINERS = {"linear", "trees"}

# What a folder of lib/ may use at most.
ALLOWED = {
    "core": set(),
    "crypto": {"core"},
    "json": {"core"},
    "params": {"core"},
    "table": {"core", "crypto"},
    "csv": {"core", "crypto", "table"},
    "memory": {"core", "table"},
    "encode": {"core", "table"},
    "model": {"core", "encode"},
    "linear": {"core", "params", "model"},
    "trees": {"core", "params", "model"},
    "evaluate": {"core", "encode", "model"},
    "artifact": BELOW_ARTIFACT,
    "run": BELOW_ARTIFACT | FORMATS | TRAINERS | {"artifact"},
    "audit": BELOW_ARTIFACT | TRAINERS | {"artifact", "run"},
}

# The shim sees the pages that run things, the types these return (documents and digests among them), and errors.
C_BINDING_USES = {"audit", "run", "artifact", "table", "memory", "evaluate", "model", "json", "crypto", "core"}

# Third-party headers by how their path begins, and the folders that may include them. The programs of tests/consumers have
# libraries of those names of their own.
THIRD_PARTY = {
    "sodium": {"lib/crypto", "tests/unit/crypto", "tests/fuzz", "tests/consumers/programs"},
    "rapidjson/": {"lib/json", "tools/runforge", "tests/fuzz", "tests/consumers/programs"},
    "valijson/": {"tests/unit/json"},
    "armadillo": {"lib/encode", "tests/consumers/programs"},
    "fast_float/": {"lib/core"},
    "zlib.h": {"lib/csv", "tests/unit/csv"},
    "zstd.h": {"lib/csv", "tests/unit/csv"},
    "gtest/": {"tests"},
    "gmock/": {"tests"},
}
ONLY_FILE = {"armadillo": "lib/encode/matrix.hpp"}

SOURCE_SUFFIXES = {".c", ".cc", ".cpp", ".h", ".hpp", ".inc"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
COMPONENT = re.compile(r"runforge_component\(([^)]*)\)")
KEYWORDS = {"SOURCES", "USES", "THIRD_PARTY"}


def read_arrows(root):
    """{component: set of components it uses}, from the build files."""
    arrows = {}
    for build_file in sorted(root.glob("lib/*/CMakeLists.txt")):
        text = re.sub(r"#[^\n]*", "", build_file.read_text(encoding="utf-8"))
        for arguments in COMPONENT.findall(text):
            words = arguments.split()
            uses, keyword = set(), None
            for word in words[1:]:
                if word in KEYWORDS or word.isupper():
                    keyword = word
                elif keyword == "USES":
                    uses.add(word)
            arrows[words[0]] = uses
    return arrows


def check_arrows(arrows):
    for component, uses in sorted(arrows.items()):
        if component not in ALLOWED:
            yield f"lib/{component}/CMakeLists.txt: the architecture has no component '{component}'"
            continue
        for used in sorted(uses - ALLOWED[component]):
            yield f"lib/{component}/CMakeLists.txt: the architecture lets '{component}' not use '{used}'"
    yield from (f"lib: the arrows form a cycle: {' -> '.join(cycle)}" for cycle in find_cycles(arrows))


def find_cycles(arrows):
    """Every cycle that a walk in depth comes upon, each once."""
    finished, cycles = set(), []

    def walk(component, path):
        if component in path:
            cycles.append(path[path.index(component):] + [component])
            return
        if component in finished:
            return
        for used in sorted(arrows.get(component, ())):
            walk(used, path + [component])
        finished.add(component)

    for component in sorted(arrows):
        walk(component, [])
    return cycles


def allowed_folders(relative, arrows):
    """The folders of lib/ that the file may include; None when it may include all."""
    parts = relative.parts
    if parts[0] == "lib":
        return arrows.get(parts[1], set()) | {parts[1]}
    if parts[0] == "bindings":
        return C_BINDING_USES
    if parts[0] == "tests":
        return None
    return set()


def check_file(path, root, arrows, folders):
    relative = path.relative_to(root)
    allowed = allowed_folders(relative, arrows)
    text = path.read_text(encoding="utf-8")
    for match in INCLUDE.finditer(text):
        quote, included = match.groups()
        place = f"{relative}:{text.count(chr(10), 0, match.start(2)) + 1}"
        first, separator, _ = included.partition("/")
        if quote == '"' and separator and first in folders and allowed is not None and first not in allowed:
            yield f'{place}: "{included}": no arrow leads from here to \'{first}\''
        if "lib/" in included or included.startswith("../"):
            yield f'{place}: "{included}": name headers of lib/ as folder/header'
        yield from (f"{place}: {problem}" for problem in check_third_party(relative, included))


def check_third_party(relative, included):
    for prefix, owners in THIRD_PARTY.items():
        if not included.startswith(prefix):
            continue
        if not any(relative.is_relative_to(owner) for owner in owners):
            yield f"<{included}>: only {', '.join(sorted(owners))} may include it"
        elif relative.parts[0] == "lib" and relative.as_posix() != ONLY_FILE.get(prefix, relative.as_posix()):
            yield f"<{included}>: only {ONLY_FILE[prefix]} may include it"


def check(root):
    arrows = read_arrows(root)
    problems = list(check_arrows(arrows))
    folders = {path.name for path in (root / "lib").iterdir() if path.is_dir()}
    for top in ("lib", "bindings", "include", "tools", "examples", "tests"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES and path.is_file():
                problems += check_file(path, root, arrows, folders)
    return problems


# (file, line put at its end, words of the complaint it must cause)
PLANTS = [
    ("lib/trees/planted.cpp", '#include "table/column.hpp"', "no arrow leads from here to 'table'"),
    ("lib/trees/planted.cpp", '#include "linear/solver.hpp"', "no arrow leads from here to 'linear'"),
    ("lib/linear/planted.cpp", '#include "trees/bins.hpp"', "no arrow leads from here to 'trees'"),
    ("lib/table/planted.cpp", '#include "csv/csv.hpp"', "no arrow leads from here to 'csv'"),
    ("lib/csv/planted.cpp", '#include "memory/arrow.hpp"', "no arrow leads from here to 'memory'"),
    ("lib/memory/planted.cpp", '#include "csv/csv.hpp"', "no arrow leads from here to 'csv'"),
    ("lib/encode/planted.cpp", '#include "memory/arrow.hpp"', "no arrow leads from here to 'memory'"),
    ("lib/artifact/planted.cpp", '#include "trees/forest.hpp"', "no arrow leads from here to 'trees'"),
    ("lib/run/planted.cpp", '#include "audit/verify.hpp"', "no arrow leads from here to 'audit'"),
    ("lib/audit/planted.cpp", '#include "csv/csv.hpp"', "no arrow leads from here to 'csv'"),
    ("lib/evaluate/planted.cpp", '  #  include "trees/forest.hpp"', "no arrow leads from here to 'trees'"),
    ("lib/core/planted.hpp", '#include "json/value.hpp"', "no arrow leads from here to 'json'"),
    ("lib/core/planted.hpp", '#include "../json/value.hpp"', "name headers of lib/ as folder/header"),
    ("lib/model/planted.cpp", "#include <armadillo>", "may include it"),
    ("lib/encode/planted.cpp", "#include <armadillo>", "only lib/encode/matrix.hpp"),
    ("lib/run/planted.cpp", "#include <rapidjson/document.h>", "may include it"),
    ("lib/json/planted.cpp", "#include <valijson/validator.hpp>", "only tests/unit/json may include it"),
    ("lib/table/planted.cpp", "#include <sodium.h>", "may include it"),
    ("lib/table/planted.cpp", "#include <zlib.h>", "may include it"),
    ("lib/csv/planted.cpp", "#include <sodium/crypto_hash_sha256.h>", "may include it"),
    ("tools/runforge/planted.cpp", '#include "core/text.hpp"', "no arrow leads from here to 'core'"),
    ("examples/c/planted.c", '#include "run/train.hpp"', "no arrow leads from here to 'run'"),
    ("include/runforge/planted.h", '#include "core/error.hpp"', "no arrow leads from here to 'core'"),
    ("bindings/c/planted.cpp", '#include "trees/forest.hpp"', "no arrow leads from here to 'trees'"),
    ("lib/core/CMakeLists.txt", "runforge_component(core SOURCES a.cpp USES json)", "lets 'core' not use 'json'"),
    ("lib/run/CMakeLists.txt", "runforge_component(run SOURCES a.cpp USES audit)", "lets 'run' not use 'audit'"),
    ("lib/core/CMakeLists.txt", "runforge_component(core SOURCES a.cpp USES json)", "the arrows form a cycle"),
    ("lib/core/CMakeLists.txt", "runforge_component(plugin SOURCES a.cpp)", "has no component 'plugin'"),
]


def self_test(root):
    """Plants each line of PLANTS in a copy of the tree and sees the complaint appear."""
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch)
        for top in ("lib", "bindings", "tools", "include", "examples"):
            shutil.copytree(root / top, copy / top)
        without = set(check(copy))
        for name, line, expected in PLANTS:
            planted = copy / name
            planted.parent.mkdir(parents=True, exist_ok=True)
            original = planted.read_bytes() if planted.exists() else None
            with planted.open("a", encoding="utf-8") as file:
                file.write("\n" + line + "\n")
            if not any(expected in problem for problem in set(check(copy)) - without):
                problems.append(f"not refused in {name}: {line}")
            if original is None:
                planted.unlink()
            else:
                planted.write_bytes(original)
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1])
    arguments = parser.parse_args()
    problems = (self_test if arguments.self_test else check)(arguments.root)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
