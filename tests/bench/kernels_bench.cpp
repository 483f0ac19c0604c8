// SPDX-License-Identifier: MIT
// Kernel throughput on one thread: each table this CPU runs beside OpenBLAS and libm, in one process and on
// the same arrays. A benchmark is named <what>/<shape>/<who>; tests/bench/kernels.py makes a table of the
// ratios. Matrices lie on huge pages for all, and all are given blocks of the size that suits them.
#include <benchmark/benchmark.h>
#include <cblas.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/blocks.hpp"
#include "core/kernels.hpp"

namespace rf::core {
namespace {

/// Numbers on huge pages, where the system gives them.
class Numbers {
 public:
  explicit Numbers(std::size_t n) : n_(n) {
    constexpr std::size_t kHugePage = std::size_t{1} << 21;
    const std::size_t bytes = (n * sizeof(double) + kHugePage - 1) / kHugePage * kHugePage;
    data_.reset(static_cast<double*>(std::aligned_alloc(kHugePage, bytes)));
    madvise(data_.get(), bytes, MADV_HUGEPAGE);
  }
  double* data() { return data_.get(); }
  const double* data() const { return data_.get(); }
  std::size_t size() const { return n_; }
  double& operator[](std::size_t i) { return data_.get()[i]; }

 private:
  std::size_t n_;
  std::unique_ptr<double, decltype(&std::free)> data_{nullptr, std::free};
};

Numbers random_numbers(std::size_t n, double low, double high) {
  std::mt19937_64 generator(n);
  Numbers numbers(n);
  for (std::size_t i = 0; i < n; ++i)
    numbers[i] = low + (high - low) * static_cast<double>(generator() >> 11) * 0x1p-53;
  return numbers;
}

/// A matrix of samples and vectors that go with it.
struct Problem {
  Problem(std::size_t rows, std::size_t features)
      : n_rows(rows),
        n_features(features),
        x(random_numbers(rows * features, -2, 2)),
        w(random_numbers(features, -0.2, 0.2)),
        weight(random_numbers(rows, 0.5, 1)),
        root_weight(rows),
        target(rows),
        rows_out(rows),
        rows_out_2(rows),
        gradient(features),
        gram(features * features),
        scratch(kBlockRows * features) {
    for (std::size_t i = 0; i < rows; ++i) {
      root_weight[i] = std::sqrt(weight[i]);
      target[i] = i % 3 == 0 ? 1 : 0;
      rows_out[i] = rows_out_2[i] = 0;
    }
  }
  double bytes() const { return static_cast<double>(n_rows * n_features * sizeof(double)); }
  std::string shape() const { return std::to_string(n_rows) + "x" + std::to_string(n_features); }

  std::size_t n_rows, n_features;
  Numbers x, w, weight, root_weight, target, rows_out, rows_out_2, gradient, gram, scratch;
};

void add_benchmark(const std::string& name, double bytes, std::size_t items, std::function<void()> work) {
  benchmark::RegisterBenchmark(name.c_str(), [bytes, items, work](benchmark::State& state) {
    for (auto _ : state) {
      work();
      benchmark::ClobberMemory();
    }
    const auto n = static_cast<double>(state.iterations());
    state.counters["bytes"] = benchmark::Counter(bytes * n, benchmark::Counter::kIsRate);
    state.counters["items"] = benchmark::Counter(static_cast<double>(items) * n, benchmark::Counter::kIsRate);
  });
}

void for_each_table(const std::function<void(const Kernels&, const std::string&)>& visit) {
  const KernelTables tables = runnable_kernels();
  for (std::size_t i = 0; i < tables.count; ++i) visit(*tables.entries[i], tables.entries[i]->name);
}

/// Calls step(first, count) for pieces of `size` rows.
template <class Step>
void in_pieces(std::size_t n_rows, std::size_t size, Step step) {
  for (std::size_t first = 0; first < n_rows; first += size) step(first, std::min(size, n_rows - first));
}

// Elementwise functions: an array that stays in the first-level cache.

constexpr std::size_t kCount = 1024;

void add_functions() {
  struct Function {
    const char* name;
    void (*Kernels::*ours)(const double*, double*, std::size_t);
    double (*libm)(double);
    double low, high;
  };
  const Function functions[] = {
      {"exp", &Kernels::exp, [](double x) { return std::exp(x); }, -30, 30},
      {"log", &Kernels::log, [](double x) { return std::log(x); }, 1e-3, 1000},
      {"log1p", &Kernels::log1p, [](double x) { return std::log1p(x); }, -0.9, 10},
      {"expit", &Kernels::expit, [](double x) { return 1 / (1 + std::exp(-x)); }, -30, 30},
      {"softplus", &Kernels::softplus,
       [](double x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))); }, -30, 30}};
  for (const Function& f : functions) {
    const auto in = std::make_shared<Numbers>(random_numbers(kCount, f.low, f.high));
    const auto out = std::make_shared<Numbers>(kCount);
    const std::string name = std::string(f.name) + "/" + std::to_string(kCount) + "/";
    for_each_table([&](const Kernels& kernels, const std::string& who) {
      add_benchmark(name + who, 16.0 * kCount, kCount,
                    [&kernels, in, out, f] { (kernels.*f.ours)(in->data(), out->data(), kCount); });
    });
    add_benchmark(name + "libm", 16.0 * kCount, kCount, [in, out, f] {
      for (std::size_t i = 0; i < kCount; ++i) (*out)[i] = f.libm((*in)[i]);
    });
  }
}

