// SPDX-License-Identifier: MIT
// A borrowed matrix of samples: n_features x n_samples, each sample contiguous. It has the same bytes as a
// caller's row-major matrix of rows x features.
#pragma once

#include <cstddef>

namespace rf::core {

struct SampleView {
  const double* data = nullptr;
  std::size_t n_features = 0;
  std::size_t n_samples = 0;
  std::size_t stride = 0;  ///< doubles from one sample to the next, at least n_features

  const double* sample(std::size_t i) const { return data + i * stride; }
  SampleView range(std::size_t begin, std::size_t end) const {
    return {data + begin * stride, n_features, end - begin, stride};
  }
};

}  // namespace rf::core
