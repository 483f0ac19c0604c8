/* SPDX-License-Identifier: MIT
 *
 * RunForge C ABI. The ABI number is 0: names may still improve before 1.0.
 *
 * One header, C99 and C++ clean, no dependency beyond <stddef.h>/<stdint.h>.
 *
 * House rules (each one is a test in tests/abi):
 *
 *  Errors    Every fallible call returns rf_status and takes an optional `rf_error **err` as its LAST
 *            argument. Success stores NULL there; failure stores a new object the caller frees. The old value
 *            of *err is never read. There is no "last error" in the library.
 *  Outputs   On failure every out-parameter is set to NULL / 0.
 *  Handles   Opaque, independent, freeable in any order, from any thread. *_free(NULL) is a no-op; *_free
 *            never fails, blocks or calls back.
 *  Constness Datasets, runs, models, signers and errors never change once returned: share them across threads
 *            without locking. A builder belongs to one thread at a time. rf_cancel is fully thread-safe.
 *  Strings   UTF-8. JSON and file bodies are (pointer, length). For NUL-terminated text, JSON or CSV bytes
 *            that are not compressed, the length may be RF_AUTO_LEN; for a model it may not. Paths and column
 *            names are NUL-terminated, and returned text always is.
 *  Borrowed  A `const` pointer obtained from a handle lives as long as that handle and does not move. Nothing
 *            lives in thread-local storage.
 *  Callbacks Run only on the thread that made the call, only before it returns, in an order that does not
 *            depend on thread count. They must return normally: no exception, longjmp, panic or error jump.
 *  Process   No threads survive a call, so fork() between calls is fine. The library never prints, exits,
 *            aborts, installs signal or atexit handlers, changes the locale or the FP environment, reads the
 *            environment, or opens a network connection.
 *  Growth    Functions and status codes are only added within one ABI number. rf_hooks grows at its end only;
 *            see struct_size.
 */
#ifndef RUNFORGE_RUNFORGE_H
#define RUNFORGE_RUNFORGE_H

#include <stddef.h>
#include <stdint.h>

/* ---- version: stated here alone; the build files read these lines ---- */
#define RF_VERSION_MAJOR 0
#define RF_VERSION_MINOR 2
#define RF_VERSION_PATCH 0
/** 1 before the release of this version, 0 in its release. */
#define RF_VERSION_DEV 1
#define RF_VERSION_NUMBER \
  (RF_VERSION_MAJOR * 1000000 + RF_VERSION_MINOR * 1000 + RF_VERSION_PATCH)
/** ABI number; from 1.0 equals the SONAME suffix and the ELF symbol-version node. */
#define RF_ABI_VERSION 0

/* ---- linkage: RF_STATIC when consuming the archive, RF_BUILDING inside ---- */
#if defined(_WIN32) && !defined(RF_STATIC)
#  ifdef RF_BUILDING
#    define RF_API __declspec(dllexport)
#  else
#    define RF_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__)
#  define RF_API __attribute__((visibility("default")))
#else
#  define RF_API
#endif

#if defined(__GNUC__) && !defined(RF_NO_NODISCARD)
#  define RF_NODISCARD __attribute__((warn_unused_result))
#else
#  define RF_NODISCARD
#endif

#if defined(__cplusplus) && \
    (__cplusplus >= 201103L || (defined(_MSC_VER) && _MSC_VER >= 1900))
#  define RF_NOEXCEPT noexcept
#else
#  define RF_NOEXCEPT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Arrow C data interface structs, named only. A caller of the Arrow entry points brings the definitions, from
 * its own Arrow library or from the specification, before or after this header. */
struct ArrowSchema;
struct ArrowArray;
struct ArrowArrayStream;

/** Length value meaning "NUL-terminated, measure it". */
#define RF_AUTO_LEN ((size_t)-1)
/** Size in bytes of every digest this library hands out. */
#define RF_DIGEST_SIZE 32

/* ------------------------------------------------------------------ types -- */

typedef struct rf_error   rf_error;   /**< one failed call's explanation */
typedef struct rf_blob    rf_blob;    /**< owned immutable bytes */
typedef struct rf_builder rf_builder; /**< dataset under construction */
typedef struct rf_dataset rf_dataset; /**< immutable typed columns + digest */
typedef struct rf_run     rf_run;     /**< result of one training */
typedef struct rf_model   rf_model;   /**< predictor */
typedef struct rf_signer  rf_signer;  /**< Ed25519 signing identity */
typedef struct rf_cancel  rf_cancel;  /**< cross-thread stop flag */

