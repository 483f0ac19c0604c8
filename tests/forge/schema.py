# SPDX-License-Identifier: MIT
"""What the schemas in schemas/ say about one place of a document: which values, which members, which may be absent.

As much of draft-07 as these schemas use. Says what to try, and judges nothing: that is for the library.
"""
import hashlib
import json
import pathlib
import re

from seal import Number

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "schemas"
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}


def load(name):
    """The schema called `name` (run.v1), or None."""
    path = FOLDER / f"{name}.schema.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def plain(value):
    """A value with numbers as Python has them."""
    if isinstance(value, Number):
        return int(value.text) if value.whole else float(value.text)
    return value


def is_type(value, name):
    value = plain(value)
    if name in ("integer", "number"):
        right = isinstance(value, (int, float)) and not isinstance(value, bool)
        return right and (name == "number" or value == int(value))
    return isinstance(value, TYPES[name]) if name in TYPES else value is None


def local(schema, root):
    """The schema itself and what it refers to."""
    while True:
        yield schema
        if not isinstance(schema, dict) or "$ref" not in schema:
            return
        target = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target


def scalar_valid(value, schema):
    value = plain(value)
    types = schema.get("type", [])
    if types and not any(is_type(value, name) for name in ([types] if isinstance(types, str) else types)):
        return False
    if "const" in schema and (value != schema["const"] or isinstance(value, bool) != isinstance(schema["const"], bool)):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, str):
        return len(value) >= schema.get("minLength", 0) and bool(re.search(schema.get("pattern", ""), value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (schema.get("minimum", value) <= value <= schema.get("maximum", value)
                and ("exclusiveMaximum" not in schema or value < schema["exclusiveMaximum"])
                and ("exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"]))
    return True


def valid(value, schema, root):
    return all(part is not False and valid_here(value, part, root) for part in applicable(value, schema, root))


def valid_here(value, schema, root):
    if schema is True or not isinstance(schema, dict):
        return schema is not False
    if not scalar_valid(value, schema):
        return False
    if "anyOf" in schema and not any(valid(value, part, root) for part in schema["anyOf"]):
        return False
    if "not" in schema and valid(value, schema["not"], root):
        return False
    if isinstance(value, dict):
        if any(name not in value for name in schema.get("required", [])):
            return False
        properties, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        return all(valid(item, properties.get(name, more), root) for name, item in value.items())
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            return False
        if "contains" in schema and not any(valid(item, schema["contains"], root) for item in value):
            return False
        return all(valid(item, schema.get("items", True), root) for item in value)
    return True


def applicable(value, schema, root):
    """The parts of a schema that hold for this value: references, allOf, the arms of anyOf that fit, and the arm of each
    condition."""
    for part in local(schema, root):
        yield part
        if not isinstance(part, dict):
            continue
        for each in part.get("allOf", []):
            yield from applicable(value, each, root)
        for each in part.get("anyOf", []):
            if valid(value, each, root):
                yield from applicable(value, each, root)
        if "if" in part:
            arm = "then" if valid(value, part["if"], root) else "else"
            if arm in part:
                yield from applicable(value, part[arm], root)


def parts(value, schemas, root):
    return [part for schema in schemas for part in applicable(value, schema, root) if isinstance(part, dict)]


def member_schemas(name, found):
    """The schemas of the member `name` in the parts of its object; False is among them where it must be absent."""
    schemas = []
    for part in found:
        if name in part.get("properties", {}):
            schemas.append(part["properties"][name])
        elif isinstance(part.get("additionalProperties"), dict):
            schemas.append(part["additionalProperties"])
    return schemas


def item_schemas(found):
    return [part["items"] for part in found if isinstance(part.get("items"), dict)]


def step_name(name, found):
    """A member as the table names it: NAME where the schema leaves the name open, but for two of `build` that verify knows."""
    known = name in ("version", "numeric_profile") or any(name in part.get("properties", {}) for part in found)
    return name if known else "NAME"


def walk(value, schemas, root, pointer=(), folded=""):
    """(pointer, folded, value, parts) of every place of a document, the document itself first."""
    found = parts(value, schemas, root)
    yield pointer, folded, value, found
    if isinstance(value, dict):
        for name, item in value.items():
            yield from walk(item, member_schemas(name, found), root, pointer + (name,), f"{folded}/{step_name(name, found)}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from walk(item, item_schemas(found), root, pointer + (place,), f"{folded}/*")


def example(schemas, root):
    """Some value that the schemas allow; None where there must be none."""
    found = [part for schema in schemas for part in local(schema, root)]
    if not found or any(part is False for part in found):
        return None
    merged = {}
    for part in found:
        merged.update(part if isinstance(part, dict) else {})
    if "const" in merged:
        return merged["const"]
    if "enum" in merged:
        return merged["enum"][0]
    if "anyOf" in merged and "type" not in merged:
        return example(merged["anyOf"][:1], root)
    kind = merged.get("type", "string")
    kind = kind if isinstance(kind, str) else kind[-1]
    if kind == "object":
        return {name: example([merged["properties"][name]], root) for name in merged.get("required", [])}
    if kind == "array":
        return [example([merged.get("items", {"type": "string"})], root)]
    if kind in ("integer", "number"):
        return Number(max(1, merged.get("minimum", 1)) if kind == "integer" else "0.5")
    if kind == "boolean":
        return True
    return hashlib.sha256(b"example").hexdigest() if "{64}" in merged.get("pattern", "") else "added"
