// SPDX-License-Identifier: MIT
// A producer of Arrow data that does everything the specification allows, and on demand what it forbids. It
// counts each release, and its buffers are exactly as long as they must be, so that AddressSanitizer sees a
// step beyond.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow_c_data.h"

namespace rf::abi_test {

/// A buffer at an address that is aligned to nothing.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::size_t size) : memory_(new unsigned char[size + 1]()), size_(size) {}

  template <class T>
  static Bytes of(const std::vector<T>& values) {
    Bytes bytes(values.size() * sizeof(T));
    if (!values.empty()) std::memcpy(bytes.data(), values.data(), values.size() * sizeof(T));
    return bytes;
  }
  static Bytes of_bits(const std::vector<bool>& bits, std::size_t skipped = 0) {
    Bytes bytes((bits.size() + skipped + 7) / 8);
    // Bits before the offset are ones: whoever reads them sees missing cells as present.
    for (std::size_t i = 0; i < skipped; ++i)
      bytes.data()[i / 8] |= static_cast<unsigned char>(1U << (i % 8));
    for (std::size_t i = 0; i < bits.size(); ++i) {
      const std::size_t at = i + skipped;
      if (bits[i]) bytes.data()[at / 8] |= static_cast<unsigned char>(1U << (at % 8));
    }
    return bytes;
  }

  unsigned char* data() { return memory_ ? memory_.get() + 1 : nullptr; }
  std::size_t size() const { return size_; }

 private:
  std::shared_ptr<unsigned char[]> memory_;
  std::size_t size_ = 0;
};

/// How often each release was called; a test asks for exactly one each.
struct Released {
  int schemas = 0;
  int arrays = 0;
  int streams = 0;
};

/// One array with its schema, made to be changed by a test before it is handed over.
struct Node {
  std::string format;
  std::string name;
  std::vector<Bytes> buffers;
  std::vector<Node> children;
  std::shared_ptr<Node> dictionary;
  std::int64_t length = 0;
  std::int64_t null_count = -1;
  std::int64_t offset = 0;
  std::optional<std::int64_t> n_buffers = {};   ///< to lie
  std::optional<std::int64_t> n_children = {};  ///< to lie
  bool no_buffers_pointer = false;              ///< to lie
  bool no_children_pointer = false;             ///< to lie
  bool null_child = false;                      ///< to lie: the last child is NULL
  bool released_child = false;                  ///< to lie: the last child was released
  bool no_format = false;                       ///< to lie
  bool no_name = false;                         ///< allowed
};

/// The memory behind one handed-out tree.
struct Held {
  Node node;
  std::vector<const void*> buffers;
  std::vector<std::unique_ptr<Held>> children;
  std::unique_ptr<Held> dictionary;
  std::vector<ArrowSchema*> schema_children;
  std::vector<ArrowArray*> array_children;
  ArrowSchema schema = {};
  ArrowArray array = {};
  int* released = nullptr;  ///< of the root; null in children
};

inline std::unique_ptr<Held> hold(const Node& node) {
  auto held = std::make_unique<Held>();
  held->node = node;
  for (Bytes& buffer : held->node.buffers) held->buffers.push_back(buffer.data());
  for (const Node& child : held->node.children) held->children.push_back(hold(child));
  if (held->node.dictionary) held->dictionary = hold(*held->node.dictionary);
  return held;
}

inline void release_schema(ArrowSchema* schema) {
  auto* held = static_cast<Held*>(schema->private_data);
  schema->release = nullptr;
  if (held->released != nullptr) {
    ++*held->released;
    delete held;
  }
}
inline void release_array(ArrowArray* array) {
  auto* held = static_cast<Held*>(array->private_data);
  array->release = nullptr;
  if (held->released != nullptr) {
    ++*held->released;
    delete held;
  }
}

inline void fill_schema(Held& held, ArrowSchema& schema) {
  const Node& node = held.node;
  for (auto& child : held.children) {
    fill_schema(*child, child->schema);
    held.schema_children.push_back(&child->schema);
  }
  if (node.null_child && !held.schema_children.empty()) held.schema_children.back() = nullptr;
  if (held.dictionary) fill_schema(*held.dictionary, held.dictionary->schema);
  schema = {node.no_format ? nullptr : node.format.c_str(),
            node.no_name ? nullptr : node.name.c_str(),
            nullptr,
            2,
            node.n_children.value_or(static_cast<std::int64_t>(held.schema_children.size())),
            node.no_children_pointer ? nullptr : held.schema_children.data(),
            held.dictionary ? &held.dictionary->schema : nullptr,
            release_schema,
            &held};
  if (node.released_child && !held.children.empty()) held.children.back()->schema.release = nullptr;
}

