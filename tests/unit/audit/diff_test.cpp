// SPDX-License-Identifier: MIT
// Why runs differ: one thing changed between two trainings is the answer, and everything else stands below
// it.
#include "audit/diff.hpp"

#include "unit/audit/emitted_fixture.hpp"

namespace rf::audit {
namespace {

class Diff : public EmittedRuns {
 protected:
  static json::Value report(const std::string& a, const std::string& b) {
    auto found = diff(a, b, run::product_history());
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message);
    return found.ok() ? *found : json::Value::object();
  }

  /// The product's, with a 0.1.0 that wrote what the running version writes.
  static artifact::History with_earlier_version(std::uint32_t numeric_profile) {
    artifact::History history = run::product_history();
    history.releases.front() = history.running();
    history.releases.front().version = "0.1.0";
    history.releases.front().numeric_profile = numeric_profile;
    for (artifact::Entry& entry : history.entries) entry.since = "0.1.0";
    return history;
  }

  static std::string text(const json::Value& report, const char* key) {
    return report.find(key)->as_string();
  }

  static const json::Value::Array& differences(const json::Value& report, std::size_t section) {
    return report.find("sections")->as_array()[section].find("differences")->as_array();
  }

  /// "/config/params/C: 1 | 2", column names in brackets.
  static std::vector<std::string> lines(const json::Value::Array& differences) {
    std::vector<std::string> lines;
    for (const json::Value& difference : differences) {
      const auto side = [&](const char* key) {
        const json::Value* value = difference.find(key);
        return value == nullptr ? std::string("nothing") : json::canonical(*value);
      };
      const json::Value* column = difference.find("column");
      lines.push_back(difference.find("pointer")->as_string() +
                      (column == nullptr ? "" : " [" + column->as_string() + "]") + ": " + side("a") + " | " +
                      side("b"));
    }
    return lines;
  }

  static bool has_line(const std::vector<std::string>& lines, const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  }

  /// A forger's run: files of `directory`, edited and made whole again, elsewhere.
  template <class Edit>
  std::string forged(const std::string& directory, const char* name, Edit change) {
    Files files = read(directory);
    edit(files, name, change);
    reseal(files);
    const std::string path = folder_.path() + "/forged";
    put(path, files);
    return path;
  }

