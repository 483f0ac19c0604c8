// SPDX-License-Identifier: MIT
// Statements hold what in-toto and SLSA ask for, and only those about the very run are known again.
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
  const json::Value document_ = *json::parse(kRecordText);
  const Record record_{document_, kRecordText};
};

TEST_F(Provenance, ARecordBecomesAStatement) {
  EXPECT_EQ(provenance_statement(record_),
            R"({"_type":"https://in-toto.io/Statement/v1","predicate":{"buildDefinition":{)"
            R"("buildType":"urn:runforge:train:v1","externalParameters":{"config":{"seed":42}},)"
            R"("internalParameters":{"numeric_profile":3},"resolvedDependencies":[)"
            R"({"digest":{"sha256":"cc"},"name":"dataset content"},{"digest":{"sha256":"dd"},"name":"dataset file"}]},)"
            R"("runDetails":{"builder":{"id":"urn:runforge:library","version":{"runforge":"0.1.0"}}}},)"
            R"("predicateType":"https://slsa.dev/provenance/v1","subject":[)"
            R"({"digest":{"sha256":"aa"},"name":"model.safetensors"},{"digest":{"sha256":")" +
                crypto::sha256_hex(kRecordText) + R"("},"name":"run.json"},)" +
                R"({"digest":{"sha256":"bb"},"name":"zeta.json"}]})");
}

TEST_F(Provenance, OnlyStatementsAboutTheRunAreRead) {
  EXPECT_EQ(*read_statement(provenance_statement(record_), record_), Says::kRecorded);
  for (const bool same_bytes : {true, false}) {
    const std::string statement = reproduction_statement(record_, {"0.1.7", same_bytes});
    EXPECT_EQ(*read_statement(statement, record_), Says::kReproduced);
    EXPECT_NE(statement.find(same_bytes ? "\"byte-identical\"" : "\"numbers-identical\""), std::string::npos);
    json::Value changed = *json::parse(statement);
    changed.as_object().at("predicate").set("verdict", "better");
    EXPECT_FALSE(read_statement(json::canonical(changed), record_).ok());
  }
  json::Value other = document_;
  other.as_object().at("config").set("seed", 43);
  const std::string other_text = json::canonical(other);
  EXPECT_FALSE(read_statement(provenance_statement({other, other_text}), record_).ok());
  for (const char* text : {"", "{}", "[]", "{\"predicate\":1}", "{\"predicate\":{\"runforge_version\":1,\"compared\":2}}"})
    EXPECT_FALSE(read_statement(text, record_).ok()) << text;
}

}  // namespace
}  // namespace rf::artifact
