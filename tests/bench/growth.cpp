// SPDX-License-Identifier: MIT
// How time grows with input that was made to be slow: for n, 2n and 4n the seconds, and how long a cancel
// takes to be heard halfway through the largest. Linear work doubles from column to column. Nothing passes or
// fails here; the tests count steps (tests/unit/csv/colliding_texts_test.cpp, distinct_rows_test.cpp,
// csv_error_test.cpp).
//
// usage: bench_growth [CASE...]
#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "core/context.hpp"
#include "core/text.hpp"
#include "csv/csv.hpp"
#include "table/profile.hpp"
#include "table/text_check.hpp"
#include "unit/csv/colliding_texts.hpp"

namespace {

using namespace rf;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Work on input of one size, which ends early when it is cancelled.
using Work = std::function<void(core::Context&)>;

struct Case {
  const char* name;
  std::size_t n;
  std::function<Work(std::size_t n)> of_size;
};

double time_of(const Work& work, const std::atomic<bool>& cancel) {
  core::MonitorHooks hooks;
  hooks.cancel = &cancel;
  core::Monitor monitor(hooks);
  core::Workers workers(1);
  core::Context context{workers, monitor, core::baseline_kernels()};
  const double begin = seconds();
  work(context);
  return seconds() - begin;
}

/// From the wish to stop, halfway through, to the end.
double cancel_latency(const Work& work, double whole) {
  std::atomic<bool> cancel = false;
  double wished = 0;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::duration<double>(whole / 2));
    wished = seconds();
    cancel = true;
  });
  time_of(work, cancel);
  const double ended = seconds();
  canceller.join();
  return std::max(0.0, ended - wished);
}

Work load(std::string text, table::ReadingOptions options = {}) {
  return [text = std::move(text), options = std::move(options)](core::Context& context) {
    (void)csv::read_csv(text, options, "data.csv", context);
  };
}

bool is_plain(const std::string& text) {
  return !table::find_text_fault(text) && text.find_first_of("\",\n\r") == std::string::npos &&
         text.front() != ' ' && text.back() != ' ';
}

/// As many of the texts that `make` gives as a CSV file holds as they are.
std::string column_of(std::size_t n, std::vector<std::string> (*make)(std::size_t)) {
  std::string text = "t,x\n";
  std::size_t found = 0;
  for (std::size_t asked = 4096; found < n; asked *= 2) {
    text.resize(4);
    found = 0;
    for (const std::string& level : make(asked)) {
      if (!is_plain(level)) continue;
      text += level + ",1\n";
      if (++found == n) break;
    }
  }
  return text;
}

/// Two numeric columns in which all rows have one hash.
Work equal_rows(std::size_t n) {
  const auto step = [](std::uint64_t hash, std::uint64_t bits) {
    hash = (hash ^ bits) * 0x9E3779B97F4A7C15;
    return hash ^ (hash >> 32);
  };
  const std::uint64_t target = step(0, std::bit_cast<std::uint64_t>(0.25));
  table::Cells<double> a, b;
  for (double x = 1e6; a.size() < n; x += 1) {
    const double y = std::bit_cast<double>(step(0, std::bit_cast<std::uint64_t>(x)) ^ target);
    if (!std::isfinite(y)) continue;
    a.push_back(x);
    b.push_back(y);
  }
  table::Table table;
  table.n_rows = n;
  table.columns.push_back({"a", table::NumericValues{std::move(a)}});
  table.columns.push_back({"b", table::NumericValues{std::move(b)}});
  return [table = std::move(table)](core::Context& context) {
    const std::vector<std::size_t> columns = {0, 1};
    const auto rows = core::consecutive<core::TableRow>(table.n_rows);
    const std::span<const core::TableRow> all = rows;
    (void)table::count_duplicates_across(table, columns, all.first(rows.size() / 2),
                                         all.subspan(rows.size() / 2), context);
  };
}

Work wide_table(std::size_t n) {
  std::string text;
  for (std::size_t j = 0; j < n; ++j) text += "c" + std::to_string(j) + (j + 1 < n ? "," : "\n");
  for (int row = 0; row < 2; ++row)
    for (std::size_t j = 0; j < n; ++j) text += j + 1 < n ? "1," : "2\n";
  return load(std::move(text));
}

/// Each cell is an integer that no double holds, so that its line is asked for.
Work wide_integers(std::size_t n) {
  constexpr std::size_t kColumns = 400;
  std::string text;
  for (std::size_t j = 0; j < kColumns; ++j)
    text += "c" + std::to_string(j) + (j + 1 < kColumns ? "," : "\n");
  for (std::size_t row = 0; row < n / kColumns; ++row)
    for (std::size_t j = 0; j < kColumns; ++j)
      text += "12345678901234567890" + std::string(j + 1 < kColumns ? "," : "\n");
  return load(std::move(text));
}

Work near_names(std::size_t n) {
  std::vector<std::string> names(n, std::string(200, 'x'));
  for (std::size_t i = 0; i < n; ++i) names[i].replace(i % 150, 50, 50, 'z');
  return [names = std::move(names)](core::Context&) { (void)core::near_names(std::string(200, 'x'), names); };
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t kMiB = std::size_t{1} << 20;
  const Case cases[] = {
      {"short levels of one hash", 2'000,
       [](std::size_t n) { return load(column_of(n, csv::test::colliding_short_texts)); }},
      {"levels of one hash", 2'000,
       [](std::size_t n) { return load(column_of(n, csv::test::colliding_levels)); }},
      {"rows of one hash", 200'000, equal_rows},
      {"an endless cell", 64 * kMiB, [](std::size_t n) { return load("a,b\n" + std::string(n, 'x')); }},
      {"an endless quoted cell", 64 * kMiB,
       [](std::size_t n) { return load("a,b\n\"" + std::string(n, 'x')); }},
      {"an endless record", 16 * kMiB, [](std::size_t n) { return load("a,b\n" + std::string(n, ',')); }},
      {"an endless header", 16 * kMiB, [](std::size_t n) { return load(std::string(n, ',')); }},
      {"columns", 100'000, wide_table},
      {"wide integers in 400 columns", 100'000, wide_integers},
      {"names near a mistyped one", 100'000, near_names},
  };
  std::printf("%-30s %10s %10s %10s %10s %12s\n", "", "n", "n (s)", "2n (s)", "4n (s)", "cancel (ms)");
  const std::atomic<bool> never = false;
  for (const Case& one : cases) {
    if (argc > 1 &&
        std::none_of(argv + 1, argv + argc, [&](const char* name) { return name == std::string(one.name); }))
      continue;
    std::printf("%-30s %10zu", one.name, one.n);
    double last = 0;
    for (const std::size_t times : {1u, 2u, 4u}) {
      const Work work = one.of_size(times * one.n);
      last = time_of(work, never);
      std::printf(" %10.4f", last);
      std::fflush(stdout);
      if (times == 4) std::printf(" %12.1f\n", 1e3 * cancel_latency(work, last));
    }
  }
}
