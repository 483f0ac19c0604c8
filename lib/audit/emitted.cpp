// SPDX-License-Identifier: MIT
// Reads an emitted run and checks its files one by one. Every failure becomes a finding; only errors of
// reading and a cancel end the work. Pinned by tests/unit/audit/verify_test.cpp.
#include "audit/emitted.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "artifact/run_directory.hpp"
#include "artifact/version.hpp"
#include "core/file.hpp"
#include "core/mutant.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "json/schema.hpp"
#include "json/write.hpp"

namespace rf::audit {
namespace {

using core::Result;

const std::string* text_at(const json::Value& value, std::string_view key) {
  const json::Value* found = value.find(key);
  return found != nullptr && found->is_string() ? &found->as_string() : nullptr;
}

std::string stated(const std::string* text) {
  return text == nullptr ? "none" : core::quoted(*text);
}

/// Checks one JSON file: it must parse, name the expected schema and version, match its schema, and have the
/// layout of our documents. Returns early, with the check incomplete, once the caller cancels.
void check_document(const std::string& name, const std::string& schema, EmittedRun& run, Findings& findings,
                    const core::Monitor& monitor) {
  const auto fail = [&](std::string pointer, std::string message) {
    findings.fail(Layer::kFiles, name, std::move(pointer), std::move(message));
  };
  const std::string& bytes = run.files.at(name);
  Result<json::Value> document = json::parse(bytes, {.monitor = &monitor});
  if (!document.ok()) return fail("", document.error().message);
  const std::string* const found = text_at(*document, "schema_version");
  if (found == nullptr || *found != schema)
    return fail("/schema_version", "expected " + core::quoted(schema) + ", found " + stated(found));
  if (const std::string* version = text_at(*document, "runforge_version");
      version == nullptr || *version != run.version)
    return fail("/runforge_version",
                "expected " + core::quoted(run.version) + ", as run.json says, found " + stated(version));
  if (monitor.cancelled()) return;
  if (const Result<> checked = json::check_schema(*document, schema, &monitor); !checked.ok()) {
    if (monitor.cancelled()) return;
    std::string pointer;
    for (const core::Detail& detail : checked.error().details)
      if (const auto* text = std::get_if<std::string>(&detail.value); text && detail.key == "pointer")
        pointer = *text;
    // The message begins with the pointer, which is reported separately here.
    std::string message = checked.error().message;
    if (!pointer.empty() && message.starts_with(pointer + ": ")) message.erase(0, pointer.size() + 2);
    return fail(std::move(pointer), std::move(message));
  }
  const Result<std::string> laid_out = json::pretty(*document, monitor);
  if (!laid_out) return;  // cancelled
  if (*laid_out != bytes)
    return fail(
        "", "the document is not laid out as it was written: members, numbers or white space were changed");
  run.documents.emplace(name, std::move(*document));
}

/// Finds the history's entry for the version that run.json names, and checks run.json against the schema of
/// that version.
void find_row(const artifact::History& history, EmittedRun& run, Findings& findings,
              const core::Monitor& monitor = {}) {
  const Result<json::Value> record = json::parse(run.bytes(artifact::kRecord), {.monitor = &monitor});
  const std::string* const version = record ? text_at(*record, "runforge_version") : nullptr;
  if (version == nullptr || version->empty())
    return findings.fail(Layer::kFiles, artifact::kRecord, record ? "/runforge_version" : "",
                         record ? "expected the version that wrote it, found none" : record.error().message);
  run.version = *version;
  run.row = history.find(*version);
  if (run.row != nullptr) check_document(artifact::kRecord, run.row->record_schema, run, findings, monitor);
}

/// The size of a file as listed in run.json; 0 if run.json does not list it.
double stated_size(const EmittedRun& run, const std::string& name) {
  for (const json::Value& entry : run.record()->find("artifacts")->as_array())
    if (entry.find("path")->as_string() == name) return entry.find("size_bytes")->as_number();
  return 0;
}

/// Returns the files that `artifacts` must list. Checks that it lists exactly these, in the order of their
/// names.
std::vector<artifact::ReleaseFile> check_listed(const EmittedRun& run, Findings& findings) {
  const json::Value& record = *run.record();
  const std::string& family = record.find("model_family")->as_string();
  std::vector<artifact::ReleaseFile> wanted = run.row->files_of(explanation_of(family));
  const json::Value::Array& listed = record.find("artifacts")->as_array();
  const auto is_wanted = [&](const std::string& name) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const artifact::ReleaseFile& file) { return file.name == name; });
  };
  for (const artifact::ReleaseFile& file : wanted)
    if (std::none_of(listed.begin(), listed.end(),
                     [&](const json::Value& entry) { return entry.find("path")->as_string() == file.name; }))
      findings.fail(Layer::kFiles, artifact::kRecord, "/artifacts", "lists no " + file.name);
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const std::string at = "/artifacts/" + std::to_string(i);
    const std::string& name = listed[i].find("path")->as_string();
    if (!is_wanted(name))
      findings.fail(Layer::kFiles, artifact::kRecord, at + "/path",
                    "version " + run.version + " leaves no file " + core::quoted(name) + " with a " + family);
    if (i > 0 && listed[i - 1].find("path")->as_string() >= name)
      findings.fail(Layer::kFiles, artifact::kRecord, at + "/path",
                    "the files are not in the order of their names");
  }
  return wanted;
}

