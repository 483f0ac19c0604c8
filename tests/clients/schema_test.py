#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""runforge schema: every schema of the repository is inside, byte for byte."""
import json
import pathlib

from client import USAGE, ClientTest, main

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas"


class Schema(ClientTest):
    def test_the_list_is_that_of_the_repository(self):
        names = [path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.schema.json")]
        self.assertEqual(self.ok("schema").out.splitlines(), sorted(names))

    def test_each_is_printed_as_it_stands(self):
        for name in self.ok("schema").out.splitlines():
            text = self.ok("schema", name).out
            self.assertEqual(text, (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
            self.assertEqual(json.loads(text)["$id"], f"urn:runforge:schema:{name}")

    def test_an_unknown_name_brings_a_near_one(self):
        self.assertIn('"metrics.v1"', self.refused(USAGE, "USAGE", "schema", "metric.v1"))
        self.assertIn("runforge schema", self.refused(USAGE, "USAGE", "schema", "x"))


if __name__ == "__main__":
    main()
