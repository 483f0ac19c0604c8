/* SPDX-License-Identifier: MIT
 *
 * A client of version 0.1.0 that calls every function of its header. Its object code, client-x86_64.o, was
 * compiled with that header and stays: later libraries of the same ABI must run it (releases.py). Ends with
 * 0, or names the line that did not hold.
 *
 * usage: client FOLDER, an empty one */
#include <runforge/runforge.h>
#include <stdio.h>
#include <string.h>

#define CHECK(condition)                                                             \
  do {                                                                               \
    if (!(condition)) {                                                              \
      fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      return 1;                                                                      \
    }                                                                                \
  } while (0)
#define OK(call) CHECK((call) == RF_OK)

/* Written from the specification of the Arrow C data interface. */
struct ArrowSchema {
  const char *format, *name, *metadata;
  int64_t flags, n_children;
  struct ArrowSchema **children, *dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  int64_t length, null_count, offset, n_buffers, n_children;
  const void** buffers;
  struct ArrowArray **children, *dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema*);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray*);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

static const char kCsv[] =
    "a,b,label\n0,0,0\n7,5,1\n3,10,0\n10,2,1\n6,7,1\n2,12,0\n9,4,1\n5,9,0\n1,1,0\n8,6,1\n4,11,0\n0,3,0\n"
    "7,8,1\n3,0,0\n10,5,1\n6,10,1\n2,2,0\n9,7,1\n5,12,0\n1,4,0\n8,9,1\n4,1,0\n0,6,0\n7,11,1\n";
enum { kRows = 24 };

static char folder[512];
static char path[1024];
static uint8_t seed[32];
static rf_signer* signer_of_seed;

