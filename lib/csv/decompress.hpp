// SPDX-License-Identifier: MIT
// gzip and zstd streams to text. How much comes out is bounded by whoever reads, piece by piece.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace rf::csv {

class Decompressor {
 public:
  /// Where compressed bytes come from: 1 to `room` bytes, 0 at their end.
  using Supply = std::function<core::Result<std::size_t>(char* into, std::size_t room)>;

  /// For bytes that begin so; null if they are not compressed. UNSUPPORTED_FORMAT where the build cannot undo
  /// it.
  static core::Result<std::unique_ptr<Decompressor>> for_beginning(std::string_view beginning,
                                                                   std::string name);
  ~Decompressor();

  /// 1 to `size` bytes of text; 0 at the end. READ_FAILED for bytes that are damaged or cut off.
  core::Result<std::size_t> read(char* into, std::size_t size, const Supply& supply);

 private:
  struct Stream;  ///< the state of one of the libraries

  Decompressor(std::unique_ptr<Stream> stream, std::string name);
  core::Result<> fill(const Supply& supply);
  core::Result<> undo_more(const Supply& supply);

  std::unique_ptr<Stream> stream_;
  std::string name_;
  std::string bytes_;        ///< compressed ones
  std::size_t n_bytes_ = 0;  ///< how many of them there are
  std::size_t used_ = 0;     ///< how many of those are used up
  bool at_end_ = false;      ///< no more will come
  std::string text_;         ///< what the last step gave
  std::size_t n_text_ = 0;   ///< how much of it there is
  std::size_t n_given_ = 0;  ///< how much of that has been read
};

}  // namespace rf::csv
