// SPDX-License-Identifier: MIT
// Compares a recorded report with the reports that training can have left. Pinned by
// tests/unit/audit/standing_test.cpp.
#include "audit/standing_check.hpp"

#include <algorithm>
#include <cmath>

#include "core/number_text.hpp"
#include "core/text.hpp"
#include "linear/report.hpp"

namespace rf::audit {
namespace {

std::string number(double value) {
  return std::isfinite(value) ? core::number_text(value) : std::string("no finite number");
}
std::string number(std::uint64_t value) {
  return core::decimal(static_cast<std::int64_t>(value));
}
std::string number(const std::optional<double>& value) {
  return value ? number(*value) : "absent";
}

std::string text_of(const core::TextVariant<std::int64_t, std::string>& value) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole ? core::decimal(*whole) : std::get<std::string>(value);
}

const core::Diagnostic* find(const core::Diagnostics& diagnostics, core::Code code) {
  for (const core::Diagnostic& diagnostic : diagnostics)
    if (diagnostic.code == code) return &diagnostic;
  return nullptr;
}

std::string severity_name(core::Severity severity) {
  return severity == core::Severity::kInfo ? "info" : "warning";
}

/// Compares the record with one standing.
class Check {
 public:
  Check(const model::SolverReport& recorded, const core::Diagnostics& diagnostics,
        const model::Standing& standing)
      : recorded_(recorded), diagnostics_(diagnostics), standing_(standing) {}

  ReportCheck run() {
    result_.faults = standing_.of_model;
    if (recorded_.name != standing_.solver) fault("name", std::string(standing_.solver), recorded_.name);
    check_iterations();
    check_number("gradient_norm", standing_.gradient_norm, standing_.gradient_margin,
                 recorded_.gradient_norm);
    check_number("objective", standing_.objective, standing_.objective_margin, recorded_.objective);
    if (!standing_.dropped.empty()) result_.diagnostics.push_back(linear::rank_deficient(standing_.dropped));
    check_ending();
    for (const core::Code code : {core::Code::kRankDeficient, core::Code::kNotConverged})
      check_diagnostic(code);
    return std::move(result_);
  }

 private:
  void fault(std::string member, std::string expected, std::string found) {
    result_.faults.push_back({std::move(member), std::move(expected), std::move(found)});
  }

  void check_iterations() {
    const std::uint64_t least = standing_.least_iterations;
    const std::uint64_t most = standing_.most_iterations;
    if (recorded_.iterations >= least && recorded_.iterations <= most) return;
    fault("iterations", least == most ? number(least) : "from " + number(least) + " to " + number(most),
          number(recorded_.iterations));
  }

  void check_number(const char* member, const std::optional<double>& expected, double margin,
                    const std::optional<double>& found) {
    const bool agrees = expected.has_value() == found.has_value() &&
                        (!expected || *expected == *found || std::abs(*expected - *found) <= margin);
    if (agrees) return;
    fault(member, number(expected) + (expected && margin > 0 ? " within " + number(margin) : ""),
          number(found));
  }

  /// True if a solver with the recorded gradient and iterations can have ended in this way.
  bool is_possible(const model::End& end) const {
    const double norm = recorded_.gradient_norm.value_or(end.gradient_norm);
    if (end.reach == model::Reach::kWithin && !(norm <= end.tolerance)) return false;
    if (end.reach == model::Reach::kBeyond && norm <= end.tolerance) return false;
    if (end.ending == model::Ending::kIterationLimit && !standing_.missed)
      return recorded_.iterations == standing_.max_iter;
    return true;
  }

  void check_ending() {
    std::vector<const model::End*> possible;
    for (const model::End& end : standing_.ends)
      if (is_possible(end)) possible.push_back(&end);
    const auto is_recorded = [&](const model::End* end) {
      return (end->ending == model::Ending::kConverged) == recorded_.converged;
    };
    if (std::none_of(possible.begin(), possible.end(), is_recorded)) {
      const model::End& end = standing_.ends.front();
      const std::string why = standing_.gradient_norm ? " (gradient " + number(*standing_.gradient_norm) +
                                                            ", wanted " + number(end.tolerance) + ")"
                                                      : "";
      fault("converged", (recorded_.converged ? "false" : "true") + why,
            recorded_.converged ? "true" : "false");
    }
    choose_diagnostic(possible);
  }

