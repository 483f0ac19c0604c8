// SPDX-License-Identifier: MIT
// dataset.v1: what is told of each column, and what is not.
#include "unit/artifact/support.hpp"
#include "unit/core/row_list.hpp"

namespace rf::artifact {
namespace {

table::ColumnProfile numeric_column(const std::string& name) {
  table::ColumnProfile column;
  column.name = name;
  column.kind = core::Kind::kNumeric;
  column.missing = 2;
  column.distinct = 5;
  column.numeric = table::NumericSummary{-1, 3.5, 0.25, 1.5};
  return column;
}

table::ColumnProfile category_column(const std::string& name) {
  table::ColumnProfile column;
  column.name = name;
  column.kind = core::Kind::kCategory;
  column.distinct = 53;
  column.levels = {{"red", 4}, {"blue", 1}};
  column.other_levels = 51;
  return column;
}

TEST(ColumnsValue, UsedColumnsShowTheirContents) {
  const std::vector<table::ColumnProfile> columns = {numeric_column("x"), category_column("colour")};
  const std::vector<table::Role> roles = {table::Role::kLabel, table::Role::kFeature};
  EXPECT_EQ(
      test::text(columns_value(columns, roles)),
      R"([{"distinct":5,"kind":"numeric","max":3.5,"mean":0.25,"min":-1,"missing":2,"name":"x",)"
      R"("role":"label","std":1.5},{"distinct":53,"kind":"category","levels":[{"count":4,"level":"red"},)"
      R"({"count":1,"level":"blue"}],"missing":0,"name":"colour","other_levels":51,"role":"feature"}])");
}

TEST(ColumnsValue, OtherColumnsShowNameKindAndCountsOnly) {
  const std::vector<table::ColumnProfile> columns = {numeric_column("salary"), category_column("name")};
  const std::vector<table::Role> roles = {table::Role::kIgnored, table::Role::kIdentifier};
  EXPECT_EQ(test::text(columns_value(columns, roles)),
            R"([{"distinct":5,"kind":"numeric","missing":2,"name":"salary","role":"ignored"},)"
            R"({"distinct":53,"kind":"category","missing":0,"name":"name","role":"identifier"}])");
}

TEST(ColumnsValue, AnAllMissingColumnHasNoRange) {
  table::ColumnProfile column = numeric_column("x");
  column.numeric.reset();
  const std::vector<table::ColumnProfile> columns = {column};
  const std::vector<table::Role> roles = {table::Role::kFeature};
  EXPECT_EQ(columns_value(columns, roles).as_array()[0].find("min"), nullptr);
}

DatasetFacts facts_of(const table::Selection& selection, std::span<const table::ColumnProfile> columns) {
  DatasetFacts facts;
  facts.content_sha256 = std::string(64, 'b');
  facts.rows_read = 9;
  facts.selection = &selection;
  facts.columns = columns;
  facts.duplicate_rows_across_split = 1;
  return facts;
}

TEST(DatasetDocument, CountsRowsAndClasses) {
  const std::vector<table::ColumnProfile> columns = {numeric_column("x"), category_column("colour")};
  table::Selection selection;
  selection.roles = {table::Role::kFeature, table::Role::kLabel};
  selection.rows = core::row_list<core::TableRow>({0, 1, 2, 5, 6});
  selection.dropped_missing_label = 1;
  selection.dropped_missing_values = 3;
  DatasetFacts facts = facts_of(selection, columns);
  facts.class_counts = {{std::string("blue"), 2, 1, 1}, {std::string("red"), 3, 3, 0}};
  const json::Value document = test::finished(dataset_document(facts), "dataset.v1");
  EXPECT_EQ(test::text(document, "rows"),
            R"({"dropped_missing_label":1,"dropped_missing_values":3,"read":9,"used":5})");
  EXPECT_EQ(
      test::text(document, "class_counts"),
      R"([{"class":"blue","count":2,"train":1,"validation":1},{"class":"red","count":3,"train":3,"validation":0}])");
  EXPECT_EQ(test::text(document, "duplicate_rows_across_split"), "1");
}

TEST(DatasetDocument, TellsThePolicyOfEachColumnWhereTheyHaveTheirOwn) {
  const std::vector<table::ColumnProfile> columns = {numeric_column("x"), category_column("colour"),
                                                     numeric_column("w")};
  table::Selection selection;
  selection.roles = {table::Role::kFeature, table::Role::kLabel, table::Role::kWeight};
  selection.missing = {{0, core::MissingPolicy::kFill, 2}, {2, core::MissingPolicy::kDropRows, 0}};
  const json::Value document = test::finished(dataset_document(facts_of(selection, columns)), "dataset.v1");
  const auto& entries = document.find("columns")->as_array();
  EXPECT_EQ(entries[0].find("missing_policy")->as_string(), "fill");
  EXPECT_EQ(entries[0].find("missing_used_rows")->as_number(), 2);
  EXPECT_EQ(entries[1].find("missing_policy"), nullptr);
  EXPECT_EQ(entries[2].find("missing_policy")->as_string(), "drop_rows");
  EXPECT_EQ(entries[2].find("missing_used_rows")->as_number(), 0);
}

TEST(DatasetDocument, RegressionHasNoClassCounts) {
  const std::vector<table::ColumnProfile> columns = {category_column("colour"), numeric_column("y")};
  table::Selection selection;
  selection.roles = {table::Role::kIgnored, table::Role::kLabel};
  const json::Value document = test::finished(dataset_document(facts_of(selection, columns)), "dataset.v1");
  EXPECT_EQ(document.find("class_counts"), nullptr);
}

}  // namespace
}  // namespace rf::artifact
