# SPDX-License-Identifier: MIT
"""What the tests of the command line share: running the tool as a user would, in a scratch folder of its own.

The tool is named by the environment variable RUNFORGE_TOOL. Tests never pass a locale, time zone or
SOURCE_DATE_EPOCH on to it unless they mean to.
"""
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "forge"))
import seal

TOOL = pathlib.Path(os.environ.get("RUNFORGE_TOOL", "runforge")).resolve()
DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
SKIP = 77

# status numbers of the C header
CONFIG, USAGE, FAULTY_DATA, IO, CANCELLED, INTEGRITY, UNSUPPORTED, LIMIT, EXISTS, MISMATCH = 2, 2, 3, 4, 6, 8, 9, 10, 11, 12


class Result:
    def __init__(self, completed):
        self.status = completed.returncode
        self.out = completed.stdout.decode("utf-8")
        self.err = completed.stderr.decode("utf-8")

    def __str__(self):
        return f"status {self.status}\n--- stdout\n{self.out}--- stderr\n{self.err}"


def clean_environment(**more):
    environment = {name: value for name, value in os.environ.items()
                   if name != "SOURCE_DATE_EPOCH" and not name.startswith("LC_")}
    environment.update(more)
    return environment


def tool(*arguments, environment=None, **options):
    command = [str(TOOL), *map(str, arguments)]
    return Result(subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=environment or clean_environment(), **options))


class ClientTest(unittest.TestCase):
    """A test with a scratch folder: self.scratch, and self.runs below it, which does not exist yet."""
    maxDiff = 4000

    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="runforge_client_"))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)
        self.runs = self.scratch / "runs"

    def write(self, name, content):
        path = self.scratch / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def ok(self, *arguments, **options):
        result = tool(*arguments, **options)
        self.assertEqual(result.status, 0, f"{arguments}\n{result}")
        return result

    def train(self, data, *arguments, out=None, **options):
        """Trains and returns the run directory."""
        result = self.ok("train", "--data", data, "--json", "--out", out or self.runs, *arguments, **options)
        return pathlib.Path(json.loads(result.out)["run_dir"])

    def refused(self, status, code, *arguments, **options):
        """The one line a failing call prints, without its frame; the same failure as JSON is checked on the way."""
        plain = tool(*arguments, **options)
        self.assertEqual(plain.status, status, f"{arguments}\n{plain}")
        self.assertEqual(plain.out, "", plain)
        self.assertRegex(plain.err, r"\Arunforge: error: [^\n]+ \[[A-Z0-9_]+\]\n\Z")
        message, found = plain.err[len("runforge: error: "):-2].rsplit(" [", 1)
        self.assertEqual(found, code, plain)
        # Predictions and summary cannot share standard output.
        place = ["--out", self.scratch / "refused.csv"] if arguments[:1] == ("predict",) and "--out" not in arguments else []
        as_json = tool(*arguments, "--json", *place, **options)
        if code != "USAGE":
            self.assertEqual(as_json.status, status, as_json)
            error = json.loads(as_json.out)["error"]
            self.assertEqual((error["status"], error["code"], error["message"]), (status, code, message))
            self.assertIsInstance(error["details"], dict)
            self.assertEqual(as_json.err, "")
        return message


def entries(folder):
    """All names in a folder, hidden ones too; none where there is no folder."""
    return sorted(os.listdir(folder)) if folder.exists() else []


def files(run_dir):
    return {path.name: path.read_bytes() for path in sorted(run_dir.iterdir())}


OCCURRENCE = {"execution.v1.json", "SHA256SUMS"}


def result_files(run_dir):
    return {name: content for name, content in files(run_dir).items() if name not in OCCURRENCE}


def record(run_dir, name="run.json"):
    return json.loads((run_dir / name).read_text(encoding="utf-8"))


def tensors(run_dir):
    """The bytes of the model after the header, without the metadata."""
    content = (run_dir / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    return content[8 + length:]


def sums_hold(run_dir):
    """Whether SHA256SUMS names every other file, in order, with its digest."""
    expected = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n"
                       for name, content in sorted(files(run_dir).items(), key=lambda item: item[0].encode())
                       if name != "SHA256SUMS")
    return (run_dir / "SHA256SUMS").read_text() == expected


def reseal(run_dir, change):
    """A forger without a key: `change` gets the run (seal.Run), and every digest is made right again."""
    run = seal.Run(run_dir)
    change(run)
    for name, content in run.seal().items():
        (run_dir / name).write_bytes(content)


def claim_version(run, version, schema="run.v2"):
    """Every mention of the version in a run (seal.Run) becomes `version`; run.v1 had no limits in its configuration."""
    if schema == "run.v1":
        run.documents["run.json"]["config"].pop("limits", None)
        for option in ("rules", "comment", "skip_rows", "header", "missing_number_tokens"):
            run.documents["run.json"]["dataset"].get("source", {}).get("options", {}).pop(option, None)
    for document in run.documents.values():
        document["runforge_version"] = version
    run.documents["run.json"]["schema_version"] = schema
    run.documents["execution.v1.json"].get("build", {})["version"] = version
    run.model.header["runforge_version"] = version


def main():
    if not os.access(TOOL, os.X_OK):
        sys.exit(f"RUNFORGE_TOOL does not name a program: {TOOL}")
    unittest.main(verbosity=2)
