// SPDX-License-Identifier: MIT
// Our verdicts beside valijson's: on mutations of tests/schemas/instances against each published schema, and
// on every instance of tests/schemas/keywords.json, and mutations of it, against every schema there. What the
// two disagree on is listed with its reason, and each entry of the list is seen to be needed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "json/parse.hpp"
#include "json/schema.hpp"
#include "json/schema_explain.hpp"
#include "json/schema_tree.hpp"
#include "json/write.hpp"
#include "valijson_referee.hpp"

namespace rf::json {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(RUNFORGE_TEST_DATA_DIR).parent_path() / "schemas";

Value read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return parse(text).value();
}

/// The schema as it would be without its marks "open"; another way there than SchemaTree's.
Value closed(const Value& schema) {
  if (schema.is_array()) {
    Value out = Value::array();
    for (const Value& item : schema.as_array()) out.push(closed(item));
    return out;
  }
  if (!schema.is_object()) return schema;
  Value out = Value::object();
  for (const auto& [name, member] : schema.as_object()) out.set(name, closed(member));
  const Value* comment = schema.find("$comment");
  if (comment == nullptr || !comment->is_string() || !comment->as_string().starts_with("open")) return out;
  if (const Value* choice = schema.find("anyOf")) {
    return std::move(out.set("anyOf", Value::array().push(closed(choice->as_array().front()))));
  }
  return std::move(out.set("additionalProperties", false));
}

/// Both judges of one schema, its open places open or closed.
struct Judges {
  explicit Judges(const Value& schema, OpenPlaces places = OpenPlaces::kOpen)
      : text(canonical(places == OpenPlaces::kOpen ? schema : closed(schema))),
        source(schema),
        tree(SchemaTree::read(source, places).value()),
        referee(text) {}
  Judges(const Judges&) = delete;

  std::string text;
  Value source;
  SchemaTree tree;
  ValijsonReferee referee;
};

bool any_number(const Value& value, bool (*test)(double)) {
  if (value.is_number()) return test(value.as_number());
  if (value.is_array()) {
    for (const Value& item : value.as_array()) {
      if (any_number(item, test)) return true;
    }
  }
  if (value.is_object()) {
    for (const auto& [name, member] : value.as_object()) {
      if (any_number(member, test)) return true;
    }
  }
  return false;
}

bool any_text(const Value& value, bool (*test)(const std::string&)) {
  if (value.is_string()) return test(value.as_string());
  if (value.is_array()) {
    for (const Value& item : value.as_array()) {
      if (any_text(item, test)) return true;
    }
  }
  if (value.is_object()) {
    for (const auto& [name, member] : value.as_object()) {
      if (test(name) || any_text(member, test)) return true;
    }
  }
  return false;
}

/// Why the two may disagree on a document; empty when they must agree.
std::string_view known_disagreement(const Judges& judges, const Value& document) {
  // RapidJSON holds an integer in 64 bits and everything beyond as a double, which valijson takes for no
  // integer. Draft-07: "any number with a zero fractional part" is one.
  if (any_number(document, [](double x) { return std::fabs(x) >= 9223372036854775808.0; }))
    return "wide integers";
  // std::regex, in valijson, counts bytes; ECMA 262 (and ours, ajv's, Python's) counts characters.
  if (judges.text.find("attern") != std::string::npos && any_text(document, [](const std::string& text) {
        return text.find_first_not_of(
                   "\t\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
                   "abcdefghijklmnopqrstuvwxyz{|}~") != std::string::npos;
      })) {
    return "patterns on texts beyond ASCII";
  }
  return "";
}

class Tally {
 public:
  /// Our verdict.
  bool judge(const Judges& judges, const Value& document) {
    const std::string text = canonical(document);
    const bool ours = accepts(judges.tree.root(), document);
    ++(ours ? n_valid : n_invalid);
    if (!ours) expect_explained(judges, document, text);
    const bool theirs = judges.referee.accepts(text);
    if (ours == theirs) return ours;
    ++n_disagreements;
    EXPECT_NE(known_disagreement(judges, document), "")
        << judges.text.substr(0, 2000) << "\nwe " << (ours ? "accept" : "refuse")
        << " and valijson does not:\n"
        << text;
    return ours;
  }

