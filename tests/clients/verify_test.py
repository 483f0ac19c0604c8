#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""runforge verify and reproduce as an auditor meets them."""
import json
import os
import shutil
import subprocess

from client import (DATA, INTEGRITY, IO, MISMATCH, TOOL, UNSUPPORTED, ClientTest, claim_version, clean_environment, files, main,
                    record, reseal, seal, tool)

IRIS = DATA / "iris.csv"
VERDICTS = ("VERIFIED", "HOLDS", "passed", "failed")


class RunTest(ClientTest):
    def iris(self, *more):
        return self.train(IRIS, "--label", "species", *more)

    def key(self, name):
        path = self.scratch / f"{name}.key"
        self.ok("keygen", "--out", path)
        return path, f"{path}.pub"

    def copy(self, run, name, change=None):
        """A copy under another name, changed by a forger who makes all digests right."""
        copied = shutil.copytree(run, self.scratch / name)
        if change:
            reseal(copied, change)
        return copied

    def report(self, status, *arguments):
        result = tool("verify", *arguments, "--json")
        self.assertEqual(result.status, status, result)
        report = json.loads(result.out)
        self.assertEqual(report["schema_version"], "verify.v2")
        return report


class Verify(RunTest):
    def test_a_run_as_it_was_written(self):
        run = self.iris()
        version = record(run)["runforge_version"]
        result = self.ok("verify", run)
        self.assertEqual(result.out.splitlines()[:3], ["files       passed", "digests     passed", "meaning     passed"])
        self.assertIn("data        not checked: no data was given\n", result.out)
        self.assertIn("signatures  not checked: no public key was given, and nobody has signed\n", result.out)
        self.assertTrue(result.out.endswith(f"\nHOLDS TOGETHER as a record of {version}; not checked: data, signatures.\n"))
        result = self.ok("verify", run, "--data", IRIS)
        self.assertIn("data        passed\n", result.out)
        self.assertTrue(result.out.endswith(f"\nHOLDS TOGETHER as a record of {version}; not checked: signatures.\n"))

    def test_verified_needs_data_and_a_key(self):
        key, public = self.key("author")
        run = self.iris("--sign", key)
        version = record(run)["runforge_version"]
        for option in ("--pubkey", "--recorded-by"):
            without = self.ok("verify", run, option, public).out
            self.assertTrue(without.endswith(f"\nHOLDS TOGETHER as a record of {version}; not checked: data.\n"), without)
            both = self.ok("verify", run, "--data", IRIS, option, public).out
            self.assertTrue(both.endswith(f"\nVERIFIED as a record of {version}: files, data and signatures hold.\n"), both)
        report = self.report(0, run, "--data", IRIS, "--recorded-by", public)
        self.assertEqual((report["claim"], report["verdict"]), ("verified", "passed"))
        self.assertEqual([(entry["what"], entry["done"]) for entry in report["asked"]], [("data", True), ("recorded_by", True)])
        self.assertEqual(report["record"], {"runforge_version": version, "run_id": run.name,
                                            "numeric_profile": record(run)["numeric_profile"]})

    def test_an_altered_run(self):
        run = self.iris()
        with open(run / "metrics.v1.json", "r+b") as file:
            text = file.read()
            file.seek(0)
            file.write(text.replace(b'"num_classes": 3', b'"num_classes": 4'))
        result = tool("verify", run)
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertTrue(result.out.endswith("\nNOT VERIFIED\n"), result)
        self.assertIn("metrics.v1.json", result.err)
        self.assertIn("[RUN_ALTERED]", result.err)
        report = self.report(INTEGRITY, run)
        self.assertEqual((report["claim"], report["verdict"]), ("failed", "failed"))

    def test_a_record_that_cannot_be_read(self):
        """The report names it, with the data as without."""
        run = self.iris()
        (run / "run.json").write_text("{")
        for more in ([], ["--data", IRIS]):
            result = tool("verify", run, *more)
            self.assertEqual(result.status, INTEGRITY, result)
            self.assertIn("NOT VERIFIED", result.out)
            self.assertIn("run.json", result.err)

    def test_what_is_no_run(self):
        self.refused(IO, "FILE_NOT_FOUND", "verify", self.scratch / "none")
        self.refused(IO, "FILE_NOT_FOUND", "reproduce", self.scratch / "none", "--data", IRIS)
        self.assertEqual(tool("verify", self.scratch).status, INTEGRITY)

    def test_a_renamed_directory_is_told(self):
        run = self.iris()
        renamed = self.copy(run, "renamed")
        self.assertIn(f'  note: the directory is called "renamed", its run id is {run.name}\n', self.ok("verify", renamed).out)
        report = self.report(0, renamed)
        self.assertEqual((report["record"]["run_id"], [note["about"] for note in report["notes"]]), (run.name, ["directory_name"]))
        self.assertNotIn("note:", self.ok("verify", run).out)
        self.assertNotIn("note:", self.ok("verify", f"{run}/").out)

    def test_the_command_line(self):
        self.assertIn("needs RUN_DIR", tool("verify").err)
        self.assertIn("needs --data", tool("reproduce", "somewhere").err)
        for command in ("verify", "reproduce"):
            self.assertIn("Exit status 8" if command == "verify" else "status 12", self.ok(command, "--help").out)


