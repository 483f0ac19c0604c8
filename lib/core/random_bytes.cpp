// SPDX-License-Identifier: MIT
#include "core/random_bytes.hpp"

#include <sys/random.h>

#include <cerrno>

#include "core/descriptor.hpp"

namespace rf::core {

Result<> fill_with_random_bytes(std::span<std::uint8_t> bytes) {
  int error = 0;
  while (!bytes.empty() && error == 0) {
    const ssize_t n_bytes = retried([&] { return ::getrandom(bytes.data(), bytes.size(), 0); });
    if (n_bytes > 0) bytes = bytes.subspan(static_cast<std::size_t>(n_bytes));
    if (n_bytes <= 0) error = n_bytes < 0 ? errno : EIO;
  }
  if (error == 0) return {};
  Error failure{Code::kReadFailed, "the system gives no random bytes: " + system_reason(error), {}};
  errno = error;
  return failure;
}

}  // namespace rf::core
