// SPDX-License-Identifier: MIT
// Looks up releases and entries of a history, and compares versions as numbers. A -dev version compares equal
// to the release of the same number. Pinned by tests/unit/artifact/history_test.cpp.
#include "artifact/history.hpp"

#include <algorithm>
#include <charconv>

namespace rf::artifact {
namespace {

/// Removes a number without sign or leading zero from the front of the text.
bool take_number(std::string_view& text, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto n_digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || (text[0] == '0' && n_digits > 1)) return false;
  text.remove_prefix(n_digits);
  return true;
}

bool take_point(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<Version> parse_version(std::string_view word) {
  Version version;
  if (!take_number(word, version.major) || !take_point(word) || !take_number(word, version.minor) ||
      !take_point(word) || !take_number(word, version.patch) || (!word.empty() && word != "-dev"))
    return std::nullopt;
  return version;
}

std::vector<ReleaseFile> Release::files_of(core::Explanation explanation) const {
  std::vector<ReleaseFile> left;
  for (const ReleaseFile& file : files)
    if (file.explanation == core::Explanation::kNone || file.explanation == explanation) left.push_back(file);
  return left;
}

const Release* History::find(std::string_view version) const {
  const auto found = std::find_if(releases.begin(), releases.end(),
                                  [&](const Release& row) { return row.version == version; });
  return found == releases.end() ? nullptr : &*found;
}

const Entry* History::find(Thing thing, std::string_view name) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.thing == thing &&
           (entry.name == name ||
            (entry.name.ends_with('*') &&
             name.starts_with(std::string_view(entry.name).substr(0, entry.name.size() - 1))));
  });
  return found == entries.end() ? nullptr : &*found;
}

bool AsOf::is_at_least(std::string_view version) const {
  return *parse_version(version) <= version_;
}

bool AsOf::knows(const Entry& entry) const {
  return is_at_least(entry.since);
}

bool AsOf::knows(Thing thing, std::string_view name) const {
  const Entry* const entry = history_->find(thing, name);
  return entry != nullptr && knows(*entry);
}

const json::Value* AsOf::earlier_default(const Entry& entry) const {
  for (const EarlierDefault& earlier : entry.earlier_defaults)
    if (version_ < *parse_version(earlier.until)) return &earlier.value;
  return nullptr;
}

}  // namespace rf::artifact
