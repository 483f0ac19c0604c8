// SPDX-License-Identifier: MIT
// The safetensors container: 8-byte little-endian header length, JSON header, raw little-endian tensors
// (https://github.com/huggingface/safetensors, "Format"). Knows nothing of models.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/host.hpp"
#include "core/result.hpp"

namespace rf::artifact {

enum class Dtype : std::uint8_t { kU8, kI32, kU32, kF64, kI64 };

template <class T>
constexpr Dtype dtype_of();
template <>
constexpr Dtype dtype_of<std::uint8_t>() {
  return Dtype::kU8;
}
template <>
constexpr Dtype dtype_of<std::int32_t>() {
  return Dtype::kI32;
}
template <>
constexpr Dtype dtype_of<std::uint32_t>() {
  return Dtype::kU32;
}
template <>
constexpr Dtype dtype_of<double>() {
  return Dtype::kF64;
}
template <>
constexpr Dtype dtype_of<std::int64_t>() {
  return Dtype::kI64;
}

/// One tensor, row-major; the bytes are borrowed.
struct Tensor {
  Dtype dtype = Dtype::kU8;
  std::vector<std::uint64_t> shape;
  std::string_view bytes;

  template <class T>
  static Tensor of(const std::vector<T>& values, std::vector<std::uint64_t> shape) {
    return {dtype_of<T>(),
            std::move(shape),
            {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)}};
  }
  /// The values; T must be the dtype's type. What a vector clears is cleared just before it is copied to, in
  /// the cache.
  template <class T>
  std::vector<T> values() const {
    constexpr std::size_t kPiece = 4096;
    const std::size_t n_values = bytes.size() / sizeof(T);
    std::vector<T> result;
    result.reserve(n_values);
    core::prefer_huge_pages(result.data(), bytes.size());
    for (std::size_t done = 0; done < n_values; done = result.size()) {
      const std::size_t n_now = std::min(kPiece, n_values - done);
      result.resize(done + n_now);
      std::memcpy(result.data() + done, bytes.data() + done * sizeof(T), n_now * sizeof(T));
    }
    return result;
  }
};

struct Container {
  std::map<std::string, std::string> metadata;
  std::map<std::string, Tensor> tensors;
};

/// Header keys as RFC 8785 orders them; tensors by size of their elements descending, then by name, so that
/// each starts at a multiple of that size; header padded with spaces to 8 bytes.
std::string write_safetensors(const Container& container);

/// Whether `bytes` are what write_safetensors would give, without making it.
bool are_safetensors_of(const Container& container, std::string_view bytes);

/// Of a header, as the reference implementation bounds it.
inline constexpr std::size_t kMostHeaderBytes = 100'000'000;

/// Whether a file of so many bytes may be a model at all by its first ones, 9 at least where it has them:
/// what is none need not be read. INVALID_MODEL.
core::Result<> check_head(std::string_view head, std::uint64_t file_bytes);

/// Checks lengths, dtypes, shapes and that the tensors fill the rest of the file without gap or overlap.
/// INVALID_MODEL. The tensors borrow from `bytes`.
core::Result<Container> read_safetensors(std::string_view bytes);

/// INVALID_MODEL with what is wrong.
core::Error invalid_model(std::string what);

}  // namespace rf::artifact
