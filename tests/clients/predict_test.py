#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""runforge predict: what it writes, and that predicting the validation rows with the saved model gives exactly the
metrics of the record. The validation rows are those of scikit-learn's train_test_split."""
import csv
import io
import json
import os
import unittest

from client import (CONFIG, DATA, FAULTY_DATA, IO, MISMATCH, USAGE, ClientTest, entries, main, record, tool)

try:
    from sklearn.model_selection import train_test_split
except ImportError:
    train_test_split = None

TREES = ["decision_tree", "random_forest", "gradient_boosting"]
CLASSIFIERS = ["logistic_regression", "linear_svc", "decision_tree", "random_forest", "gradient_boosting"]
IRIS = [DATA / "iris.csv", "--label", "species"]
SMALL = "a,colour,label\n" + "".join(
    f"{i},{'red' if i % 3 else 'blue'},{'yes' if (i // 2) % 2 else 'no'}\n" for i in range(40))


def column(path, name):
    with open(path, newline="", encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]


class Predict(ClientTest):
    def predict(self, *arguments):
        """Header and rows of the CSV."""
        text = self.ok("predict", *arguments).out
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        return header, rows

    def small_model(self, *arguments):
        return self.train(self.write("small.csv", SMALL), *arguments)

    # ---- the output

    def test_each_row_has_a_line_in_order(self):
        header, rows = self.predict("--model", self.train(*IRIS), "--data", DATA / "iris.csv")
        self.assertEqual(header, ["row", "prediction"])
        self.assertEqual([row[0] for row in rows], [str(i) for i in range(150)])
        self.assertEqual({row[1] for row in rows}, {"0", "1", "2"})

    def test_probabilities_stand_in_columns_per_class(self):
        header, rows = self.predict("--model", self.train(*IRIS), "--data", DATA / "iris.csv", "--proba")
        self.assertEqual(header, ["row", "prediction", "proba_0", "proba_1", "proba_2"])
        for row in rows:
            values = list(map(float, row[2:]))
            self.assertAlmostEqual(sum(values), 1, delta=1e-12)  # rounding of three numbers
            self.assertEqual(int(row[1]), values.index(max(values)))

    def test_linear_svc_gives_scores(self):
        header, rows = self.predict("--model", self.train(*IRIS, "--model", "linear_svc"),
                                    "--data", DATA / "iris.csv", "--proba")
        self.assertEqual(header[2:], ["score_0", "score_1", "score_2"])
        self.assertTrue(any(float(row[2]) < 0 for row in rows))

    def test_numbers_read_back_as_they_were(self):
        _, rows = self.predict("--model", self.train(DATA / "diabetes.csv", "--label", "progression", "--task",
                                                     "regression"), "--data", DATA / "diabetes.csv")
        for row in rows:
            # Python's repr is the shortest text that reads back, too; it is laid out otherwise only for extremes.
            self.assertEqual(repr(float(row[1])).removesuffix(".0"), row[1])

    def test_regression_has_no_probabilities(self):
        run_dir = self.train(DATA / "diabetes.csv", "--label", "progression", "--task", "regression")
        self.refused(USAGE, "USAGE", "predict", "--model", run_dir, "--data", DATA / "diabetes.csv", "--proba")

    def test_names_of_classes_are_quoted_where_needed(self):
        quoted = '"no, ""never"""'
        text = "a,label\n" + "".join(f"{i},{quoted if i % 2 else 'yes'}\n" for i in range(20))
        run_dir = self.train(self.write("quoted.csv", text))
        out = self.ok("predict", "--model", run_dir, "--data", self.scratch / "quoted.csv", "--proba").out
        self.assertIn('"proba_no, ""never"""', out.splitlines()[0])
        header, rows = self.predict("--model", run_dir, "--data", self.scratch / "quoted.csv", "--proba")
        self.assertEqual(header[2:], ['proba_no, "never"', "proba_yes"])
        self.assertLessEqual({row[1] for row in rows}, {'no, "never"', "yes"})

    def test_any_number_of_threads_gives_the_same_bytes(self):
        run_dir = self.train(*IRIS, "--model", "random_forest", "--param", "n_estimators=10")
        outputs = {self.ok("predict", "--model", run_dir, "--data", DATA / "iris.csv", "--proba", "--threads",
                           threads).out for threads in (1, 2, 7)}
        self.assertEqual(len(outputs), 1)

    def test_the_run_and_its_model_file_predict_alike(self):
        run_dir = self.small_model()
        by_run = self.predict("--model", run_dir, "--data", self.scratch / "small.csv", "--proba")
        by_file = self.predict("--model", run_dir / "model.safetensors", "--data", self.scratch / "small.csv",
                               "--proba")
        self.assertEqual(by_run, by_file)

    # ---- rows and columns that differ from training

    def test_a_row_that_lacks_a_value_has_empty_fields(self):
        run_dir = self.small_model()
        data = self.write("new.csv", "a,colour\n1,red\n,red\n2,blue\n")
        result = self.ok("predict", "--model", run_dir, "--data", data, "--proba")
        self.assertEqual(result.out.splitlines()[2], "1,,,")
        self.assertRegex(result.err, r"\Arunforge: warning: .*\b1\b.* \[PREDICT_ROW_MISSING\]\n\Z")

    def test_filled_models_score_every_row(self):
        run_dir = self.small_model("--missing", "fill")
        data = self.write("new.csv", "a,colour\n1,red\n,red\n2,\n")
        _, rows = self.predict("--model", run_dir, "--data", data)
        self.assertTrue(all(row[1] for row in rows))

    def test_unknown_levels_are_counted(self):
        run_dir = self.small_model()
        data = self.write("new.csv", "a,colour\n1,green\n2,red\n3,violet\n")
        result = self.ok("predict", "--model", run_dir, "--data", data)
        self.assertRegex(result.err, r"\Arunforge: warning: .*\"colour\".*\b2\b.* \[UNKNOWN_LEVEL\]\n\Z")
        self.assertEqual(len(result.out.splitlines()), 4)

    def test_further_columns_and_another_order_do_not_matter(self):
        run_dir = self.small_model()
        reordered = "".join(f"{','.join([c, 'x', a])}\n" for a, c, _ in
                            (line.split(",") for line in SMALL.splitlines()))
        reordered = reordered.replace("colour,x,a", "colour,more,a")
        self.assertEqual(self.predict("--model", run_dir, "--data", self.write("new.csv", reordered)),
                         self.predict("--model", run_dir, "--data", self.scratch / "small.csv"))

    def test_a_column_that_is_not_there_is_a_mismatch(self):
        for model in (self.small_model(), self.small_model() / "model.safetensors"):
            message = self.refused(MISMATCH, "FEATURE_ABSENT", "predict", "--model", model,
                                   "--data", self.write("new.csv", "a,color\n1,red\n"), "--out", self.scratch / "o")
            self.assertIn('"colour"', message)
        self.assertNotIn("o", entries(self.scratch))

    def test_a_cell_that_does_not_fit_its_column_is_placed(self):
        message = self.refused(FAULTY_DATA, "CELL_KIND_MISMATCH", "predict", "--model", self.small_model(), "--data",
                               self.write("new.csv", "a,colour\n1,red\nx,red\n"), "--out", self.scratch / "o")
        self.assertIn("new.csv:3:", message)

    def test_a_category_of_numbers_stays_a_category(self):
        config = self.write("kinds.json", '{"dataset": {"kinds": {"a": "category"}}}')
        rows = "".join(f"{i // 4},{i % 2}\n" for i in range(40))
        run_dir = self.train(self.write("numbers.csv", "a,label\n" + rows), "--config", config)
        data = self.write("new.csv", "a\n1\n99\n")
        result = self.ok("predict", "--model", run_dir, "--data", data)
        self.assertIn("[UNKNOWN_LEVEL]", result.err)

    def test_a_run_reads_as_its_data_was_read(self):
        config = self.write("semicolon.json", json.dumps({"dataset": {"missing_tokens": ["red"]}}))
        run_dir = self.train(self.write("small.csv", SMALL), "--config", config, "--missing", "fill")
        data = self.write("new.csv", "a,colour\n1,red\n2,blue\n")
        by_run = self.ok("predict", "--model", run_dir, "--data", data)
        self.assertEqual(by_run.err, "")
        by_file = self.ok("predict", "--model", run_dir / "model.safetensors", "--data", data)
        self.assertIn("[UNKNOWN_LEVEL]", by_file.err)
        told = self.ok("predict", "--model", run_dir / "model.safetensors", "--data", data, "--config", config)
        self.assertEqual((told.out, told.err), (by_run.out, ""))

    def test_another_delimiter_can_be_declared(self):
        run_dir = self.small_model()
        config = self.write("semicolon.json", '{"dataset": {"delimiter": ";"}}')
        data = self.write("new.csv", SMALL.replace(",", ";"))
        self.assertEqual(self.predict("--model", run_dir, "--data", data, "--config", config),
                         self.predict("--model", run_dir, "--data", self.scratch / "small.csv"))

    # ---- where it goes

    def test_out_is_written_whole_and_summed_up(self):
        run_dir, out = self.train(*IRIS), self.scratch / "predictions.csv"
        result = self.ok("predict", "--model", run_dir, "--data", DATA / "iris.csv", "--out", out)
        self.assertEqual(result.out, f"Predictions: {out} (150 rows)\n")
        self.assertEqual(out.read_text(), self.ok("predict", "--model", run_dir, "--data", DATA / "iris.csv").out)
        self.assertEqual(out.stat().st_mode & 0o777, 0o666 & ~current_umask())

    def test_json_tells_rows_report_and_place(self):
        run_dir, out = self.small_model(), self.scratch / "predictions.csv"
        data = self.write("new.csv", "a,colour\n1,green\n,red\n")
        result = self.ok("predict", "--model", run_dir, "--data", data, "--out", out, "--json")
        told = json.loads(result.out)
        self.assertEqual((told["rows"], told["out"], result.err), (2, str(out), ""))
        self.assertEqual((told["report"]["rows_missing"], told["report"]["unknown_levels"]), (1, {"colour": 1}))

    def test_json_without_out_is_refused(self):
        result = tool("predict", "--model", "x", "--data", "y", "--json")
        self.assertEqual(result.status, USAGE)
        self.assertIn("--out", json.loads(result.out)["error"]["message"])

    def test_an_earlier_file_stays_when_predicting_fails(self):
        out = self.write("predictions.csv", "earlier")
        self.refused(MISMATCH, "FEATURE_ABSENT", "predict", "--model", self.small_model(), "--data",
                     self.write("new.csv", "a\n1\n"), "--out", out)
        self.assertEqual(out.read_text(), "earlier")

    def test_the_data_is_never_written_over(self):
        run_dir = self.small_model()
        data = self.scratch / "small.csv"
        os.link(data, self.scratch / "same.csv")
        for out in (data, self.scratch / "same.csv"):
            self.refused(USAGE, "USAGE", "predict", "--model", run_dir, "--data", data, "--out", out)
        self.assertEqual(data.read_text(), SMALL)

    def test_a_place_that_takes_no_file_is_an_io_error(self):
        run_dir = self.small_model()
        for out in (self.scratch, self.scratch / "small.csv" / "out.csv", self.scratch / "none" / "out.csv"):
            message = self.refused(IO, "WRITE_FAILED", "predict", "--model", run_dir, "--data",
                                   self.scratch / "small.csv", "--out", out)
            self.assertIn(str(out), message)

    def test_a_model_that_is_none_is_refused(self):
        self.refused(IO, "FILE_NOT_FOUND", "predict", "--model", self.scratch / "none", "--data", DATA / "iris.csv")
        self.assertIn(f'"{DATA / "iris.csv"}": not a model', self.refused(
            FAULTY_DATA, "INVALID_MODEL", "predict", "--model", DATA / "iris.csv", "--data", DATA / "iris.csv"))
        self.refused(IO, "FILE_NOT_FOUND", "predict", "--model", self.scratch, "--data", DATA / "iris.csv")
        bad = self.write("bad.json", '{"dataset": {"delimeter": ";"}}')
        self.assertIn(f"{bad} (or a flag): ", self.refused(
            CONFIG, "UNKNOWN_KEY", "predict", "--model", self.small_model(), "--data", DATA / "iris.csv", "--config", bad))


