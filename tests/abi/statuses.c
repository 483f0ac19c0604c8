/* SPDX-License-Identifier: MIT
 *
 * One failure of each status, through the C interface alone. The list of statuses is that of abi.json: a
 * status that is added there fails here until it has a case.
 *
 * usage: statuses ABI_JSON FOLDER */
#include <runforge/runforge.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char* folder;
static char csv[1024];
static rf_error* error;

static const char* in_folder(const char* name) {
  static char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static rf_dataset* load(const char* text) {
  rf_dataset* dataset = NULL;
  if (rf_dataset_load_buffer(text, strlen(text), NULL, 0, NULL, &dataset, NULL) != RF_OK) abort();
  return dataset;
}

static rf_status train(const rf_hooks* hooks, const char* config, rf_run** run) {
  rf_dataset* const dataset = load(csv);
  const rf_status status = rf_train(dataset, config, RF_AUTO_LEN, hooks, run, &error);
  rf_dataset_free(dataset);
  return status;
}

static rf_status argument(void) {
  return rf_dataset_digest(NULL, NULL, 0, &error);
}

static rf_status config(void) {
  rf_run* run = NULL;
  return train(NULL, "{\"seed\": -1}", &run);
}

static rf_status data(void) {
  rf_dataset* dataset = NULL;
  return rf_dataset_load_buffer("a,b\n1\n", 6, NULL, 0, NULL, &dataset, &error);
}

static rf_status io(void) {
  rf_model* model = NULL;
  return rf_model_load(in_folder("absent"), &model, &error);
}

/* A column of half a gibibyte, of which a process that may grow by a quarter cannot make a copy. */
static rf_status no_memory_in_child(void) {
  const size_t size = (size_t)512 << 20;
  const void* const zeros = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  rf_builder* builder = NULL;
  unsigned long pages = 0;
  struct rlimit limit;
  FILE* const sizes = fopen("/proc/self/statm", "r");
  if (zeros == MAP_FAILED || sizes == NULL || fscanf(sizes, "%lu", &pages) != 1) return RF_OK;
  fclose(sizes);
  if (rf_builder_new(&builder, NULL) != RF_OK) return RF_OK;
  limit.rlim_cur = limit.rlim_max = pages * (size_t)sysconf(_SC_PAGESIZE) + size / 2;
  if (setrlimit(RLIMIT_AS, &limit) != 0) return RF_OK;
  return rf_builder_add(builder, "x", RF_F64, zeros, size / 8, 0, NULL, &error);
}

static rf_status no_memory(void) {
  int ended = 0;
  const pid_t child = fork();
  if (child == 0) {
    const rf_status status = no_memory_in_child();
    _exit(rf_error_status(error) == status ? (int)status : 255);
  }
  if (child < 0 || waitpid(child, &ended, 0) != child || !WIFEXITED(ended)) return -1;
  return WEXITSTATUS(ended);
}

static int32_t stop(void* user, const char* stage, uint64_t done, uint64_t total) {
  return user != NULL || stage == NULL || done > total || 1;
}

static rf_status cancelled(void) {
  rf_hooks hooks = RF_HOOKS_INIT;
  rf_run* run = NULL;
  hooks.progress = stop;
  return train(&hooks, "{}", &run);
}

/* Weights whose sum a double does not hold. */
static rf_status numeric(void) {
  static const char kConfig[] = "{\"roles\": {\"w\": \"weight\"}}";
  char text[1024] = "x,w,label\n";
  rf_dataset* dataset;
  rf_run* run = NULL;
  rf_status status;
  for (int i = 0; i < 24; ++i) {
    const size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "%d,1.7e308,%d\n", i, i % 2);
  }
  dataset = load(text);
  status = rf_train(dataset, kConfig, RF_AUTO_LEN, NULL, &run, &error);
  rf_dataset_free(dataset);
  return status;
}

static rf_status integrity(void) {
  rf_run* run = NULL;
  rf_blob *directory = NULL, *report = NULL;
  char path[1024];
  FILE* file;
  rf_status status;
  if (train(NULL, "{}", &run) != RF_OK) return RF_OK;
  if (rf_emit_artifacts(run, folder, NULL, NULL, 0, NULL, &directory, NULL) != RF_OK) return RF_OK;
  snprintf(path, sizeof path, "%s/metrics.v1.json", (const char*)rf_blob_data(directory));
  file = fopen(path, "a");
  if (file == NULL || fputs(" ", file) < 0 || fclose(file) != 0) return RF_OK;
  status = rf_verify_artifacts(rf_blob_data(directory), NULL, NULL, 0, NULL, &report, &error);
  rf_blob_free(report);
  rf_blob_free(directory);
  rf_run_free(run);
  return status;
}

static rf_status unsupported(void) {
  struct {
    rf_hooks hooks;
    uint64_t newer;
  } longer = {RF_HOOKS_INIT, 1};
  rf_run* run = NULL;
  longer.hooks.struct_size = sizeof longer;
  return train(&longer.hooks, "{}", &run);
}

static rf_status limit(void) {
  rf_hooks hooks = RF_HOOKS_INIT;
  rf_run* run = NULL;
  hooks.max_bytes = 1;
  return train(&hooks, "{}", &run);
}

