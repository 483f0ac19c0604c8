// SPDX-License-Identifier: MIT
// Versions are compared as numbers, names with a star stand for many, and a row knows what came with it or
// before.
#include "artifact/history.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rf::artifact {
namespace {

TEST(History, VersionsAreComparedByTheirNumbers) {
  const Version version = parse_version("1.20.3").value();
  EXPECT_EQ(version.major, 1u);
  EXPECT_EQ(version.minor, 20u);
  EXPECT_EQ(version.patch, 3u);
  EXPECT_LT(*parse_version("0.9.0"), *parse_version("0.10.0"));
  EXPECT_LT(*parse_version("0.10.2"), *parse_version("0.10.10"));
  EXPECT_LT(*parse_version("0.99.99"), *parse_version("1.0.0"));
  EXPECT_EQ(*parse_version("0.2.0-dev"), *parse_version("0.2.0"));
}

TEST(History, WhatIsNoVersionIsNone) {
  for (const char* word :
       {"", "1", "1.2", "1.2.", "1.2.3.4", "v1.2.3", "1.2.x", " 1.2.3", "1.2.3 ", "1..3", "-1.2.3", "+1.2.3",
        "01.2.3", "1.02.3", "1.2.03", "1.2.3-rc1", "1.2.3-dev2", "1.2.3dev", "4294967296.0.0"})
    EXPECT_FALSE(parse_version(word)) << word;
}

History two_versions() {
  const std::vector<ReleaseFile> files = {{"coefficients", "c.v1", core::Explanation::kCoefficients},
                                          {"importance", "i.v1", core::Explanation::kImportance},
                                          {"metrics", "m.v1"}};
  return {{{"0.1.0", 1, 1, "run.v1", "execution.v1", files},
           {"0.3.0-dev", 1, 1, "run.v1", "execution.v1", files}},
          {{Thing::kMetric, "auc", "0.1.0"},
           {Thing::kCode, "auc", "0.3.0"},
           {Thing::kConfigMember, "/seed", "0.1.0", std::nullopt, {{"0.2.0", 7}, {"0.3.0", 11}}},
           {Thing::kDetail, "FILLED/*", "0.1.0"},
           {Thing::kDetail, "DROPPED/missing:*", "0.3.0"},
           {Thing::kDetail, "DROPPED/rows", "0.1.0"}}};
}

std::vector<std::string> names(const std::vector<ReleaseFile>& files) {
  std::vector<std::string> all;
  for (const ReleaseFile& file : files) all.push_back(file.name);
  return all;
}

TEST(History, AKindOfModelLeavesItsFiles) {
  const History history = two_versions();
  const Release& row = history.running();
  EXPECT_EQ(names(row.files_of(core::Explanation::kCoefficients)),
            (std::vector<std::string>{"coefficients", "metrics"}));
  EXPECT_EQ(names(row.files_of(core::Explanation::kImportance)),
            (std::vector<std::string>{"importance", "metrics"}));
}

TEST(History, ARowIsFoundByItsVeryWord) {
  const History history = two_versions();
  EXPECT_EQ(history.find("0.1.0"), history.releases.data());
  EXPECT_EQ(history.find("0.3.0-dev"), &history.running());
  for (const char* word : {"0.3.0", "0.1.0-dev", "0.2.0", "", "0.1.0 "})
    EXPECT_EQ(history.find(word), nullptr) << word;
}

TEST(History, ANameWithAStarStandsForWhatBeginsLikeIt) {
  const History history = two_versions();
  ASSERT_NE(history.find(Thing::kDetail, "FILLED/any column"), nullptr);
  ASSERT_NE(history.find(Thing::kDetail, "FILLED/"), nullptr);
  EXPECT_EQ(history.find(Thing::kDetail, "DROPPED/missing:age")->since, "0.3.0");
  EXPECT_EQ(history.find(Thing::kDetail, "DROPPED/rows")->since, "0.1.0");
  for (const char* name : {"DROPPED/row", "DROPPED/rows2", "DROPPED/missing", "OTHER/rows", ""})
    EXPECT_EQ(history.find(Thing::kDetail, name), nullptr) << name;
}

TEST(History, ANameIsOfOneKindOfThing) {
  const History history = two_versions();
  EXPECT_EQ(history.find(Thing::kMetric, "auc")->since, "0.1.0");
  EXPECT_EQ(history.find(Thing::kCode, "auc")->since, "0.3.0");
  EXPECT_EQ(history.find(Thing::kHyperparameter, "auc"), nullptr);
}

TEST(History, ARowKnowsWhatCameWithItOrBefore) {
  const History history = two_versions();
  const AsOf first(history, history.releases.front());
  const AsOf now(history, history.running());
  EXPECT_TRUE(first.knows(Thing::kMetric, "auc"));
  EXPECT_FALSE(first.knows(Thing::kCode, "auc"));
  EXPECT_FALSE(first.knows(Thing::kDetail, "DROPPED/missing:age"));
  EXPECT_TRUE(now.knows(Thing::kCode, "auc"))
      << "a -dev version knows what the version that it leads to knows";
  EXPECT_FALSE(now.knows(Thing::kCode, "nobody knows it"));
  EXPECT_FALSE(first.is_running());
  EXPECT_TRUE(now.is_running());
}

TEST(History, ADefaultIsThatOfTheRow) {
  History history = two_versions();
  history.releases.insert(history.releases.begin() + 1, history.releases.front());
  history.releases[1].version = "0.2.0";
  const Entry& seed = *history.find(Thing::kConfigMember, "/seed");
  const auto earlier = [&](std::size_t row) {
    return AsOf(history, history.releases[row]).earlier_default(seed);
  };
  ASSERT_NE(earlier(0), nullptr);
  EXPECT_EQ(*earlier(0), json::Value(7));
  ASSERT_NE(earlier(1), nullptr);
  EXPECT_EQ(*earlier(1), json::Value(11)) << "until is the first version with the next default";
  EXPECT_EQ(earlier(2), nullptr);
}

TEST(History, ProfilesAreComparedWithTheRunningOne) {
  History history = two_versions();
  EXPECT_TRUE(AsOf(history, history.releases.front()).has_running_profile());
  history.releases.front().numeric_profile = 9;
  EXPECT_FALSE(AsOf(history, history.releases.front()).has_running_profile());
}

}  // namespace
}  // namespace rf::artifact
