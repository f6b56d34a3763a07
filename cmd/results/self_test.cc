#include "cmd/results/self_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "cmd/results/verdict.h"
#include "common/base/units.h"
#include "common/stats/summary.h"

namespace suite::results {
namespace {

void count(ClaimedOfEquals& claims, const std::optional<PairedRatio>& ratio) {
  if (!ratio || !ratio->interval) return;
  ++claims.compared;
  claims.claimed += ratio->shows_difference() ? 1 : 0;
}

std::string text_of(const ClaimedOfEquals& claims, std::string_view metric) {
  return fmt::format("in {} of {} by {}", claims.claimed == 0 ? "none" : format_count(claims.claimed),
                     format_items(claims.compared, "comparison"), metric);
}

}  // namespace

// The upper tail of the binomial distribution.
bool ClaimedOfEquals::too_many() const {
  constexpr double kByChance = kClaimedByChance, kUnlikely = 0.05;
  double fewer = 0, term = std::pow(1 - kByChance, static_cast<double>(compared));  // of exactly i claims
  for (std::size_t i = 0; i < claimed; ++i) {
    fewer += term;
    term *= kByChance / (1 - kByChance) * static_cast<double>(compared - i) / static_cast<double>(i + 1);
  }
  return claimed > 0 && 1 - fewer < kUnlikely;
}

std::optional<SelfTest> self_test_of(const BenchDocument& document) {
  SelfTest test;
  std::vector<double> seen;
  for (const BenchSection& section : document.sections) {
    if (section.level) continue;  // asked for the same rate, all have the same throughput
    for (const BenchContestant& twin : section.contestants) {
      const auto base = std::ranges::find(section.contestants, twin.twin_of, &BenchContestant::name);
      if (twin.twin_of.empty() || base == section.contestants.end()) continue;
      const auto throughput = ratio_of(twin, *base, Metric::kThroughput);
      count(test.throughput, throughput);
      count(test.server_cpu, ratio_of(twin, *base, Metric::kServerCpu));
      if (const auto smallest = throughput ? smallest_seen(*throughput) : std::nullopt)
        seen.push_back(*smallest);
    }
  }
  if (test.throughput.compared == 0) return std::nullopt;
  test.smallest_seen = median(std::move(seen));
  return test;
}

std::string sentence_of(const SelfTest& test) {
  std::string text = "compared with themselves, servers would have been called different " +
                     text_of(test.throughput, "throughput");
  if (test.server_cpu.compared > 0) text += " and " + text_of(test.server_cpu, "server CPU per request");
  text += fmt::format(" (chance alone: 5 %, about {:.2g})",
                      kClaimedByChance * static_cast<double>(test.throughput.compared));
  if (test.failed()) return text + ": more than chance, so do not believe small differences here";
  if (test.smallest_seen) {
    const double percent = *test.smallest_seen * 100;
    text += fmt::format("; differences in throughput from about {} % on are seen here",
                        percent < 9.95 ? fmt::format("{:.2g}", percent) : fmt::format("{:.0f}", percent));
  }
  return text;
}

}  // namespace suite::results
