#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The checker of claims on made-up trees: what is right passes, and each thing taken away fails with a line that says
what to do. The trees have a build with a report of its tests, and one with mutants, whose tests are shell commands."""
import contextlib
import io
import json
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

import check
import documents

GUIDE = """# Guide

Training again gives the same bytes. <!-- claim: same-bytes --> It is quick.

## What is kept

- Every file is *guaranteed* to stay
  on the disk. <!-- claim: kept -->
- See [reproducible.md](docs/reproducible.md) and `deterministic = true`.

It is used so:

    deterministic code
"""
CLAIMS = {
    "guarded": ["GUIDE.md"],
    "claims": [
        {"id": "same-bytes", "statement": "Same bytes.", "docs": ["GUIDE.md#guide"],
         "schema": ["schemas/run.v1.schema.json#/properties/seed"], "tests": ["a.same", "a.more*"], "abi": ["rf_train"],
         "artifact": "golden.txt", "mutant": "clock"},
        {"id": "kept", "statement": "Kept.", "docs": ["GUIDE.md#what-is-kept"], "tests": ["a.kept"],
         "artifact": "build:kept.json", "no_mutant": "The disk is not ours."},
    ],
}
REPORT = {"a.same": "run", "a.more/1": "run", "a.more/2": "run", "a.kept": "run", "a.other": "fail"}


class Tree(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="runforge_claims_"))
        self.addCleanup(shutil.rmtree, self.root)
        self.claims = json.loads(json.dumps(CLAIMS))
        self.report = dict(REPORT)
        self.write("GUIDE.md", GUIDE)
        self.write("golden.txt", "1\n")
        self.write("schemas/run.v1.schema.json", '{"properties": {"seed": {}}}')
        self.write("tests/abi/exports.txt", "rf_train\n")
        self.write("tests/mutants/mutants.json", '{"clock": "Draws from the clock."}')
        self.write("lib/a.cpp", "x = RF_MUTANT(clock, seed, now());\n")
        self.write("build/kept.json", "{}\n")
        self.mutants({"a.same": 'test "$RUNFORGE_MUTANT" != clock'})

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def mutants(self, tests):
        lines = [f'add_test({name} "sh" "-c" [=[{command}]=])\n' for name, command in tests.items()]
        lines.append('set_tests_properties(a.same PROPERTIES SKIP_RETURN_CODE 77)\n')
        self.write("mutants/CTestTestfile.cmake", "".join(lines))

    def replace(self, name, old, new):
        text = (self.root / name).read_text(encoding="utf-8")
        self.assertIn(old, text)
        self.write(name, text.replace(old, new))

    def run_check(self, *more):
        """(exit status, everything printed)."""
        self.write("docs/claims.json", json.dumps(self.claims))
        cases = "".join(f'<testcase name="{name}" status="{status}"/>' for name, status in self.report.items())
        self.write("build/tests.xml", f"<testsuite>{cases}</testsuite>")
        said = io.StringIO()
        arguments = ["--root", self.root, "--build", self.root / "build", *more]
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = check.main([str(word) for word in arguments])
        return status, said.getvalue()

    def passes(self, *more):
        status, said = self.run_check(*more)
        self.assertEqual(status, 0, said)
        return said

    def fails(self, *words, more=()):
        status, said = self.run_check(*more)
        self.assertEqual(status, 1, said)
        lines = [line for line in said.splitlines() if line.startswith("claims: ") and "to mend" not in line]
        self.assertEqual(len(lines), 1, said)
        for word in words:
            self.assertIn(word, lines[0])

    def with_mutants(self):
        return ["--mutants", self.root / "mutants"]


class Documents(Tree):
    def test_what_is_right_passes(self):
        self.assertIn("2 claims hold, by 3 tests\n", self.passes())

    def test_a_promise_without_a_claim(self):
        for text, word in (("It is quite deterministic.", "deterministic"), ("Results are reproducible.", "reproducible"),
                           ("Nobody tampers with it.", "tampers"), ("We guarantee it.", "guarantee"),
                           ("Files are byte-identical.", "byte-identical"), ("Nondeterminism is out.", "Nondeterminism"),
                           ("| a | it never fails |", "never")):
            with self.subTest(text=text):
                self.write("GUIDE.md", GUIDE + "\n" + text + "\n")
                self.fails("GUIDE.md:15:", f'"{word}"', "no claim stands behind it", "<!-- claim: ID -->")

    def test_a_mark_taken_from_a_sentence(self):
        self.claims["claims"][0]["docs"].append("GUIDE.md#what-is-kept")
        self.fails("same-bytes", "GUIDE.md#what-is-kept", "no sentence there carries <!-- claim: same-bytes -->")

    def test_an_unknown_id(self):
        self.replace("GUIDE.md", "It is quick.", "It is quick. <!-- claim: speed -->")
        self.fails("GUIDE.md:3:", "'speed'", "add it, or mend the mark")

    def test_a_claim_taken_from_the_list(self):
        del self.claims["claims"][1]
        self.fails("GUIDE.md:7:", "'kept'", "docs/claims.json does not have")

    def test_a_mark_at_a_place_that_the_claim_does_not_name(self):
        self.replace("GUIDE.md", "<!-- claim: kept -->", "<!-- claim: kept, same-bytes -->")
        # The heading above both is a place of same-bytes.
        self.passes()
        self.replace("GUIDE.md", "It is quick.", "It is quick. <!-- claim: kept -->")
        self.fails("'kept' is marked here", '"GUIDE.md#guide"')

    def test_an_anchor_that_is_gone(self):
        self.replace("GUIDE.md", "## What is kept", "## What stays")
        self.claims["claims"][0]["docs"] = ["GUIDE.md#guide"]
        status, said = self.run_check()
        self.assertEqual(status, 1)
        self.assertIn("no heading of GUIDE.md has the anchor #what-is-kept; it has #guide, #what-stays", said)

    def test_a_document_that_is_gone(self):
        self.claims["claims"][1]["docs"].append("GONE.md#guide")
        self.fails("there is no file GONE.md")

    def test_a_guarded_document_that_is_gone(self):
        self.claims["guarded"].append("GONE.md")
        self.fails("guarded file GONE.md does not exist")

    def test_a_mark_that_begins_a_line(self):
        self.replace("GUIDE.md", "same bytes. <!-- claim", "same bytes.\n<!-- claim")
        self.fails("GUIDE.md:4:", "cuts its paragraph in two")

    def test_sentences_end_where_they_end(self):
        self.write("GUIDE.md", "# A\n\nOne, e.g. two 1.2.1 (three). **Four!** <!-- claim: x, y --> Five? `six`\nis. Seven\n")
        found = documents.read(self.root / "GUIDE.md").sentences
        self.assertEqual([(s.line, s.text, s.claims) for s in found],
                         [(3, "One, e.g. two 1.2.1 (three).", ()), (3, "**Four!**", ("x", "y")), (3, "Five?", ()),
                          (3, "`six` is.", ()), (4, "Seven", ())])

    def test_anchors_are_githubs(self):
        for heading, anchor in (("1. The directory is intact", "1-the-directory-is-intact"), ("exp, log and `kin`", "exp-log-and-kin"),
                                ("verify.v1", "verifyv1"), ("[Link](a.md) to_x", "link-to_x")):
            self.assertEqual(documents.slug(heading), anchor)


class Links(Tree):
    def test_a_schema_that_lost_the_field(self):
        self.write("schemas/run.v1.schema.json", '{"properties": {"other": {}}}')
        self.fails("same-bytes", "schemas/run.v1.schema.json has nothing at /properties/seed", "mend the pointer")

    def test_an_artifact_that_no_claim_covers(self):
        self.write("schemas/new.v1.schema.json", "{}")
        self.fails("schemas/new.v1.schema.json: no claim covers this artifact")

    def test_artifacts_that_are_gone(self):
        (self.root / "golden.txt").unlink()
        self.fails("same-bytes: artifact: golden.txt is not in the tree")
        self.write("golden.txt", "1\n")
        (self.root / "build/kept.json").unlink()
        self.fails("kept: artifact: build:kept.json was not left behind by its tests")

    def test_a_function_that_no_claim_covers(self):
        self.write("tests/abi/exports.txt", "rf_new\nrf_train\n")
        self.fails("tests/abi/exports.txt: no claim covers rf_new", '"abi"')

    def test_a_function_that_is_gone(self):
        self.claims["claims"][1]["abi"] = ["rf_old"]
        self.fails("kept: abi: rf_old is not exported")

    def test_claims_that_are_not_whole(self):
        self.claims["claims"][1]["tests"] = []
        self.fails("kept: a claim needs tests")
        self.claims = json.loads(json.dumps(CLAIMS))
        del self.claims["claims"][1]["no_mutant"]
        self.fails("kept: give either \"mutant\"", '"no_mutant"')
        self.claims = json.loads(json.dumps(CLAIMS))
        self.claims["claims"][1]["test"] = ["a.kept"]
        self.fails("kept: unknown member 'test'")
        self.claims = json.loads(json.dumps(CLAIMS))
        self.claims["claims"].append(self.claims["claims"][1])
        self.fails("kept: two claims have this id")


class Results(Tree):
    def test_a_test_that_is_gone(self):
        del self.report["a.kept"]
        self.report["b.kept"] = "run"
        self.fails("kept: the test a.kept did not run in this build", "near it are b.kept")

    def test_a_pattern_that_nothing_matches(self):
        self.report = {name: status for name, status in self.report.items() if "more" not in name}
        self.fails("same-bytes: the test a.more* did not run")

    def test_a_test_that_was_skipped(self):
        self.report["a.more/2"] = "notrun"
        self.fails("a.more* was skipped here (a.more/2)", "a skipped test proves nothing")

    def test_a_test_that_failed(self):
        self.report["a.same"] = "fail"
        self.fails("same-bytes: the test a.same did not pass")

    def test_a_report_that_is_older_than_the_build(self):
        self.passes()
        log = self.root / "build/.ninja_log"
        log.write_text("# ninja log v5\n1\t2\t4000000000000000000\tbuild.ninja\t0\n3\t4\t1000\ta\t0\n")
        self.passes()
        log.write_text("# ninja log v5\n1\t2\t4000000000000000000\ta\t0\n")
        self.fails("something was built or a test was changed after the tests ran", "./dev test")
        log.unlink()
        self.write("tests/a_test.py", "")
        os.utime(self.root / "tests/a_test.py", (4e9, 4e9))
        self.fails("something was built or a test was changed after the tests ran", "./dev test")


class Mutants(Tree):
    def test_a_mutant_that_is_noticed(self):
        self.assertIn("their tests notice all 1 mutants", self.passes(*self.with_mutants()))

    def test_a_mutant_that_survives(self):
        self.mutants({"a.same": "true"})
        self.fails("same-bytes", "'clock' switched on a.same still passed", "Sharpen the test", more=self.with_mutants())

    def test_a_mutant_whose_test_is_skipped(self):
        self.mutants({"a.same": 'test -z "$RUNFORGE_MUTANT" || exit 77'})
        self.fails("'clock' switched on a.same still skipped", more=self.with_mutants())

    def test_a_test_that_fails_without_any_mutant(self):
        self.mutants({"a.same": "false"})
        self.fails("a.same: failed", "with no mutant switched on", more=self.with_mutants())

    def test_a_test_that_is_not_in_the_build(self):
        self.claims["claims"][0]["tests"] = ["a.kept", "a.same"]
        self.fails("a.kept is not in", "claimed_tests in tests/claims/CMakeLists.txt", more=self.with_mutants())

    def test_a_build_that_is_not_there(self):
        self.fails("./dev claims", more=["--mutants", self.root / "none"])

    def test_a_mutant_that_is_not_listed(self):
        self.write("lib/b.cpp", "y = RF_MUTANT(other, 1, 2);\n")
        status, said = self.run_check()
        self.assertEqual(status, 1)
        self.assertIn("lib/b.cpp: the mutant 'other' is not listed", said)

    def test_a_mutant_that_is_nowhere(self):
        self.write("lib/a.cpp", "x = seed;\n")
        self.fails("'clock' is nowhere in the code", "RF_MUTANT(clock, ...)")

    def test_a_mutant_in_two_places(self):
        self.write("lib/b.cpp", "y = RF_MUTANT(clock, 1, 2);\n")
        self.fails("the mutant 'clock' sits in 2 places")

    def test_a_mutant_that_no_claim_names(self):
        del self.claims["claims"][0]["mutant"]
        self.claims["claims"][0]["no_mutant"] = "none"
        self.fails("no claim names 'clock'")

    def test_a_mutant_listed_twice(self):
        self.write("tests/mutants/mutants.json", '{"clock": "a", "clock": "b"}')
        self.fails("clock stands there twice")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
