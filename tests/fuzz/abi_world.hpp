// SPDX-License-Identifier: MIT
// What the fuzz target of the C ABI stands on, made once: a folder of its own that goes at exit, small
// tables, and whole signed runs of three families; and what an input does to such a run before it is read.
#pragma once

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "abi_checked.hpp"

namespace rf::abi_fuzz {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

inline std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
inline void write_file(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// In TMPDIR, removed at exit.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "runforge_abi_fuzz.XXXXXX").string();
    require(::mkdtemp(pattern.data()) != nullptr, "a temporary folder can be made");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

inline std::string sha256(std::string_view bytes) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  std::array<char, 2 * digest.size() + 1> text;
  return sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
}

/// Is by a key, or says something by one.
inline bool is_signature_file(const std::string& name) {
  return name == "run.intoto.jsonl" || name.ends_with(".minisig");
}

inline Dataset table(const std::string& csv) {
  return made<Dataset>([&](rf_dataset** out, rf_error** error) {
    return rf_dataset_load_buffer(csv.data(), csv.size(), nullptr, 0, nullptr, out, error);
  });
}

inline Run trained(const rf_dataset* dataset, const std::string& config, const rf_hooks* hooks = nullptr,
                   Outcome* outcome = nullptr) {
  return made<Run>(
      [&](rf_run** out, rf_error** error) {
        return rf_train(dataset, config.data(), config.size(), hooks, out, error);
      },
      outcome);
}

inline Files artifacts_of(const rf_run* run) {
  Files files;
  for (std::uint64_t i = 0; i < rf_run_artifact_count(run); ++i) {
    const char* name = rf_run_artifact_name(run, i);
    require(name != nullptr, "an artifact has a name");
    const void* data = nullptr;
    std::size_t size = 0;
    require(done([&](rf_error** error) { return rf_run_artifact(run, name, &data, &size, error); }).ok(),
            "an artifact that has a name has bytes");
    files[name].assign(static_cast<const char*>(data), size);
  }
  require(rf_run_artifact_name(run, rf_run_artifact_count(run)) == nullptr,
          "past the end there is no artifact");
  return files;
}

inline Files files_in(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && !entry.is_symlink())
      files[entry.path().filename().string()] = read_file(entry.path());
  }
  return files;
}

/// A whole run as it stood in its directory, and what it was made from.
struct Whole {
  const rf_dataset* dataset;
  std::string config;
  std::string run_id;
  Files files;      ///< of the directory, signatures included
  Files artifacts;  ///< of the handle
  Run run;
  Model model;
};

constexpr const char* kEmitOptions = R"({"timestamp": "2024-01-01T12:00:00Z", "execution_details": false})";

class World {
 public:
  static World& get() {
    static World world;
    return world;
  }

  Folder folder;
  std::vector<Dataset> datasets;
  std::vector<Whole> runs;
  Signer signer;  ///< recorded the runs
  std::array<std::uint8_t, 32> key = {};
  Signer other_signer;
  std::array<std::uint8_t, 32> other_key = {};

  std::string path(const std::string& name) const { return (folder / name).string(); }

  /// What hostile links lead to is as it was, and nothing else appeared beside what an input uses.
  void check_untouched() const {
    require(files_in(folder / "outside") == Files{{"witness", kWitness}},
            "nothing is written outside of a run");
    for (const auto& entry : fs::directory_iterator(folder / ""))
      require(kOwnNames.count(entry.path().filename().string()) == 1, "no other file appears");
  }
  /// What an input uses is gone again.
  void clear() const {
    for (const auto& [name, is_kept] : kOwnNames) {
      if (!is_kept) fs::remove_all(folder / name);
    }
  }

 private:
  static constexpr const char* kWitness = "nobody writes here\n";
  /// All names below the folder, and whether they stay from input to input.
  inline static const std::map<std::string, bool> kOwnNames = {{"outside", true},  {"base", true},
                                                               {"run", false},     {"out", false},
                                                               {"content", false}, {"saved", false}};

