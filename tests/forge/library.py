# SPDX-License-Identifier: MIT
"""The calls of the shared library that a forger meets, in process: load, train, emit, verify, reproduce, sign."""
import ctypes
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
import native  # noqa: E402  pylint: disable=wrong-import-position

OK, INTEGRITY, UNSUPPORTED, MISMATCH = (native.CONSTANTS[name] for name in
                                        ("RF_OK", "RF_E_INTEGRITY", "RF_E_UNSUPPORTED", "RF_E_MISMATCH"))


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(f"{native.STATUS_NAMES.get(status, status)} {code}: {message}")
        self.status, self.code, self.message = status, code, message


class Library:
    def __init__(self, path):
        self.native = native.load(str(path))
        self.hooks = native.Hooks(struct_size=ctypes.sizeof(native.Hooks), threads=1)
        self.one_thread = ctypes.addressof(self.hooks)

    def text_of(self, blob):
        if not blob:
            return None
        content = ctypes.string_at(self.native.rf_blob_data(blob), self.native.rf_blob_size(blob))
        self.native.rf_blob_free(blob)
        return content

    def call(self, name, *arguments, out=True):
        """The status, what `out` received, and (code, message) of the error."""
        received, error = ctypes.c_void_p(), ctypes.c_void_p()
        places = [ctypes.addressof(received)] if out else []
        status = getattr(self.native, name)(*arguments, *places, ctypes.addressof(error))
        told = None
        if error:
            told = (self.native.rf_error_code(error).decode(), self.native.rf_error_message(error).decode("utf-8", "replace"))
            self.native.rf_error_free(error)
        return status, received.value, told

    def must(self, name, *arguments, out=True):
        status, received, told = self.call(name, *arguments, out=out)
        if status != OK:
            raise Refused(status, *(told or ("", "")))
        return received

    def load(self, path, options="{}"):
        options = options.encode()
        return self.must("rf_dataset_load", str(path).encode(), options, len(options), self.one_thread)

    def from_columns(self, columns):
        """A dataset of {name: numbers} that came from memory."""
        builder = self.must("rf_builder_new")
        for name, values in columns.items():
            array = (ctypes.c_double * len(values))(*values)
            self.must("rf_builder_add", builder, name.encode(), native.CONSTANTS["RF_F64"], ctypes.addressof(array),
                      len(values), 0, None, out=False)
        dataset = self.must("rf_builder_finish", builder, None, 0)
        self.native.rf_builder_free(builder)
        return dataset

    def train(self, dataset, config):
        text = json.dumps(config).encode() if isinstance(config, dict) else config.encode()
        return self.must("rf_train", dataset, text, len(text), self.one_thread)

    def result_files(self, run):
        files = {}
        for place in range(self.native.rf_run_artifact_count(run)):
            name = self.native.rf_run_artifact_name(run, place)
            data, size, error = ctypes.c_void_p(), ctypes.c_size_t(), ctypes.c_void_p()
            status = self.native.rf_run_artifact(run, name, ctypes.addressof(data), ctypes.addressof(size),
                                                 ctypes.addressof(error))
            assert status == OK, name
            files[name.decode()] = ctypes.string_at(data, size.value)
        return files

    def emit(self, run, parent, signer=None, details=True):
        options = json.dumps({"timestamp": "2024-01-01T12:00:00Z", "execution_details": details}).encode()
        blob = self.must("rf_emit_artifacts", run, str(parent).encode(), signer, options, len(options), self.one_thread)
        return self.text_of(blob).decode()

    def signer(self, seed):
        return self.must("rf_signer_from_seed", seed, len(seed))

    def public_key(self, signer):
        key = ctypes.create_string_buffer(32)
        self.must("rf_signer_public_key", signer, ctypes.addressof(key), 32, out=False)
        return key.raw

    def public_key_file(self, path):
        key = ctypes.create_string_buffer(32)
        self.must("rf_public_key_load", str(path).encode(), ctypes.addressof(key), 32, out=False)
        return key.raw

    def judged(self, status, blob, told):
        text = self.text_of(blob)
        return status, json.loads(text) if text else {}, told

    def verify(self, folder, dataset=None, keys=b""):
        return self.judged(*self.call("rf_verify_artifacts", folder.encode(), dataset, keys or None, len(keys) // 32,
                                      self.one_thread))

    def reproduce(self, folder, dataset):
        return self.judged(*self.call("rf_reproduce_artifacts", folder.encode(), dataset, None, self.one_thread))

    def sign(self, folder, signer):
        return self.call("rf_sign_artifacts", folder.encode(), signer, self.one_thread, out=False)[0]

    def free(self, kind, handle):
        if handle:
            getattr(self.native, f"rf_{kind}_free")(handle)
