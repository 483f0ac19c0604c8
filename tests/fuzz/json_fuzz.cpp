// SPDX-License-Identifier: MIT
// json::parse on any bytes: a refusal that says where, or a value whose RFC 8785 bytes come back the same;
// then the value beside each published schema: accepted, or refused with a reason. As a libFuzzer target
// (clang++ -fsanitize=fuzzer) or with replay.cpp, which mutates the files it is given.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "json/parse.hpp"
#include "json/schema.hpp"
#include "json/schema_explain.hpp"
#include "json/schema_tree.hpp"
#include "json/write.hpp"

namespace {

namespace json = rf::json;

void require(bool holds) {
  if (!holds) std::abort();
}

/// A published schema, read once.
struct Published {
  explicit Published(const char* text)
      : source(*json::parse(text)),
        closed(*json::SchemaTree::read(source, json::OpenPlaces::kClosed)),
        open(*json::SchemaTree::read(source, json::OpenPlaces::kOpen)) {}

  json::Value source;
  json::SchemaTree closed;
  json::SchemaTree open;
};

const std::vector<std::unique_ptr<const Published>>& published() {
  static const auto all = [] {
    std::vector<std::unique_ptr<const Published>> read;
    for (const json::EmbeddedSchema& schema : json::schemas()) {
      read.push_back(std::make_unique<const Published>(schema.text));
    }
    return read;
  }();
  return all;
}

bool accepts_or_explains(const json::SchemaTree& schema, const json::Value& value) {
  if (json::accepts(schema.root(), value)) return true;
  const rf::core::Error error = json::explain(schema.root(), value);
  require(error.code == rf::core::Code::kInvalidValue || error.code == rf::core::Code::kUnknownKey);
  // The message quotes the document, which may say anything; what is expected is the library's word.
  require(error.details.size() == 3 && std::get<std::string>(error.details[1].value) != "another value");
  return false;
}

void check(const json::Value& value) {
  for (const auto& schema : published()) {
    const bool may_be_written = accepts_or_explains(schema->closed, value);
    const bool may_be_read = accepts_or_explains(schema->open, value);
    require(may_be_read || !may_be_written);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = json::parse({reinterpret_cast<const char*>(data), size});
  if (!parsed.ok()) {
    const auto code = parsed.error().code;
    require(code == rf::core::Code::kInvalidJson || code == rf::core::Code::kLimitReached);
    return 0;
  }
  const std::string bytes = json::canonical(*parsed);
  const auto again = json::parse(bytes);
  require(again.ok() && *again == *parsed && json::canonical(*again) == bytes);
  check(*parsed);
  // What the document says of itself as a schema is refused or read, never more.
  for (const json::OpenPlaces places : {json::OpenPlaces::kClosed, json::OpenPlaces::kOpen}) {
    const auto tree = json::SchemaTree::read(*parsed, places);
    if (tree.ok() && !json::accepts(tree->root(), *parsed)) json::explain(tree->root(), *parsed);
  }
  return 0;
}
