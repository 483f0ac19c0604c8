# SPDX-License-Identifier: MIT
"""A signed run for programs that nobody here wrote, and what is done to it that they must not accept."""
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "clients"))
import npm  # noqa: E402  (beside this folder)
from client import DATA, ClientTest, main  # noqa: E402,F401  (main for who imports this)


def need(*programs):
    """Ends the program as skipped where one is missing."""
    for program in programs:
        if shutil.which(program) is None:
            npm.skip(f"{program} is not installed, so what it says of our signatures is not known")


class SignedRun(ClientTest):
    """self.run_dir is signed by self.key (self.key + ".pub" in minisign's form, self.pem in openssl's)."""

    def setUp(self):
        super().setUp()
        self.key = self.scratch / "author.key"
        self.ok("keygen", "--out", self.key)
        self.public = pathlib.Path(f"{self.key}.pub")
        self.key_id = self.public.read_text().splitlines()[0].split()[-1]
        self.run_dir = self.train(DATA / "iris.csv", "--label", "species", "--sign", self.key)

    def succeeds(self, *command, **options):
        """Whether a foreign program says yes."""
        return subprocess.run([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False, **options).returncode == 0

    def flipped(self, path, step=1):
        """Writes the file with one byte changed, for each step-th byte; the file is whole again afterwards."""
        good = path.read_bytes()
        for at in range(0, len(good), step):
            path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
            yield at
        path.write_bytes(good)

    def envelopes(self):
        return [json.loads(line) for line in (self.run_dir / "run.intoto.jsonl").read_text().splitlines()]
