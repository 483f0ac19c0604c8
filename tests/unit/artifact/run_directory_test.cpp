// SPDX-License-Identifier: MIT
// Emitting into memory and into a directory, taken names, and reading a run back.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "artifact/run_directory.hpp"
#include "crypto/sha256.hpp"
#include "unit/artifact/support.hpp"
#include "unit/core/temporary_folder.hpp"

namespace rf::artifact {
namespace {

namespace fs = std::filesystem;

const std::string kDigest = "abc12345" + std::string(56, '0');
constexpr std::int64_t kNoon = 1704110400;  // 2024-01-01T12:00:00Z

std::vector<File> some_results() {
  return {{"run.json", "run.v1", "{}\n"}, {"metrics.v1.json", "metrics.v1", "[]\n"}, {"A", "model.v1", "x"}};
}

core::Result<File> record(const std::string& run_id) {
  return File{"execution.v1.json", "execution.v1", "\"" + run_id + "\"\n"};
}

/// The text of SHA256SUMS: one line `<hex>  <name>` for each file, names ascending by bytes.
std::string sums_of(const std::vector<File>& files) {
  std::map<std::string, std::string> digests;
  for (const File& file : files) digests[file.name] = crypto::sha256_hex(file.bytes);
  std::string text;
  for (const auto& [name, digest] : digests) text += digest + "  " + name + "\n";
  return text;
}

TEST(RunId, IsTimeAndDigest) {
  EXPECT_EQ(run_id(kNoon, kDigest), "20240101-120000-abc12345");
}

TEST(EmitRun, PutsResultsRecordAndSumsIntoTheSink) {
  MemorySink sink;
  const auto id = emit_run(sink, some_results(), kDigest, kNoon, {record, {}});
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(*id, "20240101-120000-abc12345");
  EXPECT_EQ(sink.published_name, *id);
  EXPECT_EQ(sink.files.size(), 5u);
  EXPECT_EQ(sink.files.at("execution.v1.json"), "\"20240101-120000-abc12345\"\n");
  std::vector<File> all = some_results();
  all.push_back(record(*id).value());
  EXPECT_EQ(sink.files.at("SHA256SUMS"), sums_of(all));
}

TEST(EmitRun, ATakenNameMovesOnByASecond) {
  const core::TemporaryFolder folder;
  const std::string parent = folder.path("runs");
  for (const char* expected :
       {"20240101-120000-abc12345", "20240101-120001-abc12345", "20240101-120002-abc12345"}) {
    const auto sink = open_directory_sink(parent);
    ASSERT_TRUE(sink.ok()) << sink.error().message;
    const auto id = emit_run(**sink, some_results(), kDigest, kNoon, {record, {}});
    ASSERT_TRUE(id.ok()) << id.error().message;
    EXPECT_EQ(*id, expected);
    // Its record and its sums are those of the name that was found.
    EXPECT_EQ(*core::read_file(parent + "/" + *id + "/execution.v1.json"), "\"" + *id + "\"\n");
    std::vector<File> all = some_results();
    all.push_back(record(*id).value());
    EXPECT_EQ(*core::read_file(parent + "/" + *id + "/SHA256SUMS"), sums_of(all));
  }
  std::size_t n_entries = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(parent)) ++n_entries;
  EXPECT_EQ(n_entries, 3u) << "no staging folder is left";
}

TEST(EmitRun, SignaturesAreOfTheSumsOfTheNameThatWasFound) {
  const core::TemporaryFolder folder;
  const auto sign = [](const std::string& id, const std::string& sums) -> core::Result<std::vector<File>> {
    return std::vector<File>{{"SHA256SUMS.minisig", "", id + " " + crypto::sha256_hex(sums)}};
  };
  for (int i = 0; i < 2; ++i) {
    const auto sink = open_directory_sink(folder.path());
    ASSERT_TRUE(sink.ok());
    const auto id = emit_run(**sink, some_results(), kDigest, kNoon, {record, sign});
    ASSERT_TRUE(id.ok()) << id.error().message;
    const std::string run = folder.path(*id);
    EXPECT_EQ(*core::read_file(run + "/SHA256SUMS.minisig"),
              *id + " " + crypto::sha256_hex(*core::read_file(run + "/SHA256SUMS")));
  }
  const auto sink = open_directory_sink(folder.path());
  const auto refuse = [](const std::string&, const std::string&) -> core::Result<std::vector<File>> {
    return core::Error{core::Code::kSigningFailed, "no", {}};
  };
  EXPECT_EQ(emit_run(**sink, some_results(), kDigest, kNoon + 60, {record, refuse}).error().code,
            core::Code::kSigningFailed);
  EXPECT_FALSE(fs::exists(folder.path("20240101-120100-abc12345")));
}

TEST(EmitRun, AFailingRecordLeavesNothing) {
  const core::TemporaryFolder folder;
  {
    const auto sink = open_directory_sink(folder.path());
    ASSERT_TRUE(sink.ok());
    const auto id = emit_run(**sink, some_results(), kDigest, kNoon,
                             {[](const std::string&) -> core::Result<File> {
                                return core::Error{core::Code::kInternal, "no record", {}};
                              },
                              {}});
    EXPECT_EQ(id.error().message, "no record");
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

/// A sink whose every name is taken.
class FullSink : public MemorySink {
 public:
  core::Result<> publish(const std::string& name) override {
    ++n_tries;
    return core::Error{core::Code::kAlreadyExists, "\"" + name + "\" is already there", {}};
  }
  int n_tries = 0;
};

TEST(EmitRun, GivesUpAfterADay) {
  FullSink sink;
  const auto id = emit_run(sink, {}, kDigest, kNoon, {record, {}});
  ASSERT_FALSE(id.ok());
  EXPECT_EQ(id.error().code, core::Code::kAlreadyExists);
  EXPECT_EQ(id.error().message, "\"20240102-120000-abc12345\" is already there");
  EXPECT_EQ(sink.n_tries, 86401);
}

/// A run.json that its schema accepts and that lists the given files.
std::string record_listing(const std::vector<std::string>& names) {
  evaluate::Metrics metrics;
  metrics.profile = "regression.base.v1";
  std::vector<File> files = {{"metrics.v1.json", "metrics.v1", "m"}};
  for (const std::string& name : names) files.push_back({name, "model.v1", "content of " + name});
  RunFacts facts;
  facts.input_digest = facts.content_sha256 = std::string(64, 'a');
  facts.label_column = "y";
  facts.task = core::Task::kRegression;
  facts.model_family = core::Family::kRidgeRegression;
  facts.split = {"shuffle", 1, 0.2, false, 1, 1, std::string(64, '1'), std::string(64, '2')};
  facts.requested_config = json::Value::object();
  facts.config =
      json::parse(R"({"label":"y","task":"regression","model":"ridge_regression","params":{"alpha":1},
      "seed":1,"roles":{},"missing":{"policy":"error"},"split":{"method":"shuffle","fraction":0.2}})")
          .value();
  facts.metrics = &metrics;
  facts.files = files;
  const auto file = finish_document("run.json", "run.v1", run_document(facts));
  EXPECT_TRUE(file.ok()) << file.error().message;
  return file->bytes;
}

std::string execution_naming(const std::string& record) {
  return R"({"run_id":"20240101-120000-abc12345","run_digest":")" + crypto::sha256_hex(record) + R"("})";
}

core::Code code_of(const core::TemporaryFolder& folder) {
  const auto files = read_run_directory(folder.path());
  return files.ok() ? core::Code::kInternal : files.error().code;
}

TEST(ReadRunDirectory, GivesTheRecordAndTheFilesItLists) {
  const core::TemporaryFolder folder;
  const std::string record = record_listing({"model.safetensors"});
  folder.write("run.json", record);
  folder.write("model.safetensors", "content of model.safetensors");
  folder.write("metrics.v1.json", "m");
  folder.write("execution.v1.json", execution_naming(record));
  folder.write("stray", "not listed");
  const auto read = read_run_directory(folder.path());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->run_id, "20240101-120000-abc12345");
  const std::vector<File>& files = read->files;
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].name, "metrics.v1.json");
  EXPECT_EQ(files[0].schema_version, "metrics.v1");
  EXPECT_EQ(files[1].name, "model.safetensors");
  EXPECT_EQ(files[1].bytes, "content of model.safetensors");
  EXPECT_EQ(files[2].name, "run.json");
}

