# SPDX-License-Identifier: MIT
"""An emitted run as Python objects, and every digest in it made right again, as somebody without the signing key can.

Numbers keep their text, so that what was not changed is written as it was read. A member that a mutation set itself is pinned:
the digests that follow from it are made right, the member is left as the forger wants it.
"""
import hashlib
import json
import math
import os
import struct

RUN, EXECUTION, INDEX = "run.json", "execution.v1.json", "interpretability.index.v1.json"
MODEL, SUMS = "model.safetensors", "SHA256SUMS"
ELEMENT_SIZES = {"U8": 1, "I32": 4, "U32": 4, "F64": 8, "I64": 8}
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
RUN_ID_TIME = 16  # characters of a run id before the digits of the input digest


class Number:
    """A number as it stands in a document."""
    __slots__ = ("text",)

    def __init__(self, text):
        self.text = str(text)

    def __eq__(self, other):
        return isinstance(other, Number) and self.text == other.text

    def __hash__(self):
        return hash(self.text)

    def __repr__(self):
        return self.text

    @property
    def whole(self):
        return not set(self.text) & set(".eE")


def number(value):
    """An int or a float as RFC 8785 writes it."""
    if isinstance(value, int):
        return Number(value)
    if not math.isfinite(value):
        raise ValueError("JSON has no such number")
    if value == 0:
        return Number("0")
    mantissa, exponent = f"{abs(value):.17e}".split("e")
    for digits in range(1, 18):
        mantissa, exponent = f"{abs(value):.{digits - 1}e}".split("e")
        if float(f"{mantissa}e{exponent}") == abs(value):
            break
    text, point = mantissa.replace(".", ""), int(exponent) + 1
    if 0 < point <= 21:
        text = text + "0" * (point - len(text)) if len(text) <= point else f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + text
    else:
        text = text[0] + ("." + text[1:] if len(text) > 1 else "") + f"e{point - 1:+d}"
        text = text.replace("e+", "e+")
    return Number(("-" if value < 0 else "") + text)


def parse(text):
    return json.loads(text, parse_float=Number, parse_int=Number)


def quoted(text):
    return '"' + "".join(ESCAPES.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 32 else c) for c in text) + '"'


def members(value):
    """The names of an object in the order of RFC 8785, that of UTF-16 units."""
    return sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))


def scalar_text(value):
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return value.text if isinstance(value, Number) else quoted(value)


def canonical(value):
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(name)}:{canonical(value[name])}" for name in members(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return scalar_text(value)


def laid_out(value, indent=""):
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        inner = ",\n".join(f"{deeper}{quoted(name)}: {laid_out(value[name], deeper)}" for name in members(value))
        return "{\n" + inner + "\n" + indent + "}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(deeper + laid_out(item, deeper) for item in value) + "\n" + indent + "]"
    return canonical(value)


def digest(content):
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode("utf-8")).hexdigest()


def clone(value):
    if isinstance(value, dict):
        return {name: clone(item) for name, item in value.items()}
    return [clone(item) for item in value] if isinstance(value, list) else value


def get(value, pointer):
    for step in pointer:
        value = value[step]
    return value


def has(value, pointer):
    try:
        get(value, pointer)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def path_of(entry):
    """The file that an entry of a list names, where it is such an entry."""
    path = entry.get("path") if isinstance(entry, dict) else None
    return path if isinstance(path, str) else None


class Tensor:
    FORMATS = {"U8": "B", "I32": "i", "U32": "I", "F64": "d", "I64": "q"}

    def __init__(self, dtype, shape, content):
        self.dtype, self.shape, self.content = dtype, shape, content

    def values(self):
        return list(struct.unpack(f"<{len(self.content) // ELEMENT_SIZES[self.dtype]}{self.FORMATS[self.dtype]}", self.content))

    def set_values(self, values):
        self.content = struct.pack(f"<{len(values)}{self.FORMATS[self.dtype]}", *values)


class Model:
    """A model file: the members of its header, its description as a document, and its tensors."""

    def __init__(self, content):
        (length,) = struct.unpack("<Q", content[:8])
        header, data = json.loads(content[8:8 + length]), content[8 + length:]
        self.header = header.pop("__metadata__")
        self.description = parse(self.header.pop("model"))
        self.description_text = None  # where it is not laid out as it should be
        self.tensors = {name: Tensor(entry["dtype"], entry["shape"], data[slice(*entry["data_offsets"])])
                        for name, entry in header.items()}

    def copy(self):
        other = Model.__new__(Model)
        other.header, other.description = dict(self.header), clone(self.description)
        other.description_text = self.description_text
        other.tensors = {name: Tensor(tensor.dtype, list(tensor.shape), tensor.content) for name, tensor in self.tensors.items()}
        return other

    def content(self):
        names = sorted(self.tensors, key=lambda name: (-ELEMENT_SIZES[self.tensors[name].dtype], name.encode()))
        text = canonical(self.description) if self.description_text is None else self.description_text
        header, data = {"__metadata__": {**self.header, "model": text}}, b""
        for name in names:
            tensor = self.tensors[name]
            header[name] = {"dtype": tensor.dtype, "shape": [Number(size) for size in tensor.shape],
                            "data_offsets": [Number(len(data)), Number(len(data) + len(tensor.content))]}
            data += tensor.content
        encoded = canonical(header).encode()
        encoded += b" " * (-len(encoded) % 8)
        return struct.pack("<Q", len(encoded)) + encoded + data


