// SPDX-License-Identifier: MIT
// Runs a fuzz target over files and over mutations of them, without libFuzzer: the part of fuzzing that every
// test run can afford. The mutations are the same each time.
//
// usage: replay MUTATIONS PATH...     each path a file or a folder; absent ones are named and passed over
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestSeed = 64
                                     << 10;  ///< larger files are run whole and mutated from their beginning

class Mutator {
 public:
  std::string mutate(const std::vector<std::string>& seeds) {
    std::string text = pick(seeds);
    const std::size_t n_edits = 1 + below(4);
    for (std::size_t i = 0; i < n_edits; ++i) edit(text, seeds);
    return text;
  }

 private:
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state_ >> 33) % bound;
  }
  const std::string& pick(const std::vector<std::string>& seeds) { return seeds[below(seeds.size())]; }

  void edit(std::string& text, const std::vector<std::string>& seeds) {
    static const std::string kSpecial =
        std::string("\",;\t\r\n \0", 8) + "\xEF\xBB\xBF\xC3\xFF" + "0-+.eEinfNA{}[]:\\u";
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = std::min(text.size() - at, below(64));
    switch (below(6)) {
      case 0:
        text.insert(at, 1, kSpecial[below(kSpecial.size())]);
        break;
      case 1:
        if (at < text.size()) text[at] = kSpecial[below(kSpecial.size())];
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 3:
        text.erase(at, length);
        break;
      case 4:
        text.insert(below(text.size() + 1), text.substr(at, length));
        break;
      default:
        text = text.substr(0, at) + pick(seeds).substr(0, 2048);
    }
  }

  std::uint64_t state_ = 20240101;
};

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::vector<fs::path> files_at(const fs::path& path) {
  std::vector<fs::path> files;
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
  } else if (fs::is_regular_file(path)) {
    files.push_back(path);
  } else {
    std::printf("absent, passed over: %s\n", path.c_str());
  }
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> seeds;
  for (int i = 2; i < argc; ++i) {
    for (const fs::path& path : files_at(argv[i])) {
      std::ifstream file(path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      run(bytes);
      seeds.push_back(bytes.substr(0, kLargestSeed));
    }
  }
  if (seeds.empty()) {
    std::fprintf(stderr, "usage: replay MUTATIONS PATH...; no file was found\n");
    return 1;
  }
  const long n_mutations = std::atol(argv[1]);
  Mutator mutator;
  for (long i = 0; i < n_mutations; ++i) run(mutator.mutate(seeds));
  std::printf("%zu files and %ld mutations\n", seeds.size(), n_mutations);
  return 0;
}
