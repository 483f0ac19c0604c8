// SPDX-License-Identifier: MIT
// Where output goes: standard output, or a file that appears whole or not at all. A write that fails is a
// Failure (RF_E_IO), never lost.
#pragma once

#include <string>
#include <string_view>

#include "staged_file.hpp"

namespace rf::tool {

/// Opens the null device on whichever of descriptors 0 to 2 are closed, so that no file the library opens
/// lands there; writing to a closed standard output still fails. Makes a closed pipe and a file that may not
/// grow as far (RLIMIT_FSIZE) errors instead of signals.
void secure_standard_descriptors();
/// Ends the program as SIGPIPE does; the exit status where that signal is blocked.
int end_by_closed_pipe();

/// As it is: data, as predictions are.
void write_stdout(std::string_view text);
/// Lines for people: nothing in them steers a terminal, wherever it comes from.
void write_text(std::string_view text);
/// A JSON text, likewise.
void write_json(std::string_view text);
/// Failures are ignored: there is nowhere left to report them.
void write_stderr(std::string_view text);

/// Of 256 MiB at most, as the library takes JSON.
std::string read_file(const std::string& path);

/// A file written beside its final place and moved there by commit(); removed when commit() was not reached.
/// Where the path is a symbolic link of the caller or of root, the place is where it leads; another user's
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
  /// Syncs what was written, not yet in place.
  void finish();
  void commit();

 private:
  std::string place_of(const std::string& path) const;
  [[noreturn]] void fail(const char* action, int error_number) const;
  std::string shown_path_;
  Kind kind_;
  StagedFile staged_;
  int direct_ = -1;  ///< what is written directly
};

// Only where the system says that there is nothing the answer is no; a look that fails is READ_FAILED.

/// Whether both paths are there and name the same file.
bool same_file(const std::string& a, const std::string& b);
/// Whether the path is the regular file that standard input reads.
bool is_file_of_standard_input(const std::string& path);
/// Whether the path is, links followed, a file that lies in the folder.
bool is_file_in(const std::string& path, const std::string& folder);
bool is_directory(const std::string& path);
/// A symbolic link counts, wherever it leads.
bool file_exists(const std::string& path);
/// Failures are ignored: for what this call made itself and takes back.
void remove_file(const std::string& path);

}  // namespace rf::tool
