// SPDX-License-Identifier: MIT
// From cells to design matrix: one-hot, missing and unknown values by policy, columns of another table,
// threads.
#include "encode/encoder.hpp"

#include <cmath>
#include <cstring>

#include "encode/cell.hpp"
#include "unit/core/row_list.hpp"
#include "unit/encode/support.hpp"

namespace rf::encode {
namespace {

using namespace test;
using core::MissingPolicy;
using Row = std::vector<double>;

TEST(Encode, StandardisesNumbersAndMakesLevelsOneHot) {
  const table::Table table =
      table_of({numeric("a", {1, 3}), category("c", {{"y"}, {"x"}}), boolean("b", {0, 1})});
  const FittedEncoder fitted = fit(table, rows_of(2), MissingPolicy::kDropRows);
  EXPECT_EQ(fitted.encoder.n_design_columns(), 4u);
  const Encoded encoded = encode_rows(fitted.encoder, table, rows_of(2));
  EXPECT_EQ(sample(encoded, 0), (Row{-1, 0, 1, -1}));
  EXPECT_EQ(sample(encoded, 1), (Row{1, 1, 0, 1}));
}

TEST(Encode, ConstantColumnsBecomeExactlyZero) {
  const table::Table table = table_of({numeric("a", {0.1, 0.1, 0.1})});
  const FittedEncoder fitted = fit(table, rows_of(3));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(sample(encode_rows(fitted.encoder, table, rows_of(3)), i), Row{0});
}

TEST(Encode, TreesSeeNumbersAndLevelNumbers) {
  const table::Table table = table_of({numeric("a", {7, 3}), category("c", {{"y"}, {"x"}})});
  const FittedEncoder fitted = fit(table, rows_of(2), MissingPolicy::kDropRows, Layout::kTree);
  EXPECT_EQ(fitted.encoder.n_design_columns(), 2u);
  const Encoded encoded = encode_rows(fitted.encoder, table, rows_of(2));
  EXPECT_EQ(sample(encoded, 0), (Row{7, 1}));
  EXPECT_EQ(sample(encoded, 1), (Row{3, 0}));
}

TEST(Encode, AMissingLevelStandsBeforeAllLevels) {
  const table::Table table = table_of({category("c", {{"x"}, {}, {"y"}})});
  const FittedEncoder linear = fit(table, rows_of(3));
  EXPECT_EQ(sample(encode_rows(linear.encoder, table, rows_of(3)), 0), (Row{0, 1, 0}));
  EXPECT_EQ(sample(encode_rows(linear.encoder, table, rows_of(3)), 1), (Row{1, 0, 0}));
  const FittedEncoder tree = fit(table, rows_of(3), MissingPolicy::kFill, Layout::kTree);
  EXPECT_EQ(sample(encode_rows(tree.encoder, table, rows_of(3)), 1), Row{0});
  EXPECT_EQ(sample(encode_rows(tree.encoder, table, rows_of(3)), 2), Row{2});
}

TEST(Encode, UnknownAndUnforeseenMissingLevelsAreAllZeroAndCounted) {
  const table::Table training = table_of({category("c", {{"x"}, {"y"}})});
  const table::Table other = table_of({category("c", {{"new"}, {"y"}, {}, {"newer"}})});
  const FittedEncoder linear = fit(training, rows_of(2));
  const Encoded encoded = encode_rows(linear.encoder, other, rows_of(4));
  EXPECT_EQ(sample(encoded, 0), (Row{0, 0}));
  EXPECT_EQ(sample(encoded, 1), (Row{0, 1}));
  EXPECT_EQ(sample(encoded, 2), (Row{0, 0}));
  EXPECT_EQ(encoded.unknown_levels, (std::vector<std::uint64_t>{3}));
  EXPECT_TRUE(encoded.unscorable.empty());
  const FittedEncoder tree = fit(training, rows_of(2), MissingPolicy::kFill, Layout::kTree);
  EXPECT_EQ(sample(encode_rows(tree.encoder, other, rows_of(4)), 0), Row{-1});
}

TEST(Encode, FillUsesTheMedianOfTheTrainingRows) {
  const table::Table training = table_of({numeric("a", {1, 3, 8})});
  const table::Table other = table_of({numeric("a", {kMissing, 3})});
  const Encoded encoded = encode_rows(fit(training, rows_of(3)).encoder, other, rows_of(2));
  EXPECT_EQ(sample(encoded, 0), sample(encoded, 1));
  EXPECT_TRUE(encoded.unscorable.empty());
}

TEST(Encode, RowsWithMissingValuesCannotBeScoredUnderDropRowsAndError) {
  const table::Table training =
      table_of({numeric("a", {1, 3}), category("c", {{"x"}, {"y"}}), boolean("b", {0, 1})});
  const table::Table other =
      table_of({numeric("a", {kMissing, 3, 3, 1}), category("c", {{"x"}, {"y"}, {}, {"z"}}),
                boolean("b", {1, 1, 1, -1})});
  for (const MissingPolicy policy : {MissingPolicy::kDropRows, MissingPolicy::kError}) {
    const Encoded encoded = encode_rows(fit(training, rows_of(2), policy).encoder, other,
                                        core::row_list<core::TableRow>({1, 0, 2, 3}));
    EXPECT_EQ(encoded.unscorable, core::row_list<core::Sample>({1, 2, 3}));
    EXPECT_EQ(sample(encoded, 0), (Row{1, 0, 1, 1}));
    for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(sample(encoded, i), (Row{0, 0, 0, 0}));
    EXPECT_EQ(encoded.unknown_levels, (std::vector<std::uint64_t>{0, 1, 0}));  // missing is not unknown here
  }
}

TEST(Encode, NativeLeavesMissingNumbersAndGivesMissingCategoriesALevel) {
  const table::Table training = table_of({numeric("a", {1, kMissing}), category("c", {{"x"}, {}}),
                                          category("d", {{"x"}, {"y"}}), boolean("b", {-1, 1})});
  const table::Table other = table_of({numeric("a", {kMissing, 4}), category("c", {{}, {"new"}}),
                                       category("d", {{}, {"new"}}), boolean("b", {-1, 0})});
  const Encoder encoder = fit(training, rows_of(2), MissingPolicy::kNative, Layout::kTree).encoder;
  const Encoded encoded = encode_rows(encoder, other, rows_of(2));
  EXPECT_TRUE(encoded.unscorable.empty());
  EXPECT_TRUE(std::isnan(sample(encoded, 0)[0]));
  EXPECT_EQ(sample(encoded, 0)[1], 0);   // the missing level that training had
  EXPECT_EQ(sample(encoded, 0)[2], -1);  // none of training's rows missed this column
  EXPECT_TRUE(std::isnan(sample(encoded, 0)[3]));
  EXPECT_EQ(sample(encoded, 1), (Row{4, -1, -1, 0}));
  EXPECT_EQ(encoded.unknown_levels, (std::vector<std::uint64_t>{0, 1, 1, 0}));  // missing is not unknown
}

TEST(Encode, EachFeatureFollowsItsOwnPolicy) {
  const table::Table training =
      table_of({numeric("filled", {1, 3, kMissing}), numeric("native", {1, kMissing, 3}),
                category("filled level", {{"x"}, {"y"}, {"y"}}), category("native level", {{"x"}, {}, {"y"}}),
                numeric("dropping", {4, 5, 6}), category("refusing", {{"p"}, {"q"}, {"p"}})});
  const table::Table other =
      table_of({numeric("filled", {kMissing, 2, 2}), numeric("native", {kMissing, 2, 2}),
                category("filled level", {{}, {"x"}, {"x"}}), category("native level", {{}, {"x"}, {"x"}}),
                numeric("dropping", {4, kMissing, 5}), category("refusing", {{"p"}, {"q"}, {}})});
  for (const MissingPolicy all :
       {MissingPolicy::kFill, MissingPolicy::kNative, MissingPolicy::kDropRows, MissingPolicy::kError}) {
    const core::MissingPolicies policies{all,
                                         {{"filled", MissingPolicy::kFill},
                                          {"native", MissingPolicy::kNative},
                                          {"filled level", MissingPolicy::kFill},
                                          {"native level", MissingPolicy::kNative},
                                          {"dropping", MissingPolicy::kDropRows},
                                          {"refusing", MissingPolicy::kError}}};
    const Encoder encoder = fit_with(training, rows_of(3), policies, Layout::kTree).encoder;
    const Encoded encoded = encode_rows(encoder, other, rows_of(3));
    EXPECT_EQ(encoded.unscorable, core::row_list<core::Sample>({1, 2}));
    EXPECT_EQ(sample(encoded, 0)[0], 2);  // the median
    EXPECT_TRUE(std::isnan(sample(encoded, 0)[1]));
    EXPECT_EQ(sample(encoded, 0)[2], -1);  // none of training's rows missed this column: an unknown level
    EXPECT_EQ(sample(encoded, 0)[3], 0);   // the missing level
    EXPECT_EQ(encoded.unknown_levels, (std::vector<std::uint64_t>{0, 0, 1, 0, 0, 0}));
  }
}

TEST(Encode, NoRowsGiveAnEmptyMatrix) {
  const table::Table table = table_of({numeric("a", {1, 3})});
  const Encoded encoded = encode_rows(fit(table, rows_of(2)).encoder, table, {});
  EXPECT_EQ(encoded.x.n_cols, 0u);
  EXPECT_EQ(encoded.x.n_rows, 1u);
}

TEST(Encode, RowsComeInTheOrderAsked) {
  const table::Table table = table_of({numeric("a", {1, 2, 3})});
  const FittedEncoder fitted = fit(table, rows_of(3), MissingPolicy::kFill, Layout::kTree);
  const Encoded encoded = encode_rows(fitted.encoder, table, core::row_list<core::TableRow>({2, 0, 2}));
  EXPECT_EQ(sample(encoded, 0), Row{3});
  EXPECT_EQ(sample(encoded, 1), Row{1});
  EXPECT_EQ(sample(encoded, 2), Row{3});
}

TEST(Encode, ThreadsLeaveNoTrace) {
  std::vector<double> numbers;
  std::vector<std::optional<std::string>> texts;
  for (int i = 0; i < 20000; ++i) {
    numbers.push_back(i % 97 == 0 ? kMissing : std::sqrt(static_cast<double>(i)));
    texts.push_back(i % 89 == 0 ? std::nullopt
                                : std::optional<std::string>("level " + std::to_string(i % 31)));
  }
  const table::Table table = table_of({numeric("a", numbers), category("c", texts)});
  const FittedEncoder fitted = fit(table, rows_of(9000), MissingPolicy::kDropRows);
  const Encoded expected = encode_rows(fitted.encoder, table, rows_of(20000));
  for (const std::uint32_t n_threads : {2u, 3u, 7u}) {
    const Encoded encoded = encode_rows(fitted.encoder, table, rows_of(20000), n_threads);
    EXPECT_EQ(0, std::memcmp(encoded.x.memptr(), expected.x.memptr(), expected.x.n_elem * sizeof(double)));
    EXPECT_EQ(encoded.unscorable, expected.unscorable);
    EXPECT_EQ(encoded.unknown_levels, expected.unknown_levels);
  }
}

TEST(Encode, AValueFarOutsideTheTrainingRangeStaysFinite) {
  const table::Table training = table_of({numeric("a", {0, 1e-300})});
  const table::Table other = table_of({numeric("a", {1e300, -1e300})});
  const Encoded encoded = encode_rows(fit(training, rows_of(2)).encoder, other, rows_of(2));
  EXPECT_EQ(sample(encoded, 0), Row{kLargestStandardised});
  EXPECT_EQ(sample(encoded, 1), Row{-kLargestStandardised});
}

TEST(DesignColumns, NamesEscapeWhatSeparatesThem) {
  const table::Table table = table_of({numeric("a=b", {1, 2, 3}), category("c\\d", {{"x=y"}, {}, {""}})});
  const FittedEncoder fitted = fit(table, rows_of(3));
  const std::vector<DesignColumn> columns = design_columns(fitted.encoder);
  ASSERT_EQ(columns.size(), fitted.encoder.n_design_columns());
  EXPECT_EQ(columns[0].name, "a\\=b");
  EXPECT_EQ(columns[1].name, "c\\\\d=");
  EXPECT_TRUE(columns[1].is_missing_level);
  EXPECT_EQ(columns[2].name, "c\\\\d=");  // the level whose text is empty
  EXPECT_FALSE(columns[2].is_missing_level);
  EXPECT_EQ(columns[3].name, "c\\\\d=x\\=y");
  EXPECT_EQ(columns[3].feature, 1u);
  EXPECT_FALSE(columns[0].is_level);
  const FittedEncoder tree = fit(table, rows_of(3), MissingPolicy::kFill, Layout::kTree);
  EXPECT_EQ(design_columns(tree.encoder).size(), 2u);
}

TEST(MatchColumns, FindsFeaturesByNameInAnyOrder) {
  const table::Table training = table_of({numeric("a", {1, 2}), category("c", {{"x"}, {"y"}})});
  const table::Table other = table_of({category("c", {{"x"}}), numeric("more", {1}), numeric("a", {1})});
  EXPECT_EQ(*match_columns(fit(training, rows_of(2)).encoder, other), (std::vector<std::size_t>{2, 0}));
}

TEST(MatchColumns, AnAbsentColumnSuggestsNearNames) {
  const table::Table training = table_of({numeric("weight", {1, 2})});
  const table::Table other = table_of({numeric("Weigth", {1})});
  const auto result = match_columns(fit(training, rows_of(2)).encoder, other);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kFeatureAbsent);
  EXPECT_NE(result.error().message.find("did you mean \"Weigth\""), std::string::npos)
      << result.error().message;
}

TEST(MatchColumns, AnotherKindIsAMismatchThatNamesBoth) {
  const table::Table training = table_of({numeric("a", {1, 2})});
  const table::Table other = table_of({category("a", {{"x"}, {}})});
  const auto result = match_columns(fit(training, rows_of(2)).encoder, other);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kFeatureKindMismatch);
  EXPECT_EQ(result.error().details, (core::Details{{"column", std::string("a")},
                                                   {"expected", std::string("numeric")},
                                                   {"got", std::string("category")}}));
}

