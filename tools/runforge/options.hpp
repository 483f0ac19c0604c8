// SPDX-License-Identifier: MIT
// The command line as values: only what the caller gave. Defaults are the library's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rf::tool {

/// The configuration given by flags; each overrides one key of --config.
struct ConfigArguments {
  std::optional<std::string> config;  ///< path
  std::optional<std::string> label;
  std::optional<std::string> task;
  std::optional<std::string> model;
  std::optional<std::string> profile;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> missing;  ///< POLICY, or NAME=POLICY for one column
  std::vector<std::string> ignore;
  std::vector<std::string> parameters;  ///< NAME=VALUE
  std::vector<std::string> roles;       ///< NAME=ROLE
  std::optional<std::string> group;
  std::optional<std::string> time;
  std::optional<std::string> weight;
  std::optional<std::string> split;  ///< METHOD, or predefined=COLUMN
  std::vector<std::string> kinds;    ///< NAME=KIND
  std::optional<std::string> delimiter;
  std::optional<std::string> comment;
  std::optional<std::uint64_t> skip_rows;
  bool no_header = false;
  std::vector<std::string> missing_tokens;  ///< beside the usual ones
};

struct TrainArguments {
  std::string data;
  ConfigArguments config;
  std::string out = "runs";
  std::optional<std::uint32_t> threads;
  std::optional<std::string> timestamp;
  std::optional<std::string> sign;  ///< path of the secret key
  bool no_execution_details = false;
  bool json = false;
  bool quiet = false;
};

struct InspectArguments {
  std::string data;
  ConfigArguments config;
  std::optional<std::uint32_t> threads;
  bool json = false;
};

struct ShowArguments {
  std::string run;
  bool json = false;
};

struct PredictArguments {
  std::string model;
  std::string data;
  std::optional<std::string> config;
  std::optional<std::string> out;
  bool proba = false;
  std::optional<std::uint32_t> threads;
  bool json = false;
};

struct VerifyArguments {
  std::string run;
  std::optional<std::string> data;
  std::vector<std::string> public_keys;    ///< paths: each has stated something
  std::vector<std::string> recorded_by;    ///< paths: each has recorded the run
  std::vector<std::string> reproduced_by;  ///< paths: each has trained again
  std::optional<std::uint32_t> threads;
  bool json = false;
};

struct ReproduceArguments {
  std::string run;
  std::string data;
  std::optional<std::string> sign;  ///< path of the secret key
  std::optional<std::uint32_t> threads;
  bool json = false;
};

struct KeygenArguments {
  std::string out;
  std::optional<std::string> public_of;  ///< in place of out
  bool json = false;
};

struct SignArguments {
  std::string run;
  std::string key;  ///< path of the secret key
  std::optional<std::string> data;
  std::optional<std::uint32_t> threads;
  bool json = false;
};

struct DiffArguments {
  std::string run_a;
  std::string run_b;
  bool json = false;
};

struct SchemaArguments {
  std::optional<std::string> name;
};

/// Text asked for by --help or --version.
struct TextRequest {
  std::string text;
};

using Command = std::variant<TrainArguments, InspectArguments, ShowArguments, PredictArguments,
                             VerifyArguments, ReproduceArguments, KeygenArguments, SignArguments,
                             DiffArguments, SchemaArguments, TextRequest>;

/// Throws USAGE, with a similar name if there is one.
Command parse_command_line(const std::vector<std::string>& arguments);

}  // namespace rf::tool
