# SPDX-License-Identifier: MIT
"""The shared library through ctypes, declared from tests/abi/abi.json alone, and calls in child processes."""
import ctypes
import json
import os
import pathlib
import pickle
import signal

RECORD = json.loads((pathlib.Path(__file__).resolve().parent / "abi.json").read_text(encoding="utf-8"))
SCALARS = {"void": None, "i32": ctypes.c_int32, "u32": ctypes.c_uint32, "i64": ctypes.c_int64, "u64": ctypes.c_uint64,
           "u8": ctypes.c_uint8, "usize": ctypes.c_size_t, "isize": ctypes.c_ssize_t, "f64": ctypes.c_double}
CONSTANTS = {name: constant["value"] for name, constant in RECORD["constants"].items()}
STATUS_NAMES = {c["value"]: name for name, c in RECORD["constants"].items() if c["type"] == "rf_status"}


def is_pointer(type_name):
    described = RECORD["types"][type_name]
    return described["pointer"] > 0 or described["kind"] == "callback"


def c_type(type_name):
    return ctypes.c_void_p if is_pointer(type_name) else SCALARS[RECORD["types"][type_name]["machine"]]


def load(path):
    """The library with the prototypes of abi.json; text it returns comes as bytes."""
    library = ctypes.CDLL(path)
    for name, declared in RECORD["functions"].items():
        function = getattr(library, name)
        function.argtypes = [c_type(parameter["type"]) for parameter in declared["parameters"]]
        function.restype = ctypes.c_char_p if declared["returns"] == "const char *" else c_type(declared["returns"])
    return library


def make_struct(name):
    """A ctypes structure with the fields of abi.json."""
    fields = [(field["name"], c_type(field["type"])) for field in RECORD["structs"][name]["fields"]]
    return type(name, (ctypes.Structure,), {"_fields_": fields})


Hooks = make_struct("rf_hooks")
ARRAY_FIELDS = ["length", "null_count", "offset", "n_buffers", "n_children"]


class ArrowSchema(ctypes.Structure):
    _fields_ = [("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p),
                ("flags", ctypes.c_int64), ("n_children", ctypes.c_int64), ("children", ctypes.c_void_p),
                ("dictionary", ctypes.c_void_p), ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p)]


class ArrowArray(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in ARRAY_FIELDS] + [
        (name, ctypes.c_void_p) for name in ("buffers", "children", "dictionary", "release", "private_data")]


class ArrowArrayStream(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p)
                for name in ("get_schema", "get_next", "get_last_error", "release", "private_data")]


def in_child(call):
    """What call() returns in a child process, or the text of how the child died."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer = call()
        except BaseException as problem:  # pylint: disable=broad-except  # whatever it is, the parent tells it
            answer = f"{type(problem).__name__}: {problem}"
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return f"CRASHED by {signal.Signals(os.WTERMSIG(status)).name}"
    if status != 0 or not text:
        return f"EXITED with {status >> 8}"
    return pickle.loads(text)
