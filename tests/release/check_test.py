#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The release check notices what it should: a planted disagreement in the tree, and an archive whose bytes depend on its circumstances.

The archives are of a small repository that is made here. Exit status 77: git is not installed.
"""
import base64
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import archive
import check

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What a check of the tree reads.
READ = ("README.md", "ROADMAP.md", "SECURITY.md", check.BUILD, check.HEADER, check.HISTORY, "lib/artifact", "cmake/packaging", "docs/*.md",
        "tests/abi", "tests/golden")

# (check, file, text there, text in its place, words of the complaint). Without a text the file is taken away.
PLANTS = [
    ("version", check.HEADER, "#define RF_VERSION_PATCH 0", "#define RF_VERSION_PATCH 7", "docs/EMBEDDING.md"),
    ("version", check.HEADER, "#define RF_VERSION_PATCH 0", "#define RF_VERSION_PATCH 7", "docs/WALKTHROUGH.md"),
    ("version", check.HEADER, "#define RF_VERSION_PATCH 0", "#define RF_VERSION_PATCH 7", "vcpkg.json"),
    ("version", check.HEADER, "#define RF_VERSION_PATCH 0", "#define RF_VERSION_PATCH 7", "conanfile.py"),
    ("version", check.HEADER, "#define RF_VERSION_PATCH 0", "#define RF_VERSION_PATCH 7", "ROADMAP.md"),
    ("version", check.HEADER, "#define RF_VERSION_PATCH 0", "#define RF_VERSION_PATCH 7", "SECURITY.md"),
    ("version", check.HEADER, "#define RF_VERSION_PATCH 0", "", "are one number each"),
    ("version", check.BUILD, "project(runforge VERSION ${version} ", "project(runforge VERSION 0.1.0 ", "may not be the header's"),
    ("version", "lib/artifact/version.cpp", "return RUNFORGE_VERSION;", 'return "0.1.0";', "may not be the header's"),
    ("version", "lib/artifact/version.hpp", "kNumericProfile = 3;", "kNumericProfile = 4;", "docs/DETERMINISM.md: 3, expected 4"),
    ("version", "lib/artifact/version.hpp", "kNumericProfile = 3;", "kNumericProfile = 4;", "profile_4.txt: missing"),
    ("changelog", check.CHANGELOG, f"## {{number}}{check.IN_WORK}", "## {number}", "the first heading"),
    ("changelog", check.CHANGELOG, f"## {{number}}{check.IN_WORK}", f"## {{number}}{check.IN_WORK}\n\n## 0.1.9", "no entry for"),
    ("changelog", check.CHANGELOG, "## 0.1.0", "## 0.1.9", "names the releases"),
    ("interface", "tests/abi/releases/0.1.0.abi", None, None, "0.1.0.abi: missing"),
    ("interface", "tests/abi/releases/0.1.0/client-x86_64.o", None, None, "client-x86_64.o: missing"),
    ("interface", "tests/abi/CMakeLists.txt", "abi.releases_${task}", "abi.others_${task}", "no tests abi.releases_abidiff"),
    ("interface", check.HISTORY, '{"0.1.0", 3, 1, "run.v1"', '{"0.0.9", 3, 1, "run.v1"', "no release of this ABI"),
    ("golden", check.HISTORY, '{"0.1.0", 3, 1, "run.v1"', '{"0.1.1", 3, 1, "run.v1"', "0.1.1: no golden runs"),
    ("golden", "tests/golden/runs/0.1.0/signed/run.json", '"seed"', '"Seed"', "its SHA-256 is not that of SHA256SUMS"),
    ("golden", "tests/golden/runs/0.1.0/signed/run.json", '"runforge_version": "0.1.0"', '"runforge_version": "0.1.1"', "not written by 0.1.0"),
    ("golden", "tests/golden/runs/0.1.0/signed/SHA256SUMS", None, None, "does not name run.json"),
]

# What a recipe may let into the archive, and the circumstance that shows it.
LEAKS = [
    ('echo "$1"', "another path"),
    ("date +%s", archive.LATER),
    ('echo "${TZ:-}"', "time zone Pacific/Kiritimati"),
    ('echo "${LC_ALL:-}"', archive.TURKISH),
    ("umask", "umask 000"),
    ("umask", "umask 077"),
    ('echo "${GIT_CONFIG_GLOBAL:-}"', "settings of git, tar and gzip"),
    ("id -u", "another user"),
]
# Precautions of the recipe, each with what takes its place, and the circumstance that shows that they are gone.
MODE = ("--mode='u=rwX,go=rX'", "")
PRECAUTIONS = [
    ([("-c core.autocrlf=false -c core.eol=lf ", "")], "settings of git, tar and gzip"),
    ([("unset TAR_OPTIONS GZIP ", "unset ")], "settings of git, tar and gzip"),
    ([("-c tar.umask=0022 ", ""), MODE], "settings of git, tar and gzip"),
    ([("-x -p ", "-x --no-same-permissions "), MODE], "umask 077"),
    ([('--mtime="@$4"', '--mtime="@$(date +%s)"')], archive.LATER),
    ([("gzip -n -9", "gzip -9")], archive.LATER),
    ([("--owner=0 --group=0 ", "")], "another user"),
]


def files_below(root):
    """Without git, which a bare system does not have."""
    files = {}
    for name in READ:
        for path in root.glob(name):
            for file in [path] if path.is_file() else path.rglob("*"):
                if file.is_file():
                    files[file.relative_to(root).as_posix()] = file.read_bytes()
    return files


class TreeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = files_below(ROOT)
        cls.number = check.number_of(check.Tree(cls.files))

    def problems(self, name, tree):
        return list(dict(check.CHECKS)[name](tree))

    def test_this_tree_passes(self):
        for name, _ in check.CHECKS:
            self.assertEqual(self.problems(name, check.Tree(self.files)), [], name)

    def test_a_planted_disagreement_is_found(self):
        if not check.is_dev(check.Tree(self.files)):
            self.skipTest("the plants are for a tree between two releases")
        for name, path, before, after, expected in PLANTS:
            with self.subTest(check=name, path=path, expected=expected):
                files = dict(self.files)
                if before is None:
                    del files[path]
                else:
                    before, after = (text.replace("{number}", self.number) for text in (before, after))
                    self.assertIn(before, files[path].decode())
                    files[path] = files[path].decode().replace(before, after).encode()
                self.assertIn(expected, "\n".join(self.problems(name, check.Tree(files))))

    def test_a_release_needs_what_a_rehearsal_does_not(self):
        """Its own dump, client and golden runs, and a changelog that is no longer in work."""
        files = dict(self.files)
        files[check.HEADER] = files[check.HEADER].replace(b"#define RF_VERSION_DEV 1", b"#define RF_VERSION_DEV 0")
        files[check.HISTORY] = files[check.HISTORY].replace(f'{{"{self.number}", '.encode(), b'{"0.0.1", ')
        tree = check.Tree(files)
        self.assertEqual(check.word_of(tree), self.number)
        self.assertIn(self.number, check.released(tree))
        if f"{check.ABI}/{self.number}.abi" not in files:
            self.assertIn(f"{self.number}.abi: missing", "\n".join(self.problems("interface", tree)))
            self.assertIn(f"{self.number}: no golden runs", "\n".join(self.problems("golden", tree)))
            self.assertIn("the first heading", "\n".join(self.problems("changelog", tree)))


class ArchiveTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        os.chmod(self.folder, 0o755)
        repository = self.folder / "repository"
        for name, mode, text in (("README.md", 0o644, "one\ntwo\n"), ("run", 0o755, "#!/bin/sh\n"), ("I/i.txt", 0o600, "i\n"),
                                 ("i/I.txt", 0o664, "I\n"), ("Z.md", 0o644, ""), ("a b/\u0131.csv", 0o644, "a\r\n")):
            path = repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            path.chmod(mode)
        who = ("-c", "user.name=nobody", "-c", "user.email=nobody", "-c", "core.autocrlf=false")
        for words in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--no-gpg-sign", "-m", "all")):
            archive.output_of("git", *who, "-C", repository, *words)
        commit = archive.output_of("git", "-C", repository, "rev-parse", "HEAD").decode().strip()
        self.source = archive.Source(repository, commit, "some-1.0", 1700000000)

    def make(self, recipe=archive.RECIPE):
        return archive.make(self.source, archive.Circumstance("", self.source.repository), self.folder, recipe)

    def test_the_recipe_gives_the_same_bytes(self):
        differences, not_tried = archive.again(self.source, self.make(), time.time())
        self.assertEqual([found for _, found in differences if found], [])
        self.assertEqual(len(differences) + len(not_tried), 9)
        for what in not_tried:
            print(f"NOT TRIED: {what}")

    def test_the_archive_holds_the_commit_and_nothing_of_who_made_it(self):
        (self.source.repository / "not committed").write_text("", encoding="utf-8")
        held = archive.members(self.make())
        self.assertEqual(list(held), sorted(held, key=os.fsencode))
        self.assertEqual({name for name in held if held[name][4] != "no file"},
                         {f"some-1.0/{name}" for name in ("README.md", "run", "I/i.txt", "i/I.txt", "Z.md", "a b/\u0131.csv")})
        for name, facts in held.items():
            is_program = facts[4] == "no file" or name.endswith("/run")
            self.assertEqual(facts[:3], ("mode 755" if is_program else "mode 644", "owner 0:0", "time 1700000000"), name)
        self.assertEqual(held["some-1.0/a b/\u0131.csv"][4], hashlib.sha256(b"a\r\n").hexdigest())

    def expect_noticed(self, recipe, circumstance):
        differences, not_tried = archive.again(self.source, self.make(recipe), time.time(), recipe, circumstance)
        if not differences:
            print(f"NOT TRIED: {circumstance}: {not_tried}")
        for label, found in differences:
            self.assertIsNotNone(found, label)

    def test_each_circumstance_is_what_it_says(self):
        for words, circumstance in LEAKS:
            with self.subTest(leak=words, circumstance=circumstance):
                planted = archive.RECIPE.replace("tar -c ", f'({words}) >"$5/tree/$3/planted"\ntar -c ')
                self.expect_noticed(planted, circumstance)

    def test_each_precaution_is_needed(self):
        for replacements, circumstance in PRECAUTIONS:
            with self.subTest(without=replacements, circumstance=circumstance):
                planted = archive.RECIPE
                for before, after in replacements:
                    self.assertIn(before, planted)
                    planted = planted.replace(before, after)
                self.expect_noticed(planted, circumstance)

    def test_a_difference_is_named(self):
        one = self.make()
        self.assertIsNone(archive.difference(one, one))
        for recipe, expected in ((archive.RECIPE.replace("--owner=0", "--owner=7"), "owner 0:0, then owner 7:0"),
                                 (archive.RECIPE.replace("gzip -n -9", "gzip -n -1"), "the bytes around them differ"),
                                 (archive.RECIPE.replace("tar -c ", 'rm "$5/tree/$3/run"\ntar -c '), "is in one of them only")):
            self.assertIn(expected, archive.difference(one, self.make(recipe)))

    def test_a_recipe_that_fails_is_an_error(self):
        with self.assertRaises(archive.Failed):
            self.make(archive.RECIPE.replace('"$2" >', '"no-such-commit" >'))


class SignatureTest(unittest.TestCase):
    def test_minisign_verifies_it(self):
        for program in ("openssl", "minisign"):
            if shutil.which(program) is None:
                self.skipTest(f"{program} is not installed")
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            key, sums = folder / "some.key", folder / "SHA256SUMS"
            archive.output_of("openssl", "genpkey", "-algorithm", "ed25519", "-out", key)
            sums.write_text(f"{'0' * 64}  some.tar.gz\n", encoding="utf-8")
            self.assertIn("minisign verifies it", archive.sign(key, sums))
            public, _ = archive.sign_pem(key, sums)
            verify = ["minisign", "-V", "-q", "-P", public, "-m", sums]
            self.assertTrue(archive.works(*map(str, verify)))
            signature = sums.with_name("SHA256SUMS.minisig")
            lines = signature.read_text(encoding="utf-8").splitlines()
            other = bytearray(base64.b64decode(lines[1]))
            other[-1] ^= 1
            for changed in ([*lines[:2], lines[2] + "!", lines[3]], [lines[0], base64.b64encode(other).decode(), *lines[2:]]):
                signature.write_text("\n".join(changed) + "\n", encoding="utf-8")
                self.assertFalse(archive.works(*map(str, verify)))

    def test_other_keys_are_refused(self):
        with tempfile.TemporaryDirectory() as name:
            key = pathlib.Path(name) / "some.key"
            with self.assertRaises(archive.Failed):
                archive.sign(key, pathlib.Path(name) / "SHA256SUMS")
            if shutil.which("openssl"):
                subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "x25519", "-out", key], capture_output=True, check=False)
                if not key.exists():
                    archive.output_of("openssl", "genpkey", "-algorithm", "x25519", "-out", key)
                with self.assertRaises(archive.Failed):
                    archive.sign(key, pathlib.Path(name) / "SHA256SUMS")


if __name__ == "__main__":
    if shutil.which("git") is None:
        print("SKIPPED: git is not installed, so no archive is made again")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], "-v"])
