# SPDX-License-Identifier: MIT
"""One place of one document changed at a time: every scalar to other valid values, every member taken away or put in, every
array reordered and resized, the members of the model's header and an element of each tensor, the list of files.

A mutation has a name that is the same on every machine: document, pointer, and what is done there.
"""
import hashlib
import json
import math
import os
import typing

import schema as schemas
from seal import EXECUTION, INDEX, MODEL, RUN, SUMS, Number, Tensor, canonical, clone, get, number

MODEL_WORDS = {
    "family": ["decision_tree", "gradient_boosting", "linear_svc", "logistic_regression", "random_forest", "ridge_regression"],
    "task": ["classification", "regression"], "layout": ["linear", "tree"], "kind": ["boolean", "category", "integer", "numeric"],
    "missing": ["drop_rows", "error", "fill", "native"], "link": ["decision", "identity", "logistic", "softmax"],
}
UNKNOWN = "zz_unknown"


class Mutation(typing.NamedTuple):
    document: str
    pointer: str    # RFC 6901
    kind: str
    apply: typing.Callable  # changes a Run
    folded_as: str = None   # the pointer as the table has it

    @property
    def name(self):
        return f"{self.document}:{self.pointer}:{self.kind}"

    @property
    def folded(self):
        """The pointer with * for each place in an array and NAME where names are free."""
        if self.folded_as is not None:
            return self.folded_as
        return "/".join("*" if step.isdigit() else step for step in self.pointer.split("/"))


class Around(typing.NamedTuple):
    """What a forger knows beside the run: words that could stand elsewhere as well."""
    columns: list
    versions: list
    told: dict = {}  # a diagnostic of each code that some run has


def pointer_text(pointer):
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def other_digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def number_kinds(value, found):
    """(kind, number) for other numbers that the schema allows."""
    only_whole = any(part.get("type") == "integer" for part in found)
    now = float(value.text)
    tries = []
    if value.whole and abs(now) < 2**53:
        tries += [("up", number(int(value.text) + 1)), ("down", number(int(value.text) - 1)),
                  ("double", number(2 * int(value.text) + 7))]
    if not only_whole:
        tries += [("next", number(math.nextafter(now, math.inf))), ("before", number(math.nextafter(now, -math.inf))),
                  ("near", number(now * (1 + 2**-30) if now else 2**-60)), ("plausible", number(now * 1.01 + 0.001)),
                  ("less", number(now * 0.99 - 0.001)), ("negated", number(-now))]
    tries.append(("zero", number(0)))
    others = [(kind, tried) for kind, tried in tries if tried != value]
    valid = [(kind, tried) for kind, tried in others if all(schemas.scalar_valid(tried, part) for part in found)]
    yield from {tried.text: (kind, tried) for kind, tried in reversed(valid or others[:1])}.values()


def text_kinds(name, value, found, around):
    words = [word for part in found for word in part.get("enum", [])]
    if name == "runforge_version" or name == "version":
        yield from ((f"version {version}", version) for version in around.versions if version != value)
    elif words:
        yield from ((f"word {word}", word) for word in dict.fromkeys(words) if word != value and isinstance(word, str))
    elif any("{64}" in part.get("pattern", "") for part in found):
        yield "digest", other_digest(value)
    elif name == "schema_version" and value[-1].isdigit():
        yield "schema up", value[:-1] + str(int(value[-1]) + 1)
    elif value in around.columns:
        place = around.columns.index(value)
        yield "column", around.columns[place - 1]
        yield "column after", around.columns[(place + 1) % len(around.columns)]
    elif any("const" in part for part in found):
        yield "other", value + "x"
    elif "created_at" == name:
        yield "time", "1999-12-31T23:59:59Z"
        yield "second", value[:-2] + "1Z"
    elif "run_id" == name:
        yield "time", "19991231-235959" + value[15:]
        yield "second", value[:14] + "1" + value[15:]
        yield "digits", value[:16] + "01234567"
    else:
        yield "text", value + "x"
        yield "shorter", value[:-1] if len(value) > 1 else "y"
        if not any(part.get("minLength") for part in found):
            yield "empty", ""
    if words and any(part.get("$comment", "").startswith("open") for part in found):
        yield "word that nobody knows", "later_word"


