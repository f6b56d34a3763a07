#include "cmd/results/share.h"

namespace suite::results {

std::optional<double> share_of_limit(const std::optional<MachineLimits>& limits, const BenchSection& section,
                                     const BenchContestant& contestant, Metric metric) {
  const limits::FigureRounds* const rounds =
      limits && section.ceiling && !section.level ? limits->find(*section.ceiling) : nullptr;
  const auto median = median_of(contestant, metric);
  if (rounds == nullptr || !median || *median <= 0) return std::nullopt;
  // A file may have figures without rounds, or with zeros.
  const auto rate = limits::estimate_of(rounds->per_second), cpu = limits::estimate_of(rounds->server_cpu_ns);
  if (metric == Metric::kThroughput && contestant.workers == 1 && rate && rate->median > 0) {
    return *median / rate->median;
  }
  if (metric != Metric::kServerCpu || !cpu) return std::nullopt;
  return cpu->median / 1e9 / *median;
}

}  // namespace suite::results
