/* SPDX-License-Identifier: MIT
 * Trains on a CSV file through the C library, writes the record and prints the headline metric.
 *
 *   train DATA.csv LABEL OUT_DIR      e.g.  train iris.csv species runs
 *
 * Build: cc -std=c99 train.c -lrunforge. Run by the ctest tests examples.c.*. */
#include <runforge/runforge.h>
#include <stdio.h>

static int fail(rf_status status, rf_error* error) {
  fprintf(stderr, "error: %s [%s]\n", rf_error_message(error), rf_error_code(error));
  rf_error_free(error);
  return (int)status;
}

int main(int argc, char** argv) {
  char config[256];
  double accuracy = 0;
  rf_dataset* dataset = NULL;
  rf_run* run = NULL;
  rf_blob* directory = NULL;
  rf_error* error = NULL;
  rf_status status = RF_E_ARGUMENT;

  if (argc != 4) return fprintf(stderr, "usage: %s DATA.csv LABEL OUT_DIR\n", argv[0]), 2;
  snprintf(config, sizeof config, "{\"label\": \"%s\", \"seed\": 7}", argv[2]);

  /* Each step runs only if those before it went well; what failed stands in `error`. */
  status = rf_dataset_load(argv[1], NULL, 0, NULL, &dataset, &error);
  if (status == RF_OK) status = rf_train(dataset, config, RF_AUTO_LEN, NULL, &run, &error);
  if (status == RF_OK) status = rf_emit_artifacts(run, argv[3], NULL, NULL, 0, NULL, &directory, &error);
  if (status == RF_OK) status = rf_run_metric(run, "accuracy", &accuracy, &error);
  if (status == RF_OK) printf("%s\naccuracy %.4f\n", (const char*)rf_blob_data(directory), accuracy);

  rf_blob_free(directory); /* in any order; NULL is fine */
  rf_run_free(run);
  rf_dataset_free(dataset);
  return status == RF_OK ? 0 : fail(status, error);
}
