// SPDX-License-Identifier: MIT
// Where output goes: standard output, or a file that appears whole or not at all. A write that fails is a
// Failure (RF_E_IO), never lost.
#pragma once

#include <string>
#include <string_view>

namespace rf::tool {

/// Opens the null device on whichever of descriptors 0 to 2 are closed, so that no file the library opens
/// lands there; writing to a closed standard output still fails. Makes a closed pipe an error instead of a
/// signal.
void secure_standard_descriptors();
/// Ends the program as SIGPIPE does; the exit status where that signal is blocked.
int end_by_closed_pipe();

void write_stdout(std::string_view text);
/// Failures are ignored: there is nowhere left to report them.
void write_stderr(std::string_view text);

std::string read_file(const std::string& path);

/// A file written beside its final place and renamed onto it by commit(); removed when commit() was not
/// reached. What is not a regular file (a terminal, a pipe, the null device) is written directly.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();
  void write(std::string_view text);
  void commit();

 private:
  [[noreturn]] void fail(const char* action, int error_number) const;
  std::string shown_path_;
  std::string final_path_;
  std::string staged_path_;  ///< empty when written directly
  int descriptor_ = -1;
};

/// Whether both paths are there and name the same file.
bool same_file(const std::string& a, const std::string& b);
bool is_directory(const std::string& path);
bool file_exists(const std::string& path);

}  // namespace rf::tool
