// SPDX-License-Identifier: MIT
// What is written can be read again: each file of a run keeps to the limit of its reader. Where it is already
// plain before training that a file cannot, nobody should have to wait for the training. Pinned by
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

/// LIMIT_REACHED with the file and its limit.
core::Result<> check_readable(std::span<const artifact::File> files);

/// Bytes that a file of the run has at the very least, whatever is learned, by its name; of the model, its
/// header. Names and what entries need without their numbers: never more than the file will have.
using LeastBytes = std::map<std::string, std::uint64_t>;
/// `model` has its encoder, and nothing fitted yet.
LeastBytes least_bytes(const table::Table& table, const TrainConfig& config, const Dealt& dealt,
                       const model::Model& model);
/// LIMIT_REACHED like check_readable().
core::Result<> check_room(const LeastBytes& least,
                          std::uint64_t most_document_bytes = artifact::kMostDocumentBytes);

}  // namespace rf::run
