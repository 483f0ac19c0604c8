/* SPDX-License-Identifier: MIT
 * For ./dev faults where no program may be traced: loaded before the C library it counts the calls that the
 * program makes of each function for a system call, and lets one of them fail.
 *
 *   RUNFORGE_FAULT_CALL    name of the system call, say openat
 *   RUNFORGE_FAULT_NUMBER  which call of it, from 1
 *   RUNFORGE_FAULT_ERROR   the error number that it fails with, not being made; 0 ends the process by SIGKILL
 *   RUNFORGE_FAULT_LOG     file that gets the name of each call, and "INJECTED" at the one that fails
 *
 * What the C library and the dynamic loader call among themselves is not seen. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long n_calls;
static int log_file = -1;

/* Straight to the kernel, so that what is done here is not counted. */
static void note(const char* text) {
  const int error = errno;
  if (log_file < 0) {
    const char* path = getenv("RUNFORGE_FAULT_LOG");
    if (path == NULL) return;
    log_file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  }
  char line[64];
  const size_t size = strlen(text);
  if (size + 1 < sizeof line) {
    memcpy(line, text, size);
    line[size] = '\n';
    if (syscall(SYS_write, log_file, line, size + 1) < 0) errno = error;
  }
  errno = error;
}

/* Whether this call of `name` is the one that fails; errno is set then. */
static int fails(const char* name) {
  note(name);
  const char* wanted = getenv("RUNFORGE_FAULT_CALL");
  if (wanted == NULL || strcmp(wanted, name) != 0) return 0;
  if (atomic_fetch_add(&n_calls, 1) + 1 != atol(getenv("RUNFORGE_FAULT_NUMBER"))) return 0;
  note("INJECTED");
  const int error = atoi(getenv("RUNFORGE_FAULT_ERROR"));
  if (error == 0) raise(SIGKILL);
  errno = error;
  return 1;
}

/* A function of the C library that fails with FAILURE. */
#define WRAP(type, name, failure, parameters, arguments)        \
  type name parameters {                                        \
    static type(*real) parameters;                              \
    if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, #name); \
    return fails(#name) ? (failure) : real arguments;           \
  }

WRAP(ssize_t, read, -1, (int fd, void* into, size_t size), (fd, into, size))
WRAP(ssize_t, write, -1, (int fd, const void* from, size_t size), (fd, from, size))
WRAP(int, fsync, -1, (int fd), (fd))
WRAP(int, close, -1, (int fd), (fd))
WRAP(int, flock, -1, (int fd, int how), (fd, how))
WRAP(int, fchmod, -1, (int fd, mode_t mode), (fd, mode))
WRAP(int, ftruncate, -1, (int fd, off_t size), (fd, size))
WRAP(off_t, lseek, -1, (int fd, off_t to, int from), (fd, to, from))
WRAP(int, mkdir, -1, (const char* path, mode_t mode), (path, mode))
WRAP(int, mkdirat, -1, (int folder, const char* path, mode_t mode), (folder, path, mode))
WRAP(int, rename, -1, (const char* from, const char* to), (from, to))
WRAP(int, renameat, -1, (int a, const char* from, int b, const char* to), (a, from, b, to))
WRAP(int, renameat2, -1, (int a, const char* from, int b, const char* to, unsigned flags),
     (a, from, b, to, flags))
WRAP(int, unlink, -1, (const char* path), (path))
WRAP(int, unlinkat, -1, (int folder, const char* path, int flags), (folder, path, flags))
WRAP(int, linkat, -1, (int a, const char* from, int b, const char* to, int flags), (a, from, b, to, flags))
WRAP(ssize_t, readlink, -1, (const char* path, char* into, size_t size), (path, into, size))
WRAP(ssize_t, getrandom, -1, (void* into, size_t size, unsigned flags), (into, size, flags))
WRAP(DIR*, fdopendir, NULL, (int fd), (fd))
WRAP(struct dirent*, readdir, NULL, (DIR * entries), (entries))
WRAP(int, mlock, -1, (const void* at, size_t size), (at, size))
WRAP(int, madvise, -1, (void* at, size_t size, int advice), (at, size, advice))
WRAP(void*, mmap, MAP_FAILED, (void* at, size_t size, int may, int flags, int fd, off_t from),
     (at, size, may, flags, fd, from))

struct stat;
WRAP(int, stat, -1, (const char* path, struct stat* facts), (path, facts))
WRAP(int, lstat, -1, (const char* path, struct stat* facts), (path, facts))
WRAP(int, fstat, -1, (int fd, struct stat* facts), (fd, facts))
WRAP(int, fstatat, -1, (int folder, const char* path, struct stat* facts, int flags),
     (folder, path, facts, flags))

#define WRAP_OPEN(name, parameters, arguments)                      \
  int name parameters {                                             \
    static int(*real) parameters;                                   \
    va_list more;                                                   \
    va_start(more, flags);                                          \
    const mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; \
    va_end(more);                                                   \
    if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, #name);     \
    return fails(#name) ? -1 : real arguments;                      \
  }
WRAP_OPEN(open, (const char* path, int flags, ...), (path, flags, mode))
WRAP_OPEN(openat, (int folder, const char* path, int flags, ...), (folder, path, flags, mode))

/* Looked at for renameat2 alone. */
long syscall(long number, ...) {
  static long (*real)(long, ...);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "syscall");
  va_list more;
  va_start(more, number);
  long given[6];
  for (int i = 0; i < 6; ++i) given[i] = va_arg(more, long);
  va_end(more);
  if (number == SYS_renameat2 && fails("renameat2")) return -1;
  return real(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}
