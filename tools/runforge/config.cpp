// SPDX-License-Identifier: MIT
// Merges flags into the --config file. The library checks the values; this file checks only what merging
// needs. Pinned by tests/clients/config_test.py.
#include "config.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "failure.hpp"
#include "output.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

using json::Document;
using json::Value;

Failure config_failure(const char* code, const std::string& path, const std::string& what) {
  return {2, code, path + ": " + what};
}

void refuse_unless_object(const Value& value, const std::string& path, const std::string& pointer) {
  if (!value.IsObject())
    throw config_failure("INVALID_VALUE", path,
                         (pointer.empty() ? "the file" : pointer) + " must be a JSON object");
}

/// The library would place a key that occurs twice in the merged text, which the caller never sees.
void refuse_keys_that_occur_twice(const Value& value, const std::string& path, const std::string& pointer) {
  if (value.IsArray())
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
      refuse_keys_that_occur_twice(value[i], path, pointer + "/" + std::to_string(i));
  if (!value.IsObject()) return;
  std::unordered_set<std::string_view> seen;
  for (const Value::Member& member : json::members(value)) {
    const std::string name(json::text_of(member.name));
    if (!seen.insert(json::text_of(member.name)).second)
      throw config_failure("INVALID_JSON", path,
                           "key \"" + name + "\" occurs twice" + (pointer.empty() ? "" : " in " + pointer));
    refuse_keys_that_occur_twice(member.value, path, pointer + "/" + name);
  }
}

/// Fails if the value of a flag is not valid UTF-8, because the values become texts of a JSON document.
void refuse_unless_utf8(const ConfigArguments& arguments) {
  const auto check = [](const char* flag, const std::string& text) {
    if (!is_utf8(text)) throw usage_failure(std::string(flag) + ": the value is not valid UTF-8");
  };
  const std::pair<const char*, const std::optional<std::string>&> single[] = {
      {"--label", arguments.label},     {"--task", arguments.task},   {"--model", arguments.model},
      {"--profile", arguments.profile}, {"--group", arguments.group}, {"--time", arguments.time},
      {"--weight", arguments.weight},   {"--split", arguments.split}, {"--delimiter", arguments.delimiter},
      {"--comment", arguments.comment}};
  const std::pair<const char*, const std::vector<std::string>&> lists[] = {
      {"--missing", arguments.missing},  {"--ignore", arguments.ignore},
      {"--param", arguments.parameters}, {"--role", arguments.roles},
      {"--kind", arguments.kinds},       {"--missing-token", arguments.missing_tokens}};
  for (const auto& [flag, value] : single)
    if (value) check(flag, *value);
  for (const auto& [flag, values] : lists)
    for (const std::string& value : values) check(flag, value);
}

/// Reads the file as a document that has both members.
Document read_config(const std::optional<std::string>& path) {
  Document document;
  document.SetObject();
  if (path) document = json::parse(read_file(*path), *path);
  const std::string shown = path.value_or("");
  refuse_unless_object(document, shown, "");
  const std::vector<std::string> known = {"dataset", "train"};
  refuse_keys_that_occur_twice(document, shown, "");
  for (const Value::Member& member : json::members(document)) {
    const std::string name(json::text_of(member.name));
    if (name != "dataset" && name != "train") {
      const std::string near = nearest(name, known);
      throw config_failure(
          "UNKNOWN_KEY", shown,
          "unknown key \"" + name + "\"" +
              (near.empty() ? "; expected \"dataset\" and \"train\"" : "; did you mean \"" + near + "\"?"));
    }
    refuse_unless_object(member.value, shown, "\"" + name + "\"");
  }
  json::member_object(document, document, "dataset");
  json::member_object(document, document, "train");
  return document;
}

/// A JSON number, true or false becomes that value; any other text becomes a string.
Value parameter_value(Document& document, const std::string& text) {
  Document parsed;
  parsed.Parse<rapidjson::kParseFullPrecisionFlag>(text.data(), text.size());
  const bool trimmed = !text.empty() && text.find_first_of(" \t\r\n") == std::string::npos;
  if (trimmed && !parsed.HasParseError() && (parsed.IsNumber() || parsed.IsBool()))
    return Value(parsed, document.GetAllocator());
  return json::text_value(document, text);
}