def scalar_kinds(name, value, found, around):
    """(kind, value) for each other value of a scalar."""
    types = {kind for part in found for kind in ([part["type"]] if isinstance(part.get("type"), str) else part.get("type", []))}
    if isinstance(value, bool):
        yield "flipped", not value
    elif isinstance(value, Number):
        if name == "numeric_profile":
            profile = int(value.text)
            yield from ((f"profile {other}", Number(other)) for other in (1, profile - 1, profile + 1, 99) if other > 0)
        else:
            yield from number_kinds(value, found)
        if "string" in types:
            yield "as text", value.text
    else:
        yield from text_kinds(name, value, found, around)
        if "number" in types or "integer" in types:
            yield "as number", Number("7")
    if "boolean" in types and len(types) > 1 and not isinstance(value, bool):
        yield "as boolean", True


def setting(document, pointer, value):
    return lambda run: run.put(document, pointer, clone(value))


def target_of(run, document):
    return run.documents[document] if document != MODEL else run.model.description


def removing(document, pointer):
    def apply(run):
        del get(target_of(run, document), pointer[:-1])[pointer[-1]]
    return apply


def array_kinds(items):
    """(kind, other array)"""
    if len(items) > 1 and items[0] != items[1]:
        yield "swapped", [items[1], items[0], *items[2:]]
    if len(items) > 2 and items[-1] != items[-2]:
        yield "swapped last", [*items[:-2], items[-1], items[-2]]
    if items:
        yield "first dropped", items[1:]
        yield "last dropped", items[:-1]
        yield "doubled", [*items, items[-1]]
    if len(items) > 1:
        yield "emptied", []
        yield "first again", [items[0], *items]


def place_mutations(document, pointer, folded, value, found, root, around):
    text = pointer_text(pointer)
    if isinstance(value, list):
        for kind, items in array_kinds(value):
            yield Mutation(document, text, kind, setting(document, pointer, items), folded)
        item = schemas.example(schemas.item_schemas(found), root)
        if item is not None:
            yield Mutation(document, text, "appended", setting(document, pointer, [*value, item]), folded)
    elif isinstance(value, dict):
        yield from member_mutations(document, pointer, folded, value, found, root)
    else:
        name = next(step for step in reversed(pointer) if not isinstance(step, int))
        for kind, other in scalar_kinds(name, value, found, around):
            yield Mutation(document, text, kind, setting(document, pointer, other), folded)


def member_mutations(document, pointer, folded, value, found, root):
    """Members that may be absent taken away, members that the schema knows put in, and one that nobody knows."""
    required = {name for part in found for name in part.get("required", [])}

    def member(name, kind, change):
        path = pointer + (name,)
        return Mutation(document, pointer_text(path), kind, change(path),
                        f"{folded}/{name if name == UNKNOWN else schemas.step_name(name, found)}")

    for name in value:
        if name not in required:
            yield member(name, "removed", lambda path: removing(document, path))
    known = dict.fromkeys(name for part in found for name in part.get("properties", {}))
    for name in known:
        if name not in value:
            item = schemas.example(schemas.member_schemas(name, found), root)
            if item is not None:
                yield member(name, "added", lambda path, item=item: setting(document, path, item))
    item = schemas.example(schemas.member_schemas(UNKNOWN, found), root)
    yield member(UNKNOWN, "unknown added", lambda path: setting(document, path, "added" if item is None else item))


def document_mutations(run, document, around):
    content = run.documents[document]
    root = schemas.load(content["schema_version"] if "schema_version" in content else document.removesuffix(".json"))
    if root is None:
        raise SystemExit(f"{document}: no schema {content.get('schema_version')} in schemas/")
    for pointer, folded, value, found in schemas.walk(content, [root], root):
        yield from place_mutations(document, pointer, folded, value, found, root, around)


