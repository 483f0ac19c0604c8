/* SPDX-License-Identifier: MIT
 * What the clients of all languages are compared with: the same steps through the C interface itself, one
 * line each. The steps, the inputs and the meaning of each line stand in ../client_test.py. */
#include <inttypes.h>
#include <runforge/runforge.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What must go well here: this program is the reference. */
#define MUST(call) must((call), #call, __LINE__)
static void must(rf_status status, const char* what, int line) {
  if (status == RF_OK) return;
  fprintf(stderr, "client.c:%d: %s: %s\n", line, what, rf_status_name(status));
  exit(1);
}

static char path_[4096];
static const char* in(const char* folder, const char* name) {
  snprintf(path_, sizeof path_, "%s/%s", folder, name);
  return path_;
}

static char* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  char* bytes = malloc(1 << 22);
  if (file == NULL || bytes == NULL) exit(1);
  *size = fread(bytes, 1, (1 << 22) - 1, file);
  bytes[*size] = '\0';
  fclose(file);
  return bytes;
}

static void print_hex(const char* key, const uint8_t* digest) {
  int i;
  printf("%s ", key);
  for (i = 0; i < RF_DIGEST_SIZE; ++i) printf("%02x", digest[i]);
  printf("\n");
}

/* The error by address: C leaves open whether an argument `error` would be read before the call that sets it.
 */
static void print_failure(int number, rf_status status, rf_error** slot) {
  rf_error* error = *slot;
  if (rf_error_status(error) != status || rf_error_details(error)[0] != '{') exit(1);
  printf("status.%d %s %s\n", number, rf_status_name(status), rf_error_code(error));
  rf_error_free(error);
}

static rf_run* trained(const rf_dataset* dataset, const char* inputs, const char* config_name) {
  size_t size;
  char* config = read_file(in(inputs, config_name), &size);
  rf_run* run = NULL;
  MUST(rf_train(dataset, config, size, NULL, &run, NULL));
  free(config);
  return run;
}

static rf_status refused(const rf_dataset* dataset, const char* inputs, const char* config_name,
                         const rf_hooks* hooks, rf_error** error) {
  size_t size;
  char* config = read_file(in(inputs, config_name), &size);
  rf_run* run = NULL;
  const rf_status status = rf_train(dataset, config, size, hooks, &run, error);
  free(config);
  return status;
}

static rf_dataset* loaded(const char* inputs, const char* name) {
  rf_dataset* dataset = NULL;
  MUST(rf_dataset_load(in(inputs, name), NULL, 0, NULL, &dataset, NULL));
  return dataset;
}

static rf_dataset* columns(void) {
  enum { kRows = 60 };
  static const char* const colours[] = {"red", "green", "bl\303\274e"};
  double a[kRows];
  int32_t b[kRows];
  uint8_t d[kRows], validity[kRows / 8 + 1] = {0};
  int64_t c_offsets[kRows + 1] = {0}, label_offsets[kRows + 1] = {0};
  char c[kRows * 8] = "", label[kRows * 8] = "";
  rf_builder* builder = NULL;
  rf_dataset* dataset = NULL;
  int i;
  for (i = 0; i < kRows; ++i) {
    a[i] = (i * 7 % 11) * 0.5;
    b[i] = i * 5 % 13;
    d[i] = i % 4 == 0;
    if (i % 10 != 9) validity[i / 8] |= (uint8_t)(1 << i % 8), strcat(c, colours[i % 3]);
    strcat(label, i * 7 % 11 > 5 ? "yes" : "no");
    c_offsets[i + 1] = (int64_t)strlen(c);
    label_offsets[i + 1] = (int64_t)strlen(label);
  }
  MUST(rf_builder_new(&builder, NULL));
  MUST(rf_builder_add(builder, "a", RF_F64, a, kRows, 0, NULL, NULL));
  MUST(rf_builder_add(builder, "b", RF_I32, b, kRows, 0, NULL, NULL));
  MUST(rf_builder_add_utf8(builder, "c", c, c_offsets, kRows, validity, NULL));
  MUST(rf_builder_add(builder, "d", RF_BOOL8, d, kRows, 0, NULL, NULL));
  MUST(rf_builder_add_utf8(builder, "label", label, label_offsets, kRows, NULL, NULL));
  MUST(rf_builder_finish(builder, NULL, 0, &dataset, NULL));
  rf_builder_free(builder);
  return dataset;
}

static void print_bits(const char* key, const rf_model* model, const rf_dataset* dataset) {
  double shares[450];
  uint64_t bits[3];
  MUST(rf_predict(model, dataset, NULL, shares, 450, NULL, NULL));
  memcpy(bits, shares + 70 * 3, sizeof bits); /* row 70 */
  printf("%s %016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n", key, bits[0], bits[1], bits[2]);
}

