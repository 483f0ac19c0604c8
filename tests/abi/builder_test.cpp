// SPDX-License-Identifier: MIT
// Columns handed over by the builder: each element type, strides, validity, and the same content and
// artifacts as the CSV file with these cells.
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "abi_client.hpp"

namespace rf::abi_test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Builder new_builder() {
  rf_builder* builder = nullptr;
  EXPECT_EQ(rf_builder_new(&builder, nullptr), RF_OK);
  return Builder(builder);
}

/// The status, the error's code behind it where there is one.
std::string verdict(rf_status status, rf_error* error) {
  const Error held(error);
  return status == RF_OK ? "RF_OK" : std::string(rf_status_name(status)) + " " + rf_error_code(error);
}

template <class T>
std::string add(const Builder& builder, const char* name, rf_dtype type, const std::vector<T>& values,
                const std::uint8_t* validity = nullptr) {
  rf_error* error = nullptr;
  const rf_status status =
      rf_builder_add(builder.get(), name, type, values.data(), values.size(), 0, validity, &error);
  return verdict(status, error);
}

std::string add_text(const Builder& builder, const char* name,
                     const std::vector<std::optional<std::string>>& texts) {
  std::string bytes;
  std::vector<std::int64_t> offsets = {0};
  std::vector<std::uint8_t> validity(texts.size() / 8 + 1, 0);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    bytes += texts[i].value_or("not looked at");
    offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    if (texts[i]) validity[i / 8] = static_cast<std::uint8_t>(validity[i / 8] | 1U << (i % 8));
  }
  rf_error* error = nullptr;
  const rf_status status = rf_builder_add_utf8(builder.get(), name, bytes.data(), offsets.data(),
                                               texts.size(), validity.data(), &error);
  return verdict(status, error);
}

Dataset finish(const Builder& builder, const char* options = nullptr) {
  rf_dataset* dataset = nullptr;
  rf_error* error = nullptr;
  const rf_status status =
      rf_builder_finish(builder.get(), options, options ? RF_AUTO_LEN : 0, &dataset, &error);
  EXPECT_EQ(status, RF_OK) << told(status, error);
  rf_error_free(error);
  return Dataset(dataset);
}

std::string finish_verdict(const Builder& builder, const char* options = nullptr,
                           std::string* message = nullptr) {
  rf_dataset* dataset = nullptr;
  rf_error* error = nullptr;
  const rf_status status =
      rf_builder_finish(builder.get(), options, options ? RF_AUTO_LEN : 0, &dataset, &error);
  if (message != nullptr) *message = rf_error_message(error);
  rf_dataset_free(dataset);
  return verdict(status, error);
}

std::string csv_digest(const std::string& csv) {
  return digest_of(load_text(csv).get());
}

TEST(TableBuilder, EveryElementTypeIsTheNumberItHolds) {
  const std::string expected = csv_digest("x\n1\n0\n100\n");
  const auto digest = [](rf_dtype type, const auto& values) {
    const Builder builder = new_builder();
    EXPECT_EQ(add(builder, "x", type, values), "RF_OK");
    return digest_of(finish(builder).get());
  };
  EXPECT_EQ(digest(RF_F64, std::vector<double>{1, -0.0, 100}), expected);
  EXPECT_EQ(digest(RF_F32, std::vector<float>{1, -0.0F, 100}), expected);
  EXPECT_EQ(digest(RF_I64, std::vector<std::int64_t>{1, 0, 100}), expected);
  EXPECT_EQ(digest(RF_I32, std::vector<std::int32_t>{1, 0, 100}), expected);
  EXPECT_EQ(digest(RF_I16, std::vector<std::int16_t>{1, 0, 100}), expected);
  EXPECT_EQ(digest(RF_I8, std::vector<std::int8_t>{1, 0, 100}), expected);
  EXPECT_EQ(digest(RF_U64, std::vector<std::uint64_t>{1, 0, 100}), expected);
  EXPECT_EQ(digest(RF_U32, std::vector<std::uint32_t>{1, 0, 100}), expected);
  EXPECT_EQ(digest(RF_U16, std::vector<std::uint16_t>{1, 0, 100}), expected);
  EXPECT_EQ(digest(RF_U8, std::vector<std::uint8_t>{1, 0, 100}), expected);
  EXPECT_EQ(digest(RF_BOOL8, std::vector<std::uint8_t>{1, 0, 100}), csv_digest("x\ntrue\nfalse\ntrue\n"));
}

