// SPDX-License-Identifier: MIT
// runforge diff: why two runs differ. Pinned by tests/clients/diff_test.py.
#include <string>
#include <vector>

#include "commands.hpp"
#include "failure.hpp"
#include "json.hpp"
#include "output.hpp"
#include "print/table.hpp"
#include "session.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

constexpr std::size_t kShownDifferences = 20;

std::string side_text(const json::View& difference, const char* side) {
  return difference[side] ? difference[side].display() : "(absent)";
}

/// A difference of a column is named by the column, any other by its JSON pointer.
std::string place_text(const json::View& difference) {
  const std::string pointer = difference["pointer"].text();
  if (!difference["column"]) return pointer;
  return "column " + difference["column"].text() + ", " +
         pointer.substr(pointer.find('/', sizeof("/columns/")) + 1);
}

std::string differences_text(const char* heading, const json::View& differences) {
  if (differences.size() == 0) return "";
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < differences.size() && i < kShownDifferences; ++i)
    rows.push_back(
        {place_text(differences[i]), side_text(differences[i], "a"), side_text(differences[i], "b")});
  std::string text = "\n" + table_text({{heading}, {"A"}, {"B"}}, rows);
  if (differences.size() > kShownDifferences)
    text += "  and " + std::to_string(differences.size() - kShownDifferences) + " more; --json lists them\n";
  return text;
}

std::string files_text(const json::View& files) {
  std::string different;
  for (std::size_t i = 0; i < files.size(); ++i)
    if (!files[i]["equal"].is_true())
      different += (different.empty() ? "" : ", ") + printable(files[i]["path"].text());
  return different.empty() ? "" : "\nResult files that differ: " + different + "\n";
}

std::string remarks_text(const json::View& remarks) {
  std::string text;
  for (std::size_t i = 0; i < remarks.size(); ++i)
    text += "Note: " + remarks[i]["section"].text() + ": " + printable(remarks[i]["message"].text()) + "\n";
  return text;
}

/// The answer, then the differences behind it.
std::string report_text(const json::View& report, const DiffArguments& arguments) {
  std::string text = printable(report["answer"].text()) + "\n" + remarks_text(report["remarks"]);
  if (report["verdict"].text() == "equal") return text;
  text += "\n  A: " + printable(arguments.run_a) + "\n  B: " + printable(arguments.run_b) + "\n";
  const json::View sections = report["sections"];
  for (std::size_t i = 0; i < sections.size(); ++i)
    text += differences_text(sections[i]["section"].text().c_str(), sections[i]["differences"]);
  const json::View metrics = report["metrics"];
  text += metrics.size() == 0 ? "\nAll metrics are equal.\n" : differences_text("metrics", metrics);
  return text + files_text(report["files"]);
}

}  // namespace

void run_diff(const DiffArguments& arguments) {
  const runforge::Blob found = runforge::diff(arguments.run_a, arguments.run_b);
  if (arguments.json) return write_json(found.view());
  const json::Document report = json::parse(found.view(), "diff.v1");
  write_text(report_text(json::View(&report), arguments));
}

}  // namespace rf::tool
