// SPDX-License-Identifier: MIT
// The command line on CLI11 (docs/decisions/0002-cli11.md). CLI11 splits the words and lays out the help.
// Unknown or missing words are checked here, so that the message names a similar option. Pinned by
// tests/clients/usage_test.py.
#include "options.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <CLI/CLI.hpp>

#include "failure.hpp"
#include "help.hpp"
#include "runforge/runforge.h"
#include "text.hpp"

namespace rf::tool {
namespace {

std::string in_quotes(std::string_view word) {
  return "\"" + std::string(word) + "\"";
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? "" : "; did you mean " + in_quotes(near) + "?";
}

std::uint64_t whole_number(std::string_view option, const std::string& text, std::uint64_t least,
                           std::uint64_t most) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end || value < least || value > most)
    throw usage_failure(std::string(option) + ": expected a whole number from " + std::to_string(least) +
                        " to " + std::to_string(most) + ", found " + in_quotes(text));
  return value;
}

/// Help texts with the usage line, which CLI11 cannot write.
class Layout : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string) const override {
    return "\nUsage: " + usage_line(app->get_parent() ? app->get_name() : "") + "\n";
  }
  std::string make_footer(const CLI::App* app) const override { return app->get_footer(); }
  /// Leaves one empty line where the groups leave several.
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    std::string text = Formatter::make_help(app, std::move(name), mode);
    for (std::size_t at; (at = text.find("\n\n\n")) != std::string::npos;) text.erase(at, 1);
    return text;
  }
};

/// Binds the options of one command to its arguments.
class Binder {
 public:
  explicit Binder(CLI::App& app) : app_(app) {}

  template <typename T>
  void value(const char* name, T& variable, const char* type, const char* help, const char* group) {
    app_.add_option(name, variable, help)->option_text(type)->group(group);
  }
  void list(const char* name, std::vector<std::string>& variable, const char* type, const char* help,
            const char* group) {
    app_.add_option(name, variable, help)->option_text(type)->allow_extra_args(false)->group(group);
  }
  void flag(const char* name, bool& variable, const char* help, const char* group) {
    app_.add_flag(name, variable, help)->group(group);
  }
  template <typename T>
  void number(const char* name, std::optional<T>& variable, std::pair<T, T> range, const char* help,
              const char* group) {
    const auto store = [&variable, range, label = std::string(name)](const std::string& text) {
      variable = static_cast<T>(whole_number(label, text, range.first, range.second));
    };
    app_.add_option_function<std::string>(name, store, help)->option_text("N")->group(group);
  }

 private:
  CLI::App& app_;
};

constexpr std::pair<std::uint32_t, std::uint32_t> kThreads = {1, 1024};

void bind_learning(Binder& bind, ConfigArguments& arguments) {
  bind.value("--label", arguments.label, "NAME", help::kLabel, "What is learned");
  bind.value("--task", arguments.task, "TASK", help::kTask, "What is learned");
  bind.value("--model", arguments.model, "FAMILY", help::kModel, "What is learned");
  bind.list("--ignore", arguments.ignore, "NAME", help::kIgnore, "What is learned");
  bind.list("--missing", arguments.missing, "[NAME=]POLICY", help::kMissing, "What is learned");
  bind.list("--role", arguments.roles, "NAME=ROLE", help::kRole, "What is learned");
  bind.value("--weight", arguments.weight, "NAME", help::kWeight, "What is learned");
  bind.value("--split", arguments.split, "METHOD", help::kSplit, "What is learned");
  bind.value("--group", arguments.group, "NAME", help::kGroup, "What is learned");
  bind.value("--time", arguments.time, "NAME", help::kTime, "What is learned");
  bind.list("--kind", arguments.kinds, "NAME=KIND", help::kKind, "Data");
  bind.value("--delimiter", arguments.delimiter, "CHARACTER", help::kDelimiter, "Data");
  bind.value("--comment", arguments.comment, "TEXT", help::kComment, "Data");
  bind.number<std::uint64_t>("--skip-rows", arguments.skip_rows, {0, 1'000'000}, help::kSkipRows, "Data");
  bind.flag("--no-header", arguments.no_header, help::kNoHeader, "Data");
  bind.list("--missing-token", arguments.missing_tokens, "TEXT", help::kMissingToken, "Data");
  bind.value("--config", arguments.config, "FILE", help::kConfig, "What is learned");
}

void bind_train(Binder bind, TrainArguments& arguments) {
  bind.value("--data", arguments.data, "FILE (required)", help::kData, "Data");
  bind_learning(bind, arguments.config);
  bind.list("--param", arguments.config.parameters, "NAME=VALUE", help::kParam, "What is learned");
  bind.value("--profile", arguments.config.profile, "NAME", help::kProfile, "What is learned");
  bind.number<std::uint64_t>("--seed", arguments.config.seed, {0, 4294967295}, help::kSeed,
                             "What is learned");
  bind.value("--out", arguments.out, "DIR", help::kTrainOut, "The record");
  bind.value("--timestamp", arguments.timestamp, "TIME", help::kTimestamp, "The record");
  bind.flag("--no-execution-details", arguments.no_execution_details, help::kNoExecutionDetails,
            "The record");
  bind.value("--sign", arguments.sign, "KEYFILE", help::kTrainSign, "The record");
  bind.number<std::uint32_t>("--threads", arguments.threads, kThreads, help::kThreads, "Running");
  bind.flag("--json", arguments.json, help::kTrainJson, "Running");
  bind.flag("--quiet", arguments.quiet, help::kQuiet, "Running");
}

