-- SPDX-License-Identifier: MIT
-- RunForge for LuaJIT, by ffi: what client.lua needs. Handles are freed by ffi.gc. A failed call raises a table.
-- Functions that may be called back are not compiled: LuaJIT cannot enter Lua from compiled code that called C. The
-- declarations are compared with tests/abi/abi.json by the ctest test languages.declarations.
local ffi = require("ffi")

ffi.cdef[[
typedef struct rf_error rf_error;
typedef struct rf_blob rf_blob;
typedef struct rf_builder rf_builder;
typedef struct rf_dataset rf_dataset;
typedef struct rf_run rf_run;
typedef struct rf_model rf_model;
typedef struct rf_signer rf_signer;
typedef struct rf_cancel rf_cancel;
typedef int32_t (*rf_progress_fn)(void *user, const char *stage, uint64_t done, uint64_t total);
typedef void (*rf_log_fn)(void *user, int32_t level, const char *code, const char *message);
typedef struct rf_hooks {
  uint32_t struct_size;
  int32_t log_level;
  void *user;
  rf_progress_fn progress;
  rf_log_fn log;
  rf_cancel *cancel;
  uint64_t max_bytes;
  uint32_t threads;
  uint32_t reserved0;
} rf_hooks;
int32_t rf_abi_check(uint32_t abi, uint32_t version);
const void *rf_blob_data(const rf_blob *b);
void rf_blob_free(rf_blob *b);
size_t rf_blob_size(const rf_blob *b);
int32_t rf_builder_add(rf_builder *b, const char *name, int32_t type, const void *values, size_t count,
                       ptrdiff_t stride, const uint8_t *validity, rf_error **err);
int32_t rf_builder_add_utf8(rf_builder *b, const char *name, const char *bytes, const int64_t *offsets, size_t count,
                            const uint8_t *validity, rf_error **err);
int32_t rf_builder_finish(rf_builder *b, const char *options, size_t options_len, rf_dataset **out, rf_error **err);
void rf_builder_free(rf_builder *b);
int32_t rf_builder_new(rf_builder **out, rf_error **err);
int32_t rf_dataset_digest(const rf_dataset *d, uint8_t *digest, size_t digest_size, rf_error **err);
void rf_dataset_free(rf_dataset *d);
int32_t rf_dataset_load(const char *path, const char *options, size_t options_len, const rf_hooks *hooks,
                        rf_dataset **out, rf_error **err);
int32_t rf_dataset_load_buffer(const void *data, size_t size, const char *options, size_t options_len,
                               const rf_hooks *hooks, rf_dataset **out, rf_error **err);
uint64_t rf_dataset_rows(const rf_dataset *d);
int32_t rf_emit_artifacts(const rf_run *r, const char *parent, const rf_signer *signer, const char *options,
                          size_t options_len, const rf_hooks *hooks, rf_blob **run_dir, rf_error **err);
const char *rf_error_code(const rf_error *e);
const char *rf_error_details(const rf_error *e);
void rf_error_free(rf_error *e);
const char *rf_error_message(const rf_error *e);
void rf_model_free(rf_model *m);
uint64_t rf_model_outputs(const rf_model *m);
int32_t rf_predict(const rf_model *m, const rf_dataset *d, const rf_hooks *hooks, double *out, size_t capacity,
                   rf_blob **report, rf_error **err);
int32_t rf_run_artifact(const rf_run *r, const char *name, const void **data, size_t *size, rf_error **err);
int32_t rf_run_digest(const rf_run *r, uint8_t *digest, size_t digest_size, rf_error **err);
void rf_run_free(rf_run *r);
int32_t rf_run_metric(const rf_run *r, const char *name, double *value, rf_error **err);
int32_t rf_run_model(const rf_run *r, rf_model **out, rf_error **err);
int32_t rf_run_open(const char *directory, rf_run **out, rf_error **err);
void rf_signer_free(rf_signer *s);
int32_t rf_signer_generate(uint8_t *seed, size_t seed_size, rf_signer **out, rf_error **err);
int32_t rf_signer_save(const rf_signer *s, const char *path, rf_error **err);
const char *rf_status_name(int32_t status);
int32_t rf_train(const rf_dataset *d, const char *config, size_t config_len, const rf_hooks *hooks, rf_run **out,
                 rf_error **err);
int32_t rf_verify_artifacts(const char *directory, const rf_dataset *d, const uint8_t *public_keys, size_t n_keys,
                            const rf_hooks *hooks, rf_blob **report, rf_error **err);
]]
local rf = ffi.load("librunforge.so.0.1")
assert(rf.rf_abi_check(0, 1000) == 0, "librunforge.so.0.1 is another version than this module was written for")

local M = {F64 = 1, I32 = 4, BOOL8 = 11}

local function raise(status, err)
  local failure = {status = status, name = ffi.string(rf.rf_status_name(status)),
                   code = ffi.string(rf.rf_error_code(err)), message = ffi.string(rf.rf_error_message(err)),
                   details = ffi.string(rf.rf_error_details(err))}
  rf.rf_error_free(err)
  error(failure, 0)
end

-- f(arguments..., &err)
local function call(f, ...)
  local err = ffi.new("rf_error *[1]")
  local words = {...}
  local n = select("#", ...)
  words[n + 1] = err
  local status = f(unpack(words, 1, n + 1))
  if status ~= 0 then raise(status, err[0]) end