def layout_mutations(run):
    """The same document laid out otherwise. These must fail, or the forger learns nothing from what fails."""
    ways = {"compact": lambda content: canonical(json.loads(content, parse_float=Number, parse_int=Number)).encode() + b"\n",
            "no line end": lambda content: content[:-1], "crlf": lambda content: content.replace(b"\n", b"\r\n"),
            "space": lambda content: content.replace(b": ", b":  ", 1), "reordered": reordered}
    for document in [*run.documents]:
        for kind, way in ways.items():
            yield Mutation(document, "", f"laid out {kind}",
                           lambda run, way=way, document=document: run.rewrites.update({document: way}))


def reordered(content):
    """The last member of a document first."""
    value = json.loads(content, parse_float=Number, parse_int=Number)
    last = max(value)
    rest = {name: item for name, item in value.items() if name != last}
    return (json.dumps({last: 0})[:-2] + canonical(value[last]) + "," + canonical(rest)[1:] + "\n").encode()


# ---------------------------------------------------------------- the model

def header_mutations(run, around):
    """Members of the header beside the description."""
    for name, value in run.model.header.items():
        found = [{"pattern": "{64}"}] if name == "input_digest" else []
        for kind, other in text_kinds(name, value, found, around):
            if name == "format":
                continue
            yield Mutation(MODEL, f"/{name}", kind, setting(MODEL, (name,), other))
        yield Mutation(MODEL, f"/{name}", "removed", lambda run, name=name: run.model.header.pop(name))
    for other in ("0", "2", "01", "1.0"):
        yield Mutation(MODEL, "/format", f"format {other}", setting(MODEL, ("format",), other))
    yield Mutation(MODEL, f"/{UNKNOWN}", "unknown added", setting(MODEL, (UNKNOWN,), "added"))
    yield Mutation(MODEL, "", "laid out header", lambda run: run.rewrites.update({MODEL: lambda content: wider_header(content)}))


def wider_header(content):
    """Eight more spaces after the header."""
    length = int.from_bytes(content[:8], "little")
    return (length + 8).to_bytes(8, "little") + content[8:8 + length] + b" " * 8 + content[8 + length:]


def described(pointer, value):
    def apply(run):
        get(run.model.description, pointer[:-1])[pointer[-1]] = clone(value)
    return apply


def description_mutations(run, around):
    root = {}
    for pointer, _, value, _ in list(schemas.walk(run.model.description, [root], root)):
        text = "/model" + pointer_text(pointer)
        if isinstance(value, list):
            for kind, items in array_kinds(value):
                yield Mutation(MODEL, text, kind, described(pointer, items))
        elif isinstance(value, dict):
            path = pointer + (UNKNOWN,)
            yield Mutation(MODEL, "/model" + pointer_text(path), "unknown added", described(path, "added"))
            for name in value:
                path = pointer + (name,)
                yield Mutation(MODEL, "/model" + pointer_text(path), "removed", removing(MODEL, path))
        elif isinstance(value, bool):
            yield Mutation(MODEL, text, "flipped", described(pointer, not value))
        else:
            words = MODEL_WORDS.get(pointer[-1], [])
            for kind, other in text_kinds(pointer[-1], value, [{"enum": words}] if words else [], around):
                yield Mutation(MODEL, text, kind, described(pointer, other))
    yield Mutation(MODEL, "/model", "laid out", lambda run: setattr(
        run.model, "description_text", canonical(run.model.description).replace(":", ": ", 1)))


def element_kinds(tensor, place):
    """(kind, other value) of one element."""
    value = tensor.values()[place]
    if tensor.dtype == "F64":
        yield "next", math.nextafter(value, math.inf)
        yield "near", value * (1 + 2**-30) if value else 2**-60
        yield "plausible", value * 1.01 + 0.001
        yield "negated", -value if value else 1.0
        return
    yield "bit", value ^ 1
    if tensor.dtype != "U8" or value < 255:
        yield "up", value + 1
    if value:
        yield "zero", 0


def with_element(name, place, value):
    def apply(run):
        values = run.model.tensors[name].values()
        values[place] = value
        run.model.tensors[name].set_values(values)
    return apply


