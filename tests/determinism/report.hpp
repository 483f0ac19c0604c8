// SPDX-License-Identifier: MIT
// One line per training: the SHA-256 of each result file, with what names the version of RunForge and prose
// blanked, so that the lines hold for all versions of one numeric profile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rf::determinism {

struct ResultFile {
  std::string_view name;
  std::string_view bytes;
};

/// Sentences for people: messages of diagnostics and summaries of the index. Kept only to show that lines
/// made before version 0.2.0 are still the same.
enum class Prose { kBlanked, kKept };

/// The bytes with the version, and in run.json and the index the digests and sizes of files that hold it,
/// taken out. A model file keeps its header otherwise, its padding aside, and all tensors.
std::string without_version(const ResultFile& file, Prose prose = Prose::kBlanked);

/// `<name> <file>=<64 hexadecimal digits> ...`, files as given.
std::string report_line(std::string_view name, const std::vector<ResultFile>& files,
                        Prose prose = Prose::kBlanked);

}  // namespace rf::determinism
