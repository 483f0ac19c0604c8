# SPDX-License-Identifier: MIT
"""Running commands for tests/consumers, where possible without a network, and the folders that they work in."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "iris.csv"
LABEL = "species"
FORMS = ("shared", "static", "one_archive")
LANGUAGES = ("C", "C++17", "C++20")


class Failed(Exception):
    """Something is not as it should be; the text says what."""


def version():
    header = (ROOT / "include" / "runforge" / "runforge.h").read_text(encoding="utf-8")
    return ".".join(re.search(rf"#define RF_VERSION_{part} (\d+)", header).group(1) for part in ("MAJOR", "MINOR", "PATCH"))


def abi_line():
    """The minor version that the SONAME names."""
    return re.search(r"set\(RUNFORGE_ABI_LINE ([0-9.]+)\)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)


def cut_off():
    """The words in front of a command that leave it no network, or None where the system does not allow that."""
    for words in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True).returncode == 0:
            return words
    return None


OFFLINE = cut_off()


def attempt(command, folder=None, **environment):
    """The finished process of a command without a network; its output is text."""
    words = [str(word) for word in command]
    # A user's settings reach no build.
    settings = {key: value for key, value in os.environ.items()
                if not re.fullmatch(r"(?:C|CXX|CPP|LD)FLAGS|CC|CXX|LD_.*|PKG_CONFIG_.*|CMAKE_.*|DESTDIR", key)}
    return subprocess.run([*(OFFLINE or []), *words], cwd=folder, env={**settings, **environment}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def run(command, folder=None, **environment):
    done = attempt(command, folder, **environment)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def configure(source, build, *options):
    return run(["cmake", "-G", "Ninja", "-S", source, "-B", build, *options])


def compile_all(build, *targets):
    return run(["cmake", "--build", build, "-j", os.cpu_count() or 2, *(["--target", *targets] if targets else [])])


def result_of(program, **environment):
    """The lines that a program of tests/consumers prints of the run that all of them make."""
    return run([program, DATA, LABEL], **environment)


def say(text):
    print(text, flush=True)


def fresh(folder):
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    sys.exit("this is a module of matrix.py")
