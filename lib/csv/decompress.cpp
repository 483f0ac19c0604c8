// SPDX-License-Identifier: MIT
// gzip by zlib (RFC 1952; several members in a row are one text), zstd by libzstd (RFC 8878; the same for
// several frames). The build may lack either. Pinned by tests/unit/csv/byte_source_test.cpp.
#include "csv/decompress.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#if defined(RF_HAS_ZLIB)
#include <zlib.h>
#endif
#if defined(RF_HAS_ZSTD)
#include <zstd.h>
#include <zstd_errors.h>
#endif

namespace rf::csv {
namespace {

using core::Code;
using core::Error;
using core::Result;

constexpr std::size_t kBytesAtOnce = std::size_t{1} << 17;
constexpr std::string_view kGzip = "\x1F\x8B";
constexpr std::string_view kZstd = "\x28\xB5\x2F\xFD";

Error damaged(const std::string& name, std::string_view format) {
  return {
      Code::kReadFailed, "cannot read " + name + ": the " + std::string(format) + " stream is damaged", {}};
}

Error cut_off(const std::string& name) {
  return {Code::kReadFailed, "cannot read " + name + ": the compressed stream ends too early", {}};
}

Error no_memory() {
  return {Code::kOutOfMemory, "no memory to undo a compression", {}};
}

#if !defined(RF_HAS_ZLIB) || !defined(RF_HAS_ZSTD)
Error not_built_in(const std::string& name, std::string_view format, std::string_view library) {
  return {Code::kUnsupportedFormat,
          "cannot read " + name + ": it is compressed with " + std::string(format) +
              ", and this build of RunForge has no " + std::string(library),
          {}};
}
#endif

}  // namespace

/// The streams that a build may have. Not in an unnamed namespace, because Decompressor::Stream contains one.
namespace streams {

/// The result of one step of a stream: bytes used and text given.
struct Step {
  std::size_t used = 0;
  std::size_t given = 0;
  bool broken = false;
  bool no_memory = false;
};

/// Used before the format is known. In a build without both libraries it is the only stream.
struct NoStream {
  static constexpr std::string_view kFormat = "";
  Step step(std::string_view, char*, std::size_t) { return {0, 0, true, false}; }
  bool complete() const { return false; }  ///< whether the text may end here
};

#if defined(RF_HAS_ZLIB)
class GzipStream {
 public:
  static constexpr std::string_view kFormat = "gzip";
  GzipStream() { ready_ = ::inflateInit2(&state_, 16 + MAX_WBITS) == Z_OK; }
  ~GzipStream() { ::inflateEnd(&state_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  bool ready() const { return ready_; }
  bool complete() const { return complete_; }
  Step step(std::string_view bytes, char* into, std::size_t size) {
    if (complete_) {
      if (bytes.empty()) return {};
      if (::inflateReset(&state_) != Z_OK) return {0, 0, true, false};
      complete_ = false;
    }
    const auto room = static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
    state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    state_.avail_in = static_cast<uInt>(bytes.size());
    state_.next_out = reinterpret_cast<Bytef*>(into);
    state_.avail_out = room;
    const int result = ::inflate(&state_, Z_NO_FLUSH);
    complete_ = result == Z_STREAM_END;
    return {bytes.size() - state_.avail_in, room - state_.avail_out,
            result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR, result == Z_MEM_ERROR};
  }

 private:
  z_stream state_{};
  bool ready_ = false;
  bool complete_ = false;
};
#endif

#if defined(RF_HAS_ZSTD)
class ZstdStream {
 public:
  static constexpr std::string_view kFormat = "zstd";
  ZstdStream() : state_(::ZSTD_createDStream(), &::ZSTD_freeDStream) {}

  bool ready() const { return state_ != nullptr; }
  bool complete() const { return complete_; }
  Step step(std::string_view bytes, char* into, std::size_t size) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer out{into, size, 0};
    const std::size_t result = ::ZSTD_decompressStream(state_.get(), &out, &in);
    complete_ = result == 0;
    return {in.pos, out.pos, ::ZSTD_isError(result) != 0,
            ::ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation};
  }

 private:
  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> state_;
  bool complete_ = false;
};
#endif

}  // namespace streams

struct Decompressor::Stream {
  std::variant<streams::NoStream
#if defined(RF_HAS_ZLIB)
               ,
               streams::GzipStream
#endif
#if defined(RF_HAS_ZSTD)
               ,
               streams::ZstdStream
#endif
               >
      state;

