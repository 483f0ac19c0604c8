// SPDX-License-Identifier: MIT
// Version, status names, schemas, errors, blobs and the cancel flag.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <new>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/version.hpp"
#include "audit/record.hpp"
#include "core/text.hpp"
#include "handles.hpp"
#include "json/schema.hpp"
#include "json/write.hpp"
#include "run/config.hpp"

namespace rf::c {
namespace {

// Never destroyed: no destructor runs at exit, when threads of the host may still read it.
template <typename T>
class Kept {
 public:
  template <typename... Arguments>
  explicit Kept(Arguments&&... arguments) {
    ::new (bytes_) T{std::forward<Arguments>(arguments)...};
  }
  T& get() { return *std::launder(reinterpret_cast<T*>(bytes_)); }

 private:
  alignas(T) std::byte bytes_[sizeof(T)];
};

rf_error* static_out_of_memory() {
  // Cannot fail: all three texts fit in the strings themselves.
  static Kept<rf_error> error(RF_E_NOMEM, "OUT_OF_MEMORY", "out of memory", "{}");
  return &error.get();
}

}  // namespace

const rf_error* out_of_memory() {
  return static_out_of_memory();
}

rf_error* make_error(const core::Error& error) noexcept {
  try {
    return new rf_error{static_cast<rf_status>(error.status()), std::string(core::code_name(error.code)),
                        core::escaped_utf8(error.message),
                        json::canonical(artifact::details_value(error.details))};
  } catch (...) {
    return static_out_of_memory();
  }
}

}  // namespace rf::c

using namespace rf;
using c::guarded;
using c::require;

const char* rf_version_string(void) noexcept {
  return artifact::runforge_version();
}
uint32_t rf_version_number(void) noexcept {
  return RF_VERSION_NUMBER;
}
uint32_t rf_abi_version(void) noexcept {
  return RF_ABI_VERSION;
}

rf_status rf_abi_check(uint32_t abi, uint32_t version) noexcept {
  // While the ABI number is 0, a minor version may remove something. A client built before that version does
  // not fit, and a library older than the client's header does not fit either.
  const bool has_all_it_had = RF_ABI_VERSION != 0 || version >= RUNFORGE_ABI_LINE_NUMBER;
  return abi == RF_ABI_VERSION && version <= RF_VERSION_NUMBER && has_all_it_had ? RF_OK : RF_E_UNSUPPORTED;
}

const char* rf_build_info(void) noexcept {
  try {
    // Stored in place, not on the heap, so that a library that is loaded and unloaded repeatedly leaves
    // nothing behind.
    struct Text {
      char bytes[4096] = "{}";
    };
    static const Text text = [] {
      Text made;
      const std::string json = json::canonical(audit::build_info());
      if (json.size() < sizeof made.bytes) std::copy_n(json.c_str(), json.size() + 1, made.bytes);
      return made;
    }();
    return text.bytes;
  } catch (...) {
    return "{}";
  }
}

const char* rf_status_name(rf_status status) noexcept {
  switch (status) {
    case RF_OK:
      return "RF_OK";
    case RF_E_ARGUMENT:
      return "RF_E_ARGUMENT";
    case RF_E_CONFIG:
      return "RF_E_CONFIG";
    case RF_E_DATA:
      return "RF_E_DATA";
    case RF_E_IO:
      return "RF_E_IO";
    case RF_E_NOMEM:
      return "RF_E_NOMEM";
    case RF_E_CANCELLED:
      return "RF_E_CANCELLED";
    case RF_E_NUMERIC:
      return "RF_E_NUMERIC";
    case RF_E_INTEGRITY:
      return "RF_E_INTEGRITY";
    case RF_E_UNSUPPORTED:
      return "RF_E_UNSUPPORTED";
    case RF_E_LIMIT:
      return "RF_E_LIMIT";
    case RF_E_EXISTS:
      return "RF_E_EXISTS";
    case RF_E_MISMATCH:
      return "RF_E_MISMATCH";
    case RF_E_INTERNAL:
      return "RF_E_INTERNAL";
    default:
      return "RF_E_UNKNOWN";
  }
}

const char* rf_schema(const char* name) noexcept {
  return name == nullptr ? nullptr : json::schema_text(name);
}

rf_status rf_error_status(const rf_error* e) noexcept {
  return e == nullptr ? RF_OK : e->status;
}
const char* rf_error_message(const rf_error* e) noexcept {
  return e == nullptr ? "" : e->message.c_str();
}
const char* rf_error_code(const rf_error* e) noexcept {
  return e == nullptr ? "" : e->code.c_str();
}
const char* rf_error_details(const rf_error* e) noexcept {
  return e == nullptr ? "{}" : e->details.c_str();
}
void rf_error_free(rf_error* e) noexcept {
  if (e != c::out_of_memory()) delete e;
}

const void* rf_blob_data(const rf_blob* b) noexcept {
  return b == nullptr ? nullptr : b->bytes.c_str();
}
size_t rf_blob_size(const rf_blob* b) noexcept {
  return b == nullptr ? 0 : b->bytes.size();
}
void rf_blob_free(rf_blob* b) noexcept {
  delete b;
}

rf_status rf_cancel_new(rf_cancel** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(out, "out"));
    *out = new rf_cancel;
    return {};
  });
}
void rf_cancel_set(rf_cancel* c) noexcept {
  if (c != nullptr) c->flag.store(true, std::memory_order_relaxed);
}
int32_t rf_cancel_is_set(const rf_cancel* c) noexcept {
  return c != nullptr && c->flag.load(std::memory_order_relaxed) ? 1 : 0;
}
void rf_cancel_free(rf_cancel* c) noexcept {
  delete c;
}

rf_status rf_config_normalize(const char* config, size_t config_len, rf_blob** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const std::string_view text, c::text_argument("config", config, config_len));
    RF_ASSIGN(const run::TrainConfig read, run::read_train_config(text));
    *out = c::new_blob(json::canonical(read.resolved));
    return {};
  });
}
