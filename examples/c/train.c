/* SPDX-License-Identifier: MIT
 * Trains on a CSV file with progress, looks at the result in memory, writes the record and predicts; then stops a
 * training half-way, and shows how an error reads.
 *
 *   train DATA.csv LABEL OUT_DIR      e.g.  train iris.csv species runs
 * Build: cc -std=c99 train.c -lrunforge. Run by the ctest test examples.c. */
#include <inttypes.h>
#include <runforge/runforge.h>
#include <stdio.h>
#include <stdlib.h>

/* doc: progress */
static int32_t on_progress(void* reports_left, const char* stage, uint64_t done, uint64_t total) {
  fprintf(stderr, "\r%s %" PRIu64 "/%" PRIu64 "   ", stage, done, total);
  return --*(int*)reports_left == 0; /* anything but 0 stops the call */
}
/* doc: end */

/* doc: error */
static int told(rf_status status, rf_error* error) {
  printf("error %d: %s [%s] %s\n", (int)status, rf_error_message(error), rf_error_code(error), rf_error_details(error));
  rf_error_free(error);
  return (int)status;
}
/* doc: end */

#define TRY(call) if ((status = (call)) != RF_OK) goto done /* `error` holds the failure */

int main(int argc, char** argv) {
  char config[256];
  uint8_t digest[RF_DIGEST_SIZE];
  int reports_left = -1;
  size_t i, size;
  double accuracy, *shares = NULL;
  const void* bytes;
  rf_dataset *dataset = NULL, *broken = NULL;
  rf_run *run = NULL, *stopped = NULL;
  rf_model* model = NULL;
  rf_blob* path = NULL;
  rf_error* error = NULL;
  rf_status status;
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.progress = on_progress, hooks.user = &reports_left, hooks.threads = 2;
  if (argc != 4) return fprintf(stderr, "usage: %s DATA.csv LABEL OUT_DIR\n", argv[0]), 2;
  snprintf(config, sizeof config,
           "{\"label\": \"%s\", \"model\": \"random_forest\", \"seed\": 7, \"params\": {\"n_estimators\": 50}}",
           argv[2]);

  TRY(rf_dataset_load(argv[1], NULL, 0, NULL, &dataset, &error));
  TRY(rf_train(dataset, config, RF_AUTO_LEN, &hooks, &run, &error));
  TRY(rf_run_metric(run, "accuracy", &accuracy, &error));
  TRY(rf_run_digest(run, digest, sizeof digest, &error));
  printf("rows %" PRIu64 ", accuracy %.4f\nrun ", rf_dataset_rows(dataset), accuracy);
  for (i = 0; i < sizeof digest; ++i) printf("%02x", digest[i]);
  for (i = 0; i < rf_run_artifact_count(run); ++i) {
    TRY(rf_run_artifact(run, rf_run_artifact_name(run, i), &bytes, &size, &error)); /* borrowed from the run */
    printf("\n  %s %lu bytes", rf_run_artifact_name(run, i), (unsigned long)size);
  }
  TRY(rf_emit_artifacts(run, argv[3], NULL, NULL, 0, NULL, &path, &error));
  TRY(rf_run_model(run, &model, &error));
  size = (size_t)(rf_dataset_rows(dataset) * rf_model_outputs(model));
  if ((shares = malloc(size * sizeof *shares)) == NULL) goto done;
  TRY(rf_predict(model, dataset, NULL, shares, size, NULL, &error));
  printf("\nrecord %s\nfirst row:", (const char*)rf_blob_data(path));
  for (i = 0; i < rf_model_outputs(model); ++i) printf(" %.3f", shares[i]);

  reports_left = 10;
  status = rf_train(dataset, config, RF_AUTO_LEN, &hooks, &stopped, NULL);
  printf("\nstopped at report %d: %s\n", 10 - reports_left, rf_status_name(status));

  TRY(rf_dataset_load_buffer("a,b\n1,2\n3\n", 10, NULL, 0, NULL, &broken, &error));
done: /* free in any order; NULL is fine */
  free(shares);
  rf_blob_free(path);
  rf_model_free(model);
  rf_run_free(run);
  rf_dataset_free(dataset);
  return told(status, error) == RF_E_DATA ? 0 : 1;
}