  template <class Kind>
  Result<> begin() {
    if (state.emplace<Kind>().ready()) return {};
    return no_memory();
  }
  bool complete() const {
    return std::visit([](const auto& stream) { return stream.complete(); }, state);
  }
  std::string_view format() const {
    return std::visit([](const auto& stream) { return stream.kFormat; }, state);
  }
  streams::Step step(std::string_view bytes, char* into, std::size_t size) {
    return std::visit([&](auto& stream) { return stream.step(bytes, into, size); }, state);
  }
};

Decompressor::Decompressor(std::unique_ptr<Stream> stream, std::string name)
    : stream_(std::move(stream)),
      name_(std::move(name)),
      bytes_(kBytesAtOnce, '\0'),
      text_(kBytesAtOnce, '\0') {}

Decompressor::~Decompressor() = default;

Result<std::unique_ptr<Decompressor>> Decompressor::for_beginning(std::string_view beginning,
                                                                  std::string name) {
  auto stream = std::make_unique<Stream>();
  if (beginning.substr(0, kGzip.size()) == kGzip) {
#if defined(RF_HAS_ZLIB)
    RF_TRY(stream->begin<streams::GzipStream>());
#else
    return not_built_in(name, "gzip", "zlib");
#endif
  } else if (beginning.substr(0, kZstd.size()) == kZstd) {
#if defined(RF_HAS_ZSTD)
    RF_TRY(stream->begin<streams::ZstdStream>());
#else
    return not_built_in(name, "zstd", "libzstd");
#endif
  } else {
    return std::unique_ptr<Decompressor>();
  }
  return std::unique_ptr<Decompressor>(new Decompressor(std::move(stream), std::move(name)));
}

/// Reads until the buffer is full, so that a pipe gives its bytes in the same pieces as a file does.
Result<> Decompressor::fill(const Supply& supply) {
  used_ = 0;
  n_bytes_ = 0;
  while (n_bytes_ < bytes_.size() && !at_end_) {
    RF_ASSIGN(const std::size_t n_new, supply(bytes_.data() + n_bytes_, bytes_.size() - n_bytes_));
    n_bytes_ += n_new;
    at_end_ = n_new == 0;
  }
  return {};
}

/// Decompresses the next piece of text; the text is empty at the end of the input. The size of a piece does
/// not depend on the size of the caller's buffer, because it decides how much text is returned before damage
/// is detected.
Result<> Decompressor::undo_more(const Supply& supply) {
  n_given_ = 0;
  n_text_ = 0;
  while (n_text_ == 0) {
    if (used_ == n_bytes_ && !at_end_) RF_TRY(fill(supply));
    const std::string_view bytes = std::string_view(bytes_).substr(used_, n_bytes_ - used_);
    if (bytes.empty() && stream_->complete()) return {};
    const streams::Step step = stream_->step(bytes, text_.data(), text_.size());
    if (step.no_memory) return no_memory();
    if (step.broken) return damaged(name_, stream_->format());
    used_ += step.used;
    n_text_ = step.given;
    if (at_end_ && step.used == 0 && step.given == 0) return cut_off(name_);
  }
  return {};
}

Result<std::size_t> Decompressor::read(char* into, std::size_t size, const Supply& supply) {
  if (n_given_ == n_text_) RF_TRY(undo_more(supply));
  const std::size_t n_now = text_.copy(into, std::min(size, n_text_ - n_given_), n_given_);
  n_given_ += n_now;
  return n_now;
}

}  // namespace rf::csv