/** Result code. Fixed 32-bit; treat unknown positive values as failure. */
typedef int32_t rf_status;
enum {
  RF_OK            = 0,
  RF_E_ARGUMENT    = 1,  /**< NULL, bad enum, bad length: caller bug */
  RF_E_CONFIG      = 2,  /**< JSON malformed or outside the published schema */
  RF_E_DATA        = 3,  /**< rows or columns unusable */
  RF_E_IO          = 4,  /**< operating system refused */
  RF_E_NOMEM       = 5,  /**< allocation failed */
  RF_E_CANCELLED   = 6,  /**< stop requested by progress callback or rf_cancel */
  RF_E_NUMERIC     = 7,  /**< singular, diverged, not finite */
  RF_E_INTEGRITY   = 8,  /**< digest or signature does not match */
  RF_E_UNSUPPORTED = 9,  /**< format, type or struct newer than this library */
  RF_E_LIMIT       = 10, /**< a configured resource limit was reached */
  RF_E_EXISTS      = 11, /**< destination present and overwrite not asked for */
  RF_E_MISMATCH    = 12, /**< dataset, model, record or numeric profile do not belong together */
  RF_E_INTERNAL    = 100 /**< a bug in RunForge; the message names the place */
};

/** Element type of in-memory column values, in the machine's byte order. */
typedef int32_t rf_dtype;
enum {
  RF_F64 = 1, RF_F32 = 2, RF_I64 = 3, RF_I32 = 4, RF_I16 = 5, RF_I8 = 6,
  RF_U64 = 7, RF_U32 = 8, RF_U16 = 9, RF_U8 = 10,
  RF_BOOL8 = 11 /**< one byte each, zero is false */
};

/** Logical column kind after loading. */
typedef int32_t rf_kind;
enum { RF_KIND_NUMERIC = 1, RF_KIND_BOOLEAN = 2, RF_KIND_CATEGORY = 3 };

/** What a key has stated about a run by its signature (docs/formats/signatures.md). */
typedef int32_t rf_statement;
enum {
  RF_STATEMENT_ANY        = 0, /**< any of these */
  RF_STATEMENT_RECORDED   = 1, /**< trained it and wrote the record */
  RF_STATEMENT_REPRODUCED = 2, /**< trained again and got the same */
  RF_STATEMENT_SIGNED     = 3  /**< found it whole */
};

typedef int32_t rf_log_level;
enum { RF_LOG_DEBUG = 10, RF_LOG_INFO = 20, RF_LOG_WARN = 30, RF_LOG_OFF = 100 };

/** Progress: return 0 to go on, anything else to cancel. `stage` is a stable
 *  lower-case word ("wait" for a lock); `total` is 0 when unknown. */
typedef int32_t (*rf_progress_fn)(void *user, const char *stage,
                                  uint64_t done, uint64_t total);
/** Log line: `code` is stable and greppable, `message` is for people. */
typedef void (*rf_log_fn)(void *user, rf_log_level level, const char *code,
                          const char *message);

/** External signer: write 64 bytes over `message` (Ed25519, RFC 8032); return 0 on success. */
typedef int32_t (*rf_sign_fn)(void *user, const uint8_t *message, size_t size,
                              uint8_t *signature64);

/** Execution settings. They never influence a result, so they are not JSON and not recorded as configuration.
 *  Pass NULL for all defaults. struct_size is sizeof(rf_hooks) as the CALLER compiled it. Fields past it take
 *  their defaults; bytes this library does not know must be zero, else RF_E_UNSUPPORTED. */
