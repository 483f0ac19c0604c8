// SPDX-License-Identifier: MIT
// Ensures that every written file can be read again: each file of a run must keep to the limit of its reader.
// If it is certain before training that a file would be too large, the training is refused at once. Pinned by
// tests/unit/run/readable_test.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "artifact/documents.hpp"
#include "artifact/run_files.hpp"
#include "core/result.hpp"
#include "run/config.hpp"
#include "run/deal.hpp"
#include "table/column.hpp"

namespace rf::run {

/// LIMIT_REACHED names the file and its limit.
core::Result<> check_readable(std::span<const artifact::File> files);

/// By file name, the least bytes that the file of the run has, whatever is learned; for the model, the least
/// bytes of its header. The sum counts names and the fixed parts of entries, so it never exceeds the real
/// size.
using LeastBytes = std::map<std::string, std::uint64_t>;
/// `model` needs only its encoder; nothing is fitted yet.
LeastBytes least_bytes(const table::Table& table, const TrainConfig& config, const Dealt& dealt,
                       const model::Model& model);
/// LIMIT_REACHED as in check_readable().
core::Result<> check_room(const LeastBytes& least,
                          std::uint64_t most_document_bytes = artifact::kMostDocumentBytes);

}  // namespace rf::run
