// SPDX-License-Identifier: MIT
// One sentence per code. JSON sorts the keys of details, so a sentence that lists columns sorts them itself:
// most rows first, then by the bytes of the name.
#include "core/messages.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/text.hpp"

namespace rf::core {
namespace {

constexpr std::string_view kMissing = "missing:";
constexpr std::size_t kNamedColumns = 3;  ///< in a message; the details hold more

std::string digits(std::uint64_t n) {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  return decimal(static_cast<std::int64_t>(std::min(n, most)));
}

/// The count in a detail. Nothing for a text or a negative number, because no count is below 0.
std::optional<std::uint64_t> count_of(const Detail& detail) {
  const auto* number = std::get_if<std::int64_t>(&detail.value);
  if (number == nullptr || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

/// Details looked up by key. They may come from a record of unknown origin, so nothing about them is trusted.
class Facts {
 public:
  explicit Facts(const Details& details) : details_(details) {}

  std::optional<std::uint64_t> count(std::string_view key) const {
    const Detail* detail = find(key);
    return detail == nullptr ? std::nullopt : count_of(*detail);
  }

  const std::string* text(std::string_view key) const {
    const Detail* detail = find(key);
    return detail == nullptr ? nullptr : std::get_if<std::string>(&detail->value);
  }

  bool is(std::string_view key, std::string_view word) const {
    const std::string* value = text(key);
    return value != nullptr && *value == word;
  }

  const Details& all() const { return details_; }

 private:
  const Detail* find(std::string_view key) const {
    const auto found = std::find_if(details_.begin(), details_.end(),
                                    [&](const Detail& detail) { return detail.key == key; });
    return found == details_.end() ? nullptr : &*found;
  }

  const Details& details_;
};

/// `column "age"`.
std::string column(const Facts& facts) {
  const std::string* name = facts.text("column");
  return name == nullptr ? "a column" : "column " + quoted(*name);
}

/// "3 rows", or "rows" if the number is not known.
std::string some(const std::optional<std::uint64_t>& n, const std::string& noun) {
  return n ? counted(*n, noun) : noun + "s";
}

/// "3 of 7 rows", as far as known.
std::string share(const std::optional<std::uint64_t>& part, const std::optional<std::uint64_t>& whole,
                  const std::string& noun) {
  return part && whole ? digits(*part) + " of " + counted(*whole, noun) : some(part, noun);
}

/// The form of a verb that fits the number of its subject.
std::string verb(const std::optional<std::uint64_t>& n, const char* one, const char* many) {
  return n == std::optional<std::uint64_t>(1) ? one : many;
}

// ---- rows and their missing values

struct Loss {
  std::string_view column;
  std::uint64_t rows;
};

/// `"Cabin" (687 rows), "Age" (177 rows), "Embarked" (2 rows), ...` after `lead`; "" if no column is named.
std::string losses(const Facts& facts, const std::string& lead) {
  std::vector<Loss> all;
  for (const Detail& detail : facts.all()) {
    const std::string_view key = detail.key;
    const auto rows = count_of(detail);
    if (key.starts_with(kMissing) && rows) all.push_back({key.substr(kMissing.size()), *rows});
  }
  // total order: a column is named once
  std::sort(all.begin(), all.end(), [](const Loss& a, const Loss& b) {
    return a.rows != b.rows ? a.rows > b.rows : a.column < b.column;
  });
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), kNamedColumns); ++i)
    text += (i == 0 ? lead : ", ") + quoted(all[i].column) + " (" + counted(all[i].rows, "row") + ")";
  return all.size() > kNamedColumns ? text + ", ..." : text;
}

std::string drops(const Facts& facts) {
  const auto dropped = facts.count("dropped");
  return share(dropped, facts.count("rows"), "row") + verb(dropped, " was", " were") +
         " dropped for missing values";
}

std::string many_drops(const Facts& facts) {
  return "more than a fifth of the rows is gone (" + drops(facts) + ")" + losses(facts, ", most for ") +
         "; `--missing fill` or ignoring a column keeps more";
}

/// Every detail is a column with its number of filled values.
std::string fills(const Facts& facts) {
  std::uint64_t values = 0;
  std::uint64_t columns = 0;
  for (const Detail& detail : facts.all()) {
    const auto filled = count_of(detail);
    if (!filled) continue;
    ++columns;
    values = std::min<std::uint64_t>(values + *filled, std::numeric_limits<std::int64_t>::max());
  }
  if (columns == 0) return "missing values of the training rows were filled";
  return counted(values, "missing value") + " in " + counted(columns, "column") + " of the training rows" +
         verb(values, " was", " were") + " filled";
}

// ---- columns

std::string high_cardinality(const Facts& facts) {
  const auto levels = facts.count("levels");
  const auto rows = facts.count("rows");
  return column(facts) + " has " + (levels ? counted(*levels, "level") : "many levels") + " in " +
         (rows ? counted(*rows, "training row") : "the training rows");
}

std::string identifier(const Facts& facts) {
  return column(facts) + " was left out: its " + some(facts.count("distinct"), "text") +
         " are all distinct, so it identifies rows; give it the role feature to use it";
}

std::string integer_too_wide(const Facts& facts) {
  const std::string* got = facts.text("got");
  return column(facts) + ": " + (got == nullptr ? "an integer" : "the integer " + quoted(*got)) +
         " is wider than a double holds exactly; the column is read as categories of its exact text";
}

std::string label_match(const Facts& facts) {
  const std::string* name = facts.text("label");
  const std::string label = name == nullptr ? "the label" : "the label " + quoted(*name);
  const std::string* correlation = facts.text("correlation");
  std::string what = " predicts " + label + " almost exactly";
  if (facts.is("match", "determines")) {
    what = " determines " + label + ": each of its " + some(facts.count("values"), "value") +
           " occurs with only one value of the label";
  } else if (facts.is("match", "correlates")) {
    what = " moves with " + label + " almost exactly" +
           (correlation == nullptr ? "" : ": their correlation is " + *correlation);
  }
  return column(facts) + what + "; ignore the column if it is not known before the label";
}

// ---- cells of text columns

/// Returns the sentence that names the first cell and its row, or "" if the details have no cell.
std::string first_cell(const Facts& facts, const std::string& lead) {
  const std::string* got = facts.text("got");
  const auto row = facts.count("row");
  if (got == nullptr) return "";
  return ". " + lead + " " + quoted(*got) +
         (row ? " in row " + digits(*row) + " (rows are numbered from 0)" : "");
}

/// What was seen in the counted cells of a column, as a singular and a plural verb phrase, and the rest of
/// the sentence.
struct Sight {
  const char* one;
  const char* many;
  std::string rest;
};

std::string cells(const Facts& facts, const Sight& sight) {
  const auto count = facts.count("cells");
  return column(facts) + ": " + share(count, facts.count("present"), "present cell") + " " +
         verb(count, sight.one, sight.many) + sight.rest + first_cell(facts, "The first is");
}

/// "the other is" or "the others are": the present cells that are not among the counted ones.
std::string the_others(const Facts& facts) {
  const auto count = facts.count("cells");
  const auto present = facts.count("present");
  return count && present && *present == *count + 1 ? "the other is" : "the others are";
}

std::string numbers_in_text(const Facts& facts) {
  const auto present = facts.count("present");
  const bool all = present && facts.count("cells") == present;
  return cells(
      facts, {"is a number", "are numbers",
              all ? ", but handed over as text; the column is read as categories. Hand over numbers, or use "
                    "infer_text"
                  : "; as " + the_others(facts) + " text, the column is read as categories"});
}

std::string text_among_numbers(const Facts& facts) {
  const auto odd = facts.count("cells");
  const auto present = facts.count("present");
  const bool known = odd && present && *odd <= *present;
  const auto numbers = known ? std::optional(*present - *odd) : std::nullopt;
  return column(facts) + ": " +
         (known ? share(numbers, present, "present cell") : "nearly all present cells") +
         verb(numbers, " is a number", " are numbers") +
         ", but for the rest the column is read as categories (declare such texts as missing_tokens, or "
         "ignore "
         "the column)" +
         first_cell(facts, "The first that is no number is");
}

std::string mixed_kinds(const Facts& facts) {
  const auto booleans = facts.count("cells");
  const auto present = facts.count("present");
  const auto numbers = facts.count("numbers");
  std::string what = share(booleans, present, "present cell") + verb(booleans, " is", " are") +
                     " true or false, " + the_others(facts) + " not";
  if (booleans && present && numbers && *booleans <= *present && *numbers <= *present - *booleans) {
    const std::uint64_t others = *present - *booleans - *numbers;
    what = "of " + counted(*present, "present cell") + " " + digits(*booleans) +
           verb(booleans, " is", " are") + " true or false, " + digits(*numbers) +
           verb(numbers, " is a number", " are numbers") + " and " + digits(others) +
           verb(others, " is", " are") + " other text";
  }
  return column(facts) + ": " + what + "; the column is read as categories" +
         first_cell(facts, "The first cell that differs from those before is");
}

std::string surprise(Code code, const Facts& facts) {
  switch (code) {
    case Code::kDatesAsText:
      return cells(
          facts,
          {"looks like a date", "look like dates",
           "; the column is read as categories. A number, such as days or the year, would tell a model "
           "their order"});
    case Code::kLeadingZeros:
      return cells(facts, {"has leading zeros", "have leading zeros",
                           ", as codes do and numbers do not; the column is read as categories"});
    case Code::kDecimalComma:
      return cells(facts,
                   {"looks like a number with a decimal comma", "look like numbers with a decimal comma",
                    "; the column is read as categories. Write a point to have numbers"});
    case Code::kThousandsSeparator:
      return cells(facts, {"looks like a number with separated thousands",
                           "look like numbers with separated thousands",
                           "; the column is read as categories. Leave the separators out to have numbers"});
    case Code::kMixedKinds:
      return mixed_kinds(facts);
    case Code::kTextAmongNumbers:
      return text_among_numbers(facts);
    default:
      return numbers_in_text(facts);
  }
}

// ---- training, its measures and predicting

std::string solver_ending(const Facts& facts) {
  if (facts.is("reason", "separated"))
    return "the classes can be told apart completely, so without a penalty no finite optimum exists; stopped";
  if (facts.is("reason", "rounding"))
    return "rounding let neither the objective nor its gradient improve any more; stopped";
  if (facts.is("reason", "iteration_limit")) return "the iteration limit came first; stopped";
  return "the solver stopped before the tolerance was met";
}

std::string solver_stopped(const Facts& facts) {
  const auto iterations = facts.count("iterations");
  const auto max_iter = facts.count("max_iter");
  const std::string* norm = facts.text("gradient_norm");
  const std::string* tolerance = facts.text("tolerance");
  std::string text = solver_ending(facts);
  if (iterations)
    text += " after " + (max_iter ? digits(*iterations) + " of at most " + counted(*max_iter, "iteration")
                                  : counted(*iterations, "iteration"));
  if (norm != nullptr) text += " with largest gradient " + *norm;
  if (norm != nullptr && tolerance != nullptr) text += ", wanted " + *tolerance;
  return text;
}

std::string no_early_stop(const Facts& facts) {
  const auto window = facts.count("early_stopping_rounds");
  const auto rounds = facts.count("n_estimators");
  return "early stopping did not come: the loss on the held-out rows still fell within the last " +
         (window && rounds ? (*window == 1 ? "" : digits(*window) + " ") + "of " + counted(*rounds, "round")
                           : some(window, "round"));
}

/// The message of a linear solver or, if the details are about rounds, of boosting. Version 0.1.0
/// distinguished the two by the severity alone.
std::string not_converged(const Facts& facts, Severity severity) {
  const bool boosting =
      facts.count("early_stopping_rounds") || (severity == Severity::kInfo && !facts.count("max_iter"));
  return boosting ? no_early_stop(facts) : solver_stopped(facts);
}

std::string rank_deficient(const Facts& facts) {
  const auto count = facts.count("count");
  const std::string* columns = facts.text("columns");
  return some(count, "design column") +
         verb(count, " depends linearly on the columns before it",
              " depend linearly on the columns before them") +
         " and got coefficient 0" + (columns == nullptr ? "" : ": " + *columns);
}

std::string metric_undefined(const Facts& facts) {
  const std::string* metric = facts.text("metric");
  const std::string what = (metric == nullptr ? "a metric" : *metric) + " is undefined";
  if (facts.is("reason", "one_class")) return what + ": the validation rows hold only one class";
  if (facts.is("reason", "one_row")) return what + ": there is only one validation row";
  if (facts.is("reason", "beyond_range")) return what + ": its value is beyond the range of a double";
  return what + " on the validation rows";
}

std::string duplicates(const Facts& facts) {
  const auto rows = facts.count("rows");
  return some(rows, "validation row") + verb(rows, " equals", " equal") +
         " a training row in all features and the label";
}

/// Training reports its validation rows as information; predicting reports cells as a warning.
std::string unknown_level(const Facts& facts, Severity severity) {
  const bool training = severity == Severity::kInfo;
  const auto rows = facts.count("rows");
  return column(facts) + ": " + some(rows, training ? "validation row" : "cell") +
         verb(rows, " holds", " hold") +
         (training ? " a level that no training row has" : " a level the model was not trained with");
}

std::string not_scored(const Facts& facts) {
  const auto rows = facts.count("rows");
  return share(rows, facts.count("of"), "row") + verb(rows, " lacks", " lack") +
         " a feature and could not be scored";
}

std::string open_key_file(const Facts& facts) {
  const std::string* file = facts.text("file");
  return (file == nullptr ? "the file" : "\"" + *file + "\"") +
         " holds a secret key and may be read or written by others; chmod 600 it";
}

/// The words for one place of a sentence: "column", "got" or "rows row".
std::optional<std::string> fact_words(const Facts& facts, std::string_view place) {
  if (place == "column") return column(facts);
  const std::size_t end = place.find(' ');
  const std::string_view key = place.substr(0, end);
  const auto n = facts.count(key);
  if (end != std::string_view::npos)
    return n ? std::optional(counted(*n, std::string(place.substr(end + 1)))) : std::nullopt;
  if (n) return digits(*n);
  const std::string* text = facts.text(key);
  return text != nullptr ? std::optional(quoted(*text)) : std::nullopt;
}

/// The sentence of codes.hpp; the meaning if the code has none or a fact is absent.
std::string plain_sentence(Code code, const Details& details) {
  for (const Sentence& sentence : kSentences)
    if (sentence.code == code)
      if (std::optional<std::string> filled = fill_sentence(sentence.text, details))
        return *std::move(filled);
  return std::string(code_info(code).meaning);
}

}  // namespace