/// As above, plus execution.v1.json and SHA256SUMS.
std::vector<artifact::ReleaseFile> belonging_files(const EmittedRun& run, Findings& findings) {
  std::vector<artifact::ReleaseFile> files = check_listed(run, findings);
  files.push_back({artifact::kExecution, run.row->execution_schema});
  files.push_back({artifact::kSums, ""});
  return files;
}

/// Checks a file that belongs to the run, whether it was read or not.
void check_file(const artifact::ReleaseFile& file, EmittedRun& run, Findings& findings,
                const core::Monitor& monitor = {}) {
  const bool is_there = run.files.contains(file.name);
  const bool is_document = file.name.ends_with(".json");
  if (is_there && is_document) check_document(file.name, file.schema, run, findings, monitor);
  run.is_complete = run.is_complete && is_there && (!is_document || run.documents.contains(file.name));
}

/// Digests listed in SHA256SUMS, by file name. Malformed lines are ignored.
std::map<std::string, std::string> said_by_sums(std::string_view text) {
  std::map<std::string, std::string> said;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.size() > 66 && line.substr(64, 2) == "  ") said.emplace(line.substr(66), line.substr(0, 64));
  }
  return said;
}

/// Reads the files that belong to a run, and no others.
class DirectoryReader {
 public:
  DirectoryReader(const std::string& directory, Findings& findings, core::Context& context)
      : directory_(directory), findings_(findings), context_(context) {}

  Result<EmittedRun> operator()(const artifact::History& history) {
    const Result<core::FolderLock> lock =
        core::FolderLock::take(directory_, core::FolderLock::Sharing::kReaders, context_.monitor);
    if (!lock) return lock.error();
    RF_ASSIGN(entries_, core::list_entries(directory_));
    RF_TRY(read(artifact::kRecord, artifact::kMostDocumentBytes));
    if (!run_.files.contains(artifact::kRecord)) return std::move(run_);
    find_row(history, run_, findings_, context_.monitor);
    if (run_.row == nullptr) RF_TRY(compare_sum_of_record());
    if (run_.record() == nullptr) return std::move(run_);
    RF_TRY(read_listed());
    RF_TRY(read_others());
    return std::move(run_);
  }

  /// Reads only the signatures again, into `run`.
  Result<> again(EmittedRun& run) {
    RF_ASSIGN(entries_, core::list_entries(directory_));
    std::erase_if(run.files, [](const auto& file) { return is_signature(file.first); });
    run_ = std::move(run);
    Result<> done;
    for (const core::FolderEntry& entry : entries_)
      if (done.ok() && is_signature(entry.name)) done = read_signature(entry.name);
    run = std::move(run_);
    return done;
  }

 private:
  Result<> read_listed() {
    run_.is_complete = true;
    for (const artifact::ReleaseFile& file : belonging_files(run_, findings_)) {
      belongs_.insert(file.name);
      RF_TRY(read_belonging(file.name));
      check_file(file, run_, findings_, context_.monitor);
    }
    return {};
  }

  Result<> read_belonging(const std::string& name) {
    if (name == artifact::kExecution || name == artifact::kSums)
      return read(name, artifact::kMostDocumentBytes);
    const double stated = stated_size(run_, name);
    return read(
        name, artifact::most_bytes_read(name, stated),
        "run.json says that it has " + core::counted(static_cast<std::uint64_t>(stated), "byte") + ": ");
  }

