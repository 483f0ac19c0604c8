// SPDX-License-Identifier: MIT
// A system that runs out of memory or threads on demand. The program that links failing_system.cpp gets its
// own malloc and kin, mmap and pthread_create in front of the C library's: operator new, libsodium and zlib
// come through them.
#pragma once

#include <cstdint>

namespace rf::abi_test {

/// Whether the functions are in place; not with a sanitizer, which has its own, nor where the C library has
/// no names for what they stand in front of.
bool system_can_fail();

enum class Scarce { kMemory, kThreads };

/// While it lives the `n`-th request (from 1) of the process for what is scarce fails, or it and all that
/// follow.
class Failing {
 public:
  enum class Extent { kOne, kAllAfter };
  /// For `n`: at each request the process forks, the child meets the refusal, and the process goes on once it
  /// ended. One run thus meets every n, in a time that grows with the number of requests and not with its
  /// square. Not for calls that change files or start threads. With a `step` only each step-th request is
  /// met.
  static constexpr std::int64_t kEachInAChild = 0;

  Failing(Scarce what, std::int64_t n, Extent extent, std::int64_t step = 1);
  ~Failing();
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;

  std::int64_t requests() const;  ///< made since it began; in a child, up to the one that was refused
  std::int64_t refusals() const;  ///< of these, refused, here or in a child
  bool in_child() const;
  std::int64_t failed_children() const;  ///< that did not exit with 0; after three there are no more
};

/// Requests of the calling thread succeed and are not counted while it lives: what is done in a callback is
/// the host's.
class Spared {
 public:
  Spared();
  ~Spared();
};

/// Blocks and mappings that the process holds.
std::int64_t blocks_held();

}  // namespace rf::abi_test
