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

/// Reads the file as a document that has both members.
Document read_config(const std::optional<std::string>& path) {
  Document document;
  document.SetObject();
  if (path) document = json::parse(read_file(*path), *path);
  const std::string shown = path.value_or("");
  refuse_unless_object(document, shown, "");
  const std::vector<std::string> known = {"dataset", "train"};
  std::vector<std::string> seen;
  for (const Value::Member& member : json::members(document)) {
    const std::string name(json::text_of(member.name));
    if (name != "dataset" && name != "train") {
      const std::string near = nearest(name, known);
      throw config_failure(
          "UNKNOWN_KEY", shown,
          "unknown key \"" + name + "\"" +
              (near.empty() ? "; expected \"dataset\" and \"train\"" : "; did you mean \"" + near + "\"?"));
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end())
      throw config_failure("INVALID_JSON", shown, "key \"" + name + "\" occurs twice");
    refuse_unless_object(member.value, shown, "\"" + name + "\"");
    seen.push_back(name);
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
  /// `given` as NAME=WORD for each column; the word follows the last =, because a name may contain one.
  void set_words(Value& parent, const char* key, const std::string& shown, const char* flag,
                 const std::vector<std::string>& given) {
    if (given.empty()) return;
    json::MemberSetter members(document_, object_in(parent, key, shown));
    std::map<std::string, std::string> seen;
    for (const std::string& one : given) {
      const std::size_t equals = one.rfind('=');
      if (equals == std::string::npos || equals == 0)
        throw usage_failure(std::string(flag) + ": expected NAME=WORD, found \"" + one + "\"");
      const std::string word = one.substr(equals + 1);
      const auto [first, is_new] = seen.emplace(one.substr(0, equals), word);
      if (is_new) members.set(first->first, json::text_value(document_, word));
      if (first->second != word)
        throw usage_failure(std::string(flag) + ": " + first->first + " is given twice, as " + first->second +
                            " and as " + word);
    }
  }
  void set_kinds(const std::vector<std::string>& given) {
    set_words(dataset_, "kinds", "\"dataset\".\"kinds\"", "--kind", given);
  }
  void set_delimiter(const std::optional<std::string>& text) {
    if (text)
      json::set(document_, dataset_, "delimiter", json::text_value(document_, *text == "tab" ? "\t" : *text));
  }
  /// --role, --group, --time, --weight and --ignore. A group or a time names the split, unless --split or the
  /// file does.
  void set_roles_and_split(const ConfigArguments& arguments) {
    std::vector<std::string> roles = arguments.roles;
    const auto add = [&roles](const std::optional<std::string>& name, const char* role) {
      if (name) roles.push_back(*name + "=" + role);
    };
    add(arguments.group, "group");
    add(arguments.time, "time");
    add(arguments.weight, "weight");
    for (const std::string& name : arguments.ignore) roles.push_back(name + "=ignored");
    set_words(train_, "roles", "\"train\".\"roles\"", "--role", roles);
    std::optional<std::string> method = arguments.split;
    if (!method && !has_split_method()) {
      if (arguments.group && arguments.time)
        throw usage_failure(
            "--group and --time both name a split; say which one with --split group or --split time");
      if (arguments.group) method = "group";
      if (arguments.time) method = "time";
    }
    if (!method) return;
    Value& split = object_in(train_, "split", "\"train\".\"split\"");
    const std::size_t equals = method->find('=');
    json::set(document_, split, "method", json::text_value(document_, method->substr(0, equals)));
    if (equals != std::string::npos)
      json::set(document_, split, "column", json::text_value(document_, method->substr(equals + 1)));
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
  bool has_split_method() const {
    const auto split = train_.FindMember("split");
    return split != train_.MemberEnd() && split->value.IsObject() && split->value.HasMember("method");
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
