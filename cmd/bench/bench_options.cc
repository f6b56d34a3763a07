#include "cmd/bench/bench_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include "cmd/bench/backend_contestants.h"
#include "cmd/bench/peer_contestants.h"
#include "common/base/near_miss.h"
#include "common/base/units.h"
#include "common/process/affinity.h"

namespace suite::bench {
namespace {

constexpr std::uint64_t kRounds = 8, kQuickRounds = 3;
constexpr std::chrono::nanoseconds kSecs = std::chrono::seconds(2);
constexpr std::chrono::nanoseconds kQuickSecs = std::chrono::seconds(1);
constexpr std::chrono::nanoseconds kQuickInAll = std::chrono::seconds(55);
constexpr std::chrono::nanoseconds kQuickInAllWithHttp = std::chrono::seconds(170);
// A round of HTTP ends after its requests; one that is this many times as slow as others is cut.
constexpr int kHttpPatience = 5;
constexpr std::chrono::nanoseconds kShortestRound = std::chrono::milliseconds(10);

std::string no_workload(std::string_view name) {
  std::vector<std::string_view> known;
  for (const BenchWorkload& workload : workloads()) known.push_back(workload.name);
  const auto near = near_miss(name, known);
  return fmt::format("there is no workload '{}'{} (all, or some of: {})", name,
                     near ? fmt::format("; did you mean '{}'?", *near) : "", fmt::join(known, ","));
}

CommandLine::Complaint apply_workloads(const std::string& list,
                                       std::optional<std::vector<BenchWorkload>>& taken) {
  if (list == "all") {
    taken.emplace(workloads().begin(), workloads().end());
    return std::nullopt;
  }
  taken.emplace();
  for (const std::string_view name : split_list(list)) {
    const BenchWorkload* found = find_workload(name);
    if (found == nullptr) return no_workload(name);
    taken->push_back(*found);
  }
  return std::nullopt;
}

CommandLine::Complaint apply_conns(const std::string& list, std::vector<std::uint64_t>& taken) {
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

CommandLine::Complaint take(std::expected<Chosen, std::string> chosen, std::optional<Chosen>& taken) {
  if (!chosen) return chosen.error();
  taken = std::move(*chosen);
  return std::nullopt;
}

// The longest round with which the plan, as it is otherwise, stays within what --quick promises.
std::chrono::nanoseconds quick_secs(Plan plan) {
  const auto rounds = plan.rounds_in_all();
  if (rounds == 0) return kQuickSecs;
  plan.secs = plan.http_limit = std::chrono::nanoseconds(0);
  const auto in_all = plan.has_http() ? kQuickInAllWithHttp : kQuickInAll;
  const auto whole =
      std::chrono::floor<std::chrono::milliseconds>((in_all - longest_duration(plan)) / rounds);
  return std::clamp<std::chrono::nanoseconds>(whole, kShortestRound, kQuickSecs);
}

std::vector<Section> make_sections(const BenchOptions& options) {
  std::vector<Section> sections;
  const auto add = [&](const BenchWorkload& workload) {
    if (workload.one_at_a_time()) {
      sections.push_back({.workload = workload, .conns = 1});
      return;
    }
    for (const std::uint64_t conns : options.conns)
      sections.push_back({.workload = workload, .conns = conns});
  };
  if (options.workloads) {
    std::ranges::for_each(*options.workloads, add);
  } else {
    std::ranges::for_each(workloads(), add);
  }
  return sections;
}

// Gives them ports of their own to begin with.
void number_ports(std::span<Contestant> contestants) {
  constexpr int kFirstPort = 3100, kPortStep = 100;
  int port = kFirstPort;
  for (Contestant& contestant : contestants) {
    contestant.first_port = port;
    port += kPortStep;
  }
}

// Backends and peers, echo first. Naming workloads measures all that can do them; --quick has no time for
// those that are in the table only.
std::vector<Contestant> all_contestants(const BenchOptions& options, const std::vector<std::string>& backends,
                                        const std::vector<std::string>& peers) {
  std::vector<Contestant> contestants = echo_contestants(backends);
  const auto add = [&contestants](std::vector<Contestant> more) {
    std::ranges::move(more, std::back_inserter(contestants));
  };
  add(peer_contestants(peers, ServerKind::kEcho, options.peers_folder));
  add(http_contestants(backends));
  add(peer_contestants(peers, ServerKind::kHttp, options.peers_folder));
  if (options.workloads) {
    for (Contestant& one : contestants) one.budget.extent = Extent::kAll;
  } else if (options.quick) {
    std::erase_if(contestants, [](const Contestant& one) { return one.budget.extent == Extent::kTable; });
  }
  return contestants;
}

// Those that some section needs.
std::vector<Contestant> make_contestants(const BenchOptions& options, const std::vector<Section>& sections,
                                         const std::vector<std::string>& backends,
                                         const std::vector<std::string>& peers) {
  std::vector<Contestant> contestants = all_contestants(options, backends, peers);
  std::erase_if(contestants, [&](const Contestant& one) {
    return std::ranges::none_of(sections,
                                [&](const Section& section) { return one.takes_part_in(section.workload); });
  });
  number_ports(contestants);
  return contestants;
}

// One processor for the load, the second, and the others for servers. With only one, nothing is pinned.
void place(Plan& plan) {
  std::vector<int> cpus = usable_cpus();
  if (cpus.size() < 2) return;
  plan.load_cpus = {cpus[1]};
  cpus.erase(cpus.begin() + 1);
  plan.server_cpus = std::move(cpus);
}

}  // namespace

void declare_bench_flags(CommandLine& line, BenchOptions& options) {
  line.custom({"-b,--backends", "LIST", "a,b or all: those usable here, the others are skipped (all)"},
              [&](const std::string& list) { return take(choose_backends(list), options.backends); });
  line.custom(
      {"--peers", "LIST",
       "a,b, installed or none: servers of other programs (installed; none with -b or --quick)"},
      [&](const std::string& list) { return take(choose_peers(list, options.peers_folder), options.peers); });
  line.custom({"--workloads", "LIST",
               fmt::format("a,b of those below, or all (all, but most of HTTP on {} only)",
                           backends_compared_by_workers())},
              [&](const std::string& list) { return apply_workloads(list, options.workloads); });
  line.custom({"-c,--conns", "LIST", "connections: a list such as 1,2,4; a section for each (100)"},
              [&](const std::string& list) { return apply_conns(list, options.conns); });
  line.count({"--rounds", "N", "how often each server is measured; a difference takes six (8)"},
             options.rounds, {.least = 1, .most = 10'000});
  line.duration(
      {"-d,--secs", "DUR", "measured time of a round of echo (2s); HTTP is cut after five times that"},
      options.secs, false);
  line.count({"--seed", "N", "random seed for the order within the rounds (1)"}, options.seed, {});
  line.toggle("--quick", "a first look: 3 rounds of at most 1s, under three minutes in all", options.quick);
  line.text({"-o", "FILE", "all rounds with their full results, as JSON"}, options.result_file);
  line.choice({"--progress", "WHEN", "auto (on a terminal), on (a line per round) or off (auto)"},
              options.progress, {"auto", "on", "off"});
  line.toggle("-q,--quiet", "leave only errors on stderr", options.quiet);
}

std::string_view usual_peers(const BenchOptions& options) {
  const bool backends_are_the_question = options.backends && options.backends->by_name;
  return options.quick || backends_are_the_question ? "none" : "installed";
}

std::optional<std::string> idle_peer(const BenchOptions& options, const Plan& plan) {
  if (!options.peers || !options.peers->by_name) return std::nullopt;
  for (const std::string& name : options.peers->running) {
    if (std::ranges::find(plan.contestants, peer_row(name), &Contestant::name) == plan.contestants.end()) {
      return name;
    }
  }
  return std::nullopt;
}

Plan make_plan(const BenchOptions& options, const std::vector<std::string>& backends,
               const std::vector<std::string>& peers) {
  Plan plan{.rounds = options.rounds.value_or(options.quick ? kQuickRounds : kRounds),
            .secs = options.secs.value_or(kSecs),
            .seed = options.seed};
  plan.sections = make_sections(options);
  plan.contestants = make_contestants(options, plan.sections, backends, peers);
  std::erase_if(plan.sections, [&](const Section& section) { return plan.contestants_of(section).empty(); });
  if (options.quick && !options.secs) plan.secs = quick_secs(plan);
  plan.http_limit = options.quick ? plan.secs : kHttpPatience * plan.secs;
  place(plan);
  return plan;
}

}  // namespace suite::bench