std::optional<std::string> fill_sentence(std::string_view text, const Details& details) {
  const Facts facts(details);
  std::string filled;
  while (true) {
    const std::size_t open = text.find('{');
    filled += text.substr(0, open);
    if (open == std::string_view::npos) return filled;
    const std::size_t close = text.find('}', open);
    const std::optional<std::string> words = fact_words(facts, text.substr(open + 1, close - open - 1));
    if (!words) return std::nullopt;
    filled += *words;
    text.remove_prefix(close + 1);
  }
}

std::string diagnostic_message(Code code, Severity severity, const Details& details) {
  const Facts facts(details);
  switch (code) {
    case Code::kMissingValuesDropped:
      return drops(facts) + losses(facts, ": ");
    case Code::kDroppedManyRows:
      return many_drops(facts);
    case Code::kMissingValuesFilled:
      return fills(facts);
    case Code::kHighCardinalityCategory:
      return high_cardinality(facts);
    case Code::kIdentifierColumnIgnored:
      return identifier(facts);
    case Code::kIntegerTooWide:
      return integer_too_wide(facts);
    case Code::kTextAmongNumbers:
    case Code::kNumbersInText:
    case Code::kMixedKinds:
    case Code::kDatesAsText:
    case Code::kLeadingZeros:
    case Code::kThousandsSeparator:
    case Code::kDecimalComma:
      return surprise(code, facts);
    case Code::kFeatureMatchesLabel:
      return label_match(facts);
    case Code::kNotConverged:
      return not_converged(facts, severity);
    case Code::kRankDeficient:
      return rank_deficient(facts);
    case Code::kMetricUndefined:
      return metric_undefined(facts);
    case Code::kDuplicateRowsAcrossSplit:
      return duplicates(facts);
    case Code::kUnknownLevel:
      return unknown_level(facts, severity);
    case Code::kPredictRowMissing:
      return not_scored(facts);
    case Code::kKeyFileOpenToOthers:
      return open_key_file(facts);
    default:
      return plain_sentence(code, details);
  }
}

Diagnostic diagnostic(Code code, Severity severity, Details details) {
  std::string message = diagnostic_message(code, severity, details);
  return {code, severity, std::move(message), std::move(details)};
}

std::string_view detail_since(Code code, std::string_view key) {
  const auto fits = [&](const DetailKey& known) {
    const bool any = known.key == "*" || (known.key == "missing:*" && key.starts_with(kMissing));
    return known.code == code && (any || known.key == key);
  };
  const auto found = std::find_if(kDetailKeys.begin(), kDetailKeys.end(), fits);
  return found == kDetailKeys.end() ? std::string_view() : found->since;
}

}  // namespace rf::core