static const char* in_folder(const char* name) {
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static int check_library(void) {
  OK(rf_abi_check(RF_ABI_VERSION, RF_VERSION_NUMBER));
  CHECK(rf_abi_version() == RF_ABI_VERSION);
  CHECK(rf_version_number() >= RF_VERSION_NUMBER);
  CHECK(strchr(rf_version_string(), '.') != NULL);
  CHECK(rf_build_info()[0] == '{');
  CHECK(strcmp(rf_status_name(RF_E_DATA), "RF_E_DATA") == 0);
  CHECK(rf_schema("run.v1") != NULL && rf_schema("none") == NULL);
  return 0;
}

static int check_errors(void) {
  rf_blob* out = NULL;
  rf_error* error = NULL;
  CHECK(rf_config_normalize("{\"modle\": 1}", RF_AUTO_LEN, &out, &error) == RF_E_CONFIG);
  CHECK(out == NULL && rf_error_status(error) == RF_E_CONFIG);
  CHECK(strcmp(rf_error_code(error), "UNKNOWN_KEY") == 0);
  CHECK(rf_error_message(error)[0] != '\0' && strstr(rf_error_details(error), "pointer") != NULL);
  rf_error_free(error);
  OK(rf_config_normalize("{}", 2, &out, &error));
  CHECK(error == NULL && rf_blob_size(out) == strlen((const char*)rf_blob_data(out)));
  rf_blob_free(out);
  return 0;
}

static void forget_schema(struct ArrowSchema* schema) {
  schema->release = NULL;
}
static void forget_array(struct ArrowArray* array) {
  array->release = NULL;
}
static void forget_stream(struct ArrowArrayStream* stream) {
  stream->release = NULL;
}
static double numbers[3] = {1, 2, 3};
static const void* number_buffers[2] = {NULL, numbers};
static const void* no_buffers[1] = {NULL};
static struct ArrowSchema column_schema, table_schema, *schema_children[1] = {&column_schema};
static struct ArrowArray column_array, table_array, *array_children[1] = {&column_array};

static int fill_schema(struct ArrowArrayStream* stream, struct ArrowSchema* out) {
  const struct ArrowSchema column = {"g", "x", NULL, 2, 0, NULL, NULL, forget_schema, NULL};
  const struct ArrowSchema table = {"+s", "", NULL, 0, 1, schema_children, NULL, forget_schema, NULL};
  (void)stream;
  column_schema = column;
  *out = table;
  return 0;
}
static int fill_array(struct ArrowArrayStream* stream, struct ArrowArray* out) {
  const struct ArrowArray column = {3, 0, 0, 2, 0, number_buffers, NULL, NULL, forget_array, NULL};
  const struct ArrowArray table = {3, 0, 0, 1, 1, no_buffers, array_children, NULL, forget_array, NULL};
  const struct ArrowArray end = {0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL};
  column_array = column;
  *out = stream != NULL && stream->private_data != NULL ? end : table;
  if (stream != NULL) stream->private_data = stream;
  return 0;
}

static int check_columns(void) {
  const int64_t offsets[4] = {0, 1, 2, 3};
  const uint8_t validity = 5;
  uint8_t digests[3][RF_DIGEST_SIZE];
  struct ArrowArrayStream stream = {fill_schema, fill_array, NULL, forget_stream, NULL};
  rf_builder* builder = NULL;
  rf_dataset *built = NULL, *batch = NULL, *streamed = NULL;
  OK(rf_builder_new(&builder, NULL));
  OK(rf_builder_add(builder, "x", RF_F64, numbers, 3, 0, NULL, NULL));
  OK(rf_builder_finish(builder, NULL, 0, &built, NULL));
  fill_schema(NULL, &table_schema);
  fill_array(NULL, &table_array);
  OK(rf_dataset_from_arrow(&table_schema, &table_array, NULL, 0, NULL, &batch, NULL));
  CHECK(table_schema.release == NULL && table_array.release == NULL);
  OK(rf_dataset_from_arrow_stream(&stream, NULL, 0, NULL, &streamed, NULL));
  CHECK(stream.release == NULL);
  OK(rf_dataset_digest(built, digests[0], RF_DIGEST_SIZE, NULL));
  OK(rf_dataset_digest(batch, digests[1], RF_DIGEST_SIZE, NULL));
  OK(rf_dataset_digest(streamed, digests[2], RF_DIGEST_SIZE, NULL));
  CHECK(memcmp(digests[0], digests[1], RF_DIGEST_SIZE) == 0 &&
        memcmp(digests[0], digests[2], RF_DIGEST_SIZE) == 0);
  rf_dataset_free(built);
  OK(rf_builder_add_utf8(builder, "t", "abc", offsets, 3, &validity, NULL));
  OK(rf_builder_finish(builder, NULL, 0, &built, NULL));
  CHECK(rf_dataset_column_kind(built, 0) == RF_KIND_CATEGORY);
  rf_dataset_free(built);
  rf_dataset_free(batch);
  rf_dataset_free(streamed);
  rf_builder_free(builder);
  return 0;
}

struct heard {
  int progress, log, cancel_after;
};
static int32_t on_progress(void* user, const char* stage, uint64_t done, uint64_t total) {
  struct heard* heard = user;
  (void)total;
  (void)done;
  ++heard->progress;
  return stage[0] == '\0' || (heard->cancel_after != 0 && heard->progress >= heard->cancel_after);
}
static void on_log(void* user, rf_log_level level, const char* code, const char* message) {
  struct heard* heard = user;
  heard->log += level > 0 && code[0] != '\0' && message[0] != '\0';
}

static int check_hooks(const rf_dataset* dataset) {
  struct heard heard = {0, 0, 0};
  rf_hooks hooks = RF_HOOKS_INIT;
  rf_run* run = NULL;
  rf_cancel* cancel = NULL;
  hooks.user = &heard;
  hooks.progress = on_progress;
  hooks.log = on_log;
  hooks.log_level = RF_LOG_DEBUG;
  hooks.threads = 2;
  OK(rf_cancel_new(&cancel, NULL));
  hooks.cancel = cancel;
  OK(rf_train(dataset, NULL, 0, &hooks, &run, NULL));
  CHECK(heard.progress > 0);
  rf_run_free(run);
  heard.cancel_after = heard.progress + 1;
  CHECK(rf_train(dataset, NULL, 0, &hooks, &run, NULL) == RF_E_CANCELLED && run == NULL);
  heard.cancel_after = 0;
  CHECK(rf_cancel_is_set(cancel) == 0);
  rf_cancel_set(cancel);
  CHECK(rf_cancel_is_set(cancel) == 1);
  CHECK(rf_train(dataset, NULL, 0, &hooks, &run, NULL) == RF_E_CANCELLED);
  hooks.cancel = NULL;
  hooks.max_bytes = 1;
  CHECK(rf_train(dataset, NULL, 0, &hooks, &run, NULL) == RF_E_LIMIT);
  rf_cancel_free(cancel);
  return 0;
}

static int32_t refuse_to_sign(void* user, const uint8_t* message, size_t size, uint8_t* signature64) {
  *(size_t*)user = size;
  signature64[0] = message[0];
  return 1;
}

static int check_signers(const rf_run* run) {
  uint8_t keys[3][32];
  size_t signed_size = 0;
  rf_signer* signer = NULL;
  rf_blob* text = NULL;
  FILE* file;
  OK(rf_signer_generate(seed, sizeof seed, &signer_of_seed, NULL));
  OK(rf_signer_from_seed(seed, sizeof seed, &signer, NULL));
  OK(rf_signer_public_key(signer_of_seed, keys[0], 32, NULL));
  OK(rf_signer_public_key(signer, keys[1], 32, NULL));
  CHECK(memcmp(keys[0], keys[1], 32) == 0);
  OK(rf_signer_save(signer, in_folder("key"), NULL));
  rf_signer_free(signer);
  OK(rf_signer_load(in_folder("key"), NULL, &signer, NULL));
  OK(rf_signer_public_key_text(signer, &text, NULL));
  file = fopen(in_folder("key.pub"), "wb");
  CHECK(file != NULL && fwrite(rf_blob_data(text), 1, rf_blob_size(text), file) == rf_blob_size(text));
  CHECK(fclose(file) == 0);
  OK(rf_public_key_load(path, keys[2], 32, NULL));
  CHECK(memcmp(keys[0], keys[2], 32) == 0);
  rf_blob_free(text);
  OK(rf_run_sign(run, signer, &text, NULL));
  rf_blob_free(text);
  rf_signer_free(signer);
  OK(rf_signer_from_callback(refuse_to_sign, &signed_size, keys[0], 32, &signer, NULL));
  CHECK(rf_run_sign(run, signer, &text, NULL) == RF_E_IO && text == NULL && signed_size > 0);
  rf_signer_free(signer);
  return 0;
}

static int check_artifacts(const rf_run* run, const rf_dataset* dataset) {
  uint8_t key[32], digests[2][RF_DIGEST_SIZE];
  rf_blob *directory = NULL, *report = NULL;
  rf_run* opened = NULL;
  const char* emitted;
  OK(rf_emit_artifacts(run, folder, NULL, "{\"execution_details\": false}", RF_AUTO_LEN, NULL, &directory,
                       NULL));
  emitted = rf_blob_data(directory);
  OK(rf_sign_artifacts(emitted, signer_of_seed, NULL, NULL));
  OK(rf_signer_public_key(signer_of_seed, key, 32, NULL));
  OK(rf_verify_artifacts(emitted, dataset, key, 1, NULL, &report, NULL));
  rf_blob_free(report);
  OK(rf_reproduce_artifacts(emitted, dataset, signer_of_seed, NULL, &report, NULL));
  rf_blob_free(report);
  OK(rf_diff_artifacts(emitted, emitted, &report, NULL));
  rf_blob_free(report);
  OK(rf_run_open(emitted, &opened, NULL));
  OK(rf_run_digest(run, digests[0], RF_DIGEST_SIZE, NULL));
  OK(rf_run_digest(opened, digests[1], RF_DIGEST_SIZE, NULL));
  CHECK(memcmp(digests[0], digests[1], RF_DIGEST_SIZE) == 0);
  rf_run_free(opened);
  rf_blob_free(directory);
  return 0;
}

static int check_model(const rf_run* run, const rf_dataset* dataset) {
  double whole[2 * kRows], row[2] = {7, 5}, scores[2];
  rf_model *model = NULL, *again = NULL;
  rf_blob *bytes = NULL, *text = NULL;
  OK(rf_run_model(run, &model, NULL));
  CHECK(rf_model_inputs(model) == 2 && rf_model_outputs(model) == 2);
  CHECK(rf_model_output_name(model, 0) != NULL && rf_model_output_name(model, 2) == NULL);
  OK(rf_predict(model, dataset, NULL, whole, 2 * kRows, &text, NULL));
  rf_blob_free(text);
  OK(rf_model_describe(model, &text, NULL));
  rf_blob_free(text);
  OK(rf_model_serialize(model, &bytes, NULL));
  OK(rf_model_save(model, in_folder("model"), NULL));
  rf_model_free(model);
  OK(rf_model_load(path, &model, NULL));
  OK(rf_model_load_buffer(rf_blob_data(bytes), rf_blob_size(bytes), &again, NULL));
  OK(rf_predict_rows(again, row, 1, 2, scores, 2, NULL));
  CHECK(scores[0] == whole[2] && scores[1] == whole[3]);
  rf_blob_free(bytes);
  rf_model_free(model);
  rf_model_free(again);
  return 0;
}

static int check_run(const rf_dataset* dataset) {
  rf_run* run = NULL;
  rf_blob* options = NULL;
  const void* data = NULL;
  size_t size = 0;
  double accuracy = -1;
  int failed;
  OK(rf_train(dataset, "{\"model\": \"random_forest\", \"params\": {\"n_estimators\": 5}}", RF_AUTO_LEN, NULL,
              &run, NULL));
  CHECK(rf_run_artifact_count(run) > 1 && rf_run_artifact_name(run, rf_run_artifact_count(run)) == NULL);
  OK(rf_run_artifact(run, rf_run_artifact_name(run, 0), &data, &size, NULL));
  CHECK(data != NULL && size > 0);
  OK(rf_run_metric(run, "accuracy", &accuracy, NULL));
  CHECK(accuracy >= 0 && accuracy <= 1);
  OK(rf_run_dataset_options(run, &options, NULL));
  rf_blob_free(options);
  failed = check_signers(run) + check_artifacts(run, dataset) + check_model(run, dataset);
  rf_run_free(run);
  return failed;
}

int main(int argc, char** argv) {
  rf_dataset *dataset = NULL, *of_file = NULL;
  rf_blob* text = NULL;
  FILE* file;
  int failed;
  CHECK(argc == 2);
  snprintf(folder, sizeof folder, "%s", argv[1]);
  failed = check_library() + check_errors() + check_columns();
  OK(rf_dataset_load_buffer(kCsv, sizeof kCsv - 1, "{}", RF_AUTO_LEN, NULL, &dataset, NULL));
  file = fopen(in_folder("table.csv"), "wb");
  CHECK(file != NULL && fputs(kCsv, file) >= 0 && fclose(file) == 0);
  OK(rf_dataset_load(path, NULL, 0, NULL, &of_file, NULL));
  CHECK(rf_dataset_rows(of_file) == kRows && rf_dataset_columns(of_file) == 3);
  CHECK(strcmp(rf_dataset_column_name(of_file, 1), "b") == 0);
  rf_dataset_free(of_file);
  OK(rf_dataset_describe(dataset, NULL, 0, &text, NULL));
  rf_blob_free(text);
  failed += check_hooks(dataset) + check_run(dataset);
  rf_signer_free(signer_of_seed);
  rf_dataset_free(dataset);
  return failed != 0;
}
