#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""./dev installs what is missing, and waits for another package manager instead of failing.

The package manager is a script that stands first on a path with nothing else but what ./dev calls."""
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
CALLED = ("sh", "env", "id", "grep", "cat", "mkdir", "dirname", "cp")

# Each call is noted; `held` says how many calls meet a lock, and with which words.
APT_GET = """#!/bin/sh
echo "$@" >>"$CALLS"
n=$(cat "$HELD")
if [ "$n" -gt 0 ]; then
  echo $((n - 1)) >"$HELD"
  echo "$WORDS" >&2
  exit 100
fi
[ "$1" != install ] || for name in go rustc luajit; do cp "$BIN/sudo" "$BIN/$name"; done
"""


class Packages(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        for name in CALLED:
            if found := shutil.which(name):
                (self.bin / name).symlink_to(found)
        self.script("apt-get", APT_GET)
        self.script("sudo", '#!/bin/sh\nexec "$@"\n')
        self.script("sleep", '#!/bin/sh\necho "sleep $1" >>"$CALLS"\n')
        shutil.copy(ROOT / "dev", self.folder / "dev")

    def script(self, name, text):
        path = self.bin / name
        path.write_text(text, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def deps(self, held, words):
        calls, left = self.folder / "calls", self.folder / "held"
        calls.write_text("", encoding="utf-8")
        left.write_text(str(held), encoding="utf-8")
        done = subprocess.run([self.folder / "dev", "deps", "languages"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={"PATH": str(self.bin), "BIN": str(self.bin), "CALLS": str(calls), "HELD": str(left), "WORDS": words},
                              check=False)
        return done, calls.read_text(encoding="utf-8").splitlines()

    def test_what_is_missing_is_installed(self):
        done, calls = self.deps(0, "")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(calls, ["update", "install -y --no-install-recommends golang-go rustc luajit"])
        self.assertNotIn("Waiting", done.stdout)

    def test_a_held_lock_is_waited_for(self):
        for words in ("E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)",
                      "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?",
                      "dpkg: error: dpkg frontend lock was locked by another process with pid 7"):
            for name in ("go", "rustc", "luajit"):
                (self.bin / name).unlink(missing_ok=True)
            done, calls = self.deps(3, words)
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertEqual(calls, ["update", "sleep 5"] * 3 + ["update", "install -y --no-install-recommends golang-go rustc luajit"])
            self.assertEqual(done.stdout.count("Waiting for another package manager"), 1, done.stdout)

    def test_it_does_not_wait_for_ever_and_not_for_other_errors(self):
        done, calls = self.deps(100000, "E: Could not get lock /var/lib/dpkg/lock. It is held by process 7 (apt-get)")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(calls.count("sleep 5"), 180)
        self.assertIn("Could not get lock", done.stdout)
        done, calls = self.deps(1, "E: Unable to locate package golang-go")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(calls, ["update"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