typedef struct rf_hooks {
  uint32_t       struct_size; /**< sizeof(rf_hooks), see above */
  rf_log_level   log_level;   /**< least severe level delivered; 0 = INFO */
  void          *user;        /**< handed to both callbacks, never touched */
  rf_progress_fn progress;    /**< may be NULL */
  rf_log_fn      log;         /**< may be NULL */
  rf_cancel     *cancel;      /**< may be NULL; borrowed for the call */
  uint64_t       max_bytes;   /**< most bytes of data that a loading, training or prediction may hold, with
                                   the loaded table, without buffers of a fixed size; 0 = no ceiling.
                                   RF_E_LIMIT before more is allocated */
  uint32_t       threads;     /**< 0 or 1 = calling thread only */
  uint32_t       reserved0;   /**< must be 0 */
} rf_hooks;
#define RF_HOOKS_INIT { (uint32_t)sizeof(rf_hooks), 0, NULL, NULL, NULL, NULL, 0, 0, 0 }

/* ---------------------------------------------------------------- library -- */

/** Version of the loaded library: "1.4.2", or "1.4.2-dev" before that release. */
RF_API const char *rf_version_string(void) RF_NOEXCEPT;
/** RF_VERSION_NUMBER of the loaded library. */
RF_API uint32_t rf_version_number(void) RF_NOEXCEPT;
/** RF_ABI_VERSION of the loaded library. */
RF_API uint32_t rf_abi_version(void) RF_NOEXCEPT;
/** RF_OK when a client built with these header numbers may use this library. */
RF_API RF_NODISCARD rf_status rf_abi_check(uint32_t abi, uint32_t version) RF_NOEXCEPT;
/** JSON: compiler, flags, vendored versions, numeric profile, source id. */
RF_API const char *rf_build_info(void) RF_NOEXCEPT;
/** Symbolic name of a status ("RF_E_DATA"); "RF_E_UNKNOWN" for others, never NULL. */
RF_API const char *rf_status_name(rf_status status) RF_NOEXCEPT;
/** Embedded schema text for "train_config.v1", "run.v2", "metrics.v1", ..., earlier numbers included, or
 *  NULL. */
RF_API const char *rf_schema(const char *name) RF_NOEXCEPT;

/* ----------------------------------------------------------------- errors -- */

/** Status the failing call returned. */
RF_API rf_status rf_error_status(const rf_error *e) RF_NOEXCEPT;
/** One English sentence, no trailing newline; "" for NULL. */
RF_API const char *rf_error_message(const rf_error *e) RF_NOEXCEPT;
/** Stable identifier such as "RAGGED_ROW"; "" for NULL. */
RF_API const char *rf_error_code(const rf_error *e) RF_NOEXCEPT;
/** JSON object: JSON pointer, file, line, column, expected, got. */
RF_API const char *rf_error_details(const rf_error *e) RF_NOEXCEPT;
RF_API void rf_error_free(rf_error *e) RF_NOEXCEPT;

/* ------------------------------------------------------------------ blobs -- */

/** First byte; a NUL follows the last one. */
RF_API const void *rf_blob_data(const rf_blob *b) RF_NOEXCEPT;
/** Byte count without that NUL. */
RF_API size_t rf_blob_size(const rf_blob *b) RF_NOEXCEPT;
RF_API void rf_blob_free(rf_blob *b) RF_NOEXCEPT;

/* ----------------------------------------------------------- cancellation -- */

RF_API RF_NODISCARD rf_status rf_cancel_new(rf_cancel **out, rf_error **err) RF_NOEXCEPT;
/** Ask every call holding this flag to stop; sticky; async-signal-safe. */
RF_API void rf_cancel_set(rf_cancel *c) RF_NOEXCEPT;
RF_API int32_t rf_cancel_is_set(const rf_cancel *c) RF_NOEXCEPT;
/** Free once no call is using it. */
RF_API void rf_cancel_free(rf_cancel *c) RF_NOEXCEPT;

/* ----------------------------------------------------------------- config -- */

/** Validate a training configuration and return it in canonical form with all defaults: exactly the RFC 8785
 *  bytes of the `config` that run.json records and the input digest covers. */
RF_API RF_NODISCARD rf_status rf_config_normalize(
    const char *config, size_t config_len, rf_blob **out, rf_error **err) RF_NOEXCEPT;

/* ---------------------------------------------------------------- dataset -- */

/** Read a CSV file or named pipe, plain or compressed with gzip or zstd (if the library was built with zlib
 *  and zstd, else RF_E_UNSUPPORTED). `options` is JSON ("dataset_options.v1") or NULL. hooks.threads threads
 *  read; the result does not depend on them. While a pipe is silent, a cancel is noticed within 50 ms. */
