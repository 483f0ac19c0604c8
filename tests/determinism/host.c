/* SPDX-License-Identifier: MIT
 * A host with a state of its own: compiled twice, once plainly and once with -ffast-math, whose start file
 * sets flush-to-zero; asked for, it rounds upward and lives in another locale. All of it must be as the host
 * left it in every callback and after every call, and the lines printed must be the golden ones.
 *
 * usage: determinism_host DATA_FOLDER [--threads N] [--upward] [--locale NAME] [--emit FOLDER]
 * [--expect-flush] [--columns | --arrow]
 *   --columns       the tables go in through the builder, with --arrow as Arrow streams; CSV bytes otherwise
 *   --expect-flush  fails at once unless flush-to-zero is set, so that the test tests something
 * Exit status: 0, 1 for failures, 2 where the state asked for cannot be had. */
#include <fenv.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "host.h"

static const char* wanted_locale = NULL;
static int wanted_rounding = FE_TONEAREST;
static unsigned wanted_control = 0;

/* Rounding, flush-to-zero, denormals-are-zero: the control bits without the sticky exception flags. */
static unsigned control_bits(void) {
#if defined(__SSE2__)
  return _mm_getcsr() & ~0x3fu;
#else
  return 0;
#endif
}

static int flushes_to_zero(void) {
#if defined(__SSE2__)
  return (_mm_getcsr() & 0x8000u) != 0;
#else
  return 0;
#endif
}

static int state_is_ours(void) {
  if (fegetround() != wanted_rounding || control_bits() != wanted_control) return 0;
  return wanted_locale == NULL || strcmp(setlocale(LC_ALL, NULL), wanted_locale) == 0;
}

static int refuse(const char* what) {
  fprintf(stderr, "determinism_host: %s\n", what);
  return 2;
}

int main(int argc, char** argv) {
  const char *data = NULL, *emit = NULL, *loading = "text";
  uint32_t threads = 1;
  int i;
  for (i = 1; i < argc; ++i) {
    const int has_value = i + 1 < argc;
    if (strcmp(argv[i], "--threads") == 0 && has_value)
      threads = (uint32_t)atoi(argv[++i]);
    else if (strcmp(argv[i], "--locale") == 0 && has_value)
      wanted_locale = argv[++i];
    else if (strcmp(argv[i], "--emit") == 0 && has_value)
      emit = argv[++i];
    else if (strcmp(argv[i], "--columns") == 0 || strcmp(argv[i], "--arrow") == 0)
      loading = argv[i] + 2;
    else if (strcmp(argv[i], "--upward") == 0)
      wanted_rounding = FE_UPWARD;
    else if (strcmp(argv[i], "--expect-flush") == 0) {
      if (!flushes_to_zero()) return refuse("flush-to-zero is not set at the start");
    } else
      data = argv[i];
  }
  if (data == NULL) return refuse("expected the folder of the data");
  if (wanted_locale != NULL && setlocale(LC_ALL, wanted_locale) == NULL) return refuse("no such locale");
  if (wanted_locale != NULL && strcmp(localeconv()->decimal_point, ",") != 0)
    return refuse("the locale has no decimal comma");
  if (fesetround(wanted_rounding) != 0) return refuse("no such rounding mode");
  wanted_control = control_bits();
  return determinism_run_cases(data, loading, emit, threads, state_is_ours) == 0 ? 0 : 1;
}