void bind_inspect(Binder bind, InspectArguments& arguments) {
  bind.value("--data", arguments.data, "FILE (required)", help::kInspectData, "Data");
  bind_learning(bind, arguments.config);
  bind.number<std::uint32_t>("--threads", arguments.threads, kThreads, help::kThreads, "Running");
  bind.flag("--json", arguments.json, help::kInspectJson, "Running");
}

void bind_predict(Binder bind, PredictArguments& arguments) {
  bind.value("--model", arguments.model, "RUN_DIR|FILE (required)", help::kPredictModel, "Data");
  bind.value("--data", arguments.data, "FILE (required)", help::kPredictData, "Data");
  bind.value("--config", arguments.config, "FILE", help::kPredictConfig, "Data");
  bind.value("--out", arguments.out, "FILE", help::kPredictOut, "Predictions");
  bind.flag("--proba", arguments.proba, help::kProba, "Predictions");
  bind.number<std::uint32_t>("--threads", arguments.threads, kThreads, help::kThreads, "Running");
  bind.flag("--json", arguments.json, help::kPredictJson, "Running");
}

void bind_verify(Binder bind, VerifyArguments& arguments) {
  bind.value("RUN_DIR", arguments.run, "(required)", help::kVerifyRun, "Options");
  bind.value("--data", arguments.data, "FILE", help::kVerifyData, "Data");
  bind.list("--pubkey", arguments.public_keys, "FILE", help::kVerifyPubkey, "Signatures");
  bind.list("--recorded-by", arguments.recorded_by, "FILE", help::kVerifyRecordedBy, "Signatures");
  bind.list("--reproduced-by", arguments.reproduced_by, "FILE", help::kVerifyReproducedBy, "Signatures");
  bind.number<std::uint32_t>("--threads", arguments.threads, kThreads, help::kThreads, "Running");
  bind.flag("--json", arguments.json, help::kVerifyJson, "Running");
}

void bind_reproduce(Binder bind, ReproduceArguments& arguments) {
  bind.value("RUN_DIR", arguments.run, "(required)", help::kReproduceRun, "Options");
  bind.value("--data", arguments.data, "FILE (required)", help::kReproduceData, "Data");
  bind.value("--sign", arguments.sign, "KEYFILE", help::kReproduceSign, "Signatures");
  bind.number<std::uint32_t>("--threads", arguments.threads, kThreads, help::kThreads, "Running");
  bind.flag("--json", arguments.json, help::kVerifyJson, "Running");
}

void bind_sign(Binder bind, SignArguments& arguments) {
  bind.value("RUN_DIR", arguments.run, "(required)", help::kSignRun, "Options");
  bind.value("--key", arguments.key, "KEYFILE (required)", help::kSignKey, "Signatures");
  bind.value("--data", arguments.data, "FILE", help::kSignData, "Data");
  bind.number<std::uint32_t>("--threads", arguments.threads, kThreads, help::kThreads, "Running");
  bind.flag("--json", arguments.json, help::kTrainJson, "Running");
}

void bind_diff(Binder bind, DiffArguments& arguments) {
  bind.value("RUN_A", arguments.run_a, "(required)", help::kDiffRunA, "Options");
  bind.value("RUN_B", arguments.run_b, "(required)", help::kDiffRunB, "Options");
  bind.flag("--json", arguments.json, help::kDiffJson, "Running");
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    if (option->nonpositional()) names.push_back(option->get_name());
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::string command_title(const CLI::App& app) {
  return app.get_parent() ? "runforge " + app.get_name() : std::string("runforge");
}

/// Throws for the first unknown word.
void refuse_unknown(const CLI::App& app) {
  const std::vector<std::string> words = app.remaining();
  if (words.empty()) return;
  const std::string& word = words.front();
  if (word.size() > 1 && word[0] == '-') {
    const std::string name = word.substr(0, word.find('='));
    throw usage_failure("unknown option " + in_quotes(name) + " of " + command_title(app) +
                        suggestion(name, option_names(app)));
  }
  if (app.get_parent())
    throw usage_failure("unexpected argument " + in_quotes(word) + " of " + command_title(app));
  throw usage_failure("unknown command " + in_quotes(word) + suggestion(word, command_names(app)));
}

void refuse_repeated(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options())
    if (option->get_items_expected_max() == 1 && option->count() > 1)
      throw usage_failure(option->get_name() + " is given " + std::to_string(option->count()) + " times");
}

void require(const CLI::App& app, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (app.get_option(name)->count() == 0)
      throw usage_failure(command_title(app) + " needs " + name + "; runforge " + app.get_name() +
                          " --help tells more");
}

