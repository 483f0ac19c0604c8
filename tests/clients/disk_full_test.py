#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A disk that fills up or is read-only: an I/O error, and nothing is left. Needs the right to mount a small tmpfs in a
mount namespace of its own; exits with 77 where that is not given."""
import shlex
import subprocess
import sys
import tempfile

from client import DATA, IO, SKIP, TOOL, ClientTest, clean_environment, main


def namespace():
    """The command that gives a mount namespace of one's own, or None."""
    for command in (["unshare", "-m"], ["unshare", "-r", "-m"]):
        with tempfile.TemporaryDirectory() as folder:
            try:
                if subprocess.run([*command, "mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True).returncode == 0:
                    return command
            except FileNotFoundError:
                return None
    return None


NAMESPACE = namespace()


class DiskFull(ClientTest):
    def on_tmpfs(self, options, *arguments, before="true"):
        """Runs the tool with DIR as a fresh tmpfs; returns status, stderr and what is in DIR afterwards."""
        folder = self.scratch / "disk"
        folder.mkdir(exist_ok=True)
        words = " ".join(shlex.quote(str(word)) for word in [TOOL, *arguments])
        script = (f"mount -t tmpfs -o {options} tmpfs {shlex.quote(str(folder))} && cd {shlex.quote(str(folder))} && "
                  f"{{ {before}; {words} 2>&1 >/dev/null; echo status=$?; ls -A | sort; }}")
        done = subprocess.run([*NAMESPACE, "sh", "-c", script], capture_output=True, text=True,
                              env=clean_environment())
        err, _, rest = done.stdout.partition("status=")
        status, *names = rest.split()
        return int(status), err, names

    def assert_full(self, status, err):
        self.assertEqual(status, IO, err)
        self.assertRegex(err, r"\Arunforge: error: [^\n]+ \[WRITE_FAILED\]\n\Z")

    def test_a_disk_that_fills_up_at_any_point_leaves_nothing(self):
        train = ["train", "--data", DATA / "breast_cancer.csv", "--label", "diagnosis", "--out", "."]
        whole = None
        for pages in range(1, 60):
            status, err, names = self.on_tmpfs(f"size={pages * 4}k", *train)
            if status == 0:
                whole = pages
                self.assertEqual(len(names), 1)
                break
            self.assert_full(status, err)
            self.assertEqual(names, [])
        print(f"a run fits into {whole} pages of 4 KiB; all smaller disks were refused")
        self.assertGreater(whole or 0, 3)

    def test_a_disk_without_room_for_predictions_keeps_the_earlier_file(self):
        run_dir = self.train(DATA / "iris.csv", "--label", "species")
        data = self.write("many.csv", (DATA / "iris.csv").read_text() + "5,3,1,0.2,0\n" * 5000)
        status, err, names = self.on_tmpfs("size=16k", "predict", "--model", run_dir, "--data", data, "--proba",
                                           "--out", "out.csv", before="echo earlier >out.csv")
        self.assert_full(status, err)
        self.assertEqual(names, ["out.csv"])

    def test_a_read_only_disk_is_refused(self):
        status, err, names = self.on_tmpfs("ro,size=1m", "train", "--data", DATA / "iris.csv", "--label", "species",
                                           "--out", ".")
        self.assert_full(status, err)
        self.assertEqual(names, [])

    def test_a_disk_without_free_inodes_is_refused(self):
        for inodes in range(2, 12):
            status, err, names = self.on_tmpfs(f"size=1m,nr_inodes={inodes}", "train", "--data", DATA / "iris.csv",
                                               "--label", "species", "--out", ".")
            if status == 0:
                break
            self.assert_full(status, err)
            self.assertEqual(names, [])
        self.assertGreater(inodes, 2)


if __name__ == "__main__":
    if NAMESPACE is None:
        print("SKIPPED: no tmpfs can be mounted here (unshare -m mount is refused); full disks were not tried")
        sys.exit(SKIP)
    main()
