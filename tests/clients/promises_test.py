#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Promises of the documents, one test each, so that docs/claims.json can name it and a planted fault can be seen to
break it (`./dev claims`). The first six are promises that the first RunForge broke.

Each test is a ctest test of its own, clients.promise.<name without test_>. A run is kept in the folder that the environment
variable RUNFORGE_KEPT_RUN names.
"""
import base64
import collections
import concurrent.futures
import csv
import hashlib
import io
import json
import os
import re
import resource
import shutil
import signal
import struct
import subprocess

from client import (CONFIG, DATA, INTEGRITY, IO, MISMATCH, TOOL, UNSUPPORTED, ClientTest, claim_version, entries, files, main,
                    record, reseal, result_files, seal, sums_hold, tensors, tool)

IRIS = [DATA / "iris.csv", "--label", "species"]
FOREST = [*IRIS, "--model", "random_forest", "--param", "n_estimators=10"]
NOON = "2024-01-01T12:00:00Z"


def rows_digest(rows):
    return hashlib.sha256(b"".join(struct.pack("<Q", row) for row in rows)).hexdigest()


def differing(first, second):
    """Names of the files that are not equal byte for byte."""
    return sorted(name for name in {*first, *second} if first.get(name) != second.get(name))


def table(header, rows):
    return header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def respell(test, metrics):
    """Writes the accuracy with a digit more, which is the same number."""
    text = metrics.read_text()
    respelled = re.sub(r'("accuracy": 0\.\d+)', r"\g<1>0", text)
    test.assertEqual(json.loads(respelled), json.loads(text))
    test.assertNotEqual(respelled, text)
    metrics.write_text(respelled)


def nudge_a_threshold(run):
    """A tree's first question asks for a little more: no other number of the record follows from that."""
    threshold = run.model.tensors["forest.threshold"]
    threshold.set_values([value + 2.0 ** -40 if i == 0 else value for i, value in enumerate(threshold.values())])


