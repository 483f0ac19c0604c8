// SPDX-License-Identifier: MIT
// Signers as a host uses them: made, kept, called back, and what they leave behind checked again.
#include <unistd.h>

#include <array>
#include <cfenv>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "abi_client.hpp"

namespace rf::abi_test {
namespace {

using Key = std::array<std::uint8_t, 32>;

class Signing : public testing::Test {
 protected:
  Signing() { std::filesystem::create_directories(folder); }
  ~Signing() override { std::filesystem::remove_all(folder); }

  static Signer with_seed(std::uint8_t byte) {
    Key seed;
    seed.fill(byte);
    rf_signer* made = nullptr;
    EXPECT_EQ(rf_signer_from_seed(seed.data(), seed.size(), &made, nullptr), RF_OK);
    return Signer(made);
  }
  static Signer of_device(rf_sign_fn sign, void* user, const Key& key) {
    rf_signer* made = nullptr;
    EXPECT_EQ(rf_signer_from_callback(sign, user, key.data(), key.size(), &made, nullptr), RF_OK);
    return Signer(made);
  }
  static Key key_of(const rf_signer* signer) {
    Key key{};
    EXPECT_EQ(rf_signer_public_key(signer, key.data(), key.size(), nullptr), RF_OK);
    return key;
  }

  std::string emit(const rf_signer* signer) const {
    rf_blob* directory = nullptr;
    rf_error* error = nullptr;
    const rf_status status =
        rf_emit_artifacts(run.get(), folder.c_str(), signer, nullptr, 0, nullptr, &directory, &error);
    EXPECT_EQ(status, RF_OK) << told(status, error);
    rf_error_free(error);
    const Blob held(directory);
    return std::string(text_of(held));
  }

  static rf_status verify(const std::string& directory, const std::vector<Key>& keys) {
    rf_blob* report = nullptr;
    const rf_status status =
        rf_verify_artifacts(directory.c_str(), nullptr, keys.empty() ? nullptr : keys[0].data(), keys.size(),
                            nullptr, &report, nullptr);
    rf_blob_free(report);
    return status;
  }

  static rf_status verify_by(const std::string& directory, const std::vector<Key>& keys,
                             const std::vector<rf_statement>& wanted) {
    rf_blob* report = nullptr;
    const rf_status status = rf_verify_artifacts_by(directory.c_str(), nullptr, keys[0].data(), wanted.data(),
                                                    keys.size(), nullptr, &report, nullptr);
    EXPECT_NE(report, nullptr);
    rf_blob_free(report);
    return status;
  }

  static Trained open(const std::string& directory) {
    rf_run* opened = nullptr;
    EXPECT_EQ(rf_run_open(directory.c_str(), &opened, nullptr), RF_OK);
    return Trained(opened);
  }

