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
};

std::string write_model(const model::Model& model, const std::string& input_digest);
/// Whether `bytes` are what write_model gives, without making them.
bool is_written_model(const model::Model& model, const std::string& input_digest, std::string_view bytes);

/// Checks every offset, shape, index and cycle. INVALID_MODEL says what is wrong; UNSUPPORTED_FORMAT for a
/// newer format. Never more memory or time than in proportion to the bytes.
core::Result<LoadedModel> read_model(std::string_view bytes);

}  // namespace rf::artifact