class BrokenBefore(ClientTest):
    def test_seed_and_split_are_in_the_record(self):
        """Two seeds gave one run id, and no record said which rows had been set apart."""
        runs = [self.train(*IRIS, "--seed", seed, "--timestamp", NOON) for seed in (42, 43)]
        first, second = map(record, runs)
        self.assertNotEqual(runs[0].name[-8:], runs[1].name[-8:])
        self.assertNotEqual(first["input_digest"], second["input_digest"])
        for run, seed in ((first, 42), (second, 43)):
            self.assertEqual((run["split"]["seed"], run["config"]["seed"]), (seed, seed))
            self.assertEqual(run["split"]["num_train"] + run["split"]["num_validation"], run["num_samples"])
        for side in ("train_rows_sha256", "validation_rows_sha256"):
            self.assertNotEqual(first["split"][side], second["split"][side])

    def test_a_recorded_parameter_was_applied(self):
        """The record said min_samples_leaf=20, the tree had leaves of one row."""
        for family, more in (("decision_tree", []), ("random_forest", ["--param", "n_estimators=1", "--param", "bootstrap=false"])):
            config = self.write("config.json", json.dumps({"train": {"split": {"fraction": 0}}}))
            arguments = [DATA / "diabetes.csv", "--label", "progression", "--task", "regression", "--model", family, *more]
            run = self.train(*arguments, "--config", config, "--param", "min_samples_leaf=20")
            self.assertIn({"name": "min_samples_leaf", "value": 20, "source": "caller"}, record(run)["hyperparameters"])
            predicted = self.ok("predict", "--model", run, "--data", DATA / "diabetes.csv").out
            values = [row[-1] for row in list(csv.reader(io.StringIO(predicted)))[1:]]
            leaves = collections.Counter(values)
            self.assertGreater(len(leaves), 5)
            self.assertGreaterEqual(min(leaves.values()), 20, f"{family}: {leaves}")

    def test_eight_runs_at_once_are_eight_records(self):
        """Eight trainings at the same time left seven entries. Here they even ask for the same name."""
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            runs = list(pool.map(lambda _: self.train(*IRIS, "--timestamp", NOON), range(8)))
        self.assertEqual(len(set(runs)), 8)
        self.assertEqual(entries(self.runs), sorted(run.name for run in runs))
        for run in runs:
            self.assertTrue(sums_hold(run), run)
            self.assertEqual(differing(result_files(run), result_files(runs[0])), [])

    def test_a_rare_class_leaves_a_whole_record_or_none(self):
        """A class too rare to stratify ended the training after the model was written and before the record was."""
        rows = [(i % 17, i * 7 % 23, "ab"[i % 2]) for i in range(60)]
        trained, refused = 0, 0
        for place in range(12):
            data = self.write("rare.csv", table("x,y,label", rows[:5 * place] + [(40, 40, "rare")] + rows[5 * place:]))
            out = self.scratch / f"runs{place}"
            result = tool("train", "--data", data, "--label", "label", "--out", out, "--json")
            if result.status:
                refused += 1
                self.assertEqual(json.loads(result.out)["error"]["code"], "CLASS_NOT_IN_TRAINING")
                self.assertEqual(entries(out), [])
                continue
            trained += 1
            (name,) = entries(out)
            self.assertTrue(sums_hold(out / name))
            run = record(out / name)
            self.assertEqual(run["split"]["method"], "shuffle")
            self.assertIn("SPLIT_NOT_STRATIFIED", [diagnostic["code"] for diagnostic in run["diagnostics"]])
            self.ok("verify", out / name, "--data", data)
        self.assertGreater(trained, 0)
        self.assertGreater(refused, 0)

    def test_a_byte_order_mark_changes_no_result(self):
        """Three bytes at the beginning of the file lost the first column's coefficients, and nothing was said."""
        plain = self.train(*IRIS)
        marked = self.train(self.write("marked.csv", b"\xef\xbb\xbf" + (DATA / "iris.csv").read_bytes()), *IRIS[1:])
        self.assertEqual(record(marked)["result_digest"], record(plain)["result_digest"])
        features = record(marked, "linear_coefficients.v1.json")["coefficients_by_class"][0]["features"]
        self.assertIn("sepal_length_cm", [feature["name"] for feature in features])
        self.assertEqual(differing(result_files(plain), result_files(marked)), ["run.json"])

    def test_bytes_are_compared_and_not_numbers(self):
        """Its tests read the metrics and compared numbers: 0.87 written 0.870 went unseen. Nor do digests that fit help, nor sizes."""
        run = self.train(*IRIS)
        respell(self, run / "metrics.v1.json")
        for command in (["reproduce", run, "--data", DATA / "iris.csv"], ["verify", run]):
            result = tool(*command)
            self.assertEqual(result.status, INTEGRITY, result)
            self.assertIn("metrics.v1.json", result.out + result.err)

        run = self.train(*IRIS, "--model", "decision_tree")
        reseal(run, nudge_a_threshold)
        self.ok("verify", run)
        result = tool("reproduce", run, "--data", DATA / "iris.csv")
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertIn("[NOT_REPRODUCED]", result.err)