class Merger {
 public:
  Merger(Document& document, std::string path)
      : document_(document),
        train_(document["train"]),
        dataset_(document["dataset"]),
        path_(std::move(path)) {}

  void set_text(std::string_view key, const std::optional<std::string>& text) {
    if (text) json::set(document_, train_, key, json::text_value(document_, *text));
  }
  void set_number(std::string_view key, const std::optional<std::uint64_t>& number) {
    if (number) json::set(document_, train_, key, Value(*number));
  }
  void set_parameters(const std::vector<std::string>& parameters) {
    if (parameters.empty()) return;
    json::MemberSetter params(document_, object_in(train_, "params", "\"train\".\"params\""));
    std::unordered_set<std::string> seen;
    for (const std::string& parameter : parameters) {
      const std::size_t equals = parameter.find('=');
      if (equals == std::string::npos || equals == 0)
        throw usage_failure("--param: expected NAME=VALUE, found \"" + parameter + "\"");
      const std::string name = parameter.substr(0, equals);
      if (!seen.insert(name).second) throw usage_failure("--param: " + name + " is given twice");
      params.set(name, parameter_value(document_, parameter.substr(equals + 1)));
    }
  }
  void set_kinds(const std::vector<std::string>& given) {
    std::vector<Said> said;
    for (const std::string& one : given) said.push_back(said_by("--kind", "KIND", one));
    set_words(dataset_, "kinds", "\"dataset\".\"kinds\"", said);
  }
  void set_delimiter(const std::optional<std::string>& text) {
    if (!text) return;
    const std::string character = *text == "tab"         ? "\t"
                                  : *text == "comma"     ? ","
                                  : *text == "semicolon" ? ";"
                                                         : *text;
    json::set(document_, dataset_, "delimiter", json::text_value(document_, character));
  }
  void set_opening(const ConfigArguments& arguments) {
    if (arguments.comment)
      json::set(document_, dataset_, "comment", json::text_value(document_, *arguments.comment));
    if (arguments.skip_rows) json::set(document_, dataset_, "skip_rows", Value(*arguments.skip_rows));
    if (arguments.no_header) json::set(document_, dataset_, "header", Value(false));
  }
  /// The tokens come beside those of the file, or beside the usual ones.
  void set_missing_tokens(const std::vector<std::string>& given) {
    if (given.empty()) return;
    static constexpr const char* kUsual[] = {
#include "missing_tokens.inc"
    };
    const Value::ConstMemberIterator in_file = dataset_.FindMember("missing_tokens");
    Value tokens(rapidjson::kArrayType);
    if (in_file != dataset_.MemberEnd() && !in_file->value.IsArray())
      return;  // the library refuses it and names the place
    if (in_file != dataset_.MemberEnd()) tokens.CopyFrom(in_file->value, document_.GetAllocator());
    if (in_file == dataset_.MemberEnd())
      for (const char* token : kUsual)
        tokens.PushBack(json::text_value(document_, token), document_.GetAllocator());
    for (const std::string& token : given)
      tokens.PushBack(json::text_value(document_, token), document_.GetAllocator());
    json::set(document_, dataset_, "missing_tokens", std::move(tokens));
  }
  /// --role, --group, --time, --weight and --ignore. A group or a time names the split, unless --split does.
  void set_roles_and_split(const ConfigArguments& arguments) {
    std::vector<Said> said;
    for (const std::string& one : arguments.roles) said.push_back(said_by("--role", "ROLE", one));
    const auto add = [&said](const char* flag, const std::optional<std::string>& name, const char* role) {
      if (name && name->empty()) throw usage_failure(std::string(flag) + ": the name of a column is empty");
      if (name) said.push_back({flag, *name, role});
    };
    add("--group", arguments.group, "group");
    add("--time", arguments.time, "time");
    add("--weight", arguments.weight, "weight");
    for (const std::string& name : arguments.ignore) add("--ignore", name, "ignored");
    if (arguments.group && arguments.time)
      throw usage_failure("--group and --time both name a split; give only one of them");
    std::optional<std::string> split = arguments.split;
    if (!split && arguments.group) split = "group";
    if (!split && arguments.time) split = "time";
    for (const Said& one : said) leave_out_role(one.word);
    if (split)  // a column of the file's split goes with it
      for (const char* role : {"group", "time"}) leave_out_role(role);
    set_words(train_, "roles", "\"train\".\"roles\"", said);
    set_split(split);
  }

