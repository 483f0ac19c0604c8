#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every function of abi.json is misused: NULL for each pointer in turn and for all, sizes that lie, numbers that mean
nothing, hooks of every size. Never a crash: RF_E_ARGUMENT with the parameter's name, and outputs set to NULL or 0.

Each call is made in a child process, so that a crash names the function. Arguments of a call that goes well come from
the parameter's type and name (world.py), what NULL and sizes mean from contract.py: a new function is covered without
a line, or the test says what is missing.

usage: misuse.py LIBRARY SCRATCH_FOLDER
"""
import ctypes
import sys

import contract
import native
from world import World

ARGUMENT = native.CONSTANTS["RF_E_ARGUMENT"]
UNSUPPORTED = native.CONSTANTS["RF_E_UNSUPPORTED"]
LEFT_OVER = 0x5A5A5A5A5A5A5A5A
failures = []
calls = 0


def fail(text):
    failures.append(text)
    print(text, file=sys.stderr)


def status_name(answer):
    return native.STATUS_NAMES.get(answer, answer) if isinstance(answer, int) else answer


class Call:
    """One function with arguments that make it succeed, of which some are then put wrong."""

    def __init__(self, world, name):
        self.world, self.name = world, name
        self.declared = native.RECORD["functions"][name]
        self.parameters = self.declared["parameters"]
        self.has_status = self.parameters != [] and self.parameters[-1]["name"] == "err"

    def pointers(self):
        return [p["name"] for p in self.parameters if native.is_pointer(p["type"])]

    def integers(self):
        return [p for p in self.parameters if not native.is_pointer(p["type"])]

    def run(self, **wrong):
        """Calls in a child. A dict: status, code, message, and which outputs were left; or how the child died."""
        global calls
        calls += 1
        return native.in_child(lambda: self.call(wrong))

    def call(self, wrong):
        values, slots = [], {}
        for parameter in self.parameters:
            name = parameter["name"]
            if name in wrong:
                value = wrong[name]
            elif self.world.is_output(parameter):
                value = slots[name] = ctypes.c_uint64(LEFT_OVER)
            else:
                value = self.world.argument(self.name, parameter)
            values.append(ctypes.addressof(value) if isinstance(value, (ctypes.Structure, ctypes.c_uint64)) else value)
        answer = getattr(self.world.library, self.name)(*values)
        if not self.has_status:
            return {"answer": answer}
        told = {"status": answer, "code": "", "message": ""}
        error = slots.pop("err", None)
        if error is not None:
            if (error.value == 0) != (answer == 0):
                return f"status {status_name(answer)}, but *err is {error.value:#x}"
            told["status_of_error"] = self.world.library.rf_error_status(error.value or None)
            told["code"] = self.world.library.rf_error_code(error.value or None).decode()
            told["message"] = self.world.library.rf_error_message(error.value or None).decode()
        told["left"] = [name for name, slot in slots.items() if slot.value == LEFT_OVER]
        told["set"] = [name for name, slot in slots.items() if slot.value != 0]
        return told

    def expect(self, what, told, status, names=None):
        """`status` is one or a set of them; a failure names the parameter and leaves no output."""
        place = f"{self.name}, {what}: "
        if not isinstance(told, dict):
            return fail(place + str(told))
        allowed = status if isinstance(status, set) else {status}
        if told["status"] not in allowed:
            return fail(place + f"expected {' or '.join(str(status_name(s)) for s in sorted(allowed))}, found "
                        f"{status_name(told['status'])} {told['code']} {told['message']}")
        if told["status"] == 0:
            return told["left"] and fail(place + f"RF_OK, but {', '.join(told['left'])} not written")
        if told["set"]:
            fail(place + f"failed, and {', '.join(told['set'])} not NULL or 0")
        if told.get("status_of_error", told["status"]) != told["status"]:
            fail(place + f"returned {status_name(told['status'])}, its error says {told['status_of_error']}")
        if names and told["code"] and (told["code"] != "INVALID_ARGUMENT" or names not in told["message"]):
            fail(place + f"the error should name {names}, found {told['code']} {told['message']}")
        return None


def nulls(call):
    """Each pointer NULL in turn, with and without a place for the error, then all of them."""
    if not call.has_status:
        for name in call.pointers():
            expected = contract.ANSWER_TO_NULL.get(call.name)
            told = call.run(**{name: None})
            if not isinstance(told, dict) or (told["answer"] or None) != (expected or None):
                fail(f"{call.name}, NULL for {name}: expected {expected or 'NULL or 0'}, found {told}")
        return
    call.expect("as it should be called", call.run(), 0)
    for name in call.pointers():
        optional = contract.may_be_null(call.name, name)
        for others in ({}, {"err": None}):
            call.expect(f"NULL for {' and '.join([name, *others])}", call.run(**{name: None, **others}),
                        0 if optional else ARGUMENT, name)
    needed = {name: None for name in call.pointers() if not contract.may_be_null(call.name, name)}
    everything = call.run(**{name: None for name in call.pointers()})
    # Without one needed pointer NULL for all may be a call that means something.
    call.expect("NULL for every pointer", everything, ARGUMENT if needed else {0, ARGUMENT})


def integers(call):
    """Integers below, above and far from what fits."""
    for parameter in call.integers():
        name = parameter["name"]
        kind = contract.lookup(contract.INTEGERS, call.name, name)
        if kind is None:
            fail(f"tests/abi/contract.py does not say what the integer {name} of {call.name} means")
            continue
        fits = call.world.argument(call.name, parameter)
        unsigned = native.RECORD["types"][parameter["type"]]["machine"][0] == "u"
        most = 2 ** (8 * ctypes.sizeof(native.c_type(parameter["type"])) - (0 if unsigned else 1)) - 1
        wrong = {"room": [0, fits - 1], "exact": [0, fits - 1, fits + 1, most], "count": [most, most // 2 + 1],
                 "choice": [0, -1, most, -most - 1], "index": [most]}.get(kind, [])
        harmless = {"room": [fits + 1], "text": [0], "data": [0, fits - 1], "count": [0], "index": [0, 1],
                    "stride": [1, 8, most, -most - 1], "number": [0, most]}.get(kind, [])
        for value in wrong:
            told = call.run(**{name: value})
            if kind == "index":
                if not isinstance(told, dict) or told["answer"]:
                    fail(f"{call.name}, {name} {value}: expected NULL or 0, found {told}")
            else:
                limit = {ARGUMENT, native.CONSTANTS["RF_E_LIMIT"]} if kind == "count" else ARGUMENT
                call.expect(f"{name} {value}", told, limit)
        for value in harmless:
            told = call.run(**{name: value})
            if call.has_status:
                call.expect(f"{name} {value}", told, set(native.STATUS_NAMES) - {native.CONSTANTS["RF_E_INTERNAL"]})
            elif not isinstance(told, dict):
                fail(f"{call.name}, {name} {value}: {told}")


def texts(call):
    """Text that is no JSON fails as a configuration does, and leaves no output."""
    for parameter in call.parameters:
        if parameter["name"] in ("options", "config"):
            for text in (b"{", b"[]", b"\xff", b'{"no such key": 1}'):
                call.expect(f"{parameter['name']} {text!r}", call.run(**{parameter["name"]: text}),
                            native.CONSTANTS["RF_E_CONFIG"])


def hooks(call, edge):
    """struct_size below, at and beyond sizeof(rf_hooks). `edge` puts bytes before a page that may not be read."""
    known = native.RECORD["structs"]["rf_hooks"]["size"]

    def given(size, tail=0, **fields):
        value = native.Hooks(struct_size=size, **fields)
        return edge((bytes(value) + bytes(size))[:max(size - 1, 4)] + bytes([tail]) if size > known
                    else bytes(value)[:max(size, 4)])

    for size in range(0, 4):
        call.expect(f"struct_size {size}", call.run(hooks=given(size)), ARGUMENT)
    for size in range(4, known + 1, 4):
        call.expect(f"struct_size {size}", call.run(hooks=given(size)), 0)
    for size in (known + 4, known + 8, known + 64, 4096):
        call.expect(f"struct_size {size} with a zero tail", call.run(hooks=given(size)), 0)
        told = call.run(hooks=given(size, tail=1))
        call.expect(f"struct_size {size} with a tail that is not zero", told, UNSUPPORTED)
    call.expect("reserved0 1", call.run(hooks=given(known, reserved0=1)), ARGUMENT)
    for threads in (1025, 2 ** 32 - 1):
        call.expect(f"{threads} threads", call.run(hooks=given(known, threads=threads)), ARGUMENT)


def twice(world):
    """What may be released or finished again."""
    def builder():
        held = world.filled_builder()
        answers = []
        for _ in range(2):
            out = ctypes.c_void_p()
            answers.append(world.library.rf_builder_finish(held, None, 0, ctypes.addressof(out), None))
            world.library.rf_dataset_free(out)
        world.library.rf_builder_free(held)
        return answers

    def frees():
        for name, declared in native.RECORD["functions"].items():
            if name.endswith("_free"):
                getattr(world.library, name)(None)
                getattr(world.library, name)(None)
        return len(native.RECORD["handles"])

    def released():
        out, schema, array, stream = (ctypes.c_void_p(), native.ArrowSchema(), native.ArrowArray(),
                                      native.ArrowArrayStream())
        answers = [world.library.rf_dataset_from_arrow(ctypes.addressof(schema), ctypes.addressof(array), None, 0, None,
                                                       ctypes.addressof(out), None),
                   world.library.rf_dataset_from_arrow_stream(ctypes.addressof(stream), None, 0, None,
                                                              ctypes.addressof(out), None)]
        return [native.STATUS_NAMES[answer] for answer in answers] + [out.value]

    for what, call, expected in (
            ("a builder finished twice", builder, [0, native.CONSTANTS["RF_E_DATA"]]),
            ("NULL freed twice", frees, sum(name.endswith("_free") for name in native.RECORD["functions"])),
            ("Arrow structs that were released before", released, ["RF_E_DATA", "RF_E_DATA", None])):
        found = native.in_child(call)
        if found != expected:
            fail(f"{what}: expected {expected}, found {found}")


def main():
    world = World(*sys.argv[1:3])
    for name in native.RECORD["functions"]:
        call = Call(world, name)
        missing = world.missing(name, call.parameters)
        if missing:
            fail(f"{name}: tests/abi/world.py has no value for {', '.join(missing)}")
            continue
        nulls(call)
        integers(call)
        texts(call)
        if any(parameter["name"] == "hooks" for parameter in call.parameters):
            hooks(call, world.edge)
    twice(world)
    world.clean()
    print(f"{len(native.RECORD['functions'])} functions, {calls} calls, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
