// SPDX-License-Identifier: MIT
// runforge inspect: what a training would see, from inspect.v2. Pinned by tests/clients/inspect_test.py.
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "config.hpp"
#include "failure.hpp"
#include "json.hpp"
#include "output.hpp"
#include "print/table.hpp"
#include "session.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

constexpr std::size_t kShownLevels = 4;

/// "4.3 .. 7.9" or "male (577), female (314)".
std::string values_text(const json::View& column) {
  const auto least = column["min"].number(), most = column["max"].number();
  if (least && most) return brief_text(*least) + " .. " + brief_text(*most);
  const json::View levels = column["levels"];
  std::string text;
  for (std::size_t i = 0; i < std::min(levels.size(), kShownLevels); ++i) {
    if (i > 0) text += ", ";
    text += shortened(printable(levels[i]["level"].text()), 20) + " (" +
            grouped_text(levels[i]["count"].count()) + ")";
  }
  const std::uint64_t more =
      column["other_levels"].count() + levels.size() - std::min(levels.size(), kShownLevels);
  return more > 0 ? text + ", " + grouped_text(more) + " more" : text;
}

/// "177 (19.9%)", or "0".
std::string missing_text(std::uint64_t missing, std::uint64_t rows) {
  if (missing == 0 || rows == 0) return grouped_text(missing);
  const double share = 100 * static_cast<double>(missing) / static_cast<double>(rows);
  return grouped_text(missing) + " (" + fixed_text(share, 1) + "%)";
}

std::string columns_text(const json::View& columns, std::uint64_t n_rows, bool with_roles) {
  std::vector<TableColumn> head = {{"column"},
                                   {"role"},
                                   {"kind"},
                                   {"missing", Align::kRight},
                                   {"distinct", Align::kRight},
                                   {"values", Align::kLeft, 72}};
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const json::View column = columns[i];
    rows.push_back({column["name"].text(), column["role"].text(), column["kind"].text(),
                    missing_text(column["missing"].count(), n_rows), grouped_text(column["distinct"].count()),
                    values_text(column)});
    if (!with_roles) rows.back().erase(rows.back().begin() + 1);
  }
  if (!with_roles) head.erase(head.begin() + 1);
  return table_text(head, rows);
}

std::string rows_text(const json::View& description) {
  if (!description["rows_used"]) return "";
  std::string text = "\nRows used: " + grouped_text(description["rows_used"].count()) + " of " +
                     grouped_text(description["rows"].count());
  if (const std::uint64_t dropped = description["dropped_rows_missing_values"].count())
    text += " (" + grouped_text(dropped) + " dropped for missing values)";
  return text + "\n";
}

std::string classes_text(const json::View& classes) {
  if (classes.size() == 0) return "";
  double total = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) total += static_cast<double>(classes[i]["count"].count());
  std::string text = "Classes:";
  constexpr std::size_t kShown = 10;
  for (std::size_t i = 0; i < std::min(classes.size(), kShown); ++i) {
    const std::uint64_t count = classes[i]["count"].count();
    text += (i > 0 ? ", " : " ") + shortened(printable(classes[i]["class"].display()), 30) + ": " +
            grouped_text(count) + " (" +
            fixed_text(total > 0 ? 100 * static_cast<double>(count) / total : 0, 1) + "%)";
  }
  if (classes.size() > kShown) text += ", " + grouped_text(classes.size() - kShown) + " more";
  return text + "\n";
}

std::string closing_text(const json::View& description, bool configured) {
  if (!configured) return "\nName the column to predict with --label to see what a training would use.\n";
  if (const json::View problem = description["problem"])
    return "\nProblem: " + printable(problem["message"].text()) + " [" + problem["code"].text() +
           "]\nTraining would fail.\n";
  return "\nReady to train " + description["model_family"].text() + " (" + description["task"].text() +
         ") on " + counted(description["features"].size(), "feature") + ".\n";
}

/// The exit status of a training that ends with the error.
int status_of(const std::string& code) {
  struct Entry {
    std::string_view code;
    int status;
  };
  static constexpr Entry kStatuses[] = {
#include "error_status.inc"
  };
  for (const Entry& entry : kStatuses)
    if (entry.code == code) return entry.status;
  return RF_E_INTERNAL;
}

/// The description has been printed. The exit status is that of a training.
void fail_as_training_would(const json::View& description) {
  const json::View problem = description["problem"];
  if (!problem) return;
  Failure failure(status_of(problem["code"].text()), problem["code"].text(), problem["message"].text());
  failure.in_report = true;
  throw failure;
}

}  // namespace

void run_inspect(const InspectArguments& arguments) {
  const LibraryConfig config = library_config(arguments.config);
  // Only loading can be cancelled, shows progress and takes threads.
  const runforge::Dataset dataset = with_config_named(arguments.config.config, [&] {
    return load_dataset(arguments.data, config.dataset,
                        Session(thread_count(arguments.threads), !arguments.json).hooks());
  });
  const runforge::Blob described = with_config_named(arguments.config.config, [&] {
    return dataset.describe(config.has_train ? std::string_view(config.train) : std::string_view());
  });
  const json::Document document = json::parse(described.view(), "inspect.v2");
  const json::View description(&document);
  if (arguments.json) {
    write_json(described.view());
    return fail_as_training_would(description);
  }
  write_text(printable(arguments.data) + ": " + counted(dataset.rows(), "row") + ", " +
             counted(dataset.columns(), "column") + "\n\n" +
             columns_text(description["columns"], dataset.rows(), config.has_train) + rows_text(description) +
             classes_text(description["class_counts"]) + notes_text(description["diagnostics"]) +
             closing_text(description, config.has_train));
  fail_as_training_would(description);
}

}  // namespace rf::tool
