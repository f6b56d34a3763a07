#include "cmd/bench/result.h"

#include <algorithm>

namespace suite::bench {
const RoundResult* ContestantResult::median_round() const {
  if (rounds.empty()) return nullptr;
  std::vector<const RoundResult*> sorted;
  for (const RoundResult& round : rounds) sorted.push_back(&round);
  std::ranges::stable_sort(sorted, {}, [](const RoundResult* round) { return round->run.rps(); });
  return sorted[(sorted.size() - 1) / 2];
}

bool BenchResult::any_failed() const {
  return std::ranges::any_of(sections, [](const SectionResult& section) {
    return std::ranges::any_of(section, &ContestantResult::failed);
  });
}

}  // namespace suite::bench
