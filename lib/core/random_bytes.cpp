// SPDX-License-Identifier: MIT
#include "core/random_bytes.hpp"

#include <sys/random.h>

#include <cerrno>

#include "core/descriptor.hpp"

namespace rf::core {

Result<> fill_with_random_bytes(std::span<std::uint8_t> bytes) {
  ssize_t n_bytes;
  do {
    n_bytes = ::getrandom(bytes.data(), bytes.size(), 0);
  } while (n_bytes < 0 && errno == EINTR);
  // So few bytes come whole or not at all.
  if (n_bytes >= 0) return {};
  const int error = errno;
  Error failure{Code::kReadFailed, "the system gives no random bytes: " + system_reason(error), {}};
  errno = error;
  return failure;
}

}  // namespace rf::core
