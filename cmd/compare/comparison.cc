#include "cmd/compare/comparison.h"

#include <fmt/format.h>

#include <algorithm>

namespace suite::compare {
namespace {

using results::Comparison;
using results::LoadRun;

std::vector<const LoadRun*> pointers_to(const std::vector<LoadRun>& runs) {
  std::vector<const LoadRun*> pointers;
  for (const LoadRun& run : runs) pointers.push_back(&run);
  return pointers;
}

Comparison comparison_of(const Cell& before, const Cell& after, bool paired) {
  if (!paired) return results::comparison_of(pointers_to(before.runs), pointers_to(after.runs));
  std::vector<results::RunPair> pairs;
  for (std::size_t i = 0; i < std::min(before.runs.size(), after.runs.size()); ++i) {
    pairs.push_back({.before = &before.runs[i], .after = &after.runs[i]});
  }
  return results::comparison_of(pairs);
}

ComparedCell compared(const Cell& before, const Cell& after, const Question& question) {
  ComparedCell cell{.name = before.name,
                    .runs_before = before.runs.size(),
                    .runs_after = after.runs.size(),
                    .comparison = comparison_of(before, after, question.paired)};
  const results::Metric usual = before.is_open_loop ? results::Metric::kP99 : cell.comparison.usual_metric();
  cell.judged_by = question.metric.value_or(usual);
  cell.sentence = verdict_sentence(cell.comparison, cell.judged_by);
  if (question.fail_on_regression) {
    cell.regression = regression_in(cell.comparison, cell.judged_by, *question.fail_on_regression);
  }
  return cell;
}

const Cell* find_cell(const std::vector<Cell>& cells, const std::string& name) {
  const auto found = std::ranges::find(cells, name, &Cell::name);
  return found == cells.end() ? nullptr : &*found;
}

}  // namespace

ComparedSides compare(const Side& before, const Side& after, const Question& question) {
  ComparedSides sides;
  for (const Cell& cell : before.cells) {
    if (const Cell* other = find_cell(after.cells, cell.name)) {
      sides.cells.push_back(compared(cell, *other, question));
    } else {
      sides.only_before.push_back(cell.name);
    }
  }
  for (const Cell& cell : after.cells) {
    if (find_cell(before.cells, cell.name) == nullptr) sides.only_after.push_back(cell.name);
  }
  return sides;
}

std::optional<std::string> obstacle(const ComparedSides& sides, const Question& question) {
  for (const ComparedCell& cell : sides.cells) {
    const std::string where = cell.name.empty() ? "" : cell.name + ": ";
    if (question.paired && cell.runs_before != cell.runs_after) {
      return fmt::format("{}--paired: BEFORE has {} runs and AFTER {}: they are no pairs", where,
                         cell.runs_before, cell.runs_after);
    }
    if (!question.fail_on_regression) continue;
    if (cell.comparison.pairs < kFewestPairs) {
      return fmt::format(
          "{}--fail-on-regression takes at least {} runs of either side, and there are {} and {}", where,
          kFewestPairs, cell.runs_before, cell.runs_after);
    }
    if (const auto why = why_not_comparable(cell.comparison, cell.judged_by)) {
      return fmt::format("{}--fail-on-regression: {}: measure with more --threads, or with --server-pid",
                         where, *why);
    }
    if (!cell.comparison.ratio(cell.judged_by)) {
      return fmt::format("{}--metric {}: not every run has it", where, name_of(cell.judged_by));
    }
  }
  return std::nullopt;
}

std::size_t claims_possible(const ComparedSides& sides) {
  std::size_t count = 0;
  for (const ComparedCell& cell : sides.cells) {
    count += static_cast<std::size_t>(std::ranges::count_if(
        cell.comparison.ratios, [](const auto& ratio) { return ratio && ratio->interval; }));
  }
  return count;
}

}  // namespace suite::compare