  /// Even if the version is not known, SHA256SUMS can show that the record was altered.
  Result<> compare_sum_of_record() {
    const auto sums = std::find_if(entries_.begin(), entries_.end(),
                                   [](const auto& one) { return one.name == artifact::kSums; });
    if (sums == entries_.end()) return {};
    RF_TRY(read(artifact::kSums, artifact::kMostDocumentBytes));
    const std::map<std::string, std::string> said = said_by_sums(run_.bytes(artifact::kSums));
    const auto own = said.find(artifact::kRecord);
    const std::string found = crypto::sha256_hex(run_.files.at(artifact::kRecord));
    if (own != said.end() && own->second != found)
      findings_.fail(Layer::kDigests, artifact::kRecord, "",
                     "expected the SHA-256 " + own->second + " that SHA256SUMS says, found " + found);
    return {};
  }

  static std::string foreign_text(core::EntryKind kind) {
    return kind == core::EntryKind::kFile
               ? "the file does not belong to the run"
               : std::string(core::entry_kind_name(kind)) + " does not belong to a run";
  }

  /// Reads the signatures, which are optional, and reports entries that do not belong to the run.
  Result<> read_others() {
    for (const core::FolderEntry& entry : entries_) {
      if (entry.name == artifact::kRecord || belongs_.contains(entry.name)) continue;
      if (is_signature(entry.name)) {
        RF_TRY(read_signature(entry.name));
        continue;
      }
      RF_ASSIGN(const core::Staging staging, entry.kind == core::EntryKind::kFolder
                                                 ? core::staging_at(directory_, entry.name)
                                                 : Result<core::Staging>(core::Staging::kNone));
      if (staging != core::Staging::kNone) {
        tell_staging(entry.name, staging);
      } else {
        RF_MUTANT(foreign_files_are_welcome, fail(entry.name, foreign_text(entry.kind)), void());
      }
    }
    return {};
  }

  /// Notes a staging folder of ours. Its content is not read and does not affect the verdict on the run.
  void tell_staging(const std::string& name, core::Staging staging) {
    if (staging == core::Staging::kAtWork)
      findings_.tell("command_at_work",
                     core::quoted(name) + " is in use by a command that is at work beside the run");
    if (staging == core::Staging::kInterrupted)
      findings_.tell("interrupted_command",
                     core::quoted(name) + " was left by an interrupted command and may be removed");
  }

  Result<> read_signature(const std::string& name) {
    if (++n_signatures_ > kMostSignatures) return fail(name, "there are too many signatures"), Result<>();
    return read(name, name == artifact::kEnvelopes ? artifact::kMostDocumentBytes : kMostMinisigBytes);
  }

  /// Fails the layer unless the name is a regular file within the limit. If the file is larger, the message
  /// begins with `reason`, which explains the limit.
  Result<> read(const std::string& name, std::uint64_t limit_bytes, const std::string& reason = "") {
    RF_TRY(context_.monitor.check());
    const auto entry = std::lower_bound(
        entries_.begin(), entries_.end(), name,
        [](const core::FolderEntry& one, const std::string& wanted) { return one.name < wanted; });
    if (entry == entries_.end() || entry->name != name) return fail(name, "the file is missing"), Result<>();
    if (entry->kind != core::EntryKind::kFile)
      return fail(name, "expected a regular file, found " + std::string(core::entry_kind_name(entry->kind))),
             Result<>();
    Result<std::string> bytes = core::read_file_no_link(core::path_in(directory_, name), limit_bytes);
    if (bytes) {
      run_.files[name] = std::move(*bytes);
      return {};
    }
    const core::Code code = bytes.error().code;
    if (code != core::Code::kLimitReached && code != core::Code::kNotAFile) return std::move(bytes).error();
    return fail(name, (code == core::Code::kLimitReached ? reason : "") + bytes.error().message), Result<>();
  }

  void fail(const std::string& name, std::string message) {
    findings_.fail(Layer::kFiles, name, "", std::move(message));
  }

  const std::string& directory_;
  Findings& findings_;
  core::Context& context_;
  std::vector<core::FolderEntry> entries_;
  static constexpr std::uint64_t kMostMinisigBytes = 4096;
  std::set<std::string> belongs_;
  std::size_t n_signatures_ = 0;
  EmittedRun run_;
};

struct Said {
  std::string digest;  ///< "" if no digest is named
  std::string where;   ///< "run.json, /artifacts/0/sha256"
  std::string file;
  std::string pointer;
};

std::string digest_text(const std::string& digest) {
  return digest.empty() ? "none" : digest;
}

/// Decides which is wrong if the digests of a file differ: the file, the record or SHA256SUMS. The two of the
/// three that agree are right.
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

}  // namespace

bool is_signature(std::string_view name) {
  return name == artifact::kEnvelopes || (name.starts_with("SHA256SUMS.") && name.ends_with(".minisig"));
}

