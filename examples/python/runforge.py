# SPDX-License-Identifier: MIT
"""RunForge for Python, by ctypes: the functions that train.py needs, and a base to extend.

Each handle is a context manager and may be closed at any time, also twice, in any order. The garbage
collector frees a handle that is not closed. Failed calls raise Error. A callback that raises stops its call,
which then raises the same. Calls release the GIL. The declarations are compared with tests/abi/abi.json by
the ctest test languages.declarations."""
import ctypes
from ctypes import (POINTER, c_char_p, c_double, c_int32, c_int64, c_size_t, c_ssize_t, c_uint8, c_uint32, c_uint64,
                    c_void_p)
from types import SimpleNamespace

OUT = POINTER(c_void_p)  # where a function stores a handle or an error
BYTES = POINTER(c_uint8)
PROGRESS = ctypes.CFUNCTYPE(c_int32, c_void_p, c_char_p, c_uint64, c_uint64)
LOG = ctypes.CFUNCTYPE(None, c_void_p, c_int32, c_char_p, c_char_p)


class Hooks(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("log_level", c_int32), ("user", c_void_p), ("progress", PROGRESS),
                ("log", LOG), ("cancel", c_void_p), ("max_bytes", c_uint64), ("threads", c_uint32),
                ("reserved0", c_uint32)]


HOOKS = POINTER(Hooks)
DECLARED = {
    "rf_abi_check": (c_int32, [c_uint32, c_uint32]),
    "rf_blob_data": (c_void_p, [c_void_p]),
    "rf_blob_free": (None, [c_void_p]),
    "rf_blob_size": (c_size_t, [c_void_p]),
    "rf_builder_add": (c_int32, [c_void_p, c_char_p, c_int32, c_void_p, c_size_t, c_ssize_t, BYTES, OUT]),
    "rf_builder_add_utf8": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_int64), c_size_t, BYTES, OUT]),
    "rf_builder_finish": (c_int32, [c_void_p, c_char_p, c_size_t, OUT, OUT]),
    "rf_builder_free": (None, [c_void_p]),
    "rf_builder_new": (c_int32, [OUT, OUT]),
    "rf_cancel_free": (None, [c_void_p]),
    "rf_cancel_new": (c_int32, [OUT, OUT]),
    "rf_cancel_set": (None, [c_void_p]),
    "rf_dataset_digest": (c_int32, [c_void_p, BYTES, c_size_t, OUT]),
    "rf_dataset_free": (None, [c_void_p]),
    "rf_dataset_load": (c_int32, [c_char_p, c_char_p, c_size_t, HOOKS, OUT, OUT]),
    "rf_dataset_load_buffer": (c_int32, [c_void_p, c_size_t, c_char_p, c_size_t, HOOKS, OUT, OUT]),
    "rf_dataset_rows": (c_uint64, [c_void_p]),
    "rf_emit_artifacts": (c_int32, [c_void_p, c_char_p, c_void_p, c_char_p, c_size_t, HOOKS, OUT, OUT]),
    "rf_error_code": (c_char_p, [c_void_p]),
    "rf_error_details": (c_char_p, [c_void_p]),
    "rf_error_free": (None, [c_void_p]),
    "rf_error_message": (c_char_p, [c_void_p]),
    "rf_model_free": (None, [c_void_p]),
    "rf_model_outputs": (c_uint64, [c_void_p]),
    "rf_predict": (c_int32, [c_void_p, c_void_p, HOOKS, POINTER(c_double), c_size_t, OUT, OUT]),
    "rf_run_artifact": (c_int32, [c_void_p, c_char_p, OUT, POINTER(c_size_t), OUT]),
    "rf_run_artifact_count": (c_uint64, [c_void_p]),
    "rf_run_artifact_name": (c_char_p, [c_void_p, c_uint64]),
    "rf_run_digest": (c_int32, [c_void_p, BYTES, c_size_t, OUT]),
    "rf_run_free": (None, [c_void_p]),
    "rf_run_metric": (c_int32, [c_void_p, c_char_p, POINTER(c_double), OUT]),
    "rf_run_model": (c_int32, [c_void_p, OUT, OUT]),
    "rf_run_open": (c_int32, [c_char_p, OUT, OUT]),
    "rf_signer_free": (None, [c_void_p]),
    "rf_signer_generate": (c_int32, [BYTES, c_size_t, OUT, OUT]),
    "rf_signer_save": (c_int32, [c_void_p, c_char_p, OUT]),
    "rf_status_name": (c_char_p, [c_int32]),
    "rf_train": (c_int32, [c_void_p, c_char_p, c_size_t, HOOKS, OUT, OUT]),
    "rf_verify_artifacts": (c_int32, [c_char_p, c_void_p, BYTES, c_size_t, HOOKS, OUT, OUT]),
}
_library = ctypes.CDLL("librunforge.so.0.1")
rf = SimpleNamespace()  # holds what is declared and nothing else: ctypes guesses at undeclared functions
for _name, (_returns, _parameters) in DECLARED.items():
    _function = getattr(_library, _name)
    _function.restype, _function.argtypes = _returns, _parameters
    setattr(rf, _name, _function)
