// SPDX-License-Identifier: MIT
// A recorded report of a solver beside what training can have left. Pinned by
// tests/unit/audit/standing_check_test.cpp.
#pragma once

#include <span>
#include <vector>

#include "core/error.hpp"
#include "model/model.hpp"
#include "model/standing.hpp"

namespace rf::audit {

struct ReportCheck {
  std::vector<model::StandingFault> faults;
  /// NOT_CONVERGED and RANK_DEFICIENT as training writes them beside this report, in its order, messages
  /// included.
  core::Diagnostics diagnostics;
};

/// Holds a recorded report and the recorded diagnostics (codes other than the two are passed over) against
/// the standing that they agree with best. A detail that a recorded diagnostic lacks, messages and the order
/// are not looked at here: compare with `diagnostics`, as the record's version wrote them.
ReportCheck check_report(const model::SolverReport& recorded, const core::Diagnostics& diagnostics,
                         std::span<const model::Standing> standings);

}  // namespace rf::audit
