#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""runforge inspect: the columns, what would be left out and why, and the problem that would stop a training."""
import json
import re

from client import CONFIG, DATA, FAULTY_DATA, IO, ClientTest, main, record, tool

TITANIC = [DATA / "titanic.csv", "--label", "Survived"]


def table_row(text, column):
    (line,) = re.findall(rf"(?m)^  {re.escape(column)} .*$", text)
    return re.split(r"   +", line.strip())


class Inspect(ClientTest):
    def describe(self, *arguments):
        result = tool("inspect", "--data", *arguments, "--json")
        described = json.loads(result.out)
        self.assertEqual(result.status != 0, "problem" in described, result)
        return described

    def test_each_column_has_a_line(self):
        text = self.ok("inspect", "--data", *TITANIC).out
        self.assertRegex(text, r"\A\S*titanic.csv: 891 rows, 12 columns\n")
        self.assertEqual(table_row(text, "Survived")[1:5], ["label", "numeric", "0", "2"])
        self.assertEqual(table_row(text, "Age"), ["Age", "feature", "numeric", "177 (19.9%)", "88", "0.42 .. 80"])
        self.assertEqual(table_row(text, "Sex")[-1], "male (577), female (314)")
        self.assertEqual(table_row(text, "Name")[1:5], ["identifier", "category", "0", "891"])

    def test_the_rows_and_classes_are_counted(self):
        text = self.ok("inspect", "--data", *TITANIC, "--missing", "fill").out
        self.assertIn("Rows used: 891 of 891\n", text)
        self.assertIn("Classes: 0: 549 (61.6%), 1: 342 (38.4%)\n", text)
        self.assertIn("[IDENTIFIER_COLUMN_IGNORED]", text)
        self.assertIn("Ready to train logistic_regression (classification) on 10 features.\n", text)

    def test_dropped_rows_are_counted(self):
        text = self.ok("inspect", "--data", *TITANIC).out
        self.assertRegex(text, r"Rows used: \d+ of 891 \(\d+ dropped for missing values\)\n")
        self.assertIn("[DROPPED_MANY_ROWS]", text)

    def test_what_it_foretells_is_what_training_does(self):
        for more in ([], ["--missing", "fill"], ["--ignore", "Cabin"]):
            told = self.describe(*TITANIC, *more)
            run_dir = self.train(*TITANIC, *more)
            run, dataset = record(run_dir), record(run_dir, "dataset.v1.json")
            self.assertEqual(told["rows_used"], run["num_samples"])
            plain = [{key: value for key, value in column.items() if key != "notes"} for column in told["columns"]]
            self.assertEqual(plain, dataset["columns"])
            self.assertEqual(len(told["features"]), run["num_features"])
            self.assertEqual([(c["class"], c["count"]) for c in told["class_counts"]],
                             [(c["class"], c["count"]) for c in dataset["class_counts"]])

    def test_each_column_carries_the_codes_of_what_is_told_of_it(self):
        columns = {column["name"]: column.get("notes") for column in self.describe(*TITANIC)["columns"]}
        self.assertEqual(columns["Name"], ["IDENTIFIER_COLUMN_IGNORED"])
        self.assertEqual(columns["Ticket"], ["NUMBERS_IN_TEXT"])
        self.assertEqual(columns["PassengerId"], ["ROW_NUMBER_COLUMN"])
        self.assertIsNone(columns["Age"])

    def test_a_feature_that_says_the_label_in_other_words_is_told(self):
        rows = "".join(f"{i * 37 % 101},{'sick' if i % 3 == 0 else 'well'},{i % 3 == 0:d},{(i % 3 == 0) * 5 + 1}\n"
                       for i in range(60))
        data = self.write("data.csv", "x,word,label,code\n" + rows)
        told = self.describe(data, "--label", "label")
        found = [(d["details"]["column"], d["details"]["match"]) for d in told["diagnostics"]
                 if d["code"] == "FEATURE_MATCHES_LABEL"]
        self.assertEqual(found, [("word", "determines"), ("code", "determines")])
        text = self.ok("inspect", "--data", data, "--label", "label").out
        self.assertRegex(text, r'warning: column "word" determines the label "label": each of its 2 values')
        self.assertNotIn("FEATURE_MATCHES_LABEL", self.ok("inspect", "--data", *TITANIC).out)

    def test_any_number_of_threads_tells_the_same(self):
        rows = "".join(f"{i * 37 % 1009},{i % 977 / 7:.6f},{'even' if i % 2 == 0 else 'odd'},{i * 7 % 3}\n" for i in range(200_000))
        data = self.write("data.csv", "a,b,parity,label\n" + rows)
        told = [self.ok("inspect", "--data", data, "--label", "label", "--json", *more).out
                for more in (["--threads", 1], ["--threads", 2], ["--threads", 7], [])]
        self.assertEqual(json.loads(told[0])["rows"], 200_000)
        self.assertEqual(told, told[:1] * 4)
        self.assertEqual(self.ok("inspect", "--data", *TITANIC, "--threads", 2).out, self.ok("inspect", "--data", *TITANIC).out)

    def test_what_text_columns_hide_is_told(self):
        rows = "".join(f"{i % 9 + 1}{',000' if i % 2 else ''};0{i % 7};2024-01-{i % 28 + 1:02};{i if i else 'n/a'};{i * 7 % 5 < 2:d}\n"
                       for i in range(40))
        told = self.describe(self.write("data.csv", "amount;zip;day;size;label\n" + rows), "--label", "label")
        found = {d["details"]["column"]: d["code"] for d in told["diagnostics"] if "column" in d.get("details", {})}
        self.assertEqual({name: found.get(name) for name in ("amount", "zip", "day")},
                         {"amount": "THOUSANDS_SEPARATOR", "zip": "LEADING_ZEROS", "day": "DATES_AS_TEXT"})
        columns = {column["name"]: column.get("notes", []) for column in told["columns"]}
        self.assertIn("TEXT_AMONG_NUMBERS", columns["size"])

    def test_without_a_label_it_asks_for_one(self):
        result = self.ok("inspect", "--data", DATA / "iris.csv")
        self.assertIn("--label", result.out)
        self.assertNotIn("Problem", result.out)

    def test_a_problem_is_told_and_has_an_exit_status(self):
        problems = [
            (["--label", "specie"], "LABEL_NOT_FOUND"),
            (["--label", "species", "--ignore", "none"], "COLUMN_NOT_FOUND"),
            (["--label", "sepal_length_cm"], "LABEL_TYPE_INVALID"),
        ]
        for arguments, code in problems:
            result = tool("inspect", "--data", DATA / "iris.csv", *arguments)
            training = tool("train", "--data", DATA / "iris.csv", "--out", self.runs, *arguments)
            self.assertEqual(result.status, training.status, result)
            self.assertRegex(result.out, rf"\nProblem: .+ \[{code}\]\nTraining would fail.\n\Z")
            self.assertRegex(result.err, rf"\Arunforge: error: .+ \[{code}\]\n\Z")
            self.assertEqual(self.describe(DATA / "iris.csv", *arguments)["problem"]["code"], code)

    def test_the_problem_is_the_one_training_has(self):
        problem = self.describe(DATA / "iris.csv", "--label", "specie")["problem"]
        message = self.refused(CONFIG, problem["code"], "train", "--data", DATA / "iris.csv", "--label", "specie",
                               "--out", self.runs)
        self.assertEqual(message, problem["message"])

    def test_what_cannot_be_read_or_understood_is_a_failure(self):
        self.refused(IO, "FILE_NOT_FOUND", "inspect", "--data", self.scratch / "none.csv")
        self.refused(FAULTY_DATA, "RAGGED_ROW", "inspect", "--data", self.write("x.csv", "a,b\n1\n"))
        self.refused(CONFIG, "UNKNOWN_MODEL", "inspect", "--data", DATA / "iris.csv", "--model", "oracle")

    def test_regression_has_no_classes(self):
        text = self.ok("inspect", "--data", DATA / "diabetes.csv", "--label", "progression", "--task",
                       "regression").out
        self.assertNotIn("Classes", text)
        self.assertIn("Ready to train ridge_regression (regression) on 10 features.\n", text)

    def test_columns_stay_aligned_under_names_of_any_script(self):
        data = self.write("data.csv", "größe,身長,label\n" + "".join(f"{i},{i % 7},{i % 2}\n" for i in range(30)))
        lines = self.ok("inspect", "--data", data, "--label", "label").out.splitlines()[2:6]
        self.assertTrue(lines[0].lstrip().startswith("column"))
        # Two columns of the terminal for each of the two wide characters.
        self.assertEqual(lines[0].index("role"), lines[1].index("feature"))
        self.assertEqual(lines[0].index("role"), lines[2].index("feature") + 2)

    def test_names_cannot_steer_the_terminal(self):
        data = self.write("data.csv", '"a\x1b[2J",label\n' + "".join(f"{i},{i % 2}\n" for i in range(30)))
        text = self.ok("inspect", "--data", data, "--label", "label").out
        self.assertNotIn("\x1b", text)
        self.assertIn("a\\x1b[2J", text)


if __name__ == "__main__":
    main()
