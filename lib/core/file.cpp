// SPDX-License-Identifier: MIT
// Reads until the end of the file, whatever size it reports, so that files that grow, shrink or report no
// size (/proc) are read correctly. Pinned by tests/unit/core/file_test.cpp; the code that writes files is in
// core/staging.cpp.
#include "core/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "core/descriptor.hpp"
#include "core/host.hpp"
#include "core/text.hpp"

namespace rf::core {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{128} << 10;
constexpr std::size_t kReadAtOnce = std::size_t{1} << 30;  // Linux reads at most 2 GiB in one call

Error cannot_read(const std::string& path, int error_number) {
  const bool absent = error_number == ENOENT || error_number == ENOTDIR;
  return system_failure(absent ? Code::kFileNotFound : Code::kReadFailed, "cannot read", path, error_number);
}

Error cannot_write(const std::string& path, int error_number) {
  return system_failure(Code::kWriteFailed, "cannot write", path, error_number);
}

Error not_a_file(const std::string& path, std::string_view what) {
  return {Code::kNotAFile,
          "\"" + path + "\" is " + std::string(what) + ", expected a regular file",
          {{"file", path}}};
}

EntryKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return EntryKind::kFile;
  if (S_ISDIR(mode)) return EntryKind::kFolder;
  if (S_ISLNK(mode)) return EntryKind::kLink;
  if (S_ISFIFO(mode)) return EntryKind::kPipe;
  return S_ISSOCK(mode) ? EntryKind::kSocket : EntryKind::kDevice;
}

std::string_view kind_name(mode_t mode) {
  return entry_kind_name(kind_of(mode));
}

/// Reads at most `size` bytes; -1, with errno set, on failure.
ssize_t read_some(const Descriptor& file, char* into, std::size_t size) {
  return retried([&] { return ::read(file.number(), into, std::min(size, kReadAtOnce)); });
}

/// fstat() of an open file: 0 or the error number.
int look_at_open(const Descriptor& file, struct stat& facts) {
  return retried([&] { return ::fstat(file.number(), &facts); }) == 0 ? 0 : errno;
}

/// stat() of a path, following links: 0 or the error number.
int look_at_path(const std::string& path, struct stat& facts) {
  if (path.find('\0') != std::string::npos) return ENOENT;
  return retried([&] { return ::stat(path.c_str(), &facts); }) == 0 ? 0 : errno;
}

}  // namespace

struct InputFile::State {
  std::string path;
  Descriptor file;
  std::optional<std::uint64_t> claimed_size;
};

InputFile::InputFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
InputFile::InputFile(InputFile&&) noexcept = default;
InputFile& InputFile::operator=(InputFile&&) noexcept = default;
InputFile::~InputFile() = default;

Result<InputFile> InputFile::open(const std::string& path) {
  return open_with(path, 0);
}
Result<InputFile> InputFile::open_no_link(const std::string& path) {
  return open_with(path, O_NOFOLLOW);
}

Result<InputFile> InputFile::open_with(const std::string& path, int more_flags) {
  // Without O_NONBLOCK, opening a pipe would wait for a writer.
  Descriptor file = open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | more_flags);
  if (!file.valid() && errno == ELOOP && more_flags != 0)
    return not_a_file(path, entry_kind_name(EntryKind::kLink));
  if (!file.valid())
    return errno == ENXIO ? not_a_file(path, "a socket or device") : cannot_read(path, errno);
  struct stat facts;
  if (const int error = look_at_open(file, facts); error != 0) return cannot_read(path, error);
  if (!S_ISREG(facts.st_mode) && !S_ISFIFO(facts.st_mode)) return not_a_file(path, kind_name(facts.st_mode));
  std::optional<std::uint64_t> claimed;
  if (S_ISREG(facts.st_mode)) claimed = static_cast<std::uint64_t>(facts.st_size);
  return InputFile(std::make_unique<State>(State{path, std::move(file), claimed}));
}

std::optional<std::uint64_t> InputFile::claimed_size() const {
  return state_->claimed_size;
}