  const std::shared_ptr<const run::LoadedDataset> small_ = run::load_text(kSmallCsv);
};

enum : std::size_t { kData, kConfig, kSplit, kVersion };
using Lines = std::vector<std::string>;

TEST_F(Diff, EqualRunsSaySo) {
  const json::Value found = report(emit_run(*small_, "{}"), emit_run(*small_, "{}"));
  EXPECT_EQ(text(found, "verdict"), "equal");
  EXPECT_EQ(text(found, "cause"), "none");
  EXPECT_EQ(text(found, "answer"), "The runs are equal.");
  EXPECT_TRUE(found.find("remarks")->as_array().empty());
  EXPECT_TRUE(found.find("metrics")->as_array().empty());
  EXPECT_EQ(found.find("first_difference"), nullptr);
}

TEST_F(Diff, AChangedParameterIsNamedWithBothValues) {
  const json::Value found = report(emit_run(*small_, R"({"params": {"C": 2}})"), emit_run(*small_, "{}"));
  EXPECT_EQ(text(found, "verdict"), "different");
  EXPECT_EQ(text(found, "cause"), "config");
  EXPECT_EQ(text(found, "answer"), "config: /config/params/C is 2 in A, 1 in B");
  EXPECT_EQ(lines(differences(found, kConfig)), Lines{"/config/params/C: 2 | 1"});
  EXPECT_TRUE(differences(found, kData).empty());
  EXPECT_TRUE(differences(found, kSplit).empty());
}

TEST_F(Diff, AnotherFamilyIsTheAnswerBeforeItsParameters) {
  const json::Value found =
      report(emit_run(*small_, "{}"), emit_run(*small_, R"({"model": "decision_tree"})"));
  EXPECT_EQ(text(found, "answer")
                .find("config: /config/model is \"logistic_regression\" in A, \"decision_tree\" in B"),
            0u)
      << text(found, "answer");
  EXPECT_TRUE(has_line(lines(differences(found, kConfig)), "/config/params/C: 1 | nothing"));
  bool only_b = false;
  for (const json::Value& file : found.find("files")->as_array())
    only_b = only_b || (file.find("path")->as_string() == "feature_importance.v1.json" &&
                        !file.find("equal")->as_bool());
  EXPECT_TRUE(only_b);
}

TEST_F(Diff, AnotherSeedIsConfigAndTheSplitFollows) {
  const json::Value found = report(emit_run(*small_, R"({"seed": 1})"), emit_run(*small_, R"({"seed": 2})"));
  EXPECT_EQ(text(found, "answer"), "config: /config/seed is 1 in A, 2 in B");
  EXPECT_FALSE(differences(found, kSplit).empty());
  EXPECT_EQ(lines(differences(found, kSplit))[0], "/split/seed: 1 | 2");
}

TEST_F(Diff, AnotherSplitFractionIsConfigAndTheCountsStandBelow) {
  const json::Value found = report(emit_run(*small_, R"({"split": {"fraction": 0.25}})"),
                                   emit_run(*small_, R"({"split": {"fraction": 0.5}})"));
  EXPECT_EQ(text(found, "answer"), "config: /config/split/fraction is 0.25 in A, 0.5 in B");
  EXPECT_TRUE(has_line(lines(differences(found, kSplit)), "/split/num_validation: 6 | 12"));
}

TEST_F(Diff, ANamedProfileIsConfig) {
  const json::Value found =
      report(emit_run(*small_, R"({"profile": "fast"})"), emit_run(*small_, R"({"profile": "default"})"));
  EXPECT_EQ(text(found, "cause"), "config");
  EXPECT_TRUE(has_line(lines(differences(found, kConfig)), R"(/config/profile: "fast" | "default")"));
}

TEST_F(Diff, AnotherRowIsDataWithBothCounts) {
  const auto more = run::load_text(std::string(kSmallCsv) + "9,9,red,a\n");
  const json::Value found = report(emit_run(*small_, "{}"), emit_run(*more, R"({"seed": 7})"));
  EXPECT_EQ(text(found, "cause"), "data");
  EXPECT_EQ(text(found, "answer"), "data: 24 rows in A, 25 in B");
  EXPECT_TRUE(has_line(lines(differences(found, kData)), "/rows/read: 24 | 25"));
  EXPECT_EQ(lines(differences(found, kConfig)), Lines{"/config/seed: 42 | 7"}) << "told all the same";
}

TEST_F(Diff, AColumnThatOnlyOneHasIsNamed) {
  const auto both = run::load_text("x,y,label\n1,5,a\n2,3,b\n3,4,a\n4,1,b\n5,6,a\n6,2,b\n7,2,b\n8,3,a\n");
  const auto one = run::load_text("x,label\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,b\n8,a\n");
  const std::string a = emit_run(*both, "{}");
  const std::string b = emit_run(*one, "{}");
  EXPECT_EQ(text(report(a, b), "answer"), "data: only A has the column \"y\"");
  EXPECT_TRUE(
      has_line(lines(differences(report(a, b), kData)), R"(/columns/1/kind [y]: "numeric" | nothing)"));
  EXPECT_EQ(text(report(b, a), "answer"), "data: only B has the column \"y\"");
  EXPECT_TRUE(
      has_line(lines(differences(report(b, a), kData)), R"(/columns/1/kind [y]: nothing | "numeric")"));
}

TEST_F(Diff, AColumnOfAnotherKindIsNamed) {
  const auto numbers = run::load_text("x,y,label\n1,5,a\n2,3,b\n3,4,a\n4,1,b\n5,6,a\n6,2,b\n7,2,b\n8,2,a\n");
  const auto texts = run::load_text("x,y,label\n1,p,a\n2,q,b\n3,p,a\n4,q,b\n5,p,a\n6,q,b\n7,q,b\n8,p,a\n");
  const json::Value found = report(emit_run(*numbers, "{}"), emit_run(*texts, "{}"));
  EXPECT_EQ(text(found, "answer"), "data: another kind of values in the column \"y\"");
  EXPECT_TRUE(has_line(lines(differences(found, kData)), R"(/columns/1/kind [y]: "numeric" | "category")"));
}

TEST_F(Diff, AnotherCellNamesTheColumnByItsProfile) {
  std::string csv = kSmallCsv;
  csv.replace(csv.find("1,5,red"), 7, "1,9,red");
  const json::Value found = report(emit_run(*small_, "{}"), emit_run(*run::load_text(csv), "{}"));
  EXPECT_EQ(text(found, "answer"), "data: other values in the column \"y\"");
  EXPECT_TRUE(has_line(lines(differences(found, kData)), "/columns/1/distinct [y]: 7 | 8"));
}

TEST_F(Diff, TwoRowsThatChangedPlacesAreData) {
  const auto a = run::load_text("x,label\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n");
  const auto b = run::load_text("x,label\n3,a\n2,b\n1,a\n4,b\n5,a\n6,b\n");
  const json::Value found = report(emit_run(*a, "{}"), emit_run(*b, "{}"));
  EXPECT_EQ(text(found, "answer"),
            "data: other cells or another order of rows; counts, columns and their profiles are equal");
}

TEST_F(Diff, ColumnsInAnotherOrderAreData) {
  const auto a = run::load_text("x,y,label\n1,5,a\n2,3,b\n3,4,a\n4,1,b\n5,6,a\n6,2,b\n");
  const auto b = run::load_text("y,x,label\n5,1,a\n3,2,b\n4,3,a\n1,4,b\n6,5,a\n2,6,b\n");
  const json::Value found = report(emit_run(*a, "{}"), emit_run(*b, "{}"));
  EXPECT_EQ(text(found, "answer"), "data: the columns stand in another order");
  EXPECT_TRUE(has_line(lines(differences(found, kData)), R"(/columns/0/name: "x" | "y")"));
}

TEST_F(Diff, AnotherFileOfTheSameTableIsNoCause) {
  std::string crlf;
  for (const char c : std::string(kSmallCsv)) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  const json::Value found = report(emit_run(*small_, "{}"), emit_run(*run::load_text(crlf), "{}"));
  EXPECT_EQ(text(found, "verdict"), "equal");
  ASSERT_EQ(found.find("remarks")->as_array().size(), 1u);
  EXPECT_EQ(found.find("remarks")->as_array()[0].find("section")->as_string(), "data");
}

TEST_F(Diff, TheSameConfigurationInOtherWordsIsNoCause) {
  const json::Value found =
      report(emit_run(*small_, "{}"), emit_run(*small_, R"({"seed": 42, "params": {"C": 1}})"));
  EXPECT_EQ(text(found, "verdict"), "equal");
  ASSERT_EQ(found.find("remarks")->as_array().size(), 1u);
  EXPECT_EQ(found.find("remarks")->as_array()[0].find("section")->as_string(), "config");
}

TEST_F(Diff, ASplitThatDiffersByItselfIsTheAnswer) {
  const std::string a = emit_run(*small_, "{}");
  const std::string b = forged(a, "run.json", [](json::Value& record) {
    at(record, {"split", "train_rows_sha256"}) = std::string(64, '0');
  });
  const json::Value found = report(a, b);
  EXPECT_EQ(text(found, "cause"), "split");
  EXPECT_EQ(text(found, "answer").find("split: /split/train_rows_sha256 is "), 0u) << text(found, "answer");
}

TEST_F(Diff, AnotherNumericProfileIsTheAnswerWhereNothingElseDiffers) {
  const std::string a = emit_run(*small_, "{}");
  const artifact::History history = with_earlier_version(2);
  Files files = read(a);
  edit(files, "run.json", [](json::Value& record) { record.set("numeric_profile", 2); });
  rewrite_version(files, "0.1.0");
  const std::string b = folder_.path() + "/of-profile-2";
  put(b, files);
  const auto found = diff(b, a, history);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(text(*found, "answer"), "version: /numeric_profile is 2 in A, 3 in B (and 1 more)");
}

TEST_F(Diff, AnotherVersionOfTheProfileIsNoCauseWhileNumbersAreEqual) {
  const std::string a = emit_run(*small_, "{}");
  const artifact::History history = with_earlier_version(3);
  Files files = read(a);
  rewrite_version(files, "0.1.0");
  const std::string b = folder_.path() + "/of-0.1.0";
  put(b, files);
  const auto told = diff(a, b, history);
  ASSERT_TRUE(told.ok()) << told.error().message;
  const json::Value& found = *told;
  EXPECT_EQ(text(found, "verdict"), "equal");
  EXPECT_EQ(text(found, "compared"), "numbers");
  ASSERT_EQ(found.find("remarks")->as_array().size(), 1u);
  EXPECT_EQ(found.find("remarks")->as_array()[0].find("section")->as_string(), "version");
}

TEST_F(Diff, ResultsThatDifferWithoutACauseAreSaidToBeSo) {
  const std::string a = emit_run(*small_, "{}");
  const std::string b =
      forged(a, "metrics.v1.json", [](json::Value& document) { document.set("accuracy", 0.125); });
  const json::Value found = report(a, b);
  EXPECT_EQ(text(found, "cause"), "unexplained");
  EXPECT_EQ(text(found, "answer"),
            "Data, configuration, split and numeric profile are equal, but results differ: metrics.v1.json, "
            "run.json. "
            "This must not happen; run verify and reproduce on both.");
  const json::Value& first = *found.find("first_difference");
  EXPECT_EQ(first.find("file")->as_string(), "metrics.v1.json");
  EXPECT_EQ(first.find("where")->as_string(), "/accuracy");
  EXPECT_EQ(first.find("b")->as_string(), "0.125");
}

TEST_F(Diff, AnotherVersionOfTheProfileExplainsNoOtherNumbers) {
  const std::string a = emit_run(*small_, "{}");
  Files files = read(a);
  edit(files, "metrics.v1.json", [](json::Value& document) { document.set("accuracy", 0.125); });
  rewrite_version(files, "0.1.0");
  const std::string b = folder_.path() + "/forged";
  put(b, files);
  EXPECT_EQ(text(diff(a, b, with_earlier_version(3)).value(), "cause"), "unexplained");
}

TEST_F(Diff, AModelThatDiffersNamesTheElement) {
  const std::string a = emit_run(*small_, "{}");
  Files files = read(a);
  files["model.safetensors"].back() = static_cast<char>(files["model.safetensors"].back() ^ 1);
  reseal(files);
  const std::string b = folder_.path() + "/forged";
  put(b, files);
  const json::Value found = report(a, b);
  EXPECT_EQ(text(found, "cause"), "unexplained");
  EXPECT_NE(found.find("first_difference")->find("where")->as_string().find('['), std::string::npos);
}

TEST_F(Diff, MetricsOfBothStandBeside) {
  const std::string a = emit_run(*small_, "{}");
  const std::string b = emit_run(*small_, R"({"params": {"C": 1e-6}})");
  const json::Value found = report(a, b);
  const auto metric = [&](const std::string& directory, const char* name) {
    return *json::parse(read(directory)["run.json"]).value().find("metrics")->find(name);
  };
  const std::string expected = "/metrics/log_loss: " + json::canonical(metric(a, "log_loss")) + " | " +
                               json::canonical(metric(b, "log_loss"));
  EXPECT_TRUE(has_line(lines(found.find("metrics")->as_array()), expected)) << expected;
}

TEST_F(Diff, AFolderThatIsNoRunIsRefused) {
  const std::string run = emit_run(*small_, "{}");
  for (const auto& [a, b] : {std::pair(run, folder_.path()), std::pair(folder_.path(), run)}) {
    const auto found = diff(a, b, run::product_history());
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, core::Code::kFileNotFound);
  }
  Files files = read(run);
  files["dataset.v1.json"] = "{}";
  const std::string broken = folder_.path() + "/broken";
  put(broken, files);
  const auto found = diff(run, broken, run::product_history());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, core::Code::kRunAltered);
  EXPECT_NE(found.error().message.find("dataset.v1.json"), std::string::npos) << found.error().message;
}

TEST_F(Diff, TheRecordDoesNotChooseTheSchemaOfAFile) {
  const std::string a = emit_run(*small_, "{}");
  Files files = read(a);
  files["dataset.v1.json"] = files["interpretability.index.v1.json"];
  edit(files, "run.json", [](json::Value& record) {
    for (json::Value& entry : at(record, {"artifacts"}).as_array())
      if (entry.find("path")->as_string() == "dataset.v1.json")
        entry.set("schema_version", "interpretability.index.v1");
  });
  reseal(files);
  const std::string b = folder_.path() + "/chosen";
  put(b, files);
  const auto found = diff(a, b, run::product_history());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, core::Code::kInvalidRun) << found.error().message;
}

TEST_F(Diff, ARecordOfAnotherVersionIsRefused) {
  const std::string a = emit_run(*small_, "{}");
  Files files = read(a);
  edit(files, "run.json", [](json::Value& record) { record.set("schema_version", "run.v9"); });
  const std::string b = folder_.path() + "/later";
  put(b, files);
  const auto found = diff(a, b, run::product_history());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, core::Code::kUnsupportedFormat);
}

}  // namespace
}  // namespace rf::audit
