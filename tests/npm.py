# SPDX-License-Identifier: MIT
"""Packages from npm that tests need: installed on first use as their lock says, without running what they bring.

What is missing on a machine ends the program with the exit status that ctest takes for a skip, and says what.
"""
import fcntl
import hashlib
import shutil
import subprocess
import sys

SKIPPED = 77
OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENOTCACHED", "ENETUNREACH")
FOREIGN = ("EBADPLATFORM",)


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def install(source, folder, loss):
    """Puts what source/package-lock.json locks into folder/node_modules; does nothing when it is there. `loss` says
    what cannot be done without."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            skip(f"{program} is not installed, so {loss}")
    folder.mkdir(parents=True, exist_ok=True)
    lock_text = (source / "package-lock.json").read_bytes() + (source / "package.json").read_bytes()
    wanted = hashlib.sha256(lock_text).hexdigest()
    stamp = folder / "node_modules" / ".runforge-installed"
    with open(folder / ".install-lock", "w", encoding="utf-8") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return
        for name in ("package.json", "package-lock.json"):
            if folder != source:
                shutil.copyfile(source / name, folder / name)
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            if any(word in done.stdout for word in OFFLINE):
                skip(f"npm reaches no registry, so {loss}:\n{done.stdout}")
            if any(word in done.stdout for word in FOREIGN):
                skip(f"npm has no package for this machine, so {loss}:\n{done.stdout}")
            sys.exit("npm ci failed:\n" + done.stdout)
        stamp.write_text(wanted, encoding="utf-8")