def tensor_mutations(run, every_element):
    for name, tensor in run.model.tensors.items():
        length = len(tensor.values())
        places = range(length) if every_element else sorted({0, length // 2, length - 1} & set(range(length)))
        for place in places:
            for kind, value in element_kinds(tensor, place):
                yield Mutation(MODEL, f"/tensors/{name}/{place}", kind, with_element(name, place, value))
        yield from shape_mutations(name, tensor)
    yield Mutation(MODEL, f"/tensors/{UNKNOWN}", "unknown added",
                   lambda run: run.model.tensors.update({UNKNOWN: Tensor("F64", [1], bytes(8))}))


def shape_mutations(name, tensor):
    def appended_element(run):
        tensor = run.model.tensors[name]
        tensor.set_values([*tensor.values(), *tensor.values()[-1:]] or [0])
        tensor.shape = [len(tensor.values())]

    def transposed(run):
        run.model.tensors[name].shape.reverse()

    yield Mutation(MODEL, f"/tensors/{name}", "removed", lambda run: run.model.tensors.pop(name))
    yield Mutation(MODEL, f"/tensors/{name}", "appended", appended_element)
    if len(tensor.shape) > 1:
        yield Mutation(MODEL, f"/tensors/{name}", "transposed", transposed)
    if len(tensor.values()) > 1 and tensor.values()[0] != tensor.values()[-1]:
        def swapped(run):
            values = run.model.tensors[name].values()
            values[0], values[-1] = values[-1], values[0]
            run.model.tensors[name].set_values(values)
        yield Mutation(MODEL, f"/tensors/{name}", "swapped", swapped)


# ---------------------------------------------------------------- the folder

def folder_mutations(run):
    def write(name):
        return lambda folder: open(os.path.join(folder, name), "wb").close()

    def entry(change):
        return lambda run: run.entries.append(change)

    def linked(name):
        def change(folder):
            path = os.path.join(folder, name)
            os.rename(path, f"{folder}.{name}")
            os.symlink(f"{folder}.{name}", path)
        return change

    folder = "folder"
    yield Mutation(folder, "/note.txt", "unlisted", entry(write("note.txt")))
    yield Mutation(folder, "/.hidden", "unlisted", entry(write(".hidden")))
    yield Mutation(folder, "/note.txt", "listed", lambda run: run.others.update({"note.txt": b"all is well\n"}))
    yield Mutation(folder, "/metrics.v2.json", "listed", lambda run: run.others.update({"metrics.v2.json": b"{}\n"}))
    yield Mutation(folder, "/more", "folder", entry(lambda path: os.mkdir(os.path.join(path, "more"))))
    yield Mutation(folder, "/pipe", "pipe", entry(lambda path: os.mkfifo(os.path.join(path, "pipe"))))
    yield Mutation(folder, "/dangling", "link", entry(lambda path: os.symlink("nowhere", os.path.join(path, "dangling"))))
    yield Mutation(folder, "", "renamed", lambda run: setattr(run, "folder_name", "20240101-120000-01234567"))
    for name in [*run.documents, MODEL, SUMS]:
        yield Mutation(folder, f"/{name}", "linked", entry(linked(name)))
        yield Mutation(folder, f"/{name}", "removed", entry(lambda path, name=name: os.remove(os.path.join(path, name))))
    lines = {"line dropped": lambda sums: sums.split(b"\n", 1)[1], "line doubled": lambda sums: sums.split(b"\n", 1)[0] + b"\n" + sums,
             "upper case": lambda sums: sums.upper(), "line added": lambda sums: sums + b"0" * 64 + b"  zz\n", "no line end": lambda sums: sums[:-1]}
    for kind, change in lines.items():
        yield Mutation(SUMS, "", kind, lambda run, change=change: run.rewrites.update({SUMS: change}))


def mutations(run, around, every_element=False):
    """Every mutation of a run, one place at a time."""
    for document in run.documents:
        yield from document_mutations(run, document, around)
    yield from layout_mutations(run)
    yield from header_mutations(run, around)
    yield from description_mutations(run, around)
    yield from tensor_mutations(run, every_element)
    yield from folder_mutations(run)


__all__ = ["Around", "EXECUTION", "INDEX", "Mutation", "RUN", "mutations", "pointer_text"]