if rf.rf_abi_check(0, 1000) != 0:  # RF_ABI_VERSION and RF_VERSION_NUMBER of the header this was written for
    raise ImportError("librunforge.so.0.1 is another version than this module was written for")
F64, F32, I64, I32, BOOL8 = 1, 2, 3, 4, 11


class Error(Exception):
    """A failed call: status (a number), name ("RF_E_DATA"), code, message, details (JSON)."""

    def __init__(self, status, error):
        self.status, self.name = status, rf.rf_status_name(status).decode()
        self.code, self.message = rf.rf_error_code(error).decode(), rf.rf_error_message(error).decode()
        self.details = rf.rf_error_details(error).decode()
        rf.rf_error_free(error)
        super().__init__(f"{self.message} [{self.code}]")


def call(function, *arguments):
    error = c_void_p()
    status = function(*arguments, ctypes.byref(error))
    if status != 0:
        raise Error(status, error)


def made(owner, function, *arguments):
    """The handle that function(*arguments, &handle, &error) makes, as an `owner`."""
    handle = c_void_p()
    call(function, *arguments, ctypes.byref(handle))
    return owner(handle)


def digest(function, handle):
    data = (c_uint8 * 32)()
    call(function, handle, data, 32)
    return bytes(data).hex()


# doc: ownership
class Handle:
    """Owns a C handle from construction to close()."""
    free = None  # the C function that frees it

    def __init__(self, handle):
        self.c = handle

    def close(self):
        handle, self.c = self.c, None
        if handle:
            self.free(handle)

    __del__ = close

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
# doc: end


class Blob(Handle):
    free = rf.rf_blob_free

    def __bytes__(self):
        return ctypes.string_at(rf.rf_blob_data(self.c), rf.rf_blob_size(self.c))


class Cancel(Handle):
    """May be set by any thread."""
    free = rf.rf_cancel_free

    def __init__(self):
        super().__init__(c_void_p())
        call(rf.rf_cancel_new, ctypes.byref(self.c))

    def set(self):
        rf.rf_cancel_set(self.c)


# doc: callbacks
class Call:
    """The hooks of one call. progress(stage, done, total) stops it by returning True; what it raises is kept and raised
    again when the call has returned."""

    def __init__(self, progress=None, log=None, cancel=None, threads=0, max_bytes=0):
        self.raised = None

        def on_progress(_, stage, done, total):
            try:
                return 1 if self.raised or (progress and progress(stage.decode(), done, total)) else 0
            except BaseException as error:  # whatever it is, it must not pass through C
                self.raised = error
                return 1

        def on_log(_, level, code, message):
            try:
                if not self.raised:
                    log(level, code.decode(), message.decode())
            except BaseException as error:
                self.raised = error

        self.c = Hooks(ctypes.sizeof(Hooks), 0, None, PROGRESS(on_progress) if progress or log else PROGRESS(),
                       LOG(on_log) if log else LOG(), cancel.c if cancel else None, max_bytes, threads, 0)

    def __call__(self, function, *arguments):
        try:
            return function(*arguments)
        finally:
            if self.raised:
                raise self.raised
# doc: end


