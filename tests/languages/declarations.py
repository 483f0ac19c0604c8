#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the bindings of examples/ and the one for LuaJIT declare is what tests/abi/abi.json says: each function's
result and parameters, the callbacks, and the fields of rf_hooks, by width, sign and levels of pointer. A handle may
be declared as a pointer to anything; Go's compiler reads the C header itself.

usage: declarations.py [--self-test]

--self-test plants faults in each binding's text and fails unless every one is named.
"""
import ast
import json
import pathlib
import re
import sys
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
ABI = json.loads((ROOT / "tests/abi/abi.json").read_text(encoding="utf-8"))
FEWEST = 30  # functions that a binding declares: fewer would mean that they were not found


class Type(NamedTuple):
    pointers: int
    base: str  # "i32", "usize", "char", "void", "rf_run", "rf_progress_fn", ...


class Signature(NamedTuple):
    returns: Type
    parameters: list


class Declared(NamedTuple):
    functions: list  # (name, Signature)
    callbacks: dict  # name -> Signature
    hooks: list      # (field, Type)


def abi_type(text):
    entry = ABI["types"][text]
    return Type(entry["pointer"], entry.get("machine", entry["base"]))


def abi_signature(entry):
    return Signature(abi_type(entry["returns"]), [abi_type(parameter["type"]) for parameter in entry["parameters"]])


def fits(declared, wanted):
    if declared == wanted:
        return True
    if wanted.base in ABI["callbacks"]:  # a pointer to a function
        return declared in (Type(1, wanted.base), Type(1, "void"))
    scalar = wanted.base not in ABI["handles"] and wanted.base not in ABI["structs"] and wanted.base != "void"
    return declared == Type(wanted.pointers, "void") and wanted.pointers > 0 and not scalar


def shown(kind):
    return kind.base + "*" * kind.pointers


def compare(place, declared, wanted):
    if not fits(declared.returns, wanted.returns):
        yield f"{place}: gives {shown(wanted.returns)}, declared as {shown(declared.returns)}"
    if len(declared.parameters) != len(wanted.parameters):
        yield f"{place}: takes {len(wanted.parameters)} parameters, declared with {len(declared.parameters)}"
        return
    for i, (have, want) in enumerate(zip(declared.parameters, wanted.parameters), 1):
        if not fits(have, want):
            yield f"{place}: parameter {i} is {shown(want)}, declared as {shown(have)}"


def faults(name, found):
    if len(found.functions) < FEWEST:
        yield f"{name}: only {len(found.functions)} declarations were found"
    for function, signature in found.functions:
        entry = ABI["functions"].get(function)
        if entry is None:
            yield f"{name}: {function}: there is no such function"
        else:
            yield from compare(f"{name}: {function}", signature, abi_signature(entry))
    for callback, signature in found.callbacks.items():
        yield from compare(f"{name}: {callback}", signature, abi_signature(ABI["callbacks"][callback]))
    wanted = [(field["name"], abi_type(field["type"])) for field in ABI["structs"]["rf_hooks"]["fields"]]
    if [field for field, _ in found.hooks] != [field for field, _ in wanted]:
        have = [field for field, _ in found.hooks]
        yield f"{name}: rf_hooks: the fields are {[field for field, _ in wanted]}, declared {have}"
    else:
        for (field, have), (_, want) in zip(found.hooks, wanted):
            if not fits(have, want):
                yield f"{name}: rf_hooks.{field}: is {shown(want)}, declared as {shown(have)}"


# ---- C prototypes: LuaJIT's cdef, koffi's strings, cgo's preamble

C_WORDS = {"int32_t": "i32", "uint32_t": "u32", "int64_t": "i64", "uint64_t": "u64", "uint8_t": "u8", "size_t": "usize",
           "intptr_t": "isize", "ptrdiff_t": "isize", "double": "f64", "char": "char", "void": "void"}


def c_type(text):
    base = re.sub(r"\b(?:const|_Out_|struct|typedef|static)\b|\*", " ", text).split()[0]
    return Type(text.count("*"), C_WORDS.get(base, base))


def c_prototypes(text, names=r"rf_\w+"):
    pattern = rf"((?:const )?\w+ \**)({names})\(([^()]*)\)"
    for returns, name, parameters in re.findall(pattern, re.sub(r"\s+", " ", text)):
        yield name, Signature(c_type(returns), [c_type(word) for word in parameters.split(",")])


def c_callbacks(text):
    text = re.sub(r"\s+", " ", text)
    return {name: Signature(c_type(returns), [c_type(word) for word in parameters.split(",")])
            for returns, name, parameters in re.findall(r"typedef (\w+) \(\*(rf_\w+_fn)\)\(([^()]*)\)", text)}


def read_lua(text):
    cdef = re.search(r"ffi\.cdef\[\[(.*?)\]\]", text, re.DOTALL)[1]
    body = re.search(r"typedef struct rf_hooks \{(.*?)\}", cdef, re.DOTALL)[1]
    fields = [(re.findall(r"\w+", field)[-1], c_type(field)) for field in body.split(";") if field.strip()]
    return Declared(list(c_prototypes(cdef)), c_callbacks(cdef), fields)


def read_node(text):
    strings = re.findall(r"""(?:'|`)([^'`]*\brf_\w+\([^'`]*)(?:'|`)""", text)
    prototypes = [found for string in strings for found in c_prototypes(string)]
    body = re.search(r"koffi\.struct\('rf_hooks', \{(.*?)\}\)", text, re.DOTALL)[1]
    fields = [(field, c_type(kind)) for field, kind in re.findall(r"(\w+): '([^']*)'", body)]
    return Declared([(name, signature) for name, signature in prototypes if name not in ABI["callbacks"]],
                    {name: signature for name, signature in prototypes if name in ABI["callbacks"]}, fields)


# ---- ctypes

def value_of(assignment, names):
    """The right side of an assignment, with `names` in place of ctypes."""
    return eval(compile(ast.Expression(assignment.value), "runforge.py", "eval"), names)  # pylint: disable=eval-used


def read_python(text):
    def function_type(returns, *parameters):
        return Signature(returns or Type(0, "void"), list(parameters))

    names = {"c_int32": Type(0, "i32"), "c_uint32": Type(0, "u32"), "c_int64": Type(0, "i64"),
             "c_uint64": Type(0, "u64"), "c_uint8": Type(0, "u8"), "c_size_t": Type(0, "usize"),
             "c_ssize_t": Type(0, "isize"), "c_double": Type(0, "f64"), "c_char_p": Type(1, "char"), "c_void_p": Type(1, "void"),
             "POINTER": lambda kind: Type(kind.pointers + 1, kind.base), "Hooks": Type(0, "rf_hooks"),
             "ctypes": type("ctypes", (), {"CFUNCTYPE": staticmethod(function_type)}), "__builtins__": {}}
    callbacks, hooks, declared = {}, None, {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) and node.name == "Hooks":
            hooks = value_of(node.body[0], names)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in ("OUT", "BYTES", "HOOKS", "PROGRESS", "LOG", "DECLARED"):
                value = value_of(node, names)
                if name in ("PROGRESS", "LOG"):
                    callback = f"rf_{name.lower()}_fn"
                    callbacks[callback], value = value, Type(0, callback)
                names[name] = value
    declared = {name: function_type(returns, *parameters) for name, (returns, parameters) in names["DECLARED"].items()}
    return Declared(list(declared.items()), callbacks, hooks)


# ---- Rust

RUST_WORDS = {"c_char": "char", "c_void": "void", "Option<Progress>": "rf_progress_fn", "Option<Log>": "rf_log_fn"}


def rust_type(text):
    base = re.sub(r"\*(?:mut|const)\s+", "", text).strip()
    return Type(len(re.findall(r"\*(?:mut|const)\b", text)), RUST_WORDS.get(base, base))


def read_rust(text):
    def signature(parameters, returns):
        words = [word for word in re.split(r",", parameters) if word.strip()]
        result = rust_type(returns) if returns else Type(0, "void")
        return Signature(result, [rust_type(word.split(":")[-1]) for word in words])

    body = re.sub(r"\s+", " ", re.search(r'\nextern "C" \{(.*?)\n\}', text, re.DOTALL)[1])
    functions = [(name, signature(parameters, returns))
                 for name, parameters, returns in re.findall(r"fn (\w+)\(([^()]*)\)(?: -> ([^;]+))?;", body)]
    callbacks = {f"rf_{name.lower()}_fn": signature(parameters, returns) for name, parameters, returns in
                 re.findall(r'type (\w+) = unsafe extern "C" fn\(([^()]*)\)(?: -> (\w+))?;', text)}
    fields = re.findall(r"(\w+): ([^,\n]+),", re.search(r"struct rf_hooks \{(.*?)\n\}", text, re.DOTALL)[1])
    return Declared(functions, callbacks, [(field, rust_type(kind)) for field, kind in fields])


# ---- Julia

JULIA_WORDS = {"Int32": "i32", "UInt32": "u32", "Int64": "i64", "UInt64": "u64", "UInt8": "u8", "Csize_t": "usize",
               "Cssize_t": "isize", "Float64": "f64", "Cvoid": "void", "Hooks": "rf_hooks"}


def julia_type(text):
    text = text.strip()
    if text == "Cstring":
        return Type(1, "char")
    base = text.replace("Ptr{", "").rstrip("}")
    return Type(text.count("Ptr{"), JULIA_WORDS.get(base, base))


def split_words(text):
    """The words of a list that begins behind its opening parenthesis, and what follows its closing one."""
    words, word, depth = [], "", 0
    for at, character in enumerate(text):
        if character == ")" and depth == 0:
            return [w for w in words + [word] if w.strip()], text[at + 1:]
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            words, word = words + [word], ""
        else:
            word += character
    raise ValueError("a parenthesis is not closed")


def read_julia(text):
    functions = []
    for match in re.finditer(r"ccall\(\(:(rf_\w+), librunforge\),\s*(\w+(?:\{\w+\})?),\s*\(", text):
        types, rest = split_words(text[match.end():])
        arguments, _ = split_words(rest.lstrip(" ,\n"))
        signature = Signature(julia_type(match[2]), [julia_type(word) for word in types])
        if len(arguments) != len(types):
            signature = Signature(signature.returns, [Type(0, "?")] * len(arguments))
        functions.append((match[1], signature))
    returns, parameters = re.search(r"@cfunction\(on_progress, (\w+), \(([^()]*)\)\)", text).groups()
    callbacks = {"rf_progress_fn": Signature(julia_type(returns), [julia_type(word) for word in parameters.split(",")])}
    body = re.search(r"struct Hooks\b[^\n]*\n(.*?)\nend", text, re.DOTALL)[1]
    fields = [(field, julia_type(kind)) for field, kind in re.findall(r"(\w+)::(\S+)", body)]
    return Declared(functions, callbacks, fields)


# ---- Go: the header itself, and the one C function that Go defines

def go_faults(name, text):
    preamble = re.search(r'/\*(.*?)\*/\nimport "C"', text, re.DOTALL)[1]
    if "#include <runforge/runforge.h>" not in preamble:
        yield f"{name}: the header is not included"
    exported = dict(c_prototypes(preamble, "runforgeProgress"))
    wanted = abi_signature(ABI["callbacks"]["rf_progress_fn"])
    yield from compare(f"{name}: runforgeProgress", exported["runforgeProgress"], wanted)
    for function in sorted(set(re.findall(r"\bC\.(rf_\w+)\(", text)) - set(ABI["functions"])):
        yield f"{name}: {function}: there is no such function"


BINDINGS = {
    "examples/python/runforge.py": lambda name, text: faults(name, read_python(text)),
    "examples/node/runforge.js": lambda name, text: faults(name, read_node(text)),
    "examples/rust/runforge.rs": lambda name, text: faults(name, read_rust(text)),
    "examples/julia/RunForge.jl": lambda name, text: faults(name, read_julia(text)),
    "examples/go/runforge/runforge.go": go_faults,
    "tests/languages/lua/runforge.lua": lambda name, text: faults(name, read_lua(text)),
}
# File, a word that the complaint must hold, what is replaced and by what: widths, signs, pointers, numbers of
# arguments.
PLANTED = [
    ("examples/python/runforge.py", "rf_dataset_rows",
     '"rf_dataset_rows": (c_uint64',
     '"rf_dataset_rows": (c_uint32'),
    ("examples/python/runforge.py", "rf_builder_add",
     "c_char_p, c_int32, c_void_p, c_size_t, c_ssize_t",
     "c_char_p, c_int32, c_void_p, c_size_t"),
    ("examples/python/runforge.py", "max_bytes",
     '("max_bytes", c_uint64), ("threads"',
     '("max_bytes", c_uint32), ("threads"'),
    ("examples/python/runforge.py", "rf_progress_fn",
     "CFUNCTYPE(c_int32, c_void_p, c_char_p, c_uint64,",
     "CFUNCTYPE(c_int32, c_void_p, c_char_p, c_int32,"),
    ("examples/node/runforge.js", "rf_blob_size",
     "size_t rf_blob_size",
     "uint32_t rf_blob_size"),
    ("examples/node/runforge.js", "rf_run_model",
     "_Out_ rf_model **out",
     "_Out_ rf_model *out"),
    ("examples/node/runforge.js", "rf_hooks",
     "cancel: 'rf_cancel *', max_bytes: 'uint64_t'",
     "max_bytes: 'uint64_t', cancel: 'rf_cancel *'"),
    ("examples/rust/runforge.rs", "rf_run_artifact_name",
     "fn rf_run_artifact_name(r: *const rf_run, i: u64)",
     "fn rf_run_artifact_name(r: *const rf_run, i: i32)"),
    ("examples/rust/runforge.rs", "rf_train",
     "config_len: usize, hooks: *const rf_hooks,\n                out",
     "config_len: usize,\n                out"),
    ("examples/rust/runforge.rs", "rf_model_free",
     "fn rf_model_free(m: *mut rf_model)",
     "fn rf_model_free(m: *mut rf_run)"),
    ("examples/julia/RunForge.jl", "rf_blob_size",
     "ccall((:rf_blob_size, librunforge), Csize_t",
     "ccall((:rf_blob_size, librunforge), Int32"),
    ("examples/julia/RunForge.jl", "rf_builder_finish",
     "b, C_NULL, 0, o, e)",
     "b, C_NULL, o, e)"),
    ("examples/julia/RunForge.jl", "rf_hooks",
     "    threads::UInt32\n",
     ""),
    ("examples/go/runforge/runforge.go", "runforgeProgress",
     "uint64_t done, uint64_t total);",
     "uint32_t done, uint64_t total);"),
    ("tests/languages/lua/runforge.lua", "rf_run_metric",
     "int32_t rf_run_metric(const rf_run *r, const char *name, double *value",
     "int32_t rf_run_metric(const rf_run *r, const char *name, float *value"),
    ("tests/languages/lua/runforge.lua", "rf_log_fn",
     "void *user, int32_t level",
     "void *user, int64_t level"),
]


def self_test():
    unnoticed = []
    for name, word, old, new in PLANTED:
        text = (ROOT / name).read_text(encoding="utf-8")
        if old not in text:
            unnoticed.append(f"{name}: nothing reads {old!r} any more")
            continue
        told = list(BINDINGS[name](name, text.replace(old, new, 1)))
        if not any(word in line for line in told):
            unnoticed.append(f"{name}: {old!r} turned to {new!r} was not noticed")
    print("\n".join(unnoticed) or f"{len(PLANTED)} planted faults were named")
    return bool(unnoticed)


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    told = [line for name, check in BINDINGS.items() for line in check(name, (ROOT / name).read_text(encoding="utf-8"))]
    print("\n".join(told) or f"the declarations of {len(BINDINGS)} bindings are those of abi.json")
    return bool(told)


if __name__ == "__main__":
    sys.exit(main())
