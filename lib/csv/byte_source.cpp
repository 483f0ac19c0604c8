// SPDX-License-Identifier: MIT
// The first bytes decide whether the input is compressed, not the file name. No UTF-8 text begins like gzip
// (1F 8B) or zstd (28 B5 2F FD), because 8B and B5 cannot follow 1F and 28 in UTF-8.
#include "csv/byte_source.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "csv/decompress.hpp"

namespace rf::csv {
namespace {

using core::Result;

constexpr std::size_t kBeginningBytes = 4;

}  // namespace

ByteSource::ByteSource(std::string_view bytes) : memory_(bytes), name_("buffer") {}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

Result<ByteSource> ByteSource::open(const std::string& path) {
  RF_ASSIGN(core::InputFile file, core::InputFile::open(path));
  ByteSource source({});
  source.name_ = "\"" + path + "\"";
  source.file_.emplace(std::move(file));
  return source;
}

std::optional<std::uint64_t> ByteSource::claimed_size() const {
  return file_ ? file_->claimed_size() : memory_.size();
}

crypto::Sha256* ByteSource::take_over_hashing(std::size_t& hashed_ahead) {
  if (!hash_ || !looked_ || is_compressed()) return nullptr;
  reader_hashes_ = true;
  hashed_ahead = beginning_.size();
  return &*hash_;
}

Result<std::size_t> ByteSource::read_new_bytes(char* into, std::size_t size, const core::Monitor& monitor) {
  if (!file_) {
    const std::string_view part = memory_.substr(static_cast<std::size_t>(bytes_in_), size);
    std::copy(part.begin(), part.end(), into);
    return part.size();
  }
  if (!file_->is_pipe()) return file_->read(into, size, monitor);
  if (rewound_) {
    const std::string_view part = std::string_view(kept_).substr(kept_given_, size);
    std::copy(part.begin(), part.end(), into);
    kept_given_ += part.size();
    return part.size();
  }
  RF_ASSIGN(const std::size_t n_read, file_->read(into, size, monitor));
  if (!keeps_) return n_read;
  RF_TRY(kept_memory_.resize(kept_.size() + n_read, "what came out of the pipe, kept for a second look"));
  kept_.append(into, n_read);
  return n_read;
}

Result<std::size_t> ByteSource::read_bytes(char* into, std::size_t size, const core::Monitor& monitor) {
  if (!beginning_.empty()) {
    const std::size_t n_bytes = beginning_.copy(into, size);
    beginning_.erase(0, n_bytes);
    return n_bytes;
  }
  RF_ASSIGN(const std::size_t n_read, read_new_bytes(into, size, monitor));
  bytes_in_ += n_read;
  if (hash_ && !reader_hashes_) hash_->update(into, n_read);
  return n_read;
}

Result<> ByteSource::look_at_beginning(const core::Monitor& monitor) {
  std::string seen;
  char bytes[kBeginningBytes];
  while (seen.size() < kBeginningBytes) {
    RF_ASSIGN(const std::size_t n_read, read_bytes(bytes, kBeginningBytes - seen.size(), monitor));
    if (n_read == 0) break;
    seen.append(bytes, n_read);
  }
  beginning_ = std::move(seen);
  looked_ = true;
  RF_ASSIGN(decompressor_, Decompressor::for_beginning(beginning_, name_));
  return {};
}

Result<std::size_t> ByteSource::read(char* into, std::size_t size, const core::Monitor& monitor) {
  if (!looked_) RF_TRY(look_at_beginning(monitor));
  if (decompressor_ == nullptr) return read_bytes(into, size, monitor);
  return decompressor_->read(into, size,
                             [&](char* bytes, std::size_t room) { return read_bytes(bytes, room, monitor); });
}

void ByteSource::keep_no_more() {
  if (!keeps_ || rewound_) return;
  keeps_ = false;
  kept_ = std::string();
  kept_memory_.release();
}

Result<> ByteSource::rewind() {
  if (file_ && !file_->is_pipe()) RF_TRY(file_->rewind());
  rewound_ = true;
  kept_given_ = 0;
  bytes_in_ = 0;
  hash_.reset();
  reader_hashes_ = false;
  looked_ = false;
  beginning_.clear();
  decompressor_.reset();
  return {};
}

}  // namespace rf::csv
