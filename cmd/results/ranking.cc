#include "cmd/results/ranking.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "common/stats/summary.h"

namespace suite::results {
namespace {

Limit limit_of(const Limited& limited) {
  if (2 * limited.by_client > limited.rounds) return Limit::kClient;
  return 2 * limited.by_shared_cores > limited.rounds ? Limit::kSharedCores : Limit::kNotSeen;
}

Standing standing_of(const BenchContestant& one, std::size_t place) {
  std::uint64_t errors = 0;
  for (const BenchRound& round : one.rounds) errors += round.run.counts.errors.total();
  Limited limited;
  limited.count(one);
  return {.contestant = place,
          .median_rps = median_of(one, Metric::kThroughput).value_or(0),
          .errors = errors,
          .disturbed = disturbed_rounds(one),
          .uneven = is_uneven(one),
          .server_cpu_per_request = median_of(one, Metric::kServerCpu),
          .limit = limit_of(limited),
          .ratio = std::nullopt};
}

bool is_uneven(const std::vector<std::uint64_t>& requests) {
  constexpr double kMost = 1.5;  // times the mean
  if (requests.size() < 2) return false;
  const auto all = static_cast<double>(std::reduce(requests.begin(), requests.end()));
  const auto busiest = static_cast<double>(std::ranges::max(requests));
  return busiest > kMost * all / static_cast<double>(requests.size());
}

// Less is better.
double badness(const BenchContestant& one, Metric metric) {
  const auto value = median_of(one, metric);
  if (!value) return std::numeric_limits<double>::infinity();
  return more_is_better(metric) ? -*value : *value;
}

}  // namespace

std::size_t disturbed_rounds(const BenchContestant& contestant) {
  return static_cast<std::size_t>(std::ranges::count_if(
      contestant.rounds, [](const BenchRound& round) { return round.run.is_disturbed(); }));
}

bool is_uneven(const BenchContestant& contestant) {
  std::size_t told = 0, uneven = 0;
  for (const BenchRound& round : contestant.rounds) {
    told += round.worker_requests.empty() ? 0 : 1;
    uneven += is_uneven(round.worker_requests) ? 1 : 0;
  }
  return 2 * uneven > told;
}

void Limited::count(const BenchContestant& contestant) {
  for (const BenchRound& round : contestant.rounds) {
    ++rounds;
    if (round.run.limit == Limit::kClient) ++by_client;
    if (round.run.limit == Limit::kSharedCores) ++by_shared_cores;
  }
}

Metric ranking_metric(std::span<const BenchContestant* const> contestants, bool one_core) {
  Limited limited;
  for (const BenchContestant* one : contestants) limited.count(*one);
  const bool cpu_known = std::ranges::all_of(contestants, [](const BenchContestant* one) {
    return one->rounds.empty() || !values_of(*one, Metric::kServerCpu).empty();
  });
  return limited.rounds > 0 && cpu_known && (limited.mostly() || one_core) ? Metric::kServerCpu
                                                                           : Metric::kThroughput;
}

Metric ranking_metric(const BenchSection& section, bool one_core) {
  std::vector<const BenchContestant*> contestants;
  for (const BenchContestant& one : section.contestants) contestants.push_back(&one);
  return ranking_metric(contestants, one_core);
}

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
    const BenchContestant& one = contestants[standings[i].contestant];
    standings[i].ratio = ratio_of(one, best, metric);
    standings[i].cpu_ratio = ratio_of(one, best, Metric::kServerCpu);
    const auto& ratio = standings[i].ratio;
    const bool ties = ratio && ratio->interval && !ratio->shows_difference();
    standings[i].rank = ties ? 1 : i + 1;
  }
  return standings;
}

}  // namespace suite::results