core::Error unsupported_version(const std::string& directory, const std::string& version) {
  return {core::Code::kUnsupportedVersion,
          "\"" + directory + "\" says that version " + version + " of RunForge wrote it; this library, " +
              artifact::runforge_version() + ", does not know that version and cannot judge its records",
          {{"file", directory}, {"got", version}}};
}

bool is_prose(std::string_view file, std::string_view pointer) {
  const auto is_member = [&](std::string_view list, std::string_view member) {
    return pointer.starts_with(list) && pointer.ends_with(member) &&
           std::count(pointer.begin(), pointer.end(), '/') == 3;
  };
  return (file == artifact::kRecord && is_member("/diagnostics/", "/message")) ||
         (file == artifact::kIndex && is_member("/available_artifacts/", "/summary"));
}

core::Explanation explanation_of(std::string_view family) {
  const core::FamilyInfo* const known = core::find_family(family);
  return known == nullptr ? core::Explanation::kNone : known->explanation;
}

Result<EmittedRun> read_emitted(const std::string& directory, const artifact::History& history,
                                Findings& findings, core::Context& context) {
  RF_ASSIGN(EmittedRun run, DirectoryReader(directory, findings, context)(history));
  RF_TRY(context.monitor.check());
  return run;
}

Result<> read_signatures_again(const std::string& directory, EmittedRun& run, Findings& findings,
                               core::Context& context) {
  return DirectoryReader(directory, findings, context).again(run);
}

EmittedRun emitted_in_memory(std::map<std::string, std::string> files, const artifact::History& history,
                             Findings& findings) {
  EmittedRun run;
  run.files = std::move(files);
  if (!run.files.contains(artifact::kRecord)) return run;
  find_row(history, run, findings);
  if (run.record() == nullptr) return run;
  run.is_complete = true;
  for (const artifact::ReleaseFile& file : belonging_files(run, findings)) check_file(file, run, findings);
  return run;
}

void check_digests(const EmittedRun& run, const std::map<std::string, std::string>& sha256,
                   Findings& findings) {
  const json::Value* record = run.record();
  if (record == nullptr) return findings.skip(Layer::kDigests, "run.json cannot be read");
  const std::map<std::string, std::string> sums = said_by_sums(run.bytes(artifact::kSums));
  const auto in_sums = [&](const std::string& name) {
    const auto found = sums.find(name);
    return Said{found == sums.end() ? "" : found->second, artifact::kSums, artifact::kSums, ""};
  };

  std::map<std::string, std::string> digests;  // of the files that SHA256SUMS should list
  const auto digest_of = [&](const std::string& name) -> const std::string& {
    return digests[name] = sha256.at(name);
  };
  const json::Value::Array& artifacts = record->find("artifacts")->as_array();
  for (std::size_t i = 0; i < artifacts.size(); ++i) {
    const std::string& name = artifacts[i].find("path")->as_string();
    const std::string at = "/artifacts/" + std::to_string(i);
    if (!run.files.contains(name)) continue;
    blame(
        name, digest_of(name),
        {*text_at(artifacts[i], "sha256"), "run.json, " + at + "/sha256,", artifact::kRecord, at + "/sha256"},
        in_sums(name), findings);
    const std::size_t size = run.files.at(name).size();
    if (artifacts[i].find("size_bytes")->as_number() != static_cast<double>(size))
      findings.fail(Layer::kDigests, artifact::kRecord, at + "/size_bytes",
                    "says another size than that of " + name + ", " + core::counted(size, "byte"));
  }
  const std::string results = crypto::sha256_hex(json::canonical(*record->find("artifacts")));
  if (*text_at(*record, "result_digest") != results)
    findings.fail(Layer::kDigests, artifact::kRecord, "/result_digest", "expected " + results);

  Said of_record{"", "execution.v1.json, /run_digest,", artifact::kExecution, "/run_digest"};
  if (const json::Value* execution = run.find(artifact::kExecution))
    of_record.digest = *text_at(*execution, "run_digest");
  blame(artifact::kRecord, digest_of(artifact::kRecord), of_record, in_sums(artifact::kRecord), findings);
  if (run.files.contains(artifact::kExecution))
    blame(artifact::kExecution, digest_of(artifact::kExecution), {}, in_sums(artifact::kExecution), findings);

  std::string lines;
  for (const auto& [name, digest] : digests) lines += digest + "  " + name + "\n";
  if (run.files.contains(artifact::kSums) &&
      RF_MUTANT(sums_not_compared, run.bytes(artifact::kSums) != lines, false))
    findings.fail(Layer::kDigests, artifact::kSums, "", "its lines are not those of the files there");
}

}  // namespace rf::audit