  std::size_t n_valid = 0;
  std::size_t n_invalid = 0;
  std::size_t n_disagreements = 0;

 private:
  /// A refusal finds the value to blame, whatever the schema.
  static void expect_explained(const Judges& judges, const Value& document, const std::string& text) {
    const core::Error error = explain(judges.tree.root(), document);
    ASSERT_EQ(error.details.size(), 3U);
    EXPECT_NE(std::get<std::string>(error.details[1].value), "another value")
        << judges.text.substr(0, 2000) << "\n"
        << text << "\n"
        << error.message;
  }
};

/// Changes documents a little, the same way each time.
class Mutator {
 public:
  /// Adds the values and member names of a document to those that mutations draw from.
  void learn(const Value& value) {
    values_.push_back(value);
    if (value.is_array()) {
      for (const Value& item : value.as_array()) learn(item);
    }
    if (value.is_object()) {
      for (const auto& [name, member] : value.as_object()) {
        names_.push_back(name);
        learn(member);
      }
    }
  }

  Value mutate(Value document) {
    const std::size_t n_edits = 1 + below(2) * below(3);
    for (std::size_t i = 0; i < n_edits; ++i) edit(document);
    return document;
  }

 private:
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state_ >> 33) % bound;
  }

  /// Walks to some place in the document and edits there.
  void edit(Value& value) {
    const bool may_descend =
        (value.is_object() && !value.as_object().empty()) || (value.is_array() && !value.as_array().empty());
    if (may_descend && below(4) != 0) {
      if (value.is_array()) return edit(value.as_array()[below(value.as_array().size())]);
      return edit(
          std::next(value.as_object().begin(), static_cast<std::ptrdiff_t>(below(value.as_object().size())))
              ->second);
    }
    if (below(4) == 0) {
      value = some_value();
    } else if (value.is_object()) {
      edit_object(value.as_object());
    } else if (value.is_array()) {
      edit_array(value.as_array());
    } else if (value.is_number()) {
      value = edit_number(value.as_number());
    } else if (value.is_string()) {
      value = edit_string(value.as_string());
    } else {
      value = some_value();
    }
  }

  Value some_value() {
    switch (below(8)) {
      case 0:
        return {};
      case 1:
        return below(2) == 0;
      case 2:
        return std::string(below(3), 'a');
      case 3:
        return static_cast<double>(below(5)) - 1.5;
      case 4:
        return Value::array();
      case 5:
        return Value::object();
      default:
        return values_[below(values_.size())];
    }
  }

  void edit_object(Value::Object& object) {
    const auto some_member = [&] {
      return std::next(object.begin(), static_cast<std::ptrdiff_t>(below(object.size())));
    };
    if (object.empty() || below(3) == 0) {
      object.insert_or_assign(names_[below(names_.size())], some_value());
    } else if (below(2) == 0) {
      object.erase(some_member());
    } else {
      const auto member = some_member();
      object.insert_or_assign(edit_string(member->first), Value(member->second));
    }
  }

  void edit_array(Value::Array& array) {
    const std::size_t at = below(array.size() + 1);
    const auto place = array.begin() + static_cast<std::ptrdiff_t>(at);
    if (at == array.size() || below(2) == 0) {
      array.insert(place, at < array.size() ? Value(*place) : some_value());
    } else {
      array.erase(place);
    }
  }

  double edit_number(double number) {
    constexpr double kSteps[] = {1, -1, 0.5, 1e-9, 256, -4294967296.0, 1e20};
    switch (below(4)) {
      case 0:
        return -number;
      case 1:
        return std::trunc(number);
      case 2:
        return number * 10;
      default:
        return number + kSteps[below(std::size(kSteps))];
    }
  }

  std::string edit_string(std::string text) {
    constexpr const char* kPieces[] = {"a", "0", "Z", "_", "-", " ", "ä", "😀", "f", ":"};
    const std::size_t at = below(text.size() + 1);
    if (below(2) == 0 || at == text.size()) return std::move(text) + kPieces[below(std::size(kPieces))];
    if (static_cast<unsigned char>(text[at]) < 0x80) text.erase(at, 1);
    return text;
  }

  std::vector<Value> values_;
  std::vector<std::string> names_;
  std::uint64_t state_ = 20240101;
};

