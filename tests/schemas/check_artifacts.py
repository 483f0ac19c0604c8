#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges what a run directory holds by validators that nobody here wrote.

  check_artifacts.py NODE_FOLDER PATH...

Each PATH is a run directory, whose .json files are all checked, or one JSON file. The schema is the published one that
the document's schema_version names, its open places closed: a writer adds nothing that its schema does not name. NODE_FOLDER is where ajv is, or is installed: any folder below the build folder.
Also checked: the layout (JSON.stringify(value, null, 2), then LF), and that no member is twice or null.
"""
import json
import pathlib
import re
import sys

import foreign


def nulls(value, path=""):
    if value is None:
        yield path
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from nulls(member, f"{path}/{key}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from nulls(item, f"{path}/{i}")


def utf16(key):
    return key.encode("utf-16-be", "surrogatepass")


def in_order(value, path=""):
    """Pointers of objects whose members do not ascend by UTF-16 code units."""
    if isinstance(value, dict):
        keys = list(value)
        if keys != sorted(keys, key=utf16):
            yield path
        for key, member in value.items():
            yield from in_order(member, f"{path}/{key}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from in_order(item, f"{path}/{i}")


def laid_out(text):
    """The document as JSON.stringify(value, null, 2) lays it out, then LF; numbers as the text has them."""
    def keep(digits):
        return "\0" + digits
    document = json.loads(text, parse_float=keep, parse_int=keep)
    return re.sub(r'"\\u0000([^"]*)"', r"\1", json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def check_layout(file, text):
    try:
        document = foreign.strict_json(text)
    except ValueError as error:
        yield f"{file}: {error}"
        return
    yield from (f"{file}: {path} is null" for path in nulls(document))
    yield from (f"{file}: the members of {path or '/'} are not in order" for path in in_order(document))
    if text != laid_out(text):
        yield f"{file}: is not laid out as JSON.stringify(value, null, 2) does, then LF"


def documents(paths):
    for path in map(pathlib.Path, paths):
        files = sorted(path.glob("*.json")) if path.is_dir() else [path]
        if not files:
            sys.exit(f"{path} holds no .json file")
        yield from files


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    schemas = {name: foreign.closed(schema) for name, schema in foreign.published_schemas().items()}
    problems, jobs, names = [], [], []
    for file in documents(arguments[1:]):
        text = file.read_bytes().decode("utf-8")
        problems += check_layout(file, text)
        document = json.loads(text)
        version = document.get("schema_version")
        if version not in schemas:
            problems.append(f"{file}: there is no schema {version}")
            continue
        jobs.append((schemas[version], document))
        names.append(file)
    for validator, told in foreign.verdicts(jobs, arguments[0]).items():
        problems += [f"{validator}: {name}: {wrong}" for name, wrong in zip(names, told) if wrong is not None]
    print("\n".join(problems + [f"{len(jobs)} documents checked by two validators"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