class Versions(RunTest):
    """The version in a record is a claim, and none helps a forger."""

    def test_an_unknown_version_gets_no_verdict(self):
        key, public = self.key("author")
        run = self.copy(self.iris("--sign", key), "later", lambda forged: claim_version(forged, "9.9.9"))
        for more in ([], ["--data", IRIS], ["--pubkey", public]):
            result = tool("verify", run, *more)
            self.assertEqual(result.status, UNSUPPORTED, result)
            self.assertEqual(result.out, "")
            self.assertIn("[UNSUPPORTED_VERSION]", result.err)
            for word in VERDICTS:
                self.assertNotIn(word, result.err)
            report = self.report(UNSUPPORTED, run, *more)
            self.assertEqual((report["claim"], report["record"]["runforge_version"]), ("unsupported", "9.9.9"))
            self.assertEqual({"verdict", "layers"} & set(report), set())
        self.refused(UNSUPPORTED, "UNSUPPORTED_VERSION", "sign", run, "--key", key)
        self.refused(UNSUPPORTED, "UNSUPPORTED_VERSION", "reproduce", run, "--data", IRIS)

    def test_an_altered_record_of_an_unknown_version_is_altered(self):
        run = self.iris()
        text = (run / "run.json").read_text()
        version = record(run)["runforge_version"]
        (run / "run.json").write_text(text.replace(f'"runforge_version": "{version}"', '"runforge_version": "9.9.9"'))
        result = tool("verify", run)
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertIn("NOT VERIFIED", result.out)

    def test_a_claim_of_another_version_gains_nothing(self):
        """What 0.1.0 would have written of the run holds as a record of 0.1.0; each lie is found as it is in the present version."""
        run = self.iris("--model", "decision_tree")

        def older(forged):
            claim_version(forged, "0.1.0", "run.v1")

        def better(forged):
            for document in (forged.documents["metrics.v1.json"], forged.documents["run.json"]["metrics"]):
                document["accuracy"] = seal.Number("1")

        def unwarned(forged):
            forged.documents["run.json"]["split"]["train_rows_sha256"] = "0" * 64

        old = self.copy(run, "old", older)
        self.assertIn("HOLDS TOGETHER as a record of 0.1.0", self.ok("verify", old, "--data", IRIS).out)
        for name, lie in (("better", better), ("unwarned", unwarned)):
            for version, claimed in (("present", lambda forged: None), ("older", older)):
                with self.subTest(lie=name, version=version):
                    forged = self.copy(run, f"{name}_{version}", lambda it: (claimed(it), lie(it)))
                    result = tool("verify", forged, "--data", IRIS)
                    self.assertEqual(result.status, INTEGRITY, result)
                    self.assertIn("NOT VERIFIED", result.out)

    def test_one_document_of_another_version(self):
        run = self.iris()
        for name in sorted(path.name for path in run.glob("*.json")):
            forged = self.copy(run, name, lambda it: it.documents[name].update(runforge_version="0.1.0"))
            result = tool("verify", forged)
            self.assertEqual(result.status, INTEGRITY, (name, result))
        forged = self.copy(run, "model", lambda it: it.model.header.update(runforge_version="0.1.0"))
        self.assertEqual(tool("verify", forged).status, INTEGRITY)


