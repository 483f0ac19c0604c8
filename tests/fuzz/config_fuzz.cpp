// SPDX-License-Identifier: MIT
// Any text as each of the three option documents: a refusal that says why, or a configuration whose resolved
// form resolves to itself. The same each time.
#include <cstdint>
#include <string>
#include <string_view>

#include "json/parse.hpp"
#include "json/write.hpp"
#include "require.hpp"
#include "run/config.hpp"
#include "run/options.hpp"

namespace {

using namespace rf;

void check_refusal(const core::Error& error) {
  require(error.code != core::Code::kInternal && !error.message.empty(), "a refusal says why");
  require(error.status() == core::Status::kConfig || error.code == core::Code::kLimitReached,
          "a refusal is one of the configuration");
}

/// All that is resolved, as text; or why not.
std::string verdict(std::string_view text) {
  const auto config = run::read_train_config(text);
  if (!config.ok()) {
    check_refusal(config.error());
    return config.error().message;
  }
  require(config->requested == json::parse(text.empty() ? "{}" : text).value(),
          "requested is what was given");
  std::string resolved = json::canonical(config->resolved);
  const auto again = run::read_train_config(resolved);
  require(again.ok() && again->resolved == config->resolved, "what is resolved resolves to itself");
  require(again->missing.policy == config->missing.policy &&
              again->missing.columns == config->missing.columns && again->roles == config->roles &&
              again->label == config->label && again->seed == config->seed &&
              again->family == config->family && again->task == config->task &&
              again->split_method == config->split_method && again->split_column == config->split_column &&
              again->validation_fraction == config->validation_fraction,
          "the resolved form says all that steers a training");
  return resolved;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  require(verdict(text) == verdict(text), "the same verdict each time");
  if (const auto options = run::read_dataset_options(text); !options.ok()) check_refusal(options.error());
  if (const auto options = run::read_emit_options(text); !options.ok()) check_refusal(options.error());
  return 0;
}
