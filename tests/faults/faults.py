#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every system call of the commands that write fails once, or is where the command is killed: nothing is lost, nothing
is half made, and the next call works.

usage: faults.py BUILD [--all | --seconds N] [--seed S] [--jobs N] [--only REGEX] [--work DIR] [--by strace|preload]

BUILD is the folder of a build. The system is made to fail by strace (ptrace); where that is not allowed by a library
loaded before the C library (preload.c), which sees less: the calls of the program itself. Where neither works the whole
is skipped, loudly, with exit status 77. Each command is first traced undisturbed. Then each of its system calls meets each
fault: SIGKILL as the call begins, or the call returning an error and not being made. The sample leaves out what the
dynamic loader does before the program begins, and takes as many of the rest as there is time for (150 seconds), in an
order that --seed alone settles. What is looked at afterwards is the folder, with an undisturbed system.
"""
import argparse
import collections
import concurrent.futures
import errno
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIP = 77
DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "iris.csv"
FAULTS = ["SIGKILL", "ENOSPC", "EIO", "EINTR", "EACCES", "ENOMEM", "EMFILE"]
# Their result is not looked at or they do not return.
SPARED = {"execve", "exit", "exit_group", "rt_sigreturn"}
# The C library itself ends the process where these fail in a way that the kernel does not know.
ENDS_IN_C_LIBRARY = {"futex", "rt_sigprocmask", "set_robust_list", "set_tid_address", "rseq", "arch_prctl", "mprotect", "mmap",
                     "munmap", "brk", "prlimit64", "mremap"}
STAGING = re.compile(r"\.runforge-[0-9a-f]{16}")
RUN_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
CANCELLED, EXISTS = 6, 11


class Trouble(Exception):
    pass


def expect(holds, what):
    if not holds:
        raise Trouble(what)


def read_tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def without_staging(tree):
    return {name: content for name, content in tree.items() if not STAGING.match(pathlib.PurePath(name).parts[0])
            and not (len(pathlib.PurePath(name).parts) > 1 and STAGING.match(pathlib.PurePath(name).parts[1]))}


class Commands:
    """The commands, each with the folder it starts from and a look at what it left there."""

    def __init__(self, build, work):
        self.tool = build / "tools" / "runforge" / "runforge"
        self.save = build / "tests" / "faults" / "faults_model_save"
        self.before = work / "before"
        self.before.mkdir()
        for name in ("author", "reviewer"):
            self.run("keygen", "--out", self.before / name)
        self.run("train", "--data", DATA, "--label", "species", "--out", self.before / "first", "--sign", self.before / "author")
        (self.before / "first" / next((self.before / "first").iterdir()).name).rename(self.before / "run")
        (self.before / "first").rmdir()
        self.run("predict", "--model", self.before / "run", "--data", DATA, "--proba", "--out", work / "predictions")
        self.predictions = (work / "predictions").read_bytes()
        self.model = (self.before / "run" / "model.safetensors").read_bytes()
        # What a user may have in such folders.
        (self.before / "runs").mkdir()
        (self.before / "runs" / ".runforge-key").write_text("secret")
        for name in ("out.csv", "model"):
            (self.before / name).write_text("earlier")
        self.tree = read_tree(self.before)

    def run(self, *words):
        done = subprocess.run([str(self.tool), *map(str, words)], capture_output=True, text=True)
        expect(done.returncode == 0, f"{words[0]} does not work undisturbed: {done.stderr}")

    def status(self, *words):
        return subprocess.run([str(self.tool), *map(str, words)], capture_output=True, text=True).returncode

    def words(self, name, folder):
        threads = ["--threads", "1"]
        return {
            "train": [self.tool, "train", "--data", DATA, "--label", "species", "--out", folder / "runs", "--sign",
                      folder / "author", "--quiet", *threads],
            "sign": [self.tool, "sign", folder / "run", "--key", folder / "reviewer", *threads],
            "reproduce": [self.tool, "reproduce", folder / "run", "--data", DATA, "--sign", folder / "reviewer", *threads],
            "predict": [self.tool, "predict", "--model", folder / "run", "--data", DATA, "--proba", "--out", folder / "out.csv",
                        *threads],
            "keygen": [self.tool, "keygen", "--out", folder / "new"],
            "model_save": [self.save, folder / "run", folder / "model"],
        }[name]

    def look(self, name, folder, fault, status):
        """Raises Trouble; then calls the command again, undisturbed."""
        expect(fault != "EINTR" or status != CANCELLED, "an interrupted call was taken for a request to stop")
        tree = without_staging(read_tree(folder))
        own = {"train": "runs/", "sign": "run/", "reproduce": "run/", "predict": "out.csv", "keygen": "new", "model_save": "model"}
        others = {path: content for path, content in tree.items() if not path.startswith(own[name])}
        expect(others == {path: content for path, content in self.tree.items() if not path.startswith(own[name])},
               "a file that is not the command's own was changed")
        expect(name == "train" or tree.get("runs/.runforge-key") == b"secret", "the user's key is gone")
        is_done = getattr(self, "look_" + name)(folder, tree, fault)
        expect(status != 0 or is_done, "exit status 0, and it was not done")
        again = subprocess.run([str(word) for word in self.words(name, folder)], capture_output=True, text=True)
        wanted = {0, EXISTS} if is_done and name in ("sign", "keygen") else {0}
        if name == "keygen" and fault == "SIGKILL" and "new" in tree and "new.pub" not in tree:
            # Killed between the two files: the secret key is there and never replaced, and no old key passes as a new one.
            expect(again.returncode == EXISTS and "--public-of" in again.stderr, f"half a key, and: {again.stderr}")
            wanted = {EXISTS}
            self.run("keygen", "--public-of", folder / "new")
        expect(again.returncode in wanted, f"the next call ends with {again.returncode}: {again.stderr}")
        tree = without_staging(read_tree(folder))
        expect(getattr(self, "look_" + name)(folder, tree, ""), "the next call has not done it")
        # What says that the run is signed already has not come to clear.
        if name in ("train", "sign", "reproduce") and again.returncode == 0:
            parent = folder / ("runs" if name == "train" else "run")
            left = [path for path in parent.iterdir() if STAGING.fullmatch(path.name)
                    and any(child.name != "RUNFORGE_STAGING" for child in path.iterdir())]
            expect(not left, f"the next call leaves {left}")

    def look_train(self, folder, tree, fault):
        expect(tree.get("runs/.runforge-key") == b"secret", "the user's key is gone")
        runs = [path for path in (folder / "runs").iterdir() if RUN_ID.fullmatch(path.name)]
        strange = [path.name for path in (folder / "runs").iterdir()
                   if path not in runs and path.name != ".runforge-key" and not STAGING.fullmatch(path.name)]
        expect(not strange, f"half made: {strange}")
        for run in runs:
            expect(self.status("verify", run, "--recorded-by", folder / "author.pub") == 0, f"{run.name} is not whole")
        return bool(runs)

    def look_signed(self, folder, tree, fault, option):
        before = {path: content for path, content in self.tree.items() if path.startswith("run/")}
        for path, content in before.items():
            if path == "run/run.intoto.jsonl":
                expect(tree.get(path, b"").startswith(content), "statements of the other signer are gone")
            else:
                expect(tree.get(path) == content, f"{path} was changed")
        expect(self.status("verify", folder / "run", "--recorded-by", folder / "author.pub") == 0, "verify says altered")
        is_done = self.status("verify", folder / "run", option, folder / "reviewer.pub") == 0
        is_undone = {path: content for path, content in tree.items() if path.startswith("run/")} == before
        # Killed between the two files, the next call adds the second.
        expect(is_done or is_undone or fault == "SIGKILL", "half signed")
        return is_done

    def look_sign(self, folder, tree, fault):
        return self.look_signed(folder, tree, fault, "--pubkey")

    def look_reproduce(self, folder, tree, fault):
        return self.look_signed(folder, tree, fault, "--reproduced-by")

    def look_predict(self, folder, tree, fault):
        expect(tree.get("out.csv") in (b"earlier", self.predictions), "half a file")
        return tree["out.csv"] == self.predictions

    def look_keygen(self, folder, tree, fault):
        there = [name in tree for name in ("new", "new.pub")]
        expect(there in ([True, True], [False, False]) or (fault == "SIGKILL" and there == [True, False]), f"half a key: {there}")
        if all(there):
            shutil.copytree(self.before / "run", folder / "signed_by_new", dirs_exist_ok=True)
            expect(self.status("sign", folder / "signed_by_new", "--key", folder / "new") in (0, EXISTS), "the key does not sign")
            expect(self.status("verify", folder / "signed_by_new", "--pubkey", folder / "new.pub") == 0, "the keys do not fit")
            shutil.rmtree(folder / "signed_by_new")
        return all(there)

    def look_model_save(self, folder, tree, fault):
        expect(tree.get("model") in (b"earlier", self.model), "half a file")
        return tree["model"] == self.model


class Strace:
    """How a command is run with a failing system: words and environment of a call that writes what happens to `log`."""

    def traced(self, words, log):
        return ["strace", "-f", "-qq", "-o", str(log), *words], None

    def injected(self, words, log, call, number, fault):
        inject = f"signal={fault}" if fault == "SIGKILL" else f"error={fault}"
        return ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={call}", "-e", f"inject={call}:{inject}:when={number}",
                *words], None

    def calls_in(self, log):
        """(call, whether the program has begun), in order."""
        has_begun = False
        for line in log.splitlines():
            found = re.match(r"\d+ +([a-z0-9_]+)\(", line)
            if found:
                has_begun = has_begun or "F_GETFD" in line
                yield found.group(1), has_begun

    def was_injected(self, log):
        return "(INJECTED)" in log or "SIGKILL" in log


class Preload:
    def __init__(self, library):
        self.library = library

    def traced(self, words, log):
        return words, os.environ | {"LD_PRELOAD": str(self.library), "RUNFORGE_FAULT_LOG": str(log)}

    def injected(self, words, log, call, number, fault):
        words, environment = self.traced(words, log)
        error = 0 if fault == "SIGKILL" else getattr(errno, fault)
        return words, environment | {"RUNFORGE_FAULT_CALL": call, "RUNFORGE_FAULT_NUMBER": str(number),
                                     "RUNFORGE_FAULT_ERROR": str(error)}

    def calls_in(self, log):
        return ((line, True) for line in log.splitlines())

    def was_injected(self, log):
        return "INJECTED" in log.splitlines()


class Trial:
    def __init__(self, commands, work, means):
        self.commands, self.work, self.means = commands, work, means

    def fresh(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.work))
        shutil.copytree(self.commands.before, folder / "t")
        return folder

    def calls(self, name):
        """The system calls of an undisturbed run: (call, its how many-th, whether the program has begun)."""
        folder = self.fresh()
        trace = folder / "trace"
        words, environment = self.means.traced([*map(str, self.commands.words(name, folder / "t"))], trace)
        done = subprocess.run(words, capture_output=True, text=True, env=environment)
        expect(done.returncode == 0, f"{name} does not work while it is looked at: {done.stderr}")
        counts, calls = collections.Counter(), []
        for call, has_begun in self.means.calls_in(trace.read_text(errors="replace")):
            counts[call] += 1
            if call not in SPARED:
                calls.append((call, counts[call], has_begun))
        shutil.rmtree(folder)
        return calls

    def __call__(self, trial):
        name, call, number, fault = trial
        folder = self.fresh()
        log = folder / "log"
        words, environment = self.means.injected([*map(str, self.commands.words(name, folder / "t"))], log, call, number, fault)
        process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   start_new_session=True)
        try:
            _, err = process.communicate(timeout=60)
            status = process.returncode
            said = log.read_text(errors="replace")
            if not self.means.was_injected(said):
                shutil.rmtree(folder)
                return trial, None  # another path than in the trace: the call did not come
            ended_by_signal = status < 0 or status > 128
            expect(not ended_by_signal or fault == "SIGKILL" or call in ENDS_IN_C_LIBRARY,
                   f"ended by a signal ({status}): {err}")
            self.commands.look(name, folder / "t", fault, status)
        except Trouble as trouble:
            return trial, f"{trouble}"
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return trial, "no end"
        shutil.rmtree(folder)
        return trial, ""


def can_inject(means):
    """Whether a folder cannot be made any more."""
    with tempfile.TemporaryDirectory() as folder:
        # Not every kernel has the first of the two.
        for call in ("mkdir", "mkdirat"):
            words, environment = means.injected(["mkdir", f"{folder}/new"], "/dev/null", call, 1, "EIO")
            try:
                done = subprocess.run(words, capture_output=True, env=environment)
            except FileNotFoundError:
                return False
            if done.returncode == 1 and not os.listdir(folder):
                return True
            shutil.rmtree(f"{folder}/new", ignore_errors=True)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--all", action="store_true", help="every system call and fault, however long it takes")
    parser.add_argument("--seconds", type=float, default=150)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="", help="a regular expression over 'command call number fault'")
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--by", choices=("strace", "preload"), help="the first of them that works, unless given")
    arguments = parser.parse_args()
    all_means = {"strace": Strace(),
                 "preload": Preload(arguments.build.resolve() / "tests" / "faults" / "libfaults_preload.so")}
    usable = [by for by in ([arguments.by] if arguments.by else all_means) if can_inject(all_means[by])]
    if not usable:
        print("faults: SKIPPED: strace is not there or may not trace here (ptrace), or was not asked for, and nothing can be"
              " preloaded; no system call was made to fail", file=sys.stderr)
        return SKIP
    print(f"faults: by {usable[0]}", flush=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="runforge_faults_", dir=arguments.work))
    try:
        commands = Commands(arguments.build.resolve(), work)
        trial = Trial(commands, work, all_means[usable[0]])
        trials = []
        for name in ("train", "sign", "reproduce", "predict", "keygen", "model_save"):
            calls = trial.calls(name)
            print(f"{name}: {len(calls)} system calls, {sum(begun for *_, begun in calls)} of them its own", flush=True)
            trials += [(name, call, number, fault) for call, number, begun in calls for fault in FAULTS if begun or arguments.all]
        trials = [one for one in trials if re.search(arguments.only, " ".join(map(str, one)))]
        if not arguments.all:
            random.Random(arguments.seed).shuffle(trials)
        end = time.monotonic() + (float("inf") if arguments.all else arguments.seconds)
        n_tried, troubles = 0, []
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            tried = pool.map(lambda one: trial(one) if time.monotonic() < end else (one, None), trials)
            for (name, call, number, fault), trouble in tried:
                n_tried += trouble is not None
                if trouble:
                    troubles.append(trouble)
                    print(f"{name}: {fault} at {call} number {number}: {trouble}", flush=True)
        print(f"faults: {n_tried} of {len(trials)} tried, {len(troubles)} with trouble")
        return 1 if troubles or n_tried == 0 else 0
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
