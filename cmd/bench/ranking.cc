#include "cmd/bench/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "cmd/bench/plan.h"
#include "common/base/units.h"
#include "common/stats/summary.h"

namespace suite::bench {
namespace {

using results::BenchContestant;
using results::BenchSection;

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
PairedRatio compare(const BenchContestant& one, const BenchContestant& fastest) {
  std::vector<double> samples, base;
  for (std::size_t i = 0; i < std::min(one.rounds.size(), fastest.rounds.size()); ++i) {
    samples.push_back(one.rounds[i].run.rps());
    base.push_back(fastest.rounds[i].run.rps());
  }
  return paired_ratio(samples, base);
}

std::string ratio_text(const PairedRatio& ratio) {
  if (!ratio.interval) return fmt::format("{:.3f}x (inconclusive: too few rounds)", ratio.value);
  const std::string_view verdict = !ratio.shows_difference() ? "no difference shown"
                                   : ratio.value < 1         ? "slower"
                                                             : "faster";
  return fmt::format("{:.3f}x [{:.3f}, {:.3f}] {}", ratio.value, ratio.interval->low, ratio.interval->high,
                     verdict);
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
  if (standing.ratio) line += "   " + ratio_text(*standing.ratio);
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

std::vector<Standing> rank(const BenchSection& section) {
  const auto& contestants = section.contestants;
  std::vector<Standing> standings;
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    if (!contestants[i].rounds.empty()) standings.push_back(standing_of(contestants[i], i));
  }
  std::ranges::stable_sort(standings, std::ranges::greater{}, &Standing::median_rps);
  for (std::size_t i = 1; i < standings.size(); ++i) {
    const BenchContestant& fastest = contestants[standings.front().contestant];
    standings[i].ratio = compare(contestants[standings[i].contestant], fastest);
  }
  return standings;
}

std::string ranking_text(const BenchSection& section) {
  std::string text =
      fmt::format("{}: medians, fastest first; ratios to it, with 95 % intervals\n", title_of(section));
  std::size_t place = 0;
  for (const Standing& standing : rank(section)) text += line_of(standing, ++place, section);
  for (const BenchContestant& one : section.contestants) {
    if (!one.failure) continue;
    text +=
        fmt::format("     {:<17} failed in round {}: {}\n", one.name, one.failure->round, one.failure->why);
  }
  return text;
}

}  // namespace suite::bench
