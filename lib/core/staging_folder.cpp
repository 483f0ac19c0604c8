// SPDX-License-Identifier: MIT
// Creating, examining and removing staging folders. The folder of an interrupted command is removed only if
// its marker is whole and notes every entry, and only under its lock, because then no running command uses
// it.
#include "core/staging_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <utility>

#include "core/mutant.hpp"

namespace rf::core {
namespace {

constexpr int kNameTries = 16;
constexpr std::size_t kHexDigits = 16;
constexpr std::size_t kMostMarkerBytes = std::size_t{1} << 20;
constexpr const char* kMarker = "RUNFORGE_STAGING";
/// The beginning of every complete marker.
constexpr std::string_view kHeader =
    "RunForge staging 1\n"
    "A command of RunForge was writing here. Unless it still is, this folder may be removed. It made:\n";

bool is_staging_name(std::string_view name) {
  return name.size() == kStagingPrefix.size() + kHexDigits && name.starts_with(kStagingPrefix) &&
         name.find_first_not_of("0123456789abcdef", kStagingPrefix.size()) == std::string_view::npos;
}

int unlink_in(const Descriptor& folder, const char* name, int flags = 0) {
  return retried([&] { return ::unlinkat(folder.number(), name, flags); }) == 0 ? 0 : errno;
}

Descriptor open_folder_in(const Descriptor& parent, const std::string& name) {
  return open_at(parent.number(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
}

/// Removes the noted entries from last to first, then the marker, then the folder. Stops at the first entry
/// that cannot be removed, so that the marker exists as long as the entries it notes. Opens nothing, so that
/// it works without a free descriptor. A published folder no longer exists under the noted name.
void remove_staging(const Descriptor& parent, const std::string& name, const Descriptor& folder,
                    const std::vector<std::string>& noted) {
  const auto is_gone = [](int error) { return error == 0 || error == ENOENT; };
  for (auto one = noted.rbegin(); one != noted.rend(); ++one)
    if (!is_gone(unlink_in(folder, one->c_str(), *one == StagingFolder::kRun ? AT_REMOVEDIR : 0))) return;
  // If the folder could not be opened, nothing was made in it.
  if (!folder.valid() || is_gone(unlink_in(folder, kMarker))) unlink_in(parent, name.c_str(), AT_REMOVEDIR);
}

/// Adds the entries of a folder, with their modes, to `found`. Returns 0 or the error number.
int list(const Descriptor& folder, std::vector<std::pair<std::string, mode_t>>& found) {
  const DirectoryEntries entries = entries_of(open_at(folder.number(), ".", O_RDONLY | O_DIRECTORY));
  if (entries == nullptr) return errno;
  while (const dirent* entry = next_entry(entries)) {
    struct stat facts;
    const int error = look_at(folder, entry->d_name, facts);
    if (error == ENOENT) continue;  // gone since it was listed
    if (error != 0) return error;
    found.emplace_back(entry->d_name, facts.st_mode);
  }
  return errno;
}

/// Reads the marker up to its end or kMostMarkerBytes. Returns 0 or the error number.
int read_marker(const Descriptor& marker, std::string& text) {
  std::array<char, 4096> piece;
  while (text.size() < kMostMarkerBytes) {
    const ssize_t n_read = retried([&] { return ::read(marker.number(), piece.data(), piece.size()); });
    if (n_read < 0) return errno;
    if (n_read == 0) return 0;
    text.append(piece.data(), static_cast<std::size_t>(n_read));
  }
  return 0;
}

/// Whether RunForge makes a file or folder of this name: "run", "run/<name>", "<number>.new" and
/// "<number>.old". Any other name in a marker was written by another program and may point outside the
/// folder.
bool is_made_by_us(std::string_view noted) {
  constexpr std::string_view kInRun = "run/";
  if (noted == StagingFolder::kRun) return true;
  if (noted.starts_with(kInRun)) return is_plain_name(noted.substr(kInRun.size()));
  if (!noted.ends_with(".new") && !noted.ends_with(".old")) return false;
  const std::string_view number = noted.substr(0, noted.size() - 4);
  return !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The names in a complete marker. An incomplete last line is ignored.
std::vector<std::string> noted_in(std::string_view text) {
  std::vector<std::string> noted;
  text.remove_prefix(kHeader.size());
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    noted.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return noted;
}

struct Examined {
  int error = 0;          ///< of a failed system call; the other members are then meaningless
  bool is_gone = false;   ///< it disappeared during the examination, because its owner is removing it
  bool is_ours = false;   ///< it holds only entries that a RunForge staging folder may hold
  bool is_whole = false;  ///< its marker is complete
  Descriptor folder;
  Descriptor marker;
  std::vector<std::string> noted;
};

/// Lists the entries first and reads the marker afterwards, because each entry is noted before it is made.
class Examination {
 public:
  explicit Examination(const Descriptor& parent) : parent_(parent) {}

  Examined operator()(const std::string& name) {
    if (is_staging_name(name)) found_.error = look(name);
    if (found_.error == ENOENT) {
      found_.error = 0;
      found_.is_gone = true;
    }
    return std::move(found_);
  }

 private:
  int look(const std::string& name) {
    found_.folder = open_folder_in(parent_, name);
    if (!found_.folder.valid()) return errno == ENOTDIR || errno == ELOOP ? 0 : errno;
    std::vector<std::pair<std::string, mode_t>> entries, inside;
    if (const int error = list(found_.folder, entries); error != 0) return error;
    for (const auto& [entry, mode] : entries) {
      if (entry == kMarker && !S_ISREG(mode)) return 0;
      if (entry != StagingFolder::kRun || !S_ISDIR(mode)) continue;
      const Descriptor run = open_folder_in(found_.folder, entry);
      if (!run.valid()) return errno;
      if (const int error = list(run, inside); error != 0) return error;
    }
    std::string text;
    if (const int error = open_marker(text); error != 0) return error;
    found_.is_whole = text.starts_with(kHeader);
    if (found_.is_whole) found_.noted = noted_in(text);
    if (!std::all_of(found_.noted.begin(), found_.noted.end(), is_made_by_us)) return 0;
    const std::set<std::string> noted(found_.noted.begin(), found_.noted.end());
    found_.is_ours = (found_.is_whole || kHeader.starts_with(text)) &&
                     std::all_of(entries.begin(), entries.end(),
                                 [&](const auto& entry) {
                                   const auto& [file, mode] = entry;
                                   if (file == kMarker) return true;
                                   return noted.contains(file) &&
                                          (file == StagingFolder::kRun ? S_ISDIR(mode) : S_ISREG(mode));
                                 }) &&
                     std::all_of(inside.begin(), inside.end(), [&](const auto& entry) {
                       return S_ISREG(entry.second) &&
                              noted.contains(std::string(StagingFolder::kRun) + "/" + entry.first);
                     });
    return 0;
  }

  /// A missing marker counts as an empty one.
  int open_marker(std::string& text) {
    found_.marker = open_at(found_.folder.number(), kMarker, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!found_.marker.valid()) return errno == ENOENT || errno == ELOOP ? 0 : errno;
    return read_marker(found_.marker, text);
  }

  const Descriptor& parent_;
  Examined found_;
};

/// Whether `name` is still the open folder. Its owner may have moved it before releasing the lock.
bool is_still_there(const Descriptor& parent, const std::string& name, const Descriptor& folder) {
  struct stat named, open;
  return look_at(parent, name, named) == 0 && retried([&] { return ::fstat(folder.number(), &open); }) == 0 &&
         named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

void clear_if_interrupted(const Descriptor& parent, const std::string& name) {
  const Examined first = Examination(parent)(name);
  if (first.error != 0 || !first.is_ours || !first.is_whole || try_lock(first.marker, LOCK_EX) != 0) return;
  // Examined again: while the lock is held, no RunForge process changes it any more.
  const Examined now = Examination(parent)(name);
  if (now.error != 0 || !now.is_ours || !now.is_whole || !is_still_there(parent, name, first.folder)) return;
  remove_staging(parent, name, now.folder, now.noted);
}

}  // namespace

bool means_no_locks(int error_number) {
  return error_number == ENOSYS || error_number == EOPNOTSUPP || error_number == EINVAL ||
         error_number == EBADF || error_number == ENOLCK;
}

int try_lock(const Descriptor& file, int kind) {
  return retried([&] { return ::flock(file.number(), kind | LOCK_NB); }) == 0 ? 0 : errno;
}

Error cannot_write_in(const std::string& directory, std::string_view name, int error_number) {
  return system_failure(Code::kWriteFailed, "cannot write", path_in(directory, name), error_number);
}

int look_at(const Descriptor& parent, const std::string& name, struct stat& facts) {
  return retried([&] { return ::fstatat(parent.number(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW); }) == 0
             ? 0
             : errno;
}

Result<StagingFolder> StagingFolder::create(const Descriptor& parent, const std::string& parent_path) {
  const auto failed = [&](int error) {
    return system_failure(Code::kWriteFailed, "cannot make a folder in", parent_path, error);
  };
  StagingFolder made(parent);
  for (int tries = 1;; ++tries) {
    std::string name = random_staging_name();
    if (name.empty()) return failed(errno);
    if (retried([&] { return ::mkdirat(parent.number(), name.c_str(), 0777); }) == 0) {
      made.name_ = std::move(name);
      break;
    }
    if (errno != EEXIST || tries == kNameTries) return failed(errno);
  }
  made.folder_ = open_folder_in(parent, made.name_);
  if (!made.folder_.valid()) return failed(errno);
  made.marker_ =
      open_at(made.folder_.number(), kMarker, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, 0666);
  if (!made.marker_.valid()) return failed(errno);
  if (const int error = try_lock(made.marker_, LOCK_EX); error != 0 && !means_no_locks(error))
    return failed(error);
  if (const int error = write_all(made.marker_, kHeader); error != 0) return failed(error);
  if (const int error = sync_descriptor(made.marker_.number()); error != 0) return failed(error);
  if (const int error = sync_descriptor(made.folder_.number()); error != 0) return failed(error);
  return made;
}

StagingFolder::StagingFolder(StagingFolder&& other) noexcept
    : parent_(other.parent_),
      name_(std::exchange(other.name_, {})),
      folder_(std::move(other.folder_)),
      marker_(std::move(other.marker_)),
      noted_(std::move(other.noted_)) {}

StagingFolder::~StagingFolder() {
  if (RF_MUTANT(half_a_run_is_left_behind, name_.empty(), true)) return;
  remove_staging(*parent_, name_, folder_, noted_);
}

int StagingFolder::note(const std::string& name) {
  if (std::find(noted_.begin(), noted_.end(), name) != noted_.end()) return 0;
  // The name is stored before the file is made. If there is no memory for the name, there is no file that
  // could be forgotten.
  noted_.push_back(name);
  return write_all(marker_, name + "\n");
}

void clear_interrupted(const Descriptor& parent) {
  std::vector<std::string> names;
  {
    const DirectoryEntries entries = entries_of(open_at(parent.number(), ".", O_RDONLY | O_DIRECTORY));
    if (entries == nullptr) return;
    while (const dirent* entry = next_entry(entries))
      if (is_staging_name(entry->d_name)) names.emplace_back(entry->d_name);
  }
  for (const std::string& name : names) clear_if_interrupted(parent, name);
}

Result<Staging> staging_at(const std::string& directory, const std::string& name) {
  if (!is_staging_name(name)) return Staging::kNone;
  const Descriptor parent = open_at(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
  const auto failed = [&](int error) {
    return system_failure(Code::kReadFailed, "cannot read", path_in(directory, name), error);
  };
  if (!parent.valid()) return failed(errno);
  const Examined found = Examination(parent)(name);
  if (found.error != 0) return failed(found.error);
  if (found.is_gone) return Staging::kGone;
  if (!found.is_ours) return Staging::kNone;
  const bool is_locked = found.is_whole && try_lock(found.marker, LOCK_SH) == EWOULDBLOCK;
  return is_locked ? Staging::kAtWork : Staging::kInterrupted;
}

}  // namespace rf::core
