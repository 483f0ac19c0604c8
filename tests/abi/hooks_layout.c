/* SPDX-License-Identifier: MIT
 * The layout of rf_hooks on LP64, field by field: a binding in any language may rely on it. Compiling is the
 * test. */
#include <runforge/runforge.h>
#include <stddef.h>

#if defined(__LP64__)
#define RF_AT(field, place) _Static_assert(offsetof(rf_hooks, field) == (place), #field " moved")
_Static_assert(sizeof(rf_hooks) == 56, "rf_hooks changed its size");
RF_AT(struct_size, 0);
RF_AT(log_level, 4);
RF_AT(user, 8);
RF_AT(progress, 16);
RF_AT(log, 24);
RF_AT(cancel, 32);
RF_AT(max_bytes, 40);
RF_AT(threads, 48);
RF_AT(reserved0, 52);
#endif

_Static_assert(sizeof(rf_status) == 4 && sizeof(rf_dtype) == 4 && sizeof(rf_kind) == 4 &&
                   sizeof(rf_statement) == 4 && sizeof(rf_log_level) == 4,
               "fixed widths");
_Static_assert(RF_OK == 0 && RF_E_ARGUMENT == 1 && RF_E_CONFIG == 2 && RF_E_DATA == 3 && RF_E_IO == 4 &&
                   RF_E_NOMEM == 5 && RF_E_CANCELLED == 6 && RF_E_NUMERIC == 7 && RF_E_INTEGRITY == 8 &&
                   RF_E_UNSUPPORTED == 9 && RF_E_LIMIT == 10 && RF_E_EXISTS == 11 && RF_E_MISMATCH == 12 &&
                   RF_E_INTERNAL == 100,
               "status numbers are never reused");

/* An initialiser fills every field. */
rf_hooks rf_hooks_layout_probe = RF_HOOKS_INIT;
