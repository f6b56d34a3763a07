#include "cmd/results/load_levels.h"

#include <algorithm>
#include <utility>

#include "cmd/results/measures.h"
#include "common/stats/summary.h"

namespace suite::results {
namespace {

std::optional<double> asked_of(const BenchContestant& one) {
  if (one.rounds.empty() || !one.rounds.front().run.rate) return std::nullopt;
  return one.rounds.front().run.rate->asked;
}

LevelFigures figures_of(const BenchContestant& one, const LoadLevel& level) {
  return {.level = level,
          .asked = asked_of(one),
          .p50 = median_of(one, Metric::kP50),
          .p99 = median_of(one, Metric::kP99),
          .p999 = median_of(one, Metric::kP999)};
}

bool same_workload(const BenchSection& one, const BenchSection& other) {
  return one.workload == other.workload && one.conns == other.conns && one.depth == other.depth &&
         one.size == other.size;
}

void add(LoadedContestant& loaded, const BenchContestant& one, const std::optional<LoadLevel>& level) {
  if (one.failure) loaded.stopped = one.failure->why;
  if (one.rounds.empty()) return;
  if (level) {
    loaded.levels.push_back(figures_of(one, *level));
  } else {
    loaded.maximum = median_of(one, Metric::kThroughput);
  }
}

// Shares alone: one rate for all may lie anywhere between them.
std::optional<std::size_t> knee_in(const std::vector<LevelFigures>& levels) {
  std::vector<std::optional<double>> p99;
  for (const LevelFigures& one : levels) {
    if (one.level.share) p99.push_back(one.p99);
  }
  return knee_of(p99);
}

// `first` is the closed loop, or the first load where the document lacks that.
LoadedWorkload workload_of(std::span<const BenchSection> sections, const BenchSection& first) {
  LoadedWorkload workload{
      .name = cell_name({.workload = first.workload, .conns = first.conns, .contestants = {}}),
      .contestants = {}};
  for (const BenchContestant& one : first.contestants) {
    LoadedContestant& loaded = workload.contestants.emplace_back();
    loaded.name = one.name;
    for (const BenchSection& section : sections) {
      if (section.point || !same_workload(section, first)) continue;
      const auto found = std::ranges::find(section.contestants, one.name, &BenchContestant::name);
      if (found != section.contestants.end()) add(loaded, *found, section.level);
    }
    loaded.knee = knee_in(loaded.levels);
  }
  return workload;
}

}  // namespace

std::optional<std::size_t> knee_of(std::span<const std::optional<double>> p99) {
  constexpr double kGrown = 2;
  if (p99.empty() || !p99.front()) return std::nullopt;
  for (std::size_t i = 1; i < p99.size(); ++i) {
    if (p99[i] && *p99[i] > kGrown * *p99.front()) return i;
  }
  return std::nullopt;
}

std::vector<LoadedWorkload> loaded_workloads(std::span<const BenchSection> sections) {
  std::vector<LoadedWorkload> workloads;
  std::vector<const BenchSection*> done;
  for (const BenchSection& section : sections) {
    if (!section.level) continue;
    const bool known =
        std::ranges::any_of(done, [&](const BenchSection* one) { return same_workload(*one, section); });
    if (known) continue;
    done.push_back(&section);
    workloads.push_back(workload_of(sections, section));
  }
  return workloads;
}

}  // namespace suite::results
