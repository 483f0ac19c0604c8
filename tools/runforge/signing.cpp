// SPDX-License-Identifier: MIT
// runforge keygen and sign, and what other commands need of keys. Pinned by tests/clients/signature_test.py.
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
  const std::string public_path = arguments.out + ".pub";
  if (file_exists(public_path))
    throw Failure{RF_E_EXISTS, "ALREADY_EXISTS", "\"" + public_path + "\" is already there"};
  Signer signer;
  call(rf_signer_generate, static_cast<std::uint8_t*>(nullptr), std::size_t{0}, Receiver(signer).slot());
  Blob text;
  call(rf_signer_public_key_text, signer.get(), Receiver(text).slot());
  // Both files or, at an error, neither: all that can fail early is done before the secret key is in its
  // place.
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
  if (arguments.json)
    return write_json(fields_json(
        {{"key", key_line(text_of(text))}, {"public_key", public_path}, {"secret_key", arguments.out}}));
  write_text("Secret key: " + printable(arguments.out) +
             " (keep it to yourself; it is not encrypted)\nPublic key: " + printable(public_path) + "\n" +
             std::string(text_of(text)));
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