RF_API RF_NODISCARD rf_status rf_dataset_load(
    const char *path, const char *options, size_t options_len,
    const rf_hooks *hooks, rf_dataset **out, rf_error **err) RF_NOEXCEPT;
/** Same, from CSV bytes in memory, which are not kept. `size` may be RF_AUTO_LEN (see Strings above). */
RF_API RF_NODISCARD rf_status rf_dataset_load_buffer(
    const void *data, size_t size, const char *options, size_t options_len,
    const rf_hooks *hooks, rf_dataset **out, rf_error **err) RF_NOEXCEPT;

/* Columns in memory (the builder, Arrow) keep their types: floats and integers are numeric, booleans are
 * boolean, text is a category. An empty text is a level. NaN and null are missing. -0 becomes 0. An integer
 * column with a value that a double cannot represent becomes a category of its exact digits and reports
 * INTEGER_TOO_WIDE. Infinity is NUMBER_OUT_OF_RANGE, text that is not UTF-8 is INVALID_UTF8; both are
 * RF_E_DATA and name column and row. `options` is the JSON of rf_dataset_load: each value's text is checked
 * against a declared kind, and `infer_text` reads text columns by the rules of CSV cells. Equal cells give
 * the same content digest, and trainings the same artifacts, as a CSV file with these cells, but run.json
 * then has no fingerprint and no source. An unnamed column N (from 1) is called column_N. Equal names are
 * DUPLICATE_COLUMN (RF_E_DATA). */

/** Drain an Arrow stream of struct batches (C stream interface): get_schema once, then get_next until the
 *  end. Each struct handed out is released before the next call. Everything is copied. The stream is consumed
 *  and released before return, on failure too. All of the producer's functions run on the calling thread. The
 *  formats read are c C s S i I l L f g b u U n and dictionaries of u and U, with any validity, offset,
 *  alignment and dictionary per batch. Any other is RF_E_UNSUPPORTED naming column and format. Inconsistent
 *  structures are RF_E_DATA (INVALID_ARROW). A stream that fails is RF_E_IO with its own message
 *  (ARROW_STREAM_FAILED). The sizes of buffers cannot be checked: they must be as long as the lengths and
 *  offsets require. Progress stage "load", in rows. */
RF_API RF_NODISCARD rf_status rf_dataset_from_arrow_stream(
    struct ArrowArrayStream *stream, const char *options, size_t options_len,
    const rf_hooks *hooks, rf_dataset **out, rf_error **err) RF_NOEXCEPT;
/** Same, for one struct batch; releases both arguments before return, whether or not the call succeeds. */
RF_API RF_NODISCARD rf_status rf_dataset_from_arrow(
    struct ArrowSchema *schema, struct ArrowArray *batch,
    const char *options, size_t options_len,
    const rf_hooks *hooks, rf_dataset **out, rf_error **err) RF_NOEXCEPT;

/** An empty builder; free it with rf_builder_free. */
RF_API RF_NODISCARD rf_status rf_builder_new(rf_builder **out, rf_error **err) RF_NOEXCEPT;
/** Copy `count` values, one every `stride` bytes from `values` on (0 = packed; a negative stride walks back;
 *  no alignment needed). `validity` is an LSB-first bitmap of `count` bits, 1 = present, or NULL if nothing
 *  is missing. `values` may be NULL if count is 0. Every column must have the row count of the first, else
 *  RF_E_ARGUMENT. On failure the builder is unchanged. */
RF_API RF_NODISCARD rf_status rf_builder_add(
    rf_builder *b, const char *name, rf_dtype type, const void *values,
    size_t count, ptrdiff_t stride, const uint8_t *validity, rf_error **err) RF_NOEXCEPT;
/** Copy a text column: value i is bytes[offsets[i] .. offsets[i+1]), so there are count + 1 offsets, the
 *  first at least 0, each at least the one before. `bytes` may be NULL if all texts are empty, `offsets` if
 *  count is 0. The rest as above. */
RF_API RF_NODISCARD rf_status rf_builder_add_utf8(
    rf_builder *b, const char *name, const char *bytes, const int64_t *offsets,
    size_t count, const uint8_t *validity, rf_error **err) RF_NOEXCEPT;
