#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The public header declares what tests/abi/abi.json says: functions, callbacks, structs, constants, handles.

clang reads the header, so that abi.json holds what a compiler sees; sizes, offsets and values are computed by it
too. The format of abi.json stands in tests/abi/README.md; whoever declares the interface in another language checks
against it. Deliberate changes are written by --write.

usage: prototypes.py HEADER [--write | --self-test]
"""
import copy
import json
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE / "abi.json"
SKIPPED = 77
NOT_NUMBERS = {"RF_API", "RF_NODISCARD", "RF_NOEXCEPT", "RF_HOOKS_INIT", "RUNFORGE_RUNFORGE_H"}
MACHINE = {"void": "void", "char": "char", "int32_t": "i32", "uint32_t": "u32", "int64_t": "i64", "uint64_t": "u64",
           "uint8_t": "u8", "size_t": "usize", "ptrdiff_t": "isize", "double": "f64"}
ADVICE = """
The header and tests/abi/abi.json (or hooks_layout.c) differ. Within one ABI number functions, status codes and constants are only added,
rf_hooks grows at its end only, and nothing is removed, renamed, reordered or given another type; while the number is
0 a change is possible with a new minor version. If the change is meant:
  1. %(program)s %(header)s --write
  2. tests/abi/exports.txt for a new function, tests/abi/contract.py for its pointers that may be NULL
  3. tests/abi/hooks_layout.c for a new field or status, tests/abi/statuses.c for a new status
  4. docs/CHANGELOG.md, and the declarations in other languages that their tests now name
