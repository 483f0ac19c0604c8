// SPDX-License-Identifier: MIT
// Writes the sample models as NAME.safetensors into a folder, for readers in other languages.
#include <cstdio>

#include "artifact/model_file.hpp"
#include "core/file.hpp"
#include "unit/artifact/sample_models.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  if (!rf::core::make_directories(folder).ok()) return 1;
  for (const auto& [name, model] : rf::artifact::test::sample_models()) {
    const std::string bytes = rf::artifact::write_model(model, rf::artifact::test::kInputDigest);
    const auto written = rf::core::write_file_atomically(folder + "/" + name + ".safetensors", bytes);
    if (!written.ok()) {
      std::fprintf(stderr, "%s\n", written.error().message.c_str());
      return 1;
    }
  }
  return 0;
}
