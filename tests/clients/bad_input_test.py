#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What people hand in by mistake: each has its message, its code and its exit status, and leaves no trace."""
import os
import unittest

from client import CONFIG, DATA, FAULTY_DATA, IO, LIMIT, ClientTest, entries, main


class BadInput(ClientTest):
    def train_refused(self, status, code, data, *arguments):
        message = self.refused(status, code, "train", "--data", data, "--out", self.runs, *arguments)
        self.assertEqual(entries(self.runs), [])
        return message

    def refused_text(self, status, code, text, *arguments):
        return self.train_refused(status, code, self.write("data.csv", text), *arguments)

    # ---- the file

    def test_a_file_that_is_not_there_is_named(self):
        path = self.scratch / "none.csv"
        self.assertIn(str(path), self.train_refused(IO, "FILE_NOT_FOUND", path))

    def test_a_directory_is_no_file(self):
        self.assertIn(str(self.scratch), self.train_refused(IO, "NOT_A_FILE", self.scratch))

    def test_an_empty_file_is_refused(self):
        self.assertIn("data.csv", self.refused_text(FAULTY_DATA, "EMPTY_FILE", ""))

    def test_a_header_alone_is_refused(self):
        self.refused_text(FAULTY_DATA, "ZERO_ROWS", "a,b,label\n")

    def test_a_ragged_row_is_named_by_its_line(self):
        message = self.refused_text(FAULTY_DATA, "RAGGED_ROW", "a,b,label\n1,2,0\n\n3,4\n")
        self.assertIn("data.csv:4:", message)
        self.assertRegex(message, r"\b3\b.*\b2\b")

    def test_a_line_inside_a_quoted_cell_counts(self):
        message = self.refused_text(FAULTY_DATA, "RAGGED_ROW", 'a,b,label\n1,"x\ny",0\n3,4\n')
        self.assertIn("data.csv:4:", message)

    def test_equal_column_names_are_refused(self):
        message = self.refused_text(FAULTY_DATA, "DUPLICATE_COLUMN", "a,label,a\n1,0,2\n")
        self.assertIn('"a"', message)

    def test_a_nul_byte_is_refused_with_its_line(self):
        message = self.refused_text(FAULTY_DATA, "NUL_BYTE", b"a,label\n1,0\n\x002,1\n")
        self.assertIn("data.csv:3:", message)

    def test_invalid_utf8_is_refused_with_its_line(self):
        message = self.refused_text(FAULTY_DATA, "INVALID_UTF8", b"a,label\n1,0\n\xc3\x28,1\n")
        self.assertIn("data.csv:3:", message)

    def test_a_quote_that_is_not_closed_is_refused(self):
        self.refused_text(FAULTY_DATA, "MALFORMED_QUOTE", 'a,label\n"1,0\n2,1\n')

    def test_a_number_beyond_a_double_is_refused(self):
        message = self.refused_text(FAULTY_DATA, "NUMBER_OUT_OF_RANGE", "a,label\n1,0\n1e999,1\n")
        self.assertIn("data.csv:3:", message)
        self.assertIn('"a"', message)

    def test_text_where_a_number_is_needed_is_named(self):
        config = self.write("config.json", '{"dataset": {"kinds": {"a": "numeric"}}}')
        message = self.refused_text(FAULTY_DATA, "CELL_KIND_MISMATCH", "a,label\n1,0\nn/v,1\n", "--config", config)
        for part in ("data.csv:3:", '"a"', '"n/v"'):
            self.assertIn(part, message)

    # ---- the label

    def test_a_label_that_is_not_there_brings_near_names(self):
        message = self.train_refused(CONFIG, "LABEL_NOT_FOUND", DATA / "iris.csv", "--label", "specie")
        self.assertIn('"specie"', message)
        self.assertIn('"species"', message)

    def test_a_label_in_another_case_brings_the_right_one(self):
        message = self.train_refused(CONFIG, "LABEL_NOT_FOUND", DATA / "titanic.csv", "--label", "survived")
        self.assertIn('"Survived"', message)

    def test_without_a_label_option_the_column_label_is_meant(self):
        self.assertIn('"label"', self.train_refused(CONFIG, "LABEL_NOT_FOUND", DATA / "iris.csv"))

    def test_a_label_without_any_value_leaves_no_rows(self):
        self.refused_text(FAULTY_DATA, "ZERO_ROWS", "a,label\n1,\n2,NA\n3,?\n")

    def test_one_class_is_too_few(self):
        message = self.refused_text(FAULTY_DATA, "SINGLE_CLASS", "a,label\n1,yes\n2,yes\n3,yes\n")
        self.assertIn('"label"', message)

    def test_too_many_classes_are_refused_before_anything_is_learned(self):
        for texts, advice in ((False, "regression"), (True, "identifier")):
            rows = "".join(f"{i % 97},{'c' * texts}{i % 8000}\n" for i in range(16000))
            message = self.refused_text(LIMIT, "TOO_MANY_CLASSES", "a,label\n" + rows, "--model", "random_forest")
            for part in ("8000", "1000", "limits.max_classes", advice):
                self.assertIn(part, message)

    def test_the_limit_of_classes_is_the_callers(self):
        rows = "".join(f"{i},{i % 3}\n" for i in range(30))
        config = self.write("config.json", '{"train": {"limits": {"max_classes": 2}}}')
        self.refused_text(LIMIT, "TOO_MANY_CLASSES", "a,label\n" + rows, "--config", config)

    def test_a_fractional_label_points_to_regression(self):
        message = self.refused_text(FAULTY_DATA, "LABEL_TYPE_INVALID", "a,label\n1,0.5\n2,1.5\n3,2\n")
        self.assertIn("regression", message)

    def test_a_text_label_cannot_be_regressed(self):
        self.refused_text(FAULTY_DATA, "LABEL_TYPE_INVALID", "a,label\n1,x\n2,y\n3,x\n", "--task", "regression")

    def test_a_class_that_no_training_row_has_is_named(self):
        # Three classes of one row each cannot be stratified; seed 0 puts one of them among the validation rows.
        message = self.refused_text(FAULTY_DATA, "CLASS_NOT_IN_TRAINING", "a,label\n1,x\n2,y\n3,z\n4,w\n5,v\n",
                                    "--seed", 0)
        self.assertRegex(message, r'"[vwxyz]"')

    # ---- the features

    def test_identifiers_are_no_features(self):
        rows = "".join(f"name{i},{i % 2}\n" for i in range(40))
        self.refused_text(FAULTY_DATA, "ZERO_FEATURES", "id,label\n" + rows)

    def test_a_label_needs_company(self):
        self.refused_text(FAULTY_DATA, "LABEL_ONLY_DATASET", "label\n0\n1\n")

    def test_everything_ignored_leaves_no_feature(self):
        self.refused_text(FAULTY_DATA, "ZERO_FEATURES", "a,label\n1,0\n2,1\n", "--ignore", "a")

    def test_an_ignored_column_must_be_there(self):
        message = self.train_refused(CONFIG, "COLUMN_NOT_FOUND", DATA / "titanic.csv", "--label", "Survived",
                                     "--ignore", "PassengerID")
        self.assertIn('"PassengerId"', message)

    def test_a_missing_value_is_named_under_policy_error(self):
        message = self.refused_text(FAULTY_DATA, "MISSING_VALUE", "a,b,label\n1,2,0\n3,,1\n", "--missing", "error")
        self.assertIn('"b"', message)

    def test_rows_that_all_lack_something_leave_none(self):
        self.refused_text(FAULTY_DATA, "ZERO_ROWS", "a,b,label\n1,,0\n,2,1\n")

    # ---- the configuration

    def test_an_unknown_family_brings_a_near_one(self):
        message = self.train_refused(CONFIG, "UNKNOWN_MODEL", DATA / "iris.csv", "--model", "random_forrest")
        self.assertIn("random_forest", message)

    def test_an_unknown_parameter_brings_a_near_one(self):
        message = self.train_refused(CONFIG, "UNKNOWN_PARAMETER", DATA / "iris.csv", "--label", "species",
                                     "--model", "random_forest", "--param", "n_estimator=10")
        self.assertIn("n_estimators", message)

    def test_a_parameter_out_of_range_brings_the_range(self):
        message = self.train_refused(CONFIG, "PARAMETER_OUT_OF_RANGE", DATA / "iris.csv", "--label", "species",
                                     "--model", "random_forest", "--param", "max_features=1.5")
        self.assertIn("max_features", message)
        self.assertRegex(message, r"\(0, 1\]|above 0|greater than 0|> 0")
        self.assertIn("1.5", message)

    def test_a_parameter_that_does_not_apply_is_refused(self):
        message = self.train_refused(CONFIG, "PARAMETER_NOT_APPLICABLE", DATA / "iris.csv", "--label", "species",
                                     "--param", "l1_ratio=0.3")
        self.assertIn("elasticnet", message)

    def test_a_task_the_family_lacks_is_refused(self):
        self.train_refused(CONFIG, "TASK_NOT_SUPPORTED", DATA / "iris.csv", "--label", "species",
                           "--model", "linear_svc", "--task", "regression")

    def test_a_profile_of_another_family_is_refused(self):
        self.train_refused(CONFIG, "PROFILE_CONFLICT", DATA / "iris.csv", "--label", "species",
                           "--model", "linear_svc", "--profile", "fast")

    def test_an_unknown_policy_is_refused(self):
        self.train_refused(CONFIG, "INVALID_VALUE", DATA / "iris.csv", "--label", "species", "--missing", "guess")

    def test_a_mistake_in_the_configuration_shows_before_the_file_is_read(self):
        self.train_refused(CONFIG, "UNKNOWN_MODEL", self.scratch / "none.csv", "--model", "oracle")

    # ---- the destination

    def test_a_destination_below_a_file_is_refused(self):
        blocked = self.write("file", "x") / "runs"
        message = self.refused(IO, "WRITE_FAILED", "train", "--data", DATA / "iris.csv", "--label", "species",
                               "--out", blocked)
        self.assertIn(str(blocked.parent), message)
        self.assertEqual(entries(self.scratch), ["file"])

    def test_a_destination_that_takes_no_files_is_refused(self):
        self.refused(IO, "WRITE_FAILED", "train", "--data", DATA / "iris.csv", "--label", "species",
                     "--out", "/proc/runforge")

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere; /proc and a file in the way are tried instead")
    def test_a_folder_without_the_right_to_write_is_refused(self):
        self.runs.mkdir(mode=0o555)
        self.refused(IO, "WRITE_FAILED", "train", "--data", DATA / "iris.csv", "--label", "species",
                     "--out", self.runs)
        self.assertEqual(entries(self.runs), [])

    # ---- what can be said of every refusal

    def test_control_characters_of_the_data_do_not_reach_the_terminal(self):
        message = self.refused_text(FAULTY_DATA, "DUPLICATE_COLUMN", 'a\x1b[31m,label,a\x1b[31m\n1,0,2\n')
        self.assertNotIn("\x1b", message)
        self.assertIn("\\x1b", message)

    def test_an_existing_run_is_left_alone(self):
        run_dir = self.train(DATA / "iris.csv", "--label", "species")
        before = entries(self.runs)
        self.refused(CONFIG, "LABEL_NOT_FOUND", "train", "--data", DATA / "iris.csv", "--label", "none",
                     "--out", self.runs)
        self.assertEqual(entries(self.runs), before)
        self.assertEqual(entries(self.runs), [run_dir.name])


if __name__ == "__main__":
    main()
