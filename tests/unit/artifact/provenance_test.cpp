// SPDX-License-Identifier: MIT
// Statements hold what in-toto and SLSA ask for, are made of bytes in hand alone, and only those about the
// very run are known again.
#include "artifact/provenance.hpp"

#include <gtest/gtest.h>

#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace rf::artifact {
namespace {

constexpr const char* kRecordText =
    R"({"artifacts":[{"path":"model.safetensors","sha256":"aa"},{"path":"zeta.json","sha256":"bb"}],)"
    R"("config":{"seed":42},"dataset":{"content_sha256":"cc","fingerprint_sha256":"dd"},)"
    R"("numeric_profile":3,"runforge_version":"0.1.0"})";

class Provenance : public testing::Test {
 protected:
  std::string subjects() const {
    return R"([{"digest":{"sha256":"aa"},"name":"model.safetensors"},{"digest":{"sha256":")" +
           crypto::sha256_hex(kRecordText) +
           R"("},"name":"run.json"},{"digest":{"sha256":"bb"},"name":"zeta.json"}])";
  }
  static constexpr const char* kDependencies =
      R"("resolvedDependencies":[{"digest":{"sha256":"cc"},"name":"dataset content"},)"
      R"({"digest":{"sha256":"dd"},"name":"dataset file"}])";

  static void at_predicate(json::Value& statement, const char* key, const char* word) {
    statement.as_object().at("predicate").set(key, word);
  }

  const json::Value document_ = *json::parse(kRecordText);
  Digests digests_ = {
      {"model.safetensors", "aa"}, {"run.json", crypto::sha256_hex(kRecordText)}, {"zeta.json", "bb"}};
  const Record record_{document_, digests_};
};

TEST_F(Provenance, ARecordBecomesAStatement) {
  EXPECT_EQ(
      *provenance_statement(record_),
      std::string(R"({"_type":"https://in-toto.io/Statement/v1","predicate":{"buildDefinition":{)"
                  R"("buildType":"urn:runforge:train:v1","externalParameters":{"config":{"seed":42}},)"
                  R"("internalParameters":{"numeric_profile":3},)") +
          kDependencies +
          R"(},"runDetails":{"builder":{"id":"urn:runforge:library","version":{"runforge":"0.1.0"}}}},)" +
          R"("predicateType":"https://slsa.dev/provenance/v1","subject":)" + subjects() + "}");
}

TEST_F(Provenance, WhoLookedSaysWhatWasLookedAt) {
  for (const auto& [data, words] :
       {std::pair(DataLook::kNotChecked, "not checked"), {DataLook::kHolds, "holds"}})
    EXPECT_EQ(*signature_statement(record_, {"0.3.0", data}),
              std::string(R"({"_type":"https://in-toto.io/Statement/v1","predicate":{"data":")") + words +
                  R"(","numeric_profile":3,"recorded_by":"0.1.0",)" + kDependencies +
                  R"(,"runforge_version":"0.3.0","verdict":"found whole"},)" +
                  R"("predicateType":"urn:runforge:signature:v1","subject":)" + subjects() + "}");
}

TEST_F(Provenance, WhoReproducedSaysUnderWhichVersions) {
  EXPECT_EQ(*reproduction_statement(record_, "0.1.0"),
            std::string(R"({"_type":"https://in-toto.io/Statement/v1","predicate":{"compared":"bytes",)"
                        R"("numeric_profile":3,"recorded_by":"0.1.0",)") +
                kDependencies + R"(,"runforge_version":"0.1.0","verdict":"byte-identical"},)" +
                R"("predicateType":"urn:runforge:reproduction:v1","subject":)" + subjects() + "}");
  EXPECT_EQ(*reproduction_statement(record_, "0.2.0"),
            std::string(R"({"_type":"https://in-toto.io/Statement/v1","predicate":{"compared":"as_of",)"
                        R"("numeric_profile":3,"recorded_by":"0.1.0",)") +
                kDependencies + R"(,"runforge_version":"0.2.0","verdict":"identical as of"},)" +
                R"("predicateType":"urn:runforge:reproduction:v2","subject":)" + subjects() + "}");
}

TEST_F(Provenance, SubjectsAreOfTheBytesInHand) {
  const auto refused = [&](const char* name) {
    for (const core::Result<std::string>& made :
         {provenance_statement(record_), signature_statement(record_, {"0.1.0"}),
          reproduction_statement(record_, "0.1.0"), reproduction_statement(record_, "0.2.0")}) {
      ASSERT_FALSE(made.ok()) << name;
      EXPECT_EQ(made.error().code, core::Code::kRunAltered);
      EXPECT_NE(made.error().message.find(name), std::string::npos) << made.error().message;
    }
  };
  const std::string said = *provenance_statement(record_);
  for (const char* name : {"model.safetensors", "zeta.json"}) {
    const Digests good = digests_;
    digests_[name] = "ab";
    refused(name);
    EXPECT_EQ(read_statement(said, record_).error().code, core::Code::kInvalidSignature);
    digests_.erase(name);
    refused(name);
    digests_ = good;
  }
  digests_["not listed"] = "ee";
  EXPECT_EQ(*provenance_statement(record_), said);
  digests_.erase("run.json");
  refused("run.json");
}

TEST_F(Provenance, StatementsAreKnownAgain) {
  EXPECT_EQ(read_statement(*provenance_statement(record_), record_)->says, Says::kRecorded);
  const Statement signed_by =
      *read_statement(*signature_statement(record_, {"0.3.0", DataLook::kHolds}), record_);
  EXPECT_EQ(signed_by.says, Says::kSigned);
  EXPECT_EQ(signed_by.data, DataLook::kHolds);
  EXPECT_EQ(signed_by.runforge_version, "0.3.0");
  EXPECT_EQ(read_statement(*signature_statement(record_, {"0.3.0"}), record_)->data, DataLook::kNotChecked);
  for (const auto& [version, sameness] : {std::pair("0.1.0", Sameness::kBytes), {"0.2.0", Sameness::kAsOf}}) {
    const Statement read = *read_statement(*reproduction_statement(record_, version), record_);
    EXPECT_EQ(read.says, Says::kReproduced);
    EXPECT_EQ(read.sameness, sameness);
    EXPECT_EQ(read.runforge_version, version);
  }
}

// What version 0.1.0 wrote of a record of another version.
TEST_F(Provenance, NumbersOfTheFirstVersionAreRead) {
  json::Value numbers = *json::parse(*reproduction_statement(record_, "0.1.0"));
  at_predicate(numbers, "compared", "numbers");
  at_predicate(numbers, "verdict", "numbers-identical");
  EXPECT_FALSE(read_statement(json::canonical(numbers), record_).ok())
      << "one version compares bytes with itself";
  at_predicate(numbers, "runforge_version", "0.1.1");
  const core::Result<Statement> read = read_statement(json::canonical(numbers), record_);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->says, Says::kReproduced);
  EXPECT_EQ(read->sameness, Sameness::kNumbers);
}

