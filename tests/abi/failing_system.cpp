// SPDX-License-Identifier: MIT
// Definitions in a program stand before those of the libraries it loads, so each request below goes through
// `refuses`. The C library's own allocator answers under its other names.
#include "abi/failing_system.hpp"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <limits>

#if defined(__GLIBC__) && !defined(RUNFORGE_TEST_SANITIZED)
#define RF_SYSTEM_CAN_FAIL 1
#else
#define RF_SYSTEM_CAN_FAIL 0
#endif

namespace rf::abi_test {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

struct Requests {
  std::atomic<std::int64_t> made = 0;
  std::atomic<std::int64_t> refused = 0;
  std::atomic<std::int64_t> first_refused = kNever;
  std::atomic<std::int64_t> last_refused = kNever;
  bool forks = false;
  std::int64_t step = 1;
  bool in_child = false;
  std::int64_t failed_children = 0;
};
constinit Requests requests_for_memory;
constinit Requests requests_for_threads;
constinit Requests* armed = nullptr;
constinit std::atomic<std::int64_t> held = 0;
constinit thread_local int spared = 0;

constexpr std::int64_t kMostFailedChildren = 3;

/// In the child that meets request `number`, true; in its parent, once the child has ended, false.
bool is_child_for(Requests& requests, std::int64_t number) {
  requests.refused.fetch_add(1);
  const pid_t child = ::fork();
  if (child == 0) {
    requests.forks = false;
    requests.in_child = true;
    requests.first_refused = number;
    if (requests.last_refused != kNever) requests.last_refused = number;
    return true;
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (child < 0 || status != 0) ++requests.failed_children;
  if (requests.failed_children == kMostFailedChildren) requests.forks = false;
  return false;
}

[[maybe_unused]] bool refuses(Requests& requests) {
  if (armed != &requests || spared > 0) return false;
  const std::int64_t number = requests.made.fetch_add(1) + 1;
  if (requests.forks) return number % requests.step == 0 && is_child_for(requests, number);
  if (number < requests.first_refused || number > requests.last_refused) return false;
  requests.refused.fetch_add(1);
  return true;
}

[[maybe_unused]] void* counted(void* block) {
  if (block != nullptr) held.fetch_add(1, std::memory_order_relaxed);
  return block;
}

}  // namespace

bool system_can_fail() {
  return RF_SYSTEM_CAN_FAIL != 0;
}

Failing::Failing(Scarce what, std::int64_t n, Extent extent, std::int64_t step) {
  for (Requests* requests : {&requests_for_memory, &requests_for_threads}) {
    requests->made = 0;
    requests->refused = 0;
    requests->first_refused = kNever;
    requests->last_refused = kNever;
    requests->forks = n == kEachInAChild;
    requests->failed_children = 0;
  }
  Requests* const wanted = what == Scarce::kMemory ? &requests_for_memory : &requests_for_threads;
  wanted->first_refused = n == kEachInAChild ? kNever : n;
  wanted->step = step;
  wanted->last_refused = extent == Extent::kOne ? n : kNever;
  armed = wanted;
}
Failing::~Failing() {
  armed = nullptr;
}
std::int64_t Failing::requests() const {
  return armed->made;
}
std::int64_t Failing::refusals() const {
  return armed->refused;
}
bool Failing::in_child() const {
  return armed->in_child;
}
std::int64_t Failing::failed_children() const {
  return armed->failed_children;
}

Spared::Spared() {
  ++spared;
}
Spared::~Spared() {
  --spared;
}

std::int64_t blocks_held() {
  return held;
}

}  // namespace rf::abi_test

#if RF_SYSTEM_CAN_FAIL
using namespace rf::abi_test;

// To be found from the libraries, whatever the compiler is told to hide.
#pragma GCC visibility push(default)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

static void* none() {
  errno = ENOMEM;
  return nullptr;
}

void* malloc(std::size_t size) {
  return refuses(requests_for_memory) ? none() : counted(__libc_malloc(size));
}
void* calloc(std::size_t count, std::size_t size) {
  return refuses(requests_for_memory) ? none() : counted(__libc_calloc(count, size));
}
void* realloc(void* block, std::size_t size) {
  if (refuses(requests_for_memory)) return none();
  void* const moved = __libc_realloc(block, size);
  if (block == nullptr) counted(moved);
  if (block != nullptr && moved == nullptr && size == 0) held.fetch_sub(1, std::memory_order_relaxed);
  return moved;
}
void* memalign(std::size_t alignment, std::size_t size) {
  return refuses(requests_for_memory) ? none() : counted(__libc_memalign(alignment, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  *block = memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}
void free(void* block) {
  if (block != nullptr) held.fetch_sub(1, std::memory_order_relaxed);
  __libc_free(block);
}

void* mmap(void* place, std::size_t size, int protection, int flags, int file, off_t offset) {
  if (refuses(requests_for_memory)) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  // NOLINTNEXTLINE: what the call gives is the address
  void* const mapped =
      reinterpret_cast<void*>(::syscall(SYS_mmap, place, size, protection, flags, file, offset));
  if (mapped != MAP_FAILED) counted(mapped);
  return mapped;
}
int munmap(void* place, std::size_t size) {
  held.fetch_sub(1, std::memory_order_relaxed);
  return static_cast<int>(::syscall(SYS_munmap, place, size));
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument) {
  if (refuses(requests_for_threads)) return EAGAIN;
  using Create = int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static Create* const create = reinterpret_cast<Create*>(::dlsym(RTLD_NEXT, "pthread_create"));
  return create(thread, attributes, run, argument);
}

// A disk that is slow to be sure is not what is tried here, and thousands of runs are written.
int fsync(int) {
  return 0;
}
int fdatasync(int) {
  return 0;
}
}
#pragma GCC visibility pop
#endif
