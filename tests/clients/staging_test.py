#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Only what is provably ours is removed, errors of the system are told apart, and commands work beside each other."""
import fcntl
import os
import pathlib
import re
import resource
import shutil
import signal
import stat
import subprocess
import threading
import time

from client import (CANCELLED, DATA, EXISTS, IO, INTEGRITY, TOOL, USAGE, ClientTest, clean_environment, entries, files, main, tool)

MARKER = "RUNFORGE_STAGING"
NAME = re.compile(r"\.runforge-[0-9a-f]{16}")


def everything(folder):
    """All paths below a folder, with the content of the files."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


class Staging(ClientTest):
    def start(self, *arguments, **options):
        process = subprocess.Popen([str(TOOL), *map(str, arguments)], env=clean_environment(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

        def end():
            if process.poll() is None:
                process.kill()
                process.communicate()
        self.addCleanup(end)
        return process

    def iris(self, *more):
        return self.train(DATA / "iris.csv", "--label", "species", *more)

    def key(self, name="author"):
        path = self.scratch / f"{name}.key"
        self.ok("keygen", "--out", path)
        return path, f"{path}.pub"

    def leftover_of_predict(self, run, folder):
        """Kills a predict whose data never ends, once it has staged; gives the name of what it left."""
        for _ in range(100):
            before = set(entries(folder))
            process = self.start("predict", "--model", run, "--data", self.large, "--proba", "--out", folder / "out.csv")
            while process.poll() is None and not any((folder / name / "0.new").exists() for name in set(entries(folder)) - before
                                                     if NAME.fullmatch(name)):
                pass
            process.kill()
            process.communicate()
            left = [name for name in set(entries(folder)) - before if NAME.fullmatch(name) and (folder / name / "0.new").exists()]
            if left:
                return left[0]
            (folder / "out.csv").unlink(missing_ok=True)
        self.fail("no predict was killed in time")

    def setUp(self):
        super().setUp()
        lines = (DATA / "iris.csv").read_text().splitlines(keepends=True)
        self.large = self.write("large.csv", lines[0] + "".join(lines[1:]) * 400)

    def test_files_of_the_user_survive(self):
        self.runs.mkdir()
        (self.runs / ".runforge-key").write_text("secret")
        (self.runs / ".runforge-cache").mkdir()
        (self.runs / ".runforge-cache" / "file").write_text("x")
        (self.runs / ".runforge-0123456789abcdef").mkdir()
        (self.runs / ".runforge-0123456789abcdef" / "file").write_text("no marker")
        (self.runs / ".runforge-fedcba9876543210").write_text("a file")
        ancient = time.time() - 30 * 86400
        for path in [*self.runs.rglob("*")]:
            os.utime(path, (ancient, ancient))
        before = everything(self.runs)
        run = self.iris()
        after = {name: content for name, content in everything(self.runs).items() if not name.startswith(run.name)}
        self.assertEqual(after, before)

    def test_a_killed_predict_is_told_by_verify_and_cleared_by_sign(self):
        run = self.iris()
        key, public = self.key()
        left = self.leftover_of_predict(run, run)
        (run / "out.csv").unlink(missing_ok=True)
        self.assertIn(f'"{left}" was left by an interrupted command', self.ok("verify", run).out)
        self.ok("sign", run, "--key", key)
        self.assertNotIn(left, entries(run))
        self.assertNotIn("interrupted", self.ok("verify", run, "--pubkey", public).out)

    def test_a_foreign_file_in_what_is_left_keeps_it(self):
        run = self.iris()
        key, _ = self.key()
        left = self.leftover_of_predict(run, run)
        (run / "out.csv").unlink(missing_ok=True)
        (run / left / "mine").write_text("x")
        before = everything(run)
        self.assertEqual(tool("sign", run, "--key", key).status, INTEGRITY)
        self.assertEqual(tool("verify", run).status, INTEGRITY)
        self.assertEqual(everything(run), before)

    def test_a_killed_predict_is_cleared_by_train(self):
        self.leftover_of_predict(self.iris(), self.runs)
        self.iris()
        self.assertEqual([name for name in entries(self.runs) if name.startswith(".")], [])

    def test_a_predict_at_work_survives_sign_and_train(self):
        run = self.iris()
        key, _ = self.key()
        for folder in (run, self.runs):
            process = self.start("predict", "--model", run, "--data", self.large, "--proba", "--out", folder / "out.csv")
            while process.poll() is None and not any((folder / name / "0.new").exists() for name in entries(folder)
                                                     if NAME.fullmatch(name)):
                pass
            os.kill(process.pid, signal.SIGSTOP)
            at_work = [name for name in entries(folder) if NAME.fullmatch(name)]
            if folder == run:
                self.assertEqual(len(at_work), 1)
                self.assertIn("in use by a command", self.ok("verify", run).out)
                self.ok("sign", run, "--key", key)
            else:
                self.iris()
            self.assertEqual([name for name in entries(folder) if NAME.fullmatch(name)], at_work)
            os.kill(process.pid, signal.SIGCONT)
            process.communicate()
            self.assertEqual(process.returncode, 0)
            self.assertEqual(len((folder / "out.csv").read_text().splitlines()), 150 * 400 + 1)

    def test_predictions_go_through_a_pipe_and_standard_output(self):
        run = self.iris()
        expected = self.ok("predict", "--model", run, "--data", DATA / "iris.csv").out
        pipe = self.scratch / "pipe"
        os.mkfifo(pipe)
        read = []
        reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
        reader.start()
        self.ok("predict", "--model", run, "--data", DATA / "iris.csv", "--out", pipe)
        reader.join()
        self.assertEqual(read, [expected])
        self.assertTrue(stat.S_ISFIFO(pipe.stat().st_mode))
        with (self.scratch / "redirected").open("wb") as output:
            subprocess.run([str(TOOL), "predict", "--model", run, "--data", str(DATA / "iris.csv"), "--out", "/dev/stdout"],
                           stdout=output, check=True, env=clean_environment())
        self.assertTrue((self.scratch / "redirected").read_text().startswith(expected))

    def test_a_file_that_is_already_open_is_written_through(self):
        """Replaced, its earlier lines would be gone, and what its owner writes on would reach nobody."""
        run = self.iris()
        expected = self.ok("predict", "--model", run, "--data", DATA / "iris.csv").out
        for place in ("/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"):
            log = self.scratch / "log"
            log.write_text("kept\n")
            with log.open("ab") as output:
                subprocess.run([str(TOOL), "predict", "--model", run, "--data", str(DATA / "iris.csv"), "--out", place],
                               stdout=subprocess.DEVNULL, stderr=output, check=True, env=clean_environment())
            self.assertTrue(log.read_text().startswith("kept\n" + expected), place)

    def test_predictions_replace_nothing_that_they_are_made_of(self):
        run = self.iris()
        model = shutil.copy(run / "model.safetensors", self.scratch / "model")
        config = self.write("config.json", '{"dataset": {"trim": true}}')
        data = shutil.copy(DATA / "iris.csv", self.scratch / "iris.csv")
        link = self.scratch / "link"
        link.symlink_to(run / "run.json")
        for out, source in ((model, ["--model", model, "--data", data]),
                            (config, ["--model", run, "--data", data, "--config", config]),
                            (data, ["--model", run, "--data", data]),
                            (run / "run.json", ["--model", run, "--data", data]),
                            (run / "model.safetensors", ["--model", run / "model.safetensors", "--data", data]),
                            (link, ["--model", run, "--data", data])):
            before = pathlib.Path(out).read_bytes()
            self.refused(USAGE, "USAGE", "predict", *source, "--out", out)
            self.assertEqual(pathlib.Path(out).read_bytes(), before)
        before = pathlib.Path(data).read_bytes()
        with open(data, "rb") as standard_input:
            done = subprocess.run([str(TOOL), "predict", "--model", run, "--data", "-", "--out", data], stdin=standard_input,
                                  capture_output=True, check=False, env=clean_environment())
        self.assertEqual((done.returncode, pathlib.Path(data).read_bytes()), (USAGE, before))
        self.ok("predict", "--model", run, "--data", data, "--out", self.scratch / "new.csv")

    def test_a_forged_marker_removes_nothing(self):
        run = self.iris()
        key, _ = self.key("author")
        precious = self.write("precious", "x")
        staging = run / ".runforge-0123456789abcdef"
        for noted in (f"../../{precious.name}", "../../../" + precious.name, str(precious), f"run/../../../{precious.name}"):
            staging.mkdir()
            (staging / "RUNFORGE_STAGING").write_text(
                "RunForge staging 1\nA command of RunForge was writing here. Unless it still is, this folder may be removed. "
                f"It made:\n{noted}\n")
            self.assertEqual(tool("verify", run).status, INTEGRITY)
            self.refused(INTEGRITY, "RUN_ALTERED", "sign", run, "--key", key)
            self.assertTrue(precious.exists(), noted)
            shutil.rmtree(staging)
        self.ok("sign", run, "--key", key)

    def test_links_are_followed_unless_they_are_another_users(self):
        run = self.iris()
        predict = ["predict", "--model", run, "--data", DATA / "iris.csv", "--out"]
        (self.scratch / "below").mkdir()
        link = self.scratch / "link.csv"
        link.symlink_to("below/new.csv")
        self.ok(*predict, link)
        self.assertTrue(link.is_symlink())
        self.assertTrue((self.scratch / "below" / "new.csv").read_text().startswith("row,prediction\n"))
        if os.geteuid() != 0:
            self.skipTest("only root can give a link to another user")
        (self.scratch / "below" / "new.csv").write_text("old")
        os.lchown(link, 65534, 65534)
        self.assertIn("is a symbolic link of another user", self.refused(IO, "WRITE_FAILED", *predict, link))
        self.assertEqual((self.scratch / "below" / "new.csv").read_text(), "old")

    def test_a_file_that_may_not_grow_is_an_error(self):
        run = self.iris()
        out = self.write("out.csv", "earlier")
        before = everything(self.scratch)

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        for arguments in (["train", "--data", DATA / "iris.csv", "--label", "species", "--out", self.runs],
                          ["predict", "--model", run, "--data", self.large, "--out", out]):
            done = tool(*arguments, preexec_fn=limit)
            self.assertEqual(done.status, IO, done)
            self.assertIn("File too large [WRITE_FAILED]", done.err)
            self.assertEqual(everything(self.scratch), before)

    def test_keygen_makes_both_files_or_none(self):
        (self.scratch / "k.pub").symlink_to("nowhere")
        self.assertEqual(tool("keygen", "--out", self.scratch / "k").status, EXISTS)
        self.assertNotIn("k", entries(self.scratch))

    def test_a_foreign_lock_is_waited_for_until_ctrl_c(self):
        run = self.iris()
        key, _ = self.key()
        before = files(run)
        holder = os.open(run, os.O_RDONLY)
        fcntl.flock(holder, fcntl.LOCK_EX)
        for arguments in (["sign", run, "--key", key], ["verify", run]):
            process = self.start(*arguments)
            time.sleep(1)
            self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, CANCELLED, arguments)
        os.close(holder)
        self.assertEqual(files(run), before)

    def test_verify_beside_forty_signers_never_says_altered(self):
        author, public = self.key()
        run = self.iris("--sign", author)
        keys = [self.key(f"signer{i}")[0] for i in range(40)]
        signers = [self.start("sign", run, "--key", key) for key in keys]
        looks = 0
        while any(process.poll() is None for process in signers):
            self.ok("verify", run, "--pubkey", public)
            looks += 1
        for process in signers:
            _, err = process.communicate()
            self.assertEqual(process.returncode, 0, err)
        self.ok("verify", run, *[word for key in keys for word in ("--pubkey", f"{key}.pub")])
        self.assertEqual([name for name in entries(run) if name.startswith(".")], [])
        print(f"{looks} looks beside {len(signers)} signers")
        self.assertGreater(looks, 0)


if __name__ == "__main__":
    main()
