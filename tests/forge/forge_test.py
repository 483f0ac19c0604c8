# SPDX-License-Identifier: MIT
"""The parts of the forger that a mistake would silence: numbers, layout, schemas, names and lists. The runs as they were written,
sealed again without a lie, are the control of forge.py itself."""
import collections
import pathlib
import struct
import types
import unittest

import allowed
import cases
import forge
import library
import mutations
import pairs
import schema
import seal
import table

GOLDEN = cases.GOLDEN / cases.versions()[0]
AROUND = mutations.Around(["a", "b"], ["0.0.9"])


def run_of(name):
    run = seal.Run(GOLDEN / ("ridge_regression" if name == "host" else name))
    if name == "host":
        run.documents[seal.EXECUTION]["build"] = {"compiler": "some", "numeric_profile": seal.Number(3), "version": "0.1.0"}
    return run


def outcome(**members):
    return forge.Outcome(**{"verify": "holds", "data": "holds", "reproduce": "holds", "true": False, "signed": "", "trouble": "",
                            "message": "", **members})


class Numbers(unittest.TestCase):
    def test_are_written_as_rfc_8785_says(self):
        for bits, text in (("0000000000000001", "5e-324"), ("7fefffffffffffff", "1.7976931348623157e+308"),
                           ("4340000000000001", "9007199254740994"), ("4430000000000000", "295147905179352830000"),
                           ("44b52d02c7e14af5", "9.999999999999997e+22"), ("44b52d02c7e14af6", "1e+23"),
                           ("444b1ae4d6e2ef4f", "999999999999999900000"), ("3eb0c6f7a0b5ed8d", "0.000001"),
                           ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"), ("41b3de4355555553", "333333333.3333332"),
                           ("becbf647612f3696", "-0.0000033333333333333333"), ("8000000000000000", "0")):
            self.assertEqual(seal.number(struct.unpack(">d", bytes.fromhex(bits))[0]).text, text)


class Sealing(unittest.TestCase):
    def test_gives_an_unchanged_run_back(self):
        for name in ("group_split", "gradient_boosting", "signed"):
            for file, content in run_of(name).seal().items():
                self.assertEqual(content, (GOLDEN / name / file).read_bytes(), f"{name}/{file}")

    def test_makes_every_digest_right(self):
        run = run_of("logistic_regression")
        run.documents["metrics.v1.json"]["accuracy"] = seal.number(0.5)
        content = run.seal()
        record, index = seal.parse(content["run.json"]), seal.parse(content[seal.INDEX])
        told = seal.digest(content["metrics.v1.json"])
        self.assertEqual(index["available_artifacts"]["metrics_v1"]["sha256"], told)
        entry = next(entry for entry in record["artifacts"] if entry["path"] == "metrics.v1.json")
        self.assertEqual((entry["sha256"], entry["size_bytes"].text), (told, str(len(content["metrics.v1.json"]))))
        self.assertEqual(record["result_digest"], seal.digest(seal.canonical(record["artifacts"])))
        self.assertEqual(seal.parse(content[seal.EXECUTION])["run_digest"], seal.digest(content["run.json"]))
        self.assertIn(seal.digest(content[seal.EXECUTION]) + "  execution.v1.json", content[seal.SUMS].decode())

    def test_lets_a_digest_be_as_the_forger_wants_it(self):
        run = run_of("logistic_regression")
        run.put("run.json", ("result_digest",), "0" * 64)
        content = run.seal()
        self.assertEqual(seal.parse(content["run.json"])["result_digest"], "0" * 64)
        self.assertEqual(seal.parse(content[seal.EXECUTION])["run_digest"], seal.digest(content["run.json"]))

    def test_configuration_moves_the_input_digest_everywhere(self):
        run = run_of("logistic_regression")
        before = run.documents["run.json"]["input_digest"]
        run.documents["run.json"]["config"]["seed"] = seal.Number(1)
        run.seal()
        told = run.documents["run.json"]["input_digest"]
        self.assertNotEqual(told, before)
        self.assertEqual([run.documents[seal.INDEX]["input_digest"], run.model.header["input_digest"],
                          run.documents[seal.EXECUTION]["run_id"][16:]], [told, told, told[:8]])


