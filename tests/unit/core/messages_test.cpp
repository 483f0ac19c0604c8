// SPDX-License-Identifier: MIT
// The sentence of every diagnostic, and the keys that its details may have.
#include "core/messages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rf::core {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

std::string info(Code code, const Details& details) {
  return diagnostic_message(code, Severity::kInfo, details);
}
std::string warning(Code code, const Details& details) {
  return diagnostic_message(code, Severity::kWarning, details);
}

std::vector<Code> diagnostics() {
  std::vector<Code> codes;
  for (std::size_t i = 0; i < kCodeTable.size(); ++i)
    if (is_diagnostic(static_cast<Code>(i))) codes.push_back(static_cast<Code>(i));
  return codes;
}

Details cells(std::int64_t count, std::int64_t present) {
  return {{"column", "x"}, {"got", "1,5"}, {"row", 3}, {"cells", count}, {"present", present}};
}

TEST(DiagnosticMessage, OfMissingValuesNamesThreeColumnsMostRowsFirstThenByName) {
  const Details details = {{"dropped", 9},   {"rows", 40},     {"missing:b", 2},
                           {"missing:a", 2}, {"missing:d", 7}, {"missing:c", 1}};
  EXPECT_EQ(
      info(Code::kMissingValuesDropped, details),
      "9 of 40 rows were dropped for missing values: \"d\" (7 rows), \"a\" (2 rows), \"b\" (2 rows), ...");
  EXPECT_EQ(warning(Code::kDroppedManyRows, {{"dropped", 1}, {"rows", 2}, {"missing:\xC3\xA9", 1}}),
            "more than a fifth of the rows is gone (1 of 2 rows was dropped for missing values), most for "
            "\"\xC3\xA9\" (1 row); `--missing fill` or ignoring a column keeps more");
}

TEST(DiagnosticMessage, OfFilledValuesCountsValuesAndColumnsWhateverTheyAreCalled) {
  EXPECT_EQ(info(Code::kMissingValuesFilled, {{"rows", 1}, {"column", 3}, {"missing:x", 2}}),
            "6 missing values in 3 columns of the training rows were filled");
  EXPECT_EQ(info(Code::kMissingValuesFilled, {{"Age", 1}}),
            "1 missing value in 1 column of the training rows was filled");
}

TEST(DiagnosticMessage, OfAColumnNamesIt) {
  EXPECT_EQ(warning(Code::kConstantFeature, {{"column", "a\"b"}}),
            "column \"a\\\"b\" has one value in all training rows and can tell nothing");
  EXPECT_EQ(warning(Code::kHighCardinalityCategory, {{"column", "c"}, {"levels", 60}, {"rows", 100}}),
            "column \"c\" has 60 levels in 100 training rows");
  EXPECT_EQ(
      warning(Code::kIdentifierColumnIgnored, {{"column", "id"}, {"distinct", 20}}),
      "column \"id\" was left out: its 20 texts are all distinct, so it identifies rows; give it the role "
      "feature to use it");
  EXPECT_EQ(info(Code::kRowNumberColumn, {{"column", "n"}}),
            "column \"n\" only counts the rows; it was kept as a feature");
  EXPECT_EQ(warning(Code::kIntegerTooWide, {{"column", "w"}, {"got", "9007199254740993"}}),
            "column \"w\": the integer \"9007199254740993\" is wider than a double holds exactly; the column "
            "is read "
            "as categories of its exact text");
}

TEST(DiagnosticMessage, OfCellsCountsThemAndShowsTheFirst) {
  EXPECT_EQ(
      warning(Code::kDecimalComma, cells(2, 5)),
      "column \"x\": 2 of 5 present cells look like numbers with a decimal comma; the column is read as "
      "categories. Write a point to have numbers. The first is \"1,5\" in row 3 (rows are numbered from 0)");
  EXPECT_EQ(
      warning(Code::kThousandsSeparator, cells(1, 1)),
      "column \"x\": 1 of 1 present cell looks like a number with separated thousands; the column is read as "
      "categories. Leave the separators out to have numbers. The first is \"1,5\" in row 3 (rows are "
      "numbered from 0)");
  EXPECT_EQ(
      info(Code::kDatesAsText, cells(1, 2)),
      "column \"x\": 1 of 2 present cells looks like a date; the column is read as categories. A number, "
      "such "
      "as days or the year, would tell a model their order. The first is \"1,5\" in row 3 (rows are numbered "
      "from 0)");
  EXPECT_EQ(
      info(Code::kLeadingZeros, cells(2, 2)),
      "column \"x\": 2 of 2 present cells have leading zeros, as codes do and numbers do not; the column is "
      "read as categories. The first is \"1,5\" in row 3 (rows are numbered from 0)");
}