"""


def clang():
    found = shutil.which("clang") or next(filter(None, (shutil.which(f"clang-{n}") for n in range(30, 10, -1))), None)
    if found is None:
        print("SKIPPED: clang is not installed, so the prototypes of the header are not compared with abi.json")
        sys.exit(SKIPPED)
    return found


def syntax_tree(compiler, header, more):
    """What the compiler makes of the header followed by the text `more`: the declarations, in order."""
    text = f'#include "{header}"\n{more}'
    done = subprocess.run(
        [compiler, "-std=c99", "-x", "c", "-", "-Xclang", "-ast-dump=json", "-fsyntax-only",
         "-Wno-microsoft-fixed-enum"],
        input=text, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{compiler} does not read the header:\n{done.stderr}")
    return json.loads(done.stdout)["inner"]


def public(nodes, kind):
    """The last declaration of each name, in the order of the header: a struct is first named, then defined."""
    return {node["name"]: node for node in nodes if node["kind"] == kind and node.get("name", "").startswith("rf_")}


def children(node, kind):
    return [child for child in node.get("inner", []) if child["kind"] == kind]


def value_of(enumerator):
    return int(children(enumerator, "ConstantExpr")[0]["value"])


def computed(compiler, header, expressions):
    """The values of expressions that are constant after the header."""
    lines = "".join(f"  probe_{i} = (unsigned long long)({text}),\n" for i, text in enumerate(expressions))
    tree = syntax_tree(compiler, header, f"enum probe : unsigned long long {{\n{lines}}};\n")
    probe = next(node for node in tree if node["kind"] == "EnumDecl" and node.get("name") == "probe")
    return [value_of(child) for child in children(probe, "EnumConstantDecl")]


class Types:
    """Describes types by the names that the header gives them."""

    def __init__(self, nodes):
        typedefs = public(nodes, "TypedefDecl")
        records = public(nodes, "RecordDecl")
        self.structs = [name for name, node in records.items() if node.get("completeDefinition")]
        self.handles = [name for name, node in records.items() if not node.get("completeDefinition")]
        self.foreign = [node["name"] for node in nodes
                        if node["kind"] == "RecordDecl" and node.get("name", "").startswith("Arrow")]
        plain = {name: node["type"]["qualType"] for name, node in typedefs.items() if name not in records}
        self.callbacks = {name: text for name, text in plain.items() if "(*)" in text}
        self.scalars = {name: text for name, text in plain.items() if "(*)" not in text}
        self.described = {}

    def use(self, text):
        """The type as C writes it, which is its key in the table of types."""
        self.described[text] = self.describe(text)
        return text

    def describe(self, text):
        stars = text.count("*")
        words = text.replace("*", " ").replace("struct ", "").split()
        constant = words[0] == "const"
        base = words[-1]
        if len(words) != 1 + constant or re.search(r"\*\s*const", text):
            sys.exit(f"a type that abi.json has no words for: {text}")
        kinds = {"struct": self.structs, "handle": self.handles, "foreign": self.foreign, "callback": self.callbacks}
        kind = next((kind for kind, names in kinds.items() if base in names), "scalar")
        described = {"base": base, "kind": kind, "pointer": stars, "const": constant}
        if kind == "scalar":
            machine = MACHINE.get(self.scalars.get(base, base))
            if machine is None:
                sys.exit(f"no scalar of fixed width: {text}")
            described["machine"] = machine
        return described


def signature(types, node, text):
    """Result and parameters of a function or callback whose type clang prints as `text`."""
    returned, listed = re.fullmatch(r"(.*?) ?(?:\(\*\))?\((.*)\)", text).groups()
    kinds = [] if listed == "void" else listed.split(", ")
    names = [child["name"] for child in children(node, "ParmVarDecl")] or [None] * len(kinds)
    parameters = [dict({"name": name} if name else {}, type=types.use(kind)) for name, kind in zip(names, kinds)]
    return {"returns": types.use(returned), "parameters": parameters}


def read_structs(compiler, header, types, nodes):
    structs = {}
    for name in types.structs:
        fields = children(public(nodes, "RecordDecl")[name], "FieldDecl")
        asked = [f"sizeof({name})", f"_Alignof({name})"]
        for field in fields:
            asked += [f"__builtin_offsetof({name}, {field['name']})", f"sizeof((({name} *)0)->{field['name']})"]
        size, alignment, *places = computed(compiler, header, asked)
        structs[name] = {"size": size, "alignment": alignment, "fields": [
            {"name": field["name"], "offset": places[2 * i], "size": places[2 * i + 1],
             "type": types.use(field["type"]["qualType"])} for i, field in enumerate(fields)]}
    return structs


def read_constants(compiler, header, types, nodes):
    """Enumerators belong to the integer type named right before them; macros to none."""
    constants, group = {}, None
    for node in nodes:
        if node["kind"] == "TypedefDecl" and node["name"] in types.scalars:
            group = node["name"]
        for enumerator in children(node, "EnumConstantDecl") if node["kind"] == "EnumDecl" else []:
            if enumerator["name"].startswith("RF_"):
                constants[enumerator["name"]] = {"value": value_of(enumerator), "type": group}
    text = header.read_text(encoding="utf-8")
    macros = [name for name in dict.fromkeys(re.findall(r"^#\s*define (\w+)", text, re.MULTILINE))
              if name not in NOT_NUMBERS]
    for name, value in zip(macros, computed(compiler, header, macros)):
        constants[name] = {"value": value, "type": None}
    return constants


def read_header(header):
    compiler = clang()
    nodes = syntax_tree(compiler, header, "")
    types = Types(nodes)
    functions = {}
    for name, node in public(nodes, "FunctionDecl").items():
        functions[name] = signature(types, node, node["type"]["qualType"])
        functions[name]["must_use"] = bool(children(node, "WarnUnusedResultAttr"))
    callbacks = {name: signature(types, {}, text) for name, text in types.callbacks.items()}
    initialiser = re.search(r"^#define RF_HOOKS_INIT (.*)$", header.read_text(encoding="utf-8"), re.MULTILINE)
    structs = read_structs(compiler, header, types, nodes)
    for name in types.scalars:
        types.use(name)
    return {
        "handles": sorted(types.handles),
        "foreign": sorted(types.foreign),
        "types": dict(sorted(types.described.items())),
        "callbacks": callbacks,
        "structs": structs,
        "constants": read_constants(compiler, header, types, nodes),
        "initialisers": {"RF_HOOKS_INIT": initialiser.group(1)},
        "functions": functions,
    }


def differences(expected, found, place=""):
    """One line for each difference, with its place in words."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in expected:
            if key not in found:
                yield f"{place}{key}: stands in abi.json, is not in the header"
            else:
                yield from differences(expected[key], found[key], f"{place}{key}: ")
        for key in found:
            if key not in expected:
                yield f"{place}{key}: is in the header, does not stand in abi.json"
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            yield f"{place}{len(expected)} in abi.json, {len(found)} in the header"
        for i, (one, other) in enumerate(zip(expected, found)):
            name = f" ({one['name']})" if isinstance(one, dict) and "name" in one else ""
            yield from differences(one, other, f"{place}{i + 1}{name}: ")
    elif expected != found:
        yield f"{place}{json.dumps(expected)} in abi.json, {json.dumps(found)} in the header"


