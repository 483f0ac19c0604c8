#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A standard output that is closed or full is an I/O error with a message, never a silent success."""
import os
import pathlib
import signal
import subprocess
import unittest

from client import DATA, IO, TOOL, ClientTest, clean_environment, entries, main

FULL = pathlib.Path("/dev/full")


class Output(ClientTest):
    def commands(self):
        run_dir = self.train(DATA / "iris.csv", "--label", "species")
        return [["--help"], ["--version"], ["schema"], ["schema", "train_config.v1"],
                ["inspect", "--data", DATA / "iris.csv"], ["inspect", "--data", DATA / "iris.csv", "--json"],
                ["show", run_dir], ["show", run_dir, "--json"],
                ["predict", "--model", run_dir, "--data", DATA / "iris.csv"],
                ["train", "--data", DATA / "iris.csv", "--label", "species", "--out", self.runs]]

    def assert_io_error(self, command, status, err):
        self.assertEqual(status, IO, f"{command}\n{err}")
        self.assertRegex(err, r"runforge: error: standard output: cannot write: [^\n]+ \[WRITE_FAILED\]\n\Z")

    def start(self, command, **options):
        return subprocess.run([str(TOOL), *map(str, command)], stderr=subprocess.PIPE, text=True,
                              env=clean_environment(), **options)

    def test_a_closed_standard_output_is_an_error(self):
        for command in self.commands():
            done = self.start(command, preexec_fn=lambda: os.close(1))
            self.assert_io_error(command, done.returncode, done.stderr)

    @unittest.skipUnless(FULL.exists(), "/dev/full is not there")
    def test_a_full_standard_output_is_an_error(self):
        for command in self.commands():
            with FULL.open("wb") as full:
                done = self.start(command, stdout=full)
            self.assert_io_error(command, done.returncode, done.stderr)

    def test_a_reader_that_went_away_ends_it_quietly(self):
        """As in `runforge predict ... | head`: status and silence are those of a program that SIGPIPE ends."""
        for command in self.commands():
            reader, writer = os.pipe()
            os.close(reader)
            done = self.start(command, stdout=writer)
            os.close(writer)
            self.assertEqual(done.returncode, -signal.SIGPIPE, (command, done.stderr))
            self.assertNotIn("error", done.stderr)

    def test_closed_descriptors_do_not_harm_the_record(self):
        def close_all():
            for descriptor in (0, 1, 2):
                os.close(descriptor)
        command = [str(TOOL), "train", "--data", str(DATA / "iris.csv"), "--label", "species", "--quiet",
                   "--out", str(self.runs)]
        self.assertEqual(subprocess.run(command, preexec_fn=close_all, env=clean_environment()).returncode, 0)
        (name,) = entries(self.runs)
        expected = self.train(DATA / "iris.csv", "--label", "species", out=self.scratch / "other")
        self.assertEqual((self.runs / name / "run.json").read_bytes(), (expected / "run.json").read_bytes())

    def test_the_null_device_may_take_predictions(self):
        run_dir = self.train(DATA / "iris.csv", "--label", "species")
        self.ok("predict", "--model", run_dir, "--data", DATA / "iris.csv", "--out", "/dev/null")
        self.assertTrue(pathlib.Path("/dev/null").is_char_device())

    def test_a_linked_file_is_written_where_the_link_leads(self):
        run_dir = self.train(DATA / "iris.csv", "--label", "species")
        target, link = self.write("target.csv", "old"), self.scratch / "link.csv"
        link.symlink_to(target)
        self.ok("predict", "--model", run_dir, "--data", DATA / "iris.csv", "--out", link)
        self.assertTrue(link.is_symlink())
        self.assertTrue(target.read_text().startswith("row,prediction\n"))


if __name__ == "__main__":
    main()
