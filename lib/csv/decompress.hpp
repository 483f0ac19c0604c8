// SPDX-License-Identifier: MIT
// Decompresses gzip and zstd streams to text. The reader takes the text piece by piece and so bounds how much
// comes out.
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
  /// Supplies compressed bytes: 1 to `room` bytes, 0 at their end.
  using Supply = std::function<core::Result<std::size_t>(char* into, std::size_t room)>;

  /// Makes a decompressor for bytes that begin with `beginning`; null if they are not compressed.
  /// UNSUPPORTED_FORMAT if this build cannot decompress them.
  static core::Result<std::unique_ptr<Decompressor>> for_beginning(std::string_view beginning,
                                                                   std::string name);
  ~Decompressor();

  /// Reads 1 to `size` bytes of text; returns 0 at the end. READ_FAILED for bytes that are damaged or
  /// truncated.
  core::Result<std::size_t> read(char* into, std::size_t size, const Supply& supply);

 private:
  struct Stream;  ///< the state of one of the libraries

  Decompressor(std::unique_ptr<Stream> stream, std::string name);
  core::Result<> fill(const Supply& supply);
  core::Result<> undo_more(const Supply& supply);

  std::unique_ptr<Stream> stream_;
  std::string name_;
  std::string bytes_;        ///< compressed bytes
  std::size_t n_bytes_ = 0;  ///< number of compressed bytes in it
  std::size_t used_ = 0;     ///< number of those already decompressed
  bool at_end_ = false;      ///< the supply has ended
  std::string text_;         ///< output of the last step
  std::size_t n_text_ = 0;   ///< number of bytes in it
  std::size_t n_given_ = 0;  ///< number of those already read
};

}  // namespace rf::csv
