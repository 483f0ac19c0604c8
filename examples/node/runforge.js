// SPDX-License-Identifier: MIT
// RunForge for Node, by koffi (npm): the functions that train.js needs, and a base to extend.
//
// close() frees a handle, in any order and more than once. A FinalizationRegistry frees a handle that is not
// closed. A failed call throws RunForgeError. A callback that throws stops its call, which then throws the
// same. trainAsync() runs on a thread of its own and calls back on the main one. The declarations are
// compared with tests/abi/abi.json by the ctest test languages.declarations.
'use strict';
const koffi = require('koffi');

for (const name of ['rf_error', 'rf_blob', 'rf_builder', 'rf_dataset', 'rf_run', 'rf_model', 'rf_signer', 'rf_cancel'])
  koffi.opaque(name);
const Progress = koffi.proto('int32_t rf_progress_fn(void *user, const char *stage, uint64_t done, uint64_t total)');
koffi.proto('void rf_log_fn(void *user, int32_t level, const char *code, const char *message)');
const Hooks = koffi.struct('rf_hooks', {
  struct_size: 'uint32_t', log_level: 'int32_t', user: 'void *', progress: 'rf_progress_fn *', log: 'rf_log_fn *',
  cancel: 'rf_cancel *', max_bytes: 'uint64_t', threads: 'uint32_t', reserved0: 'uint32_t',
});

