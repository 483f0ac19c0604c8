#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""runforge diff: the one answer to why two runs differ, as a person and as a program read it."""
import json
import shutil

from client import DATA, FAULTY_DATA, INTEGRITY, IO, UNSUPPORTED, ClientTest, claim_version, main, record, reseal, seal, tool

IRIS = [DATA / "iris.csv", "--label", "species"]


class Diff(ClientTest):
    def answer(self, a, b):
        return self.ok("diff", a, b).out.splitlines()[0]

    def report(self, a, b):
        report = json.loads(self.ok("diff", a, b, "--json").out)
        self.assertEqual(report["schema_version"], "diff.v1")
        return report

    def test_equal_runs(self):
        a, b = self.train(*IRIS, "--threads", 1), self.train(*IRIS, "--threads", 2)
        self.assertEqual(self.ok("diff", a, b).out, "The runs are equal.\n")
        report = self.report(a, a)
        self.assertEqual((report["verdict"], report["cause"]), ("equal", "none"))

    def test_one_changed_parameter(self):
        a, b = self.train(*IRIS), self.train(*IRIS, "--param", "C=0.001")
        out = self.ok("diff", a, b).out
        self.assertEqual(out.splitlines()[0], "config: /config/params/C is 1 in A, 0.001 in B")
        self.assertRegex(out, r"\n  config +A +B\n  /config/params/C +1 +0\.001\n")
        metrics = [record(run)["metrics"]["accuracy"] for run in (a, b)]
        self.assertNotEqual(*metrics)
        differences = {entry["pointer"]: (entry["a"], entry["b"]) for entry in self.report(a, b)["metrics"]}
        self.assertEqual(differences["/metrics/accuracy"], tuple(metrics))
        self.assertRegex(out, r"\n  /metrics/accuracy +0\.\d+ +0\.\d+\n")
        self.assertIn("\nResult files that differ: ", out)
        self.assertNotIn("dataset.v1.json", out)

    def test_another_seed(self):
        self.assertEqual(self.answer(self.train(*IRIS, "--seed", 1), self.train(*IRIS, "--seed", 2)),
                         "config: /config/seed is 1 in A, 2 in B")

    def test_another_split_fraction(self):
        config = self.write("config.json", '{"train": {"split": {"fraction": 0.4}}}')
        out = self.ok("diff", self.train(*IRIS), self.train(*IRIS, "--config", config)).out
        self.assertEqual(out.splitlines()[0], "config: /config/split/fraction is 0.2 in A, 0.4 in B")
        self.assertRegex(out, r"\n  /split/num_train +120 +90\n")

    def test_another_row(self):
        more = self.write("iris.csv", (DATA / "iris.csv").read_bytes() + b"5,3,1,0.2,0\n")
        out = self.ok("diff", self.train(*IRIS), self.train(more, *IRIS[1:])).out
        self.assertEqual(out.splitlines()[0], "data: 150 rows in A, 151 in B")
        self.assertRegex(out, r"\n  /rows/read +150 +151\n")

    def test_a_dropped_column(self):
        lines = (DATA / "iris.csv").read_text().splitlines()
        name = lines[0].split(",")[0]
        less = self.write("iris.csv", "".join(line.split(",", 1)[1] + "\n" for line in lines))
        out = self.ok("diff", self.train(*IRIS), self.train(less, *IRIS[1:])).out
        self.assertEqual(out.splitlines()[0], f'data: only A has the column "{name}"')
        self.assertRegex(out, rf"\n  column {name}, kind +numeric +\(absent\)\n")

    def test_a_column_left_out_is_config(self):
        name = (DATA / "iris.csv").read_text().split(",")[0]
        self.assertEqual(self.answer(self.train(*IRIS), self.train(*IRIS, "--ignore", name)),
                         f'config: /config/roles/{name} is absent in A, "ignored" in B')

    def test_another_file_of_the_same_table(self):
        crlf = self.write("iris.csv", (DATA / "iris.csv").read_bytes().replace(b"\n", b"\r\n"))
        out = self.ok("diff", self.train(*IRIS), self.train(crlf, *IRIS[1:])).out
        self.assertEqual(
            out, "The runs are equal.\nNote: data: the table is the same, the files it was read from are not\n")

    def test_results_without_a_cause(self):
        a = self.train(*IRIS)
        b = shutil.copytree(a, self.scratch / "altered")
        reseal(b, lambda run: run.documents["metrics.v1.json"].update(accuracy=seal.Number("0.5")))
        self.assertRegex(self.answer(a, b), r"^Data, .* are equal, but results differ: .*metrics\.v1\.json, ")
        self.assertEqual(self.report(a, b)["first_difference"]["where"], "/accuracy")

    def test_what_is_no_run(self):
        run = self.train(*IRIS)
        self.refused(IO, "FILE_NOT_FOUND", "diff", run, self.scratch / "none")
        self.refused(IO, "FILE_NOT_FOUND", "diff", self.scratch, run)
        broken = shutil.copytree(run, self.scratch / "broken")
        (broken / "run.json").write_text("{}")
        self.refused(FAULTY_DATA, "INVALID_RUN", "diff", run, broken)

    def test_a_record_of_another_version(self):
        run = self.train(*IRIS)
        later = shutil.copytree(run, self.scratch / "later")
        (later / "run.json").write_text((run / "run.json").read_text().replace('"run.v2"', '"run.v3"'))
        self.assertIn('"run.v3"', self.refused(UNSUPPORTED, "UNSUPPORTED_FORMAT", "diff", run, later))
        unknown = shutil.copytree(run, self.scratch / "unknown")
        reseal(unknown, lambda forged: claim_version(forged, "9.9.9"))
        self.assertIn("9.9.9", self.refused(UNSUPPORTED, "UNSUPPORTED_VERSION", "diff", run, unknown))

    def test_a_record_of_an_earlier_version(self):
        """The later run is written as the earlier version would have written it; what is left is no difference."""
        run = self.train(*IRIS)
        earlier = shutil.copytree(run, self.scratch / "earlier")
        reseal(earlier, lambda forged: claim_version(forged, "0.1.0", "run.v1"))
        for a, b in ((run, earlier), (earlier, run)):
            out = self.ok("diff", a, b).out
            self.assertTrue(out.startswith("The runs are equal"), out)
            report = self.report(a, b)
            self.assertEqual((report["verdict"], report["cause"], report["compared"]), ("equal", "none", "numbers"))
            self.assertTrue(all(entry["equal"] for entry in report["files"]))
            self.assertIn("version", [entry["section"] for entry in report["remarks"]])

    def test_an_exchanged_file_is_refused(self):
        run = self.train(*IRIS)
        altered = shutil.copytree(run, self.scratch / "altered")
        (altered / "metrics.v1.json").write_text("{}")
        self.refused(INTEGRITY, "RUN_ALTERED", "diff", run, altered)

    def test_names_cannot_steer_a_terminal(self):
        data = "x,label\n" + "".join(f"{i},{i % 2}\n" for i in range(20))
        a = self.train(self.write("a.csv", data))
        b = self.train(self.write("b.csv", "\x1b[31mz," + data.replace("\n", "\n1,")[:-2]))
        out = self.ok("diff", a, b).out
        self.assertNotIn("\x1b", out)
        self.assertIn("\\x1b[31mz", out)

    def test_the_command_line(self):
        self.assertIn("needs RUN_A", tool("diff").err)
        self.assertIn("needs RUN_B", tool("diff", "somewhere").err)
        self.assertIn("Exit status 0", self.ok("diff", "--help").out)

    def test_another_size_of_the_file_is_a_remark(self):
        runs = [self.train(DATA / "iris.csv", "--label", "species", out=self.scratch / name) for name in ("a", "b")]

        def resize(run):
            run.documents["run.json"]["dataset"]["size_bytes"] = seal.Number(1)
        reseal(runs[1], resize)
        self.assertIn("the files it was read from are not", self.ok("diff", *runs).out)


if __name__ == "__main__":
    main()
