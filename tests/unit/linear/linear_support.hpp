// SPDX-License-Identifier: MIT
// What the tests of the linear trainers share: contexts, real and synthetic samples, naive twins of sums.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "core/context.hpp"
#include "core/sample_view.hpp"
#include "json/parse.hpp"
#include "linear/linear.hpp"

namespace rf::linear::test {

struct Harness {
  explicit Harness(std::uint32_t n_threads = 1, const core::MonitorHooks& hooks = {})
      : workers(n_threads), monitor(hooks) {}
  core::Workers workers;
  core::Monitor monitor;
  core::Context context{workers, monitor, core::baseline_kernels()};
};

/// Samples with class numbers and values; `x` is row-major.
struct Samples {
  std::size_t n = 0;
  std::size_t p = 0;
  std::vector<double> x;
  std::vector<std::int32_t> class_of;
  std::vector<double> value_of;
  std::vector<double> weight;  ///< empty: all 1
  std::size_t n_classes = 0;

  core::SampleView view() const { return {x.data(), p, n, p}; }
  model::ClassTarget classes() const { return {class_of, n_classes, weight}; }
  model::ValueTarget values() const { return {value_of, weight}; }
  double at(std::size_t i, std::size_t j) const { return x[i * p + j]; }
};

inline std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Mean 0 and population standard deviation 1 in every column that varies, by plain loops.
inline void standardise(Samples& samples) {
  const auto n = static_cast<double>(samples.n);
  for (std::size_t j = 0; j < samples.p; ++j) {
    double mean = 0;
    double square = 0;
    for (std::size_t i = 0; i < samples.n; ++i) mean += samples.at(i, j) / n;
    for (std::size_t i = 0; i < samples.n; ++i)
      square += (samples.at(i, j) - mean) * (samples.at(i, j) - mean) / n;
    for (std::size_t i = 0; i < samples.n; ++i) {
      double& value = samples.x[i * samples.p + j];
      value = square > 0 ? (value - mean) / std::sqrt(square) : 0;
    }
  }
}

/// A CSV of plain numbers with a header, the last column the target; standardised. `rows` at most, `features`
/// only (all if empty).
inline Samples read_numbers(const std::string& path, std::size_t rows = SIZE_MAX,
                            const std::vector<std::size_t>& features = {}) {
  const std::string text = file_text(path);
  Samples samples;
  std::size_t begin = text.find('\n') + 1;
  while (begin != 0 && begin < text.size() && samples.n < rows) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) end = text.size();
    std::vector<double> row;
    const char* at = text.data() + begin;
    while (at < text.data() + end) {
      double value = 0;
      const auto result = std::from_chars(at, text.data() + end, value);
      if (result.ec != std::errc{}) break;
      row.push_back(value);
      at = result.ptr + 1;
    }
    begin = end + 1;
    if (row.size() < 2) continue;
    samples.value_of.push_back(row.back());
    samples.class_of.push_back(static_cast<std::int32_t>(row.back()));
    row.pop_back();
    for (std::size_t j = 0; j < row.size(); ++j)
      if (features.empty() || std::find(features.begin(), features.end(), j) != features.end())
        samples.x.push_back(row[j]);
    ++samples.n;
  }
  if (samples.n == 0) return samples;
  samples.p = samples.x.size() / samples.n;
  for (const std::int32_t k : samples.class_of)
    samples.n_classes = std::max(samples.n_classes, static_cast<std::size_t>(k) + 1);
  standardise(samples);
  return samples;
}

/// A small generator of the tests' own (splitmix64), uniform in [-1, 1).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double uniform() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return static_cast<double>(z >> 11) * 0x1p-52 - 1;
  }

 private:
  std::uint64_t state_;
};

/// Noisy classes by linear scores, and a noisy linear target.
inline Samples synthetic(std::size_t n, std::size_t p, std::size_t n_classes, std::uint64_t seed) {
  Samples samples{n, p, {}, {}, {}, {}, n_classes};
  Random random(seed);
  std::vector<double> w(n_classes * p);
  for (double& value : w) value = random.uniform();
  samples.x.reserve(n * p);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < p; ++j) samples.x.push_back(1.7 * random.uniform());
    double best = -1e9;
    double value = 0;
    std::int32_t best_class = 0;
    for (std::size_t k = 0; k < n_classes; ++k) {
      double score = 0;
      for (std::size_t j = 0; j < p; ++j) score += w[k * p + j] * samples.at(i, j);
      if (k == 0) value = score;
      score += 2 * std::sqrt(static_cast<double>(p)) * random.uniform();
      if (score > best) best_class = static_cast<std::int32_t>(k);
      best = std::max(best, score);
    }
    samples.class_of.push_back(best_class);
    samples.value_of.push_back(3 + value + 0.1 * random.uniform());
  }
  return samples;
}

inline const std::string kDataDirectory = RUNFORGE_TEST_DATA_DIR "/";

/// A document of tests/data/reference.
inline json::Value reference(const std::string& name) {
  auto parsed = json::parse(file_text(kDataDirectory + "reference/" + name));
  if (!parsed.ok()) {
    ADD_FAILURE() << name << ": " << parsed.error().message;
    return {};
  }
  return std::move(parsed).value();
}