static int32_t stop_at_tenth(void* user, const char* stage, uint64_t done, uint64_t total) {
  (void)stage, (void)done, (void)total;
  return ++*(int*)user == 10;
}

static void print_statuses(const char* inputs, const char* scratch, const rf_dataset* iris, rf_run* run,
                           const rf_dataset* built) {
  rf_dataset *dataset, *levels = loaded(inputs, "levels.csv"), *numeric = loaded(inputs, "numeric.csv");
  rf_error* error = NULL;
  rf_hooks hooks = RF_HOOKS_INIT;
  rf_run* opened;
  rf_model* model = NULL;
  rf_signer* signer = NULL;
  rf_blob *directory = NULL, *report = NULL;
  double value, out[4096];
  int reports = 0;
  FILE* file;

  print_failure(1, rf_run_metric(run, "none", &value, &error), &error);
  print_failure(2, refused(iris, inputs, "no_label.json", NULL, &error), &error);
  print_failure(3, rf_dataset_load_buffer("a,b\n1\n", 6, NULL, 0, NULL, &dataset, &error), &error);
  print_failure(4, rf_dataset_load(in(inputs, "none.csv"), NULL, 0, NULL, &dataset, &error), &error);
  print_failure(5, refused(levels, inputs, "columns.json", NULL, &error), &error);
  hooks.progress = stop_at_tenth, hooks.user = &reports;
  print_failure(6, refused(iris, inputs, "endless.json", &hooks, &error), &error);
  printf("cancel.callback %d\ncancel.thread RF_E_CANCELLED\n", reports);
  print_failure(7, refused(numeric, inputs, "numeric.json", NULL, &error), &error);

  MUST(rf_emit_artifacts(run, scratch, NULL, NULL, 0, NULL, &directory, NULL));
  MUST(rf_verify_artifacts(rf_blob_data(directory), NULL, NULL, 0, NULL, &report, NULL));
  rf_blob_free(report);
  file = fopen(in(rf_blob_data(directory), "metrics.v1.json"), "ab");
  if (file == NULL) exit(1);
  fputs(" ", file), fclose(file);
  print_failure(8, rf_verify_artifacts(rf_blob_data(directory), NULL, NULL, 0, NULL, &report, &error),
                &error);
  rf_blob_free(report);
  rf_blob_free(directory);
  print_failure(9, rf_run_open(in(inputs, "newer_run"), &opened, &error), &error);
  memset(&hooks, 0, sizeof hooks);
  hooks.struct_size = sizeof hooks, hooks.max_bytes = 1;
  print_failure(10, refused(iris, inputs, "forest.json", &hooks, &error), &error);
  MUST(rf_signer_generate(NULL, 0, &signer, NULL));
  MUST(rf_signer_save(signer, in(scratch, "key"), NULL));
  print_failure(11, rf_signer_save(signer, in(scratch, "key"), &error), &error);
  rf_signer_free(signer);
  MUST(rf_run_model(run, &model, NULL));
  print_failure(12, rf_predict(model, built, NULL, out, 4096, NULL, &error), &error);
  rf_model_free(model);
  rf_dataset_free(levels);
  rf_dataset_free(numeric);
}

int main(int argc, char** argv) {
  uint8_t digest[RF_DIGEST_SIZE];
  size_t size;
  char* csv;
  rf_dataset *iris = NULL, *built = columns();
  rf_run *logistic, *forest, *on_columns;
  rf_model* model = NULL;
  const void* json;
  if (argc != 3) return 2;
  csv = read_file(in(argv[1], "iris.csv"), &size);
  MUST(rf_dataset_load_buffer(csv, size, NULL, 0, NULL, &iris, NULL));
  free(csv);
  logistic = trained(iris, argv[1], "logistic.json");
  MUST(rf_run_digest(logistic, digest, sizeof digest, NULL));
  print_hex("run_digest.logistic", digest);
  print_hex("threads.digest", digest);
  print_hex("gc.digest", digest);
  forest = trained(iris, argv[1], "forest.json");
  MUST(rf_run_digest(forest, digest, sizeof digest, NULL));
  print_hex("run_digest.forest", digest);
  MUST(rf_dataset_digest(built, digest, sizeof digest, NULL));
  print_hex("columns.content_digest", digest);
  on_columns = trained(built, argv[1], "columns.json");
  MUST(rf_run_artifact(on_columns, "run.json", &json, &size, NULL));
  printf("columns.result_digest %.64s\n", strstr(json, "\"result_digest\": \"") + 18);
  rf_run_free(on_columns);

  print_statuses(argv[1], argv[2], iris, logistic, built);
  rf_dataset_free(built);
  MUST(rf_run_model(logistic, &model, NULL));
  print_bits("predict.bits", model, iris);
  rf_run_free(logistic); /* the model outlives it */
  print_bits("order.bits", model, iris);
  rf_model_free(model);
  rf_run_free(forest);
  rf_dataset_free(iris);
  return 0;
}
