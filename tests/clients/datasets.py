# SPDX-License-Identifier: MIT
"""The real datasets that tests train on: those of the repository, and more where a shared folder has them."""
import json
import pathlib

OWN_FOLDER = pathlib.Path(__file__).resolve().parents[1] / "data"
OWN = {
    "iris": {"file": "iris.csv", "task": "classification", "label": "species"},
    "breast_cancer": {"file": "breast_cancer.csv", "task": "classification", "label": "diagnosis"},
    "titanic": {"file": "titanic.csv", "task": "classification", "label": "Survived"},
    "diabetes": {"file": "diabetes.csv", "task": "regression", "label": "progression"},
}
FAMILIES = {
    "classification": ("logistic_regression", "linear_svc", "decision_tree", "random_forest", "gradient_boosting"),
    "regression": ("ridge_regression", "decision_tree", "random_forest", "gradient_boosting"),
}


def shared_specs(folder):
    """{name: {file, task, label}} of FOLDER/datasets.json; None where there is none."""
    path = pathlib.Path(folder) / "datasets.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