  const std::string folder = testing::TempDir() + std::to_string(::getpid()) + "_runforge_signing_" +
                             std::to_string(reinterpret_cast<std::uintptr_t>(this));
  const Dataset dataset = load_text(small_csv());
  const Trained run = train(dataset.get(), "{}");
};

TEST_F(Signing, ARunIsSignedAndChecked) {
  const Signer author = with_seed(1);
  const Signer other = with_seed(2);
  const std::string directory = emit(author.get());
  EXPECT_EQ(verify(directory, {key_of(author.get())}), RF_OK);
  EXPECT_EQ(verify(directory, {key_of(author.get()), key_of(other.get())}), RF_E_INTEGRITY);
  EXPECT_EQ(rf_sign_artifacts(directory.c_str(), author.get(), nullptr, nullptr), RF_E_EXISTS);
  EXPECT_EQ(rf_sign_artifacts(directory.c_str(), other.get(), nullptr, nullptr), RF_OK);
  EXPECT_EQ(verify(directory, {key_of(author.get()), key_of(other.get())}), RF_OK);
}

TEST_F(Signing, EachKeyIsAskedWhatItStated) {
  const Signer author = with_seed(1);
  const Signer other = with_seed(2);
  const std::vector<Key> keys = {key_of(author.get()), key_of(other.get())};
  const std::string directory = emit(author.get());
  ASSERT_EQ(rf_sign_artifacts_with(directory.c_str(), dataset.get(), other.get(), nullptr, nullptr), RF_OK);
  EXPECT_EQ(rf_sign_artifacts_with(directory.c_str(), dataset.get(), other.get(), nullptr, nullptr),
            RF_E_EXISTS);
  EXPECT_EQ(verify_by(directory, keys, {RF_STATEMENT_RECORDED, RF_STATEMENT_SIGNED}), RF_OK);
  EXPECT_EQ(verify_by(directory, keys, {RF_STATEMENT_ANY, RF_STATEMENT_ANY}), RF_OK);
  EXPECT_EQ(verify_by(directory, keys, {RF_STATEMENT_RECORDED, RF_STATEMENT_RECORDED}), RF_E_INTEGRITY);
  EXPECT_EQ(verify_by(directory, keys, {RF_STATEMENT_RECORDED, RF_STATEMENT_REPRODUCED}), RF_E_INTEGRITY);
  rf_blob* report = nullptr;
  EXPECT_EQ(rf_verify_artifacts_by(directory.c_str(), nullptr, keys[0].data(), nullptr, 2, nullptr, &report,
                                   nullptr),
            RF_OK);
  const Blob held(report);
  EXPECT_NE(std::string(text_of(held)).find("\"data\": \"holds\""), std::string::npos);
}

TEST_F(Signing, OtherDataIsNotSignedFor) {
  const std::string directory = emit(nullptr);
  const Dataset other = load_text(small_csv() + "\n");
  EXPECT_EQ(rf_sign_artifacts_with(directory.c_str(), other.get(), with_seed(1).get(), nullptr, nullptr),
            RF_E_MISMATCH);
  EXPECT_FALSE(std::filesystem::exists(directory + "/run.intoto.jsonl"));
}

TEST_F(Signing, ARunThatWasOpenedIsLookedAtFirst) {
  const Signer author = with_seed(1);
  const std::string directory = emit(author.get());
  rf_blob* line = nullptr;
  ASSERT_EQ(rf_run_sign(open(directory).get(), author.get(), &line, nullptr), RF_OK);
  rf_blob_free(line);

  // Whole, it may be emitted again; altered, it does not even open. What opens and contradicts itself is
  // tried in tests/unit/audit/sign_test.cpp.
  const std::string parent = folder + "/again";
  std::filesystem::create_directory(parent);
  EXPECT_EQ(rf_emit_artifacts(open(directory).get(), parent.c_str(), author.get(), nullptr, 0, nullptr,
                              nullptr, nullptr),
            RF_OK);
  const std::string path = directory + "/metrics.v1.json";
  std::string metrics = read_file(path);
  metrics[metrics.find("\"accuracy\": ") + 12] ^= 1;
  std::ofstream(path, std::ios::binary) << metrics;
  rf_run* altered = nullptr;
  rf_error* error = nullptr;
  EXPECT_EQ(rf_run_open(directory.c_str(), &altered, &error), RF_E_INTEGRITY);
  EXPECT_STREQ(rf_error_code(error), "RUN_ALTERED");
  EXPECT_EQ(altered, nullptr);
  rf_error_free(error);
}

TEST_F(Signing, AGeneratedKeyIsKeptAndLoaded) {
  Key seed{};
  rf_signer* made = nullptr;
  ASSERT_EQ(rf_signer_generate(seed.data(), seed.size(), &made, nullptr), RF_OK);
  const Signer signer(made);
  EXPECT_NE(seed, Key{});
  const std::string path = folder + "/key";
  ASSERT_EQ(rf_signer_save(signer.get(), path.c_str(), nullptr), RF_OK);
  EXPECT_EQ(rf_signer_save(signer.get(), path.c_str(), nullptr), RF_E_EXISTS);
  ASSERT_EQ(rf_signer_load(path.c_str(), nullptr, &made, nullptr), RF_OK);
  const Signer loaded(made);
  EXPECT_EQ(key_of(loaded.get()), key_of(signer.get()));
  ASSERT_EQ(rf_signer_from_seed(seed.data(), seed.size(), &made, nullptr), RF_OK);
  const Signer again(made);
  EXPECT_EQ(key_of(again.get()), key_of(signer.get()));
}

TEST_F(Signing, AKeyFileThatOthersMayReadIsTold) {
  const std::string path = folder + "/key";
  ASSERT_EQ(rf_signer_save(with_seed(1).get(), path.c_str(), nullptr), RF_OK);
  std::string codes;
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.user = &codes;
  hooks.log = [](void* user, rf_log_level level, const char* code, const char*) {
    EXPECT_EQ(level, RF_LOG_WARN);
    *static_cast<std::string*>(user) += code;
  };
  rf_signer* made = nullptr;
  ASSERT_EQ(rf_signer_load(path.c_str(), &hooks, &made, nullptr), RF_OK);
  rf_signer_free(made);
  EXPECT_EQ(codes, "");
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  ASSERT_EQ(rf_signer_load(path.c_str(), &hooks, &made, nullptr), RF_OK);
  rf_signer_free(made);
  EXPECT_EQ(codes, "KEY_FILE_OPEN_TO_OTHERS");
}

/// A stand-in for a device that keeps the key, and is broken.
struct Device {
  int n_calls = 0;
  std::int32_t answer = 0;
  int rounding = -1;
};

std::int32_t sign_wrongly(void* user, const std::uint8_t*, std::size_t, std::uint8_t* signature) {
  Device& device = *static_cast<Device*>(user);
  ++device.n_calls;
  device.rounding = std::fegetround();
  std::memset(signature, 1, 64);
  return device.answer;
}

TEST_F(Signing, ADeviceThatFailsOrSignsWronglyLeavesNothing) {
  Device device;
  const Key key = key_of(with_seed(1).get());
  const Signer signer = of_device(sign_wrongly, &device, key);
  EXPECT_EQ(key_of(signer.get()), key);
  for (const std::int32_t answer : {0, 1}) {
    device.answer = answer;
    rf_error* error = nullptr;
    EXPECT_EQ(
        rf_emit_artifacts(run.get(), folder.c_str(), signer.get(), nullptr, 0, nullptr, nullptr, &error),
        RF_E_IO);
    EXPECT_STREQ(rf_error_code(error), "SIGNING_FAILED");
    rf_error_free(error);
    EXPECT_TRUE(std::filesystem::is_empty(folder));
  }
  EXPECT_EQ(device.n_calls, 2);
  EXPECT_EQ(rf_signer_save(signer.get(), (folder + "/key").c_str(), nullptr), RF_E_ARGUMENT);
}

TEST_F(Signing, ADeviceIsCalledInTheHostsFloatEnvironment) {
  Device device;
  const Key key = key_of(with_seed(1).get());
  const Signer signer = of_device(sign_wrongly, &device, key);
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
  rf_blob* line = nullptr;
  EXPECT_EQ(rf_run_sign(run.get(), signer.get(), &line, nullptr), RF_E_IO);
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(device.rounding, FE_UPWARD);
}

TEST_F(Signing, ADeviceSeesWhatItSigns) {
  std::vector<std::string> messages;
  const auto record = [](void* user, const std::uint8_t* message, std::size_t size,
                         std::uint8_t*) -> std::int32_t {
    static_cast<std::vector<std::string>*>(user)->emplace_back(reinterpret_cast<const char*>(message), size);
    return 1;
  };
  const Signer signer = of_device(record, &messages, Key{});
  rf_blob* line = nullptr;
  EXPECT_EQ(rf_run_sign(run.get(), signer.get(), &line, nullptr), RF_E_IO);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].find("DSSEv1 28 application/vnd.in-toto+json "), 0u) << messages[0];
}

