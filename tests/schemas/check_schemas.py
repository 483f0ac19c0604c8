#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the published schemas themselves.

  check_schemas.py coverage               each keyword that a schema uses (and each pattern) has pairs in
                                          keywords.json, each schema has instances, each property a description
  check_schemas.py foreign NODE_FOLDER    python3-jsonschema and ajv judge keywords.json and instances/ as stated

An instance is valid-*, invalid-* or later-*: what a later version may write, valid only where the schema is open
(docs/formats/evolution.md). Each is judged by the schema as it stands and with its open places closed, and each open
place of a schema is one that some later-*.json needs.

tests/unit/json/schema_test.cpp lets the library judge the same pairs and instances, schema_differential_test.cpp
there also valijson, and many mutations of them.
"""
import json
import sys

import foreign

# Keywords that say nothing about validity.
ANNOTATIONS = {"$schema", "$id", "$comment", "title", "description"}

# Objects that other schemas beside them close.
CLOSED_BESIDE = {("linear_coefficients.v1", ""), ("metrics.v1", ""), ("train_config.v1", "/properties/params")}


def subschemas(schema, path=""):
    """(path, schema) for the schema and all that it holds."""
    yield path, schema
    if isinstance(schema, bool):
        return
    for key, value in schema.items():
        below = f"{path}/{key}"
        if key in ("properties", "patternProperties", "definitions", "dependencies"):
            for name, part in value.items():
                if not isinstance(part, list):
                    yield from subschemas(part, f"{below}/{name}")
        elif key in ("allOf", "anyOf", "oneOf") or key == "items" and isinstance(value, list):
            for i, part in enumerate(value):
                yield from subschemas(part, f"{below}/{i}")
        elif key in ("if", "then", "else", "not", "items", "contains", "additionalProperties", "propertyNames"):
            yield from subschemas(value, below)


def keyword_pairs():
    return json.loads((foreign.HERE / "keywords.json").read_text(encoding="utf-8"))


def instances():
    """(schema name, file name, the file's word: valid, invalid or later, document)."""
    for file in sorted((foreign.HERE / "instances").glob("*/*.json")):
        document = foreign.strict_json(file.read_text(encoding="utf-8"))
        yield file.parent.name, file.name, file.name.partition("-")[0], document


def check_keywords(name, schema, covered):
    for path, part in subschemas(schema):
        used = {"boolean schema"} if isinstance(part, bool) else set(part) - ANNOTATIONS
        for keyword in sorted(used - covered):
            yield f"{name}: {path or '/'} uses the keyword {keyword}, which keywords.json does not cover"


def check_patterns(name, schema, covered):
    """Regular expressions differ between validators: each one is tried, not only the keyword."""
    for path, part in subschemas(schema):
        if isinstance(part, bool):
            continue
        for pattern in [part.get("pattern"), *part.get("patternProperties", {})]:
            if pattern is not None and pattern not in covered:
                yield f"{name}: {path} has the pattern {pattern}, which keywords.json does not try"


def check_descriptions(name, schema):
    """Each property of an object that closes itself, or is open, says what it is, there or where it refers to."""
    for path, part in subschemas(schema):
        if isinstance(part, bool) or not ("additionalProperties" in part or foreign.is_open(part)):
            continue
        for key, member in part.get("properties", {}).items():
            if isinstance(member, bool):
                continue
            target = member
            while "description" not in target and "$ref" in target:
                target = schema["definitions"][target["$ref"].rsplit("/", 1)[1]]
            if "description" not in target:
                yield f"{name}: {path}/properties/{key} has no description"


def check_places(name, schema):
    """An object is closed or marked open, and a mark is written as one."""
    for path, part in subschemas(schema):
        if isinstance(part, bool):
            continue
        closes, comment = "additionalProperties" in part, part.get("$comment")
        if comment is None and part.get("type") == "object" and not closes and (name, path) not in CLOSED_BESIDE:
            yield f"{name}: {path or '/'} is an object that is neither closed nor marked open"
        if comment is not None and not foreign.is_open(part) and not comment.startswith("input: "):
            yield f"{name}: {path or '/'}: $comment is open, open: and words, or input: and words"
        if foreign.is_open(part) and "anyOf" not in part and (closes or "properties" not in part):
            yield f"{name}: {path or '/'} is marked open and is neither an open object nor an anyOf"
        if (comment or "").startswith("input: ") and part.get("additionalProperties") is not False:
            yield f"{name}: {path or '/'} is an input and does not refuse what it does not name"


def check_head(name, schema):
    if schema.get("$schema") != "http://json-schema.org/draft-07/schema#":
        yield f"{name}: $schema does not name draft-07"
    if schema.get("$id") != f"urn:runforge:schema:{name}":
        yield f"{name}: $id is not urn:runforge:schema:{name}"
    for key in ("title", "description"):
        if not schema.get(key):
            yield f"{name}: there is no {key}"


def coverage():
    pairs = keyword_pairs()
    problems = [f"keywords.json: {p['keyword']} has no {side} instance"
                for p in pairs for side in ("valid", "invalid") if not p[side]]
    for pair in pairs:
        present = {k for _, s in subschemas(pair["schema"]) for k in (["boolean schema"] if isinstance(s, bool) else s)}
        if pair["keyword"] not in present:
            problems.append(f"keywords.json: a schema for {pair['keyword']} does not use it")
    covered = {pair["keyword"] for pair in pairs}
    patterns = {p for s in (pair["schema"] for pair in pairs)
                for p in [s.get("pattern"), *s.get("patternProperties", {})]}
    sides = {(name, word) for name, _, word, _ in instances()}
    schemas = foreign.published_schemas()
    for name, schema in schemas.items():
        problems += check_head(name, schema)
        problems += check_keywords(name, schema, covered)
        problems += check_patterns(name, schema, patterns)
        problems += check_descriptions(name, schema)
        problems += [f"{name}: instances/{name} holds no {word}-*.json"
                     for word in ("valid", "invalid") if (name, word) not in sides]
        problems += check_places(name, schema)
    problems += [f"instances/{name} has no schema" for name in sorted({n for n, _ in sides} - set(schemas))]
    problems += [f"instances/{name}: {word}-*.json: the words are valid, invalid and later"
                 for name, word in sorted(sides) if word not in ("valid", "invalid", "later")]
    return problems, f"{len(schemas)} schemas, {len(covered)} keywords"


def foreign_verdicts(node_folder):
    jobs, expected = [], []
    for pair in keyword_pairs():
        for valid in (True, False):
            for instance in pair["valid" if valid else "invalid"]:
                jobs.append((pair["schema"], instance))
                expected.append((f"{pair['keyword']} {json.dumps(instance)}", valid))
    schemas = foreign.published_schemas()
    closed = {name: foreign.closed(schema) for name, schema in schemas.items()}
    later = {name: [] for name in schemas}
    for name, file, word, document in instances():
        jobs.append((schemas[name], document))
        expected.append((f"instances/{name}/{file}", word != "invalid"))
        jobs.append((closed[name], document))
        expected.append((f"instances/{name}/{file} where open places are closed", word == "valid"))
        if word == "later":
            later[name].append(document)
    problems = []
    for validator, told in foreign.verdicts(jobs, node_folder).items():
        for (what, valid), wrong in zip(expected, told):
            if valid != (wrong is None):
                problems.append(f"{validator}: {what} should be {'valid' if valid else 'invalid'}; {wrong}")
    for name, schema in schemas.items():
        problems += untried_places(name, schema, later[name])
    return problems, f"{len(jobs)} documents judged by two validators"


def untried_places(name, schema, documents):
    """Open places that no later-*.json needs."""
    for path, part in subschemas(schema):
        if not foreign.is_open(part):
            continue
        without = foreign.closed(schema, lambda place, part=part: place is part)
        if all(wrong is None for wrong in foreign.python_verdicts([(without, document) for document in documents])):
            yield f"{name}: {path or '/'} is open, and no instances/{name}/later-*.json needs it"


def main(arguments):
    if arguments == ["coverage"]:
        problems, summary = coverage()
    elif len(arguments) == 2 and arguments[0] == "foreign":
        problems, summary = foreign_verdicts(arguments[1])
    else:
        sys.exit(__doc__)
    print("\n".join(problems + [summary]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
