# SPDX-License-Identifier: MIT
"""The runs that the forger starts from: each family and task, and what else leaves other members in a record.

Small on purpose, as each is verified thousands of times. Other trainings stand beside them, whose results are put under this
one's configuration.
"""
import csv
import json
import os
import pathlib

from library import Refused
from seal import EXECUTION, Number, Run

TESTS = pathlib.Path(__file__).resolve().parents[1]
DATA, GOLDEN = TESTS / "data", TESTS / "golden" / "runs"
IRIS = {"label": "species"}
TITANIC = {"label": "Survived", "roles": {"Name": "ignored", "Ticket": "ignored", "Cabin": "ignored"}}
DIABETES = {"label": "progression", "task": "regression"}
FEW = {"n_estimators": 3, "max_depth": 3}
OWN_OPTIONS = {"missing_tokens": ["", "NA"], "kinds": {"Pclass": "numeric"}}

# name: (file, configuration, parameters of the other trainings); reading options by name below
TRAINED = {
    "logistic_regression_fill": ("titanic.csv", {**TITANIC, "missing": {"policy": "fill"}, "seed": 7}, [{"C": 0.5}, {"tol": 1e-4}]),
    "logistic_regression_classes": ("iris.csv", {**IRIS, "profile": "fast"}, [{"C": 2}]),
    "logistic_regression_stopped": ("titanic.csv", {**TITANIC, "params": {"max_iter": 1}}, [{"max_iter": 2}, {"max_iter": 1000}]),
    "logistic_regression_l1": ("iris_part.csv", {**IRIS, "params": {"penalty": "l1", "C": 0.1},
                                                 "split": {"method": "predefined", "column": "part"}}, [{"C": 0.2, "penalty": "l1"}]),
    "linear_svc": ("titanic.csv", {**TITANIC, "model": "linear_svc", "params": {"class_weight": "balanced"}},
                   [{"class_weight": "none"}]),
    "linear_svc_classes": ("iris.csv", {**IRIS, "model": "linear_svc"}, [{"C": 0.5}]),
    "ridge_regression": ("diabetes.csv", DIABETES, [{"alpha": 2}]),
    "ridge_regression_deficient": ("diabetes_twice.csv", {**DIABETES, "params": {"alpha": 0}}, [{"alpha": 1}]),
    "decision_tree": ("iris.csv", {**IRIS, "model": "decision_tree"}, [{"max_depth": 2}]),
    "decision_tree_texts": ("titanic.csv", {"label": "Embarked", "model": "decision_tree", "params": {"max_depth": 3}, "roles": TITANIC["roles"],
                                            "missing": {"policy": "native"}}, [{"max_depth": 2}]),
    "decision_tree_regression": ("diabetes.csv", {**DIABETES, "model": "decision_tree", "params": {"max_depth": 4},
                                                  "roles": {"age": "weight"}}, [{"max_depth": 3}]),
    "decision_tree_kinds": ("kinds.csv", {"label": "flag", "model": "decision_tree", "split": {"method": "shuffle", "fraction": 0},
                                          "missing": {"policy": "native"}}, []),
    "random_forest": ("iris.csv", {**IRIS, "model": "random_forest", "params": FEW}, [{**FEW, "n_estimators": 4}]),
    "random_forest_regression": ("diabetes.csv", {**DIABETES, "model": "random_forest", "params": FEW, "roles": {"bmi": "time"},
                                                  "split": {"method": "time", "fraction": 0.3}}, [{**FEW, "max_depth": 2}]),
    "gradient_boosting": ("titanic.csv", {**TITANIC, "model": "gradient_boosting", "missing": {"policy": "native"}, "params": FEW},
                          [{**FEW, "n_estimators": 2}, {**FEW, "learning_rate": 0.2}]),
    "gradient_boosting_classes": ("iris.csv", {**IRIS, "model": "gradient_boosting", "params": FEW}, [{**FEW, "l2": 1}]),
    "gradient_boosting_stopped": ("diabetes.csv", {**DIABETES, "model": "gradient_boosting", "params": {
        "max_depth": 2, "n_estimators": 60, "learning_rate": 0.5, "early_stopping_rounds": 2}},
        [{"max_depth": 2, "n_estimators": 60, "learning_rate": 0.5, "early_stopping_rounds": 1}]),
    "group_split": ("titanic.csv", {**TITANIC, "model": "decision_tree", "params": {"max_depth": 3}, "split": {"method": "group"},
                                    "roles": {**TITANIC["roles"], "Pclass": "group"},
                                    "missing": {"policy": "fill", "columns": {"Age": "drop_rows"}}}, []),
    "from_memory": ("iris.csv", IRIS, [{"C": 0.5}]),
    "signed": ("iris.csv", {**IRIS, "seed": 11}, []),
}
OPTIONS = {"group_split": OWN_OPTIONS}
# Runs that earlier versions wrote; they count from the first version on whose rows differ from the running one.
PAST = {"logistic_regression_fill": "titanic.csv", "random_forest_regression": "diabetes.csv", "gradient_boosting": "titanic.csv",
        "group_split": "titanic.csv", "signed": "iris.csv"}


