// SPDX-License-Identifier: MIT
// Wherever memory runs out in parsing and checking, std::bad_alloc comes out, nothing leaks and the next
// check is as good as ever. This program replaces operator new, so it stands alone.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>

#include "json/parse.hpp"
#include "json/schema.hpp"

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::int64_t allocations_left = kNever;
std::int64_t n_alive = 0;

void* allocate(std::size_t size) {
  if (allocations_left-- <= 0) throw std::bad_alloc();
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  ++n_alive;
  return memory;
}

void release(void* memory) {
  if (memory != nullptr) --n_alive;
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new[](std::size_t size) {
  return allocate(size);
}
void operator delete(void* memory) noexcept {
  release(memory);
}
void operator delete[](void* memory) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  release(memory);
}

namespace rf::json {
namespace {

enum class Outcome { kAccepted, kRefused, kNoMemory };

/// Parses and checks with all but the first `n` allocations failing.
Outcome run(std::string_view text, std::string_view schema, std::int64_t n) {
  Outcome outcome = Outcome::kNoMemory;
  allocations_left = n;
  try {
    const auto parsed = parse(text);
    outcome = parsed.ok() && check_schema_text(*parsed, schema).ok() ? Outcome::kAccepted : Outcome::kRefused;
  } catch (const std::bad_alloc&) {
  }
  allocations_left = kNever;
  return outcome;
}

std::int64_t allocations_of(std::string_view text, std::string_view schema) {
  run(text, schema, kNever);
  allocations_left = kNever;
  const Value document = *parse(text);
  static_cast<void>(check_schema_text(document, schema));
  return kNever - allocations_left;
}

void expect_no_memory_everywhere(std::string_view text, std::string_view schema, Outcome outcome,
                                 std::int64_t step) {
  const std::int64_t n_needed = allocations_of(text, schema);
  ASSERT_GT(n_needed, 10);
  for (std::int64_t n = 0; n < n_needed; n += step) {
    const std::int64_t before = n_alive;
    const Outcome found = run(text, schema, n);
    const std::int64_t after = n_alive;
    ASSERT_EQ(found, Outcome::kNoMemory) << n << " of " << n_needed;
    ASSERT_EQ(after, before) << n;
  }
  EXPECT_EQ(run(text, schema, n_needed), outcome);
}

TEST(SchemaMemory, EveryAllocationOfACheckMayFail) {
  constexpr std::string_view kSchema =
      R"({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
    "properties": {"a long name of a member beyond the small ones": {"$ref": "#/definitions/digest"}, "list": {"uniqueItems": true}},
    "patternProperties": {"^x": {"anyOf": [{"enum": ["some long text beyond the small ones", 1]}, {"type": "null"}]}},
    "additionalProperties": false, "propertyNames": {"minLength": 1}, "allOf": [{"not": {"required": ["y"]}}],
    "if": {"required": ["x"]}, "then": {"dependencies": {"x": ["list"]}},
    "definitions": {"digest": {"pattern": "^[0-9a-f]{64}$", "description": "some long text beyond the small ones"}}})";
  const std::string digest(64, 'a');
  const std::string good = R"({"a long name of a member beyond the small ones": ")" + digest +
                           R"(", "list": [1, 2, [3]], "x": null})";
  expect_no_memory_everywhere(good, kSchema, Outcome::kAccepted, 1);
  const std::string unknown = R"({"a long name of a member beyond the smell ones": 1})";
  expect_no_memory_everywhere(unknown, kSchema, Outcome::kRefused, 1);
  const std::string wrong = R"({"x": ")" + digest + "\"}";
  expect_no_memory_everywhere(wrong, kSchema, Outcome::kRefused, 1);
}

TEST(SchemaMemory, EveryFewAllocationsOfAPublishedSchemaMayFail) {
  expect_no_memory_everywhere(R"({"seed": "x"})", schema_text("train_config.v1"), Outcome::kRefused, 7);
}

// A text that makes RapidJSON's stack grow.
TEST(SchemaMemory, TheReadersOwnMemoryMayFailToo) {
  const std::string text = "[\"" + std::string(100000, 'a') + "\"]";
  expect_no_memory_everywhere(text, R"({"items": {"maxLength": 5}})", Outcome::kRefused, 1);
}

}  // namespace
}  // namespace rf::json
