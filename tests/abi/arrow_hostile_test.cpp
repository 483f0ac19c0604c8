// SPDX-License-Identifier: MIT
// What the Arrow C data interface forbids is refused, and on every path each structure is released exactly
// once.
#include <cfenv>
#include <cmath>
#include <string>
#include <vector>

#include "arrow_client.hpp"

namespace rf::abi_test {
namespace {

Node good() {
  return struct_of({number_column<double>("x", "g", {1, 2, 3}), text_column("t", {"a", "b", "c"}),
                    coded_column<std::int8_t>("d", "c", {0, 1, 0}, text_column("", {"p", "q"})),
                    bool_column("b", {true, false, true})});
}

template <class Change>
Taken take_changed(Change change) {
  Node node = good();
  change(node);
  return take(good(), node);
}

template <class Change>
Taken take_schema_changed(Change change) {
  Node node = good();
  change(node);
  return take(node, good());
}

TEST(ArrowHostile, UnreadableTypesNameTheColumnAndItsFormat) {
  for (const char* format :
       {"tdD", "tdm", "tts",  "tsu:UTC", "tDm", "tiM",     "d:19,10", "e",   "z", "Z",  "vz", "vu",  "w:3",
        "+l",  "+L",  "+w:2", "+s",      "+m",  "+us:1,2", "+r",      "+vl", "",  "gg", "xx", "\xFF"}) {
    const Taken taken = take_schema_changed([&](Node& node) { node.children[0].format = format; });
    EXPECT_EQ(taken.status, RF_E_UNSUPPORTED) << format;
    EXPECT_EQ(taken.code, "UNSUPPORTED_TYPE") << format;
    EXPECT_NE(taken.message.find("column \"x\""), std::string::npos) << taken.message;
  }
  const Taken date = take_schema_changed([](Node& node) { node.children[0].format = "tdD"; });
  EXPECT_EQ(date.message,
            "column \"x\": expected integers, floats, booleans, text, a dictionary of text or null, found "
            "the Arrow "
            "format \"tdD\" (a date); cast the column, or leave it out");
  EXPECT_EQ(take_schema_changed([](Node& node) { node.format = "g"; }).code, "UNSUPPORTED_TYPE")
      << "no struct";
  EXPECT_EQ(take_schema_changed([](Node& node) { node.children[2].format = "g"; }).code, "UNSUPPORTED_TYPE")
      << "codes that are no integers";
  EXPECT_EQ(take_schema_changed([](Node& node) { node.children[2].dictionary->format = "i"; }).code,
            "UNSUPPORTED_TYPE")
      << "a dictionary of numbers";
  EXPECT_EQ(take_schema_changed([](Node& node) {
              node.children[2].dictionary->dictionary = std::make_shared<Node>(text_column("", {}));
            }).code,
            "UNSUPPORTED_TYPE")
      << "a dictionary of dictionaries";
}

TEST(ArrowHostile, SchemasThatDoNotHoldTogetherAreRefused) {
  const std::vector<std::pair<const char*, void (*)(Node&)>> faults = {
      {"no format", [](Node& node) { node.no_format = true; }},
      {"no format of a child", [](Node& node) { node.children[1].no_format = true; }},
      {"no format of a dictionary", [](Node& node) { node.children[2].dictionary->no_format = true; }},
      {"a negative number of children", [](Node& node) { node.n_children = -1; }},
      {"no children", [](Node& node) { node.no_children_pointer = true; }},
      {"a child that is NULL", [](Node& node) { node.null_child = true; }},
      {"a child that was released", [](Node& node) { node.released_child = true; }},
  };
  for (const auto& [what, fault] : faults) {
    const Taken taken = take_schema_changed(fault);
    EXPECT_EQ(taken.status, RF_E_DATA) << what;
    EXPECT_EQ(taken.code, "INVALID_ARROW") << what << ": " << taken.message;
  }
  EXPECT_EQ(take_schema_changed([](Node& node) { node.n_children = INT64_MAX; }).code, "LIMIT_REACHED");
  EXPECT_EQ(take_schema_changed([](Node& node) { node.children[1].name = "x"; }).code, "DUPLICATE_COLUMN");
  EXPECT_EQ(take_schema_changed([](Node& node) { node.children[1].name = "\xC3"; }).code, "INVALID_UTF8");
  EXPECT_EQ(take(struct_of({})).code, "ZERO_FEATURES");
}

TEST(ArrowHostile, ArraysThatDoNotHoldTogetherAreRefused) {
  const std::vector<std::pair<const char*, void (*)(Node&)>> faults = {
      {"negative length", [](Node& node) { node.length = -1; }},
      {"the least length", [](Node& node) { node.length = INT64_MIN; }},
      {"negative offset", [](Node& node) { node.offset = -1; }},
      {"an offset that overflows", [](Node& node) { node.offset = INT64_MAX; }},
      {"negative length of a child", [](Node& node) { node.children[0].length = -1; }},
      {"negative offset of a child", [](Node& node) { node.children[0].offset = -1; }},
      {"an offset of a child that overflows", [](Node& node) { node.children[0].offset = INT64_MAX - 1; }},
      {"a child shorter than the batch", [](Node& node) { node.children[0].length = 2; }},
      {"a child shorter than the batch from its offset", [](Node& node) { node.offset = 1; }},
      {"fewer children than the schema", [](Node& node) { node.n_children = 3; }},
      {"more children than the schema", [](Node& node) { node.n_children = INT64_MAX; }},
      {"a negative number of children", [](Node& node) { node.n_children = -1; }},
      {"no children", [](Node& node) { node.no_children_pointer = true; }},
      {"a child that is NULL", [](Node& node) { node.null_child = true; }},
      {"a child that was released", [](Node& node) { node.released_child = true; }},
      {"no buffers of the struct", [](Node& node) { node.no_buffers_pointer = true; }},
      {"no buffers of a child", [](Node& node) { node.children[0].no_buffers_pointer = true; }},
      {"one buffer of a number column", [](Node& node) { node.children[0].n_buffers = 1; }},
      {"three buffers of a number column", [](Node& node) { node.children[0].n_buffers = 3; }},
      {"two buffers of a text column", [](Node& node) { node.children[1].n_buffers = 2; }},
      {"a negative number of buffers", [](Node& node) { node.children[0].n_buffers = -1; }},
      {"no values", [](Node& node) { node.children[0].buffers[1] = Bytes(); }},
      {"no bits", [](Node& node) { node.children[3].buffers[1] = Bytes(); }},
      {"no offsets", [](Node& node) { node.children[1].buffers[1] = Bytes(); }},
      {"no bytes", [](Node& node) { node.children[1].buffers[2] = Bytes(); }},
      {"offsets that descend",
       [](Node& node) {
         node.children[1].buffers[1] = Bytes::of<std::int32_t>({0, 2, 1, 3});
       }},
      {"offsets below 0",
       [](Node& node) {
         node.children[1].buffers[1] = Bytes::of<std::int32_t>({-1, 1, 2, 3});
       }},
      {"no dictionary", [](Node& node) { node.children[2].dictionary.reset(); }},
      {"a dictionary the schema lacks",
       [](Node& node) { node.children[0].dictionary = std::make_shared<Node>(text_column("", {"a"})); }},
      {"a dictionary of the struct",
       [](Node& node) { node.dictionary = std::make_shared<Node>(text_column("", {})); }},
      {"a code below 0",
       [](Node& node) {
         node.children[2].buffers[1] = Bytes::of<std::int8_t>({0, -1, 0});
       }},
      {"a code beyond the dictionary",
       [](Node& node) {
         node.children[2].buffers[1] = Bytes::of<std::int8_t>({0, 2, 0});
       }},
      {"negative length of a dictionary", [](Node& node) { node.children[2].dictionary->length = -1; }},
      {"a dictionary without offsets", [](Node& node) { node.children[2].dictionary->buffers[1] = Bytes(); }},
      {"a dictionary with two buffers", [](Node& node) { node.children[2].dictionary->n_buffers = 2; }},
      {"a dictionary of a dictionary",
       [](Node& node) {
         node.children[2].dictionary->dictionary = std::make_shared<Node>(text_column("", {}));
       }},
  };
  for (const auto& [what, fault] : faults) {
    const Taken taken = take_changed(fault);
    EXPECT_EQ(taken.status, RF_E_DATA) << what;
    EXPECT_EQ(taken.code, "INVALID_ARROW") << what << ": " << taken.message;
  }
}

TEST(ArrowHostile, LengthsBeyondTheLimitsAreRefusedBeforeAnythingIsRead) {
  for (const std::int64_t length : {std::int64_t{4'294'967'296}, std::int64_t{1} << 48}) {
    const Taken taken = take_changed([&](Node& node) {
      node.length = length;
      for (Node& child : node.children) child.length = length;
    });
    EXPECT_EQ(taken.code, "LIMIT_REACHED") << taken.message;
  }
  Producer producer = {good(), {good(), good()}};
  EXPECT_EQ(take_stream(producer, R"({"limits": {"max_rows": 5}})").code, "LIMIT_REACHED");
  EXPECT_EQ(producer.released.arrays, 2);
  EXPECT_EQ(take_stream(producer, R"({"limits": {"max_rows": 6}})").status, RF_OK);
  EXPECT_EQ(take_stream(producer, R"({"limits": {"max_columns": 3}})").code, "LIMIT_REACHED");
}

TEST(ArrowHostile, CellsThatCannotBeAreNamed) {
  const Taken infinite = take_changed([](Node& node) {
    node.children[0].buffers[1] = Bytes::of<double>({1, HUGE_VAL, 3});
  });
  EXPECT_EQ(infinite.code, "NUMBER_OUT_OF_RANGE");
  EXPECT_EQ(infinite.message,
            "column \"x\", row 1 (rows are numbered from 0): expected a finite number, found infinity");
  const Taken latin = take_changed([](Node& node) {
    node.children[1].buffers[2] = Bytes::of<char>({'a', '\xE9', 'c'});
  });
  EXPECT_EQ(latin.code, "INVALID_UTF8");
  EXPECT_NE(latin.message.find("column \"t\", row 1"), std::string::npos) << latin.message;
  const Taken nul = take_changed([](Node& node) {
    node.children[1].buffers[2] = Bytes::of<char>({'a', 'b', '\0'});
  });
  EXPECT_EQ(nul.code, "NUL_BYTE");
  const Taken coded = take_changed([](Node& node) {
    node.children[2].dictionary->buffers[2] = Bytes::of<char>({'p', '\xFF'});
  });
  EXPECT_EQ(coded.code, "INVALID_UTF8");
  // The row counts on over batches.
  Node second = good();
  second.children[0].buffers[1] = Bytes::of<double>({1, -HUGE_VAL, 3});
  Producer producer = {good(), {good(), second}};
  EXPECT_NE(take_stream(producer).message.find("row 4 "), std::string::npos);
}

TEST(ArrowHostile, AFailureAtAnyStepIsToldAndEverythingIsReleased) {
  Producer producer = {good(), {good(), good(), good()}};
  for (int step = 0; step <= 4; ++step) {
    producer.fails_at = step;
    const Taken taken = take_stream(producer);
    EXPECT_EQ(taken.status, RF_E_IO) << step;
    EXPECT_EQ(taken.code, "ARROW_STREAM_FAILED") << step;
    EXPECT_NE(taken.message.find("errno 5: \"the disk is on fire\""), std::string::npos) << taken.message;
    EXPECT_EQ(taken.dataset, nullptr);
    EXPECT_EQ(producer.released.schemas, step == 0 ? 0 : 1);
    EXPECT_EQ(producer.released.arrays, std::max(0, step - 1));
  }
}

TEST(ArrowHostile, AFailureNeedNotExplainItself) {
  Producer producer = {good(), {}};
  producer.fails_at = 1;
  producer.message = nullptr;
  EXPECT_NE(take_stream(producer).message.find("errno 5 and no message"), std::string::npos);
  producer.has_last_error = false;
  EXPECT_NE(take_stream(producer).message.find("no message"), std::string::npos);
  producer.has_last_error = true;
  producer.message = "half \xC3";
  EXPECT_EQ(take_stream(producer).code, "ARROW_STREAM_FAILED") << "a message that is no UTF-8";
}

TEST(ArrowHostile, AFaultInABatchReleasesThatBatchAndAsksForNoOther) {
  Node bad = good();
  bad.children[0].length = 1;
  Producer producer = {good(), {good(), bad, good()}};
  EXPECT_EQ(take_stream(producer).code, "INVALID_ARROW");
  EXPECT_EQ(producer.released.arrays, 2);
  EXPECT_EQ(producer.step, 2);
}

TEST(ArrowHostile, NoBatchesAndNoRowsAreZeroRows) {
  Producer producer = {good(), {}};
  EXPECT_EQ(take_stream(producer).code, "ZERO_ROWS");
  Node empty = good();
  empty.length = 0;
  producer.batches = {empty, empty};
  EXPECT_EQ(take_stream(producer).code, "ZERO_ROWS");
}

TEST(ArrowHostile, ABadConfigurationReleasesTheStreamUnread) {
  Producer producer = {good(), {good()}};
  EXPECT_EQ(take_stream(producer, "{").code, "INVALID_JSON");
  EXPECT_EQ(take_stream(producer, R"({"inferr_text": true})").code, "UNKNOWN_KEY");
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.reserved0 = 1;
  EXPECT_EQ(take_stream(producer, nullptr, &hooks).status, RF_E_ARGUMENT);
  EXPECT_EQ(producer.step, 0);
  EXPECT_EQ(producer.released.schemas, 0);
}

TEST(ArrowHostile, ReleasedAndHollowStructuresAreRefused) {
  ArrowArrayStream stream = {};
  rf_dataset* dataset = nullptr;
  EXPECT_EQ(rf_dataset_from_arrow_stream(&stream, nullptr, 0, nullptr, &dataset, nullptr), RF_E_DATA);
  Producer producer = {good(), {good()}};
  producer.open(&stream);
  stream.get_next = nullptr;
  EXPECT_EQ(rf_dataset_from_arrow_stream(&stream, nullptr, 0, nullptr, &dataset, nullptr), RF_E_DATA);
  EXPECT_EQ(producer.released.streams, 1);
  ArrowSchema schema = {};
  ArrowArray batch = {};
  EXPECT_EQ(rf_dataset_from_arrow(&schema, &batch, nullptr, 0, nullptr, &dataset, nullptr), RF_E_DATA);
  Released released;
  hand_out(good(), &schema, &released.schemas);
  EXPECT_EQ(rf_dataset_from_arrow(&schema, &batch, nullptr, 0, nullptr, &dataset, nullptr), RF_E_DATA);
  EXPECT_EQ(released.schemas, 1);
}

// A producer that forgets to mark what it released must not be called again by the caller's own clean-up.
TEST(ArrowHostile, WhatWasReleasedIsMarkedSo) {
  static int calls;
  calls = 0;
  ArrowArrayStream stream = {};
  stream.release = [](ArrowArrayStream*) { ++calls; };
  rf_dataset* dataset = nullptr;
  EXPECT_EQ(rf_dataset_from_arrow_stream(&stream, nullptr, 0, nullptr, &dataset, nullptr), RF_E_DATA);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(stream.release, nullptr);
}

TEST(ArrowHostile, CancelStopsBetweenBatches) {
  rf_cancel* flag = nullptr;
  ASSERT_EQ(rf_cancel_new(&flag, nullptr), RF_OK);
  const Cancel held(flag);
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.cancel = flag;
  Producer producer = {good(), std::vector<Node>(5, good())};
  producer.on_call = [&] {
    if (producer.step == 2) rf_cancel_set(flag);
  };
  const Taken taken = take_stream(producer, nullptr, &hooks);
  EXPECT_EQ(taken.status, RF_E_CANCELLED);
  EXPECT_EQ(taken.dataset, nullptr);
  EXPECT_EQ(producer.released.arrays, 3);
}

TEST(ArrowHostile, TheProducerRunsInItsOwnRoundingMode) {
  Producer producer = {good(), {good()}};
  std::vector<int> modes;
  producer.on_call = [&] { modes.push_back(std::fegetround()); };
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
  const Taken taken = take_stream(producer);
  const int after = std::fegetround();
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(taken.status, RF_OK);
  EXPECT_EQ(after, FE_UPWARD);
  EXPECT_EQ(modes, std::vector<int>(3, FE_UPWARD));
}

}  // namespace
}  // namespace rf::abi_test