  /// Adds the NOT_CONVERGED diagnostic that training would write. Of several possible endings it prefers the
  /// one whose message equals the recorded one.
  void choose_diagnostic(const std::vector<const model::End*>& possible) {
    const core::Diagnostic* recorded = find(diagnostics_, core::Code::kNotConverged);
    std::optional<core::Diagnostic> best;
    for (const model::End* end : possible) {
      if ((end->ending == model::Ending::kConverged) != recorded_.converged || recorded_.converged) continue;
      core::Diagnostic says = standing_.missed ? *standing_.missed : words_of(*end, recorded);
      if (!best || (recorded != nullptr && says.message == recorded->message)) best = std::move(says);
    }
    if (best) result_.diagnostics.push_back(std::move(*best));
  }

  core::Diagnostic words_of(const model::End& end, const core::Diagnostic* recorded) const {
    linear::Solution solution;
    solution.ending = end.ending;
    solution.iterations = static_cast<std::uint32_t>(iterations_of_unfinished(recorded));
    solution.tolerance = end.tolerance;
    const bool is_recorded =
        standing_.n_solves == 1 && recorded_.gradient_norm &&
        std::abs(*recorded_.gradient_norm - end.gradient_norm) <= standing_.gradient_margin;
    solution.gradient_norm = is_recorded ? *recorded_.gradient_norm : end.gradient_norm;
    return linear::not_converged(solution, standing_.max_iter);
  }

  /// The report counts the iterations of the longest solve. With several solves, this may not be the one that
  /// did not converge. Then the diagnostic's own count is used, but at most the reported count.
  std::uint64_t iterations_of_unfinished(const core::Diagnostic* recorded) const {
    if (standing_.n_solves == 1 || recorded == nullptr) return recorded_.iterations;
    for (const core::Detail& detail : recorded->details)
      if (const auto* own = std::get_if<std::int64_t>(&detail.value); own && detail.key == "iterations")
        return std::min(recorded_.iterations, static_cast<std::uint64_t>(std::max<std::int64_t>(*own, 0)));
    return recorded_.iterations;
  }

  void check_diagnostic(core::Code code) {
    const std::string name(core::code_name(code));
    const core::Diagnostic* expected = find(result_.diagnostics, code);
    const core::Diagnostic* found = nullptr;
    for (const core::Diagnostic& diagnostic : diagnostics_) {
      if (diagnostic.code != code) continue;
      if (found != nullptr) fault(name, "once", "more than once");
      found = &diagnostic;
    }
    if (expected == nullptr || found == nullptr) {
      if (expected != found)
        fault(name, expected ? expected->message : "absent", found ? found->message : "absent");
      return;
    }
    if (expected->severity != found->severity)
      fault(name, severity_name(expected->severity), severity_name(found->severity));
    for (const core::Detail& detail : found->details) check_detail(name, *expected, detail);
  }

  void check_detail(const std::string& name, const core::Diagnostic& expected, const core::Detail& found) {
    for (const core::Detail& detail : expected.details) {
      if (detail.key != found.key) continue;
      if (!(detail == found)) fault(name + "." + found.key, text_of(detail.value), text_of(found.value));
      return;
    }
    fault(name + "." + found.key, "absent", text_of(found.value));
  }

  const model::SolverReport& recorded_;
  const core::Diagnostics& diagnostics_;
  const model::Standing& standing_;
  ReportCheck result_;
};

}  // namespace

ReportCheck check_report(const model::SolverReport& recorded, const core::Diagnostics& diagnostics,
                         std::span<const model::Standing> standings) {
  std::optional<ReportCheck> best;
  for (const model::Standing& standing : standings) {
    ReportCheck check = Check(recorded, diagnostics, standing).run();
    if (!best || check.faults.size() < best->faults.size()) best = std::move(check);
  }
  return best ? std::move(*best) : ReportCheck{{{"name", "absent", recorded.name}}, {}};
}

}  // namespace rf::audit
