// SPDX-License-Identifier: MIT
// Definitions of the other "RapidJSON", instantiated as a program that uses one would have them.
#include <rapidjson/document.h>

namespace rapidjson {

template <typename Encoding, typename Allocator>
const char* GenericValue<Encoding, Allocator>::GetString() const {
  return "other";
}
template <typename Encoding, typename Allocator>
bool GenericValue<Encoding, Allocator>::IsObject() const {
  return false;
}
template <typename Encoding, typename Allocator, typename StackAllocator>
GenericDocument<Encoding, Allocator, StackAllocator>&
GenericDocument<Encoding, Allocator, StackAllocator>::Parse(const char*) {
  return *this;
}
template <typename Encoding, typename Allocator, typename StackAllocator>
GenericDocument<Encoding, Allocator, StackAllocator>&
GenericDocument<Encoding, Allocator, StackAllocator>::Parse(const char*, std::size_t) {
  return *this;
}
template <typename Encoding, typename Allocator, typename StackAllocator>
bool GenericDocument<Encoding, Allocator, StackAllocator>::HasParseError() const {
  return true;
}

template class GenericValue<UTF8<char>, MemoryPoolAllocator<CrtAllocator>>;
template class GenericDocument<UTF8<char>, MemoryPoolAllocator<CrtAllocator>, CrtAllocator>;

}  // namespace rapidjson
