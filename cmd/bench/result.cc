#include "cmd/bench/result.h"

#include <algorithm>
#include <utility>

#include "common/stats/summary.h"

namespace suite::bench {

results::BenchRound record_of(RoundResult result) {
  return {.round = result.round,
          .run = std::move(result.run),
          .discarded = result.discarded,
          .worker_requests = std::move(result.worker_requests)};
}

RoundResult calmer_of(RoundResult first, RoundResult second) {
  const auto lost_in = [](const RoundResult& one) {
    const auto& disturbance = one.run.disturbance;
    const auto lost = disturbance ? disturbance->total() : std::chrono::nanoseconds(0);
    return static_cast<double>(lost.count()) / std::max(one.run.seconds(), 1e-9);
  };
  if (lost_in(first) < lost_in(second)) std::swap(first, second);
  second.discarded = {.rps = first.run.rps(), .disturbance = first.run.disturbance.value_or(Disturbance{})};
  return second;
}

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
