// SPDX-License-Identifier: MIT
// Gradient boosting: the trees show which rounds training kept. The held-out loss is computed again from the
// scores of the held-out rows, which are added up in the order of the rounds.
// tests/unit/audit/boosting_standing_test.cpp pins it.
#include "trees/boosting_standing.hpp"

#include <algorithm>
#include <cmath>

#include "core/number_text.hpp"
#include "core/text.hpp"
#include "trees/boosting.hpp"
#include "trees/boosting_loss.hpp"
#include "trees/boosting_sample.hpp"

namespace rf::trees {
namespace {

/// A task keeps at most this many leaf values and cells, unless one row has more.
constexpr std::size_t kTaskNumbers = std::size_t{1} << 18;
constexpr std::size_t kMostTaskRows = 1024;

class BoostingStand {
 public:
  BoostingStand(const model::Boosting& model, const TreeInput& input, BoostingLoss& loss,
                const params::GradientBoosting& parameters, core::Context& context)
      : model_(model), input_(input), loss_(loss), parameters_(parameters), context_(context) {}

  core::Result<model::Standings> standings(const HeldOut& rows) {
    if (model_.n_scores() != loss_.n_scores() || model_.trees.n_trees() % loss_.n_scores() != 0)
      return model::only(
          {"scores", number(loss_.n_scores()),
           number(model_.n_scores()) + " of " + core::counted(model_.trees.n_trees(), "tree")});
    RF_TRY(loss_.start(rows.fitted));
    standing_.solver = "boosting";
    standing_.max_iter = parameters_.n_estimators;
    standing_.least_iterations = standing_.most_iterations = model_.n_rounds();
    check_base_scores();
    check_rounds();
    if (!rows.held_out.empty()) {
      RF_TRY(add_trees(rows.held_out));
      RF_ASSIGN(const double mean, loss_.mean_loss(rows.held_out));
      standing_.objective = in_units_of_target(mean, loss_);
    }
    return model::Standings{std::move(standing_)};
  }

 private:
  static std::string number(std::size_t value) { return core::decimal(static_cast<std::int64_t>(value)); }

  void fault(const char* member, std::string expected, std::string found) {
    standing_.of_model.push_back({member, std::move(expected), std::move(found)});
  }

  void check_base_scores() {
    for (std::size_t k = 0; k < loss_.n_scores(); ++k) {
      const double expected = loss_.base_scores()[k] * loss_.target_scale() + loss_.target_centre();
      if (model_.base_scores[k] == expected) continue;
      fault("base_scores", core::number_text(expected), core::number_text(model_.base_scores[k]));
      return;
    }
  }

  bool has_split(std::size_t round) const {
    const auto first =
        model_.trees.tree_offsets.begin() + static_cast<std::ptrdiff_t>(round * loss_.n_scores());
    // In a round without a split each tree has one node.
    return first[static_cast<std::ptrdiff_t>(loss_.n_scores())] - first[0] >
           static_cast<std::int64_t>(loss_.n_scores());
  }

  /// Checks the number of kept rounds and finds the endings that they allow.
  void check_rounds() {
    const std::size_t n = model_.n_rounds();
    const bool by_chance = parameters_.subsample < 1 || parameters_.colsample < 1;
    std::size_t exhausted = 1;  // the round without a split that ended training; n + 1 if none did
    while (exhausted <= n && (by_chance || has_split(exhausted - 1))) ++exhausted;
    if (n > parameters_.n_estimators || n == 0 || exhausted < n)
      fault("rounds", "from 1 to " + number(std::min<std::size_t>(parameters_.n_estimators, exhausted)),
            number(n));
    if (!parameters_.early_stopping_rounds) {
      if (n < parameters_.n_estimators && exhausted != n)
        fault("rounds", number(parameters_.n_estimators), number(n));
      standing_.ends.push_back({model::Ending::kConverged, 0, 0, model::Reach::kDecided});
      return;
    }
    // Early stopping ends training when this many rounds after the last kept one were no better. Those rounds
    // are not in the model. Without random choices, one of them may have been the round without a split.
    const bool may_stop = exhausted > n && n + *parameters_.early_stopping_rounds <= parameters_.n_estimators;
    if (may_stop) standing_.ends.push_back({model::Ending::kConverged, 0, 0, model::Reach::kDecided});
    if (!may_stop || (!by_chance && *parameters_.early_stopping_rounds > 1))
      standing_.ends.push_back({model::Ending::kIterationLimit, 0, 0, model::Reach::kDecided});
    standing_.missed = early_stopping_missed(n, parameters_);
  }

