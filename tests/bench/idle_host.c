/* SPDX-License-Identifier: MIT
 * A program in C that loads a library and calls one function of it: what an idle host pays.   Run by
 * tests/bench/sizes.py.
 *
 *   idle_host LIBRARY [FUNCTION]
 *
 * Prints the microseconds of processor time of dlopen and of the first call, and the KiB of memory that came
 * with them: written to, so that no other process shares it, and resident in all. FUNCTION takes two numbers
 * and gives one (rf_abi_check); without it nothing is called. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Of the whole process, in KiB: what is resident, and what of it no other process can share. */
static void memory(long* rss, long* own) {
  char line[256];
  FILE* file = fopen("/proc/self/smaps_rollup", "r");
  *rss = *own = 0;
  while (file && fgets(line, sizeof line, file)) {
    sscanf(line, "Rss: %ld", rss);
    sscanf(line, "Private_Dirty: %ld", own);
  }
  if (file) fclose(file);
}

int main(int argc, char** argv) {
  long rss, own, rss_after, own_after;
  double start, loaded, called;
  void* library;

  if (argc < 2) return fprintf(stderr, "usage: %s LIBRARY [FUNCTION]\n", argv[0]), 2;
  memory(&rss, &own);
  memory(&rss, &own); /* the first one took memory itself */
  start = now();
  library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  loaded = now();
  if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
  if (argc > 2) {
    int32_t (*function)(uint32_t, uint32_t);
    *(void**)&function = dlsym(library, argv[2]);
    if (!function) return fprintf(stderr, "%s\n", dlerror()), 1;
    function(0, 1000);
  }
  called = now();
  memory(&rss_after, &own_after);
  printf("%.1f %.1f %ld %ld\n", loaded - start, called - loaded, own_after - own, rss_after - rss);
  return 0;
}
