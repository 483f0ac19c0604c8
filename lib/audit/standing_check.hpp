// SPDX-License-Identifier: MIT
// Compares a recorded report of a solver with the reports that training can have left. Pinned by
// tests/unit/audit/standing_test.cpp.
#pragma once

#include <span>
#include <vector>

#include "core/error.hpp"
#include "model/model.hpp"
#include "model/standing.hpp"

namespace rf::audit {

struct ReportCheck {
  std::vector<model::StandingFault> faults;
  /// NOT_CONVERGED and RANK_DEFICIENT as training writes them for this report, in training's order, messages
  /// included.
  core::Diagnostics diagnostics;
};

/// Compares a recorded report and the recorded diagnostics with the standing that they agree with best. Codes
/// other than the two are ignored. Missing details, messages and the order are not checked here: the caller
/// compares `diagnostics`, rendered as the record's version wrote them, with the record.
ReportCheck check_report(const model::SolverReport& recorded, const core::Diagnostics& diagnostics,
                         std::span<const model::Standing> standings);

}  // namespace rf::audit