const library = koffi.load('librunforge.so.0.1');
const rf = {};
for (const prototype of [
  'int32_t rf_abi_check(uint32_t abi, uint32_t version)',
  'const void *rf_blob_data(const rf_blob *b)',
  'void rf_blob_free(rf_blob *b)',
  'size_t rf_blob_size(const rf_blob *b)',
  `int32_t rf_builder_add(rf_builder *b, const char *name, int32_t type, const void *values, size_t count, intptr_t
    stride, const uint8_t *validity, _Out_ rf_error **err)`,
  `int32_t rf_builder_add_utf8(rf_builder *b, const char *name, const char *bytes, const int64_t *offsets, size_t
    count, const uint8_t *validity, _Out_ rf_error **err)`,
  `int32_t rf_builder_finish(rf_builder *b, const char *options, size_t options_len, _Out_ rf_dataset **out, _Out_
    rf_error **err)`,
  'void rf_builder_free(rf_builder *b)',
  'int32_t rf_builder_new(_Out_ rf_builder **out, _Out_ rf_error **err)',
  'void rf_cancel_free(rf_cancel *c)',
  'int32_t rf_cancel_new(_Out_ rf_cancel **out, _Out_ rf_error **err)',
  'void rf_cancel_set(rf_cancel *c)',
  'int32_t rf_dataset_digest(const rf_dataset *d, _Out_ uint8_t *digest, size_t digest_size, _Out_ rf_error **err)',
  'void rf_dataset_free(rf_dataset *d)',
  `int32_t rf_dataset_load(const char *path, const char *options, size_t options_len, const rf_hooks *hooks, _Out_
    rf_dataset **out, _Out_ rf_error **err)`,
  `int32_t rf_dataset_load_buffer(const void *data, size_t size, const char *options, size_t options_len, const
    rf_hooks *hooks, _Out_ rf_dataset **out, _Out_ rf_error **err)`,
  'uint64_t rf_dataset_rows(const rf_dataset *d)',
  `int32_t rf_emit_artifacts(const rf_run *r, const char *parent, const rf_signer *signer, const char *options,
    size_t options_len, const rf_hooks *hooks, _Out_ rf_blob **run_dir, _Out_ rf_error **err)`,
  'const char *rf_error_code(const rf_error *e)',
  'const char *rf_error_details(const rf_error *e)',
  'void rf_error_free(rf_error *e)',
  'const char *rf_error_message(const rf_error *e)',
  'void rf_model_free(rf_model *m)',
  'uint64_t rf_model_outputs(const rf_model *m)',
  `int32_t rf_predict(const rf_model *m, const rf_dataset *d, const rf_hooks *hooks, _Out_ double *out, size_t
    capacity, rf_blob **report, _Out_ rf_error **err)`,
  `int32_t rf_run_artifact(const rf_run *r, const char *name, _Out_ const void **data, _Out_ size_t *size, _Out_
    rf_error **err)`,
  'uint64_t rf_run_artifact_count(const rf_run *r)',
  'const char *rf_run_artifact_name(const rf_run *r, uint64_t i)',
  'int32_t rf_run_digest(const rf_run *r, _Out_ uint8_t *digest, size_t digest_size, _Out_ rf_error **err)',
  'void rf_run_free(rf_run *r)',
  'int32_t rf_run_metric(const rf_run *r, const char *name, _Out_ double *value, _Out_ rf_error **err)',
  'int32_t rf_run_model(const rf_run *r, _Out_ rf_model **out, _Out_ rf_error **err)',
  'int32_t rf_run_open(const char *directory, _Out_ rf_run **out, _Out_ rf_error **err)',
  'void rf_signer_free(rf_signer *s)',
  'int32_t rf_signer_generate(uint8_t *seed, size_t seed_size, _Out_ rf_signer **out, _Out_ rf_error **err)',
  'int32_t rf_signer_save(const rf_signer *s, const char *path, _Out_ rf_error **err)',
  'const char *rf_status_name(int32_t status)',
  `int32_t rf_train(const rf_dataset *d, const char *config, size_t config_len, const rf_hooks *hooks, _Out_ rf_run
    **out, _Out_ rf_error **err)`,
  `int32_t rf_verify_artifacts(const char *directory, const rf_dataset *d, const uint8_t *public_keys, size_t
    n_keys, const rf_hooks *hooks, _Out_ rf_blob **report, _Out_ rf_error **err)`,
])
  rf[prototype.match(/\brf_\w+(?=\()/)[0]] = library.func(prototype);
if (rf.rf_abi_check(0, 1000) !== 0)  // RF_ABI_VERSION and RF_VERSION_NUMBER of the header this was written for
  throw new Error('librunforge.so.0.1 is another version than this module was written for');
const dtypes = new Map([[Float64Array, 1], [Float32Array, 2], [BigInt64Array, 3], [Int32Array, 4]]);

/** A failed call: status (a number), name ("RF_E_DATA"), code, message, details (JSON). */
class RunForgeError extends Error {
  constructor(status, error) {
    super(rf.rf_error_message(error));
    Object.assign(this, {status, name: rf.rf_status_name(status), code: rf.rf_error_code(error),
                         details: rf.rf_error_details(error)});
    rf.rf_error_free(error);
  }
}
const check = (status, error) => {
  if (status !== 0) throw new RunForgeError(status, error[0]);
};
/** Calls function(arguments..., &error) and throws its error. */
const call = (f, ...words) => {
  const error = [null];
  check(f(...words, error), error);
};
/** Returns `made` of function(arguments..., &made, &error). */
const made = (f, ...words) => {
  const out = [null];
  call(f, ...words, out);
  return out[0];
};
const digest = (f, handle) => {
  const bytes = Buffer.alloc(32);
  call(f, handle, bytes, 32);
  return bytes.toString('hex');
};
const size = (text) => Buffer.byteLength(text);

// doc: ownership
const forgotten = new FinalizationRegistry(({free, c}) => free(c));

/** Owns a C handle until close(). */
class Handle {
  constructor(c, free) {
    Object.assign(this, {c, free});
    forgotten.register(this, {free, c}, this);
  }
  close() {
    if (this.c === null) return;
    forgotten.unregister(this);
    this.free(this.c);
    this.c = null;
  }
}
// doc: end

const takeBlob = (c) => {
  const text = Buffer.from(koffi.view(rf.rf_blob_data(c), Number(rf.rf_blob_size(c)))).toString();
  rf.rf_blob_free(c);
  return text;
};

/** Stop flag for calls that run asynchronously. */
class Cancel extends Handle {
  constructor() { super(made(rf.rf_cancel_new), rf.rf_cancel_free); }
  set() { rf.rf_cancel_set(this.c); }
}

// doc: callbacks
/** The hooks of one call. progress(stage, done, total) stops it by giving true; what it throws is kept for finish(). */
class Call {
  constructor({progress = null, cancel = null, threads = 0, maxBytes = 0} = {}) {
    this.thrown = [];
    this.registered = progress && koffi.register((user, stage, done, total) => {
      try {
        return progress(stage, Number(done), Number(total)) ? 1 : 0;
      } catch (error) {
        this.thrown.push(error);
        return 1;
      }
    }, koffi.pointer(Progress));
    this.c = {struct_size: koffi.sizeof(Hooks), log_level: 0, user: null, progress: this.registered, log: null,
              cancel: cancel && cancel.c, max_bytes: maxBytes, threads, reserved0: 0};
  }
  finish() {
    if (this.registered) koffi.unregister(this.registered);
    if (this.thrown.length) throw this.thrown[0];
  }
}
/** body(hooks) with hooks as C takes them. */
const hooked = (hooks, body) => {
  const session = new Call(hooks);
  try {
    return body(session.c);
  } finally {
    session.finish();
  }
};
// doc: end

class Dataset extends Handle {
  constructor(c) { super(c, rf.rf_dataset_free); }
  static load(path, hooks) { return new Dataset(hooked(hooks, (h) => made(rf.rf_dataset_load, path, null, 0, h))); }
  static loadBuffer(bytes, hooks) {
    return new Dataset(hooked(hooks, (h) => made(rf.rf_dataset_load_buffer, bytes, bytes.length, null, 0, h)));
  }
  rows() { return Number(rf.rf_dataset_rows(this.c)); }
  digest() { return digest(rf.rf_dataset_digest, this.c); }
}

class Builder extends Handle {
  constructor() { super(made(rf.rf_builder_new), rf.rf_builder_free); }
  /** Numbers as a typed array. */
  add(name, values, dtype = dtypes.get(values.constructor)) {
    call(rf.rf_builder_add, this.c, name, dtype, values, values.length, 0, null);
  }
  addBooleans(name, values) { this.add(name, Uint8Array.from(values), 11); }
  /** Texts; null is missing. */
  addText(name, values) {
    const offsets = new BigInt64Array(values.length + 1);
    const validity = new Uint8Array((values.length + 7) >> 3);
    values.forEach((value, i) => {
      offsets[i + 1] = offsets[i] + BigInt(size(value ?? ''));
      if (value !== null) validity[i >> 3] |= 1 << (i & 7);
    });
    const bytes = values.map((value) => value ?? '').join('');
    call(rf.rf_builder_add_utf8, this.c, name, bytes, offsets, values.length, validity);
  }
  finish() { return new Dataset(made(rf.rf_builder_finish, this.c, null, 0)); }
}

class Model extends Handle {
  constructor(c) { super(c, rf.rf_model_free); }
  outputs() { return Number(rf.rf_model_outputs(this.c)); }
  /** rows x outputs, row by row. */
  predict(dataset) {
    const out = new Float64Array(dataset.rows() * this.outputs());
    call(rf.rf_predict, this.c, dataset.c, null, out, out.length, null);
    return out;
  }
}

class Run extends Handle {
  constructor(c) { super(c, rf.rf_run_free); }
  static open(directory) { return new Run(made(rf.rf_run_open, directory)); }
  artifactNames() {
    return Array.from({length: Number(rf.rf_run_artifact_count(this.c))}, (_, i) => rf.rf_run_artifact_name(this.c, i));
  }
  /** A copy of a file's bytes. */
  artifact(name) {
    const data = [null];
    const count = [0];
    call(rf.rf_run_artifact, this.c, name, data, count);
    return Buffer.from(Buffer.from(koffi.view(data[0], Number(count[0]))));
  }
  digest() { return digest(rf.rf_run_digest, this.c); }
  metric(name) { return made(rf.rf_run_metric, this.c, name); }
  model() { return new Model(made(rf.rf_run_model, this.c)); }
  /** Writes the record below `parent` and returns its path. */
  emit(parent) { return takeBlob(made(rf.rf_emit_artifacts, this.c, parent, null, null, 0, null)); }
}

class Signer extends Handle {
  constructor() { super(made(rf.rf_signer_generate, null, 0), rf.rf_signer_free); }
  save(path) { call(rf.rf_signer_save, this.c, path); }
}

const train = (dataset, config, hooks) =>
  new Run(hooked(hooks, (h) => made(rf.rf_train, dataset.c, config, size(config), h)));

/** Trains on another thread; the promise holds a Run. */
const trainAsync = (dataset, config, hooks) => new Promise((resolve, reject) => {
  const session = new Call(hooks);
  const [out, error] = [[null], [null]];
  rf.rf_train.async(dataset.c, config, size(config), session.c, out, error, (failed, status) => {
    try {
      if (failed) throw failed;
      session.finish();
      check(status, error);
      resolve(new Run(out[0]));
    } catch (thrown) {
      reject(thrown);
    }
  });
});

/** Returns the report on an emitted run; throws with status 8 if something does not hold. */
const verify = (directory) => {
  const [report, error] = [[null], [null]];
  const status = rf.rf_verify_artifacts(directory, null, null, 0, null, report, error);
  const text = report[0] === null ? '' : takeBlob(report[0]);
  check(status, error);
  return text;
};

module.exports = {Builder, Cancel, Dataset, Model, Run, RunForgeError, Signer, train, trainAsync, verify};
