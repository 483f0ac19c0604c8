// SPDX-License-Identifier: MIT
// The safetensors container: 8-byte little-endian header length, JSON header, raw little-endian tensors
// (https://github.com/huggingface/safetensors, "Format"). It is independent of models.
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

/// One tensor, row-major. It borrows its bytes.
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
  /// A copy of the values. T must be the type of the dtype. The vector grows in small pieces, so that each
  /// piece is still in the cache from zeroing when the values are copied into it.
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

/// The header's keys are in the order of RFC 8785. Tensors are ordered by element size descending, then by
/// name, so that each starts at a multiple of its element size. The header is padded with spaces to a
/// multiple of 8 bytes.
std::string write_safetensors(const Container& container);

/// Whether write_safetensors would return `bytes`. Does not build them.
bool are_safetensors_of(const Container& container, std::string_view bytes);

/// The limit of the reference implementation for a header.
inline constexpr std::size_t kMostHeaderBytes = 100'000'000;

/// Checks whether a file of `file_bytes` bytes can be a model, given its first bytes: at least 9, unless the
/// file is shorter. A file that fails need not be read. INVALID_MODEL.
core::Result<> check_head(std::string_view head, std::uint64_t file_bytes);

/// Checks lengths, dtypes and shapes, and that the tensors fill the rest of the file without gap or overlap.
/// The tensors borrow from `bytes`. INVALID_MODEL.
core::Result<Container> read_safetensors(std::string_view bytes);

/// An INVALID_MODEL error that names the fault.
core::Error invalid_model(std::string what);

}  // namespace rf::artifact
