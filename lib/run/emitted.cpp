// SPDX-License-Identifier: MIT
#include "run/emitted.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/file.hpp"
#include "core/mutant.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "json/schema.hpp"
#include "json/write.hpp"

namespace rf::run {
namespace {

using core::Result;

const std::string* text_at(const json::Value& value, std::string_view key) {
  const json::Value* found = value.find(key);
  return found != nullptr && found->is_string() ? &found->as_string() : nullptr;
}

/// One JSON file: it parses, is of the schema it should be, matches it, and is laid out as documents are.
void check_document(const std::string& name, const std::string& schema, EmittedRun& run, Findings& findings) {
  const auto fail = [&](std::string pointer, std::string message) {
    findings.fail(Layer::kFiles, name, std::move(pointer), std::move(message));
  };
  const std::string& bytes = run.files.at(name);
  Result<json::Value> document = json::parse(bytes);
  if (!document.ok()) return fail("", document.error().message);
  const std::string* stated = text_at(*document, "schema_version");
  if (stated == nullptr || *stated != schema)
    return fail("/schema_version", "expected " + core::quoted(schema) + ", found " +
                                       (stated == nullptr ? std::string("none") : core::quoted(*stated)));
  if (json::schema_text(schema) == nullptr)
    return fail("/schema_version", "this library does not know the schema " + core::quoted(schema));
  if (const Result<> checked = json::check_schema(*document, schema); !checked.ok()) {
    std::string pointer;
    for (const core::Detail& detail : checked.error().details)
      if (const auto* text = std::get_if<std::string>(&detail.value); text && detail.key == "pointer")
        pointer = *text;
    // The message begins with the place, which stands beside it here.
    std::string message = checked.error().message;
    if (!pointer.empty() && message.starts_with(pointer + ": ")) message.erase(0, pointer.size() + 2);
    return fail(std::move(pointer), std::move(message));
  }
  if (json::pretty(*document) != bytes)
    return fail(
        "", "the document is not laid out as it was written: members, numbers or white space were changed");
  run.documents.emplace(name, std::move(*document));
}

/// What every run lists, beside what explains its model.
constexpr const char* kAlwaysListed[] = {kDataset, kIndex, kMetrics, kModel};

/// Names and schemas of the files that belong to the run.
std::map<std::string, std::string> expected_files(const EmittedRun& run) {
  std::map<std::string, std::string> expected = {
      {kRecord, "run.v1"}, {kExecution, "execution.v1"}, {kSums, ""}};
  if (const json::Value* record = run.record())
    for (const json::Value& entry : record->find("artifacts")->as_array())
      expected[entry.find("path")->as_string()] = entry.find("schema_version")->as_string();
  return expected;
}

struct Said {
  std::string digest;  ///< "" where nothing is said
  std::string where;   ///< "run.json, /artifacts/0/sha256"
  std::string file;
  std::string pointer;
};

std::string digest_text(const std::string& digest) {
  return digest.empty() ? "none" : digest;
}

/// Who is wrong when a file's digest is not what the others say: two of three agree.
void blame(const std::string& name, const std::string& actual, const Said& record, const Said& sums,
           Findings& findings) {
  const auto fail = [&](const Said& said, bool file_is_right) {
    if (file_is_right)
      findings.fail(
          Layer::kDigests, said.file, said.pointer,
          "says that the SHA-256 of " + name + " is " + digest_text(said.digest) + ", it is " + actual);
    else
      findings.fail(Layer::kDigests, name, "",
                    "expected the SHA-256 " + digest_text(said.digest) + " that " + said.where +
                        " says, found " + actual);
  };
  const bool record_agrees = record.digest == actual;
  const bool sums_agree = sums.digest == actual;
  if (!record.digest.empty() && !record_agrees) fail(record, sums_agree);
  if (!sums.digest.empty() && !sums_agree) fail(sums, record_agrees);
}

/// Digests by file name as SHA256SUMS says them; lines that are none are left out.
std::map<std::string, std::string> said_by_sums(std::string_view text) {
  std::map<std::string, std::string> said;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.size() > 66 && line.substr(64, 2) == "  ") said.emplace(line.substr(66), line.substr(0, 64));
  }
  return said;
}

}  // namespace

bool is_signature(std::string_view name) {
  return name == kEnvelopes || (name.starts_with("SHA256SUMS.") && name.ends_with(".minisig"));
}

