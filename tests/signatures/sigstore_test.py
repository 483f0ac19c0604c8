#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""@sigstore/verify from npm (installed on first use) accepts our DSSE envelopes, of several signers too, and refuses
what was changed."""
import base64
import os
import pathlib
import subprocess

import foreign
from client import DATA
from foreign import HERE, SignedRun, npm

foreign.need("openssl", "node")
MODULES = pathlib.Path(os.environ["RUNFORGE_NODE_MODULES"])
npm.install(HERE, MODULES, "@sigstore/verify cannot judge")


class Sigstore(SignedRun):
    def verdicts(self, key, key_id):
        pem = self.scratch / "public.pem"
        self.assertTrue(self.succeeds("openssl", "pkey", "-in", key, "-pubout", "-out", pem))
        done = subprocess.run(["node", HERE / "verify_envelope.js", self.run_dir / "run.intoto.jsonl", pem, key_id],
                              check=True, capture_output=True, text=True)
        return [line.split(":")[0] for line in done.stdout.splitlines()]

    def test_every_signer_is_accepted(self):
        reviewer = self.scratch / "reviewer.key"
        reviewer_id = self.ok("keygen", "--out", reviewer).out.splitlines()[2].split()[-1]
        self.ok("reproduce", self.run_dir, "--data", DATA / "iris.csv", "--sign", reviewer)
        self.assertEqual(len(self.envelopes()), 2)
        self.assertEqual(self.verdicts(self.key, self.key_id), ["accepted"])
        self.assertEqual(self.verdicts(reviewer, reviewer_id), ["accepted"])
        self.assertEqual(self.verdicts(reviewer, self.key_id), ["refused"], "a key that did not sign")

    def test_what_was_changed_is_refused(self):
        path = self.run_dir / "run.intoto.jsonl"
        (envelope,) = self.envelopes()
        payload = base64.b64decode(envelope["payload"])
        changed = base64.b64encode(payload.replace(b"model.safetensors", b"model.safetensorz")).decode()
        good = path.read_text()
        for other in (good.replace(envelope["payload"], changed), good.replace("in-toto+json", "in-toto+jsom")):
            self.assertNotEqual(other, good)
            path.write_text(other)
            self.assertEqual(self.verdicts(self.key, self.key_id), ["refused"])


if __name__ == "__main__":
    foreign.main()