TEST(ReadRunDirectory, AnExchangedFileIsRefused) {
  const core::TemporaryFolder folder;
  const std::string record = record_listing({"model.safetensors"});
  folder.write("run.json", record);
  folder.write("metrics.v1.json", "m");
  folder.write("execution.v1.json", execution_naming(record));
  folder.write("model.safetensors", "weights of another run");
  const auto files = read_run_directory(folder.path());
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().code, core::Code::kRunAltered);
  EXPECT_NE(files.error().message.find("model.safetensors"), std::string::npos) << files.error().message;
  folder.write("model.safetensors", "content of model.safetensors");
  folder.write("execution.v1.json", execution_naming(record + " "));
  EXPECT_EQ(code_of(folder), core::Code::kRunAltered) << "another run.json than execution.v1.json names";
  folder.write("execution.v1.json", "{}");
  EXPECT_EQ(code_of(folder), core::Code::kRunAltered);
}

TEST(ReadRunDirectory, ALinkIsNotFollowed) {
  const core::TemporaryFolder folder;
  folder.write("elsewhere", "content of model.safetensors");
  fs::create_directory(folder.path("run"));
  folder.write("run/run.json", record_listing({"model.safetensors"}));
  folder.write("run/metrics.v1.json", "m");
  fs::create_symlink("../elsewhere", folder.path("run/model.safetensors"));
  const auto files = read_run_directory(folder.path("run"));
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().code, core::Code::kNotAFile);
}

