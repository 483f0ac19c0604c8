// SPDX-License-Identifier: MIT
// Files are read and written completely or not at all. Apart from threads and host, only this code calls the
// operating system.
// Errors: FILE_NOT_FOUND, NOT_A_FILE, READ_FAILED, WRITE_FAILED, ALREADY_EXISTS, OUT_OF_MEMORY, each with the
// path and the reason.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/monitor.hpp"
#include "core/result.hpp"

namespace rf::core {

/// Reads a regular file or a named pipe from front to end. Only one thread at a time may use it.
class InputFile {
 public:
  /// FILE_NOT_FOUND, NOT_A_FILE (a folder, a socket, a device), READ_FAILED. Does not wait until a pipe has a
  /// writer.
  static Result<InputFile> open(const std::string& path);
  /// As above, but a symbolic link is NOT_A_FILE.
  static Result<InputFile> open_no_link(const std::string& path);
  InputFile(InputFile&&) noexcept;
  InputFile& operator=(InputFile&&) noexcept;
  ~InputFile();

  /// The size that the system reports now; the file may change while it is read. Nothing for a pipe.
  std::optional<std::uint64_t> claimed_size() const;
  bool is_pipe() const { return !claimed_size(); }
  /// Reads 1 to `size` bytes; 0 at the end. READ_FAILED. While a pipe has no data, a cancellation is noticed
  /// within 50 ms (CANCELLED).
  Result<std::size_t> read(char* into, std::size_t size, const Monitor& monitor);
  /// Goes back to the first byte. Not for a pipe.
  Result<> rewind();

 private:
  struct State;
  explicit InputFile(std::unique_ptr<State> state);
  static Result<InputFile> open_with(const std::string& path, int more_flags);
  std::unique_ptr<State> state_;
};

/// All bytes of a regular file, at most `limit_bytes` (else LIMIT_REACHED). A folder, a socket or a device is
/// NOT_A_FILE.
Result<std::string> read_file(const std::string& path, std::uint64_t limit_bytes = UINT64_MAX);
/// As read_file, but a symbolic link is NOT_A_FILE too.
Result<std::string> read_file_no_link(const std::string& path, std::uint64_t limit_bytes);
/// As read_file_no_link. Returns nothing if and only if no such entry exists (ENOENT).
Result<std::optional<std::string>> read_file_if_there(const std::string& path, std::uint64_t limit_bytes);

/// `directory`/`name`
std::string path_in(const std::string& directory, std::string_view name);

enum class EntryKind : std::uint8_t { kFile, kFolder, kLink, kPipe, kSocket, kDevice };
/// "a folder", "a symbolic link", ...
std::string_view entry_kind_name(EntryKind kind);

/// One entry of a folder; links are not followed.
struct FolderEntry {
  std::string name;
  EntryKind kind;
  std::uint64_t size_bytes;  ///< of a regular file
};

/// All entries of a folder except "." and "..", ascending by the bytes of their names.
Result<std::vector<FolderEntry>> list_entries(const std::string& directory);

struct NamedBytes {
  std::string name;
  std::string_view bytes;
};

/// Creates the folder and its missing parents. Succeeds if the folder already exists.
Result<> make_directories(const std::string& directory);

/// A folder under construction in a staging folder (core/staging_folder.hpp) next to its final place. If
/// anything interrupts the work before publish() (an error, a signal, power loss), nothing that looks
/// finished is left. The destructor removes the staging folder.
class StagingDirectory {
 public:
  /// Creates `parent` if needed, and removes the staging folders that interrupted commands left in it.
  static Result<StagingDirectory> create(const std::string& parent);
  StagingDirectory(StagingDirectory&&) noexcept;
  StagingDirectory& operator=(StagingDirectory&&) noexcept;
  ~StagingDirectory();

  /// Writes and fsyncs one file. Mode 0666 less the umask. After a failure the folder cannot be published.
  Result<> add(const std::string& name, std::string_view bytes);

