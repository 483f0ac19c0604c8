// SPDX-License-Identifier: MIT
// Choices are resolved in the order in which a person makes them: family (or that of the profile), task,
// parameters. The checks with the most helpful messages come first. The published schema checks the rest.
// Pinned by tests/unit/run/config_test.cpp.
#include "run/config.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "artifact/documents.hpp"
#include "core/text.hpp"
#include "json/parse.hpp"
#include "json/schema.hpp"
#include "json/write.hpp"

namespace rf::run {
namespace {

using core::Code;
using core::Error;
using core::Result;

constexpr std::string_view kMaxClasses = "/limits/max_classes";

Error config_error(Code code, std::string message, std::string pointer) {
  return {code, std::move(message), {{"pointer", std::move(pointer)}}};
}

/// The text member `key`; nullopt if it is absent or not a text (then the schema check rejects it later).
std::optional<std::string> text_member(const json::Value& config, std::string_view key) {
  const json::Value* member = config.find(key);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->as_string();
}

template <class Item>
std::vector<std::string> names_of(const Item& items) {
  std::vector<std::string> names;
  for (const auto& item : items) names.emplace_back(item.name);
  return names;
}

/// "decision_tree, linear_svc, ... and ridge_regression"
std::string listed_families() {
  std::string list;
  for (std::size_t i = 0; i < core::kFamilies.size(); ++i) {
    if (i > 0) list += i + 1 == core::kFamilies.size() ? " and " : ", ";
    list += core::kFamilies[i].name;
  }
  return list;
}

Result<> settle_profile(TrainConfig& config) {
  const auto name = text_member(config.requested, "profile");
  if (!name) return {};
  for (params::Profile& profile : params::profiles())
    if (profile.name == *name) config.profile = std::move(profile);
  if (!config.profile)
    return config_error(Code::kUnknownProfile,
                        "there is no profile " + core::quoted(*name) + " among default, fast and thorough" +
                            core::did_you_mean(*name, names_of(params::profiles())),
                        "/profile");
  return {};
}

Result<> settle_family_and_task(TrainConfig& config) {
  const auto name = text_member(config.requested, "model");
  const core::FamilyInfo* const family = name ? core::find_family(*name) : nullptr;
  const auto task = text_member(config.requested, "task");
  const bool regression = task == "regression";
  const core::FamilyInfo* const from_profile =
      config.profile && config.profile->family ? &core::family_info(*config.profile->family) : nullptr;

  if (name && family == nullptr)
    return config_error(Code::kUnknownModel,
                        "there is no model family " + core::quoted(*name) + " among " + listed_families() +
                            core::did_you_mean(*name, names_of(core::kFamilies)),
                        "/model");
  if (family && from_profile && family != from_profile)
    return config_error(Code::kProfileConflict,
                        "profile \"" + std::string(config.profile->name) + "\" is for model \"" +
                            std::string(from_profile->name) + "\", not for \"" + *name + "\"",
                        "/profile");
  config.family = family         ? family->family
                  : from_profile ? from_profile->family
                  : regression   ? core::Family::kRidgeRegression
                                 : core::Family::kLogisticRegression;

  const core::FamilyInfo& chosen = core::family_info(config.family);
  config.task = task ? (regression ? core::Task::kRegression : core::Task::kClassification)
                     : (chosen.classification ? core::Task::kClassification : core::Task::kRegression);
  if (!chosen.does(config.task))
    return config_error(Code::kTaskNotSupported,
                        "model \"" + std::string(chosen.name) + "\" does " +
                            (chosen.classification ? "classification" : "regression") + " only, not " +
                            std::string(core::task_name(config.task)),
                        "/task");
  return {};
}

std::optional<params::Value> value_of(const json::Value& value) {
  if (value.is_bool()) return params::Value(value.as_bool());
  if (value.is_number()) return params::Value(value.as_number());
  if (value.is_string()) return params::Value(value.as_string());
  return std::nullopt;
}

/// Returns the family's parameters as the version of `as_of` had them, or as they are now if `as_of` is null.
params::OfThen parameters_of_then(core::Family family, const artifact::AsOf* as_of) {
  params::OfThen of_then;
  if (as_of == nullptr) return of_then;
  const std::string prefix = std::string(core::family_name(family)) + "/";
  for (const artifact::Entry& entry : as_of->history().entries) {
    if (entry.thing != artifact::Thing::kHyperparameter || !entry.name.starts_with(prefix)) continue;
    const std::string name = entry.name.substr(prefix.size());
    if (!as_of->knows(entry) && entry.neutral)
      of_then.unknown[name] = *value_of(*entry.neutral);
    else if (const json::Value* earlier = as_of->earlier_default(entry))
      of_then.defaults[name] = *value_of(*earlier);
  }
  return of_then;
}

Result<> settle_parameters(TrainConfig& config, const artifact::AsOf* as_of) {
  std::map<std::string, params::Value> given;
  if (const json::Value* members = config.requested.find("params");
      members != nullptr && members->is_object()) {
    for (const auto& [name, value] : members->as_object()) {
      const std::optional<params::Value> read = value_of(value);
      if (!read)
        return config_error(Code::kInvalidValue,
                            "parameter " + core::quoted(name) + " must be a number, a text, true or false",
                            "/params/" + json::pointer_token(name));
      given[name] = *read;
    }
  }
  const std::map<std::string, params::Value> none;
  RF_ASSIGN(config.parameters, params::resolve(config.family, config.task, given,
                                               config.profile ? config.profile->parameters : none,
                                               parameters_of_then(config.family, as_of)));
  return {};
}

/// Accepts a policy that the family supports. The schema check rejects unknown words later.
Result<> settle_policy(const TrainConfig& config, const json::Value& text, const std::string& pointer,
                       core::MissingPolicy& policy) {
  for (const core::MissingPolicy known : core::kMissingPolicies)
    if (text == json::Value(core::missing_policy_name(known))) policy = known;
  if (policy == core::MissingPolicy::kNative && !core::family_info(config.family).native_missing)
    return config_error(Code::kInvalidValue,
                        "model \"" + std::string(core::family_name(config.family)) +
                            "\" cannot take missing values as they are; use policy \"fill\", or a family of "
                            "trees: decision_tree, random_forest or gradient_boosting",
                        pointer);
  return {};
}

Result<> settle_missing(TrainConfig& config) {
  const json::Value* missing = config.requested.find("missing");
  if (missing == nullptr || !missing->is_object()) return {};
  if (const json::Value* policy = missing->find("policy"); policy != nullptr)
    RF_TRY(settle_policy(config, *policy, "/missing/policy", config.missing.policy));
  const json::Value* columns = missing->find("columns");
  if (columns == nullptr || !columns->is_object()) return {};
  for (const auto& [name, policy] : columns->as_object())
    RF_TRY(settle_policy(config, policy, "/missing/columns/" + json::pointer_token(name),
                         config.missing.columns[name]));
  return {};
}

/// The role of this name, which must be one that the schema accepts.
table::Role role_named(std::string_view name) {
  return std::find_if(table::kRoleWords.begin(), table::kRoleWords.end(),
                      [name](const table::RoleWord& known) { return known.word == name; })
      ->role;
}

/// The column with the role; "" if no column has it.
std::string column_with(const TrainConfig& config, table::Role role) {
  for (const auto& [name, declared] : config.roles)
    if (declared == role) return name;
  return {};
}

Result<> settle_roles(TrainConfig& config) {
  const json::Value* roles = config.requested.find("roles");
  if (roles == nullptr) return {};
  for (const auto& [name, text] : roles->as_object()) {
    const std::string pointer = "/roles/" + json::pointer_token(name);
    if (name == config.label)
      return config_error(Code::kInvalidValue,
                          "column " + core::quoted(name) + " is the label and can have no other role",
                          pointer);
    const table::Role role = role_named(text.as_string());
    const bool single =
        role == table::Role::kWeight || role == table::Role::kGroup || role == table::Role::kTime;
    if (const std::string other = single ? column_with(config, role) : ""; !other.empty())
      return config_error(Code::kInvalidValue,
                          "at most one column can have the role " + text.as_string() + ", found " +
                              core::quoted(other) + " and " + core::quoted(name),
                          pointer);
    config.roles[name] = role;
  }
  return {};
}

/// A role that only one split method uses requires this method, and the method requires the role.
Result<> check_split_role(const TrainConfig& config, SplitMethod method, table::Role role) {
  const std::string column = column_with(config, role);
  const std::string name(table::role_name(role));
  if (config.split_method == method && column.empty())
    return config_error(Code::kInvalidValue,
                        "split method \"" + name + "\" needs a column with the role " + name,
                        "/split/method");
  if (config.split_method != method && !column.empty())
    return config_error(Code::kParameterNotApplicable,
                        "the role " + name + " applies to split method \"" + name + "\" only, not to \"" +
                            std::string(split_method_name(config.split_method)) + "\"",
                        "/roles/" + json::pointer_token(column));
  return {};
}

/// The column of a predefined split. The schema would reject the same faults with less helpful messages.
Result<> settle_split_column(TrainConfig& config, const json::Value& split) {
  const auto column = text_member(split, "column");
  if (config.split_method != SplitMethod::kPredefined) {
    if (!column) return {};
    return config_error(Code::kParameterNotApplicable,
                        "split.column applies to split method \"predefined\" only", "/split/column");
  }
  if (!column)
    return config_error(
        Code::kInvalidValue,
        "split method \"predefined\" needs split.column, the column that says train or validation", "/split");
  if (split.find("fraction") != nullptr)
    return config_error(
        Code::kParameterNotApplicable,
        "split.fraction does not apply to split method \"predefined\": the column says which rows validate",
        "/split/fraction");
  config.split_column = *column;
  return {};
}

Result<> settle_split_method(TrainConfig& config) {
  const bool classification = config.task == core::Task::kClassification;
  config.split_method = classification ? SplitMethod::kStratifiedShuffle : SplitMethod::kShuffle;
  const json::Value* split = config.requested.find("split");
  if (split == nullptr || !split->is_object()) return {};
  const auto method = text_member(*split, "method");
  for (const SplitMethod known : kSplitMethods)
    if (method == split_method_name(known)) config.split_method = known;
  if (!classification && config.split_method == SplitMethod::kStratifiedShuffle)
    return config_error(Code::kInvalidValue,
                        "split method \"stratified_shuffle\" needs classes; use \"shuffle\" for regression",
                        "/split/method");
  return settle_split_column(config, *split);
}

Result<> check_split_columns(const TrainConfig& config) {
  RF_TRY(check_split_role(config, SplitMethod::kGroup, table::Role::kGroup));
  RF_TRY(check_split_role(config, SplitMethod::kTime, table::Role::kTime));
  if (config.split_method == SplitMethod::kPredefined &&
      (config.split_column == config.label || config.roles.contains(config.split_column)))
    return config_error(
        Code::kInvalidValue,
        "column " + core::quoted(config.split_column) + " settles the split and can have no other role",
        "/split/column");
  return {};
}

/// Rejects a policy for a column that has no use for it. The policy would be recorded but never applied.
Result<> check_missing_columns(const TrainConfig& config) {
  for (const auto& [name, policy] : config.missing.columns) {
    const auto role = config.roles.find(name);
    const bool is_weight = role != config.roles.end() && role->second == table::Role::kWeight;
    const bool takes_rows = policy == core::MissingPolicy::kDropRows || policy == core::MissingPolicy::kError;
    std::string why;
    if (name == config.label)
      why = "is the label, and a row without a label is always left out";
    else if (name == config.split_column)
      why = "settles the split and is no feature";
    else if (is_weight && !takes_rows)
      why = "holds the sample weights, which take drop_rows or error only";
    else if (!is_weight && role != config.roles.end() && role->second != table::Role::kFeature)
      why = "has the role " + std::string(table::role_name(role->second)) + " and is no feature";
    if (!why.empty())
      return config_error(Code::kParameterNotApplicable,
                          "a missing policy does not apply: column " + core::quoted(name) + " " + why,
                          "/missing/columns/" + json::pointer_token(name));
  }
  return {};
}

/// Removes the limit on classes if the version of `as_of` did not know it, because that version trained on
/// any number of classes. The neutral value "none" is not a valid request, so it is removed before the schema
/// check.
void settle_limits_of_then(TrainConfig& config, const artifact::AsOf* as_of) {
  if (as_of == nullptr || as_of->knows(artifact::Thing::kConfigMember, kMaxClasses)) return;
  config.max_classes.reset();
  json::erase_at(config.requested, kMaxClasses);
}

Result<> settle_limits(TrainConfig& config) {
  const json::Value* const asked = json::at(config.requested, kMaxClasses);
  if (asked == nullptr) return {};
  if (config.task == core::Task::kRegression)
    return config_error(Code::kParameterNotApplicable,
                        "limits.max_classes applies to classification only, not to regression",
                        std::string(kMaxClasses));
  config.max_classes = static_cast<std::size_t>(asked->as_number());
  return {};
}

/// Reads the members whose shape the schema has already checked.
Result<> settle_rest(TrainConfig& config) {
  const json::Value& requested = config.requested;
  if (const auto label = text_member(requested, "label")) config.label = *label;
  if (const json::Value* seed = requested.find("seed"))
    config.seed = static_cast<std::uint32_t>(seed->as_number());
  RF_TRY(settle_roles(config));
  RF_TRY(settle_limits(config));
  if (const json::Value* split = requested.find("split"))
    if (const json::Value* fraction = split->find("fraction"))
      config.validation_fraction = fraction->as_number();
  RF_TRY(check_split_columns(config));
  return check_missing_columns(config);
}

json::Value resolved_value(const TrainConfig& config) {
  json::Value parameters = json::Value::object();
  for (const params::Hyperparameter& parameter : config.parameters.recorded)
    parameters.set(parameter.name, artifact::parameter_value(parameter.value));
  json::Value roles = json::Value::object();
  for (const auto& [name, role] : config.roles) roles.set(name, table::role_name(role));
  json::Value split = json::Value::object();
  split.set("method", split_method_name(config.split_method));
  if (config.split_method == SplitMethod::kPredefined)
    split.set("column", config.split_column);
  else
    split.set("fraction", config.validation_fraction);

  json::Value missing = json::Value::object();
  missing.set("policy", core::missing_policy_name(config.missing.policy));
  if (!config.missing.columns.empty()) {
    json::Value columns = json::Value::object();
    for (const auto& [name, policy] : config.missing.columns)
      columns.set(name, core::missing_policy_name(policy));
    missing.set("columns", std::move(columns));
  }

  json::Value resolved = json::Value::object();
  resolved.set("label", config.label)
      .set("model", core::family_name(config.family))
      .set("task", core::task_name(config.task))
      .set("params", std::move(parameters))
      .set("seed", config.seed)
      .set("roles", std::move(roles))
      .set("missing", std::move(missing))
      .set("split", std::move(split));
  if (config.profile) resolved.set("profile", config.profile->name);
  if (config.max_classes && config.task == core::Task::kClassification)
    json::set_at(resolved, kMaxClasses, *config.max_classes);
  return resolved;
}

constexpr std::string_view kFirst = "0.1.0";
constexpr ConfigMember kMembers[] = {{"/label", kFirst},
                                     {"/task", kFirst},
                                     {"/model", kFirst},
                                     {"/params", kFirst},
                                     {"/profile", kFirst},
                                     {"/seed", kFirst},
                                     {"/roles", kFirst},
                                     {"/missing/policy", kFirst},
                                     {"/missing/columns", kFirst},
                                     {"/split/method", kFirst},
                                     {"/split/column", kFirst},
                                     {"/split/fraction", kFirst},
                                     {kMaxClasses, "0.2.0", "\"none\""}};

Result<> check_keys(const json::Value& config) {
  std::vector<std::string> known;
  for (const ConfigMember& member : kMembers)
    known.emplace_back(member.pointer.substr(1, member.pointer.find('/', 1) - 1));
  for (const auto& [key, value] : config.as_object())
    if (std::find(known.begin(), known.end(), key) == known.end())
      return config_error(
          Code::kUnknownKey,
          "the training configuration has no key " + core::quoted(key) + core::did_you_mean(key, known),
          "/" + json::pointer_token(key));
  return {};
}

/// Resolves the requested configuration. With `as_of`, resolves it as the version of `as_of` did.
Result<TrainConfig> settle(json::Value requested, const artifact::AsOf* as_of) {
  TrainConfig config;
  config.requested = std::move(requested);
  if (!config.requested.is_object())
    return config_error(Code::kInvalidValue, "the training configuration must be a JSON object", "");
  RF_TRY(check_keys(config.requested));
  RF_TRY(settle_profile(config));
  RF_TRY(settle_family_and_task(config));
  RF_TRY(settle_parameters(config, as_of));
  RF_TRY(settle_missing(config));
  RF_TRY(settle_split_method(config));
  settle_limits_of_then(config, as_of);
  RF_TRY(json::check_schema(config.requested, "train_config.v1"));
  RF_TRY(settle_rest(config));
  config.resolved = resolved_value(config);
  return config;
}

Result<json::Value> parse_config(std::string_view text) {
  if (text.empty()) return json::Value::object();
  return json::parse(text);
}

/// The top-level pointer: "/split" for "/split/method".
std::string top_of(const std::string& pointer) {
  return pointer.substr(0, pointer.find('/', 1));
}

Error not_of_then(Code code, const std::string& what, const std::string& since, const artifact::AsOf& as_of,
                  std::string pointer) {
  return config_error(
      code,
      what + " came with version " + since + ", and version " + as_of.row().version + " did not know it",
      std::move(pointer));
}

/// Adds to the request the values that the version of `as_of` assumed and the running version does not
/// assume.
Result<json::Value> with_members_of_then(json::Value requested, const artifact::AsOf& as_of) {
  std::set<std::string> keys_of_then;
  for (const artifact::Entry& entry : as_of.history().entries)
    if (entry.thing == artifact::Thing::kConfigMember && as_of.knows(entry))
      keys_of_then.insert(top_of(entry.name));
  const json::Value asked = requested;
  for (const artifact::Entry& entry : as_of.history().entries) {
    if (entry.thing != artifact::Thing::kConfigMember) continue;
    const bool is_asked_for = json::at(asked, entry.name) != nullptr;
    if (!as_of.knows(entry)) {
      // An object that only has later members was unknown to the version too, even if it is empty.
      const std::string top = top_of(entry.name);
      if (is_asked_for || (!keys_of_then.contains(top) && json::at(asked, top) != nullptr))
        return not_of_then(Code::kUnknownKey, "the key", entry.since, as_of, entry.name);
      if (entry.neutral) json::set_at(requested, entry.name, *entry.neutral);
    } else if (const json::Value* earlier = as_of.earlier_default(entry);
               earlier != nullptr && !is_asked_for) {
      json::set_at(requested, entry.name, *earlier);
    }
  }
  return requested;
}

}  // namespace

std::span<const ConfigMember> config_members() {
  return kMembers;
}

Result<TrainConfig> read_train_config(std::string_view text) {
  RF_ASSIGN(json::Value requested, parse_config(text));
  return settle(std::move(requested), nullptr);
}

Result<TrainConfig> read_train_config(std::string_view text, const artifact::AsOf& as_of) {
  RF_ASSIGN(const json::Value requested, parse_config(text));
  RF_ASSIGN(json::Value of_then, with_members_of_then(requested, as_of));
  RF_ASSIGN(TrainConfig config, settle(std::move(of_then), &as_of));
  const std::string_view name = core::family_name(config.family);
  if (const artifact::Entry* family = as_of.history().find(artifact::Thing::kFamily, name);
      family == nullptr || !as_of.knows(*family))
    return not_of_then(Code::kUnknownModel, "the model family " + core::quoted(name),
                       family == nullptr ? "no" : family->since, as_of, "/model");
  config.requested = requested;
  for (const artifact::Entry& entry : as_of.history().entries)
    if (entry.thing == artifact::Thing::kConfigMember && !as_of.knows(entry))
      json::erase_at(config.resolved, entry.name);
  return config;
}

}  // namespace rf::run
