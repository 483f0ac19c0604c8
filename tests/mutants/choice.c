// SPDX-License-Identifier: MIT
// Which mutant is switched on: the one that the environment variable RUNFORGE_MUTANT names. The library
// itself reads no environment, so this is linked in only where RUNFORGE_MUTANTS is on. Tried by `./dev
// claims`.
#include <stdlib.h>
#include <string.h>

int runforge_test_mutant(const char* name);

int runforge_test_mutant(const char* name) {
  const char* chosen = getenv("RUNFORGE_MUTANT");
  return chosen != NULL && strcmp(chosen, name) == 0;
}