class Run:
    """What a forger edits. `documents` holds the JSON files by name, `others` the bytes of files that are no result."""

    def __init__(self, folder):
        self.documents, self.others, self.model = {}, {}, None
        self.pins = set()    # (document, pointer) that are left as they are
        self.rewrites = {}   # file: what is done to its bytes before anything is made of them
        self.entries = []    # what is done to the folder once everything is written
        self.folder_name = None  # where it is not the run id
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            if name.endswith(".json"):
                self.documents[name] = parse(content)
            elif name == MODEL:
                self.model = Model(content)
            elif name != SUMS:
                self.others[name] = content

    def copy(self):
        other = Run.__new__(Run)
        other.documents, other.others = clone(self.documents), dict(self.others)
        other.model = self.model.copy() if self.model else None
        other.pins, other.rewrites, other.entries = set(self.pins), dict(self.rewrites), list(self.entries)
        other.folder_name = self.folder_name
        return other

    def put(self, document, pointer, value):
        """Sets a member or element and keeps it as it is set."""
        target = self.documents[document] if document != MODEL else self.model.header
        get(target, pointer[:-1])[pointer[-1]] = value
        self.pins.add((document, tuple(pointer)))

    def derive(self, document, pointer, value):
        """Sets a digest where it stands, unless the forger wants it otherwise."""
        target = self.model.header if document == MODEL else self.documents.get(document, {})
        if (document, pointer) not in self.pins and has(target, pointer):
            get(target, pointer[:-1])[pointer[-1]] = value

    def rendered(self, name):
        content = self.model.content() if name == MODEL else (laid_out(self.documents[name]) + "\n").encode()
        return self.rewrites[name](content) if name in self.rewrites else content

    def seal_inputs(self):
        record = self.documents[RUN]
        if not all(has(record, path) for path in (("config",), ("dataset", "content_sha256"), ("numeric_profile",))):
            return
        inputs = digest(canonical({"config": record["config"], "content_sha256": record["dataset"]["content_sha256"],
                                   "numeric_profile": record["numeric_profile"]}))
        self.derive(RUN, ("input_digest",), inputs)
        inputs = record.get("input_digest", inputs)
        self.derive(INDEX, ("input_digest",), inputs)
        self.derive(MODEL, ("input_digest",), inputs)

    def seal(self):
        """{file: bytes} with every digest made right."""
        self.seal_inputs()
        content = {name: self.rendered(name) for name in self.documents if name not in (RUN, EXECUTION, INDEX)}
        if self.model:
            content[MODEL] = self.rendered(MODEL)
        entries = self.documents.get(INDEX, {}).get("available_artifacts", {})
        for kind, entry in entries.items():
            if path_of(entry) in content:
                self.derive(INDEX, ("available_artifacts", kind, "sha256"), digest(content[path_of(entry)]))
        if INDEX in self.documents:
            content[INDEX] = self.rendered(INDEX)
        record = self.documents[RUN]
        for place, entry in enumerate(record.get("artifacts", [])):
            if path_of(entry) in content:
                self.derive(RUN, ("artifacts", place, "sha256"), digest(content[path_of(entry)]))
                self.derive(RUN, ("artifacts", place, "size_bytes"), Number(len(content[path_of(entry)])))
        self.derive(RUN, ("result_digest",), digest(canonical(record.get("artifacts", []))))
        content[RUN] = self.rendered(RUN)
        self.seal_occurrence(content)
        return content

    def seal_occurrence(self, content):
        if EXECUTION in self.documents:
            run_id = self.documents[EXECUTION].get("run_id", "")
            self.derive(EXECUTION, ("run_digest",), digest(content[RUN]))
            self.derive(EXECUTION, ("run_id",), run_id[:RUN_ID_TIME] + str(self.documents[RUN].get("input_digest"))[:8])
            content[EXECUTION] = self.rendered(EXECUTION)
        unsummed = {name: content for name, content in self.others.items()
                    if name.endswith(".minisig") or name == "run.intoto.jsonl"}
        content.update({name: bytes for name, bytes in self.others.items() if name not in unsummed})
        sums = "".join(f"{digest(content[name])}  {name}\n" for name in sorted(content, key=str.encode)).encode()
        content[SUMS] = self.rewrites[SUMS](sums) if SUMS in self.rewrites else sums
        content.update(unsummed)

    def write(self, parent, content):
        """Writes sealed files below `parent` under the run id and returns the folder."""
        name = self.documents.get(EXECUTION, {}).get("run_id", "")
        safe = isinstance(name, str) and name and not set(name) - set("0123456789abcdef-")
        folder = os.path.join(parent, self.folder_name or (name if safe else "20240101-120000-00000000"))
        os.mkdir(folder)
        for file, written in content.items():
            with open(os.path.join(folder, file), "wb") as out:
                out.write(written)
        for change in self.entries:
            change(folder)
        return folder