  /// As add(). If the name has been added before, the new bytes replace the old ones.
  Result<> replace(const std::string& name, std::string_view bytes);

  /// Fsyncs, then moves the folder to `parent`/`name` by one renameat2(RENAME_NOREPLACE), then fsyncs the
  /// parent. ALREADY_EXISTS when the name is taken: the staging folder then stays, and publish() may be
  /// called again.
  Result<> publish(const std::string& name);

 private:
  struct State;
  explicit StagingDirectory(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Writes one file completely or not at all: the bytes are staged in the same folder, fsynced and renamed
/// over the old file. NOT_A_FILE if the path names something else, such as a folder or a device.
Result<> write_file_atomically(const std::string& path, std::string_view bytes);

/// Puts several files of one folder in place together: all of them, or none if an error occurs. If the
/// process is killed between two of them, the first one stays in place.
class FileChanges {
 public:
  /// Opens the folder, which must exist. FILE_NOT_FOUND, WRITE_FAILED.
  static Result<FileChanges> begin(const std::string& directory);
  FileChanges(FileChanges&&) noexcept;
  FileChanges& operator=(FileChanges&&) noexcept;
  ~FileChanges();

  enum class Kind : std::uint8_t {
    kNew,        ///< an existing file is not replaced (ALREADY_EXISTS)
    kReplacing,  ///< an existing file is replaced
    kSecret,     ///< as kNew, and accessible only to its owner (mode 0600)
  };
  /// Writes and fsyncs the bytes in the staging folder, not yet in place.
  Result<> stage(const std::string& name, std::string_view bytes, Kind kind);
  /// Puts the files in place and fsyncs the folder. After a failure, including ALREADY_EXISTS, the previous
  /// files are restored.
  Result<> commit();

 private:
  struct State;
  explicit FileChanges(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The state of an entry that has a staging name.
enum class Staging : std::uint8_t {
  kNone,         ///< not a staging folder of RunForge
  kGone,         ///< it does not exist any more
  kAtWork,       ///< a command is still using it
  kInterrupted,  ///< left by an interrupted command
};
/// Examines an entry without following links. READ_FAILED.
Result<Staging> staging_at(const std::string& directory, const std::string& name);

/// Removes the staging folders that interrupted commands left in `directory`. For a folder without files of
/// other programs, or without any that matter, such as a run directory. Only entries that provably belong to
/// RunForge are removed (core/staging_folder.hpp). Failures are ignored.
void clear_staging(const std::string& directory);

/// A lock of a folder, held while the object lives. It excludes only programs that take the same lock. On a
/// file system without locks it excludes nobody.
class FolderLock {
 public:
  enum class Sharing : std::uint8_t {
    kReaders,  ///< shared with other readers
    kNobody,
  };
  /// Waits for the other holders until the caller is asked to stop (CANCELLED). After a second it
  /// reports the stage "wait". A caller that cannot ask waits for 30 seconds at most. FILE_NOT_FOUND,
  /// READ_FAILED (readers), WRITE_FAILED.
  static Result<FolderLock> take(const std::string& directory, Sharing sharing, Monitor& monitor);
  FolderLock(FolderLock&&) noexcept;
  FolderLock& operator=(FolderLock&&) noexcept;
  ~FolderLock();

 private:
  struct State;
  explicit FolderLock(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Writes a new file that only its owner may read (mode 0600), completely or not at all. ALREADY_EXISTS: the
/// existing file is not changed.
Result<> write_secret_file(const std::string& path, std::string_view bytes);

struct SecretFile {
  std::size_t size_bytes;
  bool open_to_others;  ///< the file's mode lets the group or others read or write it
};
/// Reads all bytes of a regular file into the caller's memory and makes no other copy. LIMIT_REACHED if they
/// do not fit.
Result<SecretFile> read_secret_file(const std::string& path, std::span<std::uint8_t> into);

}  // namespace rf::core
