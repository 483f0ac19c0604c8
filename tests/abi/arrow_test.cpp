// SPDX-License-Identifier: MIT
// What the Arrow C data interface allows is read: every type, offsets on every level, missing buffers,
// dictionaries, batches; the same content as the CSV file with these cells.
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "arrow_client.hpp"

namespace rf::abi_test {
namespace {

#if UINTPTR_MAX == UINT64_MAX
static_assert(sizeof(ArrowSchema) == 72 && sizeof(ArrowArray) == 80 && sizeof(ArrowArrayStream) == 40);
static_assert(offsetof(ArrowSchema, release) == 56 && offsetof(ArrowArray, release) == 64 &&
              offsetof(ArrowArrayStream, release) == 24);
#endif

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Arrow, EveryNumberFormatIsRead) {
  const std::string expected = csv_digest("x\n1\n0\n100\n");
  EXPECT_EQ(arrow_digest(struct_of({number_column<double>("x", "g", {1, -0.0, 100})})), expected);
  EXPECT_EQ(arrow_digest(struct_of({number_column<float>("x", "f", {1, -0.0F, 100})})), expected);
  EXPECT_EQ(arrow_digest(struct_of({number_column<std::int64_t>("x", "l", {1, 0, 100})})), expected);
  EXPECT_EQ(arrow_digest(struct_of({number_column<std::int32_t>("x", "i", {1, 0, 100})})), expected);
  EXPECT_EQ(arrow_digest(struct_of({number_column<std::int16_t>("x", "s", {1, 0, 100})})), expected);
  EXPECT_EQ(arrow_digest(struct_of({number_column<std::int8_t>("x", "c", {1, 0, 100})})), expected);
  EXPECT_EQ(arrow_digest(struct_of({number_column<std::uint64_t>("x", "L", {1, 0, 100})})), expected);
  EXPECT_EQ(arrow_digest(struct_of({number_column<std::uint32_t>("x", "I", {1, 0, 100})})), expected);
  EXPECT_EQ(arrow_digest(struct_of({number_column<std::uint16_t>("x", "S", {1, 0, 100})})), expected);
  EXPECT_EQ(arrow_digest(struct_of({number_column<std::uint8_t>("x", "C", {1, 0, 100})})), expected);
}

TEST(Arrow, BooleansTextsDictionariesAndNullsAreRead) {
  const std::vector<std::optional<std::string>> texts = {"b", std::nullopt, "a", "b"};
  Node nothing;
  nothing.format = "n";
  nothing.name = "n";
  nothing.length = 4;
  const Node table =
      struct_of({bool_column("f", {true, false, true, true}, {true, true, false, true}),
                 text_column("t", texts), text_column<std::int64_t>("u", texts),
                 coded_column<std::int8_t>("d", "c", {1, 0, 2, 1}, text_column("", {"unused", "b", "a"}),
                                           {true, false, true, true}),
                 nothing});
  const std::string csv = "f,t,u,d,n\ntrue,b,b,b,\nfalse,,,,\n,a,a,a,\ntrue,b,b,b,\n";
  EXPECT_EQ(arrow_digest(table), csv_digest(csv));
  Node older = table;
  older.children[4].buffers = {Bytes()};
  EXPECT_EQ(arrow_digest(older), csv_digest(csv)) << "a null column with a buffer, as older producers send";
}

TEST(Arrow, NaNAndInvalidAreMissing) {
  const Node table = struct_of({number_column<double>("x", "g", {kNaN, HUGE_VAL, 3}, {true, false, true})});
  EXPECT_EQ(arrow_digest(table), csv_digest("x\n\"\"\n\"\"\n3\n")) << "what is missing may hold anything";
}

TEST(Arrow, OffsetsOfTheStructAndOfItsChildrenAddUp) {
  const auto column = [](Node node) {
    node.offset = 1;
    node.length -= 1;
    return node;
  };
  std::vector<bool> validity = {false, true, true, false, true, true, true, true, true, false, true, true};
  std::vector<double> numbers;
  std::vector<bool> flags;
  std::vector<std::optional<std::string>> texts;
  std::vector<std::uint16_t> codes;
  std::string csv = "x,b,t,d\n";
  for (std::size_t i = 0; i < validity.size(); ++i) {
    numbers.push_back(static_cast<double>(i) * 1.5);
    flags.push_back(i % 3 == 0);
    texts.push_back(validity[i] ? std::optional("t" + std::to_string(i % 4)) : std::nullopt);
    codes.push_back(static_cast<std::uint16_t>(i % 2));
    if (i < 3 || i + 2 >= validity.size()) continue;  // child offset 1, struct offset 2, struct length 7
    const std::string text = "t" + std::to_string(i % 4);
    csv += validity[i] ? std::to_string(numbers[i]) + (flags[i] ? ",true," : ",false,") + text + "," +
                             (codes[i] ? "one" : "zero") + "\n"
                       : ",,,\n";
  }
  Node dictionary = text_column("", {"not reached", "zero", "one"});
  dictionary.offset = 1;
  dictionary.length = 2;
  Node table = struct_of({column(number_column("x", "g", numbers, validity)),
                          column(bool_column("b", flags, validity)), column(text_column("t", texts)),
                          column(coded_column("d", "S", codes, dictionary, validity))});
  table.offset = 2;
  table.length = 7;
  EXPECT_EQ(arrow_digest(table), csv_digest(csv));
}

TEST(Arrow, ARowMissingInTheStructIsMissingInEveryColumn) {
  Node table = struct_of({number_column<std::int32_t>("x", "i", {1, 2, 3, 4}, {true, true, true, false}),
                          text_column("t", {"a", "b", "c", "d"})});
  table.buffers = {Bytes::of_bits({true, false, true, true})};
  EXPECT_EQ(arrow_digest(table), csv_digest("x,t\n1,a\n,\n3,c\n,d\n"));
  table.offset = 1;
  table.length = 3;
  EXPECT_EQ(arrow_digest(table), csv_digest("x,t\n,\n3,c\n,d\n"));
}

TEST(Arrow, TheNullCountIsAdvice) {
  for (const std::int64_t count :
       {std::int64_t{-1}, std::int64_t{0}, std::int64_t{3}, INT64_MIN, INT64_MAX}) {
    Node table = struct_of({number_column<double>("x", "g", {1, 2, 3}, {true, false, true}),
                            number_column<double>("y", "g", {1, 2, 3})});
    table.children[0].null_count = table.children[1].null_count = table.null_count = count;
    EXPECT_EQ(arrow_digest(table), csv_digest("x,y\n1,1\n,2\n3,3\n")) << count;
  }
}

TEST(Arrow, ADictionaryMayRepeatTextsAndHoldNulls) {
  const Node dictionary = text_column("", {"a", std::nullopt, "a", "b"});
  const Node table = struct_of({coded_column<std::int32_t>("d", "i", {3, 0, 1, 2, 0}, dictionary)});
  EXPECT_EQ(arrow_digest(table), csv_digest("d\nb\na\n\"\"\na\na\n"));
}

TEST(Arrow, AMissingCodeMayBeAnything) {
  const Node table = struct_of({coded_column<std::int64_t>("d", "l", {INT64_MIN, 0, 77},
                                                           text_column("", {"a"}), {false, true, false})});
  EXPECT_EQ(arrow_digest(table), csv_digest("d\n\"\"\na\n\"\"\n"));
}

TEST(Arrow, ALargeDictionaryOfASmallBatchIsReadByWhatIsUsed) {
  std::vector<std::optional<std::string>> words;
  for (int i = 0; i < 5000; ++i) words.push_back("w" + std::to_string(i));
  const Node table =
      struct_of({coded_column<std::int32_t>("d", "i", {4999, 7, 4999}, text_column("", words))});
  EXPECT_EQ(arrow_digest(table), csv_digest("d\nw4999\nw7\nw4999\n"));
}

TEST(Arrow, EmptyTextsAreLevelsAndTheirBytesMayBeNull) {
  Node table = struct_of({text_column("t", {"", ""})});
  table.children[0].buffers[2] = Bytes();
  const Taken taken = take(table);
  ASSERT_EQ(taken.status, RF_OK) << taken.message;
  const std::string told = described(taken.dataset.get());
  EXPECT_NE(told.find("\"missing\": 0"), std::string::npos) << told;
  EXPECT_NE(told.find("\"distinct\": 1"), std::string::npos) << told;
}

TEST(Arrow, EmptyArraysMayHaveNullBuffers) {
  Node empty = struct_of({number_column<double>("x", "g", {}), bool_column("b", {}), text_column("t", {}),
                          coded_column<std::int8_t>("d", "c", {}, text_column("", {}))});
  for (Node& column : empty.children) column.buffers.assign(column.buffers.size(), Bytes());
  empty.children[3].dictionary->buffers.assign(3, Bytes());
  const Node full =
      struct_of({number_column<double>("x", "g", {1}), bool_column("b", {true}), text_column("t", {"a"}),
                 coded_column<std::int8_t>("d", "c", {0}, text_column("", {"z"}))});
  Producer producer = {full, {empty, full, empty}};
  const Taken taken = take_stream(producer);
  ASSERT_EQ(taken.status, RF_OK) << taken.message;
  EXPECT_EQ(digest_of(taken.dataset.get()), csv_digest("x,b,t,d\n1,true,a,z\n"));
  EXPECT_EQ(take(empty).code, "ZERO_ROWS");
}

TEST(Arrow, BatchesWithDifferingDictionariesBecomeOneColumn) {
  const auto batch = [](std::vector<std::int8_t> codes, std::vector<std::optional<std::string>> words) {
    return struct_of({coded_column<std::int8_t>("d", "c", codes, text_column("", words))});
  };
  const Node first = batch({1, 0}, {"a", "b"});
  Producer producer = {first, {first, batch({0, 1, 1}, {"c", "a"}), batch({0}, {"b"})}};
  const Taken taken = take_stream(producer);
  ASSERT_EQ(taken.status, RF_OK) << taken.message;
  EXPECT_EQ(digest_of(taken.dataset.get()), csv_digest("d\nb\na\nc\na\na\nb\n"));
  EXPECT_EQ(producer.released.schemas, 1);
  EXPECT_EQ(producer.released.arrays, 3);
}

TEST(Arrow, AStreamIsTheSumOfItsBatches) {
  std::string csv = "x,w,t\n";
  Producer producer;
  for (int b = 0; b < 5; ++b) {
    std::vector<double> numbers;
    std::vector<std::int64_t> integers;
    std::vector<std::optional<std::string>> texts;
    for (int i = 0; i < 100 * b; ++i) {
      numbers.push_back(b + i / 4.0);
      // The last batch makes the column wide after all those before went well.
      integers.push_back(b == 4 && i == 399 ? 9007199254740993 : i);
      texts.push_back("t" + std::to_string(i % (7 + b)));
      csv +=
          std::to_string(numbers.back()) + "," + std::to_string(integers.back()) + "," + *texts.back() + "\n";
    }
    producer.batches.push_back(struct_of(
        {number_column("x", "g", numbers), number_column("w", "l", integers), text_column("t", texts)}));
  }
  producer.schema = producer.batches[0];
  for (const std::uint32_t threads : {1U, 3U}) {
    rf_hooks hooks = RF_HOOKS_INIT;
    hooks.threads = threads;
    const Taken taken = take_stream(producer, nullptr, &hooks);
    ASSERT_EQ(taken.status, RF_OK) << taken.message;
    EXPECT_EQ(digest_of(taken.dataset.get()), csv_digest(csv));
    EXPECT_EQ(producer.released.arrays, 5);
    EXPECT_NE(described(taken.dataset.get()).find("INTEGER_TOO_WIDE"), std::string::npos);
  }
}

TEST(Arrow, TrainsToTheArtifactsOfTheCsv) {
  std::string csv = "x,colour,label\n";
  std::vector<double> numbers;
  std::vector<std::int16_t> codes;
  std::vector<bool> labels;
  const std::vector<std::optional<std::string>> colours = {"red", "green", "blue"};
  for (int i = 0; i < 300; ++i) {
    numbers.push_back(i * 37 % 101 / 8.0);
    codes.push_back(static_cast<std::int16_t>(i * i % 3));
    labels.push_back(i * 37 % 101 + 15 * codes.back() > 60);
    csv += std::to_string(numbers.back()) + "," + *colours[static_cast<std::size_t>(codes.back())] +
           (labels.back() ? ",true\n" : ",false\n");
  }
  const Taken taken = take(struct_of({number_column("x", "g", numbers),
                                      coded_column("colour", "s", codes, text_column("", colours)),
                                      bool_column("label", labels)}));
  ASSERT_EQ(taken.status, RF_OK) << taken.message;
  const Dataset from_csv = load_text(csv);
  for (const char* config : {"{}", R"({"model": "random_forest", "params": {"n_estimators": 10}})"}) {
    EXPECT_EQ(result_digest_of(train(taken.dataset.get(), config).get()),
              result_digest_of(train(from_csv.get(), config).get()));
  }
}

TEST(Arrow, OptionsApplyAsToTheBuilder) {
  const Node table =
      struct_of({text_column("t", {"1", " 2", "NA"}), number_column<std::int32_t>("zip", "i", {7, 8, 7})});
  const Taken taken = take(table, R"({"infer_text": true, "kinds": {"zip": "category"}})");
  ASSERT_EQ(taken.status, RF_OK) << taken.message;
  EXPECT_EQ(digest_of(taken.dataset.get()),
            digest_of(load_text("t,zip\n1,7\n2,8\nNA,7\n", R"({"kinds": {"zip": "category"}})").get()));
}

TEST(Arrow, ColumnsWithoutANameAreNumbered) {
  Node table = struct_of({number_column<double>("", "g", {1}), number_column<double>("x", "g", {2})});
  table.children[1].no_name = true;
  EXPECT_EQ(arrow_digest(table), csv_digest("column_1,column_2\n1,2\n"));
}

TEST(Arrow, ProgressIsTheRowsSoFarForAnyNumberOfThreads) {
  const Node batch =
      struct_of({number_column<double>("x", "g", {1, 2}), number_column<double>("y", "g", {1, 2})});
  Producer producer = {batch, {batch, batch, batch}};
  const auto reports = [&](std::uint32_t threads) {
    std::string told;
    rf_hooks hooks = RF_HOOKS_INIT;
    hooks.threads = threads;
    hooks.user = &told;
    hooks.progress = [](void* user, const char* stage, std::uint64_t done,
                        std::uint64_t total) -> std::int32_t {
      *static_cast<std::string*>(user) +=
          std::string(stage) + " " + std::to_string(done) + "/" + std::to_string(total) + ";";
      return 0;
    };
    EXPECT_EQ(take_stream(producer, nullptr, &hooks).status, RF_OK);
    return told;
  };
  EXPECT_EQ(reports(1), "load 2/0;load 4/0;load 6/0;");
  EXPECT_EQ(reports(3), reports(1));
}

}  // namespace
}  // namespace rf::abi_test
