#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""runforge train: what it prints, what it leaves, and that the same inputs give the same bytes."""
import hashlib
import json
import re
import shlex
import shutil
import subprocess
import unittest

from client import (CONFIG, DATA, USAGE, ClientTest, clean_environment, entries, files, main, record, result_files,
                    sums_hold)

IRIS = [DATA / "iris.csv", "--label", "species"]
TITANIC = [DATA / "titanic.csv", "--label", "Survived", "--missing", "fill", "--ignore", "Cabin"]
FAMILIES = {
    "logistic_regression": TITANIC,
    "linear_svc": TITANIC,
    "ridge_regression": [DATA / "diabetes.csv", "--label", "progression"],
    "decision_tree": TITANIC,
    "random_forest": TITANIC + ["--param", "n_estimators=20"],
    "gradient_boosting": TITANIC + ["--param", "n_estimators=20"],
}
NOON = "2024-01-01T12:00:00Z"


class Output(ClientTest):
    def test_the_text_is_that_of_the_contract(self):
        result = self.ok("train", "--data", *IRIS, "--out", self.runs, "--timestamp", NOON)
        run_dir = self.runs / entries(self.runs)[0]
        run = record(run_dir)
        fingerprint = hashlib.sha256((DATA / "iris.csv").read_bytes()).hexdigest()
        listed = "".join(f"  - {name} " + r"\([a-z ,]+\)" + "\n" for name in [
            "run.json", "dataset.v1.json", "execution.v1.json", "interpretability.index.v1.json",
            "linear_coefficients.v1.json", "metrics.v1.json", "model.safetensors", "SHA256SUMS"])
        self.assertRegex(result.out, "\\A" + re.escape(
            f"Run ID: 20240101-120000-{run['input_digest'][:8]}\n"
            f"Run directory: {run_dir}\n"
            f"Dataset fingerprint: {fingerprint[:16]}...\n"
            f"Validation Accuracy: {run['metrics']['accuracy']:.4f}\n"
            "Baseline Accuracy: 0.3333 (always the most frequent class of the training rows)\n"
            "\nArtifacts:\n") + listed + r"\nTook \d+\.\d s\. Look at it: runforge show " + re.escape(f"{run_dir}\n") + "\\Z")
        self.assertIn("  - run.json (provenance)\n", result.out)

    def test_all_files_that_are_there_are_listed(self):
        for family, arguments in FAMILIES.items():
            result = self.ok("train", "--data", *arguments, "--model", family, "--out", self.runs / family)
            (name,) = entries(self.runs / family)
            self.assertEqual(sorted(re.findall(r"(?m)^  - (\S+)", result.out)), entries(self.runs / family / name))

    def test_regression_shows_r2(self):
        result = self.ok("train", "--data", *FAMILIES["ridge_regression"], "--task", "regression", "--out", self.runs)
        r2 = record(self.runs / entries(self.runs)[0])["metrics"]["r2"]
        self.assertIn(f"\nValidation R2: {r2:.4f}\nBaseline R2: 0.0000 (always the mean of the validation rows)\n", result.out)

    def test_the_baseline_is_what_a_constant_learned_from_the_training_rows_would_score(self):
        rows = "".join(f"{i % 5},{'train' if i < 60 else 'validation'},{'A' if i % 10 < (7 if i < 60 else 1) else 'B'}\n" for i in range(100))
        data = self.write("fold.csv", "x,fold,y\n" + rows)
        result = self.ok("train", "--data", data, "--label", "y", "--split", "predefined=fold", "--out", self.runs)
        self.assertIn("\nBaseline Accuracy: 0.1000 (always the most frequent class of the training rows)\n", result.out)

    def test_the_last_line_can_be_pasted(self):
        result = self.ok("train", "--data", *IRIS, "--out", self.scratch / "it's here")
        command = result.out.splitlines()[-1].partition("Look at it: ")[2]
        (name,) = entries(self.scratch / "it's here")
        self.assertEqual(shlex.split(command), ["runforge", "show", str(self.scratch / "it's here" / name)])

    def test_a_record_without_details_is_told_without_time(self):
        result = self.ok("train", "--data", *IRIS, "--out", self.runs, "--no-execution-details")
        self.assertNotIn("Took", result.out)
        self.assertIn(f"\nLook at it: runforge show {self.runs}", result.out)

    def told_to_repeat(self, column, data, *arguments):
        """The training's record names the column as a warning, and what checks a record finds it again."""
        run = json.loads(self.ok("train", "--data", data, *arguments, "--out", self.runs, "--json").out)
        told = [d for d in run["diagnostics"] if d["code"] == "FEATURE_MATCHES_LABEL"]
        self.assertEqual([(d["severity"], d["details"]["column"]) for d in told], [("warning", column)], arguments)
        self.ok("verify", run["run_dir"], "--data", data)
        self.ok("reproduce", run["run_dir"], "--data", data)

    def test_a_feature_in_place_of_the_label_is_a_warning_in_the_record(self):
        rows = "".join(f"{i % 13},{i % 7},{'yes' if i % 3 else 'no'},{'approved' if i % 3 else 'rejected'}\n" for i in range(200))
        data = self.write("copied.csv", "a,b,bought,status\n" + rows)
        self.told_to_repeat("bought", data, "--label", "status")
        self.told_to_repeat("bought", data, "--label", "status", "--model", "gradient_boosting")

    def test_a_number_that_moves_with_the_label_is_a_warning_on_the_terminal_too(self):
        rows = "".join(f"{i % 7},{i / 7},{i * 3 + 1}\n" for i in range(200))
        data = self.write("moved.csv", "c,a,label_again\n" + rows)
        self.told_to_repeat("label_again", data, "--label", "a", "--task", "regression")
        result = self.ok("train", "--data", data, "--label", "a", "--task", "regression", "--out", self.runs)
        self.assertIn('runforge: warning: column "label_again"', result.err)

    def test_json_says_the_same_as_the_record(self):
        result = self.ok("train", "--data", *IRIS, "--out", self.runs, "--json")
        told = json.loads(result.out)
        run_dir = self.runs / told["run_id"]
        run = record(run_dir)
        self.assertEqual(result.err, "")
        self.assertEqual(told["run_dir"], str(run_dir))
        self.assertEqual(told["run_digest"], hashlib.sha256((run_dir / "run.json").read_bytes()).hexdigest())
        for key in ("result_digest", "input_digest", "dataset", "metrics", "artifacts", "diagnostics"):
            self.assertEqual(told[key], run[key])
        execution = record(run_dir, "execution.v1.json")
        self.assertEqual((execution["run_id"], execution["run_digest"]), (told["run_id"], told["run_digest"]))

    def test_quiet_prints_nothing(self):
        result = self.ok("train", "--data", *TITANIC, "--out", self.runs, "--quiet")
        self.assertEqual((result.out, result.err), ("", ""))
        self.assertEqual(len(entries(self.runs)), 1)

    def test_warnings_are_notes_on_stderr_and_stand_in_the_record(self):
        result = self.ok("train", "--data", DATA / "titanic.csv", "--label", "Survived", "--out", self.runs)
        diagnostics = record(self.runs / entries(self.runs)[0])["diagnostics"]
        expected = "".join(f"runforge: warning: {d['message']} [{d['code']}]\n"
                           for d in diagnostics if d["severity"] == "warning")
        self.assertIn("[DROPPED_MANY_ROWS]", expected)
        self.assertEqual(result.err, expected)

    def test_runs_is_where_records_go_by_default(self):
        result = self.ok("train", "--data", *IRIS, cwd=self.scratch)
        (name,) = entries(self.runs)
        self.assertIn(f"Run directory: runs/{name}\n", result.out)

    def test_missing_parents_are_made(self):
        deep = self.scratch / "a" / "b"
        self.ok("train", "--data", *IRIS, "--out", deep)
        self.assertEqual(len(entries(deep)), 1)


