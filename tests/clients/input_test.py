#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where data may come from: standard input, a named pipe, a compressed file; the same model for each."""
import gzip
import hashlib
import json
import os
import subprocess
import threading

from client import DATA, FAULTY_DATA, IO, TOOL, ClientTest, clean_environment, main, record, tensors

IRIS = DATA / "iris.csv"


class Input(ClientTest):
    def piped(self, *arguments, data):
        done = subprocess.run([str(TOOL), *map(str, arguments)], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=clean_environment(), check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout

    def from_stdin(self, data):
        out = self.piped("train", "--data", "-", "--label", "species", "--json", "--out", self.runs, data=data)
        return self.runs / json.loads(out)["run_dir"].rsplit("/", 1)[-1]

    def content(self, run_dir):
        dataset = record(run_dir)["dataset"]
        return dataset["content_sha256"], dataset["fingerprint_sha256"], tensors(run_dir)

    def test_standard_input_trains_as_the_file_does(self):
        from_file = self.content(self.train(IRIS, "--label", "species", out=self.scratch / "file"))
        self.assertEqual(self.content(self.from_stdin(IRIS.read_bytes())), from_file)

    def test_inspect_and_predict_read_standard_input(self):
        run = self.train(IRIS, "--label", "species")
        data = IRIS.read_bytes()
        described = json.loads(self.piped("inspect", "--data", "-", "--json", data=data))
        self.assertEqual(described["rows"], 150)
        expected = self.ok("predict", "--model", run, "--data", IRIS).out
        self.assertEqual(self.piped("predict", "--model", run, "--data", "-", data=data).decode(), expected)

    def test_a_named_pipe_is_read(self):
        pipe = self.scratch / "pipe"
        os.mkfifo(pipe)
        writer = threading.Thread(target=lambda: pipe.write_bytes(IRIS.read_bytes()))
        writer.start()
        described = json.loads(self.ok("inspect", "--data", pipe, "--json").out)
        writer.join()
        self.assertEqual(described["rows"], 150)

    def test_a_compressed_file_has_its_own_fingerprint_and_the_same_content(self):
        data = gzip.compress(IRIS.read_bytes(), mtime=0)
        path = self.write("iris.csv.gz", data)
        if self.unsupported(path):
            self.skipTest("SKIPPED: built without zlib")
        plain = self.content(self.train(IRIS, "--label", "species", out=self.scratch / "file"))
        content, fingerprint, model = self.content(self.train(path, "--label", "species"))
        self.assertEqual((content, model), (plain[0], plain[2]))
        self.assertEqual(fingerprint, hashlib.sha256(data).hexdigest())

    def unsupported(self, path):
        done = subprocess.run([str(TOOL), "inspect", "--data", str(path)], stderr=subprocess.PIPE, check=False,
                              stdout=subprocess.DEVNULL)
        return b"UNSUPPORTED_FORMAT" in done.stderr

    def test_a_compressed_file_that_is_cut_off_is_refused(self):
        path = self.write("cut.csv.gz", gzip.compress(IRIS.read_bytes())[:-20])
        if self.unsupported(path):
            self.skipTest("SKIPPED: built without zlib")
        self.assertIn("cut.csv.gz", self.refused(IO, "READ_FAILED", "inspect", "--data", path))

    def test_faults_of_standard_input_name_it(self):
        done = subprocess.run([str(TOOL), "inspect", "--data", "-"], input=b"a,b\n1\n", stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, FAULTY_DATA)
        self.assertIn(b"/dev/stdin:2: expected 2 fields", done.stderr)


if __name__ == "__main__":
    main()