  /// POLICY for all columns, NAME=POLICY for one. The policy follows the last =, because a name may contain
  /// one.
  void set_missing(const std::vector<std::string>& given) {
    std::unordered_set<std::string> seen;
    std::optional<json::MemberSetter> columns;
    Value overall;  // set last: the object that `columns` refers to moves as its parent grows
    for (const std::string& one : given) {
      const std::size_t equals = one.rfind('=');
      const std::string name = one.substr(0, equals == std::string::npos ? 0 : equals + 1);
      if (!seen.insert(name).second)
        throw usage_failure("--missing: " + (name.empty() ? "the policy" : name + "POLICY") +
                            " is given twice");
      Value policy = json::text_value(document_, one.substr(name.size()));
      if (name.empty()) {
        overall = std::move(policy);
        continue;
      }
      if (!columns) columns.emplace(document_, missing_columns());
      columns->set(name.substr(0, equals), std::move(policy));
    }
    if (!overall.IsNull())
      json::set(document_, object_in(train_, "missing", "\"train\".\"missing\""), "policy",
                std::move(overall));
  }

 private:
  Value& object_in(Value& parent, std::string_view key, const std::string& shown) {
    Value& member = json::member_object(document_, parent, key);
    refuse_unless_object(member, path_, shown);
    return member;
  }
  /// What a flag says of a column.
  struct Said {
    std::string flag;
    std::string name;
    std::string word;
  };
  /// `text` is NAME=WORD; the word follows the last =, because a name may contain one.
  static Said said_by(const char* flag, const char* word, const std::string& text) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0)
      throw usage_failure(std::string(flag) + ": expected NAME=" + word + ", found \"" + text + "\"");
    return {flag, text.substr(0, equals), text.substr(equals + 1)};
  }
  void set_words(Value& parent, const char* key, const std::string& shown, const std::vector<Said>& said) {
    if (said.empty()) return;
    json::MemberSetter members(document_, object_in(parent, key, shown));
    std::map<std::string, Said> first_of;
    for (const Said& one : said) {
      const auto [first, is_new] = first_of.emplace(one.name, one);
      if (is_new) members.set(one.name, json::text_value(document_, one.word));
      if (first->second.word != one.word)
        throw usage_failure(one.name + " cannot be both " + first->second.word + " (" + first->second.flag +
                            ") and " + one.word + " (" + one.flag + ")");
    }
  }
  /// One column at most is the weight, the group or the time: a flag takes the role from the file's column.
  void leave_out_role(const std::string& role) {
    const auto roles = train_.FindMember("roles");
    if (role == "ignored" || role == "feature" || roles == train_.MemberEnd() || !roles->value.IsObject())
      return;
    for (auto member = roles->value.MemberBegin(); member != roles->value.MemberEnd();)
      member = member->value.IsString() && json::text_of(member->value) == role
                   ? roles->value.EraseMember(member)
                   : member + 1;
  }
  /// METHOD, or predefined=COLUMN. The file's column goes with the file's method.
  void set_split(const std::optional<std::string>& given) {
    if (!given) return;
    const std::size_t equals = given->find('=');
    const std::string method = given->substr(0, equals);
    if (equals != std::string::npos && (method == "group" || method == "time"))
      throw usage_failure("--split " + *given + ": only predefined names its column here; use --" + method +
                          " " + given->substr(equals + 1));
    Value& split = object_in(train_, "split", "\"train\".\"split\"");
    json::set(document_, split, "method", json::text_value(document_, method));
    if (equals != std::string::npos)
      json::set(document_, split, "column", json::text_value(document_, given->substr(equals + 1)));
    else if (method != "predefined")
      split.RemoveMember("column");
  }
  Value& missing_columns() {
    Value& missing = object_in(train_, "missing", "\"train\".\"missing\"");
    return object_in(missing, "columns", "\"train\".\"missing\".\"columns\"");
  }

  Document& document_;
  Value& train_;
  Value& dataset_;
  std::string path_;
};

