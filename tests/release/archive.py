# SPDX-License-Identifier: MIT
"""The archive of a commit's sources: how it is made, and whether it has the same bytes when it is made again.

RECIPE makes the archive. Its bytes depend on the commit, and on the versions of git, tar and gzip. again() runs the recipe under
other circumstances (path, time, locale, time zone, umask, settings, user) and compares. signed() writes SHA256SUMS and signs it.
Pinned by check_test.py.
"""
import base64
import contextlib
import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import time
from typing import NamedTuple

NOBODY = 65534
LATER = "another time"
TURKISH = "locale tr_TR.UTF-8"
# An Ed25519 public key as DER begins so (RFC 8410); 32 bytes follow.
ED25519 = bytes.fromhex("302a300506032b6570032100")

# REPOSITORY COMMIT NAME EPOCH SCRATCH ARCHIVE UMASK. Each option removes something that could differ: -c what a user has set,
# --mode the umask, --sort the order of the file system, -n the name and time of gzip's input.
RECIPE = """
umask "$7"
unset TAR_OPTIONS GZIP GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
mkdir "$5/tree"
git -c safe.directory='*' -c core.autocrlf=false -c core.eol=lf -c core.attributesFile=/dev/null -c tar.umask=0022 \\
    -C "$1" archive --format=tar --prefix="$3/" "$2" >"$5/commit.tar"
tar -x -p -f "$5/commit.tar" -C "$5/tree"
tar -c --format=ustar --sort=name --mtime="@$4" --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' \\
    -f "$5/sources.tar" -C "$5/tree" "$3"
gzip -n -9 -c "$5/sources.tar" >"$6"
"""


class Failed(Exception):
    """A check failed. The text is the reason."""


class Source(NamedTuple):
    repository: pathlib.Path
    commit: str
    name: str   # of the folder in the archive: runforge-0.2.0
    epoch: int  # time of the commit, which all files get


class Circumstance(NamedTuple):
    label: str
    repository: pathlib.Path
    words: tuple = ()       # in front of the command
    environment: dict = {}  # on top of the present one
    umask: str = "022"


