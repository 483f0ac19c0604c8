// SPDX-License-Identifier: MIT
// Cells as a caller holds them in memory, borrowed for a call: numbers at a stride, bits, text with offsets,
// codes into a dictionary. Nothing has to be aligned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace rf::memory {

/// Element type of numbers in memory; the numbers are rf_dtype's.
enum class NumberType : std::uint8_t {
  kF64 = 1,
  kF32,
  kI64,
  kI32,
  kI16,
  kI8,
  kU64,
  kU32,
  kU16,
  kU8,
  kBool8,  ///< one byte each, zero is false
};

constexpr bool is_number_type(std::int32_t type) {
  return type >= 1 && type <= 11;
}
constexpr bool is_float(NumberType type) {
  return type == NumberType::kF64 || type == NumberType::kF32;
}
constexpr std::size_t size_of(NumberType type) {
  switch (type) {
    case NumberType::kF64:
    case NumberType::kI64:
    case NumberType::kU64:
      return 8;
    case NumberType::kF32:
    case NumberType::kI32:
    case NumberType::kU32:
      return 4;
    case NumberType::kI16:
    case NumberType::kU16:
      return 2;
    case NumberType::kI8:
    case NumberType::kU8:
    case NumberType::kBool8:
      break;
  }
  return 1;
}

/// The value at any address.
template <class T>
T load(const void* address) {
  T value;
  std::memcpy(&value, address, sizeof value);
  return value;
}

/// Bits, least significant first; bit i is number `offset` + i. Null means all ones.
struct Bitmap {
  const std::uint8_t* bits = nullptr;
  std::uint64_t offset = 0;

  bool operator[](std::uint64_t i) const {
    return bits == nullptr || ((bits[(offset + i) >> 3] >> ((offset + i) & 7)) & 1) != 0;
  }
};

/// A cell is present if the bitmap of the column and the bitmap of the enclosing struct both mark it.
struct Presence {
  Bitmap own;
  Bitmap around;

  bool all() const { return own.bits == nullptr && around.bits == nullptr; }
  bool operator[](std::uint64_t i) const { return own[i] && around[i]; }
};

/// `count` numbers, the first at `first`, each `stride` bytes from the one before (a negative stride walks
/// back).
struct NumberCells {
  NumberType type = NumberType::kF64;
  const void* first = nullptr;  ///< may be null if there are none
  std::size_t count = 0;
  std::ptrdiff_t stride = 0;
  Presence present;

  const unsigned char* at(std::size_t i) const {
    return static_cast<const unsigned char*>(first) + static_cast<std::ptrdiff_t>(i) * stride;
  }
};

/// `count` booleans, one bit each.
struct BitCells {
  Bitmap values;  ///< bits may be null if there are none
  std::size_t count = 0;
  Presence present;
};

/// `count` texts: text i is bytes[offset i .. offset i + 1).
struct TextCells {
  enum class Width : std::uint8_t { k32, k64 };
  Width width = Width::k64;
  const void* offsets = nullptr;  ///< count + 1 signed integers; may be null when count is 0
  const char* bytes = nullptr;    ///< may be null when all texts are empty
  std::size_t count = 0;
  Presence present;

  std::int64_t offset(std::size_t i) const {
    const auto* base = static_cast<const unsigned char*>(offsets);
    return width == Width::k64 ? load<std::int64_t>(base + 8 * i) : load<std::int32_t>(base + 4 * i);
  }
};

}  // namespace rf::memory
