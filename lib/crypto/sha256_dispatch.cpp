// SPDX-License-Identifier: MIT
// Whether the processor has SHA instructions. All implementations give the same digest, so the choice affects
// only speed.
#include "crypto/sha256_blocks.hpp"

#if defined(__x86_64__) && defined(__clang__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>  // lint: allow system_call: reads a word that the loader has left in memory
#endif

namespace rf::crypto {

#if defined(__x86_64__)
namespace {

bool has_x86_sha() {
#if defined(__clang__)
  // clang 14's __builtin_cpu_supports does not know "sha". CPUID takes 50 microseconds in a virtual machine,
  // so it runs only once.
  static const bool answer = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & (1U << 29)) != 0;
  }();
  return answer && __builtin_cpu_supports("sse4.1");
#else
  return __builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1");
#endif
}

}  // namespace

CompressBlocks best_compress() {
  return has_x86_sha() ? compress_with_x86_sha : nullptr;
}

#elif defined(__aarch64__) && defined(__linux__)
CompressBlocks best_compress() {
  return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0 ? compress_with_arm_sha2 : nullptr;
}

#else
CompressBlocks best_compress() {
  return nullptr;
}
#endif

}  // namespace rf::crypto