TEST(TableBuilder, NegativeIntegersAndFractionsKeepTheirValue) {
  const Builder builder = new_builder();
  ASSERT_EQ(add(builder, "i", RF_I8, std::vector<std::int8_t>{-128, 127}), "RF_OK");
  ASSERT_EQ(add(builder, "j", RF_I64, std::vector<std::int64_t>{INT64_MIN, 1}), "RF_OK");
  ASSERT_EQ(add(builder, "f", RF_F32, std::vector<float>{0.1F, -2.5F}), "RF_OK");
  EXPECT_EQ(digest_of(finish(builder).get()),
            csv_digest("i,j,f\n-128,-9223372036854775808,0.10000000149011612\n127,1,-2.5\n"));
}

TEST(TableBuilder, MissingIsWhatTheValidityAndNaNSay) {
  const Builder builder = new_builder();
  const std::uint8_t validity = 0b101;
  ASSERT_EQ(add(builder, "i", RF_I32, std::vector<std::int32_t>{1, 2, 3}, &validity), "RF_OK");
  ASSERT_EQ(add(builder, "f", RF_F64, std::vector<double>{kNaN, 2, -kNaN}), "RF_OK");
  ASSERT_EQ(add(builder, "b", RF_BOOL8, std::vector<std::uint8_t>{1, 1, 0}, &validity), "RF_OK");
  ASSERT_EQ(add_text(builder, "t", {"x", std::nullopt, "y"}), "RF_OK");
  EXPECT_EQ(digest_of(finish(builder).get()), csv_digest("i,f,b,t\n1,,true,x\n,2,,\n3,,false,y\n"));
}

TEST(TableBuilder, AMissingCellMayHoldAnything) {
  const Builder builder = new_builder();
  const std::uint8_t validity = 0b10;
  ASSERT_EQ(add(builder, "f", RF_F64, std::vector<double>{HUGE_VAL, 2}, &validity), "RF_OK");
  ASSERT_EQ(add(builder, "i", RF_I64, std::vector<std::int64_t>{INT64_MAX, 2}, &validity), "RF_OK");
  EXPECT_EQ(digest_of(finish(builder).get()), csv_digest("f,i\n,\n2,2\n"));
}

TEST(TableBuilder, StridesWalkThroughRowsForwardsAndBackwards) {
  // Rows of a struct that is packed, so that nothing is aligned.
  struct __attribute__((packed)) Row {
    char filler;
    double x;
    std::int16_t y;
  };
  const std::array<Row, 3> rows = {{{0, 1.5, 10}, {0, 2.5, 20}, {0, 3.5, 30}}};
  const auto* base = reinterpret_cast<const unsigned char*>(rows.data());
  const auto stride = static_cast<std::ptrdiff_t>(sizeof(Row));
  const Builder builder = new_builder();
  ASSERT_EQ(rf_builder_add(builder.get(), "x", RF_F64, base + 1, 3, stride, nullptr, nullptr), RF_OK);
  ASSERT_EQ(rf_builder_add(builder.get(), "y", RF_I16, base + 9 + 2 * stride, 3, -stride, nullptr, nullptr),
            RF_OK);
  EXPECT_EQ(digest_of(finish(builder).get()), csv_digest("x,y\n1.5,30\n2.5,20\n3.5,10\n"));
}

TEST(TableBuilder, TextIsTakenAsItStands) {
  const Builder builder = new_builder();
  ASSERT_EQ(add_text(builder, "t", {" NA ", "NA", "", "1", "true", "\xC3\xA9"}), "RF_OK");
  const Dataset dataset = finish(builder);
  EXPECT_EQ(rf_dataset_column_kind(dataset.get(), 0), RF_KIND_CATEGORY);
  const std::string told = described(dataset.get());
  EXPECT_NE(told.find("\"missing\": 0"), std::string::npos) << told;
  EXPECT_NE(told.find("\"distinct\": 6"), std::string::npos) << told;
  EXPECT_NE(told.find("\"level\": \"\""), std::string::npos) << told;
}

