// SPDX-License-Identifier: MIT
// Writes a JSON value as RFC 8785 does: members by UTF-16 order (kept by json::Value), the shortest escapes,
// numbers as ECMAScript writes them. One writer produces both layouts, so that they cannot diverge. Pinned by
// tests/unit/json/write_test.cpp.
#include "json/write.hpp"

#include <cmath>
#include <stdexcept>

#include "core/number_text.hpp"
#include "core/text.hpp"

namespace rf::json {
namespace {

class Writer {
 public:
  explicit Writer(bool laid_out, const core::Monitor* monitor = nullptr)
      : laid_out_(laid_out), monitor_(monitor) {}

  /// Writes less than the whole value once the monitor asks to stop.
  void write(const Value& value) {
    if (is_to_stop()) return;
    if (value.is_null()) {
      out_ += "null";
    } else if (value.is_bool()) {
      out_ += value.as_bool() ? "true" : "false";
    } else if (value.is_number()) {
      write_number(value.as_number());
    } else if (value.is_string()) {
      append_string(out_, value.as_string());
    } else if (value.is_array()) {
      write_array(value.as_array());
    } else {
      write_object(value.as_object());
    }
  }

  std::string take() && { return std::move(out_); }

 private:
  bool is_to_stop() {
    constexpr std::size_t kValuesBetween = 4096;
    if (monitor_ != nullptr && !stopped_ && ++n_values_ % kValuesBetween == 0)
      stopped_ = monitor_->cancelled();
    return stopped_;
  }

  void write_number(double value) {
    if (!std::isfinite(value)) throw std::logic_error("JSON has no number for NaN or infinity");
    core::append_number(out_, value);
  }

  void write_array(const Value::Array& array) {
    out_ += '[';
    begin_items();
    bool first = true;
    for (const Value& item : array) {
      separate(first);
      write(item);
      first = false;
    }
    end_items(array.empty());
    out_ += ']';
  }

  void write_object(const Value::Object& object) {
    out_ += '{';
    begin_items();
    bool first = true;
    for (const auto& [key, member] : object) {
      separate(first);
      append_string(out_, key);
      out_ += laid_out_ ? ": " : ":";
      write(member);
      first = false;
    }
    end_items(object.empty());
    out_ += '}';
  }

  void begin_items() { ++depth_; }

  void separate(bool first) {
    if (!first) out_ += ',';
    new_line();
  }

  void end_items(bool empty) {
    --depth_;
    if (!empty) new_line();
  }

  void new_line() {
    if (!laid_out_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string out_;
  std::size_t depth_ = 0;
  bool laid_out_;
  const core::Monitor* monitor_;
  std::size_t n_values_ = 0;
  bool stopped_ = false;
};

/// The letter of a two-character escape, or 0.
char short_escape(char c) {
  switch (c) {
    case '\b':
      return 'b';
    case '\t':
      return 't';
    case '\n':
      return 'n';
    case '\f':
      return 'f';
    case '\r':
      return 'r';
    case '"':
      return '"';
    case '\\':
      return '\\';
    default:
      return 0;
  }
}

}  // namespace

std::string canonical(const Value& value) {
  Writer writer(false);
  writer.write(value);
  return std::move(writer).take();
}

std::string pretty(const Value& value) {
  Writer writer(true);
  writer.write(value);
  std::string text = std::move(writer).take();
  text += '\n';
  return text;
}

core::Result<std::string> pretty(const Value& value, const core::Monitor& monitor) {
  Writer writer(true, &monitor);
  writer.write(value);
  RF_TRY(monitor.check());
  std::string text = std::move(writer).take();
  text += '\n';
  return text;
}

void append_string(std::string& out, std::string_view text) {
  if (core::find_invalid_utf8(text) != std::string_view::npos)
    return append_string(out, core::escaped_utf8(text));
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (const char letter = short_escape(c); letter != 0) {
      out += '\\';
      out += letter;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 0xF];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string pointer_token(std::string_view key) {
  std::string token;
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

}  // namespace rf::json
