#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""runforge show: the page agrees with the documents, and --json gives the documents themselves."""
import json
import pathlib
import re
import shutil

from client import DATA, FAULTY_DATA, INTEGRITY, IO, ClientTest, entries, main, record, reseal, tool

IRIS = [DATA / "iris.csv", "--label", "species"]
GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden" / "runs"
BLOCKS = "▏▎▍▌▋▊▉█"


def bar_lengths(text):
    """Name, value and bar length in eighths of each bar to the right."""
    rows = re.findall(rf"(?m)^  (\S+) +([+-]?\d+\.\d{{4}})  ([{BLOCKS}]*)$", text)
    return [(name, float(value), sum(BLOCKS.index(c) + 1 for c in bar)) for name, value, bar in rows]


class Show(ClientTest):
    def test_json_holds_every_document_as_it_is(self):
        for more in ([], ["--model", "random_forest", "--param", "n_estimators=5"]):
            run_dir = self.train(*IRIS, *more)
            told = json.loads(self.ok("show", run_dir, "--json").out)
            self.assertEqual((told["run_id"], told["run_dir"]), (run_dir.name, str(run_dir)))
            names = [name for name in entries(run_dir) if name.endswith(".json") and name != "execution.v1.json"]
            self.assertEqual(sorted(told["documents"]), names)
            for name in names:
                self.assertEqual(told["documents"][name], record(run_dir, name))

    def test_numbers_are_spelled_as_in_the_files(self):
        run_dir = self.train(*IRIS)
        shown = self.ok("show", run_dir, "--json").out
        for name in ("run.json", "linear_coefficients.v1.json", "metrics.v1.json", "dataset.v1.json"):
            indented = (run_dir / name).read_text().rstrip("\n").replace("\n", "\n    ")
            self.assertIn(f'"{name}": {indented}', shown)

    def test_the_summary_agrees_with_the_record(self):
        run_dir = self.train(DATA / "titanic.csv", "--label", "Survived", "--missing", "fill")
        text, run = self.ok("show", run_dir).out, record(run_dir)
        self.assertIn(f"Run ID:      {run_dir.name}\n", text)
        self.assertIn("Model:       logistic_regression, classification\n", text)
        self.assertIn("Label:       Survived\n", text)
        self.assertIn(f"891 rows, {run['num_features']} features ({run['num_encoded_features']} encoded)", text)
        self.assertIn(f"stratified_shuffle with seed 42: {run['split']['num_train']} to train, "
                      f"{run['split']['num_validation']} to validate\n", text)
        self.assertIn("penalty=l2", text)
        self.assertIn(f"{run['solver']['name']}, {run['solver']['iterations']} iteration", text)
        for name, value in run["metrics"].items():
            if isinstance(value, float):
                self.assertRegex(text, rf"(?m)^  {name} +{value:.4f}$")
        for diagnostic in run["diagnostics"]:
            self.assertIn(f"[{diagnostic['code']}]", text)

    def test_the_confusion_matrix_is_shown_with_its_classes(self):
        run_dir = self.train(*IRIS)
        matrix = record(run_dir, "metrics.v1.json")["confusion_matrix"]
        text = self.ok("show", run_dir).out
        shown = re.search(r"columns predicted\):\n((?: .*\n)+)", text).group(1).splitlines()
        self.assertEqual([line.split() for line in shown],
                         [["0", "1", "2"]] + [[str(i), *map(str, row)] for i, row in enumerate(matrix)])

    def test_coefficients_diverge_from_an_axis(self):
        run_dir = self.train(DATA / "breast_cancer.csv", "--label", "diagnosis")
        (entry,) = record(run_dir, "linear_coefficients.v1.json")["coefficients_by_class"]
        text = self.ok("show", run_dir).out
        shown = re.findall(r"(?m)^  (\S+) +([+-]\d+\.\d{4})  ( *)(█*)│(█*)$", text)
        self.assertEqual([name for name, *_ in shown], [f["name"] for f in entry["features"][:10]])
        largest = max(abs(f["coefficient"]) for f in entry["features"])
        side = max(len(left) + len(right) for *_, left, right in shown)
        for (_, value, blanks, left, right), feature in zip(shown, entry["features"]):
            self.assertEqual(float(value), round(feature["coefficient"], 4))
            self.assertEqual(len(left) + len(right), round(abs(feature["coefficient"]) / largest * side))
            self.assertEqual(bool(left) and bool(right), False)
            self.assertEqual(len(blanks) + len(left), side)
        self.assertIn("20 more features\n", text)

    def test_importances_are_bars(self):
        run_dir = self.train(*IRIS, "--model", "random_forest", "--param", "n_estimators=10")
        features = record(run_dir, "feature_importance.v1.json")["features_by_importance"]
        bars = bar_lengths(self.ok("show", run_dir).out.split("Feature importance")[1])
        self.assertEqual([name for name, *_ in bars], [f["name"] for f in features])
        largest = bars[0][2]
        for (_, _, length), feature in zip(bars, features):
            self.assertEqual(length, round(feature["importance"] / features[0]["importance"] * largest))

    def test_regression_is_shown(self):
        run_dir = self.train(DATA / "diabetes.csv", "--label", "progression", "--task", "regression")
        text = self.ok("show", run_dir).out
        self.assertRegex(text, r"(?m)^  r2 +0\.\d{4}$")
        self.assertNotIn("Confusion", text)

    def test_lines_fit_a_terminal_of_80_columns(self):
        run_dir = self.train(DATA / "breast_cancer.csv", "--label", "diagnosis")
        body = self.ok("show", run_dir).out.split("validation metric")[1].split("\nNotes")[0]
        self.assertLessEqual(max(map(len, body.splitlines())), 80)

    def test_what_is_no_run_is_refused(self):
        self.refused(IO, "FILE_NOT_FOUND", "show", self.scratch / "none")
        self.scratch.joinpath("empty").mkdir()
        self.refused(IO, "FILE_NOT_FOUND", "show", self.scratch / "empty")

    def test_a_damaged_run_is_a_message_not_a_crash(self):
        run_dir = self.train(*IRIS)
        whole = {path.name: path.read_bytes() for path in run_dir.iterdir()}
        for name, damaged in [("run.json", b"{"), ("run.json", b"{}"), ("metrics.v1.json", b"{"),
                              ("model.safetensors", b"\0" * 64), ("linear_coefficients.v1.json", b"[1]"),
                              ("metrics.v1.json", b'{"confusion_matrix": [1, [2], "x"]}')]:
            (run_dir / name).write_bytes(damaged)
            for more in ([], ["--json"]):
                result = tool("show", run_dir, *more)
                self.assertIn(result.status, (FAULTY_DATA, INTEGRITY), f"{name}: {result}")
            (run_dir / name).write_bytes(whole[name])

    def test_the_run_id_is_the_records(self):
        run_dir = self.train(*IRIS)
        renamed = shutil.copytree(run_dir, self.scratch / "renamed")
        self.assertIn(f"Run ID:      {run_dir.name}\n", self.ok("show", renamed).out)
        told = json.loads(self.ok("show", renamed, "--json").out)
        self.assertEqual((told["run_id"], told["run_dir"]), (run_dir.name, str(renamed)))

    def test_an_exchanged_file_is_refused(self):
        run_dir = self.train(*IRIS)
        other = self.train(*IRIS, "--seed", 7)
        for name in ("model.safetensors", "metrics.v1.json", "run.json"):
            exchanged = shutil.copytree(run_dir, self.scratch / name)
            shutil.copy(other / name, exchanged / name)
            self.refused(INTEGRITY, "RUN_ALTERED", "show", exchanged)

    def test_messages_are_made_from_details(self):
        """Prose in a record of an earlier version is nobody's word: it is not shown."""
        run_dir = shutil.copytree(GOLDEN / "0.1.0" / "logistic_regression_fill", self.scratch / "prose")
        told = self.ok("show", run_dir).out

        def praise(run):
            for diagnostic in run.documents["run.json"]["diagnostics"]:
                diagnostic["message"] = "All is well."

        reseal(run_dir, praise)
        self.assertIn("All is well.", (run_dir / "run.json").read_text())
        self.ok("verify", run_dir)
        self.assertEqual(self.ok("show", run_dir).out, told)
        self.assertIn("[MISSING_VALUES_FILLED]", told)

    def test_no_sentence_of_the_record_is_shown_in_json_either(self):
        run_dir = self.train(DATA / "titanic.csv", "--label", "Survived", "--missing", "fill")

        def tell_tales(run):
            for diagnostic in run.documents["run.json"]["diagnostics"]:
                diagnostic["message"] = "approved by the board"
        honest = json.loads(self.ok("show", run_dir, "--json").out)["documents"]["run.json"]["diagnostics"]
        self.assertTrue(honest)
        reseal(run_dir, tell_tales)
        shown = self.ok("show", run_dir, "--json").out
        self.assertNotIn("approved", shown)
        self.assertEqual(json.loads(shown)["documents"]["run.json"]["diagnostics"], honest)


if __name__ == "__main__":
    main()