TEST_F(Provenance, OnlyStatementsAboutTheRunAreRead) {
  const std::string all[] = {*provenance_statement(record_), *signature_statement(record_, {"0.3.0"}),
                             *reproduction_statement(record_, "0.1.0"),
                             *reproduction_statement(record_, "0.2.0")};
  json::Value other = document_;
  other.as_object().at("config").set("seed", 43);
  Digests other_digests = digests_;
  other_digests["run.json"] = crypto::sha256_hex(json::canonical(other));
  for (const std::string& statement : all) {
    EXPECT_FALSE(read_statement(statement, {other, other_digests}).ok()) << statement;
    // The words of one kind under the name of another, and words of nobody.
    for (const char* type : {"https://slsa.dev/provenance/v1", "urn:runforge:signature:v1",
                             "urn:runforge:reproduction:v1", "urn:runforge:reproduction:v2", "urn:other"}) {
      json::Value changed = *json::parse(statement);
      if (changed.find("predicateType")->as_string() == type) continue;
      changed.set("predicateType", type);
      EXPECT_FALSE(read_statement(json::canonical(changed), record_).ok()) << type << ": " << statement;
    }
    for (const auto& [key, word] : {std::pair("verdict", "better"), {"data", "seen"}, {"compared", "bits"}}) {
      json::Value changed = *json::parse(statement);
      at_predicate(changed, key, word);
      EXPECT_FALSE(read_statement(json::canonical(changed), record_).ok()) << key << ": " << statement;
    }
    EXPECT_FALSE(read_statement(statement + " ", record_).ok());
  }
  json::Value as_of = *json::parse(all[3]);
  at_predicate(as_of, "runforge_version", "0.1.0");
  EXPECT_FALSE(read_statement(json::canonical(as_of), record_).ok()) << "of one version alone";
  json::Value bytes = *json::parse(all[2]);
  at_predicate(bytes, "runforge_version", "0.2.0");
  EXPECT_FALSE(read_statement(json::canonical(bytes), record_).ok()) << "byte-identical across versions";
  for (const char* text :
       {"", "{}", "[]", "{\"predicate\":1}", "{\"predicate\":{\"runforge_version\":1,\"compared\":2}}"})
    EXPECT_FALSE(read_statement(text, record_).ok()) << text;
}

}  // namespace
}  // namespace rf::artifact
