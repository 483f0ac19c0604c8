#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whoever has a record and its data reproduces it: every family on every dataset, with another number of threads, from
another folder, under another locale and time zone.

The repository's datasets by every family; the larger ones of the folder that RUNFORGE_SHARED names by the families that
take least time. The output says so where there is no such folder.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile

import datasets
from client import ClientTest, clean_environment, main

CHEAP = {"classification": ("linear_svc", "decision_tree"), "regression": ("ridge_regression", "decision_tree")}
# Fewer trees than the default give the same answer sooner.
FEWER = {"random_forest": ["--param", "n_estimators=20"], "gradient_boosting": ["--param", "n_estimators=20"]}


def decimal_comma(folder):
    """Environment of a locale whose numbers have a decimal comma, generated in `folder`; C.UTF-8 without localedef."""
    name = "de_DE.UTF-8"
    if shutil.which("localedef"):
        subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", os.path.join(folder, name)], check=False,
                       capture_output=True)
        if os.path.isdir(os.path.join(folder, name)):
            return {"LOCPATH": folder, "LC_ALL": name}
    print("NOTE: no locale with a decimal comma can be generated (package locales); C.UTF-8 takes its place")
    return {"LC_ALL": "C.UTF-8"}


class Reproduce(ClientTest):
    def setUp(self):
        super().setUp()
        locales = tempfile.mkdtemp(dir=self.scratch)
        self.elsewhere = clean_environment(TZ="Asia/Kathmandu", **decimal_comma(locales))

    def reproduced(self, data, spec, family, *more):
        run = self.train(data, "--label", spec["label"], "--task", spec["task"], "--model", family, "--threads", 1,
                         *FEWER.get(family, []), *more, out="runs", cwd=self.scratch)
        result = self.ok("reproduce", self.scratch / run, "--data", data, "--threads", 3, cwd="/",
                         environment=self.elsewhere)
        self.assertEqual(result.out, "REPRODUCED: 6 of 6 result files byte-identical\n", f"{data} {family}")

    def test_every_family_on_every_dataset_of_the_repository(self):
        known = {spec["file"] for spec in datasets.OWN.values()}
        self.assertEqual(known, {path.name for path in datasets.OWN_FOLDER.glob("*.csv")} - {"kinds.csv"})
        for spec in datasets.OWN.values():
            for family in datasets.FAMILIES[spec["task"]]:
                with self.subTest(file=spec["file"], family=family):
                    self.reproduced(datasets.OWN_FOLDER / spec["file"], spec, family)

    def test_the_five_rows_with_every_kind(self):
        # Too few rows for classes.
        spec = {"label": "count", "task": "regression"}
        for family in datasets.FAMILIES["regression"]:
            with self.subTest(family=family):
                self.reproduced(datasets.OWN_FOLDER / "kinds.csv", spec, family, "--missing", "fill")

    def test_quick_families_on_larger_datasets(self):
        folder = pathlib.Path(os.environ.get("RUNFORGE_SHARED", "")) / "data"
        specs = datasets.shared_specs(folder)
        if specs is None:
            self.skipTest(f"SKIPPED: no {folder}; the larger datasets are not reproduced here")
        for spec in specs.values():
            path = folder / spec["file"]
            for family in CHEAP[spec["task"]]:
                with self.subTest(file=spec["file"], family=family):
                    self.reproduced(path, spec, family)


if __name__ == "__main__":
    main()
