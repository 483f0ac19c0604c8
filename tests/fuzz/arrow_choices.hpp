// SPDX-License-Identifier: MIT
// A producer of Arrow data that the input steers: each byte decides what it does next. Its buffers are as
// long as the specification asks for the lengths it tells; where it lies about numbers that can be checked,
// nothing may be read by them. Who includes this has the Arrow structures already, the library's or those a
// caller brings.
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "require.hpp"

namespace rf {

/// The bytes of the input, zeros when they are used up.
class Choices {
 public:
  Choices(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), size_(size) {}
  std::uint8_t next() { return at_ < size_ ? bytes_[at_++] : std::uint8_t{0}; }
  /// Now and then true.
  bool rarely() { return next() >= 248; }
  std::size_t below(std::size_t bound) { return next() % bound; }
  bool used_up() const { return at_ >= size_; }

 private:
  const std::uint8_t* bytes_;
  std::size_t size_;
  std::size_t at_ = 0;
};

constexpr std::int64_t kLies[] = {-1, INT64_MIN, INT64_MAX, INT64_MAX - 7};

/// Owns all that one producer hands out.
class Producer {
 public:
  /// `wild`: formats, names and metadata are any bytes as well.
  explicit Producer(Choices& choices, bool wild = false) : choices_(choices), wild_(wild) {}

  void open(ArrowArrayStream* stream) {
    choose_columns();
    *stream = {[](ArrowArrayStream* s, ArrowSchema* out) { return of(s).schema(out); },
               [](ArrowArrayStream* s, ArrowArray* out) { return of(s).batch(out); },
               [](ArrowArrayStream* s) { return of(s).message(); },
               [](ArrowArrayStream* s) {
                 ++of(s).stream_releases;
                 s->release = nullptr;
               },
               this};
  }

  /// One batch and its schema; what the producer fails to make has been released, as far as its taker can
  /// tell.
  void hand_out(ArrowSchema* schema_out, ArrowArray* batch_out) {
    choose_columns();
    if (schema(schema_out) != 0) *schema_out = {};
    if (batch(batch_out) != 0 || batch_out->release == nullptr) *batch_out = {};
  }

  int handed_out = 0;
  int releases = 0;
  int stream_releases = 0;

 private:
  static Producer& of(ArrowArrayStream* stream) { return *static_cast<Producer*>(stream->private_data); }
  template <class Structure>
  static void count_release(Structure* structure) {
    auto* producer = static_cast<Producer*>(structure->private_data);
    ++producer->releases;
    structure->release = nullptr;
  }
  /// Of children, which go with their parent.
  template <class Structure>
  static void no_release(Structure*) {
    require(false, "a child is not released by itself");
  }

  void choose_columns() {
    n_columns_ = choices_.below(5);
    for (std::size_t j = 0; j < n_columns_; ++j) formats_.push_back(pick_format());
  }

  std::string any_text(std::size_t most) {
    std::string text(choices_.below(most + 1), '\0');
    for (char& c : text) c = static_cast<char>(choices_.next());
    return text;
  }

  /// Key-value metadata as the specification lays it out, one pair of any bytes.
  const char* any_metadata() {
    std::string text;
    const auto add = [&](std::size_t number) {
      const auto narrow = static_cast<std::int32_t>(number);
      text.append(reinterpret_cast<const char*>(&narrow), sizeof narrow);
    };
    add(1);
    for (int i = 0; i < 2; ++i) {
      const std::string part = any_text(20);
      add(part.size());
      text += part;
    }
    return keep(text);
  }

  const char* message() { return choices_.below(2) == 0 ? nullptr : keep("broken \xFF message"); }
  const char* keep(std::string text) { return texts_.emplace_back(std::move(text)).c_str(); }

  /// Dictionaries have two characters, codes and text.
  std::string pick_format() {
    if (wild_ && choices_.rarely()) return any_text(6);
    static const char* const kFormats[] = {"g", "f", "l", "i",  "s",  "c",  "L",  "I",   "S",  "C", "b",
                                           "u", "U", "n", "cu", "SU", "lu", "Lu", "tdD", "+l", "vu"};
    return kFormats[choices_.below(choices_.rarely() ? 21 : 18)];
  }