  World() {
    require(sodium_init() >= 0, "libsodium is ready");
    fs::create_directory(folder / "outside");
    write_file(folder / "outside" / "witness", kWitness);
    signer = signer_of(1, key);
    other_signer = signer_of(2, other_key);
    std::string numbers = "a,b,label\n";
    std::string kinds = "n,word,flag,label\n";
    std::string measured = "x,z,y\n";
    for (int i = 0; i < 24; ++i) {
      const int a = i * 7 % 11;
      const int b = i * 5 % 13;
      const auto text = [](int number) { return std::to_string(number); };
      numbers += text(a) + "," + text(b) + "," + text(a > 5) + "\n";
      kinds += (i % 9 == 4 ? "" : text(b)) + ".5," + std::string(1, "rgb"[i % 3]) + "," +
               (a > b ? "true" : "false") + "," + "uvw"[i % 3] + "\n";
      measured += text(a) + "," + text(b) + "," + text(3 * a - b) + ".25\n";
    }
    add(numbers, R"({"params": {"max_iter": 20}})");
    add(kinds,
        R"({"model": "random_forest", "missing": {"policy": "native"}, "params": {"n_estimators": 3}})");
    add(measured, R"({"label": "y", "task": "regression", "model": "gradient_boosting",
                      "params": {"n_estimators": 3, "min_samples_leaf": 2}})");
  }

  static Signer signer_of(std::uint8_t number, std::array<std::uint8_t, 32>& public_key) {
    std::array<std::uint8_t, 32> seed;
    seed.fill(number);
    Signer made_signer = made<Signer>([&](rf_signer** out, rf_error** error) {
      return rf_signer_from_seed(seed.data(), seed.size(), out, error);
    });
    require(done([&](rf_error** error) {
              return rf_signer_public_key(made_signer.get(), public_key.data(), public_key.size(), error);
            }).ok(),
            "a signer has a public key");
    return made_signer;
  }

  void add(const std::string& csv, const std::string& config) {
    datasets.push_back(table(csv));
    require(datasets.back() != nullptr, "a good table is read");
    Whole whole{datasets.back().get(), config, {}, {}, {}, trained(datasets.back().get(), config), {}};
    require(whole.run != nullptr, "a good table trains");
    whole.model = made<Model>(
        [&](rf_model** out, rf_error** error) { return rf_run_model(whole.run.get(), out, error); });
    const Blob directory = made<Blob>([&](rf_blob** out, rf_error** error) {
      return rf_emit_artifacts(whole.run.get(), path("base").c_str(), signer.get(), kEmitOptions, RF_AUTO_LEN,
                               nullptr, out, error);
    });
    require(directory != nullptr, "a good run is written");
    const fs::path run_directory(text_of(directory));
    whole.run_id = run_directory.filename().string();
    whole.files = files_in(run_directory);
    whole.artifacts = artifacts_of(whole.run.get());
    runs.push_back(std::move(whole));
  }
};

/// A run as an input left it.
struct Altered {
  Files files;
  std::map<std::string, char> others;  ///< in place of a file: 'd' folder, 'l' link, 'p' pipe
  bool is_forged = false;              ///< digests were made right again

  void write(const fs::path& directory, const fs::path& link_target) const {
    fs::create_directories(directory);
    for (const auto& [name, bytes] : files) write_file(directory / name, bytes);
    for (const auto& [name, kind] : others) {
      if (kind == 'd') fs::create_directory(directory / name);
      if (kind == 'l') fs::create_symlink(link_target, directory / name);
      if (kind == 'p') require(::mkfifo((directory / name).c_str(), 0600) == 0, "a pipe can be made");
    }
  }
};

/// The entries that no signature accounts for: what SHA256SUMS names, itself, and whatever else is there.
inline bool is_altered(const Whole& whole, const Altered& altered) {
  const auto named = [](const Files& files) {
    Files kept;
    for (const auto& [name, bytes] : files) {
      if (!is_signature_file(name)) kept[name] = bytes;
    }
    return kept;
  };
  return named(whole.files) != named(altered.files) ||
         std::any_of(altered.others.begin(), altered.others.end(),
                     [](const auto& other) { return !is_signature_file(other.first); });
}