Result<EmittedRun> read_emitted(const std::string& directory, core::Context& context) {
  EmittedRun run;
  RF_ASSIGN(const std::vector<std::string> names, core::list_files(directory));
  for (const std::string& name : names) {
    RF_TRY(context.monitor.check());
    RF_ASSIGN(run.files[name], core::read_file(core::path_in(directory, name)));
  }
  return run;
}

void look_at_files(EmittedRun& run, Findings& findings) {
  if (run.files.contains(kRecord)) check_document(kRecord, "run.v1", run, findings);
  const std::map<std::string, std::string> expected = expected_files(run);
  run.is_complete = run.record() != nullptr;
  for (const char* name : kAlwaysListed) {
    if (run.record() == nullptr || expected.contains(name)) continue;
    findings.fail(Layer::kFiles, kRecord, "/artifacts", std::string("lists no ") + name);
    run.is_complete = false;
  }
  for (const auto& [name, schema] : expected) {
    if (!run.files.contains(name)) {
      findings.fail(Layer::kFiles, name, "", "the file is missing");
      run.is_complete = false;
    } else if (name.ends_with(".json") && name != kRecord) {
      check_document(name, schema, run, findings);
      run.is_complete = run.is_complete && run.documents.contains(name);
    }
  }
  for (const auto& [name, bytes] : run.files)
    if (!expected.contains(name) && RF_MUTANT(foreign_files_are_welcome, !is_signature(name), false) &&
        run.record() != nullptr)
      findings.fail(Layer::kFiles, name, "", "the file does not belong to the run");
}

void check_digests(const EmittedRun& run, const std::map<std::string, std::string>& sha256,
                   Findings& findings) {
  const json::Value* record = run.record();
  if (record == nullptr) return findings.skip(Layer::kDigests, "run.json cannot be read");
  const std::map<std::string, std::string> sums = said_by_sums(run.bytes(kSums));
  const auto in_sums = [&](const std::string& name) {
    const auto found = sums.find(name);
    return Said{found == sums.end() ? "" : found->second, kSums, kSums, ""};
  };

  std::map<std::string, std::string> digests;  // of what SHA256SUMS should list
  const auto digest_of = [&](const std::string& name) -> const std::string& {
    return digests[name] = sha256.at(name);
  };
  const json::Value::Array& artifacts = record->find("artifacts")->as_array();
  for (std::size_t i = 0; i < artifacts.size(); ++i) {
    const std::string& name = artifacts[i].find("path")->as_string();
    const std::string at = "/artifacts/" + std::to_string(i);
    if (!run.files.contains(name)) continue;
    blame(name, digest_of(name),
          {*text_at(artifacts[i], "sha256"), "run.json, " + at + "/sha256,", kRecord, at + "/sha256"},
          in_sums(name), findings);
    const std::size_t size = run.files.at(name).size();
    if (artifacts[i].find("size_bytes")->as_number() != static_cast<double>(size))
      findings.fail(Layer::kDigests, kRecord, at + "/size_bytes",
                    "says another size than that of " + name + ", " +
                        core::decimal(static_cast<std::int64_t>(size)) + " bytes");
    if (i > 0 && artifacts[i - 1].find("path")->as_string() >= name)
      findings.fail(Layer::kDigests, kRecord, at + "/path", "the files are not in the order of their names");
  }
  const std::string results = crypto::sha256_hex(json::canonical(*record->find("artifacts")));
  if (*text_at(*record, "result_digest") != results)
    findings.fail(Layer::kDigests, kRecord, "/result_digest", "expected " + results);

  Said of_record{"", "execution.v1.json, /run_digest,", kExecution, "/run_digest"};
  if (const json::Value* execution = run.find(kExecution))
    of_record.digest = *text_at(*execution, "run_digest");
  blame(kRecord, digest_of(kRecord), of_record, in_sums(kRecord), findings);
  if (run.files.contains(kExecution))
    blame(kExecution, digest_of(kExecution), {}, in_sums(kExecution), findings);

  std::string lines;
  for (const auto& [name, digest] : digests) lines += digest + "  " + name + "\n";
  if (run.files.contains(kSums) && RF_MUTANT(sums_not_compared, run.bytes(kSums) != lines, false))
    findings.fail(Layer::kDigests, kSums, "", "its lines are not those of the files there");
}

}  // namespace rf::run