/** Turn the columns into a dataset. RF_E_DATA without columns (ZERO_FEATURES) and without rows (ZERO_ROWS).
 *  The builder is then empty, on failure too, and ready for another table. The caller still frees it. */
RF_API RF_NODISCARD rf_status rf_builder_finish(
    rf_builder *b, const char *options, size_t options_len,
    rf_dataset **out, rf_error **err) RF_NOEXCEPT;
RF_API void rf_builder_free(rf_builder *b) RF_NOEXCEPT;

RF_API uint64_t rf_dataset_rows(const rf_dataset *d) RF_NOEXCEPT;
RF_API uint64_t rf_dataset_columns(const rf_dataset *d) RF_NOEXCEPT;
/** Borrowed name, or NULL past the end. */
RF_API const char *rf_dataset_column_name(const rf_dataset *d, uint64_t i) RF_NOEXCEPT;
/** Kind, or 0 past the end. */
RF_API rf_kind rf_dataset_column_kind(const rf_dataset *d, uint64_t i) RF_NOEXCEPT;
/** Digest of the logical content: equal for the same table however loaded. Computed at the first call. */
RF_API RF_NODISCARD rf_status rf_dataset_digest(
    const rf_dataset *d, uint8_t *digest, size_t digest_size, rf_error **err) RF_NOEXCEPT;
/** What a training with `config` (may be NULL) would see: columns, kinds, roles, missing counts, what would
 *  be dropped or ignored and why (JSON, "inspect.v2"). */
RF_API RF_NODISCARD rf_status rf_dataset_describe(
    const rf_dataset *d, const char *config, size_t config_len,
    rf_blob **out, rf_error **err) RF_NOEXCEPT;
RF_API void rf_dataset_free(rf_dataset *d) RF_NOEXCEPT;

/* --------------------------------------------------------------- training -- */

/** Train. Equal dataset content, config and library version give equal artifact bytes, whatever the hooks.
 *  Touches no file. */
RF_API RF_NODISCARD rf_status rf_train(
    const rf_dataset *d, const char *config, size_t config_len,
    const rf_hooks *hooks, rf_run **out, rf_error **err) RF_NOEXCEPT;

/** Open an emitted run for reading. Every file must match its digest in run.json, and run.json its digest in
 *  execution.v1.json, else RF_E_INTEGRITY (RUN_ALTERED). Nothing more is verified. RF_E_IO or RF_E_DATA: no
 *  run is there. RF_E_UNSUPPORTED (UNSUPPORTED_FORMAT): this library does not know the schema of run.json. */
RF_API RF_NODISCARD rf_status rf_run_open(
    const char *directory, rf_run **out, rf_error **err) RF_NOEXCEPT;
/** Number of result files, run.json included, in a fixed (name-sorted) order. */
RF_API uint64_t rf_run_artifact_count(const rf_run *r) RF_NOEXCEPT;
/** Borrowed relative name ("metrics.v1.json"), or NULL past the end. */
RF_API const char *rf_run_artifact_name(const rf_run *r, uint64_t i) RF_NOEXCEPT;
/** Borrow one artifact's exact bytes, as emit would write them. */
RF_API RF_NODISCARD rf_status rf_run_artifact(
    const rf_run *r, const char *name, const void **data, size_t *size,
    rf_error **err) RF_NOEXCEPT;
/** SHA-256 of the bytes of run.json, which pins every result file. */
RF_API RF_NODISCARD rf_status rf_run_digest(
    const rf_run *r, uint8_t *digest, size_t digest_size, rf_error **err) RF_NOEXCEPT;
/** One headline number by name ("accuracy"); RF_E_ARGUMENT if absent. */
RF_API RF_NODISCARD rf_status rf_run_metric(
    const rf_run *r, const char *name, double *value, rf_error **err) RF_NOEXCEPT;
/** New handle on the trained model; outlives the run. */
RF_API RF_NODISCARD rf_status rf_run_model(
    const rf_run *r, rf_model **out, rf_error **err) RF_NOEXCEPT;
/** Options for rf_dataset_load that read another file as this run's file was read (JSON,
 *  "dataset_options.v1"), with the kinds of used features declared. RF_E_UNSUPPORTED: the record names a
 *  reading option that this library does not know. */
