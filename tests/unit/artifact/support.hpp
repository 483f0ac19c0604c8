// SPDX-License-Identifier: MIT
// What the tests of documents share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "artifact/documents.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace rf::artifact::test {

/// The document must match its schema; returns what a reader of the file sees.
inline json::Value finished(const json::Value& document, std::string_view schema) {
  const auto file = finish_document(std::string(schema) + ".json", schema, document);
  if (!file.ok()) {
    ADD_FAILURE() << file.error().message;
    return {};
  }
  return json::parse(file->bytes).value();
}

/// The value as RFC 8785 text, for comparing with text written by hand.
inline std::string text(const json::Value& value) {
  return json::canonical(value);
}
inline std::string text(const json::Value& object, const char* member) {
  const json::Value* value = object.find(member);
  return value == nullptr ? "absent" : json::canonical(*value);
}

/// The string member `key` of each element.
inline std::vector<std::string> column(const json::Value& array, const char* key) {
  std::vector<std::string> values;
  for (const json::Value& element : array.as_array()) values.push_back(element.find(key)->as_string());
  return values;
}

}  // namespace rf::artifact::test
