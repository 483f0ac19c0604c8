/* SPDX-License-Identifier: MIT
 * A program in C99 that embeds RunForge: trains on a CSV file and prints what identifies the result.
 *
 *   train DATA.csv LABEL
 *
 * Prints `run` and the SHA-256 of run.json, which pins every result file, and `key` and the public key of a
 * fixed seed, which is libsodium's work. Every program of tests/consumers prints the same two lines, or one
 * of them meets a foreign library. */
#include <runforge/runforge.h>
#include <stdio.h>

static void print_digest(const char* what, const uint8_t* bytes) {
  int i;
  printf("%s ", what);
  for (i = 0; i < RF_DIGEST_SIZE; ++i) printf("%02x", bytes[i]);
  printf("\n");
}

static int fail(rf_status status, rf_error* error) {
  fprintf(stderr, "error: %s [%s]\n", rf_error_message(error), rf_error_code(error));
  rf_error_free(error);
  return (int)status;
}

int main(int argc, char** argv) {
  char config[256];
  uint8_t seed[32] = {1, 2, 3};
  uint8_t digest[RF_DIGEST_SIZE];
  uint8_t key[32];
  rf_dataset* dataset = NULL;
  rf_run* run = NULL;
  rf_signer* signer = NULL;
  rf_error* error = NULL;
  rf_status status = RF_E_ARGUMENT;

  if (argc != 3) return fprintf(stderr, "usage: %s DATA.csv LABEL\n", argv[0]), 2;
  if (rf_abi_check(RF_ABI_VERSION, RF_VERSION_NUMBER) != RF_OK)
    return fprintf(stderr, "another library\n"), 3;
  snprintf(config, sizeof config, "{\"label\": \"%s\", \"seed\": 7}", argv[2]);

  status = rf_dataset_load(argv[1], NULL, 0, NULL, &dataset, &error);
  if (status == RF_OK) status = rf_train(dataset, config, RF_AUTO_LEN, NULL, &run, &error);
  if (status == RF_OK) status = rf_run_digest(run, digest, sizeof digest, &error);
  if (status == RF_OK) status = rf_signer_from_seed(seed, sizeof seed, &signer, &error);
  if (status == RF_OK) status = rf_signer_public_key(signer, key, sizeof key, &error);
  if (status == RF_OK) print_digest("run", digest);
  if (status == RF_OK) print_digest("key", key);

  rf_signer_free(signer);
  rf_run_free(run);
  rf_dataset_free(dataset);
  return status == RF_OK ? 0 : fail(status, error);
}