RF_API RF_NODISCARD rf_status rf_run_dataset_options(const rf_run *r, rf_blob **out, rf_error **err) RF_NOEXCEPT;
/** Options for rf_dataset_load that read the recorded file again as it was read, for rf_verify_artifacts and
 *  rf_reproduce_artifacts (JSON, "dataset_options.v1"): they declare only kinds that were declared then. `{}`
 *  if the record names no file; RF_E_UNSUPPORTED as above. */
RF_API RF_NODISCARD rf_status rf_run_reading_options(const rf_run *r, rf_blob **out, rf_error **err) RF_NOEXCEPT;
/** Borrowed run id of a run that was opened, from its record; NULL for a run that was trained (no id yet). */
RF_API const char *rf_run_id(const rf_run *r) RF_NOEXCEPT;
/** Diagnostics of the training (JSON array of code, severity, message and details). This library rebuilds the
 *  messages in its own words. */
RF_API RF_NODISCARD rf_status rf_run_diagnostics(const rf_run *r, rf_blob **out, rf_error **err) RF_NOEXCEPT;
RF_API void rf_run_free(rf_run *r) RF_NOEXCEPT;

/* -------------------------------------------------------------- artifacts -- */

/** Write the run into a new directory `parent`/<run_id>, whole or not at all. `options` is JSON
 *  ("emit_options.v1": timestamp, execution details on or off) or NULL. `signer` may be NULL, else its
 *  signatures are written with the run (docs/formats/signatures.md). For a run trained in this process they
 *  state "recorded". A run that was opened is checked first, with or without a signer: RF_E_INTEGRITY
 *  (RUN_ALTERED) if files, digests or meaning do not hold. Its signatures state "signed". A run that another
 *  version wrote is RF_E_UNSUPPORTED, because its files would have to name that version as their writer.
 *  `run_dir` receives the path created; may be NULL. */
RF_API RF_NODISCARD rf_status rf_emit_artifacts(
    const rf_run *r, const char *parent, const rf_signer *signer,
    const char *options, size_t options_len, const rf_hooks *hooks,
    rf_blob **run_dir, rf_error **err) RF_NOEXCEPT;

/** Check an emitted directory layer by layer, offline and without training. `d` is the dataset that was
 *  trained on. If it is NULL, the layer that needs it is reported as not checked. `public_keys` holds n_keys
 *  keys of 32 bytes one after another, each of which must have stated something about the run; NULL with 0
 *  leaves signatures unchecked. RF_OK: everything checked holds, and everything requested was done; `claim`
 *  in the report is "verified" or "holds_together". RF_E_INTEGRITY (RUN_ALTERED): something does not hold, or
 *  a key has not stated what is wanted of it. RF_E_UNSUPPORTED (UNSUPPORTED_VERSION): this library does not
 *  know the version in run.json, and gives no verdict. RF_E_MISMATCH (DATASET_MISMATCH): `d` is other data,
 *  and all else holds. `report` (JSON, "verify.v2"; free with rf_blob_free) is set in these four cases; the
 *  error names the first thing that does not hold. RF_E_IO: the directory does not exist, or one of its files
 *  cannot be read. Any thread. */
RF_API RF_NODISCARD rf_status rf_verify_artifacts(
    const char *directory, const rf_dataset *d, const uint8_t *public_keys,
    size_t n_keys, const rf_hooks *hooks, rf_blob **report, rf_error **err) RF_NOEXCEPT;
/** As rf_verify_artifacts, but wanted[i] is the statement that key i must have made; `wanted` NULL: any. A key
 *  counts as having recorded the run only if its signature of SHA256SUMS, written with that statement, is there
 *  too. A key may be repeated. */
RF_API RF_NODISCARD rf_status rf_verify_artifacts_by(
    const char *directory, const rf_dataset *d, const uint8_t *public_keys,
    const rf_statement *wanted, size_t n_keys, const rf_hooks *hooks,
    rf_blob **report, rf_error **err) RF_NOEXCEPT;
