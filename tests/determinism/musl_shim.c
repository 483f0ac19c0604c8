/* SPDX-License-Identifier: MIT
 * What GCC's libstdc++ and Debian's libsodium, both built for glibc, ask of the C library and musl does not
 * have. Used by the determinism matrix alone; see musl-g++. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Not known to be alone: reference counts stay atomic. */
char __libc_single_threaded = 0;

/* Where the unwind table of a statically linked program stands. */
static int find_table(struct dl_phdr_info* program, size_t size, void* found) {
  (void)size;
  for (int i = 0; i < program->dlpi_phnum; ++i)
    if (program->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME)
      *(void**)found = (void*)(program->dlpi_addr + program->dlpi_phdr[i].p_vaddr);
  return 1;
}

int _dl_find_object(void* address, struct dl_find_object* result) {
  (void)address;
  memset(result, 0, sizeof *result);
  result->dlfo_map_end = (void*)UINTPTR_MAX;
  dl_iterate_phdr(find_table, &result->dlfo_eh_frame);
  return result->dlfo_eh_frame != NULL ? 0 : -1;
}

uint32_t arc4random(void) {
  uint32_t value;
  if (getrandom(&value, sizeof value, 0) != sizeof value) abort();
  return value;
}

void __explicit_bzero_chk(void* destination, size_t size, size_t capacity) {
  (void)capacity;
  explicit_bzero(destination, size);
}

const char* strerrordesc_np(int number) {
  return strerror(number);
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}
