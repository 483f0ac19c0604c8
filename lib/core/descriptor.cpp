// SPDX-License-Identifier: MIT
// Interrupted and short system calls are continued here, so that callers need not handle them.
#include "core/descriptor.hpp"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "core/random_bytes.hpp"
#include "core/text.hpp"

namespace rf::core {

Descriptor::~Descriptor() {
  close();
}

int Descriptor::close() {
  if (!valid()) return 0;
  // Linux closes the descriptor even if close() is interrupted. A second close() could hit another descriptor
  // that has the same number by then.
  const int result = ::close(std::exchange(number_, -1));
  return result == 0 || errno == EINTR ? 0 : errno;
}

Descriptor open_at(int directory, const std::string& name, int flags, unsigned mode) {
  if (name.find('\0') != std::string::npos) {
    errno = ENOENT;
    return Descriptor();
  }
  return Descriptor(retried([&] { return ::openat(directory, name.c_str(), flags | O_CLOEXEC, mode); }));
}

DirectoryEntries entries_of(Descriptor directory) {
  DirectoryEntries entries(directory.valid() ? ::fdopendir(directory.number()) : nullptr);
  if (entries != nullptr) directory.release();
  return entries;
}

const dirent* next_entry(const DirectoryEntries& entries) {
  while (true) {
    errno = 0;
    const dirent* const entry = ::readdir(entries.get());
    if (entry == nullptr && errno == EINTR) continue;
    if (entry == nullptr) return nullptr;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") return entry;
  }
}

int write_all(const Descriptor& file, std::string_view bytes) {
  constexpr std::size_t kAtOnce = std::size_t{1} << 30;  // Linux writes at most 2 GiB in one call
  while (!bytes.empty()) {
    const ssize_t written =
        retried([&] { return ::write(file.number(), bytes.data(), std::min(bytes.size(), kAtOnce)); });
    if (written < 0) return errno;
    if (written == 0) return EIO;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int write_and_close(Descriptor file, std::string_view bytes) {
  if (const int error = write_all(file, bytes); error != 0) return error;
  if (const int error = sync_descriptor(file.number()); error != 0) return error;
  return file.close();
}

int sync_descriptor(int descriptor) {
  const int result = retried([&] { return ::fsync(descriptor); });
  return result == 0 || errno == EINVAL || errno == EROFS ? 0 : errno;
}

int sync_directory(const std::string& path) {
  const Descriptor directory = open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
  if (!directory.valid()) return errno == EACCES ? 0 : errno;
  return sync_descriptor(directory.number());
}

std::string parent_of(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  path.resize(slash);
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path.empty() ? "/" : path;
}

std::string system_reason(int error_number) {
#if defined(__GLIBC__)
  if (const char* description = ::strerrordesc_np(error_number)) return description;
#endif
  return "system error " + decimal(error_number);
}

Error system_failure(Code code, std::string_view verb, const std::string& path, int error_number) {
  return {error_number == ENOMEM ? Code::kOutOfMemory : code,
          std::string(verb) + " \"" + path + "\": " + system_reason(error_number),
          {{"file", path}}};
}

std::string random_staging_name() {
  std::array<std::uint8_t, 8> bytes{};
  return fill_with_random_bytes(bytes).ok() ? std::string(kStagingPrefix) + hex(bytes) : "";
}

bool is_plain_name(std::string_view name) {
  constexpr std::string_view kNotInNames("/\0", 2);
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(kNotInNames) == std::string_view::npos;
}

}  // namespace rf::core
