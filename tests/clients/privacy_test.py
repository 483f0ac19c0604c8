#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A name in a column that is not learned from (an identifier, an ignored column, the group of a split) is in no file of
the run, in nothing the tool says, and in no report on the run."""
import base64
import random
import re

from client import ClientTest, files, main, tool
from terminal_test import Terminal

NAME = "Zebedee Quux-7F3A"
PLANTED = re.compile(rb"zebedee|quux", re.IGNORECASE)
N_ROWS = 60


def table(draw):
    """All distinct names, a name repeated, numbers with one name among them, names as groups; beside two features."""
    lines = ["client,doctor,code,ward,x,y,label"]
    for i in range(N_ROWS):
        client = f"{NAME} {i}" if i else NAME
        code = NAME if i == 7 else str(1000 + i % 5)
        lines.append(f"{client},{NAME},{code},{NAME} ward {i % 6},{draw.randrange(100)},{draw.random():.3f},{i % 2}")
    return "".join(line + "\n" for line in lines)


class Privacy(ClientTest):
    def setUp(self):
        super().setUp()
        self.data = self.write("data.csv", table(random.Random(5)))
        self.config = self.write("config.json", """{"train": {
          "roles": {"doctor": "ignored", "code": "ignored", "ward": "group"}, "split": {"method": "group"}}}""")

    def clean(self, what, content):
        found = PLANTED.search(content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape"))
        self.assertIsNone(found, found and f"{what}: ...{content[max(0, found.start() - 80):found.end() + 40]!r}...")

    def heard(self, *arguments, **options):
        result = self.ok(*arguments, **options)
        self.clean(f"{arguments[0]} on standard output", result.out)
        self.clean(f"{arguments[0]} on standard error", result.err)
        return result

    def runs_of_every_kind(self):
        for family, more in (("logistic_regression", []), ("random_forest", ["--param", "n_estimators=3"]),
                             ("gradient_boosting", ["--missing", "native", "--param", "n_estimators=3"])):
            yield self.train(self.data, "--config", self.config, "--model", family, *more)

    def test_the_planted_name_would_be_found(self):
        # As a level of a feature it is part of the record, on purpose: else the tests below could not fail.
        run = self.train(self.data, "--ignore", "client")
        self.assertTrue(any(PLANTED.search(content) for content in files(run).values()))

    def test_no_file_of_a_run_holds_it(self):
        for run in self.runs_of_every_kind():
            for name, content in files(run).items():
                self.clean(name, content)

    def test_no_signature_holds_it(self):
        key = self.scratch / "key"
        self.heard("keygen", "--out", key)
        run = self.train(self.data, "--config", self.config, "--sign", key)
        self.heard("reproduce", run, "--data", self.data, "--sign", key)
        self.assertIn("run.intoto.jsonl", files(run))
        for name, content in files(run).items():
            self.clean(name, content)
            # The statement inside an envelope is base64.
            for word in re.findall(rb"[A-Za-z0-9+/]{40,}={0,2}", content) if name == "run.intoto.jsonl" else []:
                self.clean(name, base64.b64decode(word))

    def test_training_says_nothing_of_it(self):
        common = ["train", "--data", self.data, "--config", self.config, "--out", self.runs]
        self.heard(*common)
        self.heard(*common, "--json")
        terminal = Terminal(*common)
        self.assertEqual(terminal.finish(), 0)
        self.clean("train on a terminal", terminal.text)

    def test_reports_on_a_run_say_nothing_of_it(self):
        runs = list(self.runs_of_every_kind())
        for run in runs:
            self.heard("show", run)
            self.heard("show", run, "--json")
            for command in ("verify", "reproduce"):
                self.heard(command, run, "--data", self.data)
                self.heard(command, run, "--data", self.data, "--json")
        # Other names in the same columns: the runs differ in data, and the answer names columns only.
        other = self.write("other.csv", self.data.read_text().replace(NAME, NAME + " Junior", 30))
        runs.append(self.train(other, "--config", self.config))
        for run in runs[1:]:
            self.heard("diff", runs[0], run)
            self.heard("diff", runs[0], run, "--json")

    def test_a_record_of_other_data_says_nothing_of_it(self):
        run = next(self.runs_of_every_kind())
        other = self.write("other.csv", self.data.read_text().replace(NAME, NAME + " Junior"))
        for command in ("verify", "reproduce"):
            for more in ([], ["--json"]):
                result = tool(command, run, "--data", other, *more)
                self.assertNotEqual(result.status, 0, result)
                self.clean(f"{command} of other data", result.out + result.err)


if __name__ == "__main__":
    main()
