# SPDX-License-Identifier: MIT
"""One of everything that functions of the interface take: handles, files, buffers. An argument is found by function and
parameter, by the parameter's type, or by its name."""
import ctypes
import mmap
import os
import pathlib
import shutil
import tempfile

import native

AUTO_LEN = native.CONSTANTS["RF_AUTO_LEN"]
ROWS = 24
CSV = b"a,b,label\n" + b"".join(b"%d,%d,%d\n" % (i * 7 % 11, i * 5 % 13, i * 7 % 11 > 5) for i in range(ROWS))
SCHEMA_RELEASE = ctypes.CFUNCTYPE(None, ctypes.POINTER(native.ArrowSchema))
ARRAY_RELEASE = ctypes.CFUNCTYPE(None, ctypes.POINTER(native.ArrowArray))
STREAM_RELEASE = ctypes.CFUNCTYPE(None, ctypes.POINTER(native.ArrowArrayStream))
GET = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
SIGN = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)


def forget(struct):
    struct.contents.release = None


def address(function):
    return ctypes.cast(function, ctypes.c_void_p).value


class World:
    def __init__(self, library, scratch):
        pathlib.Path(scratch).mkdir(parents=True, exist_ok=True)
        # In memory where that can be had: a run is synced to disk again and again, which is not what is tried here.
        in_memory = os.access("/dev/shm", os.W_OK)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="runforge", dir="/dev/shm" if in_memory else scratch))
        self.library = native.load(library)
        self.kept = []
        self.callbacks = [SCHEMA_RELEASE(forget), ARRAY_RELEASE(forget), STREAM_RELEASE(forget),
                          SIGN(lambda *_: 1), GET(self.next_schema), GET(self.next_array)]
        self.by_type, self.by_name, self.by_function = {}, {}, {}
        self.make_handles()
        self.make_values()

    def keep(self, value):
        """The address of something that stays alive."""
        self.kept.append(value)
        return ctypes.addressof(value)

    def bytes_at(self, text):
        return self.keep(ctypes.create_string_buffer(text))

    def made(self, function, *arguments):
        """The handle that a function stores in its next to last parameter."""
        out, error = ctypes.c_void_p(), ctypes.c_void_p()
        status = getattr(self.library, function)(*arguments, ctypes.addressof(out), ctypes.addressof(error))
        if status != 0:
            raise SystemExit(f"{function}: {self.library.rf_error_message(error).decode()}")
        return out.value

    def blob(self, handle):
        return ctypes.string_at(self.library.rf_blob_data(handle), self.library.rf_blob_size(handle))

    def filled_builder(self):
        builder = self.made("rf_builder_new")
        values = self.keep((ctypes.c_double * 3)(1, 2, 3))
        assert self.library.rf_builder_add(builder, b"x", native.CONSTANTS["RF_F64"], values, 3, 0, None, None) == 0
        return builder

    def make_handles(self):
        seed = self.keep((ctypes.c_uint8 * 32)(*range(32)))
        dataset = self.made("rf_dataset_load_buffer", CSV, len(CSV), None, 0, None)
        run = self.made("rf_train", dataset, b"{}", AUTO_LEN, None)
        handles = {"rf_dataset": dataset, "rf_run": run, "rf_model": self.made("rf_run_model", run),
                   "rf_signer": self.made("rf_signer_from_seed", seed, 32),
                   "rf_blob": self.made("rf_config_normalize", b"{}", AUTO_LEN),
                   "rf_builder": self.made("rf_builder_new"), "rf_cancel": self.made("rf_cancel_new"),
                   "rf_error": self.an_error()}
        for name, handle in handles.items():
            self.by_type[f"{name} *"] = self.by_type[f"const {name} *"] = handle
        hooks = native.Hooks(struct_size=ctypes.sizeof(native.Hooks))
        self.by_type["const rf_hooks *"] = self.keep(hooks)

    def an_error(self):
        out, error = ctypes.c_void_p(), ctypes.c_void_p()
        assert self.library.rf_config_normalize(b"{", 1, ctypes.addressof(out), ctypes.addressof(error)) != 0
        return error.value

    def make_values(self):
        run = self.by_type["const rf_run *"]
        model, signer = self.by_type["const rf_model *"], self.by_type["const rf_signer *"]
        (self.folder / "runs").mkdir()
        csv, key, public = self.folder / "table.csv", self.folder / "key", self.folder / "key.pub"
        csv.write_bytes(CSV)
        assert self.library.rf_signer_save(signer, bytes(key), None) == 0
        public.write_bytes(self.blob(self.made("rf_signer_public_key_text", signer)))
        body = self.blob(self.made("rf_model_serialize", model))
        (self.folder / "model").write_bytes(body)
        directory = self.blob(self.made("rf_emit_artifacts", run, bytes(self.folder / "runs"), signer, None, 0, None))
        key_bytes = self.keep((ctypes.c_uint8 * 32)())
        assert self.library.rf_signer_public_key(signer, key_bytes, 32, None) == 0
        self.by_name = {
            "config": b"{}", "options": b"{}", "config_len": AUTO_LEN, "options_len": AUTO_LEN,
            "directory": directory, "directory_a": directory, "directory_b": directory, "parent": bytes(self.folder),
            "digest": self.keep((ctypes.c_uint8 * 32)()), "digest_size": 32, "seed_size": 32,
            "seed": self.keep((ctypes.c_uint8 * 32)(*range(32))),
            "public_key": key_bytes, "public_key_size": 32, "public_keys": key_bytes, "n_keys": 1, "i": 0,
            "wanted": self.keep((ctypes.c_int32 * 1)(native.CONSTANTS["RF_STATEMENT_RECORDED"])),
            "sign": address(self.callbacks[3]), "user": key_bytes, "type": native.CONSTANTS["RF_F64"],
            "values": self.keep((ctypes.c_double * ROWS)(*range(ROWS))), "count": 3, "stride": 0,
            "validity": self.bytes_at(b"\x07"), "bytes": b"abc", "offsets": self.keep((ctypes.c_int64 * 4)(0, 1, 2, 3)),
            "rows": 2, "inputs": 2, "out": self.keep((ctypes.c_double * (2 * ROWS))()), "capacity": 2 * ROWS,
            "abi": native.CONSTANTS["RF_ABI_VERSION"], "version": native.CONSTANTS["RF_VERSION_NUMBER"], "status": 3,
        }
        self.by_function = {
            ("rf_dataset_load", "path"): bytes(csv), ("rf_model_load", "path"): bytes(self.folder / "model"),
            ("rf_model_save", "path"): bytes(self.folder / "saved"), ("rf_signer_load", "path"): bytes(key),
            ("rf_signer_save", "path"): None, ("rf_public_key_load", "path"): bytes(public),
            ("rf_schema", "name"): b"run.v1", ("rf_run_artifact", "name"): b"run.json",
            ("rf_run_metric", "name"): b"accuracy", ("rf_builder_add", "name"): b"x",
            ("rf_builder_add_utf8", "name"): b"x", ("rf_predict_rows", "capacity"): 4,
            ("rf_dataset_load_buffer", "data"): CSV, ("rf_dataset_load_buffer", "size"): len(CSV),
            ("rf_model_load_buffer", "data"): self.bytes_at(body), ("rf_model_load_buffer", "size"): len(body),
            ("rf_builder_finish", "b"): self.filled_builder(),
        }
        self.makers = {("rf_signer_save", "path"): self.new_path, ("rf_sign_artifacts", "directory"): self.new_run,
                       ("rf_sign_artifacts_with", "directory"): self.new_run,
                       ("rf_emit_artifacts", "parent"): self.new_folder,
                       ("*", "struct ArrowSchema *"): self.schema, ("*", "struct ArrowArray *"): self.array,
                       ("*", "struct ArrowArrayStream *"): self.stream}

    # What a call uses up is made anew for each.
    def new_folder(self):
        return tempfile.mkdtemp(dir=self.folder).encode()

    def new_path(self):
        return self.new_folder() + b"/key"

    def new_run(self):
        run = self.by_type["const rf_run *"]
        return self.blob(self.made("rf_emit_artifacts", run, self.new_folder(), None, None, 0, None))

    def schema(self):
        child = native.ArrowSchema(format=b"g", name=b"x", release=address(self.callbacks[0]))
        children = (ctypes.c_void_p * 1)(self.keep(child))
        return self.keep(native.ArrowSchema(format=b"+s", n_children=1, children=self.keep(children),
                                            release=address(self.callbacks[0])))

    def array(self):
        buffers = (ctypes.c_void_p * 2)(None, self.by_name["values"])
        child = native.ArrowArray(length=3, n_buffers=2, buffers=self.keep(buffers), release=address(self.callbacks[1]))
        children, none = (ctypes.c_void_p * 1)(self.keep(child)), (ctypes.c_void_p * 1)(None)
        return self.keep(native.ArrowArray(length=3, n_buffers=1, buffers=self.keep(none), n_children=1,
                                           children=self.keep(children), release=address(self.callbacks[1])))

    def next_schema(self, _, out):
        ctypes.memmove(out, self.schema(), ctypes.sizeof(native.ArrowSchema))
        return 0

    def next_array(self, stream, out):
        first = native.ArrowArrayStream.from_address(stream)
        ctypes.memset(out, 0, ctypes.sizeof(native.ArrowArray))
        if not first.private_data:
            ctypes.memmove(out, self.array(), ctypes.sizeof(native.ArrowArray))
        first.private_data = 1
        return 0

    def stream(self):
        return self.keep(native.ArrowArrayStream(get_schema=address(self.callbacks[4]),
                                                 get_next=address(self.callbacks[5]),
                                                 release=address(self.callbacks[2])))

    @staticmethod
    def is_output(parameter):
        """A pointer to a handle or to a single value that the function sets."""
        described = native.RECORD["types"][parameter["type"]]
        return described["pointer"] == 2 or parameter["type"] == "size_t *" or parameter["name"] == "value"

    def find(self, function, parameter):
        """The argument behind a list of one; an empty list where nothing is known."""
        name, kind = parameter["name"], parameter["type"]
        for key in ((function, name), ("*", kind)):
            if key in self.makers:
                return [self.makers[key]()]
        for table, key in ((self.by_function, (function, name)), (self.by_type, kind), (self.by_name, name)):
            if key in table:
                return [table[key]]
        return []

    def argument(self, function, parameter):
        return self.find(function, parameter)[0]

    def missing(self, function, parameters):
        return [parameter["name"] for parameter in parameters
                if not self.is_output(parameter) and not self.find(function, parameter)]

    def edge(self, text):
        """The address of a copy of `text` that ends where a page begins that may not be read."""
        page = mmap.PAGESIZE
        whole = (len(text) + page - 1) // page * page
        memory = mmap.mmap(-1, whole + page)
        start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        self.kept.append(memory)
        assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(start + whole), page, 0) == 0
        place = start + whole - len(text)
        ctypes.memmove(place, text, len(text))
        return place

    def clean(self):
        shutil.rmtree(self.folder)