TEST(TableBuilder, InferTextReadsTextAsCsvDoes) {
  const Builder builder = new_builder();
  const auto fill = [&] {
    ASSERT_EQ(add_text(builder, "n", {" 1 ", "NA", "-2.5e1", std::nullopt}), "RF_OK");
    ASSERT_EQ(add_text(builder, "b", {"TRUE", "false", "", "true"}), "RF_OK");
    ASSERT_EQ(add_text(builder, "t", {"a ", " a", "b", "?"}), "RF_OK");
    ASSERT_EQ(add_text(builder, "wide", {"9007199254740993", "2", "", "2"}), "RF_OK");
  };
  const std::string csv = "n,b,t,wide\n 1 ,TRUE,a ,9007199254740993\nNA,false, a,2\n-2.5e1,,b,\n,true,?,2\n";
  fill();
  const Dataset inferred = finish(builder, R"({"infer_text": true})");
  EXPECT_EQ(digest_of(inferred.get()), csv_digest(csv));
  EXPECT_NE(described(inferred.get()).find("INTEGER_TOO_WIDE"), std::string::npos);
  const char* exact = R"({"infer_text": true, "trim": false, "missing_tokens": ["b"]})";
  fill();
  EXPECT_EQ(digest_of(finish(builder, exact).get()),
            digest_of(load_text(csv, R"({"trim": false, "missing_tokens": ["b"]})").get()));
}

TEST(TableBuilder, AnIntegerThatADoubleDoesNotHoldMakesACategoryOfExactDigits) {
  const Builder builder = new_builder();
  const std::vector<std::int64_t> wide = {1, 9007199254740993, -9007199254740993, INT64_MIN, 1};
  const std::vector<std::uint64_t> wider = {UINT64_MAX, 0, 9007199254740992, 18446744073709549568U, 1};
  ASSERT_EQ(add(builder, "i", RF_I64, wide), "RF_OK");
  ASSERT_EQ(add(builder, "u", RF_U64, wider), "RF_OK");
  const Dataset dataset = finish(builder);
  const std::string csv =
      "i,u\n1,18446744073709551615\n9007199254740993,0\n-9007199254740993,9007199254740992\n"
      "-9223372036854775808,18446744073709549568\n1,1\n";
  EXPECT_EQ(digest_of(dataset.get()), csv_digest(csv));
  EXPECT_NE(described(dataset.get()).find("INTEGER_TOO_WIDE"), std::string::npos);
  ASSERT_EQ(add(builder, "i", RF_I64, wide), "RF_OK");
  const char* declared = R"({"kinds": {"i": "numeric"}})";
  EXPECT_EQ(
      digest_of(finish(builder, declared).get()),
      digest_of(
          load_text("i\n1\n9007199254740993\n-9007199254740993\n-9223372036854775808\n1\n", declared).get()))
      << "declared numeric: rounded";
}

TEST(TableBuilder, ADeclaredKindReadsEachValuesText) {
  const Builder builder = new_builder();
  const auto fill = [&] {
    ASSERT_EQ(add(builder, "zip", RF_I32, std::vector<std::int32_t>{1234, 99, 1234}), "RF_OK");
    ASSERT_EQ(add(builder, "share", RF_F64, std::vector<double>{0.5, kNaN, 1}), "RF_OK");
    ASSERT_EQ(add(builder, "flag", RF_BOOL8, std::vector<std::uint8_t>{1, 0, 1}), "RF_OK");
    ASSERT_EQ(add_text(builder, "n", {"1", "2.5", std::nullopt}), "RF_OK");
    ASSERT_EQ(add_text(builder, "b", {"true", "FALSE", std::nullopt}), "RF_OK");
  };
  const char* options = R"({"kinds": {"zip": "category", "share": "category", "flag": "category",
                                      "n": "numeric", "b": "boolean", "absent": "numeric"}})";
  fill();
  EXPECT_EQ(
      digest_of(finish(builder, options).get()),
      digest_of(
          load_text("zip,share,flag,n,b\n1234,0.5,true,1,true\n99,,false,2.5,false\n1234,1,true,,\n", options)
              .get()));
  const auto refused = [&](const char* kinds) {
    fill();
    std::string message;
    EXPECT_EQ(finish_verdict(builder, kinds, &message), "RF_E_DATA CELL_KIND_MISMATCH");
    return message;
  };
  EXPECT_EQ(refused(R"({"kinds": {"zip": "boolean"}})"),
            "column \"zip\", row 0 (rows are numbered from 0): expected true or false, found 1234");
  EXPECT_EQ(refused(R"({"kinds": {"flag": "numeric"}})"),
            "column \"flag\", row 0 (rows are numbered from 0): expected a number, found true");
  EXPECT_EQ(refused(R"({"kinds": {"n": "boolean"}})"),
            "column \"n\", row 0 (rows are numbered from 0): expected true or false, found \"1\"");
  EXPECT_EQ(refused(R"({"kinds": {"b": "numeric"}})"),
            "column \"b\", row 0 (rows are numbered from 0): expected a number, found \"true\"");
}

