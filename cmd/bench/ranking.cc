#include "cmd/bench/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "common/base/units.h"

namespace suite::bench {
namespace {

// Below this, the least to the greatest ratio is no 95 % interval, even where all rounds agree.
constexpr std::size_t kRoundsForAVerdict = 5;

std::optional<double> server_cpu_per_request(const ContestantResult& result) {
  std::vector<double> samples;
  for (const RoundResult& round : result.rounds) {
    if (!round.server_cpu_seconds) return std::nullopt;
    samples.push_back(*round.server_cpu_seconds / static_cast<double>(round.completed));
  }
  return median(samples);
}

Standing standing_of(const ContestantResult& result, std::size_t contestant) {
  std::vector<double> rps;
  std::uint64_t errors = 0;
  for (const RoundResult& round : result.rounds) {
    rps.push_back(round.rps);
    errors += round.errors;
  }
  return {.contestant = contestant,
          .median_rps = median(rps),
          .errors = errors,
          .server_cpu_per_request = server_cpu_per_request(result),
          .ratio = std::nullopt};
}

// A contestant is left out after its first failure, so the rounds that two have in common are the first ones.
void compare(Standing& standing, const ContestantResult& result, const ContestantResult& fastest,
             std::uint64_t seed) {
  standing.rounds_compared = std::min(result.rounds.size(), fastest.rounds.size());
  std::vector<double> samples, base;
  for (std::size_t i = 0; i < standing.rounds_compared; ++i) {
    samples.push_back(result.rounds[i].rps);
    base.push_back(fastest.rounds[i].rps);
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

std::string line_of(const Standing& standing, std::size_t place, const Plan& plan) {
  const auto rps = static_cast<std::uint64_t>(std::llround(standing.median_rps));
  std::string line = fmt::format("{:>3}. {:<17} {:>12} req/s   server {:>7} per request   errors: {}", place,
                                 plan.contestants[standing.contestant].name, format_count(rps),
                                 cpu_text(standing.server_cpu_per_request), standing.errors);
  if (standing.ratio) {
    const auto& [value, interval] = *standing.ratio;
    line += fmt::format("   {:.3f}x [{:.3f}, {:.3f}] {}", value, interval.low, interval.high,
                        verdict(*standing.ratio, standing.rounds_compared));
  }
  return line + "\n";
}

}  // namespace

std::vector<Standing> rank(const SectionResult& result, std::uint64_t seed) {
  std::vector<Standing> standings;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (!result[i].rounds.empty()) standings.push_back(standing_of(result[i], i));
  }
  std::ranges::stable_sort(standings, std::ranges::greater{}, &Standing::median_rps);
  for (std::size_t i = 1; i < standings.size(); ++i) {
    compare(standings[i], result[standings[i].contestant], result[standings.front().contestant], seed);
  }
  return standings;
}

std::string ranking_text(const Plan& plan, const Section& section, const SectionResult& result) {
  std::string text =
      fmt::format("{}: medians, fastest first; ratios to it, with 95 % intervals\n", section.title());
  std::size_t place = 0;
  for (const Standing& standing : rank(result, plan.seed)) text += line_of(standing, ++place, plan);
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (!result[i].failed()) continue;
    text += fmt::format("     {:<17} failed in round {}: {}\n", plan.contestants[i].name,
                        result[i].failed_round, result[i].failure);
  }
  return text;
}

}  // namespace suite::bench
