// SPDX-License-Identifier: MIT
// The one file that compiles valijson. It reads RapidJSON's tree, in a namespace other than the library's,
// because the adapter gives RapidJSON an assert of its own.
#include "valijson_referee.hpp"

#if defined(__GNUC__) && !defined(__clang__)
// gcc 12 warns inside its own <regex> when it instruments for AddressSanitizer.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#undef rapidjson
#define rapidjson rf_referee_rapidjson
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <stdexcept>

namespace rf::json {
namespace {

rapidjson::Document tree_of(const std::string& text) {
  rapidjson::Document tree;
  tree.Parse<rapidjson::kParseFullPrecisionFlag>(text.data(), text.size());
  if (tree.HasParseError()) throw std::runtime_error("RapidJSON does not read " + text);
  return tree;
}

}  // namespace

struct ValijsonReferee::Parsed {
  rapidjson::Document tree;
  valijson::Schema schema;
};

ValijsonReferee::ValijsonReferee(const std::string& schema_text)
    : parsed_(new Parsed{tree_of(schema_text), {}}) {
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::RapidJsonAdapter(parsed_->tree), parsed_->schema);
}

ValijsonReferee::~ValijsonReferee() = default;

bool ValijsonReferee::accepts(const std::string& document_text) const {
  const rapidjson::Document document = tree_of(document_text);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  return validator.validate(parsed_->schema, valijson::adapters::RapidJsonAdapter(document), nullptr);
}

}  // namespace rf::json