static rf_status exists(void) {
  rf_signer* signer = NULL;
  rf_status status;
  if (rf_signer_generate(NULL, 0, &signer, NULL) != RF_OK) return RF_OK;
  if (rf_signer_save(signer, in_folder("key"), NULL) != RF_OK) return RF_OK;
  status = rf_signer_save(signer, in_folder("key"), &error);
  rf_signer_free(signer);
  return status;
}

static rf_status mismatch(void) {
  rf_dataset* const other = load("p,q\n1,2\n3,4\n");
  rf_run* run = NULL;
  rf_model* model = NULL;
  double scores[4];
  rf_status status;
  if (train(NULL, "{}", &run) != RF_OK || rf_run_model(run, &model, NULL) != RF_OK) return RF_OK;
  status = rf_predict(model, other, NULL, scores, 4, NULL, &error);
  rf_model_free(model);
  rf_run_free(run);
  rf_dataset_free(other);
  return status;
}

static const struct {
  const char* name;
  rf_status status;
  rf_status (*provoke)(void); /* NULL: cannot be, for the reason */
  const char* reason;
} kCases[] = {
    {"RF_OK", RF_OK, NULL, "no failure"},
    {"RF_E_ARGUMENT", RF_E_ARGUMENT, argument, NULL},
    {"RF_E_CONFIG", RF_E_CONFIG, config, NULL},
    {"RF_E_DATA", RF_E_DATA, data, NULL},
    {"RF_E_IO", RF_E_IO, io, NULL},
#if defined(RUNFORGE_TEST_SANITIZED)
    {"RF_E_NOMEM", RF_E_NOMEM, NULL, "a sanitizer needs more address space than the limit leaves"},
#else
    {"RF_E_NOMEM", RF_E_NOMEM, no_memory, NULL},
#endif
    {"RF_E_CANCELLED", RF_E_CANCELLED, cancelled, NULL},
    {"RF_E_NUMERIC", RF_E_NUMERIC, numeric, NULL},
    {"RF_E_INTEGRITY", RF_E_INTEGRITY, integrity, NULL},
    {"RF_E_UNSUPPORTED", RF_E_UNSUPPORTED, unsupported, NULL},
    {"RF_E_LIMIT", RF_E_LIMIT, limit, NULL},
    {"RF_E_EXISTS", RF_E_EXISTS, exists, NULL},
    {"RF_E_MISMATCH", RF_E_MISMATCH, mismatch, NULL},
    {"RF_E_INTERNAL", RF_E_INTERNAL, NULL, "a bug of the library, of which none is known"},
};

/* Whether the failure is as the header says: status, error object and names agree. */
static int check_case(size_t i) {
  rf_status status;
  int holds;
  if (strcmp(rf_status_name(kCases[i].status), kCases[i].name) != 0) {
    fprintf(stderr, "%s is called %s\n", kCases[i].name, rf_status_name(kCases[i].status));
    return 1;
  }
  if (kCases[i].provoke == NULL) {
    printf("%s: not provoked: %s\n", kCases[i].name, kCases[i].reason);
    return 0;
  }
  error = NULL;
  status = kCases[i].provoke();
  /* A child's error went with it. */
  holds = status == kCases[i].status &&
          (kCases[i].provoke == no_memory ||
           (rf_error_status(error) == status && rf_error_code(error)[0] != '\0' &&
            rf_error_message(error)[0] != '\0' && rf_error_details(error)[0] == '{'));
  fprintf(holds ? stdout : stderr, "%s: %s, %s: %s\n", kCases[i].name, rf_status_name(status),
          rf_error_code(error), rf_error_message(error));
  rf_error_free(error);
  return holds ? 0 : 1;
}

/* The statuses of abi.json that have no case. */
static int check_list(const char* abi_json) {
  const size_t n_cases = sizeof kCases / sizeof kCases[0];
  char line[512];
  size_t n_listed = 0;
  int failed = 0;
  FILE* const file = fopen(abi_json, "r");
  if (file == NULL) return 1;
  while (fgets(line, sizeof line, file) != NULL) {
    char name[64];
    int value, end = 0;
    size_t i = 0;
    if (sscanf(line, " \"%63[A-Z_0-9]\": {\"value\": %d, \"type\": \"rf_status\"}%n", name, &value, &end) !=
            2 ||
        end == 0)
      continue;
    ++n_listed;
    while (i < n_cases && (strcmp(kCases[i].name, name) != 0 || kCases[i].status != value)) ++i;
    if (i < n_cases) continue;
    fprintf(stderr, "%s (%d) has no case here that provokes it\n", name, value);
    failed = 1;
  }
  fclose(file);
  if (n_listed != n_cases) fprintf(stderr, "%zu statuses in abi.json, %zu cases here\n", n_listed, n_cases);
  return failed || n_listed != n_cases;
}

int main(int argc, char** argv) {
  int failed;
  if (argc != 3) return 2;
  folder = argv[2];
  strcpy(csv, "a,b,label\n");
  for (int i = 0; i < 24; ++i) {
    const size_t used = strlen(csv);
    snprintf(csv + used, sizeof csv - used, "%d,%d,%d\n", i * 7 % 11, i * 5 % 13, i * 7 % 11 > 5);
  }
  failed = check_list(argv[1]);
  for (size_t i = 0; i < sizeof kCases / sizeof kCases[0]; ++i) failed |= check_case(i);
  return failed;
}