TEST(TableBuilder, AKindDeclaredForAnAbsentColumnIsRefusedAtTraining) {
  const Builder builder = new_builder();
  ASSERT_EQ(add(builder, "x", RF_F64, std::vector<double>{1, 2, 3, 4, 5, 6}), "RF_OK");
  ASSERT_EQ(add(builder, "label", RF_I8, std::vector<std::int8_t>{0, 1, 0, 1, 0, 1}), "RF_OK");
  const Dataset dataset = finish(builder, R"({"kinds": {"y": "numeric"}})");
  rf_run* run = nullptr;
  rf_error* error = nullptr;
  EXPECT_EQ(rf_train(dataset.get(), nullptr, 0, nullptr, &run, &error), RF_E_CONFIG);
  EXPECT_STREQ(rf_error_code(error), "COLUMN_NOT_FOUND");
  rf_error_free(error);
}

TEST(TableBuilder, WhatCannotBeACellIsRefusedWithItsPlace) {
  const Builder builder = new_builder();
  const double infinity = HUGE_VAL;
  EXPECT_EQ(add(builder, "x", RF_F64, std::vector<double>{1, infinity}), "RF_E_DATA NUMBER_OUT_OF_RANGE");
  EXPECT_EQ(add(builder, "x", RF_F32, std::vector<float>{1, -HUGE_VALF}), "RF_E_DATA NUMBER_OUT_OF_RANGE");
  EXPECT_EQ(add_text(builder, "x", {"ok", "\xC3"}), "RF_E_DATA INVALID_UTF8");
  EXPECT_EQ(add_text(builder, "x", {std::string("a\0b", 3)}), "RF_E_DATA NUL_BYTE");
  EXPECT_EQ(add(builder, "\xC3", RF_F64, std::vector<double>{1}), "RF_E_DATA INVALID_UTF8") << "a name";
  rf_error* error = nullptr;
  const std::array<double, 2> values = {1, infinity};
  EXPECT_EQ(rf_builder_add(builder.get(), "x", RF_F64, values.data(), 2, 0, nullptr, &error), RF_E_DATA);
  EXPECT_STREQ(rf_error_message(error),
               "column \"x\", row 1 (rows are numbered from 0): expected a finite number, found infinity");
  rf_error_free(error);
  const std::array<std::int64_t, 2> offsets = {0, 3};
  EXPECT_EQ(rf_builder_add_utf8(builder.get(), "x", "a\0b", offsets.data(), 1, nullptr, &error), RF_E_DATA);
  EXPECT_STREQ(rf_error_message(error),
               "column \"x\", row 0 (rows are numbered from 0): expected text without NUL, found a NUL byte");
  rf_error_free(error);
  EXPECT_EQ(rf_builder_add(builder.get(), "\xC3", RF_F64, values.data(), 1, 0, nullptr, &error), RF_E_DATA);
  EXPECT_STREQ(rf_error_message(error),
               "name of column 1: expected UTF-8 without NUL, found the byte 0xc3 where it cannot stand");
  rf_error_free(error);
  // Each refusal left the builder as it was.
  EXPECT_EQ(add(builder, "x", RF_F64, std::vector<double>{1, 2}), "RF_OK");
  EXPECT_EQ(digest_of(finish(builder).get()), csv_digest("x\n1\n2\n"));
}

