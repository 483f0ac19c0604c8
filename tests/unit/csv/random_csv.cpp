// SPDX-License-Identifier: MIT
#include "unit/csv/random_csv.hpp"

#include <cstddef>
#include <iterator>
#include <vector>

namespace rf::csv::test {
namespace {

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15 + 1) {}

  RandomCsv make() {
    RandomCsv file;
    delimiter_ = one_in(4) ? ';' : one_in(6) ? '\t' : one_in(8) ? '|' : ',';
    if (one_in(3)) file.options.delimiter = delimiter_;
    if (one_in(3)) file.options.trim = false;
    if (one_in(8)) file.options.kinds = {{"a", random_kind()}, {"b", random_kind()}};
    if (one_in(10)) file.options.limits.max_cell_bytes = 1 + below(12);
    if (one_in(12)) file.options.limits.max_rows = 1 + below(20);
    if (one_in(20)) file.options.limits.max_bytes = 1 + below(400);
    if (one_in(30)) file.options.limits.max_columns = 1 + below(4);
    if (one_in(10)) file.options.missing_tokens = {"NA", "7", "true", "a b"};
    if (one_in(4)) file.options.rules = table::ReadingRules::kFirst;
    if (one_in(10)) file.options.comment = one_in(2) ? "#" : "ab";
    if (one_in(10)) file.options.skip_rows = 1 + below(3);
    if (one_in(10)) file.options.header = false;
    if (one_in(10)) file.options.missing_number_tokens = {".", "007", "x"};
    has_comments_ = !file.options.comment.empty();
    trails_ = one_in(8);
    newline_ = static_cast<int>(below(4));
    if (one_in(8)) file.text += "\xEF\xBB\xBF";
    if (one_in(8)) file.text += "\xEF\xBB\xBF";
    if (one_in(8)) file.text += std::string("sep=") + (one_in(8) ? '"' : delimiter_) + line_end();
    for (std::uint64_t i = 0; i < file.options.skip_rows; ++i)
      file.text += (one_in(3) ? "a \"title\" " : "") + line_end();
    const std::size_t n_columns = 1 + below(5);
    for (std::size_t j = 0; j < n_columns; ++j) styles_.push_back(below(12));
    if (one_in(10)) file.text += line_end();
    for (std::size_t j = 0; j < n_columns; ++j)
      file.text += (j > 0 ? std::string(1, delimiter_) : "") +
                   (one_in(9)    ? ""
                    : one_in(30) ? "a"
                                 : std::string(1, static_cast<char>('a' + j)));
    file.text += line_end();
    const std::size_t n_rows = below(one_in(4) ? 60 : 12);
    for (std::size_t i = 0; i < n_rows; ++i) {
      if (has_comments_ && one_in(5)) file.text += (one_in(2) ? "#,\"" : "ab\"") + line_end();
      std::string row = record(n_columns);
      if (trails_ && !one_in(60)) row.insert(row.find_last_not_of("\r\n") + 1, 1, delimiter_);
      file.text += row;
    }
    if (one_in(3)) cut_end(file.text);
    if (one_in(6)) spoil(file.text);
    return file;
  }

