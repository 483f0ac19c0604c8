// SPDX-License-Identifier: MIT
// Files, whole or not at all. With threads and host, the only place that calls the operating system.
// Errors: FILE_NOT_FOUND, NOT_A_FILE, READ_FAILED, WRITE_FAILED, ALREADY_EXISTS, OUT_OF_MEMORY, each naming
// path and reason.
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

/// Bytes from front to end, of a regular file or a named pipe. One thread at a time.
class InputFile {
 public:
  /// FILE_NOT_FOUND, NOT_A_FILE (a folder, a socket, a device), READ_FAILED. Does not wait for a pipe's
  /// writer.
  static Result<InputFile> open(const std::string& path);
  /// The same; a symbolic link is NOT_A_FILE.
  static Result<InputFile> open_no_link(const std::string& path);
  InputFile(InputFile&&) noexcept;
  InputFile& operator=(InputFile&&) noexcept;
  ~InputFile();

  /// As the system states it now, which may be wrong by the end; none for a pipe.
  std::optional<std::uint64_t> claimed_size() const;
  bool is_pipe() const { return !claimed_size(); }
  /// Reads 1 to `size` bytes; 0 at the end. READ_FAILED; CANCELLED within 50 ms while a pipe has nothing to
  /// give.
  Result<std::size_t> read(char* into, std::size_t size, const Monitor& monitor);
  /// Back to the first byte; not for a pipe.
  Result<> rewind();

 private:
  struct State;
  explicit InputFile(std::unique_ptr<State> state);
  static Result<InputFile> open_with(const std::string& path, int more_flags);
  std::unique_ptr<State> state_;
};

/// All bytes of a regular file, `limit_bytes` at most (LIMIT_REACHED). A folder, a socket, a device:
/// NOT_A_FILE.
Result<std::string> read_file(const std::string& path, std::uint64_t limit_bytes = UINT64_MAX);
/// The same; a symbolic link is NOT_A_FILE as well.
Result<std::string> read_file_no_link(const std::string& path, std::uint64_t limit_bytes);
/// The same; none where there is no such entry (ENOENT), and only there.
Result<std::optional<std::string>> read_file_if_there(const std::string& path, std::uint64_t limit_bytes);

/// `directory`/`name`
std::string path_in(const std::string& directory, std::string_view name);

enum class EntryKind : std::uint8_t { kFile, kFolder, kLink, kPipe, kSocket, kDevice };
/// What a path names, links followed; none where there is nothing (ENOENT), and only there. READ_FAILED.
Result<std::optional<EntryKind>> kind_at(const std::string& path);
/// "a folder", "a symbolic link", ...
std::string_view entry_kind_name(EntryKind kind);

/// What a folder holds under a name; links are not followed.
struct FolderEntry {
  std::string name;
  EntryKind kind;
  std::uint64_t size_bytes;  ///< of a regular file
};

/// Everything in a folder but itself and its parent, ascending by the bytes of the names.
Result<std::vector<FolderEntry>> list_entries(const std::string& directory);

struct NamedBytes {
  std::string name;
  std::string_view bytes;
};

/// Creates the folder and its missing parents; fine if it is there.
Result<> make_directories(const std::string& directory);

/// A folder under construction in a staging folder (core/staging_folder.hpp) beside its final place. Whatever
/// happens before publish() (an error, a signal, power loss) leaves nothing that looks finished; the
/// destructor removes it.
class StagingDirectory {
 public:
  /// Creates `parent` if needed, and clears what interrupted commands left in it.
  static Result<StagingDirectory> create(const std::string& parent);
  StagingDirectory(StagingDirectory&&) noexcept;
  StagingDirectory& operator=(StagingDirectory&&) noexcept;
  ~StagingDirectory();

  /// Writes and fsyncs one file. Mode 0666 less the umask. After a failure the folder cannot be published.
  Result<> add(const std::string& name, std::string_view bytes);

  /// The same for a name that may have been added before, whose bytes then are gone.
  Result<> replace(const std::string& name, std::string_view bytes);

  /// Fsyncs, then moves the folder to `parent`/`name` by one renameat2(RENAME_NOREPLACE), then fsyncs the
  /// parent. ALREADY_EXISTS when the name is taken: the staging folder stays and publish may be tried again.
  Result<> publish(const std::string& name);

 private:
  struct State;
  explicit StagingDirectory(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Writes one file whole or not at all (staged beside it, fsynced, renamed over the old one). NOT_A_FILE when
/// the path names something else, say a folder or a device.
Result<> write_file_atomically(const std::string& path, std::string_view bytes);

/// Files of one folder that are put in place together: all of them, or at an error none. Whoever is killed
/// between two of them leaves the first.
class FileChanges {
 public:
  /// Opens the folder, which must be there. FILE_NOT_FOUND, WRITE_FAILED.
  static Result<FileChanges> begin(const std::string& directory);
  FileChanges(FileChanges&&) noexcept;
  FileChanges& operator=(FileChanges&&) noexcept;
  ~FileChanges();

  enum class Kind : std::uint8_t {
    kNew,        ///< what is there is left alone
    kReplacing,  ///< what is there is replaced
    kSecret,     ///< new, and for nobody but its owner (mode 0600)
  };
  /// Writes and fsyncs the bytes, not yet in place.
  Result<> stage(const std::string& name, std::string_view bytes, Kind kind);
  /// Puts the files in place and fsyncs the folder. After a failure, ALREADY_EXISTS among them, what was
  /// there before is there again.
  Result<> commit();

 private:
  struct State;
  explicit FileChanges(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// What a staging name in a folder stands for.
enum class Staging : std::uint8_t {
  kNone,         ///< nothing of ours: somebody else's entry
  kGone,         ///< it is not there any more
  kAtWork,       ///< a command is at work
  kInterrupted,  ///< left by an interrupted command
};
/// Looks at an entry without following links. READ_FAILED.
Result<Staging> staging_at(const std::string& directory, const std::string& name);

/// Clears what interrupted commands left in a folder that holds nobody else's files, or none that count: a
/// run, say. Only what is provably ours is removed (core/staging_folder.hpp). Failures do not matter.
void clear_staging(const std::string& directory);

/// Keeps others who take it out of a folder while it lives. A file system without locks keeps nobody out.
class FolderLock {
 public:
  enum class Sharing : std::uint8_t {
    kReaders,  ///< together with other readers
    kNobody,
  };
  /// Waits for the others until the caller is asked to stop (CANCELLED); where nobody can ask (no cancel
  /// flag), for 30 seconds. FILE_NOT_FOUND, READ_FAILED (readers), WRITE_FAILED.
  static Result<FolderLock> take(const std::string& directory, Sharing sharing, const Monitor& monitor);
  FolderLock(FolderLock&&) noexcept;
  FolderLock& operator=(FolderLock&&) noexcept;
  ~FolderLock();

 private:
  struct State;
  explicit FolderLock(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A new file that nobody but its owner may read (mode 0600), whole or not at all. ALREADY_EXISTS: what is
/// there is left alone.
Result<> write_secret_file(const std::string& path, std::string_view bytes);

struct SecretFile {
  std::size_t size_bytes;
  bool open_to_others;  ///< its mode lets group or others read or write
};
/// All bytes of a regular file into memory of the caller's, without any other copy. LIMIT_REACHED when they
/// do not fit.
Result<SecretFile> read_secret_file(const std::string& path, std::span<std::uint8_t> into);

}  // namespace rf::core
