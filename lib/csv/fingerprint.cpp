// SPDX-License-Identifier: MIT
#include "csv/fingerprint.hpp"

#include "crypto/sha256.hpp"
#include "csv/byte_progress.hpp"

namespace rf::csv {

core::Result<std::string> fingerprint(std::string_view bytes, core::Context& context) {
  crypto::Sha256 hash;
  ByteProgress progress(context.monitor, "fingerprint", 0, 1, bytes.size());
  for (std::size_t begin = 0; begin < bytes.size(); begin += kStepBytes) {
    const std::string_view step = bytes.substr(begin, kStepBytes);
    hash.update(step);
    RF_TRY(progress.at(begin + step.size()));
  }
  RF_TRY(progress.finish());
  return crypto::hex(hash.finish());
}

}  // namespace rf::csv