class Record(ClientTest):
    def test_the_sums_hold_and_nothing_else_lies_there(self):
        for family, arguments in FAMILIES.items():
            run_dir = self.train(*arguments, "--model", family)
            self.assertTrue(sums_hold(run_dir), family)
            listed = {artifact["path"] for artifact in record(run_dir)["artifacts"]}
            self.assertEqual(set(entries(run_dir)) - {"run.json", "execution.v1.json", "SHA256SUMS"}, listed)

    @unittest.skipUnless(shutil.which("sha256sum"), "sha256sum is not installed")
    def test_sha256sum_agrees(self):
        run_dir = self.train(*IRIS)
        subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=run_dir, check=True, capture_output=True)
        printed = subprocess.run(["sha256sum", IRIS[0]], check=True, capture_output=True, text=True).stdout
        self.assertEqual(record(run_dir)["dataset"]["fingerprint_sha256"], printed.split()[0])

    def test_documents_are_laid_out_canonically(self):
        for family, arguments in FAMILIES.items():
            for name, content in files(self.train(*arguments, "--model", family)).items():
                if not name.endswith(".json"):
                    continue
                text = content.decode("utf-8")
                # Numbers stay as they are spelled: marked strings, whose quotes are taken off again.
                document = json.loads(text, parse_float=lambda t: f"\0{t}\0", parse_int=lambda t: f"\0{t}\0")
                laid_out = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
                self.assertEqual(laid_out.replace('"\\u0000', "").replace('\\u0000"', ""), text, name)

    def test_a_timestamp_names_the_run(self):
        run_dir = self.train(*IRIS, "--timestamp", "2024-02-29T23:59:59Z")
        self.assertTrue(run_dir.name.startswith("20240229-235959-"))
        self.assertEqual(record(run_dir, "execution.v1.json")["created_at"], "2024-02-29T23:59:59Z")

    def test_a_timestamp_of_another_zone_is_the_same_instant(self):
        self.assertTrue(self.train(*IRIS, "--timestamp", "2024-01-01T01:30:00+02:00").name
                        .startswith("20231231-233000-"))

    def test_a_timestamp_may_be_before_1970(self):
        run_dir = self.train(*IRIS, "--timestamp", "1969-07-20 20:17:40Z")
        self.assertTrue(run_dir.name.startswith("19690720-201740-"))
        self.assertEqual(record(run_dir, "execution.v1.json")["created_at"], "1969-07-20T20:17:40Z")
        self.ok("verify", run_dir, "--data", DATA / "iris.csv")

    def test_a_timestamp_that_is_none_is_refused(self):
        for text in ("yesterday", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z", "2024-01-01", "2024-01-01T00:00:00"):
            message = self.refused(CONFIG, "INVALID_VALUE", "train", "--data", *IRIS, "--out", self.runs,
                                   "--timestamp", text)
            self.assertIn("timestamp", message)
        self.assertEqual(entries(self.runs), [])

    def test_source_date_epoch_names_the_run_unless_a_timestamp_does(self):
        for seconds, expected in [("0", "19700101-000000-"), ("951782400", "20000229-000000-"),
                                  ("1704110400", "20240101-120000-"), ("4107542399", "21000228-235959-"),
                                  ("253402300799", "99991231-235959-")]:
            environment = clean_environment(SOURCE_DATE_EPOCH=seconds)
            self.assertTrue(self.train(*IRIS, environment=environment).name.startswith(expected), seconds)
        given = self.train(*IRIS, "--timestamp", NOON, environment=clean_environment(SOURCE_DATE_EPOCH="0"))
        self.assertTrue(given.name.startswith("20240101-12000"))

    def test_a_source_date_epoch_that_is_none_is_refused(self):
        for text in ("soon", "-1", "1.5", "99999999999999"):
            self.refused(USAGE, "USAGE", "train", "--data", *IRIS, "--out", self.runs,
                         environment=clean_environment(SOURCE_DATE_EPOCH=text))

    def test_a_taken_name_moves_on_by_a_second(self):
        names = [self.train(*IRIS, "--timestamp", NOON).name[:15] for _ in range(3)]
        self.assertEqual(names, ["20240101-120000", "20240101-120001", "20240101-120002"])

    def test_without_execution_details_only_the_name_of_the_run_is_left(self):
        run_dir = self.train(*IRIS, "--no-execution-details")
        self.assertEqual(set(record(run_dir, "execution.v1.json")),
                         {"schema_version", "runforge_version", "run_id", "created_at", "run_digest"})
        self.assertIn("host", record(self.train(*IRIS), "execution.v1.json"))


class Determinism(ClientTest):
    def test_equal_inputs_give_equal_bytes_for_any_number_of_threads(self):
        for family, arguments in FAMILIES.items():
            runs = [self.train(*arguments, "--model", family, "--threads", threads, out=self.scratch / f"{family}{i}")
                    for i, threads in enumerate((1, 1, 2, 7))]
            for other in runs[1:]:
                self.assertEqual(result_files(other), result_files(runs[0]), family)

    @unittest.skipUnless(shutil.which("diff"), "diff is not installed")
    def test_diff_is_silent(self):
        first, second = self.train(*IRIS, out=self.runs / "a"), self.train(*IRIS, out=self.runs / "b")
        diff = subprocess.run(["diff", "-r", first, second, "-x", "execution.v1.json", "-x", "SHA256SUMS"],
                              capture_output=True, text=True)
        self.assertEqual((diff.returncode, diff.stdout), (0, ""))

    def test_with_a_timestamp_and_no_details_every_file_is_equal(self):
        fixed = ["--timestamp", NOON, "--no-execution-details"]
        first = self.train(*TITANIC, *fixed, "--threads", 1, out=self.runs / "a")
        second = self.train(*TITANIC, *fixed, "--threads", 2, out=self.runs / "b")
        self.assertEqual(first.name, second.name)
        self.assertEqual(files(first), files(second))

    def test_another_seed_gives_another_run_and_another_split(self):
        first, second = record(self.train(*IRIS, "--seed", 1)), record(self.train(*IRIS, "--seed", 2))
        self.assertNotEqual(first["input_digest"][:8], second["input_digest"][:8])
        self.assertNotEqual(first["split"]["validation_rows_sha256"], second["split"]["validation_rows_sha256"])
        self.assertNotEqual(first["split"]["train_rows_sha256"], second["split"]["train_rows_sha256"])

    def test_neither_place_nor_weather_enters_the_result(self):
        expected = result_files(self.train(*TITANIC))
        copy = self.scratch / "elsewhere.csv"
        shutil.copy(DATA / "titanic.csv", copy)
        weather = clean_environment(TZ="Asia/Kathmandu", LC_ALL="de_DE.UTF-8", HOME="/", COLUMNS="20")
        other = self.train(copy.name, *TITANIC[1:], out="out", environment=weather, cwd=self.scratch, umask=0o077)
        self.assertEqual(result_files(self.scratch / other), expected)

    def test_another_cell_gives_another_fingerprint_and_run(self):
        changed = self.write("iris.csv", (DATA / "iris.csv").read_bytes().replace(b"5.1,3.5", b"5.1,3.6", 1))
        first, second = record(self.train(*IRIS)), record(self.train(changed, *IRIS[1:]))
        self.assertNotEqual(first["input_digest"], second["input_digest"])
        self.assertNotEqual(first["dataset"]["content_sha256"], second["dataset"]["content_sha256"])

    def test_other_line_ends_are_the_same_table(self):
        changed = self.write("iris.csv", (DATA / "iris.csv").read_bytes().replace(b"\n", b"\r\n"))
        first, second = self.train(*IRIS), self.train(changed, *IRIS[1:])
        self.assertEqual(record(first)["result_digest"], record(second)["result_digest"])
        self.assertNotEqual(record(first)["dataset"]["fingerprint_sha256"],
                            record(second)["dataset"]["fingerprint_sha256"])


if __name__ == "__main__":
    main()
