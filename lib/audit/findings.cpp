// SPDX-License-Identifier: MIT
// Collects failures and notes, escapes the texts of the run, and limits the failures of a layer to 1000.
// Pinned by tests/unit/audit/findings_test.cpp.
#include "audit/findings.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"

namespace rf::audit {
namespace {

constexpr std::size_t kShownBytes = 200;
constexpr std::size_t kMostOfALayer = 1000;

std::string shown(const std::optional<std::string>& text) {
  if (!text) return "nothing";
  return text->size() <= kShownBytes ? *text : text->substr(0, kShownBytes) + "...";
}

}  // namespace

std::string difference_text(const json::Difference& difference) {
  return "expected " + shown(difference.expected) + ", found " + shown(difference.found);
}

void Findings::fail(Layer layer, std::string file, std::string pointer, std::string message) {
  const auto [place, is_new] = places_.emplace(std::pair(file, pointer), layer);
  if (!is_new && place->second != layer) return;
  if (++n_of_layer_[index(layer)] > kMostOfALayer) return;
  failures_.push_back(
      {layer, core::escaped_utf8(file), core::escaped_utf8(pointer), core::escaped_utf8(message)});
}

void Findings::tell(std::string about, std::string message) {
  notes_.push_back({std::move(about), core::escaped_utf8(message)});
}

bool Findings::failed(Layer layer) const {
  return std::any_of(failures_.begin(), failures_.end(), [&](const Failure& f) { return f.layer == layer; });
}

std::string Findings::first_failure() const {
  const Failure& first = failures_.front();
  return first.file + (first.pointer.empty() ? "" : ", " + first.pointer) + ": " + first.message;
}

json::Value Findings::report() const {
  json::Value layers = json::Value::array();
  for (std::size_t i = 0; i < kLayerNames.size(); ++i) {
    const bool fails = failed(static_cast<Layer>(i));
    json::Value layer;
    layer.set("layer", kLayerNames[i])
        .set("status", fails         ? "failed"
                       : skipped_[i] ? "not_checked"
                                     : "passed");
    std::string reason = reasons_[i];
    if (n_of_layer_[i] > kMostOfALayer)
      reason += (reason.empty() ? "" : "; ") + core::decimal(static_cast<std::int64_t>(n_of_layer_[i])) +
                " places fail, of which the first are told";
    if (!reason.empty()) layer.set("reason", reason);
    layers.push(std::move(layer));
  }
  json::Value failures = json::Value::array();
  for (const Failure& failure : failures_) {
    json::Value entry;
    entry.set("layer", kLayerNames[index(failure.layer)])
        .set("file", failure.file)
        .set("message", failure.message);
    if (!failure.pointer.empty()) entry.set("pointer", failure.pointer);
    failures.push(std::move(entry));
  }
  json::Value notes = json::Value::array();
  for (const Note& note : notes_)
    notes.push(json::Value::object().set("about", note.about).set("message", note.message));
  return json::Value::object()
      .set("layers", std::move(layers))
      .set("failures", std::move(failures))
      .set("notes", std::move(notes));
}

}  // namespace rf::audit
