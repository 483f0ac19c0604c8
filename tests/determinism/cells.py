# SPDX-License-Identifier: MIT
"""The cells of the determinism matrix: each runs programs of one build under some circumstances and compares what they
print with the golden lines. matrix.py says which build each cell is for; a cell that cannot run says why."""
import hashlib
import json
import os
import pathlib
import platform
import shutil
import subprocess
import tempfile
from typing import NamedTuple

import golden

LEVELS = {"baseline": "v1", "avx2": "v3", "avx512": "v4"}
THREADS = (1, 2, 7)
CANNOT_RUN = 77


class Outcome(NamedTuple):
    """What a cell found: how many runs there were, and the first that went wrong or the reason for none."""
    runs: int
    problem: str = ""
    skipped: str = ""


class Check:
    """Counts runs and keeps the first that is not as it should be."""

    def __init__(self, profile):
        self.expected = golden.expected_lines(profile)
        self.runs = 0
        self.problem = ""
        self.skipped = ""

    def skip(self, reason):
        self.skipped = f"{self.skipped}; {reason}" if self.skipped else reason

    def fail(self, what):
        self.problem = self.problem or what

    def run_plain(self, command, label):
        """Runs a program whose exit status says all."""
        done = execute(command)
        self.runs += 1
        if done.returncode != 0:
            self.fail(f"{label}: {(done.stderr + done.stdout).strip() or f'exit status {done.returncode}'}")

    def run(self, command, label, differs=False, **circumstances):
        """Runs a program; its lines must be the golden ones, or with `differs` must not be."""
        done = execute(command, **circumstances)
        if done.returncode == CANNOT_RUN:
            self.skip(f"{label}: {done.stderr.strip()}")
            return
        self.runs += 1
        if done.returncode != 0:
            said = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[0]
            self.fail(f"{label}: {said}")
            return
        difference = golden.first_difference(golden.parse(done.stdout), self.expected)
        if differs and not difference:
            self.fail(f"{label}: equal, where it must differ")
        if not differs and difference:
            self.fail(f"{label}: {difference}")

    def outcome(self):
        return Outcome(self.runs, self.problem, self.skipped)


def execute(command, env=None, **circumstances):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=900,
                          env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, **circumstances)


class Programs:
    """The programs of one build folder, and what it takes to start them."""

    def __init__(self, folder, profile, emulator=()):
        self.folder = pathlib.Path(folder).resolve() / "tests" / "determinism"
        self.profile = profile
        self.emulator = list(emulator)

    def path(self, name):
        return self.folder / f"determinism_{name}"

    def command(self, name, *options):
        return [*self.emulator, self.path(name), golden.DATA, *options]

    def check(self):
        return Check(self.profile)


# ---- one build at each level and number of threads

def levels_and_threads(programs, threads=THREADS):
    check = programs.check()
    for kernels, level in LEVELS.items():
        for n in threads:
            check.run(programs.command("driver", "--kernels", kernels, "--threads", n), f"{level}, {n} threads")
    return check.outcome()


def only_baseline(programs, threads=THREADS):
    """Builds for processors with one table of kernels."""
    check = programs.check()
    for n in threads:
        check.run(programs.command("driver", "--kernels", "baseline", "--threads", n), f"{n} threads")
    return check.outcome()


def sanitized(programs):
    check = programs.check()
    for n in (1, 7):
        check.run(programs.command("driver", "--threads", n), f"{n} threads")
    return check.outcome()


def emulated_processors(programs):
    """The dispatching build on processors that lack what this one has."""
    check = programs.check()
    emulator = shutil.which("qemu-x86_64-static")
    if emulator is None or platform.machine() != "x86_64":
        check.skip("qemu-x86_64-static is not installed, or this is no x86-64 machine")
        return check.outcome()
    for processor, kernels in (("Nehalem", ["baseline"]), ("Haswell", ["baseline", "avx2"])):
        found = execute([emulator, "-cpu", processor, programs.path("driver"), "--list-kernels"]).stdout.split()
        if found != kernels:
            check.fail(f"{processor}: expected the kernels {kernels}, found {found}")
        check.run([emulator, "-cpu", processor, *programs.command("driver", "--threads", 2)], processor)
    return check.outcome()


# ---- hosts and circumstances

def hosts(programs):
    """A host that flushes to zero, one that rounds upward, one that does both."""
    check = programs.check()
    x86 = platform.machine() == "x86_64"
    if not x86:
        check.skip("flush-to-zero at the start is a matter of x86-64")
    for threads in (1, 2):
        check.run(programs.command("host", "--upward", "--threads", threads), f"rounding upward, {threads} threads")
        if x86:
            check.run(programs.command("host_fast_math", "--expect-flush", "--threads", threads),
                      f"-ffast-math, {threads} threads")
    if x86:
        check.run(programs.command("host_fast_math", "--expect-flush", "--upward"), "-ffast-math, rounding upward")
    return check.outcome()


