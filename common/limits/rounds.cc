#include "common/limits/rounds.h"

#include <fmt/format.h>

namespace suite::limits {
namespace {

double nanoseconds_in(std::chrono::nanoseconds time) { return static_cast<double>(time.count()); }

void add(FigureRounds& rounds, const Sample& sample) {
  const auto operations = static_cast<double>(sample.operations);
  rounds.per_second.push_back(operations / nanoseconds_in(sample.elapsed) * 1e9);
  if (sample.server_cpu) rounds.server_cpu_ns.push_back(nanoseconds_in(*sample.server_cpu) / operations);
  if (sample.client_cpu) rounds.client_cpu_ns.push_back(nanoseconds_in(*sample.client_cpu) / operations);
}

}  // namespace

double Estimate::scatter() const {
  return interval && median > 0 ? (interval->high - interval->low) / (2 * median) : 0;
}

std::optional<Estimate> estimate_of(const std::vector<double>& samples) {
  if (samples.empty()) return std::nullopt;
  return Estimate{.median = median(samples), .interval = median_interval(samples)};
}

std::expected<std::vector<FigureRounds>, Error> measure_in_turn(std::span<const Probe> probes,
                                                                std::size_t rounds,
                                                                const std::function<bool()>& goes_on) {
  std::vector<FigureRounds> figures;
  for (const Probe& probe : probes) figures.push_back({.figure = probe.figure});
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < probes.size(); ++i) {
      if (!goes_on()) return figures;
      const auto sample = probes[i].measure();
      if (!sample) return std::unexpected(sample.error());
      if (sample->operations == 0 || sample->elapsed.count() <= 0) {
        return std::unexpected(Error{.what = fmt::format("measure {}", traits_of(probes[i].figure).name),
                                     .why = "not one was done in a round",
                                     .advice = "something else takes all of this machine"});
      }
      add(figures[i], *sample);
    }
  }
  return figures;
}

}  // namespace suite::limits