TEST(TableBuilder, ArgumentsThatLieAreRefused) {
  const Builder builder = new_builder();
  const std::array<double, 2> values = {1, 2};
  const auto number = [&](rf_dtype type, std::size_t count, std::ptrdiff_t stride) {
    return rf_builder_add(builder.get(), "x", type, values.data(), count, stride, nullptr, nullptr);
  };
  EXPECT_EQ(number(0, 2, 0), RF_E_ARGUMENT);
  EXPECT_EQ(number(12, 2, 0), RF_E_ARGUMENT);
  EXPECT_EQ(number(-1, 2, 0), RF_E_ARGUMENT);
  EXPECT_EQ(number(RF_F64, SIZE_MAX, 0), RF_E_LIMIT);
  EXPECT_EQ(number(RF_F64, 2, PTRDIFF_MAX), RF_E_ARGUMENT);
  EXPECT_EQ(number(RF_F64, 2, PTRDIFF_MIN), RF_E_ARGUMENT);
  const auto text = [&](std::vector<std::int64_t> offsets) {
    return rf_builder_add_utf8(builder.get(), "x", "abc", offsets.data(), offsets.size() - 1, nullptr,
                               nullptr);
  };
  EXPECT_EQ(text({0, 2, 1}), RF_E_ARGUMENT);
  EXPECT_EQ(text({-1, 2}), RF_E_ARGUMENT);
  EXPECT_EQ(text({INT64_MIN, INT64_MAX}), RF_E_ARGUMENT);
  EXPECT_EQ(text({1, 3}), RF_OK) << "the first offset need not be 0";
  EXPECT_EQ(number(RF_F64, 2, 0), RF_E_DATA) << "the name is taken";
  EXPECT_EQ(rf_builder_add(builder.get(), "y", RF_F64, values.data(), 2, 0, nullptr, nullptr), RF_E_ARGUMENT)
      << "another number of rows";
}

TEST(TableBuilder, TablesWithoutColumnsOrRowsAreRefused) {
  const Builder builder = new_builder();
  EXPECT_EQ(finish_verdict(builder), "RF_E_DATA ZERO_FEATURES");
  ASSERT_EQ(rf_builder_add(builder.get(), "x", RF_F64, nullptr, 0, 0, nullptr, nullptr), RF_OK);
  ASSERT_EQ(rf_builder_add_utf8(builder.get(), "y", nullptr, nullptr, 0, nullptr, nullptr), RF_OK);
  EXPECT_EQ(finish_verdict(builder), "RF_E_DATA ZERO_ROWS");
}

TEST(TableBuilder, IsEmptyAfterFinishHoweverItWent) {
  const Builder builder = new_builder();
  for (const char* options : {"{", R"({"limits": {"max_rows": 1}})", "{}"}) {
    ASSERT_EQ(add(builder, "x", RF_F64, std::vector<double>{1, 2}), "RF_OK") << options;
    (void)finish_verdict(builder, options);
  }
  EXPECT_EQ(finish_verdict(builder), "RF_E_DATA ZERO_FEATURES");
}

TEST(TableBuilder, LimitsHold) {
  const Builder builder = new_builder();
  const auto limited = [&](const char* limits) {
    EXPECT_EQ(add(builder, "x", RF_F64, std::vector<double>{1, 2}), "RF_OK");
    EXPECT_EQ(add_text(builder, "t", {"abc", "d"}), "RF_OK");
    return finish_verdict(builder, limits);
  };
  EXPECT_EQ(limited(R"({"limits": {"max_rows": 1}})"), "RF_E_LIMIT LIMIT_REACHED");
  EXPECT_EQ(limited(R"({"limits": {"max_columns": 1}})"), "RF_E_LIMIT LIMIT_REACHED");
  EXPECT_EQ(limited(R"({"limits": {"max_cell_bytes": 2}})"), "RF_E_LIMIT LIMIT_REACHED");
  EXPECT_EQ(limited(R"({"limits": {"max_bytes": 19}})"), "RF_E_LIMIT LIMIT_REACHED");
  EXPECT_EQ(limited(R"({"limits": {"max_bytes": 20, "max_cell_bytes": 3, "max_rows": 2, "max_columns": 2}})"),
            "RF_OK");
}

TEST(TableBuilder, NamesFollowTheRulesOfCsv) {
  const Builder builder = new_builder();
  ASSERT_EQ(add(builder, "a", RF_F64, std::vector<double>{1}), "RF_OK");
  ASSERT_EQ(add(builder, "", RF_F64, std::vector<double>{2}), "RF_OK");
  EXPECT_EQ(add(builder, "column_2", RF_F64, std::vector<double>{2}), "RF_E_DATA DUPLICATE_COLUMN");
  ASSERT_EQ(add(builder, "A", RF_F64, std::vector<double>{3}), "RF_OK");
  EXPECT_EQ(digest_of(finish(builder).get()), csv_digest("a,,A\n1,2,3\n"));
}

/// A table of every kind with missing cells: as CSV, and handed over by the builder.
struct MadeTable {
  std::string csv = "size,flag,colour,label\n";
  std::vector<double> sizes;
  std::vector<std::uint8_t> flags, validity;
  std::vector<std::optional<std::string>> colours, labels;