/** Train again on `d` from the record in `directory` and compare every result file byte for byte. For a
 *  record of another version, this version's results are compared in the form that the other version would
 *  have written. `signer` may be NULL, else a success adds its statement to run.intoto.jsonl. `report` (JSON,
 *  "reproduce.v2"; free with rf_blob_free) is set on RF_OK and on RF_E_INTEGRITY: training again gave other
 *  files (NOT_REPRODUCED), or the run contradicts itself and was not trained again (RUN_ALTERED). The error
 *  names the first difference. Before any training and without a report: RF_E_MISMATCH for another dataset,
 *  for a record of another numeric profile and, with `signer`, for another file with the same table;
 *  RF_E_UNSUPPORTED for a version that this library does not know; RF_E_DATA for a directory that holds no
 *  record; RF_E_IO for a directory that does not exist. Any thread. */
RF_API RF_NODISCARD rf_status rf_reproduce_artifacts(
    const char *directory, const rf_dataset *d, const rf_signer *signer,
    const rf_hooks *hooks, rf_blob **report, rf_error **err) RF_NOEXCEPT;
/** Explain why two emitted runs differ: name the first of data, configuration, split and version that
 *  differs, then all differences. If the versions differ, the later run's files are compared as the earlier
 *  version would have written them. The records are trusted; rf_verify_artifacts checks them. `report` (JSON,
 *  "diff.v1"; free with rf_blob_free) is set on RF_OK, for equal and for different runs: RF_OK means that
 *  they were compared. RF_E_IO or RF_E_DATA: one of the directories holds no record. RF_E_INTEGRITY
 *  (RUN_ALTERED): a file is not the one that its record names. RF_E_UNSUPPORTED: a record of a schema or a
 *  version that this library does not know. Any thread. */
RF_API RF_NODISCARD rf_status rf_diff_artifacts(
    const char *directory_a, const char *directory_b, rf_blob **report, rf_error **err) RF_NOEXCEPT;

/** Add a signer's signatures to an emitted directory, after checking that files, digests and meaning hold:
 *  else RF_E_INTEGRITY naming what does not. The signatures state that the signer found the run whole.
 *  RF_E_EXISTS if this key has already stated that, or recorded the run; RF_E_UNSUPPORTED for a record of a
 *  version that this library does not know. Several processes may sign at a time. */
RF_API RF_NODISCARD rf_status rf_sign_artifacts(
    const char *directory, const rf_signer *signer, const rf_hooks *hooks,
    rf_error **err) RF_NOEXCEPT;
/** The same, but the run must also hold for the dataset `d`, and the statement then includes this; `d` may be
 *  NULL. RF_E_MISMATCH: other data, or another file than the one that was trained on. */
RF_API RF_NODISCARD rf_status rf_sign_artifacts_with(
    const char *directory, const rf_dataset *d, const rf_signer *signer,
    const rf_hooks *hooks, rf_error **err) RF_NOEXCEPT;
/** One signed line of JSON (a DSSE envelope, ended by a line feed) that states what this run was made from
 *  and what it gave, for a run that never touches disk. A run that was opened is checked first:
 *  RF_E_INTEGRITY (RUN_ALTERED), and RF_E_UNSUPPORTED if another version wrote it. The line then states that
 *  the signer found it whole. Free with rf_blob_free. */
RF_API RF_NODISCARD rf_status rf_run_sign(
    const rf_run *r, const rf_signer *s, rf_blob **out, rf_error **err) RF_NOEXCEPT;

/* ---------------------------------------------------------------- signers -- */

/* A secret key is kept in memory of its own: guarded, left out of core dumps, wiped by rf_signer_free. No
 * artifact, error, log or report contains it. */

/** New random signing identity. `seed`, if not NULL, receives the 32 secret bytes; rf_signer_save keeps them
 *  without showing them. */
RF_API RF_NODISCARD rf_status rf_signer_generate(
    uint8_t *seed, size_t seed_size, rf_signer **out, rf_error **err) RF_NOEXCEPT;
/** Signer from a 32-byte seed; the caller wipes its own copy. */
RF_API RF_NODISCARD rf_status rf_signer_from_seed(
    const uint8_t *seed, size_t seed_size, rf_signer **out, rf_error **err) RF_NOEXCEPT;
/** Signer whose key stays with the caller (HSM, agent). `sign` is called on the thread that signs. Its
 *  signature is checked against the 32-byte `public_key`: RF_E_IO (SIGNING_FAILED) if `sign` fails or the
 *  signature does not match. Both `sign` and `user` must outlive the signer. */
RF_API RF_NODISCARD rf_status rf_signer_from_callback(
    rf_sign_fn sign, void *user, const uint8_t *public_key,
    size_t public_key_size, rf_signer **out, rf_error **err) RF_NOEXCEPT;