def generated_locale(name, folder):
    """Makes the locale in a folder of its own; whether that worked."""
    if shutil.which("localedef") is None:
        return False
    language = name.split(".")[0]
    made = subprocess.run(["localedef", "-i", language, "-f", "UTF-8", os.path.join(folder, name)], check=False,
                          capture_output=True)
    return made.returncode <= 1 and os.path.isdir(os.path.join(folder, name))


def circumstances(programs):
    """Locales with decimal commas and a dotless i, a time zone, a folder where nothing can be written, a umask."""
    check = programs.check()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("de_DE.UTF-8", "tr_TR.UTF-8"):
            if not generated_locale(name, folder):
                check.skip(f"{name} cannot be generated (package locales)")
                continue
            env = {"LOCPATH": folder, "LC_ALL": name}
            check.run(programs.command("host", "--locale", name, "--threads", 2), name, env=env)
        emitted = os.path.join(folder, "runs")
        check.run(programs.command("host", "--emit", emitted), "umask 077, TZ", preexec_fn=lambda: os.umask(0o077),
                  env={"TZ": "Pacific/Chatham"})
    try:
        open("/proc/runforge", "x", encoding="utf-8").close()
        check.fail("the working folder was meant to be read-only")
    except OSError:
        check.run(programs.command("driver", "--threads", 2), "read-only working folder", cwd="/proc")
    return check.outcome()


# glibc 2.36 and newer know these names; what they do is seen in `libm_control`.
WITHOUT_FMA = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX2_Usable,-FMA_Usable"}


def libm_and_blas(programs):
    """No maths of the C library and no BLAS: they are not referred to, and other choices of theirs change nothing."""
    check = programs.check()
    check.run(programs.command("driver"), "glibc without FMA", env=WITHOUT_FMA)
    check.run(programs.command("driver"), "another OpenBLAS kernel", env={"OPENBLAS_CORETYPE": "Prescott"})
    return check.outcome()


def loading(programs):
    check = programs.check()
    check.run(programs.command("driver"), "buffer")
    check.run(programs.command("driver", "--file"), "file")
    check.run(programs.command("host", "--columns", "--threads", 2), "columns")
    check.run(programs.command("host", "--arrow", "--threads", 2), "Arrow")
    return check.outcome()


def golden_data(record):
    """The file of tests/data with the digest that the record names."""
    for path in sorted(golden.DATA.glob("*.csv")):
        if hashlib.sha256(path.read_bytes()).hexdigest() == record["dataset"]["fingerprint_sha256"]:
            return path
    return None


def records(programs, threads=2):
    """Runs that earlier versions recorded on x86-64 (tests/golden/runs): this build verifies and reproduces them."""
    check = programs.check()
    others = 0
    for run in sorted(path.parent for path in (golden.GOLDEN / "runs").glob("*/*/run.json")):
        name = f"{run.parent.name}/{run.name}"
        record = json.loads((run / "run.json").read_text(encoding="utf-8"))
        data = golden_data(record)
        if data is None:
            check.fail(f"{name}: tests/data lacks what it was trained on")
        elif record["numeric_profile"] != programs.profile:
            others += 1
        else:
            check.run_plain([*programs.emulator, programs.path("driver"), "--reproduce", run, data,
                             "--threads", threads], name)
    if others:
        check.skip(f"{others} records have another numeric profile")
    if check.runs + others == 0:
        check.fail("there are no runs in tests/golden/runs")
    return check.outcome()


# ---- controls: these must differ

def thread_blocks_control(programs):
    check = programs.check()
    check.run(programs.command("control_thread_blocks", "--threads", 1), "1 thread")
    for n in (2, 7):
        check.run(programs.command("control_thread_blocks", "--threads", n), f"{n} threads", differs=True)
    return check.outcome()


def libm_control(programs):
    """exp of the C library in the losses: other bits than ours, and other bits again without FMA in glibc."""
    check = programs.check()
    command = programs.command("control_libm_exp", "--kernels", "baseline")
    check.run(command, "libm exp", differs=True)
    check.run(command, "libm exp, glibc without FMA", differs=True, env=WITHOUT_FMA)
    if platform.machine() == "x86_64" and execute(command).stdout == execute(command, env=WITHOUT_FMA).stdout:
        check.skip("glibc's exp gave the same bits with and without FMA here")
    return check.outcome()


def whole_build_control(programs):
    """Built with flags that the rules forbid; the baseline kernels run on any processor the build is for."""
    check = programs.check()
    check.run(programs.command("driver", "--kernels", "baseline"), "baseline", differs=True)
    return check.outcome()
