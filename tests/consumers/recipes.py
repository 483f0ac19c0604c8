#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The recipes of cmake/packaging fit the tree: they parse, name its version, options that it has, and targets and files that it
installs. They are not run: neither vcpkg nor Conan is a Debian package.

usage: recipes.py          Pinned by the ctest test consumers.recipes_fit_the_tree.
"""
import ast
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "cmake" / "packaging"


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def declared_options():
    texts = [read("CMakeLists.txt"), *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "cmake").glob("*.cmake")))]
    return {name for text in texts for name in re.findall(r"^\s*(?:option|set)\((RUNFORGE_\w+)[ \n][^)]*\)", text, re.MULTILINE)}


def constants_of(tree):
    """name: value of the plain assignments in a class of the recipe."""
    (recipe,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {node.targets[0].id: ast.literal_eval(node.value) for node in recipe.body if isinstance(node, ast.Assign)}


def problems():
    version = ".".join(re.search(rf"#define RF_VERSION_{part} (\d+)", read("include/runforge/runforge.h")).group(1)
                       for part in ("MAJOR", "MINOR", "PATCH"))
    description = re.search(r'DESCRIPTION "([^"]*)"', read("CMakeLists.txt")).group(1)
    options = declared_options()

    port = json.loads((PACKAGING / "vcpkg" / "vcpkg.json").read_text(encoding="utf-8"))
    portfile = (PACKAGING / "vcpkg" / "portfile.cmake").read_text(encoding="utf-8")
    conan_text = (PACKAGING / "conan" / "conanfile.py").read_text(encoding="utf-8")
    conan = constants_of(ast.parse(conan_text))
    for name, recipe in (("vcpkg.json", port), ("conanfile.py", conan)):
        for key, wanted in (("name", "runforge"), ("version", version), ("description", description), ("license", "MIT")):
            if recipe.get(key) != wanted:
                yield f"{name}: {key} is {recipe.get(key)!r}, expected {wanted!r}"
    for name, text in (("portfile.cmake", portfile), ("conanfile.py", conan_text)):
        used = set(re.findall(r"(?:-D|\b)(RUNFORGE_(?!RELEASE_ARCHIVE)[A-Z_]+)\b", text))
        if not {"RUNFORGE_BUILD_TESTS", "RUNFORGE_INSTALL"} <= used:
            yield f"{name}: does not say RUNFORGE_BUILD_TESTS and RUNFORGE_INSTALL"
        for option in sorted(used - options):
            yield f"{name}: {option} is no option of the build"
    in_portfile = set(re.findall(r"^    (\w+) RUNFORGE_", portfile, re.MULTILINE))
    if in_portfile != set(port["features"]):
        yield f"portfile.cmake maps the features {sorted(in_portfile)}, vcpkg.json has {sorted(port['features'])}"
    if not set(port["default-features"]) <= set(port["features"]):
        yield "vcpkg.json: default-features that are no features"
    if set(conan["default_options"]) != set(conan["options"]):
        yield "conanfile.py: options without a default, or the other way round"
    # What is installed, by its own rules.
    install = read("cmake/RunforgeInstall.cmake")
    for name, text, wanted in (("portfile.cmake", portfile, "lib/cmake/runforge"),
                               ("conanfile.py", conan_text, '"runforge::runforge"')):
        if wanted not in text:
            yield f"{name}: {wanted} is not named"
    if "${CMAKE_INSTALL_LIBDIR}/cmake/runforge" not in install or "NAMESPACE runforge::" not in install:
        yield "cmake/RunforgeInstall.cmake: installs under other names than the recipes know"
    for path in ("vcpkg/vcpkg.json", "vcpkg/portfile.cmake", "conan/conanfile.py"):
        if "not run with" not in (PACKAGING / path).read_text(encoding="utf-8"):
            yield f"{path}: does not say that it was not run"


def main():
    found = list(problems())
    for problem in found:
        print(f"cmake/packaging: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