  /// Adds all trees to the scores of `rows`, which are the base scores at first.
  core::Result<> add_trees(std::span<const core::Sample> rows) {
    const std::size_t width = model_.trees.n_trees() + input_.n_features();
    const std::size_t task_rows = std::clamp(kTaskNumbers / width, std::size_t{1}, kMostTaskRows);
    const auto task = [&](std::size_t number, std::uint32_t) -> core::Result<> {
      RF_TRY(context_.monitor.check());
      const std::size_t begin = number * task_rows;
      add_trees_to(rows.subspan(begin, std::min(task_rows, rows.size() - begin)));
      return {};
    };
    return context_.workers.run((rows.size() + task_rows - 1) / task_rows, task);
  }

  void add_trees_to(std::span<const core::Sample> rows) {
    const std::size_t p = input_.n_features();
    const std::size_t n_trees = model_.trees.n_trees();
    std::vector<core::TableRow> cells;
    for (const core::Sample row : rows) cells.push_back(input_.rows[number_of(row)]);
    std::vector<double> column(rows.size());
    std::vector<double> x(rows.size() * p);
    for (std::size_t j = 0; j < p; ++j) {
      input_.read(j, cells, column.data());
      for (std::size_t i = 0; i < rows.size(); ++i) x[i * p + j] = column[i];
    }
    // With as many scores as trees, each sum is one leaf value.
    std::vector<double> leaves(rows.size() * n_trees);
    model::sum_trees(model_.trees, n_trees, {x.data(), p, rows.size(), p}, leaves.data());
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t t = 0; t < n_trees; ++t)
        loss_.scores(t % loss_.n_scores())[number_of(rows[i])] +=
            leaves[i * n_trees + t] / loss_.target_scale();
  }

  const model::Boosting& model_;
  const TreeInput& input_;
  BoostingLoss& loss_;
  const params::GradientBoosting& parameters_;
  core::Context& context_;
  model::Standing standing_;
};

template <class Target>
core::Result<model::Standings> standings(const model::Boosting& model, const TreeInput& input,
                                         const Target& target, const params::GradientBoosting& parameters,
                                         std::uint64_t seed, core::Context& context) {
  RF_ASSIGN(const HeldOut rows, hold_out(target, parameters, seed));
  BoostingLoss loss(target, context);
  RF_ASSIGN(
      const core::Reservation memory,
      core::Reservation::of(context.budget, loss.n_scores() * 2 * sizeof(double) * loss.n_rows(), "scores"));
  return BoostingStand(model, input, loss, parameters, context).standings(rows);
}

}  // namespace

core::Result<model::Standings> standings_of(const model::Boosting& model, const TreeInput& input,
                                            const model::ClassTarget& target,
                                            const params::GradientBoosting& parameters, std::uint64_t seed,
                                            core::Context& context) {
  return standings(model, input, target, parameters, seed, context);
}

core::Result<model::Standings> standings_of(const model::Boosting& model, const TreeInput& input,
                                            const model::ValueTarget& target,
                                            const params::GradientBoosting& parameters, std::uint64_t seed,
                                            core::Context& context) {
  return standings(model, input, target, parameters, seed, context);
}

}  // namespace rf::trees
