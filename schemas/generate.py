#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the closed sets of the library into the schemas, the tool and the documents, from the tables that the code itself uses.

usage: generate.py [--check | --self-test] PRINT_CATALOGUE

PRINT_CATALOGUE is the program built from tests/catalogue/print_catalogue.cpp. Only the places listed in PLACES change, the rule and the
parameters of each family in train_config.v1, the lists in tools/runforge/*.inc, the schemas of one claim, and the tables between markers in
two documents. Schemas of released versions that no longer grow (run.v1, verify.v1, reproduce.v1) are left alone.
--check changes nothing and fails where a place differs (ctest house.catalogue_is_up_to_date).
"""
import difflib
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WIDTH = 120
KEY_ORDER = ["description", "type", "const", "enum", "anyOf", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"]

# (schema, JSON pointer of an array or of an object that holds one word or an array, set, words left out)
PLACES = [
    ("train_config.v1", "/properties/model/enum", "families"),
    ("train_config.v1", "/properties/profile/enum", "profiles"),
    ("train_config.v1", "/properties/roles/additionalProperties/enum", "roles_declared"),
    ("train_config.v1", "/properties/missing/properties/policy/enum", "missing_policies"),
    ("train_config.v1", "/properties/missing/properties/columns/additionalProperties/enum", "missing_policies"),
    ("train_config.v1", "/properties/split/properties/method/enum", "split_methods"),
    ("train_config.v1", "/allOf/2/if/anyOf/0/properties/model/enum", "families_native_missing"),
    ("train_config.v1", "/allOf/2/else/properties/missing/properties/policy/enum", "missing_policies", "native"),
    ("train_config.v1", "/allOf/2/else/properties/missing/properties/columns/additionalProperties/enum", "missing_policies", "native"),
    ("train_config.v1", "/allOf/10/then/properties/split/properties/method/enum", "split_methods", "stratified_shuffle"),
    ("run.v2", "/properties/split/allOf/1/if/properties/method/enum", "split_methods", "stratified_shuffle"),
    ("run.v2", "/properties/split/allOf/3/if/properties/method/enum", "split_methods", "predefined"),
    ("run.v2", "/properties/config/properties/split/allOf/1/if/properties/method/enum", "split_methods", "predefined"),
    ("run.v2", "/properties/artifacts/items/properties/schema_version/anyOf/0/enum", "result_schemas"),
    ("run.v2", "/allOf/0/then/properties/model_family/not", "families_classification_only"),
    ("run.v2", "/allOf/0/else/properties/model_family/not", "families_regression_only"),
    ("run.v2", "/definitions/family/anyOf/0/enum", "families"),
    ("run.v2", "/definitions/profile/anyOf/0/enum", "profiles"),
    ("run.v2", "/definitions/roles/additionalProperties/anyOf/0/enum", "roles_declared"),
    ("run.v2", "/definitions/policy/anyOf/0/enum", "missing_policies"),
    ("run.v2", "/definitions/split_method/anyOf/0/enum", "split_methods"),
    ("run.v2", "/definitions/diagnostic_code/anyOf/0/enum", "diagnostics"),
    ("inspect.v2", "/properties/model_family/anyOf/0/enum", "families"),
    ("inspect.v2", "/definitions/column/properties/role/anyOf/0/enum", "roles"),
    ("inspect.v2", "/definitions/diagnostic_code/anyOf/0/enum", "diagnostics"),
    ("predict_report.v1", "/definitions/diagnostic_code/anyOf/0/enum", "diagnostics"),
    ("model_describe.v1", "/properties/model_family/enum", "families"),
    ("dataset.v1", "/definitions/column/properties/role/enum", "roles"),
    ("dataset.v1", "/definitions/column/properties/missing_policy/enum", "missing_policies"),
    ("feature_importance.v1", "/properties/model_family/enum", "families_trees"),
    ("linear_coefficients.v1", "/properties/model_family/enum", "families_linear"),
    ("linear_coefficients.v1", "/definitions/classification/properties/model_family/enum", "families_linear_classification"),
]
# Published and closed (docs/formats/evolution.md): their words never change under this number, so they are compared and never written.
CLOSED = {"dataset.v1", "feature_importance.v1", "linear_coefficients.v1", "model_describe.v1"}
CONFIG = "schemas/train_config.v1.schema.json"
PURPOSES = "tools/runforge/run_files.inc"
STATUSES = "tools/runforge/error_status.inc"
TOKENS = "tools/runforge/missing_tokens.inc"
FAMILIES = "tools/runforge/families.inc"
SCHEMA_NAMES = "tools/runforge/schema_names.inc"
OVERVIEW = "docs/WHAT_RUNFORGE_IS.md"
FORMATS = "docs/formats/README.md"
CLAIMS = "docs/claims.json"


class Spans:
    """Where each value of a JSON text begins and ends, by pointer."""

    def __init__(self, text):
        self.text = text
        self.of = {}
        self._decoder = json.JSONDecoder()
        self._value("", self._space(0))

    def _space(self, at):
        while self.text[at] in " \n\r\t":
            at += 1
        return at

    def _value(self, pointer, begin):
        end = {"{": self._object, "[": self._array}.get(self.text[begin], self._scalar)(pointer, begin)
        self.of[pointer] = (begin, end)
        return end

    def _scalar(self, _, begin):
        return self._decoder.raw_decode(self.text, begin)[1]

    def _items(self, begin, closing, item):
        at = self._space(begin + 1)
        while self.text[at] != closing:
            at = self._space(item(at))
            if self.text[at] == ",":
                at = self._space(at + 1)
        return at + 1

    def _object(self, pointer, begin):
        def member(at):
            key, at = self._decoder.raw_decode(self.text, at)
            colon = self._space(at)
            return self._value(pointer + "/" + key.replace("~", "~0").replace("/", "~1"), self._space(colon + 1))

        return self._items(begin, "}", member)

    def _array(self, pointer, begin):
        number = iter(range(1 << 30))
        return self._items(begin, "]", lambda at: self._value(f"{pointer}/{next(number)}", at))


def inline(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {inline(value[key])}" for key in ordered(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value, ensure_ascii=False)


def ordered(value):
    return sorted(value, key=lambda key: (KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER), key))


def laid_out(value, indent, used, apart=False):
    """Inline where it fits behind `used` columns, else over several lines; `apart`: never inline."""
    text = inline(value)
    if not apart and used + len(text) + 1 <= WIDTH or not isinstance(value, (dict, list)):
        return text
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        members = []
        for key in ordered(value):
            head = f"{inner}{json.dumps(key)}: "
            members.append(head + laid_out(value[key], indent + 2, len(head)))
        return "{\n" + ",\n".join(members) + "\n" + " " * indent + "}"
    lines = [inner]
    for number, item in enumerate(value):
        word = inline(item) + ("," if number + 1 < len(value) else "")
        if lines[-1] != inner and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(inner)
        lines[-1] += word if lines[-1] == inner else " " + word
    return "[\n" + "\n".join(lines) + "\n" + " " * indent + "]"


def replaced(text, pointer, value, apart=False):
    spans = Spans(text).of
    if pointer not in spans:
        raise SystemExit(f"generate.py: nothing at {pointer}")
    begin, end = spans[pointer]
    if json.loads(text[begin:end]) == value:
        return text
    line = text.rfind("\n", 0, begin) + 1
    indent = len(text[line:]) - len(text[line:].lstrip(" "))
    return text[:begin] + laid_out(value, indent, begin - line, apart) + text[end:]


def appended(text, pointer, value, key=None):
    """`value` as the last item of the array, or as the last member `key` of the object, at `pointer`."""
    spans = Spans(text).of
    last = max(end for place, (_, end) in spans.items() if place.startswith(pointer + "/"))
    head = " " * 4 + (f"{json.dumps(key)}: " if key else "")
    return text[:last] + ",\n" + head + laid_out(value, 4, len(head), apart=True) + text[last:]


def family_rule(family):
    """Which parameters, and which task if there is only one, go with the family."""
    then = {"params": {"$ref": f"#/definitions/{family['name']}"}}
    if family["tasks"] != "both":
        then["task"] = {"const": family["tasks"]}
    return {"if": {"required": ["model"], "properties": {"model": {"const": family["name"]}}}, "then": {"properties": then}}


def with_families(text, catalogue):
    """The training configuration with a rule and a definition for each family. Those of a new family come last: no pointer changes."""
    for family in catalogue["families"]:
        rule, name = family_rule(family), family["name"]
        places = [i for i, one in enumerate(json.loads(text)["allOf"]) if one.get("if") == rule["if"]]
        text = replaced(text, f"/allOf/{places[0]}", rule, apart=True) if places else appended(text, "/allOf", rule)
        if name not in json.loads(text)["definitions"]:
            text = appended(text, "/definitions", {"type": "object", "additionalProperties": False, "properties": {}}, name)
        text = replaced(text, f"/definitions/{name}/properties", catalogue["parameters"][name], apart=True)
    return text


def list_file(source, lines):
    head = ["// SPDX-License-Identifier: MIT", f"// Made by schemas/generate.py from {source}.", "// clang-format off"]
    return "\n".join(head + lines) + "\n"


def help_lines(families):
    """The names as C++ text of at most 90 columns; the first line goes on behind the heading."""
    lines = [""]
    for number, family in enumerate(families):
        word = family["name"] + (", " if number + 1 < len(families) else "")
        if len(lines[-1]) + len(word) > (80 if len(lines) == 1 else 90):
            lines.append("")
        lines[-1] += word
    return [json.dumps(line.rstrip() + "\n" if number + 1 < len(lines) else line) for number, line in enumerate(lines)]


def page_of(name):
    """The page in docs/formats that describes a file: metrics.v1.json is described by metrics.md."""
    stem = re.sub(r"(\.v\d+)?\.(json|safetensors)$", "", name)
    return {"SHA256SUMS": "below", "SHA256SUMS.minisig": "[signatures.md](signatures.md)", "run.intoto.jsonl": "[signatures.md](signatures.md)"}.get(
        name, "[{0}.md]({0}.md)".format(stem.replace(".", "_")))


def between(text, marker, lines):
    """The text with `lines` between <!-- marker: begin --> and <!-- marker: end -->."""
    begin, end = f"<!-- {marker}: begin -->\n", f"<!-- {marker}: end -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise SystemExit(f"generate.py: no markers {begin.strip()} and {end}")
    return text[:text.index(begin) + len(begin)] + "\n".join(lines) + "\n" + text[text.index(end):]


def with_tables(files, read, catalogue):
    overview = between(read(OVERVIEW), "families", ["| family | task | what it is |", "|---|---|---|"] + [
        f"| `{one['name']}` | {one['tasks']} | {one['meaning']} |" for one in catalogue["families"]])
    files[OVERVIEW] = between(overview, "files", ["| file | what it holds |", "|---|---|"] + [
        f"| `{one['name']}` | {one['when'] + ': ' if one['when'] else ''}{one['holds']} |" for one in catalogue["run_files"]])
    files[FORMATS] = between(read(FORMATS), "files", ["| file | page | plane |", "|---|---|---|"] + [
        f"| `{one['name']}`{' (' + one['when'] + ')' if one['when'] else ''} | {page_of(one['name'])} | {one['plane']} |" for one in catalogue["run_files"]])


def with_claim(text, catalogue):
    """The claim published-schemas with the schema of each result file: each is checked before it is written, as its tests show."""
    claims = json.loads(text)["claims"]
    number = next(i for i, claim in enumerate(claims) if claim["id"] == "published-schemas")
    by_hand = [place for place in claims[number]["schema"] if not place.endswith("#/title")]
    made = [f"schemas/{one['schema']}.schema.json#/title" for one in catalogue["run_files"] if one["plane"] == "result" and one["name"].endswith(".json")]
    return replaced(text, f"/claims/{number}/schema", by_hand + sorted(made))


def schema_names():
    return sorted(path.name.removesuffix(".schema.json") for path in (ROOT / "schemas").glob("*.schema.json"))


def generated(catalogue, read):
    """{path: text} of everything that is made from the catalogue; read(path) gives the text as it is."""
    files = {}
    for schema, pointer, name, *left_out in PLACES:
        path = f"schemas/{schema}.schema.json"
        words = [word for word in catalogue["sets"][name] if word not in left_out]
        value = words if pointer.endswith("/enum") else {"const": words[0]} if len(words) == 1 else {"enum": words}
        text = files.get(path) or read(path)
        files[path] = replaced(text, pointer, value)
        if files[path] != text and schema in CLOSED:
            raise SystemExit(f"generate.py: {schema} is closed at {pointer}, and the code has other words there: {', '.join(words)}. "
                             "A new word needs a schema with a new number (docs/formats/evolution.md)")
    files[CONFIG] = with_families(files[CONFIG], catalogue)
    files[PURPOSES] = list_file("lib/artifact/run_files.hpp", [f'{{"{file["name"]}", "{file["purpose"]}"}},' for file in catalogue["run_files"]])
    files[STATUSES] = list_file("lib/core/codes.hpp", [f'{{"{error["code"]}", {error["status"]}}},' for error in catalogue["errors"]])
    files[TOKENS] = list_file("lib/table/dataset.hpp", [json.dumps(token) + "," for token in catalogue["missing_tokens"]])
    files[FAMILIES] = list_file("lib/core/family.hpp", help_lines(catalogue["families"]))
    files[SCHEMA_NAMES] = list_file("the names in schemas/", [f'"{name}",' for name in schema_names()])
    files[CLAIMS] = with_claim(read(CLAIMS), catalogue)
    with_tables(files, read, catalogue)
    return files


def read_file(path):
    file = ROOT / path
    return file.read_text(encoding="utf-8") if file.exists() else ""


def self_test(catalogue):
    """A hand-edited enum, a hand-edited default and an edited purpose are noticed; the text around them stays."""
    files = generated(catalogue, read_file)
    for path, old, new in [("schemas/run.v2.schema.json", '"CONSTANT_FEATURE", ', ""),
                           ("schemas/run.v2.schema.json", '"group", "ignored"', '"group", "idol", "ignored"'),
                           ("schemas/train_config.v1.schema.json", "Default: 255.", "Default: 256."),
                           ("schemas/train_config.v1.schema.json", '"task": {"const": "regression"}', '"task": {"const": "both"}'),
                           (PURPOSES, "provenance", "origin"), (STATUSES, '"LABEL_NOT_FOUND", 2', '"LABEL_NOT_FOUND", 3'), (SCHEMA_NAMES, '"metrics.v1",\n', ""), (FAMILIES, "linear_svc", "linear_svm"),
                           (CLAIMS, "schemas/metrics.v1.schema.json#/title", "schemas/dataset.v1.schema.json#/title"),
                           (OVERVIEW, "| both |", "| one |"), (FORMATS, "(tree families)", "")]:
        assert old in files[path], (path, old)
        edited = {**files, path: files[path].replace(old, new, 1)}
        made = generated(catalogue, edited.__getitem__)
        assert made[path] != edited[path], path
        load = json.loads if path.endswith(".json") else str
        assert load(made[path]) == load(files[path]), path
    assert generated(catalogue, files.__getitem__) == files, "made again it is the same"
    self_test_new_family(catalogue, files)
    path = "schemas/dataset.v1.schema.json"
    try:
        generated(catalogue, {**files, path: files[path].replace('"identifier", ', "", 1)}.__getitem__)
    except SystemExit as refusal:
        assert "closed" in str(refusal)
    else:
        raise AssertionError("a closed place was written")
    print("generate.py: the self-test holds")


def self_test_new_family(catalogue, files):
    """A new family gets a rule and a definition behind those that are there, and nothing else in the file moves."""
    family = {"name": "no_such_family", "tasks": "both", "meaning": "none"}
    more = {**catalogue, "families": catalogue["families"] + [family], "parameters": {**catalogue["parameters"], "no_such_family": {}}}
    old, new = json.loads(files[CONFIG]), json.loads(with_families(files[CONFIG], more))
    assert new["allOf"] == old["allOf"] + [family_rule(family)]
    assert list(new["definitions"]) == list(old["definitions"]) + ["no_such_family"]
    assert with_families(files[CONFIG], catalogue) == files[CONFIG]


def main(words):
    mode = words.pop(0) if words and words[0].startswith("--") else "--write"
    if mode not in ("--write", "--check", "--self-test") or len(words) != 1:
        raise SystemExit(__doc__)
    catalogue = json.loads(subprocess.run([words[0]], check=True, stdout=subprocess.PIPE).stdout)
    if mode == "--self-test":
        return self_test(catalogue)
    stale = 0
    for path, text in generated(catalogue, read_file).items():
        json.loads(text) if path.endswith(".json") else None
        if text == read_file(path):
            continue
        stale += 1
        if mode == "--check":
            sys.stdout.writelines(difflib.unified_diff(read_file(path).splitlines(True), text.splitlines(True), path, "made from the tables"))
        else:
            (ROOT / path).write_text(text, encoding="utf-8")
            print("wrote", path)
    if mode == "--check" and stale:
        raise SystemExit(f"{stale} files are not what the tables say: run schemas/generate.py PRINT_CATALOGUE")
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
