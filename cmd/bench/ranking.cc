#include "cmd/bench/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "cmd/bench/plan.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

using results::BenchContestant;
using results::BenchSection;

// Below this, the least to the greatest ratio is no 95 % interval, even where all rounds agree.
constexpr std::size_t kRoundsForAVerdict = 5;

std::optional<double> server_cpu_per_request(const BenchContestant& one) {
  std::vector<double> samples;
  for (const auto& [number, run] : one.rounds) {
    if (!run.server_cpu) return std::nullopt;
    const std::chrono::duration<double> cpu = *run.server_cpu;
    samples.push_back(cpu.count() / static_cast<double>(run.counts.completed));
  }
  return median(samples);
}

Standing standing_of(const BenchContestant& one, std::size_t place) {
  std::vector<double> rps;
  std::uint64_t errors = 0;
  for (const auto& [number, run] : one.rounds) {
    rps.push_back(run.rps());
    errors += run.counts.errors.total();
  }
  return {.contestant = place,
          .median_rps = median(rps),
          .errors = errors,
          .server_cpu_per_request = server_cpu_per_request(one),
          .ratio = std::nullopt};
}

// A contestant is left out after its first failure, so the rounds that two have in common are the first ones.
void compare(Standing& standing, const BenchContestant& one, const BenchContestant& fastest,
             std::uint64_t seed) {
  standing.rounds_compared = std::min(one.rounds.size(), fastest.rounds.size());
  std::vector<double> samples, base;
  for (std::size_t i = 0; i < standing.rounds_compared; ++i) {
    samples.push_back(one.rounds[i].run.rps());
    base.push_back(fastest.rounds[i].run.rps());
  }
  standing.ratio = estimate_paired_ratio(samples, base, seed);
}

std::string verdict(const Estimate& ratio, std::size_t rounds) {
  if (ratio.interval.contains(1)) return "no difference shown";
  if (rounds < kRoundsForAVerdict) return fmt::format("a hint only, from so few rounds ({})", rounds);
  return ratio.value < 1 ? "slower" : "faster";
}

std::string cpu_text(const std::optional<double>& seconds) {
  if (!seconds) return "-";
  return format_duration(std::chrono::nanoseconds(std::llround(*seconds * 1e9)));
}

std::string line_of(const Standing& standing, std::size_t place, const BenchSection& section) {
  const auto rps = static_cast<std::uint64_t>(std::llround(standing.median_rps));
  std::string line = fmt::format("{:>3}. {:<17} {:>12} req/s   server {:>7} per request   errors: {}", place,
                                 section.contestants[standing.contestant].name, format_count(rps),
                                 cpu_text(standing.server_cpu_per_request), standing.errors);
  if (standing.ratio) {
    const auto& [value, interval] = *standing.ratio;
    line += fmt::format("   {:.3f}x [{:.3f}, {:.3f}] {}", value, interval.low, interval.high,
                        verdict(*standing.ratio, standing.rounds_compared));
  }
  return line + "\n";
}

// A file may be of a version that had other workloads.
std::string title_of(const BenchSection& section) {
  if (const BenchWorkload* workload = find_workload(section.workload)) {
    return Section{.workload = *workload, .conns = section.conns}.title();
  }
  return fmt::format("{}, {}", section.workload, format_items(section.conns, "connection"));
}

}  // namespace

std::vector<Standing> rank(const BenchSection& section, std::uint64_t seed) {
  const auto& contestants = section.contestants;
  std::vector<Standing> standings;
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    if (!contestants[i].rounds.empty()) standings.push_back(standing_of(contestants[i], i));
  }
  std::ranges::stable_sort(standings, std::ranges::greater{}, &Standing::median_rps);
  for (std::size_t i = 1; i < standings.size(); ++i) {
    compare(standings[i], contestants[standings[i].contestant], contestants[standings.front().contestant],
            seed);
  }
  return standings;
}

std::string ranking_text(const BenchSection& section, std::uint64_t seed) {
  std::string text =
      fmt::format("{}: medians, fastest first; ratios to it, with 95 % intervals\n", title_of(section));
  std::size_t place = 0;
  for (const Standing& standing : rank(section, seed)) text += line_of(standing, ++place, section);
  for (const BenchContestant& one : section.contestants) {
    if (!one.failure) continue;
    text +=
        fmt::format("     {:<17} failed in round {}: {}\n", one.name, one.failure->round, one.failure->why);
  }
  return text;
}

}  // namespace suite::bench
