// SPDX-License-Identifier: MIT
// model.safetensors: 8-byte little-endian header length, JSON header, raw little-endian tensors.
// docs/formats/model.md describes our layout.
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
  std::string runforge_version;  ///< the version that wrote the file
  std::string input_digest;
  int format = kModelFormat;
};

/// The version that writes a model, and the digest of its inputs.
struct ModelOrigin {
  std::string runforge_version;
  std::string input_digest;
};

/// Writes the model file. The first form writes as the running version.
std::string write_model(const model::Model& model, const std::string& input_digest);
std::string write_model(const model::Model& model, const ModelOrigin& origin);
/// Whether write_model would return `bytes`. Does not build them.
bool is_written_model(const model::Model& model, const ModelOrigin& origin, std::string_view bytes);

/// Reads a model and checks every offset, shape, index and cycle. INVALID_MODEL names the fault;
/// UNSUPPORTED_FORMAT for a newer format. Memory and time are at most proportional to the bytes.
core::Result<LoadedModel> read_model(std::string_view bytes);

}  // namespace rf::artifact