  int schema(ArrowSchema* out) {
    if (choices_.rarely()) return 22;
    ++handed_out;
    auto& children = schema_children_.emplace_back();
    for (std::size_t j = 0; j < n_columns_; ++j) {
      ArrowSchema& child = schemas_.emplace_back();
      const std::string& format = formats_[j];
      const bool is_coded = format.size() == 2 && (format[1] == 'u' || format[1] == 'U') && format != "vu";
      const std::string name =
          choices_.rarely() ? std::string("\xC3") : std::string(1, static_cast<char>('a' + j));
      child = {keep(is_coded ? format.substr(0, 1) : format),
               choices_.rarely() ? nullptr : keep(name),
               nullptr,
               2,
               0,
               nullptr,
               nullptr,
               no_release<ArrowSchema>,
               this};
      if (is_coded) {
        ArrowSchema& values = schemas_.emplace_back();
        values = {keep(format.substr(1)), "", nullptr, 0, 0, nullptr, nullptr, no_release<ArrowSchema>, this};
        child.dictionary = &values;
      }
      if (wild_ && choices_.rarely()) child.name = keep(any_text(40));
      if (wild_ && choices_.rarely()) child.metadata = any_metadata();
      if (wild_ && choices_.rarely()) child.flags = choices_.next() - std::int64_t{128};
      if (choices_.rarely()) child.format = nullptr;
      if (choices_.rarely()) child.release = nullptr;
      children.push_back(choices_.rarely() ? nullptr : &child);
    }
    *out = {"+s",
            "",
            nullptr,
            0,
            static_cast<std::int64_t>(n_columns_),
            children.data(),
            nullptr,
            count_release<ArrowSchema>,
            this};
    if (choices_.rarely()) out->format = "g";
    if (choices_.rarely()) out->n_children = -1;
    return 0;
  }

  int batch(ArrowArray* out) {
    out->release = nullptr;
    if (choices_.rarely()) return 5;
    if (choices_.used_up() || ++n_batches_ > 8) return 0;
    ++handed_out;
    const std::size_t n_rows = choices_.below(20);
    const std::size_t offset = choices_.below(3);
    auto& children = array_children_.emplace_back();
    for (std::size_t j = 0; j < n_columns_; ++j) {
      ArrowArray& child = arrays_.emplace_back();
      // An array of another type than the schema has, where that can be seen.
      const std::string format = !choices_.rarely() ? formats_[j] : choices_.below(2) == 0 ? "g" : "n";
      fill(child, format, n_rows + offset + choices_.below(2));
      children.push_back(choices_.rarely() ? nullptr : &child);
    }
    auto& buffers = buffer_lists_.emplace_back();
    buffers.push_back(choices_.below(4) == 0 ? bits(n_rows + offset) : nullptr);
    *out = {static_cast<std::int64_t>(n_rows),
            -1,
            static_cast<std::int64_t>(offset),
            1,
            static_cast<std::int64_t>(n_columns_),
            buffers.data(),
            children.data(),
            nullptr,
            count_release<ArrowArray>,
            this};
    lie(*out);
    return 0;
  }

  /// An array of the format with buffers for `n` cells and for its offset.
  void fill(ArrowArray& array, const std::string& format, std::size_t n) {
    const std::size_t offset = choices_.below(4);
    auto& buffers = buffer_lists_.emplace_back();
    if (format != "n") buffers.push_back(choices_.below(2) == 0 ? bits(n + offset) : nullptr);
    ArrowArray* dictionary = nullptr;
    if (format == "u" || format == "U") {
      add_texts(buffers, format == "u", n + offset);
    } else if (format == "b") {
      buffers.push_back(memory((n + offset) * 8, false));
    } else if (format != "n") {
      // One more, so that whoever takes them for offsets finds as many as it may look for.
      buffers.push_back(memory((n + offset + 1) * 8, format.size() == 2));
      if (format.size() == 2) {
        dictionary = &arrays_.emplace_back();
        fill(*dictionary, format.substr(1), choices_.below(6));
      }
    }
    const auto n_buffers = static_cast<std::int64_t>(buffers.size());
    buffers.resize(4, nullptr);  // for a lie about their number
    array = {static_cast<std::int64_t>(n),
             static_cast<std::int64_t>(choices_.next()) - 1,
             static_cast<std::int64_t>(offset),
             n_buffers,
             0,
             buffers.data(),
             nullptr,
             dictionary,
             no_release<ArrowArray>,
             this};
    lie(array);
  }

