// SPDX-License-Identifier: MIT
// Where output goes: standard output, or a file that appears whole or not at all. A failed write is a Failure
// (RF_E_IO), never lost.
#pragma once

#include <string>
#include <string_view>

#include "staged_file.hpp"

namespace rf::tool {

/// Opens the null device on each closed descriptor from 0 to 2, so that no file of the library gets its
/// number. Writing to a closed standard output still fails. A closed pipe and the file size limit
/// (RLIMIT_FSIZE) become errors instead of signals.
void secure_standard_descriptors();
/// Ends the program as SIGPIPE does; returns the exit status if that signal is blocked.
int end_by_closed_pipe();

/// Writes data unchanged, such as predictions.
void write_stdout(std::string_view text);
/// Writes lines for people. Nothing in them steers a terminal, whatever its origin.
void write_text(std::string_view text);
/// Writes a JSON text, with the same protection.
void write_json(std::string_view text);
/// Ignores failures, because nothing is left to report them to.
void write_stderr(std::string_view text);

/// Reads at most 256 MiB, as the library accepts for JSON.
std::string read_file(const std::string& path);

/// A file written next to its final place and moved there by commit(). It is removed if commit() is not
/// reached. If the path is a symbolic link of the caller or of root, the place is its target; another user's
/// link is refused. What is not a regular file (a terminal, a pipe, the null device), and the file that is
/// standard output, is written directly.
class OutputFile {
 public:
  enum class Kind { kReplacing, kNew };
  explicit OutputFile(const std::string& path, Kind kind = Kind::kReplacing);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();
  void write(std::string_view text);
  /// Syncs the written bytes. The file is not in its place yet.
  void finish();
  void commit();

 private:
  std::string place_of(const std::string& path) const;
  [[noreturn]] void fail(const char* action, int error_number) const;
  std::string shown_path_;
  Kind kind_;
  StagedFile staged_;
  int direct_ = -1;  ///< descriptor if the file is written directly
};

// The answer is no only if the system reports that the file is absent. A check that fails is READ_FAILED.

/// Whether both paths exist and name the same file.
bool same_file(const std::string& a, const std::string& b);
/// Whether the path is the regular file that standard input reads.
bool is_file_of_standard_input(const std::string& path);
/// Whether the path, links followed, is a file in the folder.
bool is_file_in(const std::string& path, const std::string& folder);
bool is_directory(const std::string& path);
/// The folder in which `path` is or would be.
std::string folder_of(const std::string& path);
/// Whether the folder holds a run.
bool is_run_directory(const std::string& folder);
/// Throws USAGE if the folder holds a run: with a further entry the run would fail verification. The message
/// names the place as `flag` gave it.
void refuse_run_directory(const char* flag, const std::string& place, const std::string& folder);

/// A symbolic link counts, whatever its target.
bool file_exists(const std::string& path);
/// Ignores failures. For files that this call made itself and takes back.
void remove_file(const std::string& path);

}  // namespace rf::tool