 private:
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state_ >> 33) % bound;
  }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <std::size_t N>
  std::string pick(const char* const (&texts)[N]) {
    return texts[below(N)];
  }

  core::Kind random_kind() { return static_cast<core::Kind>(1 + below(3)); }

  std::string line_end() {
    static const char* const kEnds[] = {"\n", "\r\n", "\r"};
    return newline_ < 3 ? kEnds[newline_] : pick(kEnds);
  }

  std::string number() {
    std::string text = one_in(3) ? "-" : one_in(12) ? "+" : "";
    const std::size_t n_integer = 1 + below(one_in(6) ? 20 : 4);
    for (std::size_t i = 0; i < n_integer; ++i) text += static_cast<char>('0' + below(10));
    if (one_in(2)) {
      text += '.';
      const std::size_t n_fraction = below(one_in(5) ? 22 : 8) + (one_in(30) ? 0 : 1);
      for (std::size_t i = 0; i < n_fraction; ++i) text += static_cast<char>('0' + below(10));
    }
    if (one_in(20)) text += (one_in(2) ? "e" : "E") + std::to_string(below(400));
    if (one_in(40)) text += "e-" + std::to_string(below(400));
    return text;
  }

  std::string word() {
    static const char* const kWords[] = {"x",
                                         "yes",
                                         "true",
                                         "False",
                                         "TRUE",
                                         "NA",
                                         "a b",
                                         "é",
                                         "猫",
                                         "inf",
                                         "-Inf",
                                         "nan",
                                         "?",
                                         "007",
                                         "1,5",
                                         "a\"b",
                                         "\"",
                                         "1 000",
                                         "-",
                                         "+",
                                         ".5",
                                         "5.",
                                         "1e5",
                                         "1e999",
                                         "9007199254740993",
                                         "12345678901234567890",
                                         "sixteen bytes ok",
                                         "seventeen bytes..",
                                         "0x1F",
                                         "Infinity",
                                         "7",
                                         "0",
                                         "-0",
                                         "-0.0",
                                         "1.50",
                                         "a;b",
                                         ".",
                                         "+.5e3",
                                         "5.e1",
                                         "\t7\t",
                                         "\xC2\xA0-1.5\xE2\x80\xAF",
                                         "#N/A",
                                         "#,",
                                         "2024-01-31"};
    return pick(kWords);
  }

  /// A cell of a column's style; now and then something else.
  std::string value(std::size_t style) {
    if (one_in(9)) return "";
    if (one_in(25)) return word();
    switch (style) {
      case 0:
      case 1:
      case 2:
      case 3:
        return number();
      case 4:
      case 5:
        return std::to_string(below(1000));
      case 6:
      case 7:
        return one_in(2) ? "true" : "false";
      case 8:
        return std::string(below(40), 'w') + std::to_string(below(5));
      default:
        return word();
    }
  }

  std::string cell(std::size_t style) {
    std::string text = value(style);
    const bool must_quote = text.find_first_of(",;\t\"\r\n") != std::string::npos;
    if ((must_quote && !one_in(12)) || one_in(8)) {
      std::string quoted = "\"";
      if (one_in(10)) text += line_end() + "z";
      if (one_in(10)) text += delimiter_;
      for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
      text = quoted + "\"";
    }
    if (one_in(8)) text = std::string(below(3), ' ') + text + std::string(below(3), ' ');
    return text;
  }

  std::string record(std::size_t n_columns) {
    if (one_in(25)) return (one_in(2) ? "" : "  ") + line_end();
    if (one_in(150)) ++n_columns;
    std::string text;
    for (std::size_t j = 0; j < n_columns; ++j)
      text += (j > 0 ? std::string(1, delimiter_) : "") + cell(styles_[j < styles_.size() ? j : 0]);
    return text + line_end();
  }

  void cut_end(std::string& text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  }

  /// One byte that may make the text faulty.
  void spoil(std::string& text) {
    static const char kBytes[] = {'"', '\0', '\xFF', ',', '\n', '\r', '\xC3', ' ', '"', '"'};
    if (text.empty()) return;
    const std::size_t at = below(text.size());
    if (one_in(2)) {
      text.insert(at, 1, kBytes[below(sizeof kBytes)]);
    } else {
      text[at] = kBytes[below(sizeof kBytes)];
    }
  }

  std::uint64_t state_;
  char delimiter_ = ',';
  bool has_comments_ = false;
  bool trails_ = false;
  int newline_ = 0;
  std::vector<std::size_t> styles_;
};

}  // namespace

RandomCsv make_random_csv(std::uint64_t seed) {
  return Maker(seed).make();
}

}  // namespace rf::csv::test
