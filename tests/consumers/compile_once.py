#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A compiler launcher for tests/consumers: what was compiled of the same release with the same flags is taken from there.

usage: compile_once.py STORE -- COMPILER WORD...

The hosts of the matrix compile the same archive of sources in folders of their own. A command counts as one that was seen
when it is the same after the folders of RunForge's sources and build are left out of it; a flag that one host lets through and
another does not makes it another one. What stands in the build folder (unity sources, embedded schemas) is compared by content.
Files of the host itself are always compiled. ccache does not serve here, as it takes the same sources in another folder for
others; unlike it this looks at no header: all come from one archive, or from the system.
"""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

# <source>/lib/..., <build>/lib/...: the folders of a release, an unpacked third_party/runforge, and FetchContent's two.
FOLDERS = re.compile(r"/[^\0\"\n]*?/(?:runforge-\d[\w.]*|third_party/runforge|_deps/runforge-(?:src|build)|main/build)"
                     r"(?=/(?:lib|bindings|include|tools|tests)\b)")
OUTPUTS = {"-o", "-MF", "-MT", "-MQ"}


def plain(text):
    return FOLDERS.sub("<runforge>", text)


def key_of(words, source):
    kept, skip = [], False
    for word in words:
        if not skip and word not in OUTPUTS:
            kept.append(plain(word))
        skip = not skip and word in OUTPUTS
    content = plain(source.read_text(encoding="utf-8"))
    return hashlib.sha256("\0".join([*kept, content]).encode()).hexdigest()


def main():
    store = pathlib.Path(sys.argv[1])
    words = sys.argv[3:]
    source = next((pathlib.Path(word) for word in words if word.endswith((".cpp", ".cxx", ".c"))), None)
    if "-c" not in words or source is None or not FOLDERS.search(str(source.absolute())):
        os.execvp(words[0], words)
    output = words[words.index("-o") + 1]
    kept = store / key_of(words, source)
    if kept.exists():
        shutil.copyfile(kept, output)
        if "-MF" in words:
            pathlib.Path(words[words.index("-MF") + 1]).write_text(f"{output}:\n", encoding="utf-8")
        return 0
    status = subprocess.run(words, check=False).returncode
    if status == 0:
        new = kept.with_suffix(f".{os.getpid()}")
        shutil.copyfile(output, new)
        new.rename(kept)
    return status


if __name__ == "__main__":
    sys.exit(main())
