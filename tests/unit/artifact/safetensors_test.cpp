// SPDX-License-Identifier: MIT
// The container: its exact bytes, and headers that lie.
#include <gtest/gtest.h>

#include <cstring>

#include "artifact/safetensors.hpp"

namespace rf::artifact {
namespace {

/// Length, header and data as a file.
std::string file_of(const std::string& header, const std::string& data) {
  const std::uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

core::Code code_of(const std::string& header, const std::string& data) {
  const auto container = read_safetensors(file_of(header, data));
  return container.ok() ? core::Code::kInternal : container.error().code;
}

TEST(Safetensors, WritesTheseBytes) {
  const std::vector<std::uint8_t> small = {1, 2, 3};
  const std::vector<double> large = {1.5};
  Container container;
  container.metadata["note"] = "\xC3\xA4";
  container.tensors["a"] = Tensor::of(small, {3});
  container.tensors["b"] = Tensor::of(large, {1, 1});
  const std::string header =
      R"({"__metadata__":{"note":"ä"},"a":{"data_offsets":[8,11],"dtype":"U8","shape":[3]},)"
      R"("b":{"data_offsets":[0,8],"dtype":"F64","shape":[1,1]}})";
  std::string padded = header;
  while (padded.size() % 8 != 0) padded += ' ';
  EXPECT_EQ(write_safetensors(container), file_of(padded, std::string("\0\0\0\0\0\0\xF8\x3F\1\2\3", 11)));
}

TEST(Safetensors, ComesBack) {
  const std::vector<std::int32_t> values = {1, -2, 3, -4, 5, -6};
  const std::vector<std::int64_t> nothing;
  Container container;
  container.tensors["m"] = Tensor::of(values, {2, 3});
  container.tensors["none"] = Tensor::of(nothing, {0, 7});
  const std::string bytes = write_safetensors(container);
  const auto read = read_safetensors(bytes);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->tensors.at("m").values<std::int32_t>(), values);
  EXPECT_EQ(read->tensors.at("m").shape, (std::vector<std::uint64_t>{2, 3}));
  EXPECT_TRUE(read->tensors.at("none").values<std::int64_t>().empty());
}

TEST(Safetensors, BytesAreTheirsOnlyIfEachIs) {
  const std::vector<std::uint8_t> small = {1, 2, 3};
  const std::vector<double> large = {1.5};
  Container container;
  container.metadata["note"] = "n";
  container.tensors["a"] = Tensor::of(small, {3});
  container.tensors["b"] = Tensor::of(large, {1});
  const std::string bytes = write_safetensors(container);
  EXPECT_TRUE(are_safetensors_of(container, bytes));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string other = bytes;
    other[i] ^= 1;
    EXPECT_FALSE(are_safetensors_of(container, other)) << i;
    EXPECT_FALSE(are_safetensors_of(container, std::string_view(bytes).substr(0, i))) << i;
  }
  EXPECT_FALSE(are_safetensors_of(container, bytes + "x"));
}

TEST(Safetensors, TensorsStartAtMultiplesOfTheirElements) {
  const std::vector<std::uint8_t> bytes3 = {1, 2, 3};
  const std::vector<double> doubles = {1};
  const std::vector<std::int32_t> ints = {1};
  Container container;
  container.tensors["a"] = Tensor::of(bytes3, {3});
  container.tensors["b"] = Tensor::of(ints, {1});
  container.tensors["c"] = Tensor::of(doubles, {1});
  const std::string bytes = write_safetensors(container);
  const auto read = read_safetensors(bytes);
  ASSERT_TRUE(read.ok());
  for (const auto& [name, size] : {std::pair<const char*, std::size_t>{"a", 1}, {"b", 4}, {"c", 8}}) {
    EXPECT_EQ(static_cast<std::size_t>(read->tensors.at(name).bytes.data() - bytes.data()) % size, 0u)
        << name;
  }
}

TEST(Safetensors, RefusesHeadersThatLie) {
  const std::string eight(8, 'x');
  EXPECT_EQ(code_of(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", eight),
            core::Code::kInternal)
      << "the honest one is let in";
  for (
      const char* header :
      {R"({"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}})",   // shape and bytes differ
       R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,16]}})",  // beyond the end
       R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[8,0]}})",   // backwards
       R"({"a":{"dtype":"U8","shape":[7],"data_offsets":[1,8]}})",    // gap before
       R"({"a":{"dtype":"U8","shape":[7],"data_offsets":[0,7]}})",    // gap after
       R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[1],"data_offsets":[7,8]}})",
       R"({"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}})",  // a type no model has
       R"({"a":{"dtype":"F64","shape":[1.5],"data_offsets":[0,8]}})",
       R"({"a":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}})",
       R"({"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,8]}})",  // 2^64 elements
       R"({"a":{"dtype":"U8","shape":[9007199254740991,9007199254740991,0,8],"data_offsets":[0,8]}})",
       R"({"a":{"dtype":"F64","shape":[1]}})", R"({"a":[]})",
       R"({"__metadata__":{"x":1},"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})",
       R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})",
       R"([])", R"({)", "", R"({"a":NaN})"}) {
    EXPECT_EQ(code_of(header, eight), core::Code::kInvalidModel) << header;
  }
}

TEST(Safetensors, RefusesAHeaderLongerThanTheFile) {
  for (const std::uint64_t length : {std::uint64_t{1}, std::uint64_t{1} << 40, UINT64_MAX, UINT64_MAX - 7}) {
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    EXPECT_EQ(read_safetensors(bytes).error().code, core::Code::kInvalidModel) << length;
  }
}

TEST(Safetensors, RefusesAHeaderThatWouldTakeManyTimesItsBytes) {
  std::string zeros = "0";
  for (int i = 0; i < 300'000; ++i) zeros += ",0";
  EXPECT_EQ(code_of("{\"a\":{\"data_offsets\":[0,0],\"dtype\":\"U8\",\"shape\":[" + zeros + "]}}", ""),
            core::Code::kInvalidModel);
  EXPECT_NE(read_safetensors(file_of("{\"a\":[" + zeros + "]}", "")).error().message.find("bytes of memory"),
            std::string::npos);
}

TEST(Safetensors, KnowsByTheFirstBytesWhatIsNoModel) {
  const std::uint64_t gigabyte = std::uint64_t{1} << 30;
  EXPECT_FALSE(check_head(std::string(16, '\0'), gigabyte).ok());
  EXPECT_FALSE(check_head("", 0).ok());
  EXPECT_FALSE(check_head("\x89PNG\r\n\x1a\n.......", gigabyte).ok());
  EXPECT_FALSE(check_head(file_of("[]", ""), 10).ok());
  const std::string model = write_safetensors(Container{});
  EXPECT_TRUE(check_head(std::string_view(model).substr(0, 16), model.size()).ok());
}

TEST(Safetensors, RefusesDeepNesting) {
  EXPECT_EQ(code_of(std::string(100000, '['), ""), core::Code::kInvalidModel);
}

}  // namespace
}  // namespace rf::artifact