TEST(DiagnosticMessage, OfNumbersAndOtherCellsTellsHowManyOfEach) {
  EXPECT_EQ(warning(Code::kNumbersInText, cells(2, 2)),
            "column \"x\": 2 of 2 present cells are numbers, but handed over as text; the column is read as "
            "categories. Hand over numbers, or use infer_text. The first is \"1,5\" in row 3 (rows are "
            "numbered from 0)");
  EXPECT_EQ(info(Code::kNumbersInText, cells(1, 2)),
            "column \"x\": 1 of 2 present cells is a number; as the other is text, the column is read as "
            "categories. "
            "The first is \"1,5\" in row 3 (rows are numbered from 0)");
  EXPECT_EQ(info(Code::kNumbersInText, cells(1, 3)),
            "column \"x\": 1 of 3 present cells is a number; as the others are text, the column is read as "
            "categories. The first is \"1,5\" in row 3 (rows are numbered from 0)");
  EXPECT_EQ(
      warning(Code::kTextAmongNumbers, cells(1, 10)),
      "column \"x\": 9 of 10 present cells are numbers, but for the rest the column is read as categories "
      "(declare such texts as missing_tokens, or ignore the column). The first that is no number is \"1,5\" "
      "in "
      "row 3 (rows are numbered from 0)");
  Details mixed = cells(3, 5);
  mixed.push_back({"numbers", 1});
  EXPECT_EQ(warning(Code::kMixedKinds, mixed),
            "column \"x\": of 5 present cells 3 are true or false, 1 is a number and 1 is other text; the "
            "column is "
            "read as categories. The first cell that differs from those before is \"1,5\" in row 3 (rows "
            "are numbered from 0)");
  EXPECT_EQ(warning(Code::kMixedKinds, cells(1, 5)),
            "column \"x\": 1 of 5 present cells is true or false, the others are not; the column is read as "
            "categories. The first cell that differs from those before is \"1,5\" in row 3 (rows are "
            "numbered from 0)")
      << "as version 0.1.0 recorded it";
}

TEST(DiagnosticMessage, OfAFeatureThatTellsTheLabelSaysHow) {
  const Details determines = {{"column", "x"}, {"label", "y"}, {"match", "determines"}, {"values", 3}};
  EXPECT_EQ(warning(Code::kFeatureMatchesLabel, determines),
            "column \"x\" determines the label \"y\": each of its 3 values occurs with only one value of the "
            "label; ignore the column if it is not known before the label");
  const Details moves = {
      {"column", "x"}, {"label", "y"}, {"match", "correlates"}, {"correlation", "-0.9999"}};
  EXPECT_EQ(
      warning(Code::kFeatureMatchesLabel, moves),
      "column \"x\" moves with the label \"y\" almost exactly: their correlation is -0.9999; ignore the "
      "column if it is not known before the label");
  EXPECT_EQ(
      warning(Code::kFeatureMatchesLabel, {{"column", "x"}, {"label", "y"}, {"match", "correlates"}}),
      "column \"x\" moves with the label \"y\" almost exactly; ignore the column if it is not known before "
      "the label")
      << "as version 0.1.0 told it";
}

TEST(DiagnosticMessage, OfASolverSaysWhyItStopped) {
  Details details = {{"iterations", 7}, {"max_iter", 9}, {"gradient_norm", "0.5"}, {"tolerance", "1e-8"}};
  const std::string how_far = " after 7 of at most 9 iterations with largest gradient 0.5, wanted 1e-8";
  EXPECT_EQ(warning(Code::kNotConverged, details),
            "the solver stopped before the tolerance was met" + how_far)
      << "as version 0.1.0 recorded it";
  for (const auto& [reason, text] :
       {std::pair("separated",
                  "the classes can be told apart completely, so without a penalty no finite optimum exists; "
                  "stopped"),
        std::pair("rounding",
                  "rounding let neither the objective nor its gradient improve any more; stopped"),
        std::pair("iteration_limit", "the iteration limit came first; stopped")}) {
    Details with_reason = details;
    with_reason.push_back({"reason", reason});
    EXPECT_EQ(warning(Code::kNotConverged, with_reason), text + how_far);
  }
}

TEST(DiagnosticMessage, OfBoostingSaysThatTheLossStillFell) {
  const auto told = [](std::int64_t window) {
    return info(Code::kNotConverged,
                {{"iterations", 100}, {"early_stopping_rounds", window}, {"n_estimators", 100}});
  };
  const std::string still =
      "early stopping did not come: the loss on the held-out rows still fell within the last ";
  EXPECT_EQ(told(5), still + "5 of 100 rounds");
  EXPECT_EQ(told(1), still + "of 100 rounds");
  EXPECT_EQ(info(Code::kNotConverged, {{"iterations", 100}}), still + "rounds")
      << "as version 0.1.0 recorded it";
}

