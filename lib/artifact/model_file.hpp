// SPDX-License-Identifier: MIT
// model.safetensors: 8-byte little-endian header length, JSON header, raw little-endian tensors. Layout of
// ours in docs/formats/model.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "model/model.hpp"

namespace rf::artifact {

inline constexpr int kModelFormat = 1;

struct LoadedModel {
  model::Model model;
  std::string runforge_version;  ///< that wrote it
  std::string input_digest;
  int format = kModelFormat;
};

/// Who writes a model from what.
struct ModelOrigin {
  std::string runforge_version;
  std::string input_digest;
};

/// As the running version writes it.
std::string write_model(const model::Model& model, const std::string& input_digest);
std::string write_model(const model::Model& model, const ModelOrigin& origin);
/// Whether `bytes` are what write_model gives, without making them.
bool is_written_model(const model::Model& model, const ModelOrigin& origin, std::string_view bytes);

/// Checks every offset, shape, index and cycle. INVALID_MODEL says what is wrong; UNSUPPORTED_FORMAT for a
/// newer format. Never more memory or time than in proportion to the bytes.
core::Result<LoadedModel> read_model(std::string_view bytes);

}  // namespace rf::artifact
