#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--config and the flags over it: only what the caller gave is passed on, single keys are overridden, and mistakes in
the file are named."""
import json
import os

from client import CONFIG, DATA, IO, ClientTest, main, record

IRIS = DATA / "iris.csv"


class Config(ClientTest):
    def config(self, value):
        return self.write("config.json", value if isinstance(value, (str, bytes)) else json.dumps(value))

    def requested(self, *arguments):
        return record(self.train(*arguments))["requested_config"]

    def refused_config(self, status, code, value, *arguments):
        return self.refused(status, code, "train", "--data", IRIS, "--config", self.config(value),
                            "--out", self.runs, *arguments)

    def test_only_what_was_given_is_requested(self):
        self.assertEqual(self.requested(IRIS, "--label", "species"), {"label": "species"})

    def test_each_flag_becomes_its_key(self):
        requested = self.requested(
            DATA / "titanic.csv", "--label", "Survived", "--task", "classification", "--model", "random_forest",
            "--seed", 7, "--missing", "fill", "--ignore", "Cabin", "--ignore", "Name", "--param", "n_estimators=3",
            "--param", "max_features=0.5", "--param", "bootstrap=false", "--param", "max_depth=none")
        self.assertEqual(requested, {
            "label": "Survived", "task": "classification", "model": "random_forest", "seed": 7,
            "missing": {"policy": "fill"}, "roles": {"Cabin": "ignored", "Name": "ignored"},
            "params": {"n_estimators": 3, "max_features": 0.5, "bootstrap": False, "max_depth": "none"}})

    def grouped(self):
        rows = "".join(f"{i % 20};2024-01-{i % 28 + 1:02d};{1 + i % 3};{i % 17};{'a' if i * 7 % 5 < 2 else 'b'}\n" for i in range(200))
        return self.write("grouped.csv", "g;t;w;x;y\n" + rows)

    def test_roles_splits_and_reading_have_flags(self):
        data = self.grouped()
        run = record(self.train(data, "--label", "y", "--group", "g", "--weight", "w", "--role", "t=ignored",
                                "--kind", "x=category", "--delimiter", ";"))
        self.assertEqual(run["requested_config"], {"label": "y", "roles": {"g": "group", "t": "ignored", "w": "weight"},
                                                   "split": {"method": "group"}})
        self.assertEqual(run["dataset"]["source"]["options"]["kinds"], {"x": "category"})
        latest = record(self.train(data, "--label", "y", "--time", "t"))
        self.assertEqual(latest["requested_config"], {"label": "y", "roles": {"t": "time"}, "split": {"method": "time"}})
        plain = record(self.train(data, "--label", "y", "--group", "g", "--split", "group"))
        self.assertEqual(plain["split"]["method"], "group")

    def test_flags_of_roles_and_splits_override_those_of_the_file(self):
        config = self.config({"train": {"roles": {"w": "weight", "x": "group"}, "split": {"method": "predefined", "column": "side"}}})
        requested = self.requested(self.grouped(), "--label", "y", "--config", config, "--group", "g", "--role", "t=ignored")
        self.assertEqual(requested["split"], {"method": "group"})
        self.assertEqual(requested["roles"], {"g": "group", "t": "ignored", "w": "weight"})
        config = self.config({"train": {"roles": {"x": "weight"}, "split": {"method": "predefined", "column": "side", "fraction": 0.3}}})
        requested = self.requested(self.grouped(), "--label", "y", "--config", config, "--weight", "w", "--split", "shuffle")
        self.assertEqual(requested, {"label": "y", "roles": {"w": "weight"}, "split": {"method": "shuffle", "fraction": 0.3}})

    def test_a_column_may_say_the_split(self):
        rows = "".join(f"{i % 13},{'train' if i % 4 else 'validation'},{'a' if i % 3 else 'b'}\n" for i in range(80))
        data = self.write("said.csv", "x,side,y\n" + rows)
        run = record(self.train(data, "--label", "y", "--split", "predefined=side"))
        self.assertEqual((run["split"]["method"], run["split"]["num_validation"]), ("predefined", 20))

    def test_flags_that_contradict_each_other_are_refused(self):
        def refused(*arguments):
            return self.refused(2, "USAGE", "train", "--data", self.grouped(), "--label", "y", "--out", self.runs, *arguments)
        for words, message in [
                (["--group", "g", "--time", "t"], "give only one of them"),
                (["--role", "x=feature", "--ignore", "x"], "x cannot be both feature (--role) and ignored (--ignore)"),
                (["--weight", "w", "--ignore", "w"], "w cannot be both weight (--weight) and ignored (--ignore)"),
                (["--role", "x"], "--role: expected NAME=ROLE"),
                (["--kind", "=numeric"], "--kind: expected NAME=KIND"),
                (["--weight", ""], "--weight: the name of a column is empty"),
                (["--ignore", ""], "--ignore: the name of a column is empty"),
                (["--split", "time=t"], "use --time t"),
                (["--weight", os.fsdecode(b"\xff")], "--weight: the value is not valid UTF-8"),
                (["--kind", os.fsdecode(b"gr\xfc=category")], "--kind: the value is not valid UTF-8")]:
            self.assertIn(message, str(refused(*words)))
        self.train(self.grouped(), "--label", "y", "--ignore", "x", "--ignore", "x")

    def test_a_split_of_a_flag_replaces_that_of_the_file(self):
        config = self.config({"train": {"label": "y", "roles": {"t": "time"}, "split": {"method": "time"}}})
        for words, roles in [(["--group", "g"], {"g": "group"}), (["--split", "shuffle"], {})]:
            requested = self.requested(self.grouped(), "--config", config, *words)
            self.assertEqual(requested.get("roles", {}), roles)
            self.assertEqual(requested["split"]["method"], words[1] if words[0] == "--split" else "group")

    def test_a_delimiter_may_be_named(self):
        self.train(self.grouped(), "--label", "y", "--delimiter", "semicolon")
        self.refused(2, "LABEL_NOT_FOUND", "train", "--data", self.grouped(), "--label", "y", "--out", self.runs, "--delimiter", "comma")

    def test_a_profile_is_passed_on_and_recorded(self):
        run = record(self.train(IRIS, "--label", "species", "--profile", "fast"))
        self.assertEqual(run["profile_name"], "fast")
        self.assertIn({"name": "max_iter", "value": 50, "source": "profile"}, run["hyperparameters"])

    def test_flags_override_single_keys_of_the_file(self):
        config = self.config({"train": {"label": "species", "model": "random_forest", "seed": 1,
                                        "params": {"n_estimators": 3, "max_depth": 2},
                                        "roles": {"sepal_width_cm": "ignored"}}})
        requested = self.requested(IRIS, "--config", config, "--seed", 2, "--param", "max_depth=4",
                                   "--ignore", "sepal_length_cm")
        self.assertEqual(requested, {"label": "species", "model": "random_forest", "seed": 2,
                                     "params": {"n_estimators": 3, "max_depth": 4},
                                     "roles": {"sepal_width_cm": "ignored", "sepal_length_cm": "ignored"}})

    def test_a_file_and_the_same_flags_give_the_same_record(self):
        config = self.config({"train": {"label": "species", "params": {"C": 0.1}}})
        by_file = self.train(IRIS, "--config", config)
        by_flags = self.train(IRIS, "--label", "species", "--param", "C=0.1")
        self.assertEqual((by_file / "run.json").read_bytes(), (by_flags / "run.json").read_bytes())

    def test_numbers_reach_the_record_to_the_last_digit(self):
        for text in ("0.1", "1e-7", "0.30000000000000004", "12345678.9"):
            value = self.requested(IRIS, "--label", "species", "--param", f"C={text}")["params"]["C"]
            self.assertEqual(value, float(text))

    def test_reading_options_of_the_file_are_used(self):
        data = self.write("data.csv", "a;label\n" + "".join(f"{i // 2};{'NA' if i == 3 else i % 2}\n" for i in range(30)))
        config = self.config({"dataset": {"delimiter": ";", "missing_tokens": [], "kinds": {"a": "category"}}})
        options = record(self.train(data, "--config", config))["dataset"]["source"]["options"]
        self.assertEqual((options["delimiter"], options["missing_tokens"], options["kinds"]),
                         (";", [], {"a": "category"}))

    def test_a_split_fraction_is_what_runs(self):
        config = self.config({"train": {"label": "species", "split": {"fraction": 0.4}}})
        split = record(self.train(IRIS, "--config", config))["split"]
        self.assertEqual((split["num_train"], split["num_validation"]), (90, 60))

    def test_a_fraction_of_zero_trains_on_all_rows_and_says_so(self):
        config = self.config({"train": {"label": "species", "split": {"fraction": 0}}})
        result = self.ok("train", "--data", IRIS, "--config", config, "--out", self.runs)
        self.assertIn("Validation Accuracy: none (no validation rows)\n", result.out)

    def test_a_plain_shuffle_can_be_asked_for(self):
        config = self.config({"train": {"label": "species", "split": {"method": "shuffle"}}})
        split = record(self.train(IRIS, "--config", config))["split"]
        self.assertEqual((split["method"], split["stratified"]), ("shuffle", False))

    def test_the_missing_policies_do_what_they_say(self):
        titanic = [DATA / "titanic.csv", "--label", "Survived", "--ignore", "Cabin"]
        dropped = record(self.train(*titanic, "--missing", "drop_rows"))
        filled = record(self.train(*titanic, "--missing", "fill"))
        self.assertEqual(filled["num_samples"], 891)
        self.assertEqual(dropped["num_samples"] + dropped["dropped_rows_missing_values"], 891)
        self.assertLess(dropped["num_samples"], 891)

    def test_a_column_may_have_a_missing_policy_of_its_own(self):
        titanic = [DATA / "titanic.csv", "--label", "Survived", "--ignore", "Cabin", "--model", "gradient_boosting",
                   "--param", "n_estimators=2"]
        run = self.train(*titanic, "--missing", "Age=native", "--missing", "fill", "--missing", "Embarked=drop_rows")
        config = {"policy": "fill", "columns": {"Age": "native", "Embarked": "drop_rows"}}
        told = record(run)
        self.assertEqual(told["config"]["missing"], config)
        self.assertEqual((told["num_samples"], told["dropped_rows_missing_values"]), (889, 2))
        columns = {column["name"]: column for column in json.loads((run / "dataset.v1.json").read_text())["columns"]}
        self.assertEqual([(columns[name].get("missing_policy"), columns[name].get("missing_used_rows"))
                          for name in ("Age", "Embarked", "Fare", "Survived")],
                         [("native", 177), ("drop_rows", 0), ("fill", 0), (None, None)])
        of_file = self.train(*titanic, "--config", self.config({"train": {"missing": config}}))
        self.assertEqual(record(of_file)["result_digest"], told["result_digest"])
        # A flag overrides its own column only.
        overridden = self.train(*titanic, "--config", self.config({"train": {"missing": config}}), "--missing",
                                "Embarked=native")
        self.assertEqual(record(overridden)["config"]["missing"]["columns"], {"Age": "native", "Embarked": "native"})

    def test_policies_that_cannot_apply_are_refused(self):
        titanic = ["train", "--data", DATA / "titanic.csv", "--label", "Survived"]
        self.refused(CONFIG, "INVALID_VALUE", *titanic, "--missing", "Age=native")
        self.refused(CONFIG, "INVALID_VALUE", *titanic, "--missing", "Age=")
        self.assertIn('"Age"', self.refused(CONFIG, "COLUMN_NOT_FOUND", *titanic, "--missing", "Agee=fill"))
        self.refused(CONFIG, "PARAMETER_NOT_APPLICABLE", *titanic, "--missing", "Survived=fill")
        self.refused(CONFIG, "PARAMETER_NOT_APPLICABLE", *titanic, "--missing", "Name=fill")
        for twice in (["fill", "error"], ["Age=fill", "Age=error"]):
            words = [word for policy in twice for word in ("--missing", policy)]
            self.assertIn("given twice", self.refused(CONFIG, "USAGE", *titanic, *words))

    def test_a_declared_feature_is_not_taken_for_an_identifier(self):
        rows = "".join(f"n{i},{i % 3},{i % 2}\n" for i in range(40))
        data = self.write("data.csv", "id,a,label\n" + rows)
        without = record(self.train(data))
        config = self.config({"train": {"roles": {"id": "feature"}}})
        self.assertEqual(record(self.train(data, "--config", config))["num_features"], without["num_features"] + 1)

    # ---- mistakes

    def test_a_file_that_is_not_there_is_named(self):
        message = self.refused(IO, "FILE_NOT_FOUND", "train", "--data", IRIS, "--config", self.scratch / "none.json")
        self.assertIn("none.json", message)

    def test_broken_json_is_placed(self):
        message = self.refused_config(CONFIG, "INVALID_JSON", '{\n  "train": {"seed": }\n}')
        self.assertIn("config.json:2:", message)

    def test_what_is_no_object_is_refused(self):
        for value in ("[]", "1", '{"train": []}', '{"dataset": "x"}', '{"train": {"params": 1}}'):
            self.refused_config(CONFIG, "INVALID_VALUE", value, "--param", "C=1")

    def test_an_unknown_top_level_key_brings_a_near_one(self):
        message = self.refused_config(CONFIG, "UNKNOWN_KEY", {"trian": {}})
        self.assertIn('"trian"', message)
        self.assertIn('"train"', message)

    def test_settings_of_the_wrong_level_are_refused(self):
        message = self.refused_config(CONFIG, "UNKNOWN_KEY", {"label": "species"})
        self.assertIn('"label"', message)

    def test_a_key_that_occurs_twice_is_refused_on_every_level(self):
        self.refused_config(CONFIG, "INVALID_JSON", '{"train": {}, "dataset": {}, "train": {}}')
        self.refused_config(CONFIG, "INVALID_JSON", '{"train": {"seed": 1, "seed": 2}}')

    def test_nesting_without_end_is_refused(self):
        self.refused_config(CONFIG, "INVALID_JSON", '{"train":' + "[" * 1000000)

    def test_invalid_utf8_is_refused(self):
        self.refused_config(CONFIG, "INVALID_JSON", b'{"train": {"label": "\xff"}}')

    def test_the_library_judges_what_is_inside(self):
        self.assertIn("sede", self.refused_config(CONFIG, "UNKNOWN_KEY", {"train": {"sede": 1}}))
        self.assertIn("delimeter", self.refused_config(CONFIG, "UNKNOWN_KEY", {"dataset": {"delimeter": ";"}}))
        self.refused_config(CONFIG, "INVALID_VALUE", {"train": {"seed": "1"}})

    def test_what_the_library_refuses_names_the_file(self):
        for value in ({"train": {"seeed": 1}}, {"dataset": {"kinds": {"species": "nummeric"}}}):
            config = self.config(value)
            for command in (["train", "--out", self.runs], ["inspect"]):
                code = "UNKNOWN_KEY" if "train" in value else "INVALID_VALUE"
                self.assertIn(f"{config} (or a flag): ", self.refused(2, code, *command, "--data", IRIS, "--label", "species", "--config", config))

    def test_limits_of_the_file_hold(self):
        message = self.refused_config(10, "LIMIT_REACHED", {"dataset": {"limits": {"max_rows": 100}}},
                                      "--label", "species")
        self.assertIn("100", message)


if __name__ == "__main__":
    main()
