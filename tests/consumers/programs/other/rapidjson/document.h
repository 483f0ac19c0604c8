// SPDX-License-Identifier: MIT
// Another "RapidJSON" for tests/consumers: the names of its document, and wrong in all that it does.
#pragma once

#include <cstddef>

namespace rapidjson {

class CrtAllocator {};
template <typename Base>
class MemoryPoolAllocator {};
template <typename Character>
struct UTF8 {};

template <typename Encoding, typename Allocator>
class GenericValue {
 public:
  const char* GetString() const;
  bool IsObject() const;
};

template <typename Encoding, typename Allocator, typename StackAllocator>
class GenericDocument : public GenericValue<Encoding, Allocator> {
 public:
  GenericDocument& Parse(const char* text);
  GenericDocument& Parse(const char* text, std::size_t size);
  bool HasParseError() const;
};

using Document = GenericDocument<UTF8<char>, MemoryPoolAllocator<CrtAllocator>, CrtAllocator>;

}  // namespace rapidjson