class Promises(ClientTest):
    def test_training_again_gives_the_same_bytes(self):
        first, second = (self.train(*FOREST, out=self.scratch / name) for name in ("a", "b"))
        self.assertEqual(differing(result_files(first), result_files(second)), [])
        kept = os.environ.get("RUNFORGE_KEPT_RUN")
        if kept:
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(first, kept)

    def test_threads_leave_no_trace(self):
        """Enough rows for six blocks of sums, numbers whose sum depends on the order of adding."""
        rows = [((i * 7919 % 10007) / 997, (i * 104729 % 20011) / 31, (i * 31 % 11) * 0.1, i * i % 7 > 2 + i % 3) for i in range(30000)]
        data = self.write("large.csv", table("a,b,c,label", rows))
        for family in ("logistic_regression", "gradient_boosting"):
            more = ["--param", "n_estimators=5"] if family == "gradient_boosting" else []
            runs = [result_files(self.train(data, "--label", "label", "--model", family, *more, "--threads", threads))
                    for threads in (1, 2, 3)]
            self.assertEqual(differing(runs[0], runs[1]), [], family)
            self.assertEqual(differing(runs[0], runs[2]), [], family)

    def test_validation_rows_teach_nothing(self):
        """Other numbers, levels and gaps in the validation rows: the same model to the bit."""
        def rows(odd):
            for i in range(90):
                validates = i % 3 == 0
                x, colour = (odd, "violet") if validates and odd else ((i * 37 % 41) / 8, ("red", "blue", "green")[i % 5 % 3])
                yield x, colour, "yes" if i % 7 < 3 else "no", "validation" if validates else "train"

        split = {"split": {"method": "predefined", "column": "side"}}
        config = self.write("config.json", json.dumps({"train": split}))
        for family in ("logistic_regression", "decision_tree"):
            runs = [self.train(self.write("data.csv", table("x,colour,label,side", rows(odd))), "--label", "label", "--missing", "fill",
                               "--model", family, "--config", config) for odd in (None, 1e6)]
            self.assertNotEqual(record(runs[0])["dataset"], record(runs[1])["dataset"])
            self.assertEqual(tensors(runs[0]), tensors(runs[1]), family)

    def test_the_split_is_scikit_learns(self):
        cases = json.loads((DATA / "splits" / "stratified_shuffle.json").read_text())["cases"]
        tried = [case for case in cases if case["stratified"] and case["n"] < 200][:6]
        self.assertGreater(len(tried), 2)
        for case in tried:
            rows = [(i % 13, f"class{label}") for i, label in enumerate(case["classes"])]
            config = self.write("config.json", json.dumps({"train": {"split": {"fraction": case["fraction"]}}}))
            split = record(self.train(self.write("data.csv", table("x,label", rows)), "--label", "label", "--model", "decision_tree",
                                      "--seed", case["seed"], "--config", config))["split"]
            self.assertEqual((split["train_rows_sha256"], split["validation_rows_sha256"]),
                             (rows_digest(case["train"]), rows_digest(case["validation"])))

    def test_what_is_left_out_shows_no_value(self):
        """Planted in an identifier column and in an ignored one, found in no file of the run."""
        rows = [(f"Nemo-{i:03}", ("Captain", "Steward")[i % 2], i * 5 % 9, "ab"[i % 3 // 2]) for i in range(60)]
        data = self.write("people.csv", table("name,post,x,label", rows))
        for family in ("logistic_regression", "random_forest"):
            run = self.train(data, "--label", "label", "--ignore", "post", "--model", family)
            roles = {column["name"]: column["role"] for column in record(run, "dataset.v1.json")["columns"]}
            self.assertEqual((roles["name"], roles["post"]), ("identifier", "ignored"))
            for name, content in files(run).items():
                for planted in (b"Nemo", b"Captain", b"Steward"):
                    self.assertNotIn(planted, content, name)

    def test_a_run_is_whole_or_not_there(self):
        """A file that may not grow beyond a size stops the writing at each of the files in turn."""
        def limited(size):
            def limit():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            return limit

        sizes = sorted(len(content) for content in files(self.train(*IRIS, out=self.scratch / "whole")).values())
        for size in [1, *(size - 1 for size in sizes)]:
            result = tool("train", "--data", *IRIS, "--out", self.runs, preexec_fn=limited(size))
            self.assertEqual(result.status, IO, result)
            self.assertEqual(entries(self.runs), [])

    def test_verify_names_what_does_not_belong(self):
        run = self.train(*IRIS)
        (run / "notes.txt").write_text("kept beside\n")
        result = tool("verify", run)
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertIn("notes.txt", result.err)

    def test_an_exchanged_file_is_not_opened(self):
        """Whoever reads a run compares first: the model of another run predicts nothing in the name of this one."""
        run = self.train(*IRIS)
        shutil.copy(self.train(*IRIS, "--seed", 7) / "model.safetensors", run / "model.safetensors")
        for command in (["predict", "--model", run, "--data", DATA / "iris.csv"], ["show", run]):
            self.assertIn("model.safetensors", self.refused(INTEGRITY, "RUN_ALTERED", *command))

    def test_an_earlier_record_is_judged_as_of_then(self):
        """Written as 0.1.0 would have written it, a run holds as its record; a lie in it is found as in the present version."""
        def older(run):
            claim_version(run, "0.1.0", "run.v1")

        def perfect(run):
            older(run)
            for document in (run.documents["metrics.v1.json"], run.documents["run.json"]["metrics"]):
                document["accuracy"] = seal.Number("1")

        data = ["--data", DATA / "iris.csv"]
        run = self.train(*IRIS)
        reseal(run, older)
        self.assertIn("HOLDS TOGETHER as a record of 0.1.0", self.ok("verify", run, *data).out)
        self.assertIn("REPRODUCED as of 0.1.0: 6 of 6", self.ok("reproduce", run, *data).out)
        reseal(run, perfect)
        for more in ([], data):
            result = tool("verify", run, *more)
            self.assertEqual(result.status, INTEGRITY, result)
            self.assertIn("NOT VERIFIED", result.out)

    def test_what_was_asked_and_not_done_is_no_success(self):
        """Other data, a version that nobody knows, a signature that is not there: none is a yes."""
        run = self.train(*IRIS)
        _, public = self.key("author")
        for status, asked in ((MISMATCH, ["--data", DATA / "titanic.csv"]), (INTEGRITY, ["--pubkey", public]),
                              (INTEGRITY, ["--recorded-by", public]), (INTEGRITY, ["--reproduced-by", public])):
            result = tool("verify", run, *asked)
            self.assertEqual(result.status, status, result)
            self.assertNotIn("\nVERIFIED", result.out)
        reseal(run, lambda forged: claim_version(forged, "9.9.9"))
        result = tool("verify", run, "--data", DATA / "iris.csv")
        self.assertEqual((result.status, result.out), (UNSUPPORTED, ""), result)

    def test_verified_needs_data_and_a_key(self):
        key, public = self.key("author")
        run = self.train(*IRIS, "--sign", key)
        data = ["--data", DATA / "iris.csv"]
        for asked in ([], data, ["--pubkey", public]):
            self.assertIn("\nHOLDS TOGETHER as a record of ", self.ok("verify", run, *asked).out)
        self.assertIn("\nVERIFIED as a record of ", self.ok("verify", run, *data, "--pubkey", public).out)

    def test_messages_are_made_from_details(self):
        """Prose in a record of an earlier version is not shown: what is shown is made from code and details."""
        golden = DATA.parent / "golden" / "runs" / "0.1.0" / "logistic_regression_fill"
        run = self.scratch / "prose"
        shutil.copytree(golden, run)
        told = self.ok("show", run).out
        self.assertIn("[MISSING_VALUES_FILLED]", told)

        def praise(forged):
            for diagnostic in forged.documents["run.json"]["diagnostics"]:
                diagnostic["message"] = "All is well."

        reseal(run, praise)
        self.ok("verify", run, "--data", DATA / "titanic.csv")
        self.assertEqual(self.ok("show", run).out, told)

    def test_verify_reads_the_sums_as_they_stand(self):
        """The same sums in another order satisfy sha256sum; they are not what was written."""
        run = self.train(*IRIS)
        sums = run / "SHA256SUMS"
        lines = sums.read_text().splitlines(keepends=True)
        sums.write_text("".join(reversed(lines)))
        result = tool("verify", run)
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertIn("SHA256SUMS", result.err)

    def test_what_happened_to_the_data_is_said(self):
        """Dropped rows and a column that tells nothing: in the record, each with its code, and told."""
        rows = [("" if i % 4 == 0 else i * 5 % 9, 1, "ab"[i % 2]) for i in range(80)]
        data = self.write("gaps.csv", table("x,one,label", rows))
        result = self.ok("train", "--data", data, "--label", "label", "--out", self.runs)
        codes = {diagnostic["code"] for diagnostic in record(self.runs / entries(self.runs)[0])["diagnostics"]}
        self.assertLessEqual({"DROPPED_MANY_ROWS", "CONSTANT_FEATURE"}, codes)
        self.assertIn("[DROPPED_MANY_ROWS]", result.err)

    def test_a_parameter_without_effect_is_refused(self):
        for given in (["l1_ratio=0.5"], ["penalty=none", "C=2"]):
            parameters = [word for one in given for word in ("--param", one)]
            self.refused(CONFIG, "PARAMETER_NOT_APPLICABLE", "train", "--data", *IRIS, "--out", self.runs, *parameters)
        self.assertEqual(entries(self.runs), [])

    def test_other_data_is_refused(self):
        run = self.train(*IRIS)
        changed = self.write("iris.csv", (DATA / "iris.csv").read_bytes().replace(b"5.1,3.5", b"5.1,3.6", 1))
        result = tool("reproduce", run, "--data", changed)
        self.assertEqual(result.status, 12, result)
        self.assertIn("[DATASET_MISMATCH]", result.err)

    # ---- signatures

    def key(self, name):
        path = self.scratch / f"{name}.key"
        self.ok("keygen", "--out", path)
        return path, f"{path}.pub"

    def test_a_forger_is_found_by_the_signature(self):
        """Who changes a number of execution.v1.json and makes the sums right again contradicts nothing but the signature."""
        key, public = self.key("author")
        run = self.train(*IRIS, "--sign", key)
        self.ok("verify", run, "--pubkey", public)
        execution = run / "execution.v1.json"
        before = execution.read_bytes()
        after = re.sub(rb'("peak_memory_bytes": )\d+', rb"\g<1>4096", before)
        self.assertNotEqual(after, before)
        execution.write_bytes(after)
        sums = run / "SHA256SUMS"
        old, new = (hashlib.sha256(content).hexdigest() for content in (before, after))
        sums.write_text(sums.read_text().replace(old, new))
        self.ok("verify", run)
        result = tool("verify", run, "--pubkey", public)
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertIn("SHA256SUMS.minisig", result.err)

    def test_a_trusted_comment_is_signed_too(self):
        key, public = self.key("author")
        run = self.train(*IRIS, "--sign", key)
        minisig = run / "SHA256SUMS.minisig"
        minisig.write_text(minisig.read_text().replace("trusted comment: run 2", "trusted comment: run 3"))
        result = tool("verify", run, "--pubkey", public)
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertIn("comment", result.err)

    def test_only_a_run_that_is_whole_is_signed(self):
        key, _ = self.key("author")
        run = self.train(*IRIS)
        respell(self, run / "metrics.v1.json")
        before = files(run)
        result = tool("sign", run, "--key", key)
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertEqual(files(run), before)

    def test_only_the_same_bytes_are_attested(self):
        key, public = self.key("reviewer")
        run = self.train(*IRIS)
        self.ok("reproduce", run, "--data", DATA / "iris.csv", "--sign", key)
        (line,) = (run / "run.intoto.jsonl").read_text().splitlines()
        statement = json.loads(base64.b64decode(json.loads(line)["payload"]))
        self.assertEqual(statement["predicate"]["verdict"], "byte-identical")
        self.assertIn("reproduced", self.ok("verify", run, "--pubkey", public).out)

        other = self.train(*IRIS, "--model", "decision_tree")
        reseal(other, nudge_a_threshold)
        before = files(other)
        self.assertEqual(tool("reproduce", other, "--data", DATA / "iris.csv", "--sign", key).status, INTEGRITY)
        self.assertEqual(files(other), before)

    def test_the_library_opens_no_connection(self):
        """No symbol of a network is asked for by the tool, which has the whole library in it."""
        def symbols(*options):
            return subprocess.run(["nm", "-D", *options, TOOL], check=True, capture_output=True, text=True).stdout
        needed = symbols("--undefined-only")
        # Of the C library, or of a sanitizer that stands in, which clang puts into the program.
        self.assertRegex(symbols(), r"(?m) read(@|$)")
        self.assertNotRegex(needed, r"(?m) (socket|connect|getaddrinfo|gethostbyname|sendto|res_query)(@|$)")


if __name__ == "__main__":
    main()
