// SPDX-License-Identifier: MIT
// Preparing sorts each feature's distinct thresholds and finds each node's rank among them. The code of a
// value x is the number of thresholds below it, so x <= threshold number r exactly if its code is <= r. A
// missing number and an unknown level have a code of their own. 16 samples at a time go down a tree. The
// codes of such a group are stored feature by feature, 16 next to each other.
// tests/unit/model/predictor_test.cpp compares it with the forest itself.
#include "model/binned_forest.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "core/kernels.hpp"
#include "core/radix_sort.hpp"

namespace rf::model {
namespace {

constexpr std::uint16_t kUnknown = UINT16_MAX;
constexpr std::size_t kMaxCodes = UINT16_MAX - 1;
constexpr std::size_t kAbreast = core::CutSearch::kAbreast;
static_assert(kAbreast == core::kGroupSamples);
constexpr std::size_t kMaxFeatures = UINT16_MAX / kAbreast;
/// Samples that go down one tree before the next samples do; a multiple of kAbreast.
constexpr std::size_t kChunkSamples = 8 * kAbreast;
/// Steps between two checks of which samples have reached a leaf.
constexpr std::uint32_t kStepsPerLook = 4;
/// Trees of this depth or less are walked to the end without a check, deeper trees half of it.
constexpr std::uint32_t kShallow = 20;
/// Samples that are encoded together: their numbers stay in the second-level cache while the features are
/// encoded one by one.
constexpr std::size_t kTileSamples = 256;
constexpr std::size_t kSmallForestBytes = std::size_t{256} << 10;

constexpr std::uint8_t kDefaultLeft = 1;
constexpr std::uint8_t kByLevel = 2;

}  // namespace

// Preparing 100 nodes takes about as long as it saves on one sample: 58 ns a node, 6 microseconds a sample
// (1,500,000 nodes in 100 trees).
bool BinnedForest::pays(const Forest& forest, std::uint64_t n_samples) {
  return n_samples >= forest.feature.size() / 100;
}

BinnedForest::BinnedForest(const Forest& forest)
    : forest_(&forest),
      codings_(forest.n_features),
      nodes_(forest.feature.size()),
      leaves_(forest.feature.size()),
      depths_(forest.n_trees()),
      has_categories_(!forest.level_words.empty()),
      flags_(forest.feature.size()),
      level_set_(has_categories_ ? forest.feature.size() : 0) {}

std::size_t BinnedForest::block_samples() const {
  const bool is_small = !tests_.empty() || nodes_.size() * sizeof(Node) <= kSmallForestBytes;
  return is_small ? 2 * kTileSamples : 128 * kTileSamples;
}

core::Result<std::optional<BinnedForest>> BinnedForest::prepare(const Forest& forest,
                                                                core::Context& context) {
  if (forest.n_features > kMaxFeatures || forest.leaf_values.size() > UINT32_MAX)
    return std::optional<BinnedForest>();
  std::optional<BinnedForest> prepared = BinnedForest(forest);
  RF_ASSIGN(const bool fits, prepared->find_codings(context));
  if (!fits) return std::optional<BinnedForest>();
  const auto place = [&](std::size_t tree, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    prepared->place_nodes(tree);
    return {};
  };
  RF_TRY(context.workers.run(forest.n_trees(), place));
  if (prepared->has_few_leaves()) prepared->make_tests();
  std::vector<std::uint16_t>().swap(prepared->ranks_);
  return prepared;
}

/// Returns false if the codes of some feature do not fit.
core::Result<bool> BinnedForest::find_codings(core::Context& context) {
  const std::size_t n_nodes = forest_->feature.size();
  const auto by_level = [&](std::size_t node) { return has_categories_ && forest_->level_set[node] >= 0; };
  for (std::size_t node = 0; node < n_nodes; ++node) {
    if (forest_->feature[node] == kLeaf) continue;
    Coding& coding = codings_[static_cast<std::size_t>(forest_->feature[node])];
    if (by_level(node)) {
      const auto n_levels = static_cast<std::uint32_t>(forest_->level_set_words[node]) * 32 + 1;
      coding.n_levels = std::max(coding.n_levels, n_levels);
    } else {
      coding.thresholds.push_back(forest_->threshold[node]);
    }
  }
  std::vector<std::vector<std::uint64_t>> scratch(context.workers.n_threads());
  const auto rank = [&](std::size_t feature, std::uint32_t slot) -> core::Result<> {
    RF_TRY(context.monitor.check());
    rank_thresholds(feature, scratch[slot]);
    return {};
  };
  RF_TRY(context.workers.run(codings_.size(), rank));
  for (const Coding& coding : codings_)
    if (coding.n_cuts > kMaxCodes || coding.n_levels > kMaxCodes) return false;

  std::vector<std::size_t> n_taken(codings_.size());
  ranks_.resize(n_nodes);
  for (std::size_t node = 0; node < n_nodes; ++node) {
    if (forest_->feature[node] == kLeaf || by_level(node)) continue;
    const std::size_t feature = static_cast<std::size_t>(forest_->feature[node]);
    ranks_[node] = codings_[feature].ranks[n_taken[feature]++];
  }
  for (Coding& coding : codings_) {
    std::vector<double>().swap(coding.thresholds);
    std::vector<std::uint16_t>().swap(coding.ranks);
  }
  return true;
}

void BinnedForest::rank_thresholds(std::size_t feature, std::vector<std::uint64_t>& scratch) {
  Coding& coding = codings_[feature];
  std::vector<double> cuts = coding.thresholds;
  core::sort_numbers(cuts, scratch);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  coding.n_cuts = static_cast<std::uint32_t>(std::min<std::size_t>(cuts.size(), UINT32_MAX));
  if (coding.n_cuts > kMaxCodes) return;
  coding.cuts = core::CutSearch(cuts);
  const std::vector<double>& thresholds = coding.thresholds;
  coding.ranks.resize(thresholds.size());
  std::array<double, kAbreast> values{};
  for (std::size_t begin = 0; begin < thresholds.size(); begin += kAbreast) {
    const std::size_t n = std::min(kAbreast, thresholds.size() - begin);
    std::copy_n(thresholds.begin() + static_cast<std::ptrdiff_t>(begin), n, values.begin());
    const std::array<std::uint32_t, kAbreast> below = coding.cuts.count_below(values);
    std::copy_n(below.begin(), n, coding.ranks.begin() + static_cast<std::ptrdiff_t>(begin));
  }
}

namespace {

/// Remembers leaves with the same values, so that a tree of pure leaves reads only two places in memory.
class SameLeaves {
 public:
  explicit SameLeaves(const Forest& forest) : forest_(forest) { recent_.fill(kNone); }