TEST(SchemaDifferential, ValijsonAgreesOnMutationsOfTheInstances) {
  constexpr int kMutations = 40;
  Tally tally;
  for (const EmbeddedSchema& schema : schemas()) {
    const Judges judges(*parse(schema.text));
    const Judges closed_judges(*parse(schema.text), OpenPlaces::kClosed);
    const auto judge = [&](const Value& document) {
      const bool may_be_read = tally.judge(judges, document);
      const bool may_be_written = tally.judge(closed_judges, document);
      EXPECT_TRUE(may_be_read || !may_be_written) << schema.name << " " << canonical(document);
    };
    std::vector<Value> documents;
    Mutator mutator;
    for (const auto& file : fs::directory_iterator(kFolder / "instances" / schema.name)) {
      documents.push_back(read_file(file.path()));
    }
    // The folder gives them in any order.
    std::sort(documents.begin(), documents.end(),
              [](const Value& a, const Value& b) { return canonical(a) < canonical(b); });
    for (const Value& document : documents) mutator.learn(document);
    for (const Value& document : documents) {
      judge(document);
      for (int i = 0; i < kMutations; ++i) judge(mutator.mutate(document));
    }
  }
  RecordProperty("valid", static_cast<int>(tally.n_valid));
  RecordProperty("invalid", static_cast<int>(tally.n_invalid));
  RecordProperty("disagreements", static_cast<int>(tally.n_disagreements));
  EXPECT_GT(tally.n_valid, 500U);
  EXPECT_GT(tally.n_invalid, 5000U);
}

TEST(SchemaDifferential, ValijsonAgreesOnEveryInstanceUnderEveryKeyword) {
  constexpr int kMutations = 5;
  const Value pairs = read_file(kFolder / "keywords.json");
  std::vector<Value> documents;
  Mutator mutator;
  for (const Value& pair : pairs.as_array()) {
    for (const char* side : {"valid", "invalid"}) {
      for (const Value& document : pair.find(side)->as_array()) documents.push_back(document);
    }
  }
  for (const Value& document : documents) mutator.learn(document);
  Tally tally;
  for (const Value& pair : pairs.as_array()) {
    const Judges judges(*pair.find("schema"));
    for (const Value& document : documents) {
      tally.judge(judges, document);
      for (int i = 0; i < kMutations; ++i) tally.judge(judges, mutator.mutate(document));
    }
  }
  RecordProperty("valid", static_cast<int>(tally.n_valid));
  RecordProperty("invalid", static_cast<int>(tally.n_invalid));
  RecordProperty("disagreements", static_cast<int>(tally.n_disagreements));
  EXPECT_GT(tally.n_valid, 10000U);
  EXPECT_GT(tally.n_invalid, 10000U);
}

/// One document for each entry of known_disagreement, so that the list does not outlive its reasons.
TEST(SchemaDifferential, TheListedDisagreementsAreThere) {
  const Judges integer(*parse(R"({"type": "integer"})"));
  EXPECT_TRUE(accepts(integer.tree.root(), Value(1e300)));
  EXPECT_FALSE(integer.referee.accepts("1e300"));
  const Judges pattern(*parse(R"({"pattern": "^[^,]$"})"));
  EXPECT_TRUE(accepts(pattern.tree.root(), Value("ä")));
  EXPECT_FALSE(pattern.referee.accepts("\"ä\""));
}

}  // namespace
}  // namespace rf::json
