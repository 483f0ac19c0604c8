#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Circumstances in which a record was once lost or incomplete: many processes at one place at one time, a byte order
mark, a class of one row."""
import subprocess

from client import DATA, FAULTY_DATA, TOOL, ClientTest, clean_environment, entries, files, main, record, sums_hold, tool

NOON = "2024-01-01T12:00:00Z"
N_PROCESSES = 8


class WholeRuns(ClientTest):
    def whole(self, run):
        self.assertTrue(sums_hold(run), run)
        self.assertIn("HOLDS TOGETHER", self.ok("verify", run).out)

    def test_eight_processes_with_one_timestamp_leave_eight_whole_runs(self):
        command = [str(TOOL), "train", "--data", str(DATA / "iris.csv"), "--label", "species", "--out", str(self.runs),
                   "--timestamp", NOON, "--quiet"]
        processes = [subprocess.Popen(command, env=clean_environment()) for _ in range(N_PROCESSES)]
        self.assertEqual([process.wait() for process in processes], [0] * N_PROCESSES)
        names = entries(self.runs)
        self.assertEqual([name[:15] for name in names], [f"20240101-12000{i}" for i in range(N_PROCESSES)])
        for name in names:
            self.whole(self.runs / name)
            self.assertEqual(record(self.runs / name, "execution.v1.json")["run_id"], name)
            self.assertEqual(record(self.runs / name), record(self.runs / names[0]))

    def test_a_byte_order_mark_changes_nothing_but_the_facts_of_the_file(self):
        plain = (DATA / "iris.csv").read_bytes()
        runs = [self.train(self.write(name, content), "--label", "species")
                for name, content in (("plain.csv", plain), ("mark.csv", b"\xef\xbb\xbf" + plain))]
        documents = [files(run) for run in runs]
        for name in documents[0]:
            if name not in ("run.json", "execution.v1.json", "SHA256SUMS"):
                self.assertEqual(documents[1][name], documents[0][name], name)
        first = record(runs[1], "linear_coefficients.v1.json")["coefficients_by_class"][0]["features"]
        header = plain.split(b"\n")[0].decode().split(",")
        self.assertEqual({feature["name"] for feature in first}, set(header) - {"species"})
        records = [record(run) for run in runs]
        self.assertEqual([run["dataset"]["source"]["bom"] for run in records], [False, True])
        for run in records:
            run["dataset"] = run["dataset"]["content_sha256"]
        self.assertEqual(*records)
        self.whole(runs[1])

    def test_a_class_of_one_row_leaves_a_whole_run_or_none(self):
        rows = "".join(f"{i},{i * i % 7},{'ab'[i % 2]}\n" for i in range(40))
        data = self.write("rare.csv", "x,y,label\n" + rows + "99,1,rare\n")
        few = ["--param", "n_estimators=3"]
        seen = set()
        for family, more in (("logistic_regression", []), ("linear_svc", []), ("decision_tree", []),
                             ("random_forest", few), ("gradient_boosting", few)):
            for seed in range(6):
                before = entries(self.runs)
                result = tool("train", "--data", data, "--model", family, "--seed", seed, "--out", self.runs,
                              *more)
                left = [name for name in entries(self.runs) if name not in before]
                seen.add(result.status)
                if result.status == 0:
                    self.assertEqual(len(left), 1, result)
                    self.whole(self.runs / left[0])
                else:
                    self.assertEqual((result.status, left), (FAULTY_DATA, []), result)
                    self.assertIn("[CLASS_NOT_IN_TRAINING]", result.err)
        self.assertEqual(seen, {0, FAULTY_DATA}, "each of both was meant to happen")


if __name__ == "__main__":
    main()
