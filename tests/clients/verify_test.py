#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""runforge verify and reproduce as an auditor meets them."""
import json
import os
import shutil

from client import DATA, IO, MISMATCH, ClientTest, clean_environment, main, tool

INTEGRITY = 8


class Verify(ClientTest):
    def iris(self, *more):
        return self.train(DATA / "iris.csv", "--label", "species", *more)

    def test_a_run_as_it_was_written(self):
        run = self.iris()
        result = self.ok("verify", run)
        self.assertEqual(result.out.splitlines()[:3], ["files       passed", "digests     passed", "meaning     passed"])
        self.assertIn("data        not checked: no data was given\n", result.out)
        self.assertIn("signatures  not checked: no public key was given, and nobody has signed\n", result.out)
        self.assertIn("VERIFIED", result.out)
        self.assertIn("data        passed\n", self.ok("verify", run, "--data", DATA / "iris.csv").out)

    def test_an_altered_run(self):
        run = self.iris()
        with open(run / "metrics.v1.json", "r+b") as file:
            text = file.read()
            file.seek(0)
            file.write(text.replace(b'"num_classes": 3', b'"num_classes": 4'))
        result = tool("verify", run)
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertIn("NOT VERIFIED", result.out)
        self.assertIn("metrics.v1.json", result.err)
        self.assertIn("[RUN_ALTERED]", result.err)

        result = tool("verify", run, "--json")
        self.assertEqual(result.status, INTEGRITY, result)
        report = json.loads(result.out)
        self.assertEqual((report["schema_version"], report["verdict"]), ("verify.v1", "failed"))

    def test_a_record_that_cannot_be_read(self):
        """The report names it, with the data as without."""
        run = self.iris()
        (run / "run.json").write_text("{")
        for more in ([], ["--data", DATA / "iris.csv"]):
            result = tool("verify", run, *more)
            self.assertEqual(result.status, INTEGRITY, result)
            self.assertIn("NOT VERIFIED", result.out)
            self.assertIn("run.json", result.err)

    def test_what_is_no_run(self):
        self.refused(IO, "FILE_NOT_FOUND", "verify", self.scratch / "none")
        self.refused(IO, "FILE_NOT_FOUND", "reproduce", self.scratch / "none", "--data", DATA / "iris.csv")
        self.assertEqual(tool("verify", self.scratch).status, INTEGRITY)

    def test_reproduce_elsewhere(self):
        """Another folder, number of threads, time zone and locale; options of reading come from the record."""
        data = self.write("semicolons.csv", "x;y;label\n" + "".join(f"{i};{i * i % 7};{'ab'[i % 3 // 2]}\n" for i in range(60)))
        config = self.write("config.json", '{"dataset": {"delimiter": ";", "missing_tokens": ["NA"]}, "train": {"seed": 5}}')
        run = self.train(data, "--config", config, "--model", "random_forest", "--param", "n_estimators=9", "--threads", "1")
        moved = self.scratch / "elsewhere" / "renamed"
        shutil.copytree(run, moved)
        result = self.ok("reproduce", moved, "--data", data, "--threads", "3", cwd=self.scratch,
                         environment=clean_environment(TZ="Asia/Kathmandu", LC_ALL="C.UTF-8"))
        self.assertEqual(result.out, "REPRODUCED: 6 of 6 result files byte-identical\n")
        report = json.loads(self.ok("reproduce", moved, "--data", data, "--json").out)
        self.assertEqual((report["verdict"], report["compared"]), ("reproduced", "bytes"))
        self.ok("verify", moved, "--data", data)
        self.assertEqual(sorted(os.listdir(moved)), sorted(os.listdir(run)))

    def test_reproduce_refuses_other_data(self):
        run = self.iris()
        self.refused(MISMATCH, "DATASET_MISMATCH", "reproduce", run, "--data", DATA / "titanic.csv")

    def test_reproduce_names_the_difference(self):
        run = self.iris()
        record = json.loads((run / "metrics.v1.json").read_text())
        record["accuracy"] = 0.5
        (run / "metrics.v1.json").write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")
        result = tool("reproduce", run, "--data", DATA / "iris.csv")
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertIn("NOT REPRODUCED: 5 of 6", result.out)
        self.assertRegex(result.out, r"metrics\.v1\.json /accuracy: expected 0\.5, found 0\.9\d+\n")

    def test_the_command_line(self):
        self.assertIn("needs RUN_DIR", tool("verify").err)
        self.assertIn("needs --data", tool("reproduce", "somewhere").err)
        for command in ("verify", "reproduce"):
            self.assertIn("Exit status 8" if command == "verify" else "status 12", self.ok(command, "--help").out)


if __name__ == "__main__":
    main()
