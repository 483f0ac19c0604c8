// SPDX-License-Identifier: MIT
#include "table/target.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "unit/core/row_list.hpp"
#include "unit/table/support.hpp"

namespace rf::table {
namespace {

using namespace test;
using core::Task;
using Codes = std::vector<std::int32_t>;

core::Result<Target> classes_of(const Column& label, std::initializer_list<std::uint32_t> rows) {
  return read_target(label, Task::kClassification, core::row_list<TableRow>(rows));
}

TEST(ReadTarget, NumericClassesAscendByValue) {
  const auto target = classes_of(numeric_column("y", {10, 2, -1, 2}), {0, 1, 2, 3});
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->classes, (core::ClassLabels{-1.0, 2.0, 10.0}));
  EXPECT_EQ(target->class_of, (Codes{2, 1, 0, 1}));
  EXPECT_TRUE(target->value_of.empty());
}

TEST(ReadTarget, BooleanClassesAreFalseThenTrue) {
  const auto target = classes_of(boolean_column("y", {1, 0, -1, 1}), {0, 1, 3});
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->classes, (core::ClassLabels{false, true}));
  EXPECT_EQ(target->class_of, (Codes{1, 0, 1}));
}

TEST(ReadTarget, CategoryClassesFollowUtf8Bytes) {
  const auto target = classes_of(category_column("y", {"b", "\xC3\xA9", "B", "b", "z"}), {0, 1, 2, 3, 4});
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->classes, (core::ClassLabels{std::string("B"), std::string("b"), std::string("z"),
                                                std::string("\xC3\xA9")}));
  EXPECT_EQ(target->class_of, (Codes{1, 3, 0, 1, 2}));
}

TEST(ReadTarget, ClassesAreThoseOfTheKeptRows) {
  const auto numeric = classes_of(numeric_column("y", {7, 1, 0, 1}), {1, 2, 3});
  ASSERT_TRUE(numeric.ok());
  EXPECT_EQ(numeric->classes, (core::ClassLabels{0.0, 1.0}));
  const auto category = classes_of(category_column("y", {"a", "c", "b", "c"}), {1, 2});
  ASSERT_TRUE(category.ok());
  EXPECT_EQ(category->classes, (core::ClassLabels{std::string("b"), std::string("c")}));
  EXPECT_EQ(category->class_of, (Codes{1, 0}));
}

TEST(ReadTarget, AFractionalLabelPointsToRegression) {
  const auto target = classes_of(numeric_column("price", {1, 2.5, 3.5}), {0, 1, 2});
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().code, core::Code::kLabelTypeInvalid);
  EXPECT_EQ(target.error().message,
            "label \"price\", row 1 (rows are numbered from 0): expected an integer, as the classes of a "
            "numeric label are "
            "(for a numeric target say `--task regression`), found 2.5");
  EXPECT_EQ(detail_number(target.error().details, "row"), 1);
}

TEST(ReadTarget, AFractionInADroppedRowDoesNotMatter) {
  EXPECT_TRUE(classes_of(numeric_column("y", {1, 2.5, 0}), {0, 2}).ok());
}

TEST(ReadTarget, IntegersBeyondTwoToThe53AreNoClasses) {
  EXPECT_TRUE(classes_of(numeric_column("y", {9007199254740992, 0}), {0, 1}).ok());
  EXPECT_FALSE(classes_of(numeric_column("y", {9007199254740994, 0}), {0, 1}).ok());
}

TEST(ReadTarget, OneClassIsAnError) {
  const struct {
    Column label;
    std::string found;
  } cases[] = {{numeric_column("y", {3, 3}), "only 3"},
               {boolean_column("y", {1, 1}), "only true"},
               {boolean_column("y", {0, 0}), "only false"},
               {category_column("y", {"yes", "yes"}), "only \"yes\""}};
  for (const auto& entry : cases) {
    const auto target = classes_of(entry.label, {0, 1});
    ASSERT_FALSE(target.ok()) << entry.found;
    EXPECT_EQ(target.error().code, core::Code::kSingleClass);
    EXPECT_EQ(target.error().message, "label \"y\": expected at least two classes, found " + entry.found);
  }
  EXPECT_EQ(classes_of(numeric_column("y", {1, 2}), {}).error().code, core::Code::kSingleClass);
}

TEST(ReadTarget, MoreClassesThanTheLimitAreAnError) {
  const auto rows = core::row_list<TableRow>({0, 1, 2, 3});
  const struct {
    Column label;
    std::string found;
  } cases[] = {{numeric_column("y", {3, 1, 2, 3}), "found 3; if it is a quantity, say `--task regression`"},
               {category_column("y", {"c", "a", "b", "a"}),
                "found 3; if it is a name or an identifier, choose another label"}};
  for (const auto& [label, found] : cases) {
    const auto refused = read_target(label, Task::kClassification, rows, 2);
    ASSERT_FALSE(refused.ok()) << found;
    EXPECT_EQ(refused.error().code, core::Code::kTooManyClasses);
    EXPECT_EQ(refused.error().message,
              "label \"y\": expected at most 2 classes (limits.max_classes, which may be raised to 2500), " +
                  found);
    EXPECT_EQ(
        read_target(label, Task::kClassification, rows, 1).error().message,
        "label \"y\": expected at most 1 class (limits.max_classes, which may be raised to 2500), " + found);
    EXPECT_TRUE(read_target(label, Task::kClassification, rows, 3).ok());
    EXPECT_TRUE(read_target(label, Task::kClassification, rows).ok());
  }
  EXPECT_TRUE(read_target(numeric_column("y", {3, 1, 2, 3}), Task::kRegression, rows, 2).ok());
}

TEST(ReadTarget, RegressionTakesNumbersInRowOrder) {
  const auto rows = core::row_list<TableRow>({2, 0});
  const auto target = read_target(numeric_column("y", {1.5, 9, -2}), Task::kRegression, rows);
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->value_of, (std::vector<double>{-2, 1.5}));
  EXPECT_TRUE(target->classes.empty());
  EXPECT_TRUE(target->class_of.empty());
}

TEST(ReadTarget, RegressionRefusesTextAndNamesTheFirstThatIsNoNumber) {
  const auto rows = core::row_list<TableRow>({0, 2, 3});
  const auto target = read_target(category_column("y", {"1", "bad", "2", "n/a"}), Task::kRegression, rows);
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().code, core::Code::kLabelTypeInvalid);
  EXPECT_EQ(
      target.error().message,
      "label \"y\", row 3 (rows are numbered from 0): expected a number, as regression needs, found \"n/a\"");
}

TEST(ReadTarget, RegressionRefusesBooleans) {
  const auto rows = core::row_list<TableRow>({1});
  const auto target = read_target(boolean_column("y", {0, 1}), Task::kRegression, rows);
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(
      target.error().message,
      "label \"y\", row 1 (rows are numbered from 0): expected a number, as regression needs, found true");
}

}  // namespace
}  // namespace rf::table
