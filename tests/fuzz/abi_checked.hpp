// SPDX-License-Identifier: MIT
// Calls of the C ABI that look at what every call promises: a known status, an error that says why, outputs
// that are set on success and empty on failure, and nothing read of what the outputs held before.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <rapidjson/reader.h>

#include "abi/owned.hpp"
#include "require.hpp"
#include "runforge/runforge.h"

namespace rf::abi_fuzz {

using namespace owned;

/// By a parser that is not the library's.
inline bool is_json_object(std::string_view text) {
  if (text.empty() || text.front() != '{' || text.find('\0') != std::string_view::npos) return false;
  const std::string whole(text);
  rapidjson::StringStream stream(whole.c_str());
  rapidjson::BaseReaderHandler<> nothing;
  rapidjson::Reader reader;
  return !reader
              .Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                     rapidjson::kParseFullPrecisionFlag>(stream, nothing)
              .IsError();
}

inline bool is_stable_word(std::string_view code) {
  return !code.empty() &&
         code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
}

/// Text for people: some, in UTF-8, in one line.
inline bool is_sentence(std::string_view text) {
  if (text.empty() || text.back() == '\n') return false;
  std::string quoted = "{\"\":\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return is_json_object(quoted + "\"}");
}

struct Outcome {
  rf_status status = RF_OK;
  std::string code = {};
  bool ok() const { return status == RF_OK; }
};

/// Takes the error.
inline Outcome checked(rf_status status, rf_error* error) {
  const std::string_view name = rf_status_name(status);
  require(name != "RF_E_UNKNOWN" && status != RF_E_INTERNAL,
          "a status is a known one, and no bug of the library");
  require((status == RF_OK) == (error == nullptr), "an error is there when the call failed");
  Outcome outcome{status};
  if (error != nullptr) {
    require(rf_error_status(error) == status, "the error has the status that was returned");
    outcome.code = rf_error_code(error);
    require(is_stable_word(outcome.code), "an error has a code");
    require(is_sentence(rf_error_message(error)), "an error has a message, in UTF-8");
    require(is_json_object(rf_error_details(error)), "details are a JSON object");
  }
  rf_error_free(error);
  return outcome;
}

/// An address that no call may follow: outputs are written, never read.
template <class T>
T* poison() {
  return reinterpret_cast<T*>(std::uintptr_t{1});
}

/// `call(rf_error**)`.
template <class Call>
Outcome done(Call call) {
  rf_error* error = poison<rf_error>();
  const rf_status status = call(&error);
  return checked(status, error);
}

/// `call(T** out, rf_error**)`; the handle is empty when the call failed.
template <class Owned, class Call>
Owned made(Call call, Outcome* outcome = nullptr) {
  auto* out = poison<typename Owned::element_type>();
  rf_error* error = poison<rf_error>();
  const rf_status status = call(&out, &error);
  require((status == RF_OK) == (out != nullptr), "an output is set on success, and NULL on failure");
  Owned owned(out);
  const Outcome told = checked(status, error);
  if (outcome != nullptr) *outcome = told;
  return owned;
}

/// Hooks that look at every callback and stop a call that wants to do much.
class Watch {
 public:
  Watch(std::uint32_t threads, int most_reports) : left_(most_reports) {
    hooks_.user = this;
    hooks_.progress = progress;
    hooks_.log = log;
    hooks_.log_level = RF_LOG_DEBUG;
    hooks_.threads = threads;
    hooks_.max_bytes = std::uint64_t{64} << 20;
  }
  const rf_hooks* hooks() const { return &hooks_; }

 private:
  static std::int32_t progress(void* user, const char* stage, std::uint64_t done, std::uint64_t total) {
    auto& self = *static_cast<Watch*>(user);
    require(std::this_thread::get_id() == self.thread_, "callbacks come on the calling thread");
    require(stage != nullptr && *stage != '\0', "a stage has a name");
    require(total == 0 || done <= total, "no more is done than there is");
    return self.left_-- > 0 ? 0 : 1;
  }
  static void log(void* user, rf_log_level level, const char* code, const char* message) {
    auto& self = *static_cast<Watch*>(user);
    require(std::this_thread::get_id() == self.thread_, "callbacks come on the calling thread");
    require(level >= RF_LOG_DEBUG && level < RF_LOG_OFF, "a log line has a level");
    require(is_stable_word(code) && is_sentence(message), "a log line has a code and a message");
  }

  rf_hooks hooks_ = RF_HOOKS_INIT;
  int left_;
  std::thread::id thread_ = std::this_thread::get_id();
};

/// The input, read from its front; zeros and nothing when it is used up.
class Input {
 public:
  Input(const std::uint8_t* bytes, std::size_t size) : rest_(reinterpret_cast<const char*>(bytes), size) {}
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  std::size_t below(std::size_t bound) { return byte() % bound; }
  std::size_t number() {
    const std::size_t high = byte();
    return high << 8 | byte();
  }
  /// So many bytes as the next one says; 255: all that is left.
  std::string chunk() {
    const std::size_t size = byte();
    return taken(size == 255 ? rest_.size() : size);
  }
  /// Up to a line feed, which goes with it.
  std::string line() {
    const std::size_t end = rest_.find('\n');
    const std::string text = taken(end);
    if (!rest_.empty()) rest_.remove_prefix(1);
    return text;
  }
  std::string rest() { return taken(rest_.size()); }
  bool used_up() const { return rest_.empty(); }

 private:
  std::string taken(std::size_t size) {
    const std::string text(rest_.substr(0, size));
    rest_.remove_prefix(text.size());
    return text;
  }
  std::string_view rest_;
};

}  // namespace rf::abi_fuzz
