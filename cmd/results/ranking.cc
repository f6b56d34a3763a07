#include "cmd/results/ranking.h"

#include <algorithm>
#include <limits>

#include "common/stats/summary.h"

namespace suite::results {
namespace {

std::optional<double> median_of(const BenchContestant& one, Metric metric) {
  std::vector<double> values = values_of(one, metric);
  if (values.empty()) return std::nullopt;
  return median(std::move(values));
}

Standing standing_of(const BenchContestant& one, std::size_t place) {
  std::uint64_t errors = 0;
  std::size_t client_bound = 0;
  for (const BenchRound& round : one.rounds) {
    errors += round.run.counts.errors.total();
    client_bound += client_was_limit(round.run) ? 1 : 0;
  }
  return {.contestant = place,
          .median_rps = median_of(one, Metric::kThroughput).value_or(0),
          .errors = errors,
          .server_cpu_per_request = median_of(one, Metric::kServerCpu),
          .client_bound = 2 * client_bound > one.rounds.size(),
          .ratio = std::nullopt};
}

// Less is better.
double badness(const BenchContestant& one, Metric metric) {
  const auto value = median_of(one, metric);
  if (!value) return std::numeric_limits<double>::infinity();
  return more_is_better(metric) ? -*value : *value;
}

}  // namespace

std::vector<Standing> rank(const BenchSection& section, Metric metric) {
  const auto& contestants = section.contestants;
  std::vector<Standing> standings;
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    if (!contestants[i].rounds.empty()) standings.push_back(standing_of(contestants[i], i));
  }
  std::ranges::stable_sort(standings, std::ranges::greater{}, &Standing::median_rps);
  if (metric != Metric::kThroughput) {
    std::ranges::stable_sort(
        standings, {}, [&](const Standing& one) { return badness(contestants[one.contestant], metric); });
  }
  for (std::size_t i = 1; i < standings.size(); ++i) {
    const BenchContestant& best = contestants[standings.front().contestant];
    standings[i].ratio = ratio_of(contestants[standings[i].contestant], best, metric);
  }
  return standings;
}

}  // namespace suite::results
