// SPDX-License-Identifier: MIT
// Small CSV texts made up from a seed: well-formed ones with every liberty the format has, and some with a
// fault.
#pragma once

#include <cstdint>
#include <string>

#include "data/dataset.hpp"

namespace rf::data::test {

struct RandomCsv {
  std::string text;
  ReadingOptions options;
};

RandomCsv make_random_csv(std::uint64_t seed);

}  // namespace rf::data::test
