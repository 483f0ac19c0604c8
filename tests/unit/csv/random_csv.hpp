// SPDX-License-Identifier: MIT
// Small CSV texts made up from a seed: well-formed ones with every liberty the format has, and some with a
// fault.
#pragma once

#include <cstdint>
#include <string>

#include "table/dataset.hpp"

namespace rf::csv::test {

struct RandomCsv {
  std::string text;
  table::ReadingOptions options;
};

RandomCsv make_random_csv(std::uint64_t seed);

}  // namespace rf::csv::test