/// Gregorian date of a day number since 1970-01-01 (E. G. Richards, Mapping Time, 1998, in the form counting
/// from March so that the leap day comes last).
std::string utc_text(std::int64_t seconds) {
  const std::int64_t day = seconds / 86400, second = seconds % 86400;
  const std::int64_t shifted = day + 719468;
  const std::int64_t era = shifted / 146097, of_era = shifted % 146097;
  const std::int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  const std::int64_t day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const auto digits = [](std::int64_t number, std::size_t width) {
    const std::string text = std::to_string(number);
    return std::string(text.size() < width ? width - text.size() : 0, '0') + text;
  };
  return digits(year, 4) + "-" + digits(month, 2) + "-" + digits(day_of_month, 2) + "T" +
         digits(second / 3600, 2) + ":" + digits(second / 60 % 60, 2) + ":" + digits(second % 60, 2) + "Z";
}

std::optional<std::string> source_date_epoch() {
  const char* text = std::getenv("SOURCE_DATE_EPOCH");
  if (!text || !*text) return std::nullopt;
  const std::string_view digits = text;
  constexpr std::int64_t kEndOfYear9999 = 253402300799;
  std::int64_t seconds = -1;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (result.ec != std::errc() || result.ptr != digits.data() + digits.size() || seconds < 0 ||
      seconds > kEndOfYear9999)
    throw usage_failure("SOURCE_DATE_EPOCH: expected seconds since 1970, found \"" + std::string(digits) +
                        "\"");
  return utc_text(seconds);
}

}  // namespace

LibraryConfig library_config(const ConfigArguments& arguments) {
  refuse_unless_utf8(arguments);
  Document document = read_config(arguments.config);
  Merger merger(document, arguments.config.value_or("command line"));
  merger.set_text("label", arguments.label);
  merger.set_text("task", arguments.task);
  merger.set_text("model", arguments.model);
  merger.set_text("profile", arguments.profile);
  merger.set_number("seed", arguments.seed);
  merger.set_missing(arguments.missing);
  merger.set_roles_and_split(arguments);
  merger.set_kinds(arguments.kinds);
  merger.set_delimiter(arguments.delimiter);
  merger.set_opening(arguments);
  merger.set_missing_tokens(arguments.missing_tokens);
  merger.set_parameters(arguments.parameters);
  LibraryConfig config;
  config.dataset = json::compact(document["dataset"]);
  config.train = json::compact(document["train"]);
  config.has_train = document["train"].MemberCount() > 0;
  return config;
}

std::string reading_options(Document recorded, const std::optional<std::string>& config_path) {
  if (!config_path) return json::compact(recorded);
  Document config = read_config(config_path);
  for (const Value::Member& member : json::members(config["dataset"])) {
    const std::string_view name = json::text_of(member.name);
    Value value(member.value, recorded.GetAllocator());
    if (name == "kinds" && value.IsObject()) {
      json::MemberSetter kinds(recorded, json::member_object(recorded, recorded, name));
      for (const Value::Member& kind : json::members(member.value))
        kinds.set(json::text_of(kind.name), Value(kind.value, recorded.GetAllocator()));
    } else {
      json::set(recorded, recorded, name, std::move(value));
    }
  }
  return json::compact(recorded);
}

std::string emit_options(const TrainArguments& arguments) {
  Document document;
  document.SetObject();
  const std::optional<std::string> time = arguments.timestamp ? arguments.timestamp : source_date_epoch();
  if (time) json::set(document, document, "timestamp", json::text_value(document, *time));
  if (arguments.no_execution_details) json::set(document, document, "execution_details", Value(false));
  return json::compact(document);
}

std::uint32_t thread_count(const std::optional<std::uint32_t>& wanted) {
  return wanted ? *wanted : std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace rf::tool
