# SPDX-License-Identifier: MIT
"""no_test_version.py LIBRARY TEST_SOURCE: the library holds no version that only the test declares, and hands out no way to
pass a table of versions in."""

import re
import subprocess
import sys
from pathlib import Path


def main() -> None:
    library, source = sys.argv[1], Path(sys.argv[2]).read_text(encoding="utf-8")
    words = re.findall(r'kOld = "([0-9.]+)"', source)
    assert len(words) == 1, f"{sys.argv[2]} declares the old version otherwise than this test reads it"
    content = Path(library).read_bytes()
    assert b"0.1.0\0" in content, "the library names no released version: the search looks in the wrong place"
    assert words[0].encode() not in content, f"the library holds the version {words[0]}, which only a test declares"
    listed = subprocess.run(["nm", "-C", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    assert " rf_verify_artifacts" in listed, "the library exports no rf_verify_artifacts: nm was read wrongly"
    exported = [line for line in listed.splitlines() if re.search(r"history|release|as_of|past", line, re.IGNORECASE)]
    # What frees a handle is called so in the C interface.
    seams = [line for line in exported if not re.search(r" rf_[a-z0-9_]+_release$", line)]
    assert not seams, "the library exports a way to pass a table of versions in:\n" + "\n".join(seams)


if __name__ == "__main__":
    main()