class Asked(RunTest):
    """What was asked for and not done is no success."""

    def test_other_data_is_no_success(self):
        run = self.iris()
        result = tool("verify", run, "--data", DATA / "titanic.csv")
        self.assertEqual(result.status, MISMATCH, result)
        self.assertIn("[DATASET_MISMATCH]", result.err)
        self.assertIn("\ndata        not checked: the data given is not what the run was trained on", result.out)
        self.assertNotIn("VERIFIED", result.out)
        (asked,) = self.report(MISMATCH, run, "--data", DATA / "titanic.csv")["asked"]
        self.assertEqual((asked["what"], asked["done"]), ("data", False))
        self.assertIn("content digest", asked["reason"])

    def test_an_altered_run_is_altered_whatever_the_data(self):
        run = self.iris()
        (run / "metrics.v1.json").write_text("{}")
        self.assertEqual(tool("verify", run, "--data", DATA / "titanic.csv").status, INTEGRITY)

    def test_data_that_cannot_be_read(self):
        self.refused(IO, "FILE_NOT_FOUND", "verify", self.iris(), "--data", self.scratch / "none.csv")

    def test_a_missing_signature_is_no_success(self):
        _, public = self.key("author")
        run = self.iris()
        for option, what in (("--pubkey", "key"), ("--recorded-by", "recorded_by"), ("--reproduced-by", "reproduced_by")):
            result = tool("verify", run, "--data", IRIS, option, public)
            self.assertEqual(result.status, INTEGRITY, result)
            self.assertTrue(result.out.endswith("\nNOT VERIFIED\n"), result)
            asked = self.report(INTEGRITY, run, option, public)["asked"]
            self.assertEqual([(entry["what"], entry["done"]) for entry in asked], [(what, False)])

    def test_another_file_with_the_same_table_holds_and_is_told(self):
        key, public = self.key("author")
        run = self.iris("--sign", key)
        other = self.write("crlf.csv", IRIS.read_bytes().replace(b"\n", b"\r\n"))
        result = self.ok("verify", run, "--data", other, "--pubkey", public)
        self.assertIn("  note: the file given holds the same table and is another file than the record names", result.out)
        self.assertIn("\nHOLDS TOGETHER as a record of", result.out)
        self.assertEqual(self.report(0, run, "--data", other, "--pubkey", public)["claim"], "holds_together")