Result<std::size_t> InputFile::read(char* into, std::size_t size, const Monitor& monitor) {
  constexpr int kPatienceMilliseconds = 50;
  while (is_pipe()) {
    // read() returns 0 for a pipe that has no writer yet, as if it had ended. Only poll() can distinguish the
    // two.
    pollfd waited{state_->file.number(), POLLIN, 0};
    RF_TRY(monitor.check());
    const int n_ready = ::poll(&waited, 1, kPatienceMilliseconds);
    if (n_ready > 0) break;
    if (n_ready < 0 && errno != EINTR) return cannot_read(state_->path, errno);
  }
  const ssize_t n_read = read_some(state_->file, into, size);
  if (n_read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return read(into, size, monitor);
  if (n_read < 0) return cannot_read(state_->path, errno);
  return static_cast<std::size_t>(n_read);
}

Result<> InputFile::rewind() {
  if (retried([&] { return ::lseek(state_->file.number(), 0, SEEK_SET); }) != 0)
    return cannot_read(state_->path, errno);
  return {};
}

namespace {

Result<std::string> read_all(InputFile file, const std::string& path, std::uint64_t limit_bytes) {
  if (file.is_pipe()) return not_a_file(path, "a pipe");
  const Error too_large{Code::kLimitReached,
                        "\"" + path + "\" is larger than the limit of " +
                            counted(std::min<std::uint64_t>(limit_bytes, INT64_MAX), "byte"),
                        {{"file", path}}};
  const std::uint64_t claimed = *file.claimed_size();
  if (claimed > limit_bytes) return too_large;

  const Monitor nobody;
  std::string bytes;
  std::size_t n_bytes = 0;
  bytes.reserve(static_cast<std::size_t>(claimed) + kPieceBytes);
  prefer_huge_pages(bytes.data(), static_cast<std::size_t>(claimed));
  while (true) {
    // A piece is cleared just before read() fills it, so that both happen in the cache.
    if (n_bytes == bytes.size()) bytes.resize(n_bytes + kPieceBytes);
    RF_ASSIGN(const std::size_t n_read, file.read(bytes.data() + n_bytes, bytes.size() - n_bytes, nobody));
    if (n_read == 0) break;
    n_bytes += n_read;
    if (n_bytes > limit_bytes) return too_large;
  }
  bytes.resize(n_bytes);
  return bytes;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t limit_bytes) {
  RF_ASSIGN(InputFile file, InputFile::open(path));
  return read_all(std::move(file), path, limit_bytes);
}

Result<std::string> read_file_no_link(const std::string& path, std::uint64_t limit_bytes) {
  RF_ASSIGN(InputFile file, InputFile::open_no_link(path));
  return read_all(std::move(file), path, limit_bytes);
}

Result<std::optional<std::string>> read_file_if_there(const std::string& path, std::uint64_t limit_bytes) {
  const Descriptor there = open_at(AT_FDCWD, path, O_PATH | O_NOFOLLOW);
  if (!there.valid() && errno == ENOENT) return std::optional<std::string>();
  RF_ASSIGN(std::string bytes, read_file_no_link(path, limit_bytes));
  return std::optional<std::string>(std::move(bytes));
}

Result<SecretFile> read_secret_file(const std::string& path, std::span<std::uint8_t> into) {
  const Descriptor file = open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat facts;
  if (!file.valid()) return cannot_read(path, errno);
  if (const int error = look_at_open(file, facts); error != 0) return cannot_read(path, error);
  if (!S_ISREG(facts.st_mode)) return not_a_file(path, kind_name(facts.st_mode));
  std::size_t n_bytes = 0;
  while (true) {
    // When the memory is full, one more byte is read into `beyond`, to find out whether the file is longer.
    char beyond = 0;
    const bool is_full = n_bytes == into.size();
    char* const at = is_full ? &beyond : reinterpret_cast<char*>(into.data()) + n_bytes;
    const ssize_t n_read = read_some(file, at, is_full ? 1 : into.size() - n_bytes);
    if (n_read < 0) return cannot_read(path, errno);
    if (n_read == 0) break;
    if (is_full)
      return Error{Code::kLimitReached,
                   "\"" + path + "\" is larger than the " + counted(into.size(), "byte") +
                       " that such a file may have",
                   {{"file", path}}};
    n_bytes += static_cast<std::size_t>(n_read);
  }
  return SecretFile{n_bytes, (facts.st_mode & 0066) != 0};
}

std::string path_in(const std::string& directory, std::string_view name) {
  return directory + (directory.ends_with('/') ? "" : "/") + std::string(name);
}

std::string_view entry_kind_name(EntryKind kind) {
  switch (kind) {
    case EntryKind::kFile:
      return "a regular file";
    case EntryKind::kFolder:
      return "a folder";
    case EntryKind::kLink:
      return "a symbolic link";
    case EntryKind::kPipe:
      return "a pipe";
    case EntryKind::kSocket:
      return "a socket";
    case EntryKind::kDevice:
      break;
  }
  return "a device";
}

Result<std::vector<FolderEntry>> list_entries(const std::string& directory) {
  const DirectoryEntries entries = entries_of(open_at(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY));
  if (entries == nullptr) return cannot_read(directory, errno);
  std::vector<FolderEntry> found;
  while (const dirent* entry = next_entry(entries)) {
    const std::string_view name = entry->d_name;
    struct stat facts;
    if (retried([&] {
          return ::fstatat(::dirfd(entries.get()), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW);
        }) != 0) {
      if (errno == ENOENT) continue;  // gone since it was listed
      return system_failure(Code::kReadFailed, "cannot read", path_in(directory, name), errno);
    }
    found.push_back({std::string(name), kind_of(facts.st_mode), static_cast<std::uint64_t>(facts.st_size)});
  }
  if (errno != 0) return cannot_read(directory, errno);
  // total order: names in one folder, each once
  std::sort(found.begin(), found.end(),
            [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
  return found;
}

Result<> make_directories(const std::string& directory) {
  if (directory.empty() || directory.find('\0') != std::string::npos) return cannot_write(directory, ENOENT);
  struct stat facts;
  const int looked = look_at_path(directory, facts);
  if (looked == 0 && S_ISDIR(facts.st_mode)) return {};
  if (looked != ENOENT) return cannot_write(directory, looked == 0 ? ENOTDIR : looked);
  const std::string parent = parent_of(directory);
  // A missing root or working directory has no parent that could be created.
  if (parent != directory && parent != ".") RF_TRY(make_directories(parent));
  if (retried([&] { return ::mkdir(directory.c_str(), 0777); }) != 0) {
    const int error = errno;
    // EEXIST: another process created it first, unless it is not a folder.
    const int now = error == EEXIST ? look_at_path(directory, facts) : 0;
    if (error == EEXIST && now == 0 && S_ISDIR(facts.st_mode)) return {};
    if (now == ENOENT)
      return Error{Code::kWriteFailed,
                   "cannot write \"" + directory + "\": it is a symbolic link to something that is not there",
                   {{"file", directory}}};
    return cannot_write(directory, error == EEXIST ? ENOTDIR : error);
  }
  if (const int error = sync_directory(parent); error != 0) return cannot_write(directory, error);
  return {};
}

}  // namespace rf::core
