#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the record states is what ran: each parameter of each family is changed on a case chosen so that it must
matter, and the record and the model's tensors change (for max_iter and tol, the number of iterations). The parameters
are read from the published schema, so that a new one without a case fails here."""
import json

from client import CONFIG, DATA, ClientTest, main, record, tensors

IRIS = ["iris.csv", "species"]
CANCER = ["breast_cancer.csv", "diagnosis"]  # 357 to 212: classes of unequal size
DIABETES = ["diabetes.csv", "progression"]

FOREST = {"n_estimators": 5}
ELASTIC = {"penalty": "elasticnet"}
BOOSTING = {"n_estimators": 5}
STOPPING = {"n_estimators": 100, "early_stopping_rounds": 3}

# (family, parameter): [(data, task, other parameters, one value, another)]; None stands for the default
CASES = {
    ("logistic_regression", "C"): [(CANCER, None, {}, None, 0.1), (IRIS, None, {"penalty": "l1"}, 1, 2),
                                   (IRIS, None, ELASTIC, 1, 2)],
    ("logistic_regression", "class_weight"): [(CANCER, None, {}, None, "balanced")],
    ("logistic_regression", "l1_ratio"): [(CANCER, None, ELASTIC, None, 0.9), (IRIS, None, ELASTIC, 0.1, 0.2)],
    ("logistic_regression", "penalty"): [(CANCER, None, {}, None, "l1"), (CANCER, None, {}, None, "elasticnet"),
                                         (IRIS, None, {"max_iter": 20}, None, "none")],
    ("logistic_regression", "max_iter"): [(CANCER, None, {}, None, 2), (CANCER, None, {"penalty": "l1"}, None, 2)],
    ("logistic_regression", "tol"): [(CANCER, None, {}, None, 0.1), (CANCER, None, {"penalty": "l1"}, None, 0.1)],
    ("linear_svc", "C"): [(CANCER, None, {}, None, 0.1), (IRIS, None, {}, None, 0.1)],
    ("linear_svc", "class_weight"): [(CANCER, None, {}, None, "balanced")],
    ("linear_svc", "max_iter"): [(CANCER, None, {}, None, 2)],
    ("linear_svc", "tol"): [(CANCER, None, {}, None, 0.1)],
    ("ridge_regression", "alpha"): [(DIABETES, "regression", {}, None, 10), (DIABETES, "regression", {}, None, 0)],
    ("decision_tree", "max_bins"): [(CANCER, None, {}, None, 4), (DIABETES, "regression", {}, None, 4)],
    ("decision_tree", "max_depth"): [(CANCER, None, {}, None, 2), (DIABETES, "regression", {}, None, "none")],
    ("decision_tree", "max_leaves"): [(CANCER, None, {}, None, 3), (DIABETES, "regression", {}, None, 3)],
    ("decision_tree", "min_samples_leaf"): [(CANCER, None, {}, None, 20), (DIABETES, "regression", {}, None, 20)],
    ("random_forest", "bootstrap"): [(CANCER, None, FOREST, None, False), (DIABETES, "regression", FOREST, None, False)],
    ("random_forest", "class_weight"): [(CANCER, None, FOREST, None, "balanced")],
    ("random_forest", "max_bins"): [(CANCER, None, FOREST, None, 4), (DIABETES, "regression", FOREST, None, 4)],
    ("random_forest", "max_depth"): [(CANCER, None, FOREST, None, 2), (DIABETES, "regression", FOREST, None, 2)],
    ("random_forest", "max_features"): [(CANCER, None, FOREST, None, 0.9),
                                        (DIABETES, "regression", FOREST, None, "sqrt")],
    ("random_forest", "max_samples"): [(CANCER, None, FOREST, None, 0.5), (DIABETES, "regression", FOREST, None, 0.5)],
    ("random_forest", "min_samples_leaf"): [(CANCER, None, FOREST, None, 10),
                                            (DIABETES, "regression", FOREST, None, 10)],
    ("random_forest", "min_samples_split"): [(CANCER, None, FOREST, None, 40),
                                             (DIABETES, "regression", FOREST, None, 40)],
    ("random_forest", "n_estimators"): [(CANCER, None, FOREST, None, 6), (DIABETES, "regression", FOREST, None, 6)],
}
CASES.update({
    ("gradient_boosting", name): [(CANCER, None, BOOSTING, None, value), (DIABETES, "regression", BOOSTING, None, value)]
    for name, value in (("colsample", 0.5), ("l2", 5), ("learning_rate", 0.5), ("max_bins", 4), ("max_depth", 2),
                        ("max_leaves", 3), ("min_samples_leaf", 60), ("n_estimators", 6), ("subsample", 0.5))
})
CASES.update({
    ("gradient_boosting", "min_gain"): [(CANCER, None, BOOSTING, None, 20), (DIABETES, "regression", BOOSTING, None, 1e5)],
    ("gradient_boosting", "early_stopping_rounds"): [(CANCER, None, {"n_estimators": 100}, None, 3),
                                                     (DIABETES, "regression", {"n_estimators": 100}, None, 3)],
    ("gradient_boosting", "early_stopping_fraction"): [(CANCER, None, STOPPING, None, 0.4),
                                                       (DIABETES, "regression", STOPPING, None, 0.4)],
})
COUNTS_ITERATIONS = {"max_iter", "tol"}

# Combinations that mean nothing.
NOT_APPLICABLE = [
    ("logistic_regression", None, {"l1_ratio": 0.5}),
    ("logistic_regression", None, {"penalty": "l1", "l1_ratio": 0.5}),
    ("logistic_regression", None, {"penalty": "none", "l1_ratio": 0.5}),
    ("random_forest", "regression", {"class_weight": "balanced"}),
    ("random_forest", None, {"bootstrap": False, "max_samples": 0.5}),
    ("gradient_boosting", None, {"early_stopping_fraction": 0.2}),
    ("gradient_boosting", None, {"early_stopping_rounds": "none", "early_stopping_fraction": 0.2}),
]


def published_parameters(schema):
    """(family, parameter) for each family that the schema lets be chosen."""
    families = schema["properties"]["model"]["enum"]
    return {(family, name) for family in families for name in schema["definitions"][family]["properties"]}


class Hyperparameters(ClientTest):
    def fit(self, family, data, task, parameters):
        train = {"label": data[1], "model": family, "params": parameters, **({"task": task} if task else {})}
        config = self.write("config.json", json.dumps({"train": train}))
        return self.train(DATA / data[0], "--config", config)

    def test_each_published_parameter_has_a_case(self):
        schema = json.loads(self.ok("schema", "train_config.v1").out)
        self.assertEqual(published_parameters(schema), set(CASES))

    def test_each_parameter_changes_record_and_model(self):
        for (family, name), cases in CASES.items():
            for data, task, others, one, another in cases:
                with self.subTest(family=family, parameter=name, data=data[0], task=task, one=one, another=another):
                    first, second = (self.fit(family, data, task, {**others, **({} if v is None else {name: v})})
                                     for v in (one, another))
                    self.assertNotEqual((first / "run.json").read_bytes(), (second / "run.json").read_bytes())
                    self.assert_recorded(second, name, another)
                    if name in COUNTS_ITERATIONS:
                        before, after = (record(run)["solver"]["iterations"] for run in (first, second))
                        self.assertLess(after, before)
                    else:
                        self.assertNotEqual(tensors(first), tensors(second))

    def assert_recorded(self, run_dir, name, value):
        run = record(run_dir)
        self.assertIn({"name": name, "value": value, "source": "caller"}, run["hyperparameters"])
        self.assertEqual(run["config"]["params"][name], value)

    def test_max_iter_is_a_limit(self):
        for family, data in (("logistic_regression", CANCER), ("linear_svc", CANCER)):
            run = record(self.fit(family, data, None, {"max_iter": 2}))
            self.assertEqual((run["solver"]["iterations"], run["solver"]["converged"]), (2, False))
            self.assertIn("NOT_CONVERGED", [diagnostic["code"] for diagnostic in run["diagnostics"]])

    def test_a_default_given_by_hand_changes_nothing_but_its_source(self):
        schema = json.loads(self.ok("schema", "train_config.v1").out)
        for family, name in sorted(published_parameters(schema)):
            data, task, others, one, _ = CASES[family, name][0]
            if one is not None or name in others:
                continue
            plain = self.fit(family, data, task, others)
            default = record(plain)["config"]["params"].get(name)
            if default is None:  # applies only beside another choice
                continue
            by_hand = self.fit(family, data, task, {**others, name: default})
            self.assertEqual(tensors(plain), tensors(by_hand), (family, name))
            self.assertEqual(record(plain)["input_digest"], record(by_hand)["input_digest"], (family, name))

    def test_what_does_not_apply_is_refused(self):
        for family, task, parameters in NOT_APPLICABLE:
            train = {"label": "species", "model": family, "params": parameters, **({"task": task} if task else {})}
            config = self.write("config.json", json.dumps({"train": train}))
            self.refused(CONFIG, "PARAMETER_NOT_APPLICABLE", "train", "--data", DATA / "iris.csv", "--config", config)

    def test_a_parameter_of_another_family_is_refused(self):
        names = {name for _, name in CASES}
        for family in sorted({family for family, _ in CASES}):
            for name in sorted(names - {own for of, own in CASES if of == family}):
                self.refused(CONFIG, "UNKNOWN_PARAMETER", "train", "--data", DATA / "iris.csv", "--label", "species",
                             "--model", family, "--param", f"{name}=1")

    def test_what_is_out_of_range_is_refused(self):
        outside = {"C": ["0", "-1", "x", "true"], "class_weight": ["heavy", "1"], "l1_ratio": ["-0.1", "1.1"],
                   "penalty": ["l3"], "max_iter": ["0", "1.5", "none"], "tol": ["0", "-1"], "alpha": ["-1", "x"],
                   "max_bins": ["1", "256", "2.5"], "max_depth": ["0", "deep"], "max_leaves": ["1"],
                   "min_samples_leaf": ["0", "0.5"], "bootstrap": ["1", "yes"], "max_features": ["0", "1.1", "log2"],
                   "max_samples": ["0", "1.1"], "min_samples_split": ["1"], "n_estimators": ["0", "1000001", "1e999"],
                   "colsample": ["0", "1.1"], "subsample": ["0", "1.1"], "l2": ["-1"], "min_gain": ["-1", "none"],
                   "learning_rate": ["0", "1.1"], "early_stopping_rounds": ["0", "2.5"],
                   "early_stopping_fraction": ["0", "1"]}
        self.assertEqual(set(outside), {name for _, name in CASES})
        for family, name in sorted(CASES):
            for value in outside[name]:
                more = {"l1_ratio": ["--param", "penalty=elasticnet"],
                        "early_stopping_fraction": ["--param", "early_stopping_rounds=3"]}.get(name, [])
                message = self.refused(CONFIG, "PARAMETER_OUT_OF_RANGE", "train", "--data", DATA / "iris.csv",
                                       "--label", "species", "--model", family, "--param", f"{name}={value}", *more)
                self.assertIn(name, message)


if __name__ == "__main__":
    main()
