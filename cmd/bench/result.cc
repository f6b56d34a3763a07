#include "cmd/bench/result.h"

#include <algorithm>
#include <utility>

#include "common/stats/summary.h"

namespace suite::bench {
const RoundResult* ContestantResult::median_round() const {
  if (rounds.empty()) return nullptr;
  std::vector<const RoundResult*> sorted;
  for (const RoundResult& round : rounds) sorted.push_back(&round);
  std::ranges::stable_sort(sorted, {}, [](const RoundResult* round) { return round->run.rps(); });
  return sorted[(sorted.size() - 1) / 2];
}

std::optional<double> ContestantResult::median_rps() const {
  if (rounds.empty()) return std::nullopt;
  std::vector<double> values;
  for (const RoundResult& round : rounds) values.push_back(round.run.rps());
  return median(std::move(values));
}

bool BenchResult::any_failed() const {
  return std::ranges::any_of(sections, [](const SectionResult& section) {
    return std::ranges::any_of(section, &ContestantResult::failed);
  });
}

}  // namespace suite::bench