TEST(MatchColumns, AnAllMissingColumnFitsAnyKind) {
  const table::Table training =
      table_of({numeric("a", {1, 3}), boolean("b", {0, 1}), category("c", {{"x"}, {"y"}})});
  const table::Table other = table_of(
      {category("a", {{}, {}}), numeric("b", {kMissing, kMissing}), numeric("c", {kMissing, kMissing})});
  const Encoder encoder = fit(training, rows_of(2)).encoder;
  ASSERT_TRUE(match_columns(encoder, other).ok());
  const Encoded encoded = encode_rows(encoder, other, rows_of(2));
  EXPECT_EQ(sample(encoded, 0), (Row{0, 0, 0, 0}));
  EXPECT_EQ(encoded.unknown_levels, (std::vector<std::uint64_t>{0, 0, 2}));
  const Encoder dropping = fit(training, rows_of(2), MissingPolicy::kDropRows).encoder;
  EXPECT_EQ(encode_rows(dropping, other, rows_of(2)).unscorable, core::row_list<core::Sample>({0, 1}));
}

TEST(EncodeNumericRow, EqualsTheTableBitByBit) {
  const table::Table table = table_of({numeric("a", {1, 2, 6.1, kMissing}), boolean("b", {0, 1, 1, -1})});
  for (const Layout layout : {Layout::kLinear, Layout::kTree}) {
    const Encoder encoder = fit(table, rows_of(4), MissingPolicy::kFill, layout).encoder;
    const Encoded encoded = encode_rows(encoder, table, rows_of(4));
    const double raw[4][2] = {{1, 0}, {2, 1}, {6.1, 1}, {kMissing, kMissing}};
    for (std::size_t i = 0; i < 4; ++i) {
      Row design(2);
      EXPECT_TRUE(encode_numeric_row(encoder, raw[i], design.data()));
      EXPECT_EQ(design, sample(encoded, i));
    }
  }
}