inline void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// Puts `to` in place of the `n`-th JSON value that stands behind a member's name.
inline void replace_value(std::string& json, std::size_t n, const std::string& to) {
  std::vector<std::size_t> places;
  for (std::size_t at = json.find("\": "); at != std::string::npos; at = json.find("\": ", at + 3))
    places.push_back(at + 3);
  if (places.empty()) return;
  const std::size_t begin = places[n % places.size()];
  const std::size_t end = std::min(json.find(",\n", begin), json.find('\n', begin));
  json.replace(begin, end == std::string::npos ? std::string::npos : end - begin, to);
}

/// Makes digests and sizes those of the files as they stand, as a forger does who has no key.
inline void make_digests_right(const Whole& whole, Altered& altered) {
  Files& files = altered.files;
  altered.is_forged = true;
  if (!files.contains("run.json") || !files.contains("execution.v1.json") ||
      altered.others.contains("SHA256SUMS"))
    return;
  std::string& record = files["run.json"];
  if (record.size() < 4) return;
  for (const auto& [name, bytes] : files) {
    const auto was = whole.files.find(name);
    if (name == "run.json" || was == whole.files.end() || was->second == bytes) continue;
    replace_all(
        record,
        sha256(was->second) + "\",\n      \"size_bytes\": " + std::to_string(was->second.size()) + "\n",
        sha256(bytes) + "\",\n      \"size_bytes\": " + std::to_string(bytes.size()) + "\n");
  }
  // RFC 8785 text of `artifacts`: its members are in order, and no value has a space.
  const auto artifacts_digest = [](const std::string& json) {
    const std::size_t begin = std::min(json.find('['), json.size());
    std::string list = json.substr(begin, std::min(json.find("\n  ]", begin), json.size() - 4) + 4 - begin);
    std::erase_if(list, [](char c) { return c == ' ' || c == '\n'; });
    return sha256(list);
  };
  replace_all(record, artifacts_digest(whole.files.at("run.json")), artifacts_digest(record));
  replace_all(files["execution.v1.json"], sha256(whole.files.at("run.json")), sha256(record));
  std::string sums;
  for (const auto& [name, bytes] : files) {
    if (!is_signature_file(name) && name != "SHA256SUMS") sums += sha256(bytes) + "  " + name + "\n";
  }
  files["SHA256SUMS"] = sums;
}

/// One to four changes that the input asks for, to the entries whose names are given.
inline void alter(Input& input, const std::vector<std::string>& names, Altered& altered) {
  const std::size_t n_changes = 1 + input.below(4);
  for (std::size_t i = 0; i < n_changes && !input.used_up(); ++i) {
    const std::string& name = names[input.below(names.size())];
    const std::size_t change = input.below(10);
    if (change == 0) {
      altered.files.erase(name);
      constexpr std::string_view kKinds = "-dlp";
      const char kind = kKinds[input.below(4)];
      if (kind != '-') altered.others[name] = kind;
      continue;
    }
    if (altered.others.contains(name)) continue;
    std::string& bytes = altered.files[name];
    const std::size_t at = input.number() % (bytes.size() + 1);
    switch (change) {
      case 1:
        bytes = input.chunk();
        break;
      case 2:
        bytes.resize(at);
        break;
      case 3:
        if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ input.byte());
        break;
      case 4:
        bytes.insert(at, input.chunk());
        break;
      case 5: {
        const std::string chunk = input.chunk();
        bytes.replace(at, chunk.size(), chunk);
        break;
      }
      case 6:
        if (const auto other = altered.files.find(names[input.below(names.size())]);
            other != altered.files.end())
          bytes = std::string(other->second);
        break;
      case 7:
        bytes += bytes.substr(at);
        break;
      default:
        replace_value(bytes, at, input.chunk());
    }
  }
}

}  // namespace rf::abi_fuzz