@unittest.skipIf(train_test_split is None, "scikit-learn is not installed: the validation rows cannot be derived")
class Agreement(ClientTest):
    def predictions(self, run_dir, data):
        out = self.ok("predict", "--model", run_dir, "--data", data).out
        return [row["prediction"] for row in csv.DictReader(io.StringIO(out))]

    def confusion(self, data, label, run_dir):
        """The confusion matrix of the validation rows as predict sees them."""
        truth, predicted = column(data, label), self.predictions(run_dir, data)
        classes = sorted(set(truth), key=float)
        _, validation = train_test_split(list(range(len(truth))), test_size=0.2, random_state=42, stratify=truth)
        matrix = [[0] * len(classes) for _ in classes]
        for row in validation:
            matrix[classes.index(truth[row])][classes.index(predicted[row])] += 1
        return matrix

    def test_the_confusion_matrix_is_reproduced_exactly(self):
        cases = [("iris.csv", "species", []), ("breast_cancer.csv", "diagnosis", []),
                 ("titanic.csv", "Survived", ["--missing", "fill"])]
        for family in CLASSIFIERS:
            for name, label, more in cases:
                with self.subTest(family=family, data=name):
                    run_dir = self.train(DATA / name, "--label", label, "--model", family, *more)
                    metrics = record(run_dir, "metrics.v1.json")
                    self.assertEqual(self.confusion(DATA / name, label, run_dir), metrics["confusion_matrix"])

    def test_missing_values_taken_as_they_are_are_scored(self):
        for family in TREES:
            with self.subTest(family=family):
                run_dir = self.train(DATA / "titanic.csv", "--label", "Survived", "--model", family,
                                     "--missing", "native")
                told = record(run_dir)
                self.assertEqual((told["num_samples"], told["dropped_rows_missing_values"]), (891, 0))
                self.assertEqual(told["config"]["missing"], {"policy": "native"})
                self.assertEqual(self.confusion(DATA / "titanic.csv", "Survived", run_dir),
                                 record(run_dir, "metrics.v1.json")["confusion_matrix"])
                self.assertNotIn("", self.predictions(run_dir, DATA / "titanic.csv"))
        for family in set(CLASSIFIERS) - set(TREES):
            message = self.refused(CONFIG, "INVALID_VALUE", "train", "--data", DATA / "titanic.csv", "--label",
                                   "Survived", "--model", family, "--missing", "native")
            self.assertIn("decision_tree, random_forest or gradient_boosting", message)

    def test_the_errors_of_regression_are_reproduced(self):
        for family in ("ridge_regression", "decision_tree", "random_forest", "gradient_boosting"):
            data = DATA / "diabetes.csv"
            run_dir = self.train(data, "--label", "progression", "--task", "regression", "--model", family)
            truth = list(map(float, column(data, "progression")))
            predicted = list(map(float, self.predictions(run_dir, data)))
            _, rows = train_test_split(list(range(len(truth))), test_size=0.2, random_state=42)
            metrics = record(run_dir, "metrics.v1.json")
            self.assertEqual(max(abs(truth[r] - predicted[r]) for r in rows), metrics["max_error"])
            mean = sum(abs(truth[r] - predicted[r]) for r in rows) / len(rows)
            self.assertAlmostEqual(mean, metrics["mae"], delta=1e-12 * mean)  # another order of summation


def current_umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


if __name__ == "__main__":
    main()
