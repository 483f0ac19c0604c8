/* SPDX-License-Identifier: MIT
 * The cases through the C interface, for host.c. */
#ifndef RUNFORGE_TESTS_DETERMINISM_HOST_H
#define RUNFORGE_TESTS_DETERMINISM_HOST_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Trains every case and prints its line. `loading` says how the table goes in: "text" (CSV bytes), "columns"
 * (the builder) or "arrow" (a stream); the line of a table from memory is told with the source facts of the
 * text. After each call into the library, and inside each callback, `check` is asked whether the host's state
 * is as it left it. With `emit_folder` each run is also written there and read back: its bytes must be those
 * in memory. Returns the number of failures, each told on stderr. */
int determinism_run_cases(const char* data_folder, const char* loading, const char* emit_folder,
                          uint32_t threads, int (*check)(void));

#ifdef __cplusplus
}
#endif
#endif