void add_dot(std::size_t n) {
  const auto x = std::make_shared<Numbers>(random_numbers(n, -1, 1));
  const auto y = std::make_shared<Numbers>(random_numbers(n + 1, -1, 1));
  const std::string name = "dot/" + std::to_string(n) + "/";
  const double bytes = 16.0 * static_cast<double>(n);
  for_each_table([&](const Kernels& kernels, const std::string& who) {
    add_benchmark(name + who, bytes, n,
                  [&kernels, x, y, n] { benchmark::DoNotOptimize(kernels.dot(x->data(), y->data(), n)); });
  });
  add_benchmark(name + "openblas", bytes, n, [x, y, n] {
    benchmark::DoNotOptimize(cblas_ddot(static_cast<int>(n), x->data(), 1, y->data(), 1));
  });
}

// The peer's matrix-vector products.

void openblas_row_dots(Problem& p, std::size_t first, std::size_t count) {
  const int columns = static_cast<int>(p.n_features);
  cblas_dgemv(CblasRowMajor, CblasNoTrans, static_cast<int>(count), columns, 1,
              p.x.data() + first * p.n_features, columns, p.w.data(), 1, 0, p.rows_out.data() + first, 1);
}

void openblas_weighted_rows(Problem& p, std::size_t first, std::size_t count, const double* r) {
  const int columns = static_cast<int>(p.n_features);
  cblas_dgemv(CblasRowMajor, CblasTrans, static_cast<int>(count), columns, 1,
              p.x.data() + first * p.n_features, columns, r + first, 1, 1, p.gradient.data(), 1);
}

void add_products(const std::shared_ptr<Problem>& p) {
  for_each_table([&](const Kernels& kernels, const std::string& who) {
    add_benchmark("X.w/" + p->shape() + "/" + who, p->bytes(), p->n_rows, [&kernels, p] {
      in_pieces(p->n_rows, kBlockRows, [&](std::size_t first, std::size_t count) {
        kernels.row_dots(p->x.data() + first * p->n_features, p->n_features, p->n_features, count,
                         p->w.data(), 0.1, p->rows_out.data() + first);
      });
    });
    add_benchmark("X^T.r/" + p->shape() + "/" + who, p->bytes(), p->n_rows, [&kernels, p] {
      in_pieces(p->n_rows, kBlockRows, [&](std::size_t first, std::size_t count) {
        kernels.add_weighted_rows(p->x.data() + first * p->n_features, p->n_features, p->n_features, count,
                                  p->weight.data() + first, p->gradient.data());
      });
    });
  });
  add_benchmark("X.w/" + p->shape() + "/openblas", p->bytes(), p->n_rows,
                [p] { openblas_row_dots(*p, 0, p->n_rows); });
  add_benchmark("X^T.r/" + p->shape() + "/openblas", p->bytes(), p->n_rows,
                [p] { openblas_weighted_rows(*p, 0, p->n_rows, p->weight.data()); });
}

// The gradient of a logistic loss: scores, residuals expit(s) - t, gradient. Ours goes through 128 rows at a
// time as linear/linear_objective.cpp does; the peer's is three passes, or blocks of its own; its expit is
// libm's or, to be strict, the fastest of ours.

void residuals(const Kernels& kernels, Problem& p, std::size_t first, std::size_t count) {
  double* const q = p.rows_out_2.data() + first;
  const double* const target = p.target.data() + first;
  kernels.expit(p.rows_out.data() + first, q, count);
  for (std::size_t i = 0; i < count; ++i) q[i] -= target[i];
}

void libm_residuals(Problem& p) {
  for (std::size_t i = 0; i < p.n_rows; ++i)
    p.rows_out_2[i] = 1 / (1 + std::exp(-p.rows_out[i])) - p.target[i];
}

