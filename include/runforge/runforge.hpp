// SPDX-License-Identifier: MIT
/** @file
 * C++17 on top of the C interface in runforge.h: owners that free themselves, exceptions in place of status
 * codes, callbacks that may throw. Everything is inline and calls only the C functions, so another compiler
 * may have built the library. The contract of each function in runforge.h also holds here.
 *
 * - Errors: a call that fails throws Error, in the caller's own code; no exception crosses the C interface. A
 *   function's comment adds to runforge.h: the statuses it names are those to expect.
 * - Handles: each has one owner. Moving leaves an empty handle behind, which calls refuse with RF_E_ARGUMENT.
 *   Handles are freed in any order, on any thread.
 * - Threads: Dataset, Run, Model and Signer never change: their const members may run on any number of
 *   threads. Cancel is fully thread-safe. A Builder belongs to one thread at a time.
 * - Text: std::string_view is UTF-8; empty means "none". A returned std::string_view or const char* lives as
 *   long as the object that returned it.
 *
 * Pinned by tests/languages/cpp. */
#ifndef RUNFORGE_RUNFORGE_HPP
#define RUNFORGE_RUNFORGE_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runforge/call.hpp"
#include "runforge/runforge.h"

/// RunForge for C++.
namespace runforge {

using Digest = std::array<std::uint8_t, RF_DIGEST_SIZE>;  ///< SHA-256, as the library returns it.
using PublicKey = std::array<std::uint8_t, 32>;           ///< Public key of a Signer (Ed25519).

/// Lower-case hexadecimal digits, two a byte.
inline std::string hex(const Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

// ------------ library

inline const char* version() noexcept { return rf_version_string(); }  ///< "1.4.2" of the loaded library.
/// JSON: compiler, flags, vendored versions, numeric profile, source id.
inline const char* build_info() noexcept { return rf_build_info(); }
/// "RF_E_DATA"; "RF_E_UNKNOWN" for a number without a name.
inline const char* status_name(rf_status status) noexcept { return rf_status_name(status); }
/// Text of a JSON schema such as "train_config.v1"; null if no schema has the name.
inline const char* schema(const std::string& name) noexcept { return rf_schema(name.c_str()); }
/// Whether code that was compiled with this header may use the loaded library. Call it first.
inline bool is_compatible() noexcept { return rf_abi_check(RF_ABI_VERSION, RF_VERSION_NUMBER) == RF_OK; }
/// A training configuration with all defaults, canonical (RFC 8785). RF_E_CONFIG.
inline Blob normalize_config(std::string_view config) {
  return detail::made<Blob>(rf_config_normalize, config.data(), config.size());
}

// ------------ signers

/// Signing identity (Ed25519). Its const members may run on several threads, and the caller's `sign` then
/// does too.
class Signer : public detail::Owner<rf_signer, rf_signer_free> {
 public:
  using Owner::Owner;
  /// A new random identity; `seed`, if not null, receives the 32 secret bytes, which the caller wipes.
  static Signer generate(std::uint8_t* seed = nullptr) {
    return detail::made<Signer>(rf_signer_generate, seed, seed == nullptr ? std::size_t{0} : std::size_t{32});
  }
  /// From the 32 bytes at `seed`; the caller wipes its own copy.
  static Signer from_seed(const std::uint8_t* seed, std::size_t size = 32) {
    return detail::made<Signer>(rf_signer_from_seed, seed, size);
  }
  /// The key stays with the caller; the signer keeps `sign`, called on the thread that signs.
  static Signer from_callback(Sign sign, const PublicKey& key) {
    Signer made;
    made.device_ = std::make_unique<detail::Device>(std::move(sign));
    detail::call(rf_signer_from_callback, &detail::Device::sign, static_cast<void*>(made.device_.get()), key.data(),
                 key.size(), made.out());
    return made;
  }
  /// From a file with an Ed25519 private key (PEM). RF_E_DATA, RF_E_IO.
  static Signer load(const std::string& path, const Hooks& hooks = {}) {
    return detail::made_with<Signer>(hooks, rf_signer_load, path.c_str());
  }
  /// Keeps the secret key in a new file that only its owner may read. RF_E_EXISTS.
  void save(const std::string& path) const { detail::call(rf_signer_save, get(), path.c_str()); }
  PublicKey public_key() const { return detail::bytes(rf_signer_public_key, get()); }  ///< The public key.
  /// The public key in two lines, as minisign and signify read it.
  Blob public_key_text() const { return detail::made<Blob>(rf_signer_public_key_text, get()); }
  rf_signer* release() = delete;  ///< The C handle may need the callback, which stays here.

  /// @cond
  detail::Device* device() const noexcept { return device_.get(); }

 private:
  std::unique_ptr<detail::Device> device_;
  /// @endcond
};

// ------------ datasets

/// Immutable table with typed columns.
class Dataset : public detail::Owner<rf_dataset, rf_dataset_free> {
 public:
  using Owner::Owner;
  /// Reads a CSV file or named pipe, plain or compressed. `options`: "dataset_options.v1". RF_E_DATA,
  /// RF_E_IO.
  static Dataset load(const std::string& path, std::string_view options = {}, const Hooks& hooks = {}) {
    return detail::made_with<Dataset>(hooks, rf_dataset_load, path.c_str(), options.data(), options.size());
  }
  /// Reads CSV bytes, which are not kept.
  static Dataset load_buffer(const void* data, std::size_t size, std::string_view options = {},
                             const Hooks& hooks = {}) {
    return detail::made_with<Dataset>(hooks, rf_dataset_load_buffer, data, size, options.data(), options.size());
  }
  /// Drains and releases an Arrow stream of struct batches, on failure too; everything is copied.
  static Dataset from_arrow_stream(ArrowArrayStream* stream, std::string_view options = {}, const Hooks& hooks = {}) {
    return detail::made_with<Dataset>(hooks, rf_dataset_from_arrow_stream, stream, options.data(), options.size());
  }
  /// Copies one Arrow batch; releases both arguments, on failure too.
  static Dataset from_arrow(ArrowSchema* schema, ArrowArray* batch, std::string_view options = {},
                            const Hooks& hooks = {}) {
    return detail::made_with<Dataset>(hooks, rf_dataset_from_arrow, schema, batch, options.data(), options.size());
  }
  std::uint64_t rows() const noexcept { return rf_dataset_rows(get()); }        ///< Number of rows.
  std::uint64_t columns() const noexcept { return rf_dataset_columns(get()); }  ///< Number of columns.
  /// Borrowed name of column i, null past the end.
  const char* column_name(std::uint64_t i) const noexcept { return rf_dataset_column_name(get(), i); }
  /// Kind of column i, 0 past the end.
  rf_kind column_kind(std::uint64_t i) const noexcept { return rf_dataset_column_kind(get(), i); }
  /// Digest of the content: equal for the same table however loaded.
  Digest digest() const { return detail::bytes(rf_dataset_digest, get()); }
  /// What a training with `config` would see (JSON, "inspect.v2").
  Blob describe(std::string_view config = {}) const {
    return detail::made<Blob>(rf_dataset_describe, get(), config.data(), config.size());
  }
};

/// Makes a dataset from columns in memory, which are copied. One thread at a time.
class Builder : public detail::Owner<rf_builder, rf_builder_free> {
 public:
  Builder() { detail::call(rf_builder_new, out()); }  ///< Without columns.
  /// Adds `count` numbers or booleans, one every `stride` bytes from `values` on (0: packed). Bit i of
  /// `validity` (LSB first) is set if value i is present; null: all are. NaN is missing. RF_E_ARGUMENT for
  /// another count than the first column's, RF_E_DATA for infinity and for a name that exists already; the
  /// builder is then unchanged.
  template <class T>
  Builder& add(const std::string& name, const T* values, std::size_t count, const std::uint8_t* validity = nullptr,
               std::ptrdiff_t stride = 0) {
    detail::call(rf_builder_add, get(), name.c_str(), detail::dtype_of<T>(), static_cast<const void*>(values), count,
                 stride, validity);
    return *this;
  }
  /// Adds all numbers of a vector.
  template <class T>
  Builder& add(const std::string& name, const std::vector<T>& values, const std::uint8_t* validity = nullptr) {
    return add(name, values.data(), values.size(), validity);
  }
  /// Adds texts: value i is bytes[offsets[i] .. offsets[i + 1]), so there are count + 1 offsets.
  Builder& add_utf8(const std::string& name, const char* bytes, const std::int64_t* offsets, std::size_t count,
                    const std::uint8_t* validity = nullptr) {
    detail::call(rf_builder_add_utf8, get(), name.c_str(), bytes, offsets, count, validity);
    return *this;
  }
  /// Adds all texts of a vector.
  Builder& add(const std::string& name, const std::vector<std::string>& texts, const std::uint8_t* validity = nullptr) {
    std::string bytes;
    std::vector<std::int64_t> offsets = {0};
    for (const std::string& text : texts) offsets.push_back(static_cast<std::int64_t>((bytes += text).size()));
    return add_utf8(name, bytes.data(), offsets.data(), texts.size(), validity);
  }
  /// Returns the dataset of all columns and leaves the builder empty, on failure too. RF_E_DATA without
  /// columns or rows.
  Dataset finish(std::string_view options = {}) {
    return detail::made<Dataset>(rf_builder_finish, get(), options.data(), options.size());
  }
};

// ------------ models

/// Fitted model; outlives the run it came from.
class Model : public detail::Owner<rf_model, rf_model_free> {
 public:
  using Owner::Owner;
  /// From a file that save() wrote. RF_E_DATA, RF_E_IO, RF_E_UNSUPPORTED.
  static Model load(const std::string& path) { return detail::made<Model>(rf_model_load, path.c_str()); }
  /// From the bytes of such a file.
  static Model load_buffer(const void* data, std::size_t size) {
    return detail::made<Model>(rf_model_load_buffer, data, size);
  }
  /// Writes one file, whole or not at all. RF_E_IO.
  void save(const std::string& path) const { detail::call(rf_model_save, get(), path.c_str()); }
  Blob serialize() const { return detail::made<Blob>(rf_model_serialize, get()); }  ///< The bytes of that file.
  /// JSON: family, task, features with kinds, classes, digests of what it was trained from.
  Blob describe() const { return detail::made<Blob>(rf_model_describe, get()); }
  /// Number of inputs of a row for predict_rows.
  std::size_t inputs() const noexcept { return static_cast<std::size_t>(rf_model_inputs(get())); }
  /// Number of values of a prediction: 1, or one per class.
  std::size_t outputs() const noexcept { return static_cast<std::size_t>(rf_model_outputs(get())); }
  /// Borrowed label of output i, null past the end.
  const char* output_name(std::uint64_t i) const noexcept { return rf_model_output_name(get(), i); }
  /// Predictions of a dataset, rows x outputs, row-major; NaN for a row that cannot be scored. Columns are
  /// matched by name: RF_E_MISMATCH if one is absent or of another kind. `report`, if not null, receives the
  /// findings (JSON).
  std::vector<double> predict(const Dataset& dataset, const Hooks& hooks = {}, Blob* report = nullptr) const {
    std::vector<double> made(static_cast<std::size_t>(dataset.rows()) * outputs());
    detail::Session session(hooks);
    session.call(rf_predict, get(), dataset.get(), session.hooks(), made.data(), made.size(),
                 report == nullptr ? nullptr : report->out());
    return made;
  }
  /// Predicts rows x inputs() numbers (row-major, NaN: missing) into out[0, capacity), rows x outputs(). For
  /// models whose inputs are all numbers, else RF_E_MISMATCH. Allocates nothing for up to 4,096 inputs.
  void predict_rows(const double* values, std::size_t rows, double* out_values, std::size_t capacity) const {
    detail::call(rf_predict_rows, get(), values, rows, inputs(), out_values, capacity);
  }
};

// ------------ runs and records

/// Result of one training: its files in memory, its metrics and its model.
class Run : public detail::Owner<rf_run, rf_run_free> {
 public:
  using Owner::Owner;
  /// Reads an emitted run without verifying it. RF_E_IO, RF_E_DATA.
  static Run open(const std::string& directory) { return detail::made<Run>(rf_run_open, directory.c_str()); }
  /// Number of result files, run.json included.
  std::uint64_t artifact_count() const noexcept { return rf_run_artifact_count(get()); }
  /// Borrowed name of file i, sorted; null past the end.
  const char* artifact_name(std::uint64_t i) const noexcept { return rf_run_artifact_name(get(), i); }
  /// Borrowed bytes of a file by name; RF_E_ARGUMENT if there is no such file.
  std::string_view artifact(const std::string& name) const {
    const void* data = nullptr;
    std::size_t size = 0;
    detail::call(rf_run_artifact, get(), name.c_str(), &data, &size);
    return {static_cast<const char*>(data), size};
  }
  /// SHA-256 of run.json, which pins every result file.
  Digest digest() const { return detail::bytes(rf_run_digest, get()); }
  /// A headline number such as "accuracy"; RF_E_ARGUMENT if the run has no such number.
  double metric(const std::string& name) const {
    double value = 0;
    detail::call(rf_run_metric, get(), name.c_str(), &value);
    return value;
  }
  Model model() const { return detail::made<Model>(rf_run_model, get()); }  ///< The model.
  /// Options that read another file as this run's was read (JSON, "dataset_options.v1").
  Blob dataset_options() const { return detail::made<Blob>(rf_run_dataset_options, get()); }
  /// Options that read the recorded file again as it was read (JSON, "dataset_options.v1").
  Blob reading_options() const { return detail::made<Blob>(rf_run_reading_options, get()); }
  /// The run id; nullptr for a run that was not opened.
  const char* id() const noexcept { return rf_run_id(get()); }
  /// Diagnostics of the training: a JSON array of code, severity, message and details. This library rebuilds
  /// the messages.
  Blob diagnostics() const { return detail::made<Blob>(rf_run_diagnostics, get()); }
  /// Writes the folder parent/run_id, whole or not at all, and returns its path. `signer` may be null.
  /// RF_E_IO.
  std::string emit(const std::string& parent, const Signer* signer = nullptr, std::string_view options = {},
                   const Hooks& hooks = {}) const {
    Blob path;
    detail::Session session(hooks, signer == nullptr ? nullptr : signer->device());
    session.call(rf_emit_artifacts, get(), parent.c_str(), detail::handle_of(signer), options.data(), options.size(),
                 session.hooks(), path.out());
    return path.str();
  }
  /// One signed line (DSSE) that states what the run was made from and what it gave.
  Blob sign(const Signer& signer) const {
    Blob made;
    const Hooks none;
    detail::Session(none, signer.device()).call(rf_run_sign, get(), signer.get(), made.out());
    return made;
  }
};

/// Trains. Equal content, `config` ("train_config.v1") and version give equal files. RF_E_CONFIG, RF_E_DATA,
/// RF_E_NUMERIC, RF_E_CANCELLED, RF_E_LIMIT.
inline Run train(const Dataset& dataset, std::string_view config = {}, const Hooks& hooks = {}) {
  return detail::made_with<Run>(hooks, rf_train, dataset.get(), config.data(), config.size());
}

/// The result of checking a record.
struct Verdict {
  bool holds;         ///< everything checked holds, and everything requested was done
  Blob report;        ///< "verify.v2" or "reproduce.v2"
  std::string fault;  ///< the first thing that does not hold or was not done; else empty
  rf_status status = RF_OK;     ///< RF_E_INTEGRITY, RF_E_MISMATCH, ... where it does not hold
  std::string code = {};        ///< such as "RUN_ALTERED"; empty if it holds
  std::string details = "{}";   ///< JSON object
};

/// @cond
namespace detail {
inline Verdict verdict(rf_status status, Blob report, const rf_error* error) {
  if (status != RF_OK && !report) throw told(status, error);
  return {status == RF_OK, std::move(report), rf_error_message(error), status, rf_error_code(error), rf_error_details(error)};
}
}  // namespace detail
/// @endcond

/// A public key and the statement that it must have made about a run.
struct WantedKey {
  PublicKey key;                            ///< The key.
  rf_statement wanted = RF_STATEMENT_ANY;  ///< RF_STATEMENT_RECORDED, ...
};

/// Checks an emitted directory offline, layer by layer. `dataset`, the one that was trained on, may be null:
/// its layer is then not checked. Each of `keys` must have stated what is wanted of it. The verdict names
/// what does not hold. RF_E_IO: no such directory.
inline Verdict verify_by(const std::string& directory, const Dataset* dataset, const std::vector<WantedKey>& keys,
                         const Hooks& hooks = {}) {
  std::vector<std::uint8_t> bytes;
  std::vector<rf_statement> wanted;
  for (const WantedKey& key : keys) {
    bytes.insert(bytes.end(), key.key.begin(), key.key.end());
    wanted.push_back(key.wanted);
  }
  Blob report;
  detail::ErrorOwner error;
  detail::Session session(hooks);
  const rf_status status =
      session.status(error, rf_verify_artifacts_by, directory.c_str(), detail::handle_of(dataset), bytes.data(),
                     wanted.data(), keys.size(), session.hooks(), report.out());
  return detail::verdict(status, std::move(report), error.get());
}
/// The same; each of `keys` must have stated something about the run.
inline Verdict verify(const std::string& directory, const Dataset* dataset = nullptr,
                      const std::vector<PublicKey>& keys = {}, const Hooks& hooks = {}) {
  std::vector<WantedKey> wanted;
  for (const PublicKey& key : keys) wanted.push_back({key});
  return verify_by(directory, dataset, wanted, hooks);
}

/// Trains again from the record in `directory` and compares every byte. With `signer`, a success is signed.
/// The verdict names what differs. RF_E_MISMATCH: other data or another numeric profile; RF_E_DATA: no
/// record.
inline Verdict reproduce(const std::string& directory, const Dataset& dataset, const Signer* signer = nullptr,
                         const Hooks& hooks = {}) {
  Blob report;
  detail::ErrorOwner error;
  detail::Session session(hooks, signer == nullptr ? nullptr : signer->device());
  const rf_status status = session.status(error, rf_reproduce_artifacts, directory.c_str(), dataset.get(),
                                          detail::handle_of(signer), session.hooks(), report.out());
  return detail::verdict(status, std::move(report), error.get());
}

/// Explains why two emitted runs differ (JSON, "diff.v1"). RF_E_IO, RF_E_DATA, RF_E_UNSUPPORTED.
inline Blob diff(const std::string& directory_a, const std::string& directory_b) {
  return detail::made<Blob>(rf_diff_artifacts, directory_a.c_str(), directory_b.c_str());
}

/// Adds signatures that state "found whole" to an emitted directory that holds together. RF_E_INTEGRITY,
/// RF_E_EXISTS.
inline void sign(const std::string& directory, const Signer& signer, const Hooks& hooks = {}) {
  detail::Session session(hooks, signer.device());
  session.call(rf_sign_artifacts, directory.c_str(), signer.get(), session.hooks());
}
/// The same, but the run must also hold for `dataset`. RF_E_MISMATCH: other data.
inline void sign(const std::string& directory, const Dataset& dataset, const Signer& signer, const Hooks& hooks = {}) {
  detail::Session session(hooks, signer.device());
  session.call(rf_sign_artifacts_with, directory.c_str(), dataset.get(), signer.get(), session.hooks());
}

/// Reads the public key of a file: PEM, or two lines as minisign writes them. RF_E_DATA, RF_E_IO.
inline PublicKey load_public_key(const std::string& path) { return detail::bytes(rf_public_key_load, path.c_str()); }

}  // namespace runforge

#endif  // RUNFORGE_RUNFORGE_HPP
