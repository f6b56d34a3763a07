#include "cmd/bench/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "cmd/bench/sweep.h"
#include "cmd/results/bench_document.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

using std::chrono::nanoseconds;

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", format_count(count), noun, count == 1 ? "" : "s");
}

nanoseconds longest_round(const Plan& plan, const Section& section, const Budget& /*any*/) {
  return section.workload.counted() ? plan.http_limit : plan.secs_of(section);
}

nanoseconds usual_round(const Plan& plan, const Section& section, const Budget& budget) {
  if (!section.workload.counted()) return plan.secs_of(section);
  const auto& http = section.workload.http;
  const auto count = static_cast<double>(requests_of(*http, budget));
  const auto rps = static_cast<double>(budget.pace == Pace::kSlow ? http->usual_slow_rps : http->usual_rps);
  return std::min(plan.http_limit, duration_cast<nanoseconds>(std::chrono::duration<double>(count / rps)));
}

using RoundLength = nanoseconds(const Plan&, const Section&, const Budget&);

// A thousand connections are part of a contestant's overhead; more take this much each.
nanoseconds connecting(const Section& section) {
  constexpr std::uint64_t kIncluded = 1000;
  constexpr std::chrono::microseconds kEach{50};
  return kEach * (section.conns - std::min(section.conns, kIncluded));
}

nanoseconds with_overhead(const Plan& plan, RoundLength* round, const Section& section,
                          const Contestant& contestant) {
  const Budget& budget = contestant.budget;
  return round(plan, section, budget) + plan.warmup + budget.overhead + connecting(section);
}

nanoseconds sum_of_rounds(const Plan& plan, RoundLength* round) {
  nanoseconds sum{};
  for (const Section& section : plan.sections) {
    for (const std::size_t place : plan.contestants_of(section)) {
      sum += with_overhead(plan, round, section, plan.contestants[place]) * plan.rounds_of(section);
    }
  }
  return sum;
}

}  // namespace

bool Section::takes(const Contestant& contestant) const {
  if (is_usual_sweep) return contestant.compared_by_connections && contestant.can_do(workload);
  return contestant.takes_part_in(workload) && (workers == 0 || takes_workers(contestant));
}

std::string Section::title() const {
  if (workload.one_at_a_time()) return workload.title;
  std::string text = fmt::format("{}, {}", workload.title, counted(conns, "connection"));
  if (!workload.http || workload.depth > 1) {
    text += fmt::format(", {} in flight on each", counted(workload.depth, "request"));
  }
  if (!workload.http && workload.size > 0) {
    text += fmt::format(", messages of {}", counted(workload.size, "byte"));
  }
  if (workers > 0) text += ", " + counted(workers, "worker");
  if (level) text += ", " + results::level_text(*level);
  return text;
}

std::string Section::name() const {
  return results::cell_name({.workload = workload.name, .conns = conns, .point = point, .level = level});
}

std::string Section::short_point() const {
  if (level && level->share) return fmt::format("{:.4g}%", *level->share * 100);
  if (level) return format_rate(*level->rate) + "/s";
  if (point) return fmt::format("{}{}", name_of(point->axis).front(), point->value);
  return fmt::format("c{}", conns);
}

bool Plan::has_http() const {
  return std::ranges::find(sections, ServerKind::kHttp, &Section::kind) != sections.end();
}

bool Plan::has_counted() const {
  return std::ranges::any_of(sections, [](const Section& section) { return section.workload.counted(); });
}

std::vector<std::size_t> Plan::contestants_of(const Section& section) const {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    if (section.takes(contestants[i])) places.push_back(i);
  }
  return places;
}

std::uint64_t Plan::rounds_in_all() const {
  std::uint64_t sum = 0;
  for (const Section& section : sections) sum += contestants_of(section).size() * rounds_of(section);
  return sum;
}

Contestant Plan::contestant_in(const Section& section, std::size_t place) const {
  Contestant one = contestants[place];
  if (!takes_workers(one)) return one;
  one.workers = section.workers > 0 ? section.workers : std::max(one.workers, section.at_least);
  return one;
}

std::vector<std::uint64_t> Plan::page_sizes() const {
  std::vector<std::uint64_t> sizes;
  for (const Section& section : sections) {
    const std::uint64_t size = section.workload.http ? section.workload.size : 0;
    if (size > 0 && std::ranges::find(sizes, size) == sizes.end()) sizes.push_back(size);
  }
  return sizes;
}

std::uint64_t requests_of(const HttpRequests& http, const Budget& budget) {
  return std::min(http.count, budget.most_requests);
}

nanoseconds estimated_round(const Plan& plan, const Section& section, const Contestant& contestant) {
  return with_overhead(plan, usual_round, section, contestant);
}

nanoseconds estimated_duration(const Plan& plan) { return sum_of_rounds(plan, usual_round); }

nanoseconds longest_duration(const Plan& plan) { return sum_of_rounds(plan, longest_round); }

}  // namespace suite::bench