  /// Returns where the values of an equal leaf begin.
  std::uint32_t find(std::size_t leaf) {
    const std::size_t width = forest_.n_outputs;
    const double* const values = forest_.leaf_values.data() + leaf * width;
    std::uint64_t hash = 0;
    for (std::size_t k = 0; k < width; ++k)
      hash = (hash ^ std::bit_cast<std::uint64_t>(values[k])) * 0x9E3779B97F4A7C15;
    std::uint32_t& recent = recent_[hash >> (64 - kPlaceBits)];
    const auto same_bits = [](double a, double b) {
      return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
    };
    if (recent == kNone ||
        !std::equal(values, values + width, forest_.leaf_values.data() + recent, same_bits))
      recent = static_cast<std::uint32_t>(leaf * width);
    return recent;
  }

 private:
  static constexpr unsigned kPlaceBits = 8;
  static constexpr std::uint32_t kNone = UINT32_MAX;
  const Forest& forest_;
  std::array<std::uint32_t, std::size_t{1} << kPlaceBits> recent_;
};

}  // namespace

/// Places children in pairs, so that a step is one addition, and depth first, so that a walk stays in few
/// cache lines.
void BinnedForest::place_nodes(std::size_t tree) {
  struct Pending {
    std::int32_t from;
    std::uint32_t to;
    std::uint32_t depth;
  };
  const std::size_t first = static_cast<std::size_t>(forest_->tree_offsets[tree]);
  std::vector<Pending> stack = {{0, 0, 0}};
  SameLeaves same_leaves(*forest_);
  std::uint32_t n_placed = 1;
  std::uint32_t depth = 0;
  while (!stack.empty()) {
    const Pending node = stack.back();
    stack.pop_back();
    const std::size_t from = first + static_cast<std::size_t>(node.from);
    const std::size_t to = first + node.to;
    depth = std::max(depth, node.depth);
    const std::int32_t feature = forest_->feature[from];
    if (feature == kLeaf) {
      nodes_[to] = {0, kUnknown, node.to};
      leaves_[to] = same_leaves.find(static_cast<std::size_t>(forest_->leaf[from]));
      flags_[to] = kDefaultLeft;
      continue;
    }
    nodes_[to] = {static_cast<std::uint16_t>(static_cast<std::size_t>(feature) * kAbreast), ranks_[from],
                  n_placed};
    flags_[to] = forest_->default_left[from] != 0 ? kDefaultLeft : 0;
    if (has_categories_ && forest_->level_set[from] >= 0) {
      flags_[to] |= kByLevel;
      level_set_[to] = static_cast<std::int32_t>(from);
    }
    stack.push_back({forest_->right[from], n_placed + 1, node.depth + 1});
    stack.push_back({forest_->left[from], n_placed, node.depth + 1});
    n_placed += 2;
  }
  depths_[tree] = depth;
}

/// Whether every tree has few leaves and no node tests a category.
bool BinnedForest::has_few_leaves() const {
  bool few = !has_categories_;
  for (std::size_t t = 0; t < forest_->n_trees(); ++t) few = few && n_nodes(t) < 2 * core::kMostLeavesOfWord;
  return few;
}

/// The nodes were placed depth first, the left child before the right. The leaves are counted in the same
/// order.
void BinnedForest::make_tests() {
  struct Pending {
    std::uint32_t node;
    std::size_t test;  ///< test of the node whose left subtree ends where this one begins; or kNone
  };
  constexpr std::size_t kNone = SIZE_MAX;
  for (std::size_t t = 0; t < forest_->n_trees(); ++t) {
    const Tree tree = this->tree(t);
    std::uint64_t seen = 0;  // a bit for each leaf so far
    std::vector<Pending> stack = {{0, kNone}};
    while (!stack.empty()) {
      const Pending next = stack.back();
      stack.pop_back();
      // Until now `kept` has held the leaves that precede the node's subtree.
      if (next.test != kNone)
        tests_[next.test].kept = static_cast<std::uint32_t>(~seen | tests_[next.test].kept);
      const Node& node = tree.nodes[next.node];
      if (node.left == next.node) {
        const double* const values = tree.values + tree.leaf[next.node];
        values_.insert(values_.end(), values, values + forest_->n_outputs);
        seen = seen << 1 | 1;
        continue;
      }
      const bool default_left = (tree.flags[next.node] & kDefaultLeft) != 0;
      const std::uint16_t shift = default_left ? 1 : 0;
      tests_.push_back({static_cast<std::uint32_t>(seen), node.first_code, node.bin, shift});
      stack.push_back({node.left + 1, tests_.size() - 1});
      stack.push_back({node.left, kNone});
    }
  }
}

std::size_t BinnedForest::n_nodes(std::size_t tree) const {
  return static_cast<std::size_t>(forest_->tree_offsets[tree + 1] - forest_->tree_offsets[tree]);
}

BinnedForest::Tree BinnedForest::tree(std::size_t number) const {
  const std::size_t first = static_cast<std::size_t>(forest_->tree_offsets[number]);
  return {nodes_.data() + first,
          leaves_.data() + first,
          forest_->leaf_values.data(),
          flags_.data() + first,
          has_categories_ ? level_set_.data() + first : nullptr,
          depths_[number]};
}

std::size_t BinnedForest::group_codes() const {
  return forest_->n_features * kAbreast;
}

/// Writes the codes of all samples, group by group. Returns whether one of them is kUnknown.
bool BinnedForest::encode(const core::SampleView& x, std::uint16_t* codes) const {
  bool any_unknown = false;
  for (std::size_t begin = 0; begin < x.n_samples; begin += kTileSamples) {
    const core::SampleView tile = x.range(begin, std::min(x.n_samples, begin + kTileSamples));
    std::uint16_t* const tile_codes = codes + begin / kAbreast * group_codes();
    for (std::size_t f = 0; f < x.n_features; ++f) {
      std::uint16_t* const feature_codes = tile_codes + f * kAbreast;
      any_unknown |= codings_[f].n_levels > 0 ? encode_levels(tile, f, feature_codes)
                                              : encode_numbers(tile, f, feature_codes);
    }
  }
  return any_unknown;
}

bool BinnedForest::encode_numbers(const core::SampleView& x, std::size_t feature,
                                  std::uint16_t* codes) const {
  bool any_missing = false;
  std::array<double, kAbreast> values{};
  for (std::size_t begin = 0; begin < x.n_samples; begin += kAbreast, codes += group_codes()) {
    const std::size_t n = std::min(kAbreast, x.n_samples - begin);
    for (std::size_t i = 0; i < n; ++i) values[i] = x.sample(begin + i)[feature];
    const std::array<std::uint32_t, kAbreast> below = codings_[feature].cuts.count_below(values);
    for (std::size_t i = 0; i < kAbreast; ++i) {
      const bool missing = std::isnan(values[i]);
      codes[i] = missing ? kUnknown : static_cast<std::uint16_t>(below[i]);
      any_missing |= missing;
    }
  }
  return any_missing;
}

bool BinnedForest::encode_levels(const core::SampleView& x, std::size_t feature, std::uint16_t* codes) const {
  bool any_unknown = false;
  for (std::size_t begin = 0; begin < x.n_samples; begin += kAbreast, codes += group_codes()) {
    const std::size_t n = std::min(kAbreast, x.n_samples - begin);
    for (std::size_t i = 0; i < kAbreast; ++i) {
      const double level = x.sample(begin + std::min(i, n - 1))[feature];
      const bool known = level >= 0 && level < codings_[feature].n_levels;
      codes[i] = known ? static_cast<std::uint16_t>(level) : kUnknown;
      any_unknown |= !known;
    }
  }
  return any_unknown;
}

namespace {

/// For forests without categories and samples without missing values.
struct ByRank {
  template <class Tree>
  static std::uint32_t right(const Forest&, const Tree&, std::uint32_t, std::uint32_t code,
                             std::uint32_t bin) {
    return bin < code;
  }
};
struct ByAnyCode {
  template <class Tree>
  static std::uint32_t right(const Forest& forest, const Tree& tree, std::uint32_t node, std::uint32_t code,
                             std::uint32_t bin) {
    const std::uint32_t by_default = (tree.flags[node] & kDefaultLeft) != 0 ? 0 : 1;
    if (code == kUnknown) return by_default;
    if ((tree.flags[node] & kByLevel) == 0) return code > bin ? 1 : 0;
    const auto asked = static_cast<std::size_t>(tree.level_set[node]);
    if (static_cast<std::int32_t>(code / 32) >= forest.level_set_words[asked]) return by_default;
    const std::size_t word = static_cast<std::size_t>(forest.level_set[asked]) + code / 32;
    return 1 - (forest.level_words[word] >> (code % 32) & 1);
  }
};

/// Adds the values of `n` samples' leaves to their sums. The values of sample i begin at values_of(i).
template <class ValuesOf>
void add_values(std::size_t n, ValuesOf values_of, std::size_t width, double* sums, std::size_t n_sums) {
  if (width == 1) {  // so that the most frequent widths have no inner loop
    for (std::size_t i = 0; i < n; ++i) sums[i * n_sums] += *values_of(i);
  } else if (width == 2) {
    for (std::size_t i = 0; i < n; ++i) {
      const double* const value = values_of(i);
      sums[i * n_sums] += value[0];
      sums[i * n_sums + 1] += value[1];
    }
  } else {
    for (std::size_t i = 0; i < n; ++i) {
      const double* const value = values_of(i);
      for (std::size_t k = 0; k < width; ++k) sums[i * n_sums + k] += value[k];
    }
  }
}

}  // namespace

/// Returns the node to which a sample goes from node `at`. Its codes are kAbreast apart. At a leaf it stays.
template <class Step>
std::uint32_t BinnedForest::next(const Tree& tree, std::uint32_t at, const std::uint16_t* codes) const {
  const Node& node = tree.nodes[at];
  return node.left + Step::right(*forest_, tree, at, codes[node.first_code], node.bin);
}

/// Walks all samples of some groups `n_steps` down a tree.
template <class Step>
void BinnedForest::walk_together(const Tree& tree, const std::uint16_t* codes, std::size_t n_groups,
                                 std::uint32_t n_steps, std::uint32_t* at) const {
  for (std::size_t g = 0; g < n_groups; ++g) {
    const std::uint16_t* const group = codes + g * group_codes();
    std::array<std::uint32_t, kAbreast> nodes{};
    for (std::uint32_t s = 0; s < n_steps; ++s)
      for (std::size_t i = 0; i < kAbreast; ++i) nodes[i] = next<Step>(tree, nodes[i], group + i);
    std::copy(nodes.begin(), nodes.end(), at + g * kAbreast);
  }
}

/// Walks the samples that have not reached a leaf to the end, some steps at a time. A sample that reaches a
/// leaf is removed from the list.
template <class Step>
void BinnedForest::walk_stragglers(const Tree& tree, const std::uint16_t* codes, std::size_t n_groups,
                                   std::uint32_t* at) const {
  constexpr std::size_t kTogether = 8;
  std::array<std::uint16_t, kChunkSamples + kTogether> walking;
  std::size_t n_walking = n_groups * kAbreast;
  for (std::size_t i = 0; i < n_walking; ++i) walking[i] = static_cast<std::uint16_t>(i);
  while (true) {
    std::size_t n_left = 0;
    for (std::size_t i = 0; i < n_walking; ++i) {
      const std::uint16_t sample = walking[i];
      walking[n_left] = sample;
      n_left += tree.nodes[at[sample]].left != at[sample] ? 1 : 0;
    }
    n_walking = n_left;
    if (n_walking == 0) return;
    for (std::size_t i = 0; i < kTogether; ++i)
      walking[n_walking + i] = walking[n_walking - 1];  // a full last turn
    for (std::size_t begin = 0; begin < n_walking; begin += kTogether) {
      std::array<const std::uint16_t*, kTogether> sample_codes;
      std::array<std::uint32_t, kTogether> nodes;
      for (std::size_t i = 0; i < kTogether; ++i) {
        const std::size_t sample = walking[begin + i];
        sample_codes[i] = codes + sample / kAbreast * group_codes() + sample % kAbreast;
        nodes[i] = at[sample];
      }
      for (std::uint32_t s = 0; s < kStepsPerLook; ++s)
        for (std::size_t i = 0; i < kTogether; ++i) nodes[i] = next<Step>(tree, nodes[i], sample_codes[i]);
      for (std::size_t i = 0; i < kTogether; ++i) at[walking[begin + i]] = nodes[i];
    }
  }
}

template <class Step>
void BinnedForest::add_trees(const Block& block) const {
  const std::size_t width = forest_->n_outputs;
  std::array<std::uint32_t, kChunkSamples> at;
  for (std::size_t t = 0; t < forest_->n_trees(); ++t) {
    const Tree tree = this->tree(t);
    const bool is_shallow = tree.depth <= kShallow;
    double* const tree_sums = block.sums + t * width % block.n_sums;
    for (std::size_t begin = 0; begin < block.n_samples; begin += kChunkSamples) {
      const std::size_t n = std::min(kChunkSamples, block.n_samples - begin);
      const std::size_t n_groups = (n + kAbreast - 1) / kAbreast;
      const std::uint16_t* const chunk = block.codes + begin / kAbreast * group_codes();
      walk_together<Step>(tree, chunk, n_groups, is_shallow ? tree.depth : tree.depth / 2, at.data());
      if (!is_shallow) walk_stragglers<Step>(tree, chunk, n_groups, at.data());
      const auto values_of = [&](std::size_t i) { return tree.values + tree.leaf[at[i]]; };
      add_values(n, values_of, width, tree_sums + begin * block.n_sums, block.n_sums);
    }
  }
}

/// A missing value has the code 65535: it is larger than every bin, and 0 if a shift is added.
void BinnedForest::add_trees_of_few_leaves(const Block& block, bool any_unknown,
                                           const core::Kernels& kernels) const {
  const std::size_t n_groups = (block.n_samples + kAbreast - 1) / kAbreast;
  std::vector<std::uint32_t>& leaves = block.scratch.leaves;
  if (leaves.size() < n_groups * kAbreast) leaves.resize(n_groups * kAbreast);
  const core::LeafTest* tests = tests_.data();
  const double* values = values_.data();
  const std::size_t width = forest_->n_outputs;
  for (std::size_t t = 0; t < forest_->n_trees(); ++t) {
    const std::size_t n_tests = n_nodes(t) / 2;  // all but the leaves
    kernels.rule_out_leaves({tests, n_tests, any_unknown}, block.codes, group_codes(), n_groups,
                            leaves.data());
    const std::uint32_t* const leaf_bits = leaves.data();
    const auto values_of = [=](std::size_t i) {
      return values + static_cast<std::size_t>(std::countr_zero(leaf_bits[i])) * width;
    };
    add_values(block.n_samples, values_of, width, block.sums + t * width % block.n_sums, block.n_sums);
    tests += n_tests;
    values += (n_tests + 1) * width;
  }
}

void BinnedForest::sum_trees(std::size_t n_scores, const core::SampleView& x, const core::Kernels& kernels,
                             double* out, Scratch& scratch) const {
  const std::size_t n_sums = n_scores * forest_->n_outputs;
  std::fill_n(out, x.n_samples * n_sums, 0.0);
  for (std::size_t begin = 0; begin < x.n_samples; begin += block_samples()) {
    const core::SampleView samples = x.range(begin, std::min(x.n_samples, begin + block_samples()));
    const std::size_t n_codes = (samples.n_samples + kAbreast - 1) / kAbreast * group_codes();
    if (scratch.codes.size() < n_codes) scratch.codes.resize(n_codes);
    const bool any_unknown = encode(samples, scratch.codes.data());
    const Block block{samples.n_samples, scratch.codes.data(), n_sums, out + begin * n_sums, scratch};
    if (!values_.empty()) {
      add_trees_of_few_leaves(block, any_unknown, kernels);
    } else if (has_categories_ || any_unknown) {
      add_trees<ByAnyCode>(block);
    } else {
      add_trees<ByRank>(block);
    }
  }
}

}  // namespace rf::model