  explicit MadeTable(std::size_t n_rows) : validity(n_rows / 8 + 1, 0) {
    const std::array<std::string, 3> names = {"red", "dark \"green\", or so", "bleu \xC3\xA9t\xC3\xA9"};
    for (std::size_t i = 0; i < n_rows; ++i) {
      const bool has_size = i % 7 != 3;
      const bool has_flag = i % 5 != 4;
      const bool has_colour = i % 11 != 6;
      sizes.push_back(has_size ? static_cast<double>(i * 37 % 101) / 4 : kNaN);
      flags.push_back(i % 3 == 0 ? 1 : 0);
      if (has_flag) validity[i / 8] = static_cast<std::uint8_t>(validity[i / 8] | 1U << (i % 8));
      colours.push_back(has_colour ? std::optional(names[i * i % 3]) : std::nullopt);
      labels.push_back(i * 37 % 101 + i % 3 * 20 > 70 ? "high" : "low");
      csv += (has_size ? std::to_string(sizes[i]) : "") + "," +
             (!has_flag  ? ""
              : flags[i] ? "true"
                         : "false") +
             "," +
             (!has_colour               ? ""
              : *colours[i] == names[1] ? "\"dark \"\"green\"\", or so\""
                                        : *colours[i]) +
             "," + *labels[i] + "\n";
    }
  }

  Dataset build() const {
    const Builder builder = new_builder();
    EXPECT_EQ(add(builder, "size", RF_F64, sizes), "RF_OK");
    EXPECT_EQ(add(builder, "flag", RF_BOOL8, flags, validity.data()), "RF_OK");
    EXPECT_EQ(add_text(builder, "colour", colours), "RF_OK");
    EXPECT_EQ(add_text(builder, "label", labels), "RF_OK");
    return finish(builder);
  }
};

TEST(TableBuilder, GivesTheContentAndTheArtifactsOfTheCsv) {
  const MadeTable made(500);
  const Dataset from_csv = load_text(made.csv);
  const Dataset from_memory = made.build();
  ASSERT_EQ(digest_of(from_memory.get()), digest_of(from_csv.get()));
  for (const std::string& config :
       {std::string(R"({"missing": {"policy": "fill"}})"),
        std::string(R"({"model": "random_forest", "params": {"n_estimators": 10}})")}) {
    const Trained csv_run = train(from_csv.get(), config);
    const Trained memory_run = train(from_memory.get(), config);
    auto csv_files = files_of(csv_run.get());
    auto memory_files = files_of(memory_run.get());
    EXPECT_EQ(result_digest_of(memory_run.get()), result_digest_of(csv_run.get()));
    EXPECT_NE(csv_files["run.json"].find("fingerprint_sha256"), std::string::npos);
    EXPECT_EQ(memory_files["run.json"].find("fingerprint_sha256"), std::string::npos);
    EXPECT_EQ(memory_files["run.json"].find("\"source\": {"), std::string::npos);
    EXPECT_EQ(memory_files["run.json"].find("size_bytes\": " + std::to_string(made.csv.size())),
              std::string::npos);
    csv_files.erase("run.json");
    memory_files.erase("run.json");
    EXPECT_EQ(memory_files, csv_files) << "every file but run.json";
  }
}

TEST(TableBuilder, ADatasetFromMemoryPredictsAsTheCsvDoes) {
  const MadeTable made(300);
  const Dataset from_csv = load_text(made.csv);
  const Dataset from_memory = made.build();
  const Trained run = train(from_memory.get(), R"({"missing": {"policy": "fill"}})");
  const Model model = model_of(run.get());
  const auto predicted = [&](const Dataset& dataset) {
    std::vector<double> out(300 * rf_model_outputs(model.get()));
    EXPECT_EQ(rf_predict(model.get(), dataset.get(), nullptr, out.data(), out.size(), nullptr, nullptr),
              RF_OK);
    return out;
  };
  EXPECT_EQ(predicted(from_memory), predicted(from_csv));
  rf_blob* options = nullptr;
  ASSERT_EQ(rf_run_dataset_options(run.get(), &options, nullptr), RF_OK);
  const Blob held(options);
  EXPECT_EQ(text_of(held), R"({"kinds":{"colour":"category","flag":"boolean","size":"numeric"}})");
}

}  // namespace
}  // namespace rf::abi_test
