# SPDX-License-Identifier: MIT
"""The archive in a Debian that has nothing but its essential packages: unpacked there, README's two commands run as root.

The root is made by mmdebstrap from the mirror that apt is configured with. Its mounts are in a namespace that ends with the
command.
"""
import os
import pathlib
import re
import shutil
import subprocess

from archive import Failed, works

SUITE = "bookworm"  # Debian 12, which README names
MIRROR = "http://deb.debian.org/debian"
# README's words; check.py looks for them there.
COMMANDS = ("./dev demo", "./dev test")
MOUNTS = """
mount -t proc proc "$1/proc"
mount -t sysfs -o ro sysfs "$1/sys"
mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
exec chroot "$@"
"""
BARE = ["env", "-i", "HOME=/root", "TERM=dumb", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
TOLD = re.compile(r".*(?:% tests passed|tests failed out of|\(Skipped\)|\(Failed\)|Total Test time|^claims: ).*")


class NoRoot(Exception):
    """No root can be made on this system. The text is the reason."""


def as_root():
    if os.geteuid() == 0:
        return []
    if works("sudo", "-n", "true"):
        return ["sudo"]
    raise NoRoot("neither root nor sudo without a password")


def mirror():
    """Where apt gets this suite from, as its configuration says."""
    done = subprocess.run(["apt-get", "indextargets", "--format", "$(ORIGIN) $(CODENAME) $(REPO_URI)", "Created-By: Packages"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    found = re.search(rf"^Debian {SUITE} (\S+)$", done.stdout, re.MULTILINE)
    return found[1] if found else MIRROR


def logged(command, log):
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as file:
        return subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                              check=False).returncode


def tail(log, lines=40):
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def inside(root, *command):
    return [*as_root(), "unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
            "sh", "-euc", MOUNTS, "sh", root, *BARE, *command]


def make(root, log):
    if shutil.which("mmdebstrap") is None:
        raise NoRoot("mmdebstrap is not installed (./dev deps release)")
    if root.exists():
        subprocess.run([*as_root(), "rm", "-rf", "--one-file-system", root], check=True)
    if logged([*as_root(), "mmdebstrap", "--variant=minbase", "--mode=root", SUITE, root, mirror()], log):
        raise NoRoot(f"mmdebstrap failed:\n{tail(log)}")
    if logged(inside(root, "true"), log):
        raise NoRoot(f"nothing may be mounted or no root changed:\n{tail(log)}")


def check(archive, name, version, work, say):
    """Runs README's commands. Fails with the end of the log of the one that failed."""
    root, log = work / "root", work / "root.log"
    make(root, log)
    subprocess.run([*as_root(), "cp", archive, root / archive.name], check=True)
    if logged(inside(root, "tar", "-xzf", f"/{archive.name}", "-C", "/"), log):
        raise Failed(f"the archive does not unpack:\n{tail(log)}")
    for command in COMMANDS:
        log = work / f"root-{command.split()[-1]}.log"
        say(f"{command} in a bare Debian ({SUITE}); its output goes to {log}")
        status = logged(inside(root, "sh", "-c", f"cd /{name} && {command}"), log)
        for line in filter(TOLD.fullmatch, log.read_text(encoding="utf-8", errors="replace").splitlines()):
            say(line.strip())
        if status != 0:
            raise Failed(f"{command} ended with {status} in a bare Debian:\n{tail(log)}")
    tool = pathlib.Path("build/release/tools/runforge/runforge")
    if logged(inside(root, f"/{name}/{tool}", "--version"), work / "root-version.log"):
        raise Failed("the tool does not run in the root")
    told = tail(work / "root-version.log").split()[-1]
    if told != version:
        raise Failed(f"the tool built from the archive is version {told}, not {version}")