inline void fill_array(Held& held, ArrowArray& array) {
  const Node& node = held.node;
  for (auto& child : held.children) {
    fill_array(*child, child->array);
    held.array_children.push_back(&child->array);
  }
  if (node.null_child && !held.array_children.empty()) held.array_children.back() = nullptr;
  if (held.dictionary) fill_array(*held.dictionary, held.dictionary->array);
  array = {node.length,
           node.null_count,
           node.offset,
           node.n_buffers.value_or(static_cast<std::int64_t>(held.buffers.size())),
           node.n_children.value_or(static_cast<std::int64_t>(held.array_children.size())),
           node.no_buffers_pointer ? nullptr : held.buffers.data(),
           node.no_children_pointer ? nullptr : held.array_children.data(),
           held.dictionary ? &held.dictionary->array : nullptr,
           release_array,
           &held};
  if (node.released_child && !held.children.empty()) held.children.back()->array.release = nullptr;
}

/// Hands the node out; `out` must be released by whoever takes it.
inline void hand_out(const Node& node, ArrowSchema* out, int* released) {
  Held* held = hold(node).release();
  held->released = released;
  fill_schema(*held, *out);
}
inline void hand_out(const Node& node, ArrowArray* out, int* released) {
  Held* held = hold(node).release();
  held->released = released;
  fill_array(*held, *out);
}

// ---- what tests make nodes of
// ------------------------------------------------------------------------------------

/// `validity` empty: no buffer.
template <class T>
Node number_column(std::string name, std::string format, const std::vector<T>& values,
                   const std::vector<bool>& validity = {}) {
  Node node;
  node.format = std::move(format);
  node.name = std::move(name);
  node.length = static_cast<std::int64_t>(values.size());
  node.buffers = {validity.empty() ? Bytes() : Bytes::of_bits(validity), Bytes::of(values)};
  return node;
}

inline Node bool_column(std::string name, const std::vector<bool>& values,
                        const std::vector<bool>& validity = {}) {
  Node node;
  node.format = "b";
  node.name = std::move(name);
  node.length = static_cast<std::int64_t>(values.size());
  node.buffers = {validity.empty() ? Bytes() : Bytes::of_bits(validity), Bytes::of_bits(values)};
  return node;
}

template <class Offset = std::int32_t>
Node text_column(std::string name, const std::vector<std::optional<std::string>>& texts) {
  Node node;
  node.format = sizeof(Offset) == 4 ? "u" : "U";
  node.name = std::move(name);
  node.length = static_cast<std::int64_t>(texts.size());
  std::vector<Offset> offsets = {0};
  std::vector<char> bytes;
  std::vector<bool> validity;
  bool any_missing = false;
  for (const auto& text : texts) {
    validity.push_back(text.has_value());
    any_missing = any_missing || !text;
    if (text) bytes.insert(bytes.end(), text->begin(), text->end());
    offsets.push_back(static_cast<Offset>(bytes.size()));
  }
  node.buffers = {any_missing ? Bytes::of_bits(validity) : Bytes(), Bytes::of(offsets), Bytes::of(bytes)};
  return node;
}

template <class Code>
Node coded_column(std::string name, std::string format, const std::vector<Code>& codes, Node dictionary,
                  const std::vector<bool>& validity = {}) {
  Node node = number_column(std::move(name), std::move(format), codes, validity);
  node.dictionary = std::make_shared<Node>(std::move(dictionary));
  return node;
}

inline Node struct_of(std::vector<Node> columns) {
  Node node;
  node.format = "+s";
  node.length = columns.empty() ? 0 : columns[0].length;
  node.buffers = {Bytes()};
  node.children = std::move(columns);
  return node;
}

/// A stream over batches, which may fail at any of its steps.
struct Producer {
  static constexpr int kNever = -1;

  Node schema;
  std::vector<Node> batches;
  int fails_at = kNever;  ///< 0: get_schema, k: the k-th get_next
  int errno_value = 5;
  const char* message = "the disk is on fire";
  bool has_last_error = true;
  std::function<void()> on_call = {};  ///< before each step

  int step = 0;
  Released released = {};

  void open(ArrowArrayStream* stream) {
    step = 0;
    *stream = {[](ArrowArrayStream* s, ArrowSchema* out) { return from(s).next_schema(out); },
               [](ArrowArrayStream* s, ArrowArray* out) { return from(s).next_batch(out); },
               [](ArrowArrayStream* s) { return from(s).message; },
               [](ArrowArrayStream* s) {
                 ++from(s).released.streams;
                 s->release = nullptr;
               },
               this};
    if (!has_last_error) stream->get_last_error = nullptr;
  }

 private:
  static Producer& from(ArrowArrayStream* stream) { return *static_cast<Producer*>(stream->private_data); }
  int next_schema(ArrowSchema* out) {
    if (on_call) on_call();
    if (fails_at == 0) return errno_value;
    hand_out(schema, out, &released.schemas);
    return 0;
  }
  int next_batch(ArrowArray* out) {
    if (on_call) on_call();
    const auto at = static_cast<std::size_t>(step++);
    if (fails_at == step) return errno_value;
    if (at < batches.size()) {
      hand_out(batches[at], out, &released.arrays);
    } else {
      out->release = nullptr;
    }
    return 0;
  }
};

}  // namespace rf::abi_test
