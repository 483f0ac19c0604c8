# SPDX-License-Identifier: MIT
"""Two JSON Schema validators that nobody here wrote: python3-jsonschema, and ajv from npm (installed on first use).

verdicts(jobs) judges (schema, instance) pairs by both. What is missing on a machine ends the program with the exit
status that ctest takes for a skip, and says what is missing.
"""
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import npm  # noqa: E402  (beside this folder)
from npm import SKIPPED, skip  # noqa: E402,F401  (SKIPPED for who imports this)

SCHEMAS = HERE.parent.parent / "schemas"


def published_schemas():
    """The published schemas by name."""
    suffix = ".schema.json"
    files = sorted(SCHEMAS.glob("*" + suffix))
    return {f.name[: -len(suffix)]: json.loads(f.read_text(encoding="utf-8")) for f in files}


def is_open(part):
    """Whether the schema says that later versions may add here (docs/formats/evolution.md)."""
    return isinstance(part, dict) and re.fullmatch("open(: .*)?", str(part.get("$comment", ""))) is not None


def closed(part, is_closing=lambda place: True):
    """The schema without its open places, or without those that is_closing picks: what one version may write."""
    if isinstance(part, list):
        return [closed(item, is_closing) for item in part]
    if not isinstance(part, dict):
        return part
    out = {key: closed(value, is_closing) for key, value in part.items()}
    if is_open(part) and is_closing(part):
        if "anyOf" in out:
            out["anyOf"] = out["anyOf"][:1]
        else:
            out["additionalProperties"] = False
    return out


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a member appears twice among {keys}")
    return dict(pairs)


def strict_json(text):
    """Parses JSON as RunForge writes it: no duplicate members, no NaN or infinity."""
    def refuse(word):
        raise ValueError(f"{word} is no JSON")
    return json.loads(text, object_pairs_hook=no_duplicates, parse_constant=refuse)


def install_ajv(folder):
    """Puts ajv as locked into folder/node_modules."""
    npm.install(HERE, folder, "ajv cannot judge")


def python_verdicts(jobs):
    try:
        import jsonschema
    except ImportError:
        skip("python3-jsonschema is not installed")
    out = []
    for schema, instance in jobs:
        error = next(jsonschema.Draft7Validator(schema).iter_errors(instance), None)
        out.append(None if error is None else "/" + "/".join(map(str, error.absolute_path)) + " " + error.message)
    return out


def ajv_verdicts(jobs, folder):
    install_ajv(folder)
    schemas = []
    index = {}
    for schema, _ in jobs:
        if id(schema) not in index:
            index[id(schema)] = len(schemas)
            schemas.append(schema)
    request = {"schemas": schemas, "jobs": [{"schema": index[id(s)], "instance": i} for s, i in jobs]}
    done = subprocess.run(["node", str(HERE / "ajv_verdicts.js"), str(folder)], input=json.dumps(request), text=True,
                          capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit("ajv failed:\n" + done.stderr)
    return json.loads(done.stdout)


def verdicts(jobs, node_folder):
    """{validator: [None or what is wrong, ...]} for (schema, instance) pairs."""
    return {"python3-jsonschema": python_verdicts(jobs), "ajv": ajv_verdicts(jobs, pathlib.Path(node_folder).resolve())}
