// SPDX-License-Identifier: MIT
// One line per training: the SHA-256 of each result file, with what names the version of RunForge blanked, so
// that the lines hold for all versions of one numeric profile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rf::determinism {

struct ResultFile {
  std::string_view name;
  std::string_view bytes;
};

/// The bytes with the version, and in run.json and the index the digests and sizes of files that hold it,
/// taken out. A model file keeps its header otherwise, its padding aside, and all tensors.
std::string without_version(const ResultFile& file);

/// `<name> <file>=<64 hexadecimal digits> ...`, files as given.
std::string report_line(std::string_view name, const std::vector<ResultFile>& files);

}  // namespace rf::determinism
