// SPDX-License-Identifier: MIT
// RF_MUTANT(name, original, faulty): compiles the original expression and nothing else.
//
// One build exists to test the tests (preset `mutants`). In it the faulty expression replaces the original
// when the mutant of that name is switched on. The tests that docs/claims.json names must then fail;
// tests/mutants/mutants.json describes each mutant, and `./dev claims` tries them all. A mutant is in one
// place only, and the line reads as it would without the macro.
#pragma once

#ifdef RUNFORGE_MUTANTS
/// Whether the mutant of this name is switched on; defined in tests/mutants and linked into that build only.
extern "C" int runforge_test_mutant(const char* name);
#define RF_MUTANT(name, original, ...) (runforge_test_mutant(#name) ? (__VA_ARGS__) : (original))
#else
#define RF_MUTANT(name, original, ...) (original)
#endif