end

-- What f(arguments..., &made, &err) makes, freed by `free` once nobody holds it.
local function made(noun, free, f, ...)
  local out = ffi.new(noun .. " *[1]")
  local words = {...}
  local n = select("#", ...)
  words[n + 1] = out
  call(f, unpack(words, 1, n + 1))
  return ffi.gc(out[0], free)
end

local function digest(f, handle)
  local bytes = ffi.new("uint8_t[32]")
  call(f, handle, bytes, 32)
  return (ffi.string(bytes, 32):gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

-- body(hooks) with options.progress(stage, done, total), which gives true to stop; an error in it comes out of here.
local function hooked(options, body)
  if not options then return body(nil) end
  local hooks = ffi.new("rf_hooks")
  hooks.struct_size = ffi.sizeof("rf_hooks")
  hooks.max_bytes = options.max_bytes or 0
  local thrown
  local callback = options.progress and ffi.cast("rf_progress_fn", function(_, stage, done, total)
    local went_well, stop = pcall(options.progress, ffi.string(stage), tonumber(done), tonumber(total))
    if not went_well then thrown = {stop} end
    return (not went_well or stop) and 1 or 0
  end)
  hooks.progress = callback or nil
  local went_well, result = pcall(body, hooks)
  if callback then callback:free() end
  if thrown then error(thrown[1], 0) end
  if not went_well then error(result, 0) end
  return result
end

function M.load(path) return made("rf_dataset", rf.rf_dataset_free, rf.rf_dataset_load, path, nil, 0, nil) end
function M.load_buffer(bytes)
  return made("rf_dataset", rf.rf_dataset_free, rf.rf_dataset_load_buffer, bytes, #bytes, nil, 0, nil)
end
function M.dataset_digest(dataset) return digest(rf.rf_dataset_digest, dataset) end
function M.train(dataset, config, options)
  return hooked(options, function(hooks)
    return made("rf_run", rf.rf_run_free, rf.rf_train, dataset, config, #config, hooks)
  end)
end
function M.open(directory) return made("rf_run", rf.rf_run_free, rf.rf_run_open, directory) end
function M.run_digest(run) return digest(rf.rf_run_digest, run) end
function M.metric(run, name)
  local value = ffi.new("double[1]")
  call(rf.rf_run_metric, run, name, value)
  return value[0]
end
function M.artifact(run, name)
  local data, size = ffi.new("const void *[1]"), ffi.new("size_t[1]")
  call(rf.rf_run_artifact, run, name, data, size)
  return ffi.string(data[0], size[0])
end
function M.emit(run, parent)
  local path = made("rf_blob", rf.rf_blob_free, rf.rf_emit_artifacts, run, parent, nil, nil, 0, nil)
  return ffi.string(rf.rf_blob_data(path), rf.rf_blob_size(path))
end
function M.verify(directory)
  local report, err = ffi.new("rf_blob *[1]"), ffi.new("rf_error *[1]")
  local status = rf.rf_verify_artifacts(directory, nil, nil, 0, nil, report, err)
  local text = report[0] ~= nil and ffi.string(rf.rf_blob_data(report[0]), rf.rf_blob_size(report[0])) or ""
  rf.rf_blob_free(report[0])
  if status ~= 0 then raise(status, err[0]) end
  return text
end
function M.model(run) return made("rf_model", rf.rf_model_free, rf.rf_run_model, run) end
function M.predict(model, dataset)
  local size = tonumber(rf.rf_dataset_rows(dataset) * rf.rf_model_outputs(model))
  local out = ffi.new("double[?]", size)
  call(rf.rf_predict, model, dataset, nil, out, size, nil)
  return out
end
function M.signer() return made("rf_signer", rf.rf_signer_free, rf.rf_signer_generate, nil, 0) end
function M.save(signer, path) call(rf.rf_signer_save, signer, path) end

function M.builder() return made("rf_builder", rf.rf_builder_free, rf.rf_builder_new) end
-- `ctype` is that of an element: "double", "int32_t", "uint8_t".
function M.add(builder, name, dtype, ctype, values)
  call(rf.rf_builder_add, builder, name, dtype, ffi.new(ctype .. "[?]", #values, values), #values, 0, nil)
end
-- Texts; false is missing.
function M.add_text(builder, name, values)
  local offsets = ffi.new("int64_t[?]", #values + 1)
  local validity = ffi.new("uint8_t[?]", #values / 8 + 1)
  local texts = {}
  for i, value in ipairs(values) do
    texts[i] = value or ""
    offsets[i] = offsets[i - 1] + #texts[i]
    local byte = math.floor((i - 1) / 8)
    if value then validity[byte] = bit.bor(validity[byte], bit.lshift(1, (i - 1) % 8)) end
  end
  call(rf.rf_builder_add_utf8, builder, name, table.concat(texts), offsets, #values, validity)
end
function M.finish(builder) return made("rf_dataset", rf.rf_dataset_free, rf.rf_builder_finish, builder, nil, 0) end

-- Freed now rather than by some collection; the handle is of no use afterwards.
function M.free(handle, noun)
  ffi.gc(handle, nil)
  rf["rf_" .. noun .. "_free"](handle)
end

jit.off(call)
jit.off(made)
jit.off(hooked)
jit.off(M.train)
return M