  /// Numbers that the importer can see through.
  void lie(ArrowArray& array) {
    if (!choices_.rarely()) return;
    switch (choices_.below(8)) {
      case 0:
        array.length = kLies[choices_.below(4)];
        break;
      case 1:
        array.offset = kLies[choices_.below(4)];
        break;
      case 2:
        // Fewer or more than the format has, never as many: those that are there would be too few.
        array.n_buffers = array.n_buffers == 2 ? 3 : kLies[choices_.below(4)];
        break;
      case 3:
        array.buffers = nullptr;
        break;
      case 4:
        if (array.n_buffers > 1) array.buffers[1] = nullptr;
        break;
      case 5:
        array.release = nullptr;
        --handed_out;  // of a batch it means the end; of a child it is refused, and never counted
        if (array.n_children == 0 && n_columns_ > 0) ++handed_out;
        break;
      case 6:
        array.n_children = array.n_children == 0 ? 0 : kLies[choices_.below(4)];
        break;
      default:
        array.dictionary = array.dictionary == nullptr ? &arrays_.emplace_back() : nullptr;
    }
  }

  void add_texts(std::vector<const void*>& buffers, bool narrow, std::size_t n) {
    std::vector<std::int64_t> offsets = {static_cast<std::int64_t>(choices_.below(3))};
    for (std::size_t i = 0; i < n; ++i)
      offsets.push_back(offsets.back() + static_cast<std::int64_t>(choices_.below(5)));
    const auto n_bytes = static_cast<std::size_t>(offsets.back());
    // A lie that descends is seen at the text it stands at; the bytes are there for all others.
    if (choices_.rarely())
      offsets[choices_.below(offsets.size())] = -static_cast<std::int64_t>(choices_.next()) - 1;
    std::vector<std::uint8_t>& block = memory_.emplace_back((narrow ? 4 : 8) * offsets.size() + 1);
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      const auto narrowed = static_cast<std::int32_t>(offsets[i]);
      narrow ? std::memcpy(&block[1 + 4 * i], &narrowed, 4) : std::memcpy(&block[1 + 8 * i], &offsets[i], 8);
    }
    buffers.push_back(&block[1]);
    buffers.push_back(n_bytes == 0 && choices_.below(2) == 0 ? nullptr : letters(n_bytes));
  }

  const void* letters(std::size_t size) {
    static constexpr std::string_view kLetters = "ab01-. true\xC3\xA9";
    std::vector<std::uint8_t>& block = memory_.emplace_back(size + 1);
    for (std::size_t i = 0; i < size; ++i)
      block[i] = choices_.rarely() ? choices_.next() : static_cast<std::uint8_t>(kLetters[choices_.below(9)]);
    return block.data();
  }
  const void* bits(std::size_t n) { return memory((n + 7) / 8, false); }
  const void* memory(std::size_t size, bool small) {
    std::vector<std::uint8_t>& block = memory_.emplace_back(size + 1);
    for (std::size_t i = 0; i <= size; ++i)
      block[i] = small ? static_cast<std::uint8_t>(choices_.below(3)) : choices_.next();
    return &block[size > 0 ? 1 : 0];
  }

  Choices& choices_;
  bool wild_;
  std::size_t n_columns_ = 0;
  int n_batches_ = 0;
  std::vector<std::string> formats_;
  std::deque<std::string> texts_;
  std::deque<ArrowSchema> schemas_;
  std::deque<ArrowArray> arrays_;
  std::deque<std::vector<ArrowSchema*>> schema_children_;
  std::deque<std::vector<ArrowArray*>> array_children_;
  std::deque<std::vector<const void*>> buffer_lists_;
  std::deque<std::vector<std::uint8_t>> memory_;
};

}  // namespace rf
