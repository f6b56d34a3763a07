#include "cmd/bench/before_after.h"

#include <fmt/format.h>

#include <algorithm>

namespace suite::bench {
namespace {

using results::BenchContestant;
using results::BenchSection;

const BenchContestant* find(const BenchSection& section, std::string_view name) {
  const auto found = std::ranges::find(section.contestants, name, &BenchContestant::name);
  return found == section.contestants.end() ? nullptr : &*found;
}

VersionVerdict judge(const BenchContestant& before, const BenchContestant& after, const VersionGate& gate) {
  const results::Comparison comparison = results::comparison_of(results::pairs_of(before, after));
  const results::Metric metric = gate.metric.value_or(comparison.usual_metric());
  VersionVerdict verdict{.sentence = results::verdict_sentence(comparison, metric), .regression = {}};
  if (gate.percent) verdict.regression = results::regression_in(comparison, metric, *gate.percent);
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