TEST(ReadRunDirectory, AMissingFileIsNamed) {
  const core::TemporaryFolder folder;
  EXPECT_EQ(code_of(folder), core::Code::kFileNotFound);
  folder.write("run.json", record_listing({"model.safetensors"}));
  folder.write("metrics.v1.json", "m");
  const auto files = read_run_directory(folder.path() + "/");
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().code, core::Code::kFileNotFound);
  EXPECT_NE(files.error().message.find("model.safetensors"), std::string::npos);
}

TEST(ReadRunDirectory, ANameThatLeavesTheFolderIsRefused) {
  const core::TemporaryFolder folder;
  folder.write("secret", "s");
  fs::create_directory(folder.path("run"));
  folder.write("run/metrics.v1.json", "m");
  for (const char* name : {"../secret", "/etc/hostname", "..", ".", "run.json"}) {
    folder.write("run/run.json", record_listing({name}));
    const auto files = read_run_directory(folder.path("run"));
    ASSERT_FALSE(files.ok()) << name;
    EXPECT_EQ(files.error().code, core::Code::kInvalidRun) << name;
  }
}

TEST(ReadRunDirectory, ARecordThatIsNoneIsRefused) {
  const core::TemporaryFolder folder;
  for (const char* text :
       {"", "{", "{}", "[]", R"({"schema_version":"metrics.v1"})", R"({"schema_version":1})"}) {
    folder.write("run.json", text);
    EXPECT_EQ(code_of(folder), core::Code::kInvalidRun) << text;
  }
  folder.write("run.json", R"({"schema_version":"run.v9"})");
  EXPECT_EQ(code_of(folder), core::Code::kUnsupportedFormat);
}

TEST(ReadRunDirectory, AFileListedTwiceIsRefused) {
  const core::TemporaryFolder folder;
  folder.write("run.json", record_listing({"m", "m"}));
  folder.write("m", "content of m");
  folder.write("metrics.v1.json", "m");
  EXPECT_EQ(code_of(folder), core::Code::kInvalidRun);
}

}  // namespace
}  // namespace rf::artifact
