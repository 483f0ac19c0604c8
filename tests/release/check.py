#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that HEAD can be released, and makes the archive that would be (docs/RELEASING.md). Stops at the first check that fails.

usage: check.py [--sign-with KEY] [--without-root] [--work FOLDER]

version    header, build files, changelog and documents name one version
changelog  it has an entry for this version
interface  each release has its ABI dump and its client, and tests compare them
golden     each release has golden runs, whose digests hold
archive    its bytes are the same when it is made again under other circumstances
signature  SHA256SUMS, signed with KEY: a secret key of `runforge keygen`, or one of minisign
root       the archive builds and passes its tests in a bare Debian; --without-root leaves this out

A version with -dev passes as a rehearsal. What could not be checked is repeated at the end. Pinned by check_test.py.
"""
import argparse
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import time

import archive
import root
from archive import Failed

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = "include/runforge/runforge.h"
BUILD = "CMakeLists.txt"
CHANGELOG = "docs/CHANGELOG.md"
HISTORY = "lib/run/history.cpp"
ABI = "tests/abi/releases"
GOLDEN = "tests/golden/runs"
IN_WORK = " (in work)"
CLIENT = "client-x86_64.o"


def say(text):
    print(f"==> {text}", flush=True)


class Tree:
    """Files by path, as a commit or a folder holds them."""

    def __init__(self, files):
        self.files = files

    @classmethod
    def of_commit(cls, repository, commit):
        content = archive.output_of("git", "-c", "core.autocrlf=false", "-C", repository, "archive", "--format=tar", commit)
        with tarfile.open(fileobj=io.BytesIO(content)) as file:
            return cls({member.name: file.extractfile(member).read() for member in file if member.isfile()})

    def text(self, path):
        """Of a file that is not there, nothing: whoever looks for words in it reports that they are missing."""
        return self.files.get(path, b"").decode("utf-8")

    def below(self, folder):
        return sorted(path.removeprefix(folder + "/") for path in self.files if path.startswith(folder + "/"))


def number_of(tree):
    parts = [re.search(rf"^#define RF_VERSION_{part} (\d+)$", tree.text(HEADER), re.MULTILINE) for part in ("MAJOR", "MINOR", "PATCH")]
    return ".".join(part[1] if part else "?" for part in parts)


def is_dev(tree):
    return re.search(r"^#define RF_VERSION_DEV 1$", tree.text(HEADER), re.MULTILINE) is not None


def word_of(tree):
    return number_of(tree) + ("-dev" if is_dev(tree) else "")


def headings(tree):
    """Version and the words behind it of each heading of the changelog, the newest first."""
    return re.findall(r"^## (\d+\.\d+\.\d+)(.*)$", tree.text(CHANGELOG), re.MULTILINE)


def released(tree):
    """Versions whose records are read for ever; the one to be released is among them."""
    rows = re.findall(r'\{"(\d+\.\d+\.\d+)", \d+, \d+, "run\.', tree.text(HISTORY))
    return rows if is_dev(tree) else list(dict.fromkeys([*rows, number_of(tree)]))


def differing(tree, paths, pattern, expected):
    """Places that match the pattern with another word than expected; the pattern must match somewhere."""
    found = [(path, word) for path in paths for word in re.findall(pattern, tree.text(path))]
    if not found:
        yield f"{', '.join(paths)}: nothing matches {pattern}"
    yield from (f"{path}: {word}, expected {expected}" for path, word in dict.fromkeys(found) if word != expected)


def check_version(tree):
    number, word = number_of(tree), word_of(tree)
    if "?" in number or not re.search(r"^#define RF_VERSION_DEV [01]$", tree.text(HEADER), re.MULTILINE):
        yield f"{HEADER}: RF_VERSION_MAJOR, _MINOR, _PATCH and _DEV are one number each"
        return
    for path, words in ((BUILD, f"file(STRINGS {HEADER} version REGEX"), (BUILD, "project(runforge VERSION ${version} "),
                        (BUILD, "set(RUNFORGE_VERSION_WORD ${version}${version_suffix})"),
                        ("lib/artifact/CMakeLists.txt", 'RUNFORGE_VERSION="${RUNFORGE_VERSION_WORD}"'),
                        ("lib/artifact/version.cpp", "return RUNFORGE_VERSION;")):
        if words not in tree.text(path):
            yield f"{path}: does not hold '{words}', so the version may not be the header's"
    documents = [path for path in tree.files if re.fullmatch(r"(?:docs/)?\w+\.md", path) and path != "docs/RELEASING.md"]
    yield from differing(tree, documents, r"runforge-(\d[\w.]*?(?:-dev)?)\.tar\.gz", number)
    yield from differing(tree, ["docs/WALKTHROUGH.md"], r"(?:Version: +|as a record of )(\d+\.\d+\.\d+(?:-dev)?)", word)
    yield from differing(tree, ["cmake/packaging/vcpkg/vcpkg.json"], r'"version": "([^"]*)"', number)
    yield from differing(tree, ["cmake/packaging/conan/conanfile.py"], r'    version = "([^"]*)"', number)
    for path in ("ROADMAP.md", "SECURITY.md"):
        if number not in re.findall(r"\d+\.\d+\.\d+", tree.text(path)):
            yield f"{path}: does not name {number}"
    profile = re.search(r"kNumericProfile = (\d+);", tree.text("lib/artifact/version.hpp"))
    yield from differing(tree, ["docs/DETERMINISM.md"], r"Numeric profile (\d+),", profile[1] if profile else "?")
    if profile and f"tests/golden/profile_{profile[1]}.txt" not in tree.files:
        yield f"tests/golden/profile_{profile[1]}.txt: missing"


def check_changelog(tree):
    number, found = number_of(tree), headings(tree)
    expected = (number, IN_WORK if is_dev(tree) else "")
    if not found or found[0] != expected:
        yield f"{CHANGELOG}: the first heading is '{''.join(found[0]) if found else ''}', expected '{''.join(expected)}'"
        return
    entry = re.split(r"^## .*$", tree.text(CHANGELOG), flags=re.MULTILINE)[1]
    if not re.search(r"^- \S", entry, re.MULTILINE):
        yield f"{CHANGELOG}: no entry for {number}"
    versions = [version for version, _ in found[1:] if is_dev(tree) or version != number] + ([] if is_dev(tree) else [number])
    if sorted(versions) != sorted(released(tree)):
        yield f"{CHANGELOG}: names the releases {sorted(versions)}, {HISTORY} has {sorted(released(tree))}"


def of_this_abi(tree):
    """Releases that programs of this ABI may come from, as tests/abi/releases.py takes them."""
    line = re.search(r"set\(RUNFORGE_ABI_LINE (\d+)\.(\d+)\)", tree.text(BUILD))
    least = tuple(map(int, line.groups())) if line else (0, 0)
    present = tuple(map(int, number_of(tree).split(".")))
    versions = [tuple(map(int, version.split("."))) for version in released(tree)]
    return [".".join(map(str, one)) for one in versions if one[0] == present[0] and one[:2] >= least and one <= present]


def check_interface(tree):
    if not of_this_abi(tree):
        yield f"{HISTORY}: no release of this ABI"
    for version in of_this_abi(tree):
        for path in (f"{ABI}/{version}.abi", f"{ABI}/{version}/client.c", f"{ABI}/{version}/{CLIENT}"):
            if not tree.files.get(path):
                yield f"{path}: missing (tests/abi/releases.py ... --write makes it)"
    if not re.search(r"foreach\(task abidiff client\)\s+add_test\(NAME abi\.releases_\$\{task\}", tree.text("tests/abi/CMakeLists.txt")):
        yield "tests/abi/CMakeLists.txt: no tests abi.releases_abidiff and abi.releases_client"


def check_golden(tree):
    for version in released(tree):
        folder = f"{GOLDEN}/{version}"
        cases = {path.split("/")[0] for path in tree.below(folder) if "/" in path}
        if not cases:
            yield f"{folder}: no golden runs (tests/golden/make_runs.py makes them)"
        for case in sorted(cases):
            yield from check_golden_run(tree, f"{folder}/{case}", version)


def check_golden_run(tree, folder, version):
    sums = dict(reversed(line.split("  ", 1)) for line in tree.text(f"{folder}/SHA256SUMS").splitlines())
    if "run.json" not in sums:
        yield f"{folder}: SHA256SUMS does not name run.json"
        return
    for name, wanted in sums.items():
        if hashlib.sha256(tree.files.get(f"{folder}/{name}", b"")).hexdigest() != wanted:
            yield f"{folder}/{name}: its SHA-256 is not that of SHA256SUMS"
    if not (found := tree.text(f"{folder}/run.json")) or json.loads(found).get("runforge_version") != version:
        yield f"{folder}/run.json: not written by {version}"


CHECKS = (("version", check_version), ("changelog", check_changelog), ("interface", check_interface), ("golden", check_golden))


def check_tree(tree):
    for name, check in CHECKS:
        problems = list(check(tree))
        if problems:
            raise Failed("\n".join(f"{name}: {problem}" for problem in problems))
        say(f"{name}: ok ({', '.join(released(tree))} released)" if name == "golden" else f"{name}: ok")


def check_archive(source, work):
    """The archive, and what could not be tried."""
    content = archive.make(source, archive.Circumstance("", ROOT), work)
    made_at = time.time()
    path = work / f"{source.name}.tar.gz"
    path.write_bytes(content)
    differences, not_tried = archive.again(source, content, made_at)
    for label, found in differences:
        say(f"archive: {label}: {'other bytes: ' + found if found else 'the same bytes'}")
    if any(found for _, found in differences):
        raise Failed(f"archive: {path.name} has other bytes when it is made again")
    tools = [archive.output_of(tool, "--version").decode().splitlines()[0] for tool in ("git", "tar", "gzip")]
    say(f"archive: {path}, {len(content)} bytes, by {', '.join(tools)}")
    sums = work / "SHA256SUMS"
    sums.write_text(f"{hashlib.sha256(content).hexdigest()}  {path.name}\n", encoding="utf-8")
    say(f"archive: {sums.read_text(encoding='utf-8').strip()}")
    return path, not_tried


def check_root(path, name, tree, arguments, not_checked):
    if arguments.without_root:
        not_checked.append("root: left out by --without-root")
        return
    readme = tree.text("README.md")
    for command in root.COMMANDS:
        if f"    {command} " not in readme:
            raise Failed(f"root: README.md does not name the command {command}")
    try:
        root.check(path, name, word_of(tree), arguments.work, lambda text: say(f"root: {text}"))
    except root.NoRoot as reason:
        raise Failed(f"root: NOT CHECKED, no root can be made here: {reason}\n"
                     "--without-root leaves this check out") from None
    say("root: ok")


def main(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sign-with", type=pathlib.Path, metavar="KEY")
    parser.add_argument("--without-root", action="store_true")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "release-check")
    arguments = parser.parse_args(words)
    arguments.work = arguments.work.resolve()
    arguments.work.mkdir(parents=True, exist_ok=True)
    not_checked = []
    try:
        commit = archive.output_of("git", "-C", ROOT, "rev-parse", "HEAD").decode().strip()
        if archive.output_of("git", "-C", ROOT, "status", "--porcelain").strip():
            not_checked.append("what is not committed: the checks and the archive are of HEAD")
        tree = Tree.of_commit(ROOT, commit)
        say(f"{word_of(tree)}, commit {commit}")
        check_tree(tree)
        epoch = int(archive.output_of("git", "-C", ROOT, "show", "-s", "--format=%ct", commit))
        source = archive.Source(ROOT, commit, f"runforge-{word_of(tree)}", epoch)
        path, not_tried = check_archive(source, arguments.work)
        not_checked += [f"archive: {what}" for what in not_tried]
        signature = arguments.work / "SHA256SUMS.minisig"
        signature.unlink(missing_ok=True)
        say("signature: " + (archive.sign(arguments.sign_with, signature.with_suffix("")) if arguments.sign_with
                             else "not signed: no key given"))
        check_root(path, source.name, tree, arguments, not_checked)
    except (Failed, subprocess.CalledProcessError) as reason:
        print(f"release-check: FAILED\n{reason}", file=sys.stderr)
        return 1
    for what in not_checked:
        say(f"NOT CHECKED: {what}")
    if is_dev(tree):
        say(f"A rehearsal: {word_of(tree)} is not a release. A release needs RF_VERSION_DEV 0.")
    else:
        say(f"{word_of(tree)} can be released" + (", as far as it was checked" if not_checked else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
