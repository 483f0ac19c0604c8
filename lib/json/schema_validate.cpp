// SPDX-License-Identifier: MIT
// Runs valijson on a document and a schema. Both are copied into RapidJSON's tree first, integral numbers as
// integers, so that 1 and 1.0 are one value, as draft-07 wants. Pinned by tests/unit/json/schema_test.cpp.
//
// valijson needs watching: unless told to throw it prints and aborts; its adapter then makes RapidJSON's assert a
// call that allocates each time, even inside noexcept functions, so the adapter is read with an assert of ours
// (hence a namespace of its own for RapidJSON in this file); and it includes <iostream>, which would make every
// program that links the library run a static constructor; libstdc++'s include guard keeps that header out.
#include "json/schema_internal.hpp"

#if defined(__GNUC__) && !defined(__clang__)
// gcc 12 warns inside its own <regex> when it instruments for AddressSanitizer.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#undef rapidjson
#define rapidjson rf_schema_rapidjson
#define VALIJSON_USE_EXCEPTIONS 1
#include <istream>
#include <ostream>
#ifdef __GLIBCXX__
#define _GLIBCXX_IOSTREAM 1
#endif

#include <stdexcept>
#include <valijson/exceptions.hpp>
#undef VALIJSON_USE_EXCEPTIONS
#define RAPIDJSON_ASSERT(x) ((x) ? static_cast<void>(0) : throw std::logic_error("RapidJSON: " #x))
#include <valijson/adapters/rapidjson_adapter.hpp>
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <cmath>
#include <cstdint>
#include <exception>
#include <new>
#include <string_view>
#include <utility>

namespace rf::json {
namespace {

constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

rapidjson::Value tree_string(std::string_view text, rapidjson::Document::AllocatorType& memory) {
  return rapidjson::Value(text.data(), static_cast<rapidjson::SizeType>(text.size()), memory);
}

rapidjson::Value tree_of(const Value& value, rapidjson::Document::AllocatorType& memory) {
  if (value.is_bool()) return rapidjson::Value(value.as_bool());
  if (value.is_string()) return tree_string(value.as_string(), memory);
  if (value.is_number()) {
    const double number = value.as_number();
    if (std::trunc(number) != number || std::fabs(number) > kExactIntegers) return rapidjson::Value(number);
    return rapidjson::Value(static_cast<std::int64_t>(number));
  }
  if (value.is_array()) {
    rapidjson::Value array(rapidjson::kArrayType);
    for (const Value& item : value.as_array()) array.PushBack(tree_of(item, memory), memory);
    return array;
  }
  if (value.is_object()) {
    rapidjson::Value object(rapidjson::kObjectType);
    for (const auto& [key, member] : value.as_object()) {
      object.AddMember(tree_string(key, memory), tree_of(member, memory), memory);
    }
    return object;
  }
  return rapidjson::Value();
}

/// valijson names the way as "<root>", "[member]", "[3]".
Violation violation_of(const valijson::ValidationResults::Error& error) {
  Violation violation{{}, error.description};
  for (std::size_t i = 1; i < error.context.size(); ++i) {
    const std::string& step = error.context[i];
    violation.path.push_back(step.substr(1, step.size() - 2));
  }
  return violation;
}

std::vector<Violation> validate(const Value& document, const Value& schema) {
  using Adapter = valijson::adapters::RapidJsonAdapter;
  rapidjson::Document::AllocatorType memory;
  const rapidjson::Value schema_tree = tree_of(schema, memory);
  const rapidjson::Value document_tree = tree_of(document, memory);

  valijson::Schema parsed;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(schema_tree), parsed);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  if (validator.validate(parsed, Adapter(document_tree), nullptr)) return {};

  valijson::ValidationResults results;
  validator.validate(parsed, Adapter(document_tree), &results);
  std::vector<Violation> violations;
  for (const auto& error : results) violations.push_back(violation_of(error));
  if (violations.empty()) violations.push_back({{}, "the document does not match its schema"});
  return violations;
}

}  // namespace

core::Result<std::vector<Violation>> find_violations(const Value& document, const Value& schema) {
  try {
    return validate(document, schema);
  } catch (const std::runtime_error& error) {
    // valijson says so of a malloc of its own that failed.
    if (std::string_view(error.what()).find("Failed to allocate") != std::string_view::npos) throw std::bad_alloc();
    return core::Error{core::Code::kInternal, "the schema cannot be used: " + std::string(error.what()), {}};
  }
}

}  // namespace rf::json
