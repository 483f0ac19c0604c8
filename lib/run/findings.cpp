// SPDX-License-Identifier: MIT
#include "run/findings.hpp"

#include <algorithm>

namespace rf::run {
namespace {

constexpr std::size_t kShownBytes = 200;

std::string shown(const std::optional<std::string>& text) {
  if (!text) return "nothing";
  return text->size() <= kShownBytes ? *text : text->substr(0, kShownBytes) + "...";
}

}  // namespace

std::string difference_text(const json::Difference& difference) {
  return "expected " + shown(difference.expected) + ", found " + shown(difference.found);
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
        .set("status", fails                 ? "failed"
                       : skipped_[i] ? "not_checked"
                                     : "passed");
    if (!reasons_[i].empty()) layer.set("reason", reasons_[i]);
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
  return json::Value::object()
      .set("verdict", failures_.empty() ? "passed" : "failed")
      .set("layers", std::move(layers))
      .set("failures", std::move(failures));
}

}  // namespace rf::run