void require_one(const CLI::App& app, const char* one, const char* other) {
  if (app.get_option(other)->count() == 0) return require(app, {one});
  if (app.get_option(one)->count() > 0)
    throw usage_failure(command_title(app) + " takes " + one + " or " + other + ", not both");
}

/// All values that the parser binds to.
struct Parser {
  CLI::App app{help::kProgram, "runforge"};
  TrainArguments train;
  InspectArguments inspect;
  ShowArguments show;
  PredictArguments predict;
  VerifyArguments verify;
  ReproduceArguments reproduce;
  KeygenArguments keygen;
  SignArguments sign;
  DiffArguments diff;
  SchemaArguments schema;
  bool version = false;

  Parser() {
    app.formatter(std::make_shared<Layout>());
    app.get_formatter()->column_width(34);
    app.get_formatter()->label("Positionals", "Arguments");
    app.set_help_flag("-h,--help", help::kHelp);
    app.add_flag("--version", version, "Show the version");
    app.require_subcommand(0, 1);
    app.allow_extras();
    app.footer(help::kProgramFooter);
    add("train", help::kTrain, help::kTrainFooter, [this](Binder bind) { bind_train(bind, train); });
    add("inspect", help::kInspect, help::kInspectFooter,
        [this](Binder bind) { bind_inspect(bind, inspect); });
    add("show", help::kShow, help::kShowFooter, [this](Binder bind) {
      bind.value("RUN_DIR", show.run, "(required)", help::kShowRun, "Options");
      bind.flag("--json", show.json, help::kShowJson, "Running");
    });
    add("predict", help::kPredict, help::kPredictFooter,
        [this](Binder bind) { bind_predict(bind, predict); });
    add("verify", help::kVerify, help::kVerifyFooter, [this](Binder bind) { bind_verify(bind, verify); });
    add("reproduce", help::kReproduce, help::kReproduceFooter,
        [this](Binder bind) { bind_reproduce(bind, reproduce); });
    add("keygen", help::kKeygen, help::kKeygenFooter, [this](Binder bind) {
      bind.value("--out", keygen.out, "FILE", help::kKeygenOut, "Options");
      bind.value("--public-of", keygen.public_of, "FILE", help::kKeygenPublicOf, "Options");
      bind.flag("--json", keygen.json, help::kTrainJson, "Running");
    });
    add("sign", help::kSign, help::kSignFooter, [this](Binder bind) { bind_sign(bind, sign); });
    add("diff", help::kDiff, help::kDiffFooter, [this](Binder bind) { bind_diff(bind, diff); });
    add("schema", help::kSchema, help::kSchemaFooter,
        [this](Binder bind) { bind.value("NAME", schema.name, " ", help::kSchemaName, "Options"); });
  }

  template <typename Bind>
  void add(const char* name, const char* description, const char* footer, Bind bind) {
    CLI::App* command = app.add_subcommand(name, description);
    command->footer(footer);
    command->group("Commands");
    command->allow_extras();
    bind(Binder(*command));
    // Added last, so that it is listed below them.
    command->set_help_flag("-h,--help", help::kHelp)->group("Running");
  }
};

const CLI::App& chosen(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : *commands.front();
}

Command settle(const Parser& parser) {
  const CLI::App& command = chosen(parser.app);
  refuse_unknown(parser.app);
  refuse_unknown(command);
  refuse_repeated(command);
  if (parser.version) return TextRequest{std::string("runforge ") + rf_version_string() + "\n"};
  const std::string name = command.get_parent() ? command.get_name() : "";
  if (name == "train") return require(command, {"--data"}), parser.train;
  if (name == "inspect") return require(command, {"--data"}), parser.inspect;
  if (name == "show") return require(command, {"RUN_DIR"}), parser.show;
  if (name == "predict") return require(command, {"--model", "--data"}), parser.predict;
  if (name == "verify") return require(command, {"RUN_DIR"}), parser.verify;
  if (name == "reproduce") return require(command, {"RUN_DIR", "--data"}), parser.reproduce;
  if (name == "keygen") return require_one(command, "--out", "--public-of"), parser.keygen;
  if (name == "sign") return require(command, {"RUN_DIR", "--key"}), parser.sign;
  if (name == "diff") return require(command, {"RUN_A", "RUN_B"}), parser.diff;
  if (name == "schema") return parser.schema;
  throw usage_failure("no command given; runforge --help lists them");
}

}  // namespace

Command parse_command_line(const std::vector<std::string>& arguments) {
  Parser parser;
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    parser.app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return TextRequest{chosen(parser.app).help()};
  } catch (const CLI::ArgumentMismatch& error) {
    refuse_unknown(parser.app);
    refuse_unknown(chosen(parser.app));
    refuse_repeated(chosen(parser.app));
    // The remaining case is an option at the end of the line without its value.
    if (!arguments.empty()) throw usage_failure(arguments.back() + " needs a value");
    throw usage_failure(error.what());
  } catch (const CLI::ParseError& error) {
    throw usage_failure(error.what());
  }
  return settle(parser);
}

}  // namespace rf::tool