class Schemas(unittest.TestCase):
    ROOT = {"properties": {"kind": {"enum": ["a", "b"]}, "count": {"type": "integer", "minimum": 0}}, "required": ["kind"],
            "additionalProperties": False,
            "if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["count"]}, "else": {"properties": {"count": False}}}

    def test_open_words(self):
        root = {"properties": {"kind": {"$comment": "open", "anyOf": [{"enum": ["a", "b"]}, {"type": "string", "pattern": "^[a-z_]+$"}]}}}
        document = {"kind": "a"}
        found = dict((pointer, found) for pointer, _, _, found in schema.walk(document, [root], root))[("kind",)]
        words = dict(mutations.scalar_kinds("kind", "a", found, AROUND))
        self.assertEqual(words, {"word b": "b", "word that nobody knows": "later_word"})
        self.assertEqual(schema.example([root["properties"]["kind"]], root), "a")
        self.assertFalse(schema.valid({"kind": "A"}, root, root))

    def test_conditions(self):
        one = seal.Number(1)
        for value, right in (({"kind": "a", "count": one}, True), ({"kind": "a"}, False), ({"kind": "b"}, True),
                             ({"kind": "b", "count": one}, False), ({"kind": "b", "more": one}, False), ({"kind": "c"}, False)):
            self.assertEqual(schema.valid(value, self.ROOT, self.ROOT), right, value)

    def test_documents_of_the_golden_runs(self):
        for folder in sorted(path for path in GOLDEN.iterdir() if path.is_dir()):
            for name, document in seal.Run(folder).documents.items():
                root = schema.load(document["schema_version"])
                self.assertTrue(schema.valid(document, root, root), f"{folder.name}/{name}")

    def test_what_may_be_absent_is_taken_away_and_what_may_be_there_put_in(self):
        run = run_of("logistic_regression")
        names = {mutation.name for mutation in mutations.document_mutations(run, seal.EXECUTION, AROUND)}
        self.assertIn("execution.v1.json:/threads:added", names)
        self.assertNotIn("execution.v1.json:/run_id:removed", names)
        names = {mutation.name for mutation in mutations.document_mutations(run, "run.json", AROUND)}
        self.assertIn("run.json:/solver:removed", names)
        self.assertIn("run.json:/profile_name:added", names)
        self.assertNotIn("run.json:/task:removed", names)
        self.assertIn("run.json:/zz_unknown:unknown added", names)


class Mutations(unittest.TestCase):
    def all_of(self, name):
        run = run_of(name)
        return run, [*mutations.mutations(run, AROUND), *pairs.pairs(run, AROUND, {})]

    def test_have_names_of_their_own_and_change_something(self):
        for name in ("group_split", "gradient_boosting_classes", "logistic_regression_fill", "ridge_regression"):
            run, found = self.all_of(name)
            names = collections.Counter(mutation.name for mutation in found)
            self.assertEqual([told for told, times in names.items() if times > 1], [], name)
            sealed, idle = run.copy().seal(), []
            for mutation in found[::11]:  # a prime, so that every kind comes by
                forged = run.copy()
                mutation.apply(forged)
                if forged.seal() == sealed and not forged.entries and not forged.folder_name:
                    idle.append(mutation.name)
            self.assertLess(len(idle), 4, idle)
            self.assertEqual(run.seal(), sealed, f"{name}: a mutation changed the run itself")

    def test_reach_every_scalar(self):
        run, found = self.all_of("group_split")
        reached = {(mutation.document, mutation.pointer) for mutation in found}
        for document, content in run.documents.items():
            root = schema.load(content["schema_version"])
            for pointer, _, value, _ in schema.walk(content, [root], root):
                if not isinstance(value, (dict, list)):
                    self.assertTrue((document, mutations.pointer_text(pointer)) in reached, f"{document} {pointer}")
        for tensor in run.model.tensors:
            self.assertTrue(any(pointer.startswith(f"/tensors/{tensor}") for _, pointer in reached), tensor)

    def test_are_sampled_by_name(self):
        run, found = self.all_of("ridge_regression")
        case = types.SimpleNamespace(name="ridge_regression", family="ridge_regression")
        everything = [(case, mutation) for mutation in found]
        names = [mutation.name for _, mutation in forge.sample(everything, 200, 1)]
        self.assertEqual(names, [mutation.name for _, mutation in forge.sample(everything[::-1], 200, 1)])
        self.assertNotEqual(names, [mutation.name for _, mutation in forge.sample(everything, 200, 2)])
        kinds = {(mutation.document, mutation.kind) for mutation in found}
        taken = forge.sample(everything, len(kinds), 1)
        self.assertEqual({(mutation.document, mutation.kind) for _, mutation in taken}, kinds)
        self.assertIsNotNone(run)


class Verdicts(unittest.TestCase):
    CASE = types.SimpleNamespace(name="ridge_regression", keys=b"", past=False)

    def verdict(self, name, **members):
        document, pointer, kind = name.split(":")
        return forge.finder(self.CASE, mutations.Mutation(document, pointer, kind, None), outcome(**members))[:2]

    def test_what_reproduce_alone_may_find(self):
        different = {"reproduce": "different"}
        self.assertEqual(self.verdict("model.safetensors:/tensors/linear.coefficients/0:next", **different), ("reproduce", True))
        self.assertEqual(self.verdict("run.json:/metrics/r2:next", **different), ("reproduce", False))
        self.assertEqual(self.verdict("run.json:/metrics/r2:next", data="data"), ("data", True))
        self.assertEqual(self.verdict("run.json:/metrics/r2:next", verify="meaning", data="meaning"), ("meaning", True))

    def test_what_nobody_can_find(self):
        self.assertEqual(self.verdict("execution.v1.json:/host/cpu:text"), ("nobody", True))
        self.assertEqual(self.verdict("execution.v1.json:/build/version:text"), ("nobody", False))
        named = {mutation.pointer: mutation for mutation in mutations.document_mutations(run_of("host"), seal.EXECUTION, AROUND)}
        self.assertEqual(named["/build/version"].folded, "/build/version")
        self.assertIsNone(allowed.entry_for(allowed.NOBODY, self.CASE, named["/build/numeric_profile"]))
        compiler = named["/build/compiler"]
        self.assertIsNotNone(allowed.entry_for(allowed.NOBODY, self.CASE, compiler._replace(kind="text")))
        self.assertIsNone(allowed.entry_for(allowed.NOBODY, self.CASE, compiler._replace(kind="as number")))
        self.assertEqual(self.verdict("run.json:/metrics/r2:next"), ("nobody", False))
        self.assertEqual(self.verdict("pair:/seed:seed 8", true=True), ("true record", True))
        self.assertEqual(self.verdict("run.json:/diagnostics/0/message:text"), ("nobody", False))
        older = types.SimpleNamespace(name="0.1.0/ridge_regression")
        told = mutations.Mutation("run.json", "/diagnostics/0/message", "text", None)
        self.assertTrue(forge.finder(older, told, outcome())[1])

    def test_what_must_be_told(self):
        name = "run.json:/dataset/fingerprint_sha256:digest"
        self.assertEqual(self.verdict(name), ("nobody", False))
        self.assertEqual(self.verdict(name, told=("file_spelling",)), ("told", True))
        self.assertEqual(self.verdict("run.json:/metrics/r2:next", told=("file_spelling",)), ("nobody", False))

    def test_claims_that_the_status_contradicts(self):
        def wrong(status, claim, verdict, may_be_verified=False, notes=()):
            report = {"claim": claim, "notes": [{"about": note} for note in notes]}
            return len(list(forge.wrong_claims(status, report | ({"verdict": verdict} if verdict else {}), may_be_verified)))
        self.assertEqual(wrong(library.OK, "holds_together", "passed"), 0)
        self.assertEqual(wrong(library.OK, "verified", "passed", True), 0)
        self.assertEqual(wrong(library.OK, "verified", "passed"), 1)
        self.assertEqual(wrong(library.OK, "verified", "passed", True, ["file_spelling"]), 1)
        self.assertEqual(wrong(library.UNSUPPORTED, "unsupported", None), 0)
        self.assertEqual(wrong(library.UNSUPPORTED, "unsupported", "failed"), 1)
        self.assertEqual(wrong(library.INTEGRITY, "failed", "passed"), 1)
        self.assertEqual(wrong(library.MISMATCH, "holds_together", "passed"), 0)

    def test_a_record_of_the_past_may_be_told_by_a_newer_version(self):
        older = {"runforge_version": "1", "seed": seal.Number(1), "told": [{"message": "a", "code": "A"}]}
        newer = {"runforge_version": "2", "seed": seal.Number(1), "told": [{"message": "b", "code": "A"}], "more": True}
        self.assertTrue(forge.same(older, newer))
        self.assertFalse(forge.same({**older, "seed": seal.Number(2)}, newer))
        self.assertFalse(forge.same(newer, older))

    def test_the_table_says_what_was_seen(self):
        mutation = mutations.Mutation("run.json", "/metrics/r2", "next", None)
        finding = forge.Finding(self.CASE, mutation, outcome(data="data", reproduce="different"), "data")
        content = table.text([finding])
        self.assertIn("| `/metrics/r2` | none | **all** | **all** | data |", content)
        self.assertEqual(list(table.contradictions(content, [finding])), [])
        held = forge.Finding(self.CASE, mutation, outcome(reproduce="different"), "reproduce")
        self.assertEqual(len(list(table.contradictions(content, [held]))), 1)

    def test_the_lists_are_patterns(self):
        for entry in (*allowed.REPRODUCE_ALONE, *allowed.TOLD, *allowed.NOBODY):
            self.assertFalse(entry.holds_for(self.CASE, mutations.Mutation("run.json", "/metrics/r2", "up", None)), entry.why)


if __name__ == "__main__":
    assert pathlib.Path(GOLDEN).is_dir()
    unittest.main()
