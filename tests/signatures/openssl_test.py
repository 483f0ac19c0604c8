#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""openssl reads our keys, accepts the statement's signature on the bytes that DSSE says are signed, and we take keys
that openssl made."""
import base64
import json
import subprocess

import foreign
from client import DATA, FAULTY_DATA
from foreign import SignedRun

foreign.need("openssl")


def encoding(envelope):
    """The pre-authentication encoding, written down anew."""
    kind = envelope["payloadType"].encode()
    body = base64.b64decode(envelope["payload"])
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


class Openssl(SignedRun):
    def setUp(self):
        super().setUp()
        self.pem = self.scratch / "author.pem"
        self.assertTrue(self.succeeds("openssl", "pkey", "-in", self.key, "-pubout", "-out", self.pem))

    def accepts(self, message, signature):
        return self.succeeds("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", self.pem, "-sigfile",
                             self.write("signature", signature), "-in", self.write("message", message))

    def test_the_statement_is_accepted(self):
        (envelope,) = self.envelopes()
        signature = base64.b64decode(envelope["signatures"][0]["sig"])
        message = encoding(envelope)
        self.assertTrue(self.accepts(message, signature))
        for at in range(0, len(message), max(1, len(message) // 20)):
            self.assertFalse(self.accepts(message[:at] + bytes([message[at] ^ 1]) + message[at + 1:], signature), at)
        for at in range(0, len(signature), 7):
            self.assertFalse(self.accepts(message, signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1:]), at)

    def test_the_statement_names_files_and_data(self):
        (envelope,) = self.envelopes()
        statement = json.loads(base64.b64decode(envelope["payload"]))
        self.assertEqual(statement["_type"], "https://in-toto.io/Statement/v1")
        self.assertEqual(statement["predicateType"], "https://slsa.dev/provenance/v1")
        for subject in statement["subject"]:
            sums = subprocess.run(["sha256sum", self.run_dir / subject["name"]], check=True, capture_output=True, text=True)
            self.assertEqual(sums.stdout.split()[0], subject["digest"]["sha256"])
        dependencies = statement["predicate"]["buildDefinition"]["resolvedDependencies"]
        sums = subprocess.run(["sha256sum", DATA / "iris.csv"], check=True, capture_output=True, text=True)
        self.assertIn({"name": "dataset file", "digest": {"sha256": sums.stdout.split()[0]}}, dependencies)

    def test_a_key_that_openssl_made(self):
        key = self.scratch / "made.key"
        self.assertTrue(self.succeeds("openssl", "genpkey", "-algorithm", "ed25519", "-out", key))
        self.assertTrue(self.succeeds("openssl", "pkey", "-in", key, "-pubout", "-out", self.pem))
        key.chmod(0o600)
        run = self.train(DATA / "iris.csv", "--label", "species", "--sign", key)
        self.ok("verify", run, "--pubkey", self.pem)
        self.assertTrue(self.succeeds("openssl", "genpkey", "-algorithm", "x25519", "-out", key))
        self.refused(FAULTY_DATA, "INVALID_KEY", "sign", run, "--key", key)


if __name__ == "__main__":
    foreign.main()
