#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""keygen, sign, train --sign, verify --pubkey and reproduce --sign as their users meet them."""
import json
import os
import pathlib
import re
import stat
import subprocess

from client import DATA, FAULTY_DATA, IO, TOOL, ClientTest, entries, files, main, tool

EXISTS, INTEGRITY, MISMATCH = 11, 8, 12


class Signature(ClientTest):
    def key(self, name="author"):
        """A new key: its path, the path of the public one, its id."""
        path = self.scratch / f"{name}.key"
        out = self.ok("keygen", "--out", path).out
        return path, f"{path}.pub", re.search(r"RunForge public key ([0-9A-F]{16})\n", out).group(1)

    def iris(self, *more):
        return self.train(DATA / "iris.csv", "--label", "species", *more)

    def test_keygen(self):
        path, public, key_id = self.key()
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertIn(key_id, pathlib.Path(public).read_text())
        self.assertIn("PRIVATE KEY", path.read_text())
        for taken in (path, public):
            os.rename(taken, self.scratch / "aside")
            before = entries(self.scratch)
            self.assertEqual(tool("keygen", "--out", path).status, EXISTS)
            self.assertEqual(entries(self.scratch), before)
            os.rename(self.scratch / "aside", taken)
        self.assertEqual(tool("keygen", "--out", self.scratch / "no" / "folder").status, IO)
        self.assertIn("not both", tool("keygen", "--out", "a", "--public-of", "b").err)
        self.assertIn("needs --out", tool("keygen").err)

    def test_a_secret_key_without_its_public_one(self):
        """As a keygen leaves it that was killed between the two."""
        path, public, key_id = self.key()
        text = pathlib.Path(public).read_bytes()
        self.refused(EXISTS, "ALREADY_EXISTS", "keygen", "--public-of", path)
        os.remove(public)
        before = entries(self.scratch)
        message = self.refused(EXISTS, "ALREADY_EXISTS", "keygen", "--out", path)
        self.assertIn("keygen --public-of writes its public one", message)
        self.assertEqual(entries(self.scratch), before)
        secret = path.read_bytes()
        result = self.ok("keygen", "--public-of", path)
        self.assertIn(f"Secret key: {path} (was there already)\n", result.out)
        self.assertIn(key_id, result.out)
        self.assertEqual((pathlib.Path(public).read_bytes(), path.read_bytes()), (text, secret))
        os.remove(public)
        made = json.loads(self.ok("keygen", "--public-of", path, "--json").out)
        self.assertEqual((made["secret_key"], made["public_key"]), (str(path), public))
        self.refused(FAULTY_DATA, "INVALID_KEY", "keygen", "--public-of", public)
        self.refused(IO, "FILE_NOT_FOUND", "keygen", "--public-of", self.scratch / "none")

    def test_from_training_to_verified(self):
        key, public, key_id = self.key()
        result = self.ok("train", "--data", DATA / "iris.csv", "--label", "species", "--out", self.runs, "--sign", key)
        self.assertIn("  - SHA256SUMS.minisig (signature of the checksums)\n  - run.intoto.jsonl (signed statement)\n",
                      result.out)
        (name,) = entries(self.runs)
        run = self.runs / name
        result = self.ok("verify", run, "--pubkey", public)
        self.assertIn("signatures  passed\n", result.out)
        self.assertIn(f"  recorded by key {key_id}\n", result.out)
        self.assertIn(f"says to be signed by key {key_id}", self.ok("verify", run).out)
        secret = key.read_text().splitlines()[1]
        for content in files(run).values():
            self.assertNotIn(secret.encode(), content)

    def test_signing_later_and_several_signers(self):
        run = self.iris()
        keys = [self.key(name) for name in ("author", "colleague", "reviewer")]
        for key, _, key_id in keys[:2]:
            self.assertIn(key_id, self.ok("sign", run, "--key", key).out)
        self.assertIn("Signed by key " + keys[2][2],
                      self.ok("reproduce", run, "--data", DATA / "iris.csv", "--sign", keys[2][0]).out)
        report = json.loads(self.ok("verify", run, "--json", *[word for key in keys for word in ("--pubkey", key[1])]).out)
        self.assertEqual([(entry["key_id"], entry["says"], entry["checked"]) for entry in report["signatures"]],
                         [(keys[0][2], "signed", True), (keys[1][2], "signed", True), (keys[2][2], "reproduced", True)])
        self.assertEqual(self.refused(EXISTS, "ALREADY_EXISTS", "sign", run, "--key", keys[0][0]).count(keys[0][2]), 1)

    def test_who_recorded_who_signed_who_reproduced(self):
        author, colleague, reviewer = (self.key(name) for name in ("author", "colleague", "reviewer"))
        run = self.iris("--sign", author[0])
        self.ok("sign", run, "--key", colleague[0])
        self.ok("reproduce", run, "--data", DATA / "iris.csv", "--sign", reviewer[0])
        result = self.ok("verify", run, "--recorded-by", author[1], "--reproduced-by", reviewer[1], "--pubkey", colleague[1])
        self.assertIn(f"signatures  passed\n  recorded by key {author[2]}\n"
                      f"  signed by key {colleague[2]}: found whole, data not checked\n"
                      f"  reproduced by key {reviewer[2]}\n", result.out)
        for option, key in (("--recorded-by", colleague), ("--recorded-by", reviewer), ("--reproduced-by", author),
                            ("--reproduced-by", colleague)):
            result = tool("verify", run, option, key[1])
            self.assertEqual(result.status, INTEGRITY, (option, key[2]))
            self.assertIn(f"by key {key[2]} that it {'recorded' if 'recorded' in option else 'reproduced'} the run", result.err)
        self.ok("verify", run, "--pubkey", reviewer[1], "--reproduced-by", reviewer[1])

    def test_a_stripped_recording_is_none(self):
        key, public, _ = self.key()
        run = self.iris("--sign", key)
        good = files(run)
        for lost in ("SHA256SUMS.minisig", "run.intoto.jsonl"):
            (run / lost).unlink()
            for option in ("--pubkey", "--recorded-by"):
                result = tool("verify", run, option, public)
                self.assertEqual(result.status, INTEGRITY, (lost, option))
                self.assertNotIn("recorded by key", result.out)
            # Signing again does not bring it back: this key signs no more.
            self.assertEqual(tool("sign", run, "--key", key).status, INTEGRITY, lost)
            for name in files(run):
                (run / name).unlink()
            for name, content in good.items():
                (run / name).write_bytes(content)

    def test_signing_with_the_data(self):
        key, public, key_id = self.key()
        run = self.iris()
        before = files(run)
        other = self.write("other.csv", (DATA / "iris.csv").read_bytes().replace(b"5.1,3.5", b"5.1,3.6", 1))
        respelled = self.write("respelled.csv", (DATA / "iris.csv").read_bytes() + b"\n")
        for data in (other, respelled):
            self.refused(MISMATCH, "DATASET_MISMATCH", "sign", run, "--key", key, "--data", data)
            self.assertEqual(files(run), before)
        self.ok("sign", run, "--key", key, "--data", DATA / "iris.csv")
        self.assertIn(f"  signed by key {key_id}: found whole, and holds for the data\n",
                      self.ok("verify", run, "--pubkey", public).out)
        self.refused(EXISTS, "ALREADY_EXISTS", "sign", run, "--key", key)
        self.refused(IO, "FILE_NOT_FOUND", "sign", run, "--key", key, "--data", self.scratch / "none.csv")

    def test_json(self):
        path = self.scratch / "k"
        made = json.loads(self.ok("keygen", "--out", path, "--json").out)
        self.assertEqual((made["secret_key"], made["public_key"]), (str(path), f"{path}.pub"))
        run = self.iris()
        signed = json.loads(self.ok("sign", run, "--key", path, "--json").out)
        self.assertEqual(signed, {"run_dir": str(run), "key": made["key"]})
        self.assertIn(made["key"], pathlib.Path(f"{path}.pub").read_text())

    def test_a_key_that_did_not_sign(self):
        key, _, _ = self.key()
        _, public, key_id = self.key("other")
        for run in (self.iris(), self.iris("--sign", key)):
            result = tool("verify", run, "--pubkey", public)
            self.assertEqual(result.status, INTEGRITY, result)
            self.assertIn(key_id, result.err)

    def test_an_altered_run_is_not_signed(self):
        key, _, _ = self.key()
        run = self.iris()
        metrics = (run / "metrics.v1.json").read_text()
        (run / "metrics.v1.json").write_text(re.sub(r'"accuracy": [0-9.]+', '"accuracy": 1', metrics))
        before = files(run)
        self.assertIn("metrics.v1.json", self.refused(INTEGRITY, "RUN_ALTERED", "sign", run, "--key", key))
        self.assertEqual(files(run), before)

    def test_faulty_keys(self):
        key, public, _ = self.key()
        run = self.iris("--sign", key)
        text = key.read_text()
        lines = text.splitlines()
        for name, content in (("empty", ""), ("short", text.replace(lines[1], lines[1][:-4])), ("public", pathlib.Path(public).read_text()),
                              ("other", text.replace("PRIVATE KEY", "RSA PRIVATE KEY")), ("long", "x" * 10000)):
            path = self.write(name, content)
            path.chmod(0o600)
            message = self.refused(FAULTY_DATA, "INVALID_KEY", "sign", run, "--key", path)
            self.assertNotIn(lines[1][:20], message)
            if name != "public":
                self.refused(FAULTY_DATA, "INVALID_KEY", "verify", run, "--pubkey", path)
        self.refused(FAULTY_DATA, "INVALID_KEY", "verify", run, "--pubkey", key)
        self.refused(IO, "FILE_NOT_FOUND", "sign", run, "--key", self.scratch / "none")
        # Before any training, so that a mistake shows at once.
        self.refused(IO, "FILE_NOT_FOUND", "train", "--data", self.scratch / "no.csv", "--sign", self.scratch / "none")

    def test_a_key_file_that_others_may_read(self):
        key, _, _ = self.key()
        key.chmod(0o644)
        run = self.iris()
        result = self.ok("sign", run, "--key", key)
        self.assertRegex(result.err, r"\Arunforge: warning: .*chmod 600.* \[KEY_FILE_OPEN_TO_OTHERS\]\n\Z")

    def test_damaged_signatures(self):
        key, public, _ = self.key()
        run = self.iris("--sign", key)
        minisig = (run / "SHA256SUMS.minisig").read_text()
        lines = minisig.splitlines(keepends=True)
        line = (run / "run.intoto.jsonl").read_text()
        for name, text, says in (
                ("SHA256SUMS.minisig", "".join(lines[:3]), "four lines"),
                ("SHA256SUMS.minisig", minisig.replace(lines[1], lines[1][:-5] + "\n"), "74 bytes"),
                ("SHA256SUMS.minisig", minisig.replace("trusted comment: run ", "trusted comment: ran "), "trusted comment"),
                ("run.intoto.jsonl", line[:-1], "cut off"),
                ("run.intoto.jsonl", line.replace('"payloadType":', '"payloadType": '), "not laid out"),
                ("run.intoto.jsonl", "", "empty")):
            good = (run / name).read_text()
            (run / name).write_text(text)
            result = tool("verify", run, "--pubkey", public)
            self.assertEqual(result.status, INTEGRITY, (name, says))
            self.assertRegex(result.out, rf"(?m)^  signatures: {re.escape(name)}: .*{says}")
            (run / name).write_text(good)
        self.ok("verify", run, "--pubkey", public)

    def test_no_command_of_ours_adds_to_a_run(self):
        run = self.iris()
        before = entries(run)
        for words in [("train", "--data", DATA / "iris.csv", "--label", "species", "--out", run),
                      ("keygen", "--out", run / "key")]:
            self.assertIn("run directory", str(self.refused(2, "USAGE", *words)))
        self.assertEqual(entries(run), before)
        self.ok("verify", run)

    def test_predictions_in_a_run_directory_are_warned_of(self):
        run = self.iris()
        said = tool("predict", "--model", run, "--data", DATA / "iris.csv", "--out", run / "rows.csv")
        self.assertEqual(said.status, 0)
        self.assertIn("verify fails until the file is moved elsewhere", said.err)
        self.assertEqual(tool("verify", run).status, INTEGRITY)

    def test_two_sign_at_a_time(self):
        run = self.iris()
        keys = [self.key(f"k{i}") for i in range(6)]
        started = [subprocess.Popen([TOOL, "sign", run, "--key", key], stdout=subprocess.DEVNULL) for key, _, _ in keys]
        self.assertEqual([process.wait() for process in started], [0] * len(keys))
        self.ok("verify", run, *[word for key in keys for word in ("--pubkey", key[1])])


if __name__ == "__main__":
    main()
