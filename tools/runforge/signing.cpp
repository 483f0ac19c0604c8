// SPDX-License-Identifier: MIT
// runforge keygen and sign, and the key functions of other commands. Pinned by
// tests/clients/signature_test.py.
#include "signing.hpp"

#include <array>
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

constexpr std::size_t kPublicKeyBytes = 32;

void warn(void*, rf_log_level level, const char* code, const char* message) {
  if (level >= RF_LOG_WARN) write_stderr("runforge: warning: " + printable(message) + " [" + code + "]\n");
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
  const Signer signer = load_signer(secret_path);
  Blob text;
  call(rf_signer_public_key_text, signer.get(), Receiver(text).slot());
  OutputFile file(public_path, OutputFile::Kind::kNew);
  file.write(text_of(text));
  file.commit();
  tell_key(arguments, secret_path, public_path, text_of(text));
}

}  // namespace

Signer load_signer(const std::optional<std::string>& path) {
  Signer signer;
  if (!path) return signer;
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.log = warn;
  call(rf_signer_load, path->c_str(), static_cast<const rf_hooks*>(&hooks), Receiver(signer).slot());
  return signer;
}

std::vector<std::uint8_t> load_public_keys(const std::vector<std::string>& paths) {
  std::vector<std::uint8_t> keys;
  for (const std::string& path : paths) {
    std::array<std::uint8_t, kPublicKeyBytes> key;
    call(rf_public_key_load, path.c_str(), key.data(), key.size());
    keys.insert(keys.end(), key.begin(), key.end());
  }
  return keys;
}

void run_keygen(const KeygenArguments& arguments) {
  if (arguments.public_of) return write_public_key_of(arguments, *arguments.public_of);
  const std::string public_path = arguments.out + ".pub";
  if (file_exists(public_path)) throw already_there(public_path);
  // Never completes an existing pair silently: a user who asks for a new key must not take an old one for it.
  if (file_exists(arguments.out))
    throw already_there(
        arguments.out,
        ", without \"" + public_path + "\"; if it is a secret key, keygen --public-of writes its public one");
  Signer signer;
  call(rf_signer_generate, static_cast<std::uint8_t*>(nullptr), std::size_t{0}, Receiver(signer).slot());
  Blob text;
  call(rf_signer_public_key_text, signer.get(), Receiver(text).slot());
  // Both files or, after an error, neither: every step that can fail early is done before the secret key is
  // in its place.
  OutputFile file(public_path, OutputFile::Kind::kNew);
  file.write(text_of(text));
  file.finish();
  call(rf_signer_save, signer.get(), arguments.out.c_str());
  try {
    file.commit();
  } catch (...) {
    remove_file(arguments.out);
    throw;
  }
  tell_key(arguments, arguments.out, public_path, text_of(text));
}

void run_sign(const SignArguments& arguments) {
  const Signer signer = load_signer(arguments.key);
  Session session(thread_count(arguments.threads), true);
  Dataset dataset;
  if (arguments.data) {
    Run run;
    call(rf_run_open, arguments.run.c_str(), Receiver(run).slot());
    dataset = load_dataset(*arguments.data, recorded_reading_options(run.get()), session.hooks());
  }
  Blob text;
  call(rf_signer_public_key_text, signer.get(), Receiver(text).slot());
  call(rf_sign_artifacts_with, arguments.run.c_str(), static_cast<const rf_dataset*>(dataset.get()),
       static_cast<const rf_signer*>(signer.get()), session.hooks());
  session.clear_progress();
  if (arguments.json)
    return write_json(fields_json({{"key", key_line(text_of(text))}, {"run_dir", arguments.run}}));
  write_text("Signed: " + printable(arguments.run) + "\n" + std::string(text_of(text)));
}

}  // namespace rf::tool