class Entries(RunTest):
    """What does not belong to a run is named and not read; what belongs to it is a file."""

    def limited(self, *arguments):
        """A call that must end by itself, and its largest resident memory in bytes."""
        process = subprocess.Popen([str(TOOL), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, env=clean_environment())
        out = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        return process.returncode, out, usage.ru_maxrss * 1024

    def test_entries_that_are_no_files_are_named(self):
        run = self.iris()
        for kind, make in (("link", lambda path: path.symlink_to(IRIS)), ("FIFO", os.mkfifo), ("folder", os.mkdir)):
            for name in ("metrics.v1.json", "model.safetensors", "notes", "SHA256SUMS.minisig"):
                with self.subTest(kind=kind, name=name):
                    other = self.copy(run, f"{kind}_{name}")
                    (other / name).unlink(missing_ok=True)
                    make(other / name)
                    status, out, _ = self.limited("verify", other)
                    self.assertEqual(status, INTEGRITY, out)
                    self.assertIn(f"  files: {name}: ", out)
                    if name not in ("notes", "SHA256SUMS.minisig"):
                        for command in (["show", other], ["predict", "--model", other, "--data", IRIS],
                                        ["reproduce", other, "--data", IRIS], ["diff", run, other]):
                            status, out, _ = self.limited(*command)
                            self.assertNotEqual(status, 0, (command, out))

    def test_a_link_to_the_very_file_is_refused(self):
        run = self.iris()
        os.rename(run / "metrics.v1.json", self.scratch / "aside.json")
        (run / "metrics.v1.json").symlink_to(self.scratch / "aside.json")
        self.assertEqual(tool("verify", run).status, INTEGRITY)
        self.assertNotEqual(tool("show", run).status, 0)

    def test_a_large_foreign_file_is_not_read(self):
        run = self.iris()
        limit = 1 << 29
        for name in ("notes.bin", "metrics.v1.json"):
            other = self.copy(run, f"large_{name}")
            with open(other / name, "wb") as file:
                file.truncate(1 << 30)
            status, out, resident = self.limited("verify", other)
            self.assertEqual(status, INTEGRITY, out)
            self.assertIn(f"  files: {name}: ", out)
            self.assertLess(resident, limit)

    def test_a_file_is_not_read_whose_size_is_not_the_recorded_one(self):
        run = self.iris()
        self.ok("keygen", "--out", self.scratch / "key")
        limit = 1 << 27  # less than the sparse files have
        for name, size in (("model.safetensors", 8 << 30), ("metrics.v1.json", 200 << 20)):
            recorded = (run / name).stat().st_size
            other = self.copy(run, f"sparse_{name}")
            os.truncate(other / name, size)
            status, out, resident = self.limited("verify", other)
            self.assertEqual(status, INTEGRITY, out)
            self.assertIn(f"  files: {name}: run.json says that it has {recorded} bytes: ", out)
            self.assertLess(resident, limit)
            for command in (["show", other], ["predict", "--model", other, "--data", IRIS], ["diff", run, other],
                            ["reproduce", other, "--data", IRIS], ["sign", other, "--key", self.scratch / "key"]):
                status, out, resident = self.limited(*command)
                self.assertEqual(status, INTEGRITY, (command, out))
                self.assertLess(resident, limit, command)

    def test_an_exchanged_model_is_refused(self):
        """Each file has its digest in the record, and whoever reads a run compares first."""
        run = self.iris()
        shutil.copy(self.iris("--seed", 7) / "model.safetensors", run / "model.safetensors")
        for command in (["predict", "--model", run, "--data", IRIS], ["show", run], ["reproduce", run, "--data", IRIS]):
            self.assertIn("model.safetensors", self.refused(INTEGRITY, "RUN_ALTERED", *command))


class Reproduce(RunTest):
    def test_reproduce_elsewhere(self):
        """Another folder, number of threads, time zone and locale; options of reading come from the record."""
        data = self.write("semicolons.csv", "x;y;label\n" + "".join(f"{i};{i * i % 7};{'ab'[i % 3 // 2]}\n" for i in range(60)))
        config = self.write("config.json", '{"dataset": {"delimiter": ";", "missing_tokens": ["NA"]}, "train": {"seed": 5}}')
        run = self.train(data, "--config", config, "--model", "random_forest", "--param", "n_estimators=9", "--threads", "1")
        moved = self.scratch / "elsewhere" / "renamed"
        shutil.copytree(run, moved)
        result = self.ok("reproduce", moved, "--data", data, "--threads", "3", cwd=self.scratch,
                         environment=clean_environment(TZ="Asia/Kathmandu", LC_ALL="C.UTF-8"))
        self.assertEqual(result.out, "REPRODUCED: 6 of 6 result files byte-identical\n")
        report = json.loads(self.ok("reproduce", moved, "--data", data, "--json").out)
        self.assertEqual((report["schema_version"], report["verdict"], report["claim"], report["compared"]),
                         ("reproduce.v2", "reproduced", "holds_together", "bytes"))
        self.assertEqual(report["asked"], [{"what": "data", "done": True}])
        self.ok("verify", moved, "--data", data)
        self.assertEqual(sorted(os.listdir(moved)), sorted(os.listdir(run)))

    def test_other_data_is_refused(self):
        run = self.iris()
        self.refused(MISMATCH, "DATASET_MISMATCH", "reproduce", run, "--data", DATA / "titanic.csv")

    def test_an_altered_run_is_not_trained_again(self):
        run = self.iris()
        metrics = json.loads((run / "metrics.v1.json").read_text())
        metrics["accuracy"] = 0.5
        (run / "metrics.v1.json").write_text(json.dumps(metrics, indent=2, sort_keys=True) + "\n")
        self.assertIn("metrics.v1.json", self.refused(INTEGRITY, "RUN_ALTERED", "reproduce", run, "--data", IRIS))

    def test_a_contradiction_is_named(self):
        """All digests are right, and a number does not follow from the others."""
        run = self.iris()
        reseal(run, lambda forged: forged.documents["metrics.v1.json"].update(accuracy=seal.Number("0.5")))
        result = tool("reproduce", run, "--data", IRIS)
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertIn("[RUN_ALTERED]", result.err)
        self.assertRegex(result.out, r"NOT REPRODUCED: the run contradicts itself, so nothing was trained\.\nmetrics\.v1\.json /accuracy: expected 0\.9\d+, found 0\.5\n")

    def test_what_only_training_tells_is_named(self):
        run = self.iris("--model", "decision_tree")

        def nudge(forged):
            value = forged.model.tensors["forest.threshold"].values()
            value[0] += 2.0 ** -40
            forged.model.tensors["forest.threshold"].set_values(value)

        reseal(run, nudge)
        self.ok("verify", run)
        result = tool("reproduce", run, "--data", IRIS)
        self.assertEqual(result.status, INTEGRITY, result)
        self.assertIn("[NOT_REPRODUCED]", result.err)
        self.assertRegex(result.out, r"NOT REPRODUCED: \d of 6 .*\nFirst difference: model\.safetensors forest\.threshold\[0\]: expected ")

    def test_another_file_with_the_same_table(self):
        """It reproduces and is told; nothing is signed for it."""
        key, _ = self.key("reviewer")
        run = self.iris()
        other = self.write("crlf.csv", IRIS.read_bytes().replace(b"\n", b"\r\n"))
        self.assertRegex(self.ok("reproduce", run, "--data", other).out,
                         r"\AREPRODUCED: 6 of 6 result files byte-identical\nNote: the file given holds the same table and is another file")
        before = files(run)
        self.refused(MISMATCH, "DATASET_MISMATCH", "reproduce", run, "--data", other, "--sign", key)
        self.assertEqual(files(run), before)


class Order(ClientTest):
    """A run that contradicts itself does so whatever the data."""

    def test_an_altered_run_is_told_before_data_that_cannot_be_read(self):
        run = self.train(DATA / "iris.csv", "--label", "species")
        execution = run / "execution.v1.json"
        execution.write_text(execution.read_text().replace('"threads"', '"threadz"'))
        ragged = self.write("ragged.csv", "a,b\n1\n")
        for data in (self.scratch / "none.csv", ragged):
            for command in ("verify", "reproduce"):
                result = tool(command, run, "--data", data)
                self.assertEqual(result.status, INTEGRITY, (command, data, result))

    def test_a_whole_run_and_data_that_cannot_be_read(self):
        run = self.train(DATA / "iris.csv", "--label", "species")
        for command in ("verify", "reproduce"):
            self.assertEqual(tool(command, run, "--data", self.scratch / "none.csv").status, IO, command)

    def test_the_last_second_that_has_a_name_is_taken_once(self):
        arguments = ("train", "--data", DATA / "iris.csv", "--label", "species", "--out", self.runs, "--timestamp", "9999-12-31T23:59:59Z")
        self.ok(*arguments)
        result = tool(*arguments)
        self.assertIn("[ALREADY_EXISTS]", result.err)


if __name__ == "__main__":
    main()