void openblas_gradient(Problem& p, std::size_t piece) {
  in_pieces(p.n_rows, piece, [&](std::size_t first, std::size_t count) {
    openblas_row_dots(p, first, count);
    residuals(best_kernels(), p, first, count);
    openblas_weighted_rows(p, first, count, p.rows_out_2.data());
  });
}

void add_gradient(const std::shared_ptr<Problem>& p) {
  constexpr std::size_t kChunkRows = 128;
  const std::string name = "gradient/" + p->shape() + "/";
  for_each_table([&](const Kernels& kernels, const std::string& who) {
    add_benchmark(name + who, p->bytes(), p->n_rows, [&kernels, p] {
      const std::size_t columns = p->n_features;
      in_pieces(p->n_rows, kChunkRows, [&](std::size_t first, std::size_t count) {
        const double* const x = p->x.data() + first * columns;
        kernels.row_dots(x, columns, columns, count, p->w.data(), 0.1, p->rows_out.data() + first);
        residuals(kernels, *p, first, count);
        kernels.add_weighted_rows(x, columns, columns, count, p->rows_out_2.data() + first,
                                  p->gradient.data());
      });
    });
  });
  add_benchmark(name + "openblas, our expit", p->bytes(), p->n_rows,
                [p] { openblas_gradient(*p, p->n_rows); });
  add_benchmark(name + "openblas in blocks, our expit", p->bytes(), p->n_rows,
                [p] { openblas_gradient(*p, kBlockRows); });
  add_benchmark(name + "openblas, libm", p->bytes(), p->n_rows, [p] {
    openblas_row_dots(*p, 0, p->n_rows);
    libm_residuals(*p);
    openblas_weighted_rows(*p, 0, p->n_rows, p->rows_out_2.data());
  });
}

// Weighted Gram matrices. Both sides are counted n_rows * n_features^2 operations (a triangle).

/// Scales the rows of a block and multiplies it while it is in the cache.
void openblas_gram(Problem& p, bool symmetric) {
  const int columns = static_cast<int>(p.n_features);
  in_pieces(p.n_rows, kBlockRows, [&](std::size_t first, std::size_t count) {
    const double* const x = p.x.data() + first * p.n_features;
    const double* const w = (symmetric ? p.root_weight.data() : p.weight.data()) + first;
    double* const scaled = p.scratch.data();
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = 0; j < p.n_features; ++j)
        scaled[i * p.n_features + j] = w[i] * x[i * p.n_features + j];
    if (symmetric)
      cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, columns, static_cast<int>(count), 1, scaled, columns,
                  1, p.gram.data(), columns);
    else
      cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, columns, columns, static_cast<int>(count), 1,
                  scaled, columns, x, columns, 1, p.gram.data(), columns);
  });
}

void add_gram(const std::shared_ptr<Problem>& p) {
  const std::string name = "Gram/" + p->shape() + "/";
  const std::size_t items = p->n_rows * p->n_features * p->n_features;
  for_each_table([&](const Kernels& kernels, const std::string& who) {
    add_benchmark(name + who, p->bytes(), items, [&kernels, p] {
      in_pieces(p->n_rows, kBlockRows, [&](std::size_t first, std::size_t count) {
        kernels.add_weighted_gram(p->x.data() + first * p->n_features, p->n_features, p->n_features, count,
                                  p->weight.data() + first, p->gram.data());
      });
    });
  });
  add_benchmark(name + "openblas dsyrk", p->bytes(), items, [p] { openblas_gram(*p, true); });
  add_benchmark(name + "openblas dgemm", p->bytes(), items, [p] { openblas_gram(*p, false); });
  add_benchmark(name + "openblas dsyrk, whole and not weighted", p->bytes(), items, [p] {
    const int columns = static_cast<int>(p->n_features);
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, columns, static_cast<int>(p->n_rows), 1, p->x.data(),
                columns, 0, p->gram.data(), columns);
  });
}

}  // namespace
}  // namespace rf::core

int main(int argc, char** argv) {
  using namespace rf::core;
  openblas_set_num_threads(1);
  benchmark::AddCustomContext("openblas_core", openblas_get_corename());
  benchmark::AddCustomContext("openblas_config", openblas_get_config());
  add_functions();
  add_dot(2048);
  add_dot(25'000'000);
  add_products(std::make_shared<Problem>(4096, 32));
  const auto large = std::make_shared<Problem>(1'600'000, 32);
  const auto narrow = std::make_shared<Problem>(800'000, 28);
  add_products(large);
  add_products(narrow);
  add_gradient(large);
  add_gradient(narrow);
  add_gram(std::make_shared<Problem>(200'000, 32));
  add_gram(std::make_shared<Problem>(50'000, 100));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
