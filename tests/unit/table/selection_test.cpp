// SPDX-License-Identifier: MIT
#include "table/selection.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "unit/core/row_list.hpp"
#include "unit/table/support.hpp"

namespace rf::table {
namespace {

using namespace test;
using core::Code;
using core::MissingPolicy;
using Columns = std::vector<std::size_t>;
using Codes = std::vector<Code>;

SelectionRequest request(std::string label, MissingPolicy missing = MissingPolicy::kDropRows) {
  SelectionRequest result;
  result.label = std::move(label);
  result.missing.policy = missing;
  return result;
}

Selection must_select(const Table& table, const SelectionRequest& wanted) {
  auto result = select(table, wanted);
  if (!result.ok()) throw std::runtime_error(result.error().message);  // ends the test as a failure
  return std::move(result).value();
}

core::Error must_refuse(const Table& table, const SelectionRequest& wanted) {
  auto result = select(table, wanted);
  if (result.ok()) {
    ADD_FAILURE() << "selected";
    return {};
  }
  return result.error();
}

std::vector<std::optional<std::string>> distinct_texts(std::size_t n) {
  std::vector<std::optional<std::string>> texts;
  for (std::size_t i = 0; i < n; ++i) texts.push_back("id-" + std::to_string(i * 7919));
  return texts;
}

std::vector<double> alternating(std::size_t n) {
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<double>(i % 2);
  return values;
}

TEST(Select, EveryColumnButTheLabelIsAFeature) {
  const Table table = table_of({numeric_column("a", {5, 1, 9}), category_column("y", {"p", "q", "p"}),
                                boolean_column("b", {1, 0, 1})});
  const Selection selection = must_select(table, request("y"));
  EXPECT_EQ(selection.label, 1u);
  EXPECT_EQ(selection.features, (Columns{0, 2}));
  EXPECT_EQ(selection.roles, (std::vector<Role>{Role::kFeature, Role::kLabel, Role::kFeature}));
  EXPECT_EQ(selection.rows, core::row_list<TableRow>({0, 1, 2}));
  EXPECT_TRUE(selection.diagnostics.empty());
}

TEST(Select, DeclaredRolesAreFollowed) {
  const Table table =
      table_of({numeric_column("a", {5, 1}), numeric_column("y", {0, 1}), numeric_column("b", {2, 9})});
  SelectionRequest wanted = request("y");
  wanted.roles = {{"a", Role::kIgnored}, {"b", Role::kFeature}};
  EXPECT_EQ(must_select(table, wanted).features, Columns{2});
}

TEST(Select, AnUnknownLabelSuggestsNearNames) {
  const Table table = table_of({numeric_column("Survived", {1, 0}), numeric_column("Age", {5, 1})});
  const core::Error error = must_refuse(table, request("survivd"));
  EXPECT_EQ(error.code, Code::kLabelNotFound);
  EXPECT_EQ(error.message, "the table has no column \"survivd\" for the label; did you mean \"Survived\"?");
  EXPECT_EQ(detail_text(error.details, "column"), "survivd");
}

TEST(Select, ARoleForNoColumnSuggestsNearNames) {
  const Table table = table_of({numeric_column("y", {1, 0}), numeric_column("Age", {5, 1})});
  SelectionRequest wanted = request("y");
  wanted.roles = {{"Agee", Role::kIgnored}};
  const core::Error error = must_refuse(table, wanted);
  EXPECT_EQ(error.code, Code::kColumnNotFound);
  EXPECT_EQ(error.message,
            "the table has no column \"Agee\", for which a role is declared; did you mean \"Age\"?");
}

TEST(Select, TheLabelCannotHaveAnotherRole) {
  const Table table = table_of({numeric_column("y", {1, 0}), numeric_column("a", {5, 1})});
  SelectionRequest wanted = request("y");
  wanted.roles = {{"y", Role::kIgnored}};
  EXPECT_EQ(must_refuse(table, wanted).code, Code::kInvalidValue);
}

TEST(Select, ATableOfTheLabelAloneIsRefused) {
  const core::Error error = must_refuse(table_of({numeric_column("y", {1, 0})}), request("y"));
  EXPECT_EQ(error.code, Code::kLabelOnlyDataset);
  EXPECT_EQ(error.message, "expected feature columns beside the label \"y\", found none");
}

TEST(Select, DistinctTextsOfTwentyRowsIdentifyThem) {
  const Table table = table_of({category_column("id", distinct_texts(20)),
                                numeric_column("x", alternating(20)), numeric_column("y", alternating(20))});
  const Selection selection = must_select(table, request("y"));
  EXPECT_EQ(selection.roles[0], Role::kIdentifier);
  EXPECT_EQ(selection.features, Columns{1});
  ASSERT_EQ(codes_of(selection.diagnostics), Codes{Code::kIdentifierColumnIgnored});
  EXPECT_EQ(detail_text(selection.diagnostics[0].details, "column"), "id");
  EXPECT_EQ(detail_number(selection.diagnostics[0].details, "distinct"), 20);
}

TEST(Select, FewerOrRepeatedTextsIdentifyNothing) {
  const Table few = table_of({category_column("id", distinct_texts(19)), numeric_column("x", alternating(19)),
                              numeric_column("y", alternating(19))});
  EXPECT_EQ(must_select(few, request("y")).features, (Columns{0, 1}));
  auto texts = distinct_texts(30);
  texts[29] = texts[0];
  const Table repeated = table_of({category_column("id", texts), numeric_column("x", alternating(30)),
                                   numeric_column("y", alternating(30))});
  EXPECT_EQ(must_select(repeated, request("y")).features, (Columns{0, 1}));
}

TEST(Select, PresentTextsCountAndMissingOnesDoNot) {
  auto texts = distinct_texts(25);
  for (std::size_t i = 0; i < 5; ++i) texts[i] = std::nullopt;
  const auto roles_with = [&] {
    const Table table = table_of({category_column("id", texts), numeric_column("x", alternating(25)),
                                  numeric_column("y", alternating(25))});
    return must_select(table, request("y")).roles;
  };
  EXPECT_EQ(roles_with()[0], Role::kIdentifier) << "20 present texts, all distinct";
  texts[5] = std::nullopt;
  EXPECT_EQ(roles_with()[0], Role::kFeature) << "19 present texts";
}

TEST(Select, IdentifiersAreFoundBeforeRowsAreDropped) {
  // Distinct among the rows with a label, but not among all.
  auto texts = distinct_texts(22);
  texts[21] = texts[20];
  std::vector<double> label = alternating(22);
  label[21] = kMissing;
  const Table table = table_of(
      {category_column("id", texts), numeric_column("x", alternating(22)), numeric_column("y", label)});
  EXPECT_EQ(must_select(table, request("y")).roles[0], Role::kFeature);
}

TEST(Select, ADeclaredFeatureIsNoIdentifier) {
  const Table table =
      table_of({category_column("id", distinct_texts(20)), numeric_column("y", alternating(20))});
  SelectionRequest wanted = request("y");
  wanted.roles = {{"id", Role::kFeature}};
  const Selection selection = must_select(table, wanted);
  EXPECT_EQ(selection.features, Columns{0});
  EXPECT_TRUE(selection.diagnostics.empty());
}

TEST(Select, ALabelOfDistinctTextsIsStillTheLabel) {
  const Table table =
      table_of({category_column("y", distinct_texts(20)), numeric_column("x", alternating(20))});
  EXPECT_EQ(must_select(table, request("y")).roles[0], Role::kLabel);
}

TEST(Select, AnIntegerColumnThatCountsRowsIsKeptAndTold) {
  for (const double first : {0.0, 1.0, -3.0, 1000.0}) {
    std::vector<double> numbers(20);
    std::iota(numbers.begin(), numbers.end(), first);
    const Table table = table_of({numeric_column("no", numbers), numeric_column("y", alternating(20))});
    const Selection selection = must_select(table, request("y"));
    EXPECT_EQ(selection.features, Columns{0});
    ASSERT_EQ(codes_of(selection.diagnostics), Codes{Code::kRowNumberColumn}) << first;
    EXPECT_EQ(selection.diagnostics[0].severity, core::Severity::kInfo);
  }
}

TEST(Select, GapsHalvesAndMissingValuesCountNoRows) {
  const std::vector<std::vector<double>> columns = {
      {1, 2, 4, 5}, {0.5, 1.5, 2.5, 3.5}, {1, 2, 3, kMissing}, {4, 3, 2, 1}};
  for (const std::vector<double>& values : columns) {
    const Table table = table_of({numeric_column("no", values), numeric_column("y", {0, 1, 0, 1})});
    EXPECT_EQ(codes_of(must_select(table, request("y", MissingPolicy::kFill)).diagnostics), Codes{})
        << values[0];
  }
}

Table with_gaps() {
  return table_of({numeric_column("a", {1, kMissing, 3, 4, 5, 6}),
                   category_column("b", {"x", "x", std::nullopt, "y", "y", "x"}),
                   numeric_column("y", {0, 1, 0, kMissing, 1, 0}),
                   boolean_column("c", {-1, -1, -1, -1, -1, 1})});
}

TEST(Select, DropRowsLooksAtUsedFeaturesAndTheLabel) {
  SelectionRequest wanted = request("y");
  wanted.roles = {{"c", Role::kIgnored}};
  const Selection selection = must_select(with_gaps(), wanted);
  EXPECT_EQ(selection.rows, core::row_list<TableRow>({0, 4, 5}));
  EXPECT_EQ(selection.dropped_missing_label, 1u);
  EXPECT_EQ(selection.dropped_missing_values, 2u);
  ASSERT_EQ(codes_of(selection.diagnostics), (Codes{Code::kMissingValuesDropped, Code::kDroppedManyRows}));
  EXPECT_EQ(selection.diagnostics[0].message,
            "3 of 6 rows were dropped for missing values: \"a\" (1 row), \"b\" (1 row), \"y\" (1 row)");
  EXPECT_EQ(detail_number(selection.diagnostics[0].details, "dropped"), 3);
  EXPECT_EQ(detail_number(selection.diagnostics[0].details, "rows"), 6);
  EXPECT_EQ(detail_number(selection.diagnostics[0].details, "missing:b"), 1);
  EXPECT_EQ(selection.diagnostics[1].severity, core::Severity::kWarning);
}

TEST(Select, AFifthOfTheRowsIsNotMany) {
  std::vector<double> values = {1, 7, 3, 4, 5};
  values[2] = kMissing;
  const Table table = table_of({numeric_column("a", values), numeric_column("y", {0, 1, 0, 1, 0})});
  EXPECT_EQ(codes_of(must_select(table, request("y")).diagnostics), Codes{Code::kMissingValuesDropped});
}

TEST(Select, FillDropsRowsWithoutALabelOnly) {
  const Selection selection = must_select(with_gaps(), request("y", MissingPolicy::kFill));
  EXPECT_EQ(selection.rows, core::row_list<TableRow>({0, 1, 2, 4, 5}));
  EXPECT_EQ(selection.dropped_missing_label, 1u);
  EXPECT_EQ(selection.dropped_missing_values, 0u);
}

TEST(Select, ErrorNamesTheFirstMissingCell) {
  const core::Error error = must_refuse(with_gaps(), request("y", MissingPolicy::kError));
  EXPECT_EQ(error.code, Code::kMissingValue);
  EXPECT_EQ(error.message,
            "row 0 (rows are numbered from 0), column \"c\": expected a value, as the missing policy is "
            "error, found none");
  EXPECT_EQ(detail_number(error.details, "row"), 0);
  EXPECT_EQ(detail_text(error.details, "column"), "c");
}

TEST(Select, ErrorStillDropsRowsWithoutALabel) {
  const Table table =
      table_of({numeric_column("a", {1, kMissing, 5}), numeric_column("y", {0, kMissing, 1})});
  const Selection selection = must_select(table, request("y", MissingPolicy::kError));
  EXPECT_EQ(selection.rows, core::row_list<TableRow>({0, 2}));
}

TEST(Select, ALabelMissingEverywhereLeavesNoRow) {
  const Table table = table_of({numeric_column("a", {1, 2}), numeric_column("y", {kMissing, kMissing})});
  for (const MissingPolicy policy : {MissingPolicy::kDropRows, MissingPolicy::kFill, MissingPolicy::kError}) {
    const core::Error error = must_refuse(table, request("y", policy));
    EXPECT_EQ(error.code, Code::kZeroRows);
    EXPECT_EQ(error.message, "no row is left to train on: the label \"y\" is missing in all 2 rows");
  }
}

TEST(Select, AnAllMissingFeatureNamesItselfWhenNothingIsLeft) {
  const Table table =
      table_of({numeric_column("a", {1, kMissing, 9}), numeric_column("gone", {kMissing, kMissing, kMissing}),
                numeric_column("y", {0, 1, 0})});
  const core::Error error = must_refuse(table, request("y"));
  EXPECT_EQ(error.code, Code::kZeroRows);
  EXPECT_EQ(
      error.message,
      "no row is left to train on: each of the 3 rows lacks a value; missing most often: \"gone\" (3 rows), "
      "\"a\" (1 row); use `--missing fill`, or ignore such a column");
  EXPECT_EQ(detail_number(error.details, "missing:gone"), 3);
  EXPECT_TRUE(select(table, request("y", MissingPolicy::kFill)).ok());
}

/// Row 0 lacks nothing, rows 1, 2 and 3 lack one feature each, row 4 the first two, row 5 the label and c.
Table with_one_gap_each() {
  return table_of({numeric_column("a", {5, kMissing, 3, 4, kMissing, 6}),
                   category_column("b", {"p", "q", {}, "p", {}, "q"}),
                   boolean_column("c", {1, 0, 1, -1, 1, -1}),
                   numeric_column("y", {0, 1, 0, 1, 0, kMissing})});
}

SelectionRequest with_policies(MissingPolicy all, std::map<std::string, MissingPolicy> columns) {
  SelectionRequest wanted = request("y", all);
  wanted.missing.columns = std::move(columns);
  return wanted;
}

TEST(Select, DropRowsLooksAtItsOwnColumnsOnly) {
  const Table table = with_one_gap_each();
  EXPECT_EQ(must_select(table, with_policies(MissingPolicy::kFill, {{"a", MissingPolicy::kDropRows}})).rows,
            core::row_list<TableRow>({0, 2, 3}));
  EXPECT_EQ(must_select(table, with_policies(MissingPolicy::kNative, {{"b", MissingPolicy::kDropRows}})).rows,
            core::row_list<TableRow>({0, 1, 3}));
  const Selection selection = must_select(
      table,
      with_policies(MissingPolicy::kDropRows, {{"a", MissingPolicy::kFill}, {"c", MissingPolicy::kNative}}));
  EXPECT_EQ(selection.rows, core::row_list<TableRow>({0, 1, 3}));
  EXPECT_EQ(selection.dropped_missing_label, 1u);
  EXPECT_EQ(selection.dropped_missing_values, 2u);
  EXPECT_EQ(selection.diagnostics[0].message,
            "3 of 6 rows were dropped for missing values: \"b\" (2 rows), \"y\" (1 row)");
}

TEST(Select, ErrorLooksAtItsOwnColumnsInRowsThatStay) {
  const Table table = with_one_gap_each();
  const core::Error error = must_refuse(
      table,
      with_policies(MissingPolicy::kFill, {{"a", MissingPolicy::kDropRows}, {"b", MissingPolicy::kError}}));
  EXPECT_EQ(error.code, Code::kMissingValue);
  EXPECT_EQ(detail_number(error.details, "row"), 2);
  EXPECT_EQ(detail_text(error.details, "column"), "b");
  // Only rows that go for the sake of a lack b, or have no label.
  const Table apart =
      table_of({numeric_column("a", {5, kMissing, 3, 7}), category_column("b", {"p", {}, "q", {}}),
                numeric_column("y", {0, 1, 0, kMissing})});
  EXPECT_EQ(must_select(apart, with_policies(MissingPolicy::kDropRows, {{"b", MissingPolicy::kError}})).rows,
            core::row_list<TableRow>({0, 2}));
}

TEST(Select, TheWeightHasAPolicyOfItsOwn) {
  const Table table = table_of({numeric_column("a", {5, kMissing, 3}), numeric_column("w", {1, 1, kMissing}),
                                numeric_column("y", {0, 1, 0})});
  SelectionRequest wanted = with_policies(MissingPolicy::kFill, {{"w", MissingPolicy::kDropRows}});
  wanted.roles = {{"w", Role::kWeight}};
  EXPECT_EQ(must_select(table, wanted).rows, core::row_list<TableRow>({0, 1}));
  wanted.missing = {MissingPolicy::kDropRows, {{"w", MissingPolicy::kError}}};
  EXPECT_EQ(detail_text(must_refuse(table, wanted).details, "column"), "w");
  for (const MissingPolicy policy : {MissingPolicy::kFill, MissingPolicy::kNative}) {
    wanted.missing = {MissingPolicy::kDropRows, {{"w", policy}}};
    EXPECT_EQ(must_refuse(table, wanted).code, Code::kParameterNotApplicable);
  }
}

TEST(Select, PoliciesAreForColumnsThatAreUsed) {
  const Table table =
      table_of({category_column("id", distinct_texts(20)), numeric_column("a", alternating(20)),
                numeric_column("z", alternating(20)), numeric_column("y", alternating(20))});
  const core::Error unknown =
      must_refuse(table, with_policies(MissingPolicy::kFill, {{"A", MissingPolicy::kError}}));
  EXPECT_EQ(unknown.code, Code::kColumnNotFound);
  EXPECT_EQ(unknown.message,
            "the table has no column \"A\", for which a missing policy is declared; did you mean \"a\"?");
  SelectionRequest wanted = with_policies(MissingPolicy::kFill, {{"id", MissingPolicy::kError}});
  EXPECT_EQ(must_refuse(table, wanted).message,
            "the missing policy error of column \"id\" does not apply: its texts are all distinct, so the "
            "column is "
            "not a feature unless it is given that role");
  wanted.roles = {{"id", Role::kFeature}};
  EXPECT_TRUE(select(table, wanted).ok());
  wanted.roles = {{"z", Role::kIgnored}};
  wanted.missing.columns = {{"z", MissingPolicy::kFill}};
  EXPECT_EQ(must_refuse(table, wanted).code, Code::kParameterNotApplicable);
}

TEST(Select, MissingRowsThatAreUsedAreCountedWhereColumnsHavePolicies) {
  const Table table = with_one_gap_each();
  EXPECT_TRUE(must_select(table, request("y", MissingPolicy::kFill)).missing.empty());
  const Selection selection = must_select(
      table,
      with_policies(MissingPolicy::kFill, {{"a", MissingPolicy::kDropRows}, {"c", MissingPolicy::kNative}}));
  ASSERT_EQ(selection.missing.size(), 3u);
  const MissingPolicy policies[] = {MissingPolicy::kDropRows, MissingPolicy::kFill, MissingPolicy::kNative};
  const std::uint64_t used_rows[] = {0, 1, 1};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(selection.missing[i].column, i);
    EXPECT_EQ(selection.missing[i].policy, policies[i]);
    EXPECT_EQ(selection.missing[i].used_rows, used_rows[i]);
  }
}

TEST(Select, OnlyIdentifiersLeftSaysSo) {
  const Table table = table_of({category_column("id", distinct_texts(20)),
                                numeric_column("y", alternating(20)), numeric_column("z", alternating(20))});
  SelectionRequest wanted = request("y");
  wanted.roles = {{"z", Role::kIgnored}};
  const core::Error error = must_refuse(table, wanted);
  EXPECT_EQ(error.code, Code::kZeroFeatures);
  EXPECT_EQ(error.message,
            "no column is left as a feature: beside the label the table has only 1 text column whose values "
            "are all "
            "distinct (\"id\"), which identify rows and 1 ignored column");
  EXPECT_EQ(detail_number(error.details, "identifiers"), 1);
}

TEST(Select, TitanicIsSelectedAsItsPeopleKnowIt) {
  const Dataset titanic = must_read(file_bytes(std::string(RUNFORGE_TEST_DATA_DIR) + "/titanic.csv"));
  const Selection selection = must_select(titanic.table, request("Survived"));
  EXPECT_EQ(selection.roles[titanic.table.find("Name")], Role::kIdentifier);
  EXPECT_EQ(selection.roles[titanic.table.find("Ticket")], Role::kFeature) << "families share tickets";
  EXPECT_EQ(codes_of(selection.diagnostics), (Codes{Code::kRowNumberColumn, Code::kIdentifierColumnIgnored,
                                                    Code::kMissingValuesDropped, Code::kDroppedManyRows}));
  EXPECT_EQ(selection.rows.size(), 183u) << "rows with Age, Cabin and Embarked";
}

}  // namespace
}  // namespace rf::table
