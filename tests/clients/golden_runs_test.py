#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs that earlier versions wrote (tests/golden/runs) are verified for ever, with their data too, and reproduced while
the numeric profile is theirs. What cannot be reproduced for that reason is named."""
import hashlib
import pathlib
import re

import datasets
from client import DATA, ClientTest, main, record

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNS = sorted(path for path in (ROOT / "tests" / "golden" / "runs").glob("*/*") if path.is_dir())


def numeric_profile():
    text = (ROOT / "lib/artifact/version.hpp").read_text(encoding="utf-8")
    return int(re.search(r"kNumericProfile = (\d+);", text)[1])


def data_of(run):
    """The file it was trained on; its digest is in the record."""
    wanted = record(run)["dataset"]["fingerprint_sha256"]
    for path in sorted(DATA.glob("*.csv")):
        if hashlib.sha256(path.read_bytes()).hexdigest() == wanted:
            return path
    raise AssertionError(f"{run}: no file in {DATA} has the digest {wanted}")


class GoldenRuns(ClientTest):
    def test_they_hold_every_family_and_both_tasks(self):
        found = {(record(run)["task"], record(run)["model_family"]) for run in RUNS}
        self.assertEqual(found, {(task, family) for task, families in datasets.FAMILIES.items() for family in families})

    def test_verify_passes_on_all(self):
        for run in RUNS:
            with self.subTest(run=f"{run.parent.name}/{run.name}"):
                out = self.ok("verify", run).out
                for layer in ("files", "digests", "meaning"):
                    self.assertRegex(out, rf"(?m)^{layer} +passed$")

    def test_verify_passes_with_the_data(self):
        for run in RUNS:
            with self.subTest(run=f"{run.parent.name}/{run.name}"):
                same_profile = record(run)["numeric_profile"] == numeric_profile()
                self.assertRegex(self.ok("verify", run, "--data", data_of(run)).out,
                                 r"(?m)^data +passed$" if same_profile else r"(?m)^data +not checked: recorded under")

    def test_verify_passes_with_the_keys_of_signed_runs(self):
        signed = [run for run in RUNS if (run / "run.intoto.jsonl").exists()]
        self.assertTrue(signed)
        for run in signed:
            with self.subTest(run=f"{run.parent.name}/{run.name}"):
                keys = sorted(run.parent.glob(f"{run.name}.*.pub"))
                self.assertEqual(len(keys), 2)
                out = self.ok("verify", run, *(word for key in keys for word in ("--pubkey", key))).out
                self.assertRegex(out, r"(?m)^signatures +passed\n  recorded by key \w+\n  reproduced by key \w+$")

    def test_reproduce_gives_them_again(self):
        others = []
        for run in RUNS:
            if record(run)["numeric_profile"] != numeric_profile():
                others.append(f"{run.parent.name}/{run.name}")
                continue
            with self.subTest(run=f"{run.parent.name}/{run.name}"):
                self.assertRegex(self.ok("reproduce", run, "--data", data_of(run)).out, r"\AREPRODUCED")
        if others:
            print(f"SKIPPED: recorded under another numeric profile than {numeric_profile()}: {', '.join(others)}")
        if len(others) == len(RUNS):
            self.skipTest("no run has the present numeric profile")


if __name__ == "__main__":
    main()
