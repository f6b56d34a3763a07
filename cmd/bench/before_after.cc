#include "cmd/bench/before_after.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/base/units.h"

namespace suite::bench {
namespace {

using results::BenchContestant;
using results::BenchSection;

const BenchContestant* find(const BenchSection& section, std::string_view name) {
  const auto found = std::ranges::find(section.contestants, name, &BenchContestant::name);
  return found == section.contestants.end() ? nullptr : &*found;
}

// "before failed in round 1 (it died); after did 12,345 req/s, the median of 6 rounds".
std::string failures_text(const BenchContestant& before, const BenchContestant& after) {
  std::string text;
  for (const BenchContestant* one : {&before, &after}) {
    if (!one->failure && one->rounds.empty()) continue;
    if (!text.empty()) text += "; ";
    if (one->failure) {
      text += fmt::format("{} failed in round {} ({})", one->name, one->failure->round, one->failure->why);
    } else {
      const double rps = results::median_of(*one, results::Metric::kThroughput).value_or(0);
      text += fmt::format("{} did {} req/s, the median of {}", one->name, format_rate(std::round(rps)),
                          format_items(one->rounds.size(), "round"));
    }
  }
  return text;
}

// Fewer rounds than that take no verdict: then who failed is what there is to say.
std::string sentence_of(const results::Comparison& comparison, results::Metric metric,
                        const BenchContestant& before, const BenchContestant& after) {
  std::string verdict = results::verdict_sentence(comparison, metric);
  if (!before.failure && !after.failure) return verdict;
  const std::string failures = failures_text(before, after);
  return comparison.pairs < kFewestPairs ? "no verdict: " + failures
                                         : fmt::format("{}, from the {} before a failure: {}", verdict,
                                                       format_items(comparison.pairs, "round"), failures);
}

VersionVerdict judge(const BenchContestant& before, const BenchContestant& after, const VersionGate& gate) {
  const results::Comparison comparison = results::comparison_of(results::pairs_of(before, after));
  const results::Metric metric = gate.metric.value_or(comparison.usual_metric());
  VersionVerdict verdict{
      .sentence = sentence_of(comparison, metric, before, after), .regression = {}, .unjudged = {}};
  if (!gate.percent) return verdict;
  verdict.unjudged = results::why_not_comparable(comparison, metric);
  if (!verdict.unjudged) verdict.regression = results::regression_in(comparison, metric, *gate.percent);
  return verdict;
}

}  // namespace

std::vector<VersionVerdict> judge_versions(const results::BenchDocument& document, const VersionGate& gate) {
  std::vector<VersionVerdict> verdicts;
  for (const BenchSection& section : document.sections) {
    const BenchContestant *before = find(section, "before"), *after = find(section, "after");
    if (before == nullptr || after == nullptr) continue;
    verdicts.push_back(judge(*before, *after, gate));
    if (document.sections.size() == 1) continue;
    verdicts.back().sentence = fmt::format("{}: {}", results::cell_name(section), verdicts.back().sentence);
  }
  return verdicts;
}

}  // namespace suite::bench
