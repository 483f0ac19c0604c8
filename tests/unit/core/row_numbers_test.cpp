// SPDX-License-Identifier: MIT
// The numberings of rows do not mix: what must not compile is asked of the compiler here.
#include "core/row_numbers.hpp"

#include <gtest/gtest.h>

#include <span>
#include <type_traits>

#include "core/row_order.hpp"
#include "unit/core/row_list.hpp"

namespace rf::core {
namespace {

template <class From, class To>
constexpr bool kMayPass =
    std::is_convertible_v<From, To> || std::is_convertible_v<std::span<From>, std::span<const To>>;

TEST(RowNumbers, NoneConvertsToAnotherOrToAnInteger) {
  static_assert(!kMayPass<TableRow, KeptRow> && !kMayPass<TableRow, Sample> && !kMayPass<KeptRow, TableRow> &&
                !kMayPass<KeptRow, Sample> && !kMayPass<Sample, TableRow> && !kMayPass<Sample, KeptRow>);
  static_assert(!kMayPass<TableRow, std::uint32_t> && !kMayPass<KeptRow, std::uint32_t> &&
                !kMayPass<Sample, std::uint32_t>);
  static_assert(!kMayPass<std::uint32_t, TableRow> && !kMayPass<std::uint32_t, KeptRow> &&
                !kMayPass<std::uint32_t, Sample>);
  static_assert(kMayPass<TableRow, TableRow>);
}

TEST(RowNumbers, TakeNoMoreMemoryThanTheirNumber) {
  static_assert(sizeof(TableRow) == 4 && sizeof(KeptRow) == 4 && sizeof(Sample) == 4);
  EXPECT_EQ(number_of(Sample{0xFFFFFFFF}), 0xFFFFFFFFu);
}

TEST(RowNumbers, AreConsecutiveFromAnyRowOn) {
  EXPECT_EQ(consecutive<KeptRow>(3), row_list<KeptRow>({0, 1, 2}));
  EXPECT_EQ(consecutive<TableRow>(2, 7), row_list<TableRow>({7, 8}));
  EXPECT_TRUE(consecutive<Sample>(0).empty());
}

TEST(RowOrder, SortsRowsAndRemembersWhereEachWasAsked) {
  const RowOrder order = by_table_row(row_list<TableRow>({4, 1, 4, 0}), 5);
  EXPECT_EQ(order.rows, row_list<TableRow>({0, 1, 4, 4}));
  EXPECT_EQ(order.positions, row_list<Sample>({3, 1, 0, 2}));
  const RowOrder ascending = by_table_row(row_list<TableRow>({0, 2, 2}), 3);
  EXPECT_TRUE(ascending.positions.empty());
  EXPECT_EQ(ascending.position(1), Sample{1});
}

}  // namespace
}  // namespace rf::core