class Case:
    def __init__(self, name, run, data, keys=b"", folder=None):
        self.name, self.run, self.data, self.keys, self.folder = name, run, data, keys, folder
        self.donors = {}
        self.sealed = run.copy().seal()
        self.columns = {}  # {name: numbers} where the run came from memory

    @property
    def past(self):
        """Whether another version than the running one wrote it."""
        return "/" in self.name

    @property
    def family(self):
        return self.run.documents["run.json"]["model_family"]

    def column_names(self):
        return [column["name"] for column in self.run.documents["dataset.v1.json"]["columns"]]


def made_files(folder):
    """Tables that need a column more than those of tests/data."""
    def write(name, source, more):
        with open(DATA / source, newline="", encoding="utf-8") as file:
            header, *lines = list(csv.reader(file))
        with open(folder / name, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header[:-1] + [more[0], header[-1]],
                                                              *[line[:-1] + [more[1](i, line), line[-1]] for i, line in enumerate(lines)]])
    write("iris_part.csv", "iris.csv", ("part", lambda i, line: "validation" if i % 5 == 0 else "train"))
    write("diabetes_twice.csv", "diabetes.csv", ("bmi_again", lambda i, line: line[2]))


def file_of(name, folder):
    return DATA / name if (DATA / name).exists() else folder / name


def columns_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        header, *lines = list(csv.reader(file))
    return {name: [float(line[place]) for line in lines] for place, name in enumerate(header)}


def trained(library, name, config, path, folder, signer=None):
    options = json.dumps(OPTIONS.get(name, {}))
    dataset = library.from_columns(columns_of(path)) if name == "from_memory" else library.load(path, options)
    run = library.train(dataset, config)
    os.makedirs(folder)
    place = library.emit(run, folder, signer, details=not signer)
    library.free("run", run)
    library.free("dataset", dataset)
    if not signer:
        settle(place)
    return place


def settle(place):
    """Puts facts of the occurrence that are the same everywhere into a run, so that the same forgeries are made everywhere."""
    run = Run(place)
    execution = run.documents[EXECUTION]
    execution["host"] = {name: Number(4) if isinstance(value, Number) else "somewhere" for name, value in execution["host"].items()}
    execution.update(threads=Number(2), peak_memory_bytes=Number(12345678))
    for stage in execution["stages"]:
        stage.update(wall_seconds=Number("0.25"), cpu_seconds=Number("0.5"))
    for name, content in run.seal().items():
        (pathlib.Path(place) / name).write_bytes(content)


def make(library, folder, only=None):
    """Every case; the runs are written below `folder`."""
    made_files(folder)
    cases = []
    for name, (file, config, others) in TRAINED.items():
        if only and name not in only:
            continue
        path = file_of(file, folder)
        signer = library.signer(bytes(range(32))) if name == "signed" else None
        place = trained(library, name, config, path, folder / name, signer)
        case = Case(name, Run(place), path, library.public_key(signer) if signer else b"", place)
        case.columns = columns_of(path) if name == "from_memory" else {}
        for params in others:
            told = ",".join(f"{parameter}={value}" for parameter, value in params.items())
            case.donors[told] = Run(trained(library, name, {**config, "params": params}, path, folder / f"{name}-{told}"))
        cases.append(case)
    return cases + past(library, only)


def versions():
    return sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


def past(library, only):
    cases = []
    running = library.native.rf_version_string().decode()
    for version in versions():
        if version == running:
            continue
        for name, file in PAST.items():
            folder = GOLDEN / version / name
            if not folder.exists() or (only and f"{version}/{name}" not in only):
                continue
            keys = [library.public_key_file(folder.with_name(f"{name}.{who}.pub")) for who in ("author", "reproducer")
                    if folder.with_name(f"{name}.{who}.pub").exists()]
            cases.append(Case(f"{version}/{name}", Run(folder), DATA / file, b"".join(keys), str(folder)))
    return cases


__all__ = ["Case", "Refused", "make", "versions"]
