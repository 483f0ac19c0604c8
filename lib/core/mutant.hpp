// SPDX-License-Identifier: MIT
// RF_MUTANT(name, original, faulty): the original expression, and nothing else of it is compiled.
//
// In the one build that is made to test the tests (preset `mutants`) the faulty expression takes its place
// when the mutant of that name is switched on. The tests that docs/claims.json names must notice;
// tests/mutants/mutants.json says what each mutant does, `./dev claims` tries them all. A mutant sits in one
// place, and the line reads as without it.
#pragma once

#ifdef RUNFORGE_MUTANTS
/// Whether the mutant of this name is switched on; in tests/mutants, linked into that build alone.
extern "C" int runforge_test_mutant(const char* name);
#define RF_MUTANT(name, original, ...) (runforge_test_mutant(#name) ? (__VA_ARGS__) : (original))
#else
#define RF_MUTANT(name, original, ...) (original)
#endif