/// Numbers of an array, nested ones row by row; a single number as one.
inline std::vector<double> numbers(const json::Value& value) {
  if (value.is_number()) return {value.as_number()};
  std::vector<double> out;
  for (const json::Value& element : value.as_array())
    for (const double number : numbers(element)) out.push_back(number);
  return out;
}

/// |a - b| <= tolerance * max |b|, the contract of LEARNERS for vectors.
inline void expect_agree(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  double largest = 0;
  for (const double value : b) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < a.size(); ++i)
    EXPECT_LE(std::abs(a[i] - b[i]), tolerance * largest) << "entry " << i;
}

inline std::vector<double> all_numbers(const model::LinearModel& model) {
  std::vector<double> out = model.intercepts;
  out.insert(out.end(), model.coefficients.begin(), model.coefficients.end());
  return out;
}

inline bool has(const core::Diagnostics& diagnostics, core::Code code) {
  for (const core::Diagnostic& diagnostic : diagnostics)
    if (diagnostic.code == code) return true;
  return false;
}

inline LinearFit must_fit(core::Result<LinearFit> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.error().message;
    return {};
  }
  return std::move(result).value();
}

inline LinearFit fit_logistic(const Samples& samples, const params::LogisticRegression& parameters,
                              std::uint32_t n_threads = 1) {
  Harness harness(n_threads);
  return must_fit(fit_logistic_regression(samples.view(), samples.classes(), parameters, harness.context));
}

inline LinearFit fit_svc(const Samples& samples, const params::LinearSvc& parameters,
                         std::uint32_t n_threads = 1) {
  Harness harness(n_threads);
  return must_fit(fit_linear_svc(samples.view(), samples.classes(), parameters, harness.context));
}

inline LinearFit fit_ridge(const Samples& samples, double alpha, std::uint32_t n_threads = 1) {
  Harness harness(n_threads);
  return must_fit(fit_ridge_regression(samples.view(), samples.values(), {alpha}, harness.context));
}

/// Largest magnitude of the minimal-norm subgradient, by plain loops over rows.
inline double naive_subgradient(const Samples& samples, const params::LogisticRegression& parameters,
                                const model::LinearModel& model) {
  const std::size_t n_scores = model.n_scores();
  std::vector<double> gradient(n_scores * (samples.p + 1), 0.0);
  for (std::size_t i = 0; i < samples.n; ++i) {
    std::vector<double> score(n_scores);
    for (std::size_t k = 0; k < n_scores; ++k) {
      score[k] = model.intercepts[k];
      for (std::size_t j = 0; j < samples.p; ++j)
        score[k] += model.coefficients[k * samples.p + j] * samples.at(i, j);
    }
    for (std::size_t k = 0; k < n_scores; ++k) {
      double proba = 0;
      const std::int32_t own = n_scores == 1 ? 1 : static_cast<std::int32_t>(k);
      if (n_scores == 1) {
        proba = 1 / (1 + std::exp(-score[0]));
      } else {
        double sum = 0;
        for (const double other : score) sum += std::exp(other - score[k]);
        proba = 1 / sum;
      }
      const double weight = samples.weight.empty() ? 1 : samples.weight[i];
      const double r = parameters.C * weight * (proba - (samples.class_of[i] == own ? 1 : 0));
      gradient[k * (samples.p + 1)] += r;
      for (std::size_t j = 0; j < samples.p; ++j)
        gradient[k * (samples.p + 1) + 1 + j] += r * samples.at(i, j);
    }
  }
  const double l1 = parameters.penalty == params::Penalty::kL1           ? 1
                    : parameters.penalty == params::Penalty::kElasticNet ? parameters.l1_ratio
                                                                         : 0;
  const double l2 = parameters.penalty == params::Penalty::kL2           ? 1
                    : parameters.penalty == params::Penalty::kElasticNet ? 1 - parameters.l1_ratio
                                                                         : 0;
  double largest = 0;
  for (std::size_t k = 0; k < n_scores; ++k) {
    largest = std::max(largest, std::abs(gradient[k * (samples.p + 1)]));
    for (std::size_t j = 0; j < samples.p; ++j) {
      const double w = model.coefficients[k * samples.p + j];
      const double g = gradient[k * (samples.p + 1) + 1 + j] + l2 * w;
      const double v = w > 0 ? std::abs(g + l1) : w < 0 ? std::abs(g - l1) : std::max(0.0, std::abs(g) - l1);
      largest = std::max(largest, v);
    }
  }
  return largest;
}

/// What the progress callback was told.
struct Progress {
  std::vector<std::uint64_t> done;
  std::uint64_t total = 0;
  std::uint64_t stop_at = UINT64_MAX;  ///< asks to stop at this `done`
  core::MonitorHooks hooks() {
    core::MonitorHooks hooks;
    hooks.user = this;
    hooks.progress = [](void* user, const char* stage, std::uint64_t now, std::uint64_t all) -> std::int32_t {
      auto* progress = static_cast<Progress*>(user);
      EXPECT_STREQ(stage, "train");
      progress->done.push_back(now);
      progress->total = all;
      return now >= progress->stop_at ? 1 : 0;
    };
    return hooks;
  }
};

}  // namespace rf::linear::test