TEST(DiagnosticMessage, OfDependentColumnsFitsTheirNumber) {
  EXPECT_EQ(warning(Code::kRankDeficient, {{"count", 2}, {"columns", "2, 7"}}),
            "2 design columns depend linearly on the columns before them and got coefficient 0: 2, 7");
  EXPECT_EQ(warning(Code::kRankDeficient, {{"count", 1}, {"columns", "2"}}),
            "1 design column depends linearly on the columns before it and got coefficient 0: 2");
}

TEST(DiagnosticMessage, OfAMetricSaysWhyItHasNoValue) {
  const auto told = [](const char* reason) {
    return warning(Code::kMetricUndefined, {{"metric", "r2"}, {"reason", reason}});
  };
  EXPECT_EQ(told("one_class"), "r2 is undefined: the validation rows hold only one class");
  EXPECT_EQ(told("one_row"), "r2 is undefined: there is only one validation row");
  EXPECT_EQ(told("beyond_range"), "r2 is undefined: its value is beyond the range of a double");
  EXPECT_EQ(warning(Code::kMetricUndefined, {{"metric", "r2"}}), "r2 is undefined on the validation rows")
      << "as version 0.1.0 recorded it";
}

TEST(DiagnosticMessage, OfRowsFitsTheirNumber) {
  EXPECT_EQ(info(Code::kDuplicateRowsAcrossSplit, {{"rows", 2}}),
            "2 validation rows equal a training row in all features and the label");
  EXPECT_EQ(info(Code::kDuplicateRowsAcrossSplit, {{"rows", 1}}),
            "1 validation row equals a training row in all features and the label");
  EXPECT_EQ(info(Code::kUnknownLevel, {{"column", "c"}, {"rows", 2}}),
            "column \"c\": 2 validation rows hold a level that no training row has");
  EXPECT_EQ(warning(Code::kUnknownLevel, {{"column", "c"}, {"rows", 1}}),
            "column \"c\": 1 cell holds a level the model was not trained with");
  EXPECT_EQ(warning(Code::kPredictRowMissing, {{"rows", 3}, {"of", 10}}),
            "3 of 10 rows lack a feature and could not be scored");
  EXPECT_EQ(warning(Code::kPredictRowMissing, {{"rows", 1}}), "1 row lacks a feature and could not be scored")
      << "as version 0.1.0 told it";
}

TEST(DiagnosticMessage, OfAKeyFileNamesItWhole) {
  const std::string path(60, 'p');
  EXPECT_EQ(warning(Code::kKeyFileOpenToOthers, {{"file", path}}),
            "\"" + path + "\" holds a secret key and may be read or written by others; chmod 600 it");
}

TEST(DiagnosticMessage, EveryDiagnosticHasOneOfItsOwnEvenWithoutDetails) {
  for (const Severity severity : {Severity::kInfo, Severity::kWarning}) {
    std::set<std::string> seen;
    for (const Code code : diagnostics()) {
      const std::string message = diagnostic_message(code, severity, {});
      EXPECT_FALSE(message.empty()) << code_name(code);
      EXPECT_EQ(message.find("  "), std::string::npos) << message;
      if (code == Code::kMissingValuesDropped || code == Code::kMissingValuesFilled) continue;
      EXPECT_TRUE(seen.insert(message).second) << message;
    }
  }
}

TEST(DiagnosticMessage, IsMadeOfTheWholeSetWhateverItsOrder) {
  for (const Code code : diagnostics()) {
    Details details;
    for (const DetailKey& key : kDetailKeys)
      if (key.code == code) details.push_back({std::string(key.key), key.key == "missing:*" ? 3 : 1});
    for (const char* column : {"missing:a", "missing:b", "missing:c"}) details.push_back({column, 1});
    const std::string message = warning(code, details);
    std::reverse(details.begin(), details.end());
    EXPECT_EQ(warning(code, details), message);
    std::rotate(details.begin(), details.begin() + 2, details.end());
    EXPECT_EQ(warning(code, details), message);
  }
}