def output_of(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **options)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command[:6]))}: exit status {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def works(*command):
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0


def make(source, where, scratch, recipe=RECIPE):
    """The bytes of the archive that the recipe makes there."""
    scratch = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    if os.geteuid() == 0:
        os.chown(scratch, NOBODY, NOBODY)  # another user writes here; root may anyway
    archive = scratch / "sources.tar.gz"
    output_of(*where.words, "sh", "-euc", recipe, "sh", where.repository, source.commit, source.name, source.epoch, scratch, archive,
              where.umask, cwd=scratch, env={**os.environ, **where.environment})
    content = archive.read_bytes()
    shutil.rmtree(scratch)
    return content


def another_user():
    """Words in front of a command that make another user run it, and who that is. None where the system does not allow it."""
    if os.geteuid() == 0:
        words, who = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"], f"user {NOBODY}"
    else:
        words, who = ["unshare", "--map-root-user"], "root in a user namespace"
    return (words, who) if works(*words, "true") else None


def another_locale(folder):
    """Variables that select a locale with other rules than C. None where it cannot be made."""
    made = works("localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / "tr_TR.UTF-8"))
    return {"LOCPATH": str(folder), "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"} if made else None


def circumstances(source, folder, only=""):
    """(each circumstance whose label begins with `only`, what could not be tried)"""
    clone = folder / "another path, with spaces"
    output_of("git", "-c", "safe.directory=*", "clone", "--quiet", "--no-hardlinks", source.repository, clone, umask=0o022)
    settings = folder / "gitconfig"
    settings.write_text("[core]\n\tautocrlf = true\n\teol = crlf\n[tar]\n\tumask = 0077\n", encoding="utf-8")
    tried, not_tried = [Circumstance(LATER, source.repository), Circumstance("another path", clone)], []
    for zone in ("Pacific/Kiritimati", "America/St_Johns"):
        tried.append(Circumstance(f"time zone {zone}", source.repository, environment={"TZ": zone}))
    tried += [Circumstance(f"umask {mask}", source.repository, umask=mask) for mask in ("000", "077")]
    tried.append(Circumstance("settings of git, tar and gzip", source.repository, environment={
        "GIT_CONFIG_GLOBAL": str(settings), "TAR_OPTIONS": "--exclude=*.md", "GZIP": "-1"}))
    if not TURKISH.startswith(only):
        pass  # it takes longer than all else
    elif locale := another_locale(folder):
        tried.append(Circumstance(TURKISH, source.repository, environment=locale))
    else:
        not_tried.append("another locale: localedef cannot make tr_TR.UTF-8")
    if user := another_user():
        tried.append(Circumstance(f"another user ({user[1]})", clone, words=user[0], environment={"HOME": str(folder)}))
    else:
        not_tried.append("another user: neither setpriv nor unshare may change it")
    return [where for where in tried if where.label.startswith(only)], not_tried


@contextlib.contextmanager
def open_folder():
    """A temporary folder that another user can read."""
    with tempfile.TemporaryDirectory(prefix="runforge-release-") as name:
        os.chmod(name, 0o755)
        yield pathlib.Path(name)


def members(archive):
    with tarfile.open(fileobj=io.BytesIO(archive)) as file:
        return {member.name: (f"mode {member.mode:o}", f"owner {member.uid}:{member.gid}", f"time {member.mtime}", f"{member.size} bytes",
                              hashlib.sha256(file.extractfile(member).read()).hexdigest() if member.isfile() else "no file")
                for member in file}


def difference(expected, found):
    """The first difference between two archives. None when their bytes are equal."""
    if expected == found:
        return None
    theirs, ours = members(expected), members(found)
    for name in list(theirs) + list(ours):
        if name not in ours or name not in theirs:
            return f"{name} is in one of them only"
        for one, other in zip(theirs[name], ours[name]):
            if one != other:
                return f"{name}: {one}, then {other}"
    return "order of the files" if list(theirs) != list(ours) else "same files; the bytes around them differ"


def again(source, expected, made_at, recipe=RECIPE, only=""):
    """Makes the archive in each circumstance, or in those whose label begins with `only`. ([(label, difference or None)], what could
    not be tried)"""
    with open_folder() as folder:
        tried, not_tried = circumstances(source, folder, only)
        differences = []
        for where in tried:
            if where.label == LATER:
                time.sleep(max(0, made_at + 1.1 - time.time()))  # gzip and tar count seconds
            differences.append((where.label, difference(expected, make(source, where, folder, recipe))))
    return differences, not_tried


def is_pem(key):
    return key.read_bytes().startswith(b"-----BEGIN ")


def sign_pem(key, path):
    """A signature in minisign's form (docs/formats/signatures.md) by a key of `runforge keygen`; the public key's line."""
    der = output_of("openssl", "pkey", "-in", key, "-pubout", "-outform", "DER")
    public = der.removeprefix(ED25519)
    if len(public) != 32:
        raise Failed(f"{key}: not an Ed25519 key")
    number = hashlib.sha256(public).digest()[:8]
    key_id = number[::-1].hex().upper()

    def signature_of(message):
        with tempfile.NamedTemporaryFile() as file:
            file.write(message)
            file.flush()
            return output_of("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", file.name)

    signature = signature_of(hashlib.blake2b(path.read_bytes()).digest())
    comment = f"sources of RunForge: {path.read_text(encoding='utf-8').strip()}"
    lines = [f"untrusted comment: signature by RunForge key {key_id}", base64.b64encode(b"ED" + number + signature).decode(),
             f"trusted comment: {comment}", base64.b64encode(signature_of(signature + comment.encode())).decode()]
    path.with_name(path.name + ".minisig").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return base64.b64encode(b"Ed" + number + public).decode(), f"key {key_id}"


def sign(key, sums):
    """Signs SHA256SUMS. The sentence that reports it."""
    if not key.is_file():
        raise Failed(f"{key}: no such key file")
    if not is_pem(key):
        # minisign's own form of a secret key; it may ask for a password.
        if subprocess.run(["minisign", "-S", "-s", key, "-m", sums], check=False).returncode != 0:
            raise Failed(f"minisign did not sign with {key}")
        return f"{sums.name}.minisig, by minisign"
    public, name = sign_pem(key, sums)
    if not shutil.which("minisign"):
        return f"{sums.name}.minisig, by {name}; minisign is not installed, so nothing has verified it"
    output_of("minisign", "-V", "-q", "-P", public, "-m", sums)
    return f"{sums.name}.minisig, by {name}; minisign verifies it"