TEST_F(Signing, ATouchedFileIsFound) {
  const Signer author = with_seed(1);
  const std::string directory = emit(author.get());
  const std::string path = directory + "/run.intoto.jsonl";
  std::string line = read_file(path);
  line[line.size() / 2] ^= 1;
  std::ofstream(path, std::ios::binary) << line;
  EXPECT_EQ(verify(directory, {key_of(author.get())}), RF_E_INTEGRITY);
  EXPECT_EQ(rf_sign_artifacts(directory.c_str(), with_seed(2).get(), nullptr, nullptr), RF_E_INTEGRITY);
}

TEST_F(Signing, ReproducingIsAttested) {
  const Signer author = with_seed(1);
  const Signer reviewer = with_seed(2);
  const std::string directory = emit(author.get());
  rf_blob* report = nullptr;
  EXPECT_EQ(
      rf_reproduce_artifacts(directory.c_str(), dataset.get(), reviewer.get(), nullptr, &report, nullptr),
      RF_OK);
  const Blob held(report);
  EXPECT_NE(std::string(text_of(held)).find("attested_by"), std::string::npos);
  EXPECT_EQ(verify(directory, {key_of(author.get()), key_of(reviewer.get())}), RF_OK);
}

}  // namespace
}  // namespace rf::abi_test