// A record may say anything; here each detail is in turn a text, below 0, and as large as can be.
TEST(DiagnosticMessage, SurvivesDetailsThatMakeNoSense) {
  for (const Code code : diagnostics()) {
    for (const Detail& value : Details{{"", "word"}, {"", std::int64_t{-1}}, {"", kLargest}}) {
      Details details = {{"unknown key", 1}};
      for (const DetailKey& key : kDetailKeys)
        if (key.code == code) details.push_back({std::string(key.key), value.value});
      EXPECT_FALSE(warning(code, details).empty());
      EXPECT_EQ(info(code, details).find("-1"), std::string::npos) << info(code, details);
    }
  }
  EXPECT_EQ(info(Code::kMissingValuesFilled, {{"a", kLargest}, {"b", kLargest}, {"c", "x"}, {"d", -4}}),
            "9223372036854775807 missing values in 2 columns of the training rows were filled");
  EXPECT_EQ(
      warning(Code::kTextAmongNumbers, {{"cells", 3}, {"present", 2}}).find("nearly all present cells are"),
      10u);
  Details mixed = cells(3, 5);
  mixed.push_back({"numbers", 4});
  EXPECT_EQ(warning(Code::kMixedKinds, mixed), warning(Code::kMixedKinds, cells(3, 5)))
      << "more cells than there are";
}

TEST(DiagnosticMessage, APlainSentenceIsFilledFromTheDetails) {
  const std::string_view text = "{column} has {rows row} of {of}, first {got}";
  EXPECT_EQ(fill_sentence(text, {{"column", "a\"b"}, {"rows", 1}, {"of", 7}, {"got", "x"}}),
            "column \"a\\\"b\" has 1 row of 7, first \"x\"");
  EXPECT_EQ(fill_sentence(text, {{"rows", 2}, {"of", 7}, {"got", "x"}}),
            "a column has 2 rows of 7, first \"x\"");
  EXPECT_EQ(fill_sentence(text, {{"rows", 2}, {"of", 7}}), std::nullopt);
  EXPECT_EQ(fill_sentence(text, {{"rows", "2"}, {"of", 7}, {"got", "x"}}), std::nullopt);
  for (const Sentence& sentence : kSentences) {
    Details details;
    for (const DetailKey& key : kDetailKeys)
      if (key.code == sentence.code) details.push_back({std::string(key.key), 2});
    EXPECT_TRUE(fill_sentence(sentence.text, details)) << sentence.text;
  }
}

TEST(DiagnosticMessage, UnknownKeysChangeNothing) {
  for (const Code code : diagnostics()) {
    if (code == Code::kMissingValuesFilled) continue;  // there every key is a column
    EXPECT_EQ(warning(code, {{"zzz", 7}}), warning(code, {})) << code_name(code);
  }
}

TEST(Diagnostic, IsMadeWithItsMessage) {
  const Details details = {{"column", "x"}};
  const Diagnostic made = diagnostic(Code::kConstantFeature, Severity::kWarning, details);
  EXPECT_EQ(made.code, Code::kConstantFeature);
  EXPECT_EQ(made.severity, Severity::kWarning);
  EXPECT_EQ(made.details, details);
  EXPECT_EQ(made.message, warning(Code::kConstantFeature, details));
}

TEST(DetailKeys, AreOfDiagnosticsEachOnceAndNoneOlderThanItsCode) {
  std::set<std::pair<Code, std::string_view>> seen;
  for (const DetailKey& key : kDetailKeys) {
    EXPECT_TRUE(is_diagnostic(key.code)) << key.key;
    EXPECT_TRUE(seen.insert({key.code, key.key}).second) << code_name(key.code) << " " << key.key;
    EXPECT_GE(key.since, code_info(key.code).since) << key.key;
    EXPECT_TRUE(key.since == "0.1.0" || key.since == "0.2.0") << key.since;
  }
}

TEST(DetailKeys, SayFromWhichVersionAKeyIs) {
  EXPECT_EQ(detail_since(Code::kMixedKinds, "cells"), "0.1.0");
  EXPECT_EQ(detail_since(Code::kMixedKinds, "numbers"), "0.2.0");
  EXPECT_EQ(detail_since(Code::kNumbersInText, "numbers"), "");
  EXPECT_EQ(detail_since(Code::kNotConverged, "reason"), "0.2.0");
  EXPECT_EQ(detail_since(Code::kSplitNotStratified, "rows"), "");
  EXPECT_EQ(detail_since(Code::kInvalidValue, "pointer"), "") << "of errors there is no table";
}

TEST(DetailKeys, AColumnMayBeCalledAsAFixedKey) {
  EXPECT_EQ(detail_since(Code::kMissingValuesDropped, "missing:rows"), "0.1.0");
  EXPECT_EQ(detail_since(Code::kMissingValuesDropped, "missing:"), "0.1.0");
  EXPECT_EQ(detail_since(Code::kMissingValuesDropped, "missing"), "");
  for (const char* column : {"reason", "numbers", "*", ""})
    EXPECT_EQ(detail_since(Code::kMissingValuesFilled, column), "0.1.0") << column;
  for (const DetailKey& key : kDetailKeys)
    EXPECT_TRUE(key.code != Code::kMissingValuesFilled || key.key == "*")
        << "a fixed key could be a column's name";
}

}  // namespace
}  // namespace rf::core
