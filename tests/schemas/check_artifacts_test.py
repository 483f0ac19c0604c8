#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_artifacts.py accepts a good record and refuses each fault put into it. The argument is where ajv is."""
import json
import pathlib
import subprocess
import sys
import tempfile

import foreign

GOOD = foreign.HERE / "instances" / "execution.v1" / "valid-without-details.json"


def text_of(document):
    return json.dumps(dict(sorted(document.items())), indent=2) + "\n"


def faults():
    document = json.loads(GOOD.read_text(encoding="utf-8"))
    good = text_of(document)
    yield "nothing", good, True
    yield "an unknown member", text_of({**document, "user": "me"}), False
    yield "a wrong digest", text_of({**document, "run_digest": "x"}), False
    yield "a null", text_of({**document, "dataset_path": None}), False
    yield "another schema", text_of({**document, "schema_version": "execution.v9"}), False
    yield "no last LF", good[:-1], False
    yield "two last LFs", good + "\n", False
    yield "packed layout", json.dumps(dict(sorted(document.items()))) + "\n", False
    yield "members out of order", json.dumps(dict(sorted(document.items(), reverse=True)), indent=2) + "\n", False
    yield "a member twice", good.replace("{\n", '{\n  "created_at": "2024-01-01T12:00:00Z",\n', 1), False


def main(node_folder):
    foreign.install_ajv(pathlib.Path(node_folder).resolve())
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for fault, text, is_good in faults():
            (pathlib.Path(folder) / "execution.v1.json").write_text(text, encoding="utf-8")
            done = subprocess.run([sys.executable, str(foreign.HERE / "check_artifacts.py"), node_folder, folder],
                                  text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            if done.returncode == foreign.SKIPPED:
                foreign.skip(done.stdout)
            if done.returncode != (0 if is_good else 1):
                problems.append(f"with {fault}: exit status {done.returncode}\n{done.stdout}")
    print("\n".join(problems) or "every fault was found")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
