// SPDX-License-Identifier: MIT
#include "report.hpp"

#include <cstddef>
#include <cstdint>

#include "crypto/sha256.hpp"

namespace rf::determinism {
namespace {

/// Empties what follows each `key` up to `end`, which does not count after a backslash.
void blank_values(std::string& text, std::string_view key, char end) {
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at)) {
    at += key.size();
    std::size_t last = at;
    while (text[last] != end) last += text[last] == '\\' ? 2 : 1;
    text.erase(at, last - at);
  }
}

std::string model_without_version(std::string_view bytes) {
  std::uint64_t header_size = 0;
  for (std::size_t i = 8; i-- > 0;) header_size = header_size << 8 | static_cast<unsigned char>(bytes[i]);
  std::string header(bytes.substr(8, header_size));
  while (header.ends_with(' ')) header.pop_back();
  blank_values(header, "\"runforge_version\":\"", '"');
  header += bytes.substr(8 + header_size);
  return header;
}

}  // namespace

std::string without_version(const ResultFile& file, Prose prose) {
  if (file.name == "model.safetensors") return model_without_version(file.bytes);
  std::string text(file.bytes);
  blank_values(text, "\n  \"runforge_version\": \"", '"');
  if (prose == Prose::kBlanked) {
    blank_values(text, "\n      \"message\": \"", '"');
    blank_values(text, "\n      \"summary\": \"", '"');
  }
  if (file.name == "run.json") {
    blank_values(text, "\n  \"result_digest\": \"", '"');
    blank_values(text, "\n      \"sha256\": \"", '"');
    blank_values(text, "\n      \"size_bytes\": ", '\n');
  }
  if (file.name == "interpretability.index.v1.json") blank_values(text, "\n      \"sha256\": \"", '"');
  return text;
}

std::string report_line(std::string_view name, const std::vector<ResultFile>& files, Prose prose) {
  std::string line(name);
  for (const ResultFile& file : files)
    line.append(" ").append(file.name).append("=").append(crypto::sha256_hex(without_version(file, prose)));
  return line;
}

}  // namespace rf::determinism