/** Signer from a file with an Ed25519 private key (PEM of PKCS #8, as rf_signer_save and openssl write it);
 *  RF_E_DATA (INVALID_KEY) for anything else. If others may read or write the file, the log receives
 *  KEY_FILE_OPEN_TO_OTHERS. */
RF_API RF_NODISCARD rf_status rf_signer_load(
    const char *path, const rf_hooks *hooks, rf_signer **out, rf_error **err) RF_NOEXCEPT;
/** Save the secret key in a new file that only its owner may read; RF_E_EXISTS if the file exists. */
RF_API RF_NODISCARD rf_status rf_signer_save(
    const rf_signer *s, const char *path, rf_error **err) RF_NOEXCEPT;
/** Copy the 32-byte public key out. */
RF_API RF_NODISCARD rf_status rf_signer_public_key(
    const rf_signer *s, uint8_t *public_key, size_t public_key_size,
    rf_error **err) RF_NOEXCEPT;
/** The public key as minisign and signify read it (two lines). */
RF_API RF_NODISCARD rf_status rf_signer_public_key_text(
    const rf_signer *s, rf_blob **out, rf_error **err) RF_NOEXCEPT;
/** Read a 32-byte public key from a file, in that form or as PEM; else RF_E_DATA (INVALID_KEY). */
RF_API RF_NODISCARD rf_status rf_public_key_load(
    const char *path, uint8_t *public_key, size_t public_key_size, rf_error **err) RF_NOEXCEPT;
RF_API void rf_signer_free(rf_signer *s) RF_NOEXCEPT;

/* ----------------------------------------------------------------- models -- */

RF_API RF_NODISCARD rf_status rf_model_load(
    const char *path, rf_model **out, rf_error **err) RF_NOEXCEPT;
RF_API RF_NODISCARD rf_status rf_model_load_buffer(
    const void *data, size_t size, rf_model **out, rf_error **err) RF_NOEXCEPT;
/** Write one file, whole or not at all. */
RF_API RF_NODISCARD rf_status rf_model_save(
    const rf_model *m, const char *path, rf_error **err) RF_NOEXCEPT;
/** The same bytes in memory. */
RF_API RF_NODISCARD rf_status rf_model_serialize(
    const rf_model *m, rf_blob **out, rf_error **err) RF_NOEXCEPT;
/** JSON: family, task, features with kinds, classes, provenance digests. */
RF_API RF_NODISCARD rf_status rf_model_describe(const rf_model *m, rf_blob **out, rf_error **err) RF_NOEXCEPT;
/** Numeric inputs per row, in rf_predict_rows order. */
RF_API uint64_t rf_model_inputs(const rf_model *m) RF_NOEXCEPT;
/** Outputs per row: 1 for regression, the class count for classification. */
RF_API uint64_t rf_model_outputs(const rf_model *m) RF_NOEXCEPT;
/** Borrowed label of output i, or NULL past the end. */
RF_API const char *rf_model_output_name(const rf_model *m, uint64_t i) RF_NOEXCEPT;

/** Predict a dataset, matching columns by name, into caller memory laid out rows x outputs, row-major.
 *  `capacity` counts doubles. `report` (JSON: unknown levels, rows that could not be scored and are NaN) may
 *  be NULL. RF_E_NUMERIC: the model's output for a row is not finite. */
RF_API RF_NODISCARD rf_status rf_predict(
    const rf_model *m, const rf_dataset *d, const rf_hooks *hooks,
    double *out, size_t capacity, rf_blob **report, rf_error **err) RF_NOEXCEPT;
/** Predict raw rows x inputs doubles (row-major, NaN = missing) for models whose inputs are all numeric
 *  (booleans as 0 and 1), else RF_E_MISMATCH. Runs on the calling thread; allocates nothing up to 4,096
 *  inputs. RF_E_NUMERIC. */
RF_API RF_NODISCARD rf_status rf_predict_rows(
    const rf_model *m, const double *values, size_t rows, size_t inputs,
    double *out, size_t capacity, rf_error **err) RF_NOEXCEPT;
RF_API void rf_model_free(rf_model *m) RF_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif /* RUNFORGE_RUNFORGE_H */
