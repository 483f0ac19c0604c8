// SPDX-License-Identifier: MIT
// Counts the allocations of a whole program, whoever makes them: malloc and its kin are replaced where the C
// library lets a program do so (glibc, no sanitizer).
#ifndef RUNFORGE_TESTS_BENCH_ALLOCATIONS_HPP
#define RUNFORGE_TESTS_BENCH_ALLOCATIONS_HPP

#include <cstdint>

namespace rf::bench {

/// Calls of malloc, calloc, realloc and the aligned ones since the program began; -1 where they are not
/// counted.
std::int64_t allocations_made();

}  // namespace rf::bench

#endif  // RUNFORGE_TESTS_BENCH_ALLOCATIONS_HPP