def self_test(header):
    """Each kind of change is noticed and named."""
    record = read_header(header)
    changes = {
        "functions: rf_train: parameters: 3 (config_len): type":
            lambda r: r["functions"]["rf_train"]["parameters"][2].update(type="uint32_t"),
        "functions: rf_train: returns": lambda r: r["functions"]["rf_train"].update(returns="int"),
        "functions: rf_predict: stands in": lambda r: r["functions"].pop("rf_predict"),
        "functions: rf_new: is in": lambda r: r["functions"].update(rf_new=r["functions"]["rf_train"]),
        "functions: rf_train: must_use": lambda r: r["functions"]["rf_train"].update(must_use=False),
        "types: rf_status: machine": lambda r: r["types"]["rf_status"].update(machine="u32"),
        "constants: RF_E_IO: value: 4 in": lambda r: r["constants"]["RF_E_IO"].update(value=5),
        "structs: rf_hooks: fields: 5 (log): offset: 24 in": lambda r: r["structs"]["rf_hooks"]["fields"][4].update(
            offset=32),
        "structs: rf_hooks: size": lambda r: r["structs"]["rf_hooks"].update(size=64),
        "callbacks: rf_sign_fn: returns": lambda r: r["callbacks"]["rf_sign_fn"].update(returns="void"),
        "handles: 1": lambda r: r["handles"].reverse(),
    }
    for place, change in changes.items():
        changed = copy.deepcopy(record)
        change(changed)
        lines = list(differences(record, changed))
        if not any(line.startswith(place) for line in lines):
            sys.exit(f"a change at {place!r} is not told: {lines}")
    print(f"{len(changes)} changes noticed")


def not_asserted(record):
    """Fields and statuses whose place or value tests/abi/hooks_layout.c does not assert."""
    text = (HERE / "hooks_layout.c").read_text(encoding="utf-8")
    hooks = record["structs"]["rf_hooks"]
    wanted = [f"sizeof(rf_hooks) == {hooks['size']}"]
    wanted += [f"RF_AT({field['name']}, {field['offset']});" for field in hooks["fields"]]
    wanted += [f"{name} == {constant['value']}" for name, constant in record["constants"].items()
               if constant["type"] == "rf_status"]
    wanted += [f"sizeof({name}) == 4" for name, kind in record["types"].items()
               if kind["kind"] == "scalar" and kind["pointer"] == 0 and name.startswith("rf_")]
    return [f"tests/abi/hooks_layout.c does not assert: {one}" for one in wanted if one not in text]


def written(value, indent=""):
    """JSON in which what fits on a line is on one line."""
    flat = json.dumps(value)
    if not isinstance(value, (dict, list)) or len(indent) + len(flat) <= 100 and indent:
        return flat
    inner = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + written(item, inner) for item in value) + f"\n{indent}]"
    return "{\n" + ",\n".join(f"{inner}{json.dumps(key)}: {written(item, inner)}"
                              for key, item in value.items()) + f"\n{indent}}}"


def main():
    header = pathlib.Path(sys.argv[1])
    if "--self-test" in sys.argv:
        return self_test(header.resolve())
    found = read_header(header.resolve())
    if "--write" in sys.argv:
        RECORD.write_text(written(found) + "\n", encoding="utf-8")
        return None
    told = list(differences(json.loads(RECORD.read_text(encoding="utf-8")), found)) + not_asserted(found)
    if told:
        print("\n".join(told), ADVICE % {"program": sys.argv[0], "header": header}, sep="\n", file=sys.stderr)
        return 1
    print(f"{len(found['functions'])} functions, {len(found['constants'])} constants, "
          f"{len(found['structs']['rf_hooks']['fields'])} fields as in abi.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
