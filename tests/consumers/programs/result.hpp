// SPDX-License-Identifier: MIT
// What the C++ programs of tests/consumers print: the lines of train.c.
#pragma once

#include <runforge/runforge.h>

#include <cstdio>
#include <memory>
#include <string>

struct Free {
  void operator()(rf_dataset* dataset) const { rf_dataset_free(dataset); }
  void operator()(rf_run* run) const { rf_run_free(run); }
  void operator()(rf_signer* signer) const { rf_signer_free(signer); }
  void operator()(rf_error* error) const { rf_error_free(error); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

inline void print_digest(const char* what, const uint8_t* bytes) {
  std::printf("%s ", what);
  for (int i = 0; i < RF_DIGEST_SIZE; ++i) std::printf("%02x", bytes[i]);
  std::printf("\n");
}

/// Trains on the file, prints the two lines, returns what main returns.
inline int train_and_print(const char* path, const char* label) {
  rf_dataset* dataset = nullptr;
  rf_run* run = nullptr;
  rf_signer* signer = nullptr;
  rf_error* error = nullptr;
  uint8_t digest[RF_DIGEST_SIZE];
  uint8_t key[32];
  const uint8_t seed[32] = {1, 2, 3};
  const std::string config = std::string("{\"label\": \"") + label + "\", \"seed\": 7}";

  rf_status status = rf_abi_check(RF_ABI_VERSION, RF_VERSION_NUMBER);
  if (status == RF_OK) status = rf_dataset_load(path, nullptr, 0, nullptr, &dataset, &error);
  const Owned<rf_dataset> owned_dataset(dataset);
  if (status == RF_OK) status = rf_train(dataset, config.data(), config.size(), nullptr, &run, &error);
  const Owned<rf_run> owned_run(run);
  if (status == RF_OK) status = rf_run_digest(run, digest, sizeof digest, &error);
  if (status == RF_OK) status = rf_signer_from_seed(seed, sizeof seed, &signer, &error);
  const Owned<rf_signer> owned_signer(signer);
  if (status == RF_OK) status = rf_signer_public_key(signer, key, sizeof key, &error);
  if (status != RF_OK) {
    const Owned<rf_error> owned_error(error);
    std::fprintf(stderr, "error: %s [%s]\n", rf_error_message(error), rf_error_code(error));
    return 1;
  }
  print_digest("run", digest);
  print_digest("key", key);
  return 0;
}
