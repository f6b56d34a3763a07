#include "cmd/bench/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/units.h"

namespace suite::bench {
namespace {

using std::chrono::nanoseconds;

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", format_count(count), noun, count == 1 ? "" : "s");
}

nanoseconds longest_round(const Plan& plan, const Section& section, const Budget& /*any*/) {
  return section.workload.counted() ? plan.http_limit : plan.secs;
}

nanoseconds usual_round(const Plan& plan, const Section& section, const Budget& budget) {
  if (!section.workload.counted()) return plan.secs;
  const auto& http = section.workload.http;
  const auto count = static_cast<double>(requests_of(*http, budget));
  const auto rps = static_cast<double>(budget.pace == Pace::kSlow ? http->usual_slow_rps : http->usual_rps);
  return std::min(plan.http_limit, duration_cast<nanoseconds>(std::chrono::duration<double>(count / rps)));
}

using RoundLength = nanoseconds(const Plan&, const Section&, const Budget&);

nanoseconds with_overhead(const Plan& plan, RoundLength* round, const Section& section,
                          const Contestant& contestant) {
  const Budget& budget = contestant.budget;
  return round(plan, section, budget) + plan.warmup + budget.overhead;
}

nanoseconds sum_of_rounds(const Plan& plan, RoundLength* round) {
  nanoseconds sum{};
  for (const Section& section : plan.sections) {
    for (const std::size_t place : plan.contestants_of(section)) {
      sum += with_overhead(plan, round, section, plan.contestants[place]) * plan.rounds;
    }
  }
  return sum;
}

}  // namespace

std::string Section::title() const {
  if (workload.one_at_a_time()) return workload.title;
  std::string text = fmt::format("{}, {}", workload.title, counted(conns, "connection"));
  if (!workload.http) text += fmt::format(", {} in flight on each", counted(workload.depth, "request"));
  return text;
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
    if (contestants[i].takes_part_in(section.workload)) places.push_back(i);
  }
  return places;
}

std::uint64_t Plan::rounds_in_all() const {
  std::uint64_t sum = 0;
  for (const Section& section : sections) sum += contestants_of(section).size() * rounds;
  return sum;
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
