#include "cmd/bench/bench_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/base/near_miss.h"
#include "common/base/units.h"
#include "common/process/affinity.h"

namespace suite {
namespace {

constexpr std::uint64_t kRounds = 5, kQuickRounds = 3;
constexpr std::chrono::nanoseconds kSecs = std::chrono::seconds(2);
constexpr std::chrono::nanoseconds kQuickSecs = std::chrono::seconds(1);
constexpr std::chrono::nanoseconds kQuickInAll = std::chrono::seconds(55);
constexpr std::chrono::nanoseconds kShortestRound = std::chrono::milliseconds(10);

CommandLine::Complaint take_workloads(const std::string& list, std::vector<Workload>& taken) {
  if (list == "all") return std::nullopt;
  taken.clear();
  std::vector<std::string_view> known;
  for (const Workload& workload : workloads()) known.push_back(workload.name);
  for (const std::string_view name : split_list(list)) {
    const auto found = std::ranges::find(workloads(), name, &Workload::name);
    if (found == workloads().end()) {
      const auto near = near_miss(name, known);
      return fmt::format("there is no workload '{}'{} (all, or some of: {})", name,
                         near ? fmt::format("; did you mean '{}'?", *near) : "", fmt::join(known, ","));
    }
    taken.push_back(*found);
  }
  return std::nullopt;
}

CommandLine::Complaint take_conns(const std::string& list, std::vector<std::uint64_t>& taken) {
  constexpr std::uint64_t kMost = 1'000'000;
  taken.clear();
  for (const std::string_view entry : split_list(list)) {
    const auto count = parse_count(entry);
    if (!count) return count.error();
    if (*count == 0 || *count > kMost) {
      return fmt::format("'{}' is out of range; 1 to {} are accepted", entry, format_count(kMost));
    }
    taken.push_back(*count);
  }
  return std::nullopt;
}

CommandLine::Complaint take_backends(const std::string& list, std::optional<Contestants>& taken) {
  auto chosen = choose_backends(list);
  if (!chosen) return chosen.error();
  taken = std::move(*chosen);
  return std::nullopt;
}

// The longest round with which the plan, as it is otherwise, stays under a minute.
std::chrono::nanoseconds quick_secs(Plan plan) {
  plan.secs = std::chrono::nanoseconds(0);
  const auto rounds = plan.sections.size() * plan.contestants.size() * plan.rounds;
  if (rounds == 0) return kQuickSecs;
  const auto left = (kQuickInAll - estimated_duration(plan)) / rounds;
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(left);
  return std::clamp<std::chrono::nanoseconds>(whole, kShortestRound, kQuickSecs);
}

}  // namespace

void declare_bench_flags(CommandLine& line, BenchOptions& options) {
  line.custom({"-b,--backends", "LIST", "a,b or all: those usable here, the others are skipped (all)"},
              [&](const std::string& list) { return take_backends(list, options.contestants); });
  line.custom({"--workloads", "LIST", "all, or some of: echo-d1,echo-d16 (all)"},
              [&](const std::string& list) { return take_workloads(list, options.workloads); });
  line.custom({"-c,--conns", "LIST", "connections: 1,2,4 makes a section of each (100)"},
              [&](const std::string& list) { return take_conns(list, options.conns); });
  line.count({"--rounds", "N", "how often each server is measured (5)"}, options.rounds,
             {.least = 1, .most = 10'000});
  line.duration({"-d,--secs", "DUR", "measured time of a round (2s)"}, options.secs, false);
  line.count({"--seed", "N", "of the order within the rounds, and of the intervals (1)"}, options.seed, {});
  line.toggle("--quick", "a first look: 3 rounds of 1s, under a minute in all", options.quick);
  line.text({"-o", "FILE", "all rounds with their full results, as JSON"}, options.result_file);
  line.choice({"--progress", "WHEN", "auto (on a terminal), on (a line per round) or off (auto)"},
              options.progress, {"auto", "on", "off"});
  line.toggle("-q,--quiet", "leave only errors on stderr", options.quiet);
}

Plan make_plan(const BenchOptions& options, std::vector<Contestant> contestants) {
  Plan plan{.contestants = std::move(contestants),
            .rounds = options.rounds.value_or(options.quick ? kQuickRounds : kRounds),
            .secs = options.secs.value_or(kSecs),
            .seed = options.seed};
  for (const Workload& workload : options.workloads) {
    for (const std::uint64_t conns : options.conns) {
      plan.sections.push_back({.workload = workload, .conns = conns});
    }
  }
  if (options.quick && !options.secs) plan.secs = quick_secs(plan);
  if (const std::vector<int> cpus = usable_cpus(); cpus.size() > 1) {
    plan.server_cpus = {cpus[0]};
    plan.load_cpus = {cpus[1]};
  }
  return plan;
}

}  // namespace suite
