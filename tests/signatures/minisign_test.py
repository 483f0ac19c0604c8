#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""minisign, signify and sha256sum accept what keygen, train --sign and sign write, and refuse what was changed."""
import base64

import foreign
from foreign import SignedRun

foreign.need("minisign", "signify-openbsd", "sha256sum", "openssl")


class Minisign(SignedRun):
    def setUp(self):
        super().setUp()
        self.sums = self.run_dir / "SHA256SUMS"
        self.signature = self.run_dir / "SHA256SUMS.minisig"

    def minisign_accepts(self):
        return self.succeeds("minisign", "-V", "-q", "-p", self.public, "-m", self.sums, "-x", self.signature)

    def test_minisign_accepts_the_good(self):
        self.assertTrue(self.minisign_accepts())
        line = self.public.read_text().splitlines()[1]
        self.assertTrue(self.succeeds("minisign", "-V", "-q", "-P", line, "-m", self.sums))
        self.assertTrue(self.succeeds("sha256sum", "-c", "--strict", "SHA256SUMS", cwd=self.run_dir))

    def test_minisign_accepts_a_second_signer(self):
        other = self.scratch / "other.key"
        self.ok("keygen", "--out", other)
        self.ok("sign", self.run_dir, "--key", other)
        (second,) = [path for path in self.run_dir.glob("SHA256SUMS.*.minisig")]
        self.assertTrue(self.succeeds("minisign", "-V", "-q", "-p", f"{other}.pub", "-m", self.sums, "-x", second))
        self.assertTrue(self.minisign_accepts())

    def test_minisign_refuses_other_sums(self):
        for at in self.flipped(self.sums, step=17):
            self.assertFalse(self.minisign_accepts(), at)

    def test_minisign_refuses_another_signature(self):
        """But for the untrusted comment, which it does not look at."""
        comment_end = self.signature.read_bytes().index(b"\n")
        for at in self.flipped(self.signature, step=3):
            if at > comment_end:
                self.assertFalse(self.minisign_accepts(), at)

    def test_minisign_refuses_another_key(self):
        other = self.scratch / "other.key"
        self.ok("keygen", "--out", other)
        self.assertFalse(self.succeeds("minisign", "-V", "-q", "-p", f"{other}.pub", "-m", self.sums))

    def test_sha256sum_refuses_what_was_changed(self):
        for path in sorted(self.run_dir.glob("*.json")):
            for _ in self.flipped(path, step=max(1, path.stat().st_size // 3)):
                self.assertFalse(self.succeeds("sha256sum", "-c", "--strict", "SHA256SUMS", cwd=self.run_dir), path)

    def test_signify_reads_the_public_key(self):
        """Its signatures are of the message itself; openssl makes one here with the secret key that keygen wrote."""
        raw = self.scratch / "raw"
        self.assertTrue(self.succeeds("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.key, "-in", self.sums,
                                      "-out", raw))
        number = base64.b64decode(self.public.read_text().splitlines()[1])[2:10]
        form = base64.b64encode(b"Ed" + number + raw.read_bytes()).decode()
        signature = self.write("signify.sig", f"untrusted comment: by openssl\n{form}\n")
        verify = ("signify-openbsd", "-V", "-q", "-p", self.public, "-m", self.sums, "-x", signature)
        self.assertTrue(self.succeeds(*verify))
        for at in self.flipped(self.sums, step=29):
            self.assertFalse(self.succeeds(*verify), at)


if __name__ == "__main__":
    foreign.main()
