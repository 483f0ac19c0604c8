// SPDX-License-Identifier: MIT
// Emitted runs to tamper with: a directory of its own for each test, files as strings, and forgers that know
// how to make every digest right again.
#pragma once

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "artifact/documents.hpp"
#include "artifact/safetensors.hpp"
#include "audit/record.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"
#include "run/history.hpp"
#include "unit/core/temporary_folder.hpp"
#include "unit/run/run_fixture.hpp"

namespace rf::audit {

/// 24 rows, two features that say something about the label and one category.
inline constexpr const char* kSmallCsv =
    "x,y,colour,label\n"
    "1,5,red,a\n2,3,blue,b\n3,4,red,a\n4,1,blue,b\n5,6,red,a\n6,2,blue,b\n7,8,red,b\n8,1,green,b\n"
    "1.5,5,red,a\n2.5,3,blue,b\n3.5,4,red,a\n4.5,1,blue,a\n5.5,6,red,a\n6.5,2,blue,b\n7.5,8,red,a\n8.5,1,"
    "green,b\n"
    "1.2,5,red,a\n2.2,3,blue,b\n3.2,4,red,a\n4.2,1,blue,b\n5.2,6,red,a\n6.2,2,blue,b\n7.2,8,red,a\n8.2,1,"
    "green,b\n";

using Files = std::map<std::string, std::string>;

class EmittedRuns : public testing::Test {
 protected:
  /// Trains on `dataset` and emits; returns the directory.
  std::string emit_run(const run::LoadedDataset& dataset, std::string_view config,
                       const crypto::Signer* signer = nullptr) {
    run::OwnContext own;
    auto directory = emit(*run::train_on(dataset, config), folder_.path(),
                          {.timestamp = 1700000000, .execution_details = false}, signer, own.context);
    EXPECT_TRUE(directory.ok());
    return directory.ok() ? *directory : std::string();
  }

  static Files read(const std::string& directory) {
    Files files;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      std::ifstream in(entry.path(), std::ios::binary);
      files[entry.path().filename()] = std::string(std::istreambuf_iterator<char>(in), {});
    }
    return files;
  }

  static void write(const std::string& directory, const std::string& name, const std::string& bytes) {
    std::ofstream(directory + "/" + name, std::ios::binary | std::ios::trunc) << bytes;
  }

  /// Replaces the directory's files by these.
  static void put(const std::string& directory, const Files& files) {
    std::filesystem::remove_all(directory);
    std::filesystem::create_directory(directory);
    for (const auto& [name, bytes] : files) write(directory, name, bytes);
  }

  /// Of the first number of a tensor.
  static void change_last_bit(std::string& model, const std::string& tensor) {
    const artifact::Container container = artifact::read_safetensors(model).value();
    const auto at = container.tensors.at(tensor).bytes.data() - model.data();
    model[static_cast<std::size_t>(at)] ^= 1;
  }

  /// A forger's work: after a change every digest is computed again, as an honest run would have it.
  static void reseal(Files& files) {
    json::Value record = json::parse(files["run.json"]).value();
    for (json::Value& entry : record.as_object().at("artifacts").as_array()) {
      const std::string& bytes = files[entry.find("path")->as_string()];
      entry.set("sha256", crypto::sha256_hex(bytes)).set("size_bytes", bytes.size());
    }
    record.set("result_digest", crypto::sha256_hex(json::canonical(*record.find("artifacts"))));
    files["run.json"] = json::pretty(record);
    json::Value execution = json::parse(files["execution.v1.json"]).value();
    execution.set("run_digest", crypto::sha256_hex(files["run.json"]));
    files["execution.v1.json"] = json::pretty(execution);
    std::string sums;
    for (const auto& [name, bytes] : files)
      if (name != "SHA256SUMS") sums += crypto::sha256_hex(bytes) + "  " + name + "\n";
    files["SHA256SUMS"] = sums;
  }

  /// Edits one JSON document, laid out as before.
  template <class Edit>
  static void edit(Files& files, const std::string& name, Edit change) {
    json::Value document = json::parse(files[name]).value();
    change(document);
    files[name] = json::pretty(document);
  }

  /// As another version of the numeric profile would have written them.
  static void rewrite_version(Files& files, const char* version) {
    for (auto& [name, bytes] : files)
      if (name.ends_with(".json"))
        edit(files, name, [&](json::Value& document) { document.set("runforge_version", version); });
    const std::string model = files["model.safetensors"];
    artifact::Container container = artifact::read_safetensors(model).value();
    container.metadata["runforge_version"] = version;
    files["model.safetensors"] = artifact::write_safetensors(container);
    edit(files, "interpretability.index.v1.json", [&](json::Value& document) {
      for (auto& [name, entry] : document.as_object().at("available_artifacts").as_object())
        entry.set("sha256", crypto::sha256_hex(files[entry.find("path")->as_string()]));
    });
    reseal(files);
  }

  core::TemporaryFolder folder_;
  const artifact::History history_ = run::product_history();
};

/// The key whose seed is 32 times this byte; the first may be another one.
inline crypto::Signer test_signer(std::uint8_t byte, std::optional<std::uint8_t> first = {}) {
  std::array<std::uint8_t, crypto::kSeedBytes> seed;
  seed.fill(byte);
  seed[0] = first.value_or(byte);
  return *crypto::Signer::from_seed(seed);
}

/// A member on the way down, to be changed.
inline json::Value& at(json::Value& value, std::initializer_list<const char*> path) {
  json::Value* here = &value;
  for (const char* key : path)
    here = here->is_array() ? &here->as_array()[static_cast<std::size_t>(std::atoi(key))]
                            : &here->as_object().at(key);
  return *here;
}

}  // namespace rf::audit
