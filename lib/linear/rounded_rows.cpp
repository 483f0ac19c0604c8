// SPDX-License-Identifier: MIT
// Both halves of a product, x.v and the sum of multiples of x, run while a block of rows is in the cache.
// Blocks are shorter than those of core/blocks.hpp, because wide problems have few rows. They also merge in a
// pairwise tree. tests/unit/linear/rounded_rows_test.cpp pins it.
#include "linear/rounded_rows.hpp"

#include <algorithm>

#include "core/blocks.hpp"
#include "core/kernels.hpp"
#include "linear/linear_objective.hpp"

namespace rf::linear {
namespace {

constexpr std::size_t kBlock = 256;
/// The number of rows that are processed together. First the dot products of these rows are computed, then
/// multiples of the rows are added to the sums. The rows together fit into the L1 cache, so the second step
/// finds them there.
constexpr std::size_t kPiece = 4;

}  // namespace

RoundedRows::RoundedRows(const core::SampleView& x, std::size_t every, core::Context& context)
    : x_(x),
      context_(context),
      width_((x.n_features + core::kFloatLanes) / core::kFloatLanes * core::kFloatLanes) {
  for (std::size_t i = 0; i < x.n_samples; ++i)
    if (i / kGroupRows % every == 0) samples_.push_back(static_cast<core::Sample>(i));
}

core::Result<> RoundedRows::copy() {
  RF_ASSIGN(memory_,
            core::Reservation::of(context_.budget, std::uint64_t{n_rows()} * width_ * sizeof(std::uint16_t),
                                  "the rounded rows"));
  rounded_.resize(n_rows() * width_);
  const auto copy_block = [&](std::size_t block, std::uint32_t) -> core::Result<> {
    RF_TRY(context_.monitor.check());
    const std::size_t end = std::min(n_rows(), (block + 1) * kBlock);
    for (std::size_t r = block * kBlock; r < end; ++r)
      context_.kernels.linear.to_rounded(x_.sample(number_of(samples_[r])), x_.n_features, width_,
                                         rounded_.data() + r * width_);
    return {};
  };
  return context_.workers.run((n_rows() + kBlock - 1) / kBlock, copy_block);
}

void RoundedRows::add_block(std::span<const Weighted> rows, const float* factor, float* sums) const {
  const core::LinearKernels& kernels = context_.kernels.linear;
  for (std::size_t first = 0; first < rows.size(); first += kPiece) {
    const std::size_t n = std::min(kPiece, rows.size() - first);
    const std::uint16_t* piece[kPiece];
    float dot[kPiece];
    for (std::size_t i = 0; i < n; ++i) piece[i] = rounded_.data() + rows[first + i].row * width_;
    kernels.rounded_dots(piece, width_, n, factor, dot);
    for (std::size_t i = 0; i < n; ++i) dot[i] *= rows[first + i].h;
    kernels.add_rounded_rows(piece, width_, n, dot, sums);
  }
}

core::Result<> RoundedRows::multiply(std::span<const Weighted> rows, std::span<const double> v,
                                     std::span<double> out) const {
  // Theta has the intercept first, rows of floats have it last.
  std::vector<float> factor(width_, 0.0f);
  for (std::size_t j = 1; j < v.size(); ++j) factor[j - 1] = static_cast<float>(v[j]);
  factor[v.size() - 1] = static_cast<float>(v[0]);
  const std::size_t n_blocks = std::max<std::size_t>(1, (rows.size() + kBlock - 1) / kBlock);
  std::vector<std::vector<float>> sums(n_blocks);
  const auto sum_block = [&](std::size_t block, std::uint32_t) -> core::Result<> {
    RF_TRY(context_.monitor.check());
    sums[block].assign(width_, 0.0f);
    const std::size_t begin = block * kBlock;
    add_block(rows.subspan(begin, std::min(kBlock, rows.size() - begin)), factor.data(), sums[block].data());
    return {};
  };
  RF_TRY(context_.workers.run(n_blocks, sum_block));
  core::merge_pairwise(sums, [](std::vector<float>& into, const std::vector<float>& from) {
    for (std::size_t j = 0; j < into.size(); ++j) into[j] += from[j];
  });
  for (std::size_t j = 1; j < out.size(); ++j) out[j] = static_cast<double>(sums[0][j - 1]);
  out[0] = static_cast<double>(sums[0][out.size() - 1]);
  return {};
}

}  // namespace rf::linear
