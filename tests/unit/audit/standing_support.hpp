// SPDX-License-Identifier: MIT
// What the tests of standings share: an honest report beside where its model stands, and every change of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "audit/standing_check.hpp"
#include "linear/standing.hpp"
#include "trees/boosting_standing.hpp"

namespace rf::audit::test {

/// A fit, what it reports, and where its model stands.
struct Stood {
  model::SolverReport solver;
  core::Diagnostics diagnostics;
  model::Standings standings;
};

inline std::string described(const std::vector<model::StandingFault>& faults) {
  std::string text;
  for (const model::StandingFault& fault : faults)
    text += fault.member + ": expected " + fault.expected + ", found " + fault.found + "\n";
  return text;
}

inline std::vector<model::StandingFault> faults_of(const Stood& stood) {
  return check_report(stood.solver, stood.diagnostics, stood.standings).faults;
}

inline bool has_code(const core::Diagnostics& diagnostics, core::Code code) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [&](const core::Diagnostic& diagnostic) { return diagnostic.code == code; });
}

inline bool same_diagnostics(const core::Diagnostics& a, const core::Diagnostics& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.code == y.code && x.severity == y.severity && x.message == y.message && x.details == y.details;
  });
}

inline void expect_agrees(const Stood& stood, const std::string& what) {
  const ReportCheck check = check_report(stood.solver, stood.diagnostics, stood.standings);
  EXPECT_TRUE(check.faults.empty()) << what << " (" << stood.solver.name << ")\n" << described(check.faults);
  EXPECT_TRUE(same_diagnostics(check.diagnostics, stood.diagnostics))
      << what << " (" << stood.solver.name << "): found "
      << (stood.diagnostics.empty() ? "none" : stood.diagnostics.back().message) << ", made "
      << (check.diagnostics.empty() ? "none" : check.diagnostics.back().message);
}

/// Members that a check of the changed report names.
inline std::vector<std::string> named(Stood stood, const std::function<void(Stood&)>& change) {
  change(stood);
  std::vector<std::string> members;
  for (const model::StandingFault& fault : faults_of(stood)) members.push_back(fault.member);
  return members;
}

inline void expect_named(const Stood& stood, const std::string& member,
                         const std::function<void(Stood&)>& change) {
  const std::vector<std::string> members = named(stood, change);
  EXPECT_NE(std::find(members.begin(), members.end(), member), members.end())
      << stood.solver.name << ": " << member << " passed";
}

inline void drop(Stood& stood, core::Code code) {
  std::erase_if(stood.diagnostics,
                [&](const core::Diagnostic& diagnostic) { return diagnostic.code == code; });
}

/// Moves a number a little: beyond its margin and by no more than a millionth.
inline double moved(double value, double margin, double sign) {
  return value + sign * std::max({2 * margin, 1e-6 * std::abs(value), 1e-300});
}

/// Changes each member of an honest report by itself.
inline void expect_each_change_is_named(const Stood& honest) {
  ASSERT_TRUE(faults_of(honest).empty()) << described(faults_of(honest));
  const model::Standing& standing = honest.standings[0];
  expect_named(honest, "name", [](Stood& s) { s.solver.name = "gradient_descent"; });
  expect_named(honest, "iterations",
               [&](Stood& s) { s.solver.iterations = standing.most_iterations + std::uint64_t{1}; });
  if (standing.least_iterations > 0)
    expect_named(honest, "iterations", [](Stood& s) { s.solver.iterations = 0; });
  const auto& converged = honest.solver.converged;
  expect_named(honest, "converged", [&](Stood& s) { s.solver.converged = !converged; });
  for (const double sign : {-1.0, 1.0}) {
    if (standing.gradient_norm)
      expect_named(honest, "gradient_norm", [&](Stood& s) {
        s.solver.gradient_norm = moved(*standing.gradient_norm, standing.gradient_margin, sign);
      });
    if (standing.objective)
      expect_named(honest, "objective", [&](Stood& s) {
        s.solver.objective = moved(*standing.objective, standing.objective_margin, sign);
      });
  }
  expect_named(honest, "gradient_norm", [](Stood& s) {
    if (s.solver.gradient_norm)
      s.solver.gradient_norm.reset();
    else
      s.solver.gradient_norm = 0.0;
  });
  expect_named(honest, "objective", [](Stood& s) {
    if (s.solver.objective)
      s.solver.objective.reset();
    else
      s.solver.objective = 0.0;
  });
  for (const core::Code code : {core::Code::kNotConverged, core::Code::kRankDeficient}) {
    const std::string name(core::code_name(code));
    expect_named(honest, name, [&](Stood& s) {
      if (has_code(s.diagnostics, code))
        drop(s, code);
      else
        s.diagnostics.push_back({code, core::Severity::kWarning, "made up", {}});
    });
  }
  for (std::size_t d = 0; d < honest.diagnostics.size(); ++d) {
    const std::string name(core::code_name(honest.diagnostics[d].code));
    expect_named(honest, name, [&](Stood& s) { s.diagnostics.push_back(s.diagnostics[d]); });
    expect_named(honest, name, [&](Stood& s) {
      auto& severity = s.diagnostics[d].severity;
      severity = severity == core::Severity::kInfo ? core::Severity::kWarning : core::Severity::kInfo;
    });
    expect_named(honest, name + ".more", [&](Stood& s) {
      s.diagnostics[d].details.push_back({"more", std::int64_t{1}});
    });
    for (std::size_t i = 0; i < honest.diagnostics[d].details.size(); ++i) {
      expect_named(honest, name + "." + honest.diagnostics[d].details[i].key, [&](Stood& s) {
        auto& value = s.diagnostics[d].details[i].value;
        if (auto* whole = std::get_if<std::int64_t>(&value))
          ++*whole;
        else
          std::get<std::string>(value) += "0";
      });
    }
  }
}

}  // namespace rf::audit::test