class Dataset(Handle):
    free = rf.rf_dataset_free

    @classmethod
    def load(cls, path, options="", **hooks):
        run, text = Call(**hooks), options.encode()
        return run(made, cls, rf.rf_dataset_load, str(path).encode(), text, len(text), run.c)

    @classmethod
    def load_buffer(cls, data, options="", **hooks):
        run, text = Call(**hooks), options.encode()
        return run(made, cls, rf.rf_dataset_load_buffer, data, len(data), text, len(text), run.c)

    def rows(self):
        return rf.rf_dataset_rows(self.c)

    def digest(self):
        return digest(rf.rf_dataset_digest, self.c)


def bitmap(values):
    """Bit i, least significant first, is set if value i is present; None if all are."""
    if None not in values:
        return None
    bits = (c_uint8 * ((len(values) + 7) // 8))()
    for i, value in enumerate(values):
        bits[i // 8] |= (value is not None) << i % 8
    return bits


class Builder(Handle):
    free = rf.rf_builder_free
    ELEMENT = {F64: c_double, F32: ctypes.c_float, I64: c_int64, I32: c_int32, BOOL8: c_uint8}

    def __init__(self):
        super().__init__(c_void_p())
        call(rf.rf_builder_new, ctypes.byref(self.c))

    def add(self, name, dtype, values):
        """Numbers or booleans; None is missing."""
        array = (self.ELEMENT[dtype] * len(values))(*[value or 0 for value in values])
        call(rf.rf_builder_add, self.c, name.encode(), dtype, array, len(values), 0, bitmap(values))

    def add_text(self, name, values):
        texts = [(value or "").encode() for value in values]
        offsets = (c_int64 * (len(texts) + 1))()
        for i, text in enumerate(texts):
            offsets[i + 1] = offsets[i] + len(text)
        call(rf.rf_builder_add_utf8, self.c, name.encode(), b"".join(texts), offsets, len(texts), bitmap(values))

    def finish(self, options=""):
        return made(Dataset, rf.rf_builder_finish, self.c, options.encode(), len(options.encode()))


class Model(Handle):
    free = rf.rf_model_free

    def predict(self, dataset, **hooks):
        """A list a row: one number, or one a class."""
        run, width, rows = Call(**hooks), rf.rf_model_outputs(self.c), dataset.rows()
        out = (c_double * (rows * width))()
        run(call, rf.rf_predict, self.c, dataset.c, run.c, out, len(out), None)
        return [out[i * width:(i + 1) * width] for i in range(rows)]


class Run(Handle):
    free = rf.rf_run_free

    @classmethod
    def open(cls, directory):
        return made(cls, rf.rf_run_open, str(directory).encode())

    def artifacts(self):
        """All result files: name -> bytes."""
        names = [rf.rf_run_artifact_name(self.c, i) for i in range(rf.rf_run_artifact_count(self.c))]
        return {name.decode(): self._artifact(name) for name in names}

    def _artifact(self, name):
        data, size = c_void_p(), c_size_t()
        call(rf.rf_run_artifact, self.c, name, ctypes.byref(data), ctypes.byref(size))
        return ctypes.string_at(data, size.value)

    def digest(self):
        return digest(rf.rf_run_digest, self.c)

    def metric(self, name):
        value = c_double()
        call(rf.rf_run_metric, self.c, name.encode(), ctypes.byref(value))
        return value.value

    def model(self):
        return made(Model, rf.rf_run_model, self.c)

    def emit(self, parent, options="", **hooks):
        run, text = Call(**hooks), options.encode()
        with run(made, Blob, rf.rf_emit_artifacts, self.c, str(parent).encode(), None, text, len(text), run.c) as path:
            return bytes(path).decode()


class Signer(Handle):
    free = rf.rf_signer_free

    @classmethod
    def generate(cls):
        return made(cls, rf.rf_signer_generate, None, 0)

    def save(self, path):
        call(rf.rf_signer_save, self.c, str(path).encode())


def train(dataset, config, **hooks):
    run, text = Call(**hooks), config.encode()
    return run(made, Run, rf.rf_train, dataset.c, text, len(text), run.c)


def verify(directory):
    """The report on an emitted run; Error with RF_E_INTEGRITY if something does not hold."""
    report = Blob(c_void_p())  # set on success and where something does not hold
    with report:
        call(rf.rf_verify_artifacts, str(directory).encode(), None, None, 0, None, ctypes.byref(report.c))
        return bytes(report).decode()
