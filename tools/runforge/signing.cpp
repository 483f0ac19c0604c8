// SPDX-License-Identifier: MIT
// runforge keygen and sign, and the key functions of other commands. Pinned by
// tests/clients/signature_test.py.
#include "signing.hpp"

#include <initializer_list>
#include <utility>

#include "commands.hpp"
#include "config.hpp"
#include "json.hpp"
#include "output.hpp"
#include "session.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

void warn(rf_log_level level, std::string_view code, std::string_view message) {
  if (level >= RF_LOG_WARN)
    write_stderr("runforge: warning: " + printable(message) + " [" + std::string(code) + "]\n");
}

/// The second line of a public key's text: the key in base64.
std::string key_line(std::string_view text) {
  const std::size_t begin = text.find('\n') + 1;
  return std::string(text.substr(begin, text.find('\n', begin) - begin));
}

std::string fields_json(std::initializer_list<std::pair<const char*, std::string>> fields) {
  json::Document document;
  document.SetObject();
  for (const auto& field : fields)
    json::set(document, document, field.first, json::text_value(document, field.second));
  return json::layout(document);
}

Failure already_there(const std::string& path, const std::string& more = "") {
  return {RF_E_EXISTS, "ALREADY_EXISTS", "\"" + path + "\" is already there" + more};
}

/// Prints a key whose files are in place.
void tell_key(const KeygenArguments& arguments, const std::string& secret_path,
              const std::string& public_path, std::string_view public_text) {
  if (arguments.json)
    return write_json(fields_json(
        {{"key", key_line(public_text)}, {"public_key", public_path}, {"secret_key", secret_path}}));
  write_text("Secret key: " + printable(secret_path) +
             (arguments.public_of ? " (was there already)" : " (keep it to yourself; it is not encrypted)") +
             "\nPublic key: " + printable(public_path) + "\n" + std::string(public_text));
}

/// Writes the public file of a secret one that is alone: keygen was killed between its two files, or the user
/// lost the public one.
void write_public_key_of(const KeygenArguments& arguments, const std::string& secret_path) {
  const std::string public_path = secret_path + ".pub";
  if (file_exists(public_path)) throw already_there(public_path);
  const runforge::Blob text = load_signer(secret_path).public_key_text();
  OutputFile file(public_path, OutputFile::Kind::kNew);
  file.write(text.view());
  file.commit();
  tell_key(arguments, secret_path, public_path, text.view());
}

}  // namespace

runforge::Signer load_signer(const std::optional<std::string>& path) {
  if (!path) return {};
  runforge::Hooks hooks;
  hooks.log = warn;
  return runforge::Signer::load(*path, hooks);
}

void run_keygen(const KeygenArguments& arguments) {
  if (arguments.public_of) return write_public_key_of(arguments, *arguments.public_of);
  const std::string public_path = arguments.out + ".pub";
  refuse_run_directory("--out", arguments.out, folder_of(arguments.out));
  if (file_exists(public_path)) throw already_there(public_path);
  // Never completes an existing pair silently: a user who asks for a new key must not take an old one for it.
  if (file_exists(arguments.out))
    throw already_there(
        arguments.out,
        ", without \"" + public_path + "\"; if it is a secret key, keygen --public-of writes its public one");
  const runforge::Signer signer = runforge::Signer::generate();
  const runforge::Blob text = signer.public_key_text();
  // Both files or, after an error, neither: every step that can fail early is done before the secret key is
  // in its place.
  OutputFile file(public_path, OutputFile::Kind::kNew);
  file.write(text.view());
  file.finish();
  signer.save(arguments.out);
  try {
    file.commit();
  } catch (...) {
    remove_file(arguments.out);
    throw;
  }
  tell_key(arguments, arguments.out, public_path, text.view());
}

void run_sign(const SignArguments& arguments) {
  const runforge::Signer signer = load_signer(arguments.key);
  Session session(thread_count(arguments.threads), true);
  runforge::Dataset dataset;
  if (arguments.data) {
    const runforge::Run run = runforge::Run::open(arguments.run);
    dataset = load_dataset(*arguments.data, run.reading_options().view(), session.hooks());
  }
  const runforge::Blob text = signer.public_key_text();
  runforge::sign(arguments.run, dataset, signer, session.hooks());
  session.clear_progress();
  if (arguments.json)
    return write_json(fields_json({{"key", key_line(text.view())}, {"run_dir", arguments.run}}));
  write_text("Signed: " + printable(arguments.run) + "\n" + std::string(text.view()));
}

}  // namespace rf::tool
