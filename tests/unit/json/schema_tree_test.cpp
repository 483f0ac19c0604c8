// SPDX-License-Identifier: MIT
// What the checker does not know is refused when the schema is read, never passed over in silence.
#include "json/schema_tree.hpp"

#include <gtest/gtest.h>

#include "json/parse.hpp"
#include "json/schema.hpp"

namespace rf::json {
namespace {

/// The message of the refusal without what all of them begin with; "accepted" without one.
std::string refusal_of(std::string_view schema) {
  const Value source = *parse(schema);
  const auto tree = SchemaTree::read(source, OpenPlaces::kClosed);
  EXPECT_EQ(SchemaTree::read(source, OpenPlaces::kOpen).ok(), tree.ok()) << schema;
  if (tree.ok()) return "accepted";
  EXPECT_EQ(tree.error().code, core::Code::kInternal);
  constexpr std::string_view kHead = "the schema cannot be used: ";
  EXPECT_TRUE(tree.error().message.starts_with(kHead)) << tree.error().message;
  return tree.error().message.substr(kHead.size());
}

TEST(SchemaTree, ReadsEveryPublishedSchema) {
  for (const EmbeddedSchema& schema : schemas())
    EXPECT_EQ(refusal_of(schema.text), "accepted") << schema.name;
}

TEST(SchemaTree, NamesThePlaceOfAnUnknownKeyword) {
  EXPECT_EQ(refusal_of(R"({"minimun": 1})"), "#/minimun: this keyword is not known");
  EXPECT_EQ(refusal_of(R"({"definitions": {"a/b": {"anyOf": [true, {"requird": []}]}}})"),
            "#/definitions/a~1b/anyOf/1/requird: this keyword is not known");
}

// Keywords of draft-07 that no schema here uses, of other drafts, and of nobody.
TEST(SchemaTree, RefusesKeywordsThatItDoesNotKnow) {
  for (const char* keyword : {"multipleOf",
                              "additionalItems",
                              "format",
                              "contentEncoding",
                              "contentMediaType",
                              "readOnly",
                              "writeOnly",
                              "$defs",
                              "$anchor",
                              "$recursiveRef",
                              "dependentRequired",
                              "dependentSchemas",
                              "prefixItems",
                              "minContains",
                              "maxContains",
                              "unevaluatedItems",
                              "unevaluatedProperties",
                              "id",
                              "divisibleBy",
                              "extends",
                              "Type",
                              ""}) {
    EXPECT_EQ(refusal_of("{\"" + std::string(keyword) + "\": 1}"),
              "#/" + std::string(keyword) + ": this keyword is not known");
  }
}

TEST(SchemaTree, RefusesArgumentsThatAKeywordDoesNotTake) {
  for (const char* schema : {R"({"type": "strnig"})",
                             R"({"type": []})",
                             R"({"type": ["string", 1]})",
                             R"({"type": null})",
                             R"({"enum": []})",
                             R"({"enum": "a"})",
                             R"({"minimum": "1"})",
                             R"({"exclusiveMinimum": true})",
                             R"({"minLength": -1})",
                             R"({"maxLength": 1.5})",
                             R"({"maxItems": "1"})",
                             R"({"minProperties": 1e300})",
                             R"({"pattern": 1})",
                             R"({"required": "a"})",
                             R"({"required": [1]})",
                             R"({"uniqueItems": 1})",
                             R"({"allOf": []})",
                             R"({"anyOf": {}})",
                             R"({"oneOf": true})",
                             R"({"properties": []})",
                             R"({"patternProperties": true})",
                             R"({"dependencies": []})",
                             R"({"definitions": true})",
                             R"({"$ref": 1})",
                             R"({"title": 1})",
                             R"({"description": {}})",
                             R"({"examples": 1})"}) {
    EXPECT_NE(refusal_of(schema).find(": the keyword does not take this"), std::string::npos) << schema;
  }
  EXPECT_EQ(refusal_of(R"({"dependencies": {"a": [1]}})"),
            "#/dependencies/a: the keyword does not take this");
  for (const char* schema :
       {R"({"items": 1})", R"({"not": "a"})", R"({"if": null})", R"({"contains": []})",
        R"({"propertyNames": 1})", R"({"additionalProperties": "no"})", R"({"properties": {"a": 1}})",
        R"({"items": [1]})", R"({"allOf": [[]]})", R"({"dependencies": {"a": 1}})", "3", "null", "[]"}) {
    EXPECT_NE(refusal_of(schema).find(": a schema is an object, true or false"), std::string::npos) << schema;
  }
}

TEST(SchemaTree, RefusesPatternsThatItDoesNotKnow) {
  EXPECT_EQ(
      refusal_of(R"({"properties": {"a": {"pattern": "^(a|b)$"}}})"),
      "#/properties/a/pattern: the pattern \"^(a|b)$\" at byte 1: this part of the language is not known");
  EXPECT_EQ(refusal_of(R"({"patternProperties": {"\\d": true}})"),
            "#/patternProperties/\\d: the pattern \"\\\\d\" at byte 1: this escape is not known");
}

TEST(SchemaTree, RefusesWhatWouldBePassedOver) {
  EXPECT_EQ(
      refusal_of(
          R"({"definitions": {"a": true}, "properties": {"b": {"$ref": "#/definitions/a", "type": "null"}}})"),
      "#/properties/b: what stands beside $ref is passed over");
  EXPECT_EQ(refusal_of(R"({"then": true})"), "#: then and else say nothing without if");
  EXPECT_EQ(refusal_of(R"({"items": {"else": true}})"), "#/items: then and else say nothing without if");
  EXPECT_EQ(refusal_of(R"({"$schema": "http://json-schema.org/draft-04/schema#"})"),
            "#/$schema: only draft-07 is known");
  EXPECT_EQ(refusal_of(R"({"items": {"$id": "urn:x"}})"),
            "#/items/$id: only the whole document may have an $id");
}

TEST(SchemaTree, RefusesAMarkThatWouldBePassedOver) {
  for (const char* schema : {R"({"$comment": "open", "properties": {}})",
                             R"({"$comment": "open: later members", "properties": {}, "type": "object"})",
                             R"({"$comment": "open", "anyOf": [{"enum": ["a"]}, {"type": "string"}]})",
                             R"({"$comment": "later members are open", "type": "string"})"}) {
    EXPECT_EQ(refusal_of(schema), "accepted") << schema;
  }
  for (const char* comment : {"opened", "open:", "open places", "open:later", "openly"}) {
    EXPECT_EQ(refusal_of(R"({"properties": {}, "$comment": ")" + std::string(comment) + "\"}"),
              "#/$comment: the mark of an open place is \"open\", or \"open: \" and words");
  }
  for (const char* schema :
       {R"({"$comment": "open", "type": "string"})", R"({"$comment": "open", "enum": ["a"]})",
        R"({"$comment": "open", "anyOf": [{"enum": ["a"]}]})",
        R"({"$comment": "open", "properties": {}, "additionalProperties": false})",
        R"({"$comment": "open", "properties": {}, "anyOf": [true, true]})",
        R"({"$comment": "open", "$ref": "#/definitions/a", "definitions": {"a": true}})"}) {
    EXPECT_EQ(refusal_of(schema),
              "#/$comment: only an object with properties and without additionalProperties, or an anyOf of "
              "more than "
              "one schema, may be open")
        << schema;
  }
  EXPECT_EQ(refusal_of(R"({"items": {"$comment": "open"}})").substr(0, 17), "#/items/$comment:");
}

// The mark closes a schema; what stands behind it is read all the same.
TEST(SchemaTree, ReadsTheBranchesThatAMarkLeavesOut) {
  EXPECT_EQ(refusal_of(R"({"$comment": "open", "anyOf": [{"enum": ["a"]}, {"minimun": 1}]})"),
            "#/anyOf/1/minimun: this keyword is not known");
}

TEST(SchemaTree, RefusesReferencesThatLeadNowhere) {
  for (const char* target : {"#/definitions/gone", "#/properties/a", "definitions/a", "other.json", "#a", "",
                             "#/definitions/", "#/definitions", "urn:x#/definitions/a"}) {
    EXPECT_EQ(refusal_of(R"({"definitions": {"a": true}, "properties": {"a": {"$ref": ")" +
                         std::string(target) + "\"}}}"),
              "#: $ref leads nowhere: \"" + std::string(target) + "\"");
  }
  EXPECT_EQ(refusal_of(R"({"$ref": "#/definitions/a"})"), "#: $ref leads nowhere: \"#/definitions/a\"");
}

TEST(SchemaTree, RefusesSchemasThatLeadToThemselvesOnTheSameValue) {
  for (const char* schema :
       {R"({"allOf": [{"$ref": "#"}]})", R"({"not": {"$ref": "#"}})", R"({"if": {"$ref": "#"}})",
        R"({"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}})",
        R"({"definitions": {"a": {"anyOf": [true, {"$ref": "#/definitions/a"}]}}})",
        R"({"dependencies": {"a": {"oneOf": [{"$ref": "#"}]}}})"}) {
    EXPECT_NE(refusal_of(schema).find(": a schema leads to itself on the same value"), std::string::npos)
        << schema;
  }
}

TEST(SchemaTree, FollowsASchemaIntoMembersOfItsOwnKind) {
  const std::string tree =
      R"({"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}, "name": {"type": "string"}},
                               "additionalProperties": false})";
  EXPECT_TRUE(check_schema_text(*parse(R"({"left": {"right": {"name": "a"}}, "name": "b"})"), tree).ok());
  EXPECT_EQ(check_schema_text(*parse(R"({"left": {"right": {"name": 1}}})"), tree).error().message,
            "/left/right/name: expected a string, found 1");
}

// The parser's limit on depth bounds the recursion.
TEST(SchemaTree, TakesTheDeepestDocumentThatTheParserGives) {
  std::string text = "1";
  for (int i = 0; i < 64; ++i) text = "[" + text + "]";
  const std::string nested = R"({"items": {"$ref": "#"}, "type": "array"})";
  const auto result = check_schema_text(*parse(text), nested);
  ASSERT_FALSE(result.ok());
  EXPECT_TRUE(result.error().message.ends_with("/0: expected an array, found 1")) << result.error().message;
  EXPECT_FALSE(parse("[" + text + "]").ok());
}

}  // namespace
}  // namespace rf::json
