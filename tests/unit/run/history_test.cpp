// SPDX-License-Identifier: MIT
// Everything that a record can name stands in the product's history, with the version it came with.
#include "run/history.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "artifact/version.hpp"
#include "core/codes.hpp"
#include "core/messages.hpp"
#include "json/parse.hpp"
#include "json/schema.hpp"
#include "params/params.hpp"

namespace rf::run {
namespace {

using artifact::Entry;
using artifact::History;
using artifact::Thing;

/// Written down here a second time: a row that comes into the table or leaves it is a decision.
constexpr const char* kReleased[] = {"0.1.0"};

const json::Value& schema(std::string_view name) {
  static std::map<std::string, json::Value, std::less<>> read;
  const auto found = read.find(name);
  if (found != read.end()) return found->second;
  return read.emplace(name, json::parse(json::schema_text(name)).value()).first->second;
}

/// Pointers of the members without members of their own. An object of names that users choose is one member.
void add_leaves(const json::Value& described, const std::string& pointer, std::set<std::string>& leaves) {
  const json::Value* const members = described.find("properties");
  if (members == nullptr) {
    leaves.insert(pointer);
    return;
  }
  for (const auto& [key, member] : members->as_object()) add_leaves(member, pointer + "/" + key, leaves);
}

std::set<std::string> leaves_of(std::string_view name) {
  std::set<std::string> leaves;
  add_leaves(schema(name), "", leaves);
  return leaves;
}

std::set<std::string> names_of(const History& history, Thing thing) {
  std::set<std::string> names;
  for (const Entry& entry : history.entries)
    if (entry.thing == thing) {
      EXPECT_TRUE(names.insert(entry.name).second) << entry.name << " stands there twice";
    }
  return names;
}

TEST(ProductHistory, EveryRowButTheLastIsAReleasedVersion) {
  const History history = product_history();
  const std::string running = artifact::runforge_version();
  EXPECT_EQ(history.running().version, running);
  EXPECT_EQ(history.running().numeric_profile, artifact::kNumericProfile);
  std::vector<std::string> released;
  for (const artifact::Release& row : history.releases)
    if (row.version != running) released.push_back(row.version);
  std::vector<std::string> expected(std::begin(kReleased), std::end(kReleased));
  std::erase(expected, running);
  EXPECT_EQ(released, expected);
  for (std::size_t i = 1; i < history.releases.size(); ++i)
    EXPECT_LT(*artifact::parse_version(history.releases[i - 1].version),
              *artifact::parse_version(history.releases[i].version));
}

TEST(ProductHistory, EveryFileOfARowHasAPublishedSchema) {
  for (const artifact::Release& row : product_history().releases) {
    EXPECT_NE(json::schema_text(row.record_schema), nullptr) << row.version;
    EXPECT_NE(json::schema_text(row.execution_schema), nullptr) << row.version;
    for (std::size_t i = 0; i < row.files.size(); ++i) {
      if (row.files[i].name.ends_with(".json")) {
        EXPECT_NE(json::schema_text(row.files[i].schema), nullptr) << row.files[i].schema;
      }
      if (i > 0) {
        EXPECT_LT(row.files[i - 1].name, row.files[i].name);
      }
    }
  }
}

TEST(ProductHistory, EverySinceIsAVersionUpToTheRunningOne) {
  const History history = product_history();
  const artifact::Version running = *artifact::parse_version(history.running().version);
  for (const Entry& entry : history.entries) {
    const auto since = artifact::parse_version(entry.since);
    ASSERT_TRUE(since) << entry.name << " " << entry.since;
    EXPECT_LE(*since, running) << entry.name;
    EXPECT_FALSE(entry.since.ends_with("-dev")) << entry.name;
    for (const artifact::EarlierDefault& earlier : entry.earlier_defaults) {
      ASSERT_TRUE(artifact::parse_version(earlier.until)) << entry.name;
      EXPECT_LT(*since, *artifact::parse_version(earlier.until)) << entry.name;
    }
  }
}

TEST(ProductHistory, WhatIsYoungerThanTheFirstRowHasANeutralValue) {
  const History history = product_history();
  const artifact::Version first = *artifact::parse_version(history.releases.front().version);
  for (const Entry& entry : history.entries) {
    const bool is_option = entry.thing == Thing::kConfigMember || entry.thing == Thing::kReadingOption ||
                           entry.thing == Thing::kHyperparameter;
    if (is_option && first < *artifact::parse_version(entry.since)) {
      EXPECT_TRUE(entry.neutral) << entry.name;
    }
  }
}

TEST(ProductHistory, EveryMemberOfTheConfigurationIsThere) {
  EXPECT_EQ(names_of(product_history(), Thing::kConfigMember), leaves_of("train_config.v1"));
}

TEST(ProductHistory, EveryOptionOfReadingIsThere) {
  EXPECT_EQ(names_of(product_history(), Thing::kReadingOption), leaves_of("dataset_options.v1"));
}

TEST(ProductHistory, EveryFamilyAndItsHyperparametersAreThere) {
  std::set<std::string> families;
  for (const json::Value& name : json::at(schema("train_config.v1"), "/properties/model/enum")->as_array())
    families.insert(name.as_string());
  EXPECT_EQ(names_of(product_history(), Thing::kFamily), families);
  std::set<std::string> named;
  std::set<std::string> in_schema;
  for (const std::string& family : families) {
    for (const core::Task task : {core::Task::kClassification, core::Task::kRegression})
      for (const params::Field& field : params::fields(core::find_family(family)->family, task))
        named.insert(family + "/" + std::string(field.name));
    for (const auto& [name, described] :
         json::at(schema("train_config.v1"), "/definitions/" + family + "/properties")->as_object())
      in_schema.insert(family + "/" + name);
  }
  EXPECT_EQ(named, in_schema);
  EXPECT_EQ(names_of(product_history(), Thing::kHyperparameter), named);
}

/// Scalars of the results; what says of what they are is no metric.
TEST(ProductHistory, EveryMetricIsThere) {
  std::set<std::string> in_schema;
  for (const auto& [name, definition] : schema("metrics.v1").find("definitions")->as_object()) {
    const json::Value* const members = definition.find("properties");
    if (members == nullptr) continue;
    for (const auto& [key, member] : members->as_object()) {
      const json::Value* described = &member;
      if (const json::Value* ref = member.find("$ref"))
        described = json::at(schema("metrics.v1"), ref->as_string().substr(1));
      const json::Value* const of =
          described->find("$ref") == nullptr
              ? described
              : json::at(schema("metrics.v1"), described->find("$ref")->as_string().substr(1));
      if (const json::Value* type = of->find("type"); type != nullptr && *type == json::Value("number"))
        in_schema.insert(key);
    }
  }
  EXPECT_EQ(in_schema.size(), 12u) << "the schema was read otherwise than it is laid out";
  EXPECT_EQ(names_of(product_history(), Thing::kMetric), in_schema);
}

TEST(ProductHistory, EveryCodeOfADiagnosticAndItsKeysAreThere) {
  const History history = product_history();
  std::set<std::string> codes;
  for (const core::CodeInfo& info : core::kCodeTable)
    if (info.status == core::Status::kOk) codes.insert(std::string(info.name));
  EXPECT_EQ(names_of(history, Thing::kCode), codes);
  std::set<std::string> keys;
  for (const core::DetailKey& detail : core::kDetailKeys)
    keys.insert(std::string(core::code_name(detail.code)) + "/" + std::string(detail.key));
  EXPECT_EQ(names_of(history, Thing::kDetail), keys);
  const artifact::AsOf now(history, history.running());
  EXPECT_TRUE(now.knows(Thing::kDetail, "MISSING_VALUES_FILLED/any column"));
  EXPECT_TRUE(now.knows(Thing::kDetail, "MISSING_VALUES_DROPPED/missing:age"));
  EXPECT_FALSE(now.knows(Thing::kDetail, "MISSING_VALUES_DROPPED/age"));
}

}  // namespace
}  // namespace rf::run
