// SPDX-License-Identifier: MIT
// Each pass over the table between the stages of a training hears a cancel flag; how soon is measured by
// tests/bench/cancel.py.
#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <vector>

#include "encode/encoded.hpp"
#include "run/deal.hpp"
#include "table/digest.hpp"
#include "table/profile.hpp"
#include "unit/run/run_fixture.hpp"

namespace rf::run {
namespace {

class Cancel : public testing::Test {
 protected:
  template <class T>
  static void expect_cancelled(const core::Result<T>& result) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, core::Code::kCancelled);
  }

  core::MonitorHooks hooks() {
    core::MonitorHooks hooks;
    hooks.cancel = &flag_;
    return hooks;
  }

  std::atomic<bool> flag_ = true;
  core::Workers workers_{2};
  core::Monitor monitor_{hooks()};
  core::Context context_{workers_, monitor_, core::baseline_kernels()};
  const std::shared_ptr<const LoadedDataset> dataset_ = load_test_data("breast_cancer.csv");
};

TEST_F(Cancel, PassesOverTheTableStop) {
  const table::Table& table = dataset_->table();
  const auto rows = core::consecutive<core::TableRow>(table.n_rows);
  const std::vector<std::size_t> columns = {1, 2, 3};
  expect_cancelled(table::profile_columns(table, context_));
  expect_cancelled(table::count_duplicates_across(table, columns, rows, rows, context_));
  expect_cancelled(encode::fit_encoder(table, columns, rows, encode::Layout::kLinear, {}, context_));
  expect_cancelled(deal(*dataset_, *read_train_config(R"({"label": "diagnosis"})"), monitor_));
  flag_ = false;
  const auto fitted = encode::fit_encoder(table, columns, rows, encode::Layout::kLinear, {}, context_);
  ASSERT_TRUE(fitted.ok());
  flag_ = true;
  expect_cancelled(encode::encode(fitted->encoder, table, columns, rows, context_));
}

// A digest that was not finished is computed again by whoever asks next.
TEST_F(Cancel, ACancelledDigestIsNotKept) {
  expect_cancelled(dataset_->content_digest(context_));
  flag_ = false;
  const auto digest = dataset_->content_digest(context_);
  ASSERT_TRUE(digest.ok());
  EXPECT_EQ(*digest, *table::content_digest(dataset_->table(), context_));
}

}  // namespace
}  // namespace rf::run