TEST(EncodeNumericRow, AMissingValueStaysMissingUnderNative) {
  const table::Table table = table_of({numeric("a", {1, kMissing})});
  const Encoder encoder = fit(table, rows_of(2), MissingPolicy::kNative, Layout::kTree).encoder;
  double design = 0;
  EXPECT_TRUE(encode_numeric_row(encoder, &kMissing, &design));
  EXPECT_TRUE(std::isnan(design));
}

TEST(EncodeNumericRow, EachFeatureFollowsItsOwnPolicy) {
  const table::Table table =
      table_of({numeric("a", {1, 2, 6}), numeric("b", {1, 2, 6}), numeric("c", {1, 2, 6})});
  const core::MissingPolicies policies{MissingPolicy::kError,
                                       {{"a", MissingPolicy::kFill}, {"b", MissingPolicy::kNative}}};
  const Encoder encoder = fit_with(table, rows_of(3), policies, Layout::kTree).encoder;
  Row design(3);
  EXPECT_TRUE(encode_numeric_row(encoder, Row{kMissing, kMissing, 5}.data(), design.data()));
  EXPECT_EQ(design[0], 2);
  EXPECT_TRUE(std::isnan(design[1]));
  EXPECT_FALSE(encode_numeric_row(encoder, Row{1, 2, kMissing}.data(), design.data()));
}

TEST(EncodeNumericRow, AMissingValueUnderDropRowsCannotBeScored) {
  const table::Table table = table_of({numeric("a", {1, 2})});
  const Encoder encoder = fit(table, rows_of(2), MissingPolicy::kDropRows).encoder;
  double design = 0;
  EXPECT_FALSE(encode_numeric_row(encoder, &kMissing, &design));
}

}  // namespace
}  // namespace rf::encode
