// SPDX-License-Identifier: MIT
// JSON reading and writing of the tool, on RapidJSON's document in a namespace of the tool's own. RapidJSON's
// writer is not used, because its numbers are not ECMAScript's. Pinned by tests/clients/show_test.py, which
// compares with Python.
#include "json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <rapidjson/error/en.h>

#include "failure.hpp"

namespace rf::tool::json {
namespace {

constexpr std::size_t kMaxDepth = 100;

std::size_t nesting_depth(std::string_view text) {
  std::size_t depth = 0, deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

void write_string(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte >= 0x20) {
      out += c;
    } else if (const std::size_t i = std::string_view("\b\f\n\r\t").find(c); i != std::string_view::npos) {
      out += '\\';
      out += "bfnrt"[i];
    } else {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  out += '"';
}

/// Writes a value with layout, or compactly.
class Writer {
 public:
  explicit Writer(bool laid_out) : laid_out_(laid_out) {}

  void write(const Value& value) {
    if (value.IsObject()) {
      write_members(value);
    } else if (value.IsArray()) {
      write_items(value);
    } else if (value.IsString()) {
      write_string(text_of(value), out_);
    } else if (value.IsUint64()) {
      out_ += std::to_string(value.GetUint64());
    } else if (value.IsInt64()) {
      out_ += std::to_string(value.GetInt64());
    } else if (value.IsNumber()) {
      out_ += number_text(value.GetDouble());
    } else {
      out_ += value.IsNull() ? "null" : value.IsTrue() ? "true" : "false";
    }
  }
  std::string take() { return std::move(out_); }

 private:
  void write_members(const Value& object) {
    open('{');
    for (const Value::Member& member : members(object)) {
      next();
      write_string(text_of(member.name), out_);
      out_ += laid_out_ ? ": " : ":";
      write(member.value);
      first_ = false;
    }
    close('}', object.MemberCount() == 0);
  }

  void write_items(const Value& array) {
    open('[');
    for (const auto& item : array.GetArray()) {
      next();
      write(item);
      first_ = false;
    }
    close(']', array.Empty());
  }

  void open(char bracket) {
    out_ += bracket;
    ++depth_;
    first_ = true;
  }
  void next() {
    if (!first_) out_ += ',';
    break_line();
  }
  void close(char bracket, bool empty) {
    --depth_;
    if (!empty) break_line();
    out_ += bracket;
    first_ = false;
  }
  void break_line() {
    if (!laid_out_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string out_;
  std::size_t depth_ = 0;
  bool laid_out_;
  bool first_ = true;
};

}  // namespace

Document parse(std::string_view text, std::string_view source) {
  if (nesting_depth(text) > kMaxDepth)
    throw Failure{2, "INVALID_JSON",
                  std::string(source) + ": nested deeper than " + std::to_string(kMaxDepth)};
  Document document;
  constexpr unsigned kFlags = rapidjson::kParseFullPrecisionFlag | rapidjson::kParseValidateEncodingFlag |
                              rapidjson::kParseIterativeFlag;
  document.Parse<kFlags>(text.data(), text.size());
  if (!document.HasParseError()) return document;
  const std::string_view before = text.substr(0, std::min(document.GetErrorOffset(), text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  throw Failure{2, "INVALID_JSON",
                std::string(source) + ":" + std::to_string(line) + ":" +
                    std::to_string(before.size() - line_start + 1) + ": " +
                    rapidjson::GetParseError_En(document.GetParseError())};
}

std::string layout(const Value& value) {
  Writer writer(true);
  writer.write(value);
  return writer.take() + "\n";
}

std::string compact(const Value& value) {
  Writer writer(false);
  writer.write(value);
  return writer.take();
}

// ECMAScript's Number::toString: n digits d of the shortest decimal, value = 0.d * 10^e.
std::string number_text(double value) {
  if (value == 0) return "0";
  char buffer[32];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t mark = text.find('e');
  std::string digits(text.substr(0, 1));
  if (mark > 2) digits += text.substr(2, mark - 2);
  int exponent = 0;
  std::from_chars(buffer + mark + (text[mark + 1] == '+' ? 2 : 1), end, exponent);
  const int point = exponent + 1;
  const int n = static_cast<int>(digits.size());
  std::string out = value < 0 ? "-" : "";
  if (point > 21 || point < -5) {
    out += digits.substr(0, 1);
    if (n > 1) out += "." + digits.substr(1);
    return out + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
  }
  if (point <= 0) return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (point >= n) return out + digits + std::string(static_cast<std::size_t>(point - n), '0');
  return out + digits.substr(0, static_cast<std::size_t>(point)) + "." +
         digits.substr(static_cast<std::size_t>(point));
}

Value text_value(Document& document, std::string_view text) {
  return Value(text.data(), static_cast<rapidjson::SizeType>(text.size()), document.GetAllocator());
}

void set(Document& document, Value& object, std::string_view key, Value value) {
  Value name = text_value(document, key);
  const auto found = object.FindMember(name);
  if (found != object.MemberEnd()) {
    found->value = value;
  } else {
    object.AddMember(name, value, document.GetAllocator());
  }
}

MemberSetter::MemberSetter(Document& document, Value& object) : document_(document), object_(object) {
  // Of two members with the same name, emplace() keeps the first.
  rapidjson::SizeType place = 0;
  for (const Value::Member& member : members(object)) place_of_.emplace(text_of(member.name), place++);
}

void MemberSetter::set(std::string_view key, Value value) {
  const auto [found, is_new] = place_of_.emplace(key, object_.MemberCount());
  if (is_new)
    object_.AddMember(text_value(document_, key), value, document_.GetAllocator());
  else
    (object_.MemberBegin() + found->second)->value = value;
}

Value& member_object(Document& document, Value& object, std::string_view key) {
  const Value name = text_value(document, key);
  if (object.FindMember(name) == object.MemberEnd())
    set(document, object, key, Value(rapidjson::kObjectType));
  return object.FindMember(name)->value;
}

View View::operator[](std::string_view key) const {
  if (!value_ || !value_->IsObject()) return View();
  const Value name(rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size())));
  const auto found = value_->FindMember(name);
  return found == value_->MemberEnd() ? View() : View(&found->value);
}

View View::operator[](std::size_t index) const {
  return index < size() ? View(&(*value_)[static_cast<rapidjson::SizeType>(index)]) : View();
}

std::size_t View::size() const {
  return value_ && value_->IsArray() ? value_->Size() : 0;
}

std::optional<double> View::number() const {
  if (!value_ || !value_->IsNumber()) return std::nullopt;
  return value_->GetDouble();
}

std::uint64_t View::count() const {
  return value_ && value_->IsUint64() ? value_->GetUint64() : 0;
}

std::string View::text() const {
  return value_ && value_->IsString() ? std::string(text_of(*value_)) : std::string();
}

std::string View::display() const {
  if (!value_) return "";
  return value_->IsString() ? text() : compact(*value_);
}

}  // namespace rf::tool::json
