#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What comes from data and from arguments steers no terminal and breaks no JSON: escape sequences, marks that turn the
direction of writing or do not show, and bytes that are no UTF-8."""
import json
import os
import subprocess
import tempfile
import unicodedata
import unittest

from client import TOOL, ClientTest, clean_environment, main

# An escape sequence, C1, a carriage return, overrides, isolates, zero-width marks, a byte order mark, tags.
HIDDEN = "\x1b[2J\x9b1m\r\u202e\u2066\u200b\u200d\u00ad\u061c\u2060\ufeff\U000e0041"


def run(*arguments, **options):
    return subprocess.run([str(TOOL), *arguments], capture_output=True, env=clean_environment(), **options)


class Escaping(ClientTest):
    def setUp(self):
        super().setUp()
        self.work = tempfile.TemporaryDirectory()
        self.addCleanup(self.work.cleanup)
        self.folder = os.fsencode(self.work.name)
        self.data = os.path.join(self.folder, b"d\xff\\xfe\x1b.csv")
        name, level = "n" + HIDDEN, "l" + HIDDEN
        with open(self.data, "w", encoding="utf-8", newline="") as file:
            file.write(f'"{name}","{name}2",label\n')
            for i in range(60):
                file.write(f'{i},"{level}{i % 3}","{"x" + HIDDEN if i % 2 else "y"}"\n')

    def expect_nothing_hidden(self, done):
        text = (done.stdout + done.stderr).decode("utf-8")  # which it must be
        for character in text:
            hidden = unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") and character != "\n"
            self.assertFalse(hidden, f"{done.args}: {character!r} in {text[:2000]!r}")

    def expect_json(self, done):
        self.expect_nothing_hidden(done)
        return json.loads(done.stdout.decode("utf-8"))

    def train(self):
        out = os.path.join(self.folder, b"o\xfe\x1b")
        done = run("train", "--data", self.data, "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.expect_nothing_hidden(done)
        return os.path.join(out, os.listdir(out)[0])

    def test_a_run_of_a_path_that_is_no_utf8_is_read_back(self):
        directory = self.train()
        with open(os.path.join(directory, b"execution.v1.json"), encoding="utf-8") as file:
            recorded = json.load(file)["dataset_path"]
        self.assertEqual(recorded.encode(), self.data.replace(b"\\xfe", b"\\x5cxfe").replace(b"\xff", b"\\xff"))
        for arguments in (("verify", directory), ("verify", directory, "--data", self.data), ("show", directory),
                          ("reproduce", directory, "--data", self.data), ("diff", directory, directory),
                          ("inspect", "--data", self.data)):
            done = run(*arguments)
            self.assertEqual(done.returncode, 0, (arguments, done.stderr))
            self.expect_nothing_hidden(done)
            done = run(*arguments, "--json")
            self.assertEqual(done.returncode, 0, (arguments, done.stderr))
            self.expect_json(done)

    def test_json_says_what_the_data_says(self):
        columns = self.expect_json(run("inspect", "--data", self.data, "--json"))["columns"]
        self.assertIn("n" + HIDDEN, [column["name"] for column in columns])

    def test_errors_are_json_on_any_argument(self):
        # Also a surrogate, a number beyond Unicode and a letter in more bytes than it has.
        bad = b"\xff\x1b\\xff\xed\xa0\x80\xf4\x90\x80\x80\xf0\x82\x82\x9b"
        out = os.path.join(self.folder, b"out")
        for arguments in ((bad,), ("train", "--data", os.path.join(self.folder, bad)), ("train", "--data", self.folder),
                          ("train", "--data", self.data, "--label", bad, "--out", out),
                          ("train", "--data", self.data, "--param", bad + b"=1", "--out", out),
                          ("train", "--data", self.data, "--param", b"a=" + bad, "--out", out),
                          ("train", "--data", self.data, "--model", bad, "--out", out),
                          ("train", "--data", self.data, "--config", bad, "--out", out),
                          ("train", "--data", self.data, "--sign", bad, "--out", out), ("train", b"--" + bad),
                          ("show", bad), ("verify", bad), ("diff", bad, bad), ("reproduce", bad, "--data", bad),
                          ("predict", "--model", bad, "--data", self.data), ("sign", bad, "--key", bad),
                          ("keygen", "--out", os.path.join(bad, bad)), ("schema", bad)):
            done = run(*arguments, "--json")
            self.assertNotEqual(done.returncode, 0, arguments)
            self.assertEqual(self.expect_json(done)["error"]["status"], done.returncode, arguments)
            done = run(*arguments)
            self.assertNotEqual(done.returncode, 0, arguments)
            self.expect_nothing_hidden(done)

    def test_a_configuration_without_end_is_refused(self):
        done = run("train", "--data", self.data, "--config", "/dev/zero", "--json")
        self.assertEqual(done.returncode, 10, done.stderr)
        self.assertEqual(self.expect_json(done)["error"]["code"], "LIMIT_REACHED")

    def test_predictions_stay_data(self):
        directory = self.train()
        done = run("predict", "--model", os.path.join(directory, b"model.safetensors"), "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("x" + HIDDEN, done.stdout.decode("utf-8"))


if __name__ == "__main__":
    main()
