// The table of bench's flags is most of this file: a row each.
#include "cmd/bench/bench_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include "client/capacity.h"
#include "cmd/bench/backend_contestants.h"
#include "cmd/bench/peer_contestants.h"
#include "cmd/bench/sections.h"
#include "cmd/bench/sweep_list.h"
#include "cmd/cli/text_lines.h"
#include "common/base/near_miss.h"
#include "common/base/units.h"
#include "common/process/affinity.h"

namespace suite::bench {
namespace {

constexpr std::uint64_t kRounds = 10, kQuickRounds = 3;
// Many start slower than ours and the peers do.
constexpr std::chrono::seconds kOwnReadyTime{30};
constexpr std::chrono::nanoseconds kSecs = std::chrono::seconds(2);
// Of everything: with all peers it has to stay under three quarters of an hour.
constexpr std::chrono::nanoseconds kWholeSecs = std::chrono::seconds(1);
constexpr std::chrono::nanoseconds kQuickSecs = std::chrono::seconds(1);
constexpr std::chrono::nanoseconds kQuickInAll = std::chrono::seconds(55);
constexpr std::chrono::nanoseconds kQuickInAllWithHttp = std::chrono::seconds(170);
// A round of HTTP ends after its requests; one that is this many times as slow as others is cut.
constexpr int kHttpPatience = 5;
constexpr std::uint64_t kMostPageSize = std::uint64_t{64} << 20;
constexpr std::chrono::nanoseconds kShortestRound = std::chrono::milliseconds(10);

std::string no_workload(std::string_view name) {
  std::vector<std::string_view> known;
  for (const BenchWorkload& workload : workloads()) known.push_back(workload.name);
  const auto near = near_miss(name, known);
  return fmt::format("there is no workload '{}'{} (all, or some of: {})", name,
                     near ? fmt::format("; did you mean '{}'?", *near) : "", fmt::join(known, ","));
}

std::expected<std::vector<BenchWorkload>, std::string> read_workloads(const std::string& list) {
  if (list == "all") return std::vector<BenchWorkload>(workloads().begin(), workloads().end());
  std::vector<BenchWorkload> chosen;
  for (const std::string_view name : split_list(list)) {
    const BenchWorkload* found = find_workload(name);
    if (found == nullptr) return std::unexpected(no_workload(name));
    chosen.push_back(*found);
  }
  return chosen;
}

template <ParseNumber* parse>
auto list_within(std::uint64_t most) {
  return [most](const std::string& list) { return read_sweep_list(list, parse, {.least = 1, .most = most}); };
}

// "50%,80%" or "50,80", as shares.
std::expected<std::vector<double>, std::string> read_shares(const std::string& list) {
  constexpr double kMost = 200;
  std::vector<double> shares;
  for (const std::string_view entry : split_list(list)) {
    std::optional<double> percent;
    if (const auto complaint = values::percent(percent).take(std::string(entry)))
      return std::unexpected(*complaint);
    if (*percent <= 0 || *percent > kMost) {
      return std::unexpected(
          fmt::format("'{}' is out of range; more than 0 to {:.0f} % are accepted", entry, kMost));
    }
    if (!shares.empty() && *percent / 100 <= shares.back()) {
      return std::unexpected(fmt::format("'{}': each share has to be larger than the one before", entry));
    }
    shares.push_back(*percent / 100);
  }
  if (shares.size() > kMostPoints) return std::unexpected(fmt::format("there are more than {}", kMostPoints));
  return shares;
}

std::expected<std::optional<double>, std::string> read_rate(const std::string& text) {
  const auto rate = parse_rate(text);
  if (!rate) return std::unexpected(rate.error());
  return *rate;
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

// Gives them ports of their own to begin with.
void number_ports(std::span<Contestant> contestants) {
  constexpr int kFirstPort = 3100, kPortStep = 100;
  int port = kFirstPort;
  for (Contestant& contestant : contestants) {
    contestant.first_port = port;
    port += kPortStep;
  }
}

// The user's own, backends and peers, echo first. Naming workloads, or servers, measures all that can do
// them;
// --quick has no time for those that are in the table only.
std::vector<Contestant> all_contestants(const BenchOptions& options, std::size_t own_workers, WorkerRows rows,
                                        const std::vector<std::string>& backends,
                                        const std::vector<std::string>& peers) {
  std::vector<Contestant> contestants =
      own_contestants(options.own.servers, {.ready_path = options.own.ready_path, .workers = own_workers});
  const auto add = [&contestants](std::vector<Contestant> more) {
    std::ranges::move(more, std::back_inserter(contestants));
  };
  add(echo_contestants(backends, rows));
  add(peer_contestants(peers, ServerKind::kEcho, options.peers_folder));
  add(http_contestants(backends, rows));
  add(peer_contestants(peers, ServerKind::kHttp, options.peers_folder));
  if (options.workloads || !options.own.empty()) {
    for (Contestant& one : contestants) one.budget.extent = Extent::kAll;
  } else if (options.quick) {
    std::erase_if(contestants, [](const Contestant& one) { return one.budget.extent == Extent::kTable; });
  }
  return contestants;
}

// Of a self-test: every contestant once more, as another one.
void add_twins(std::vector<Contestant>& contestants) {
  std::vector<Contestant> twins = contestants;
  for (Contestant& twin : twins) {
    twin.twin_of = twin.name;
    twin.name += "-again";
  }
  std::ranges::move(twins, std::back_inserter(contestants));
}

// Those that some section needs.
std::vector<Contestant> make_contestants(const BenchOptions& options, const Plan& plan,
                                         const std::vector<std::string>& backends,
                                         const std::vector<std::string>& peers) {
  const std::size_t own_workers = std::max<std::size_t>(plan.server_cpus.size(), 1);
  const WorkerRows rows =
      has_workers_as_asked(options, plan.sections) ? WorkerRows::kAsAsked : WorkerRows::kUsual;
  std::vector<Contestant> contestants = all_contestants(options, own_workers, rows, backends, peers);
  std::erase_if(contestants, [&](const Contestant& one) {
    return std::ranges::none_of(plan.sections, [&](const Section& section) { return section.takes(one); });
  });
  if (options.self_test) add_twins(contestants);
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

std::chrono::nanoseconds usual_secs(const BenchOptions& options) {
  const bool named = options.backends && options.backends->by_name;
  return options.workloads || !options.own.empty() || named ? kSecs : kWholeSecs;
}

OptionGroup server_group(BenchOptions& options) {
  constexpr std::string_view kInSections = "the sections name their contestants";
  return {.title = "Servers",
          .options = {
              {.name = "--backends",
               .letter = 'b',
               .takes = "LIST",
               .value = values::read_by(&choose_backends, options.backends),
               .help = "a,b or all: those usable here, the others are skipped",
               .unset = "all",
               .no_config = kInSections},
              {.name = "--peers",
               .takes = "LIST",
               .value = values::read_by(
                   [&options](const std::string& list) { return choose_peers(list, options.peers_folder); },
                   options.peers),
               .help = "a,b, installed or none: servers of other programs",
               .unset = "installed; none with -b or --quick",
               .no_config = kInSections},
          }};
}

OptionGroup measurement_group(BenchOptions& options) {
  constexpr std::string_view kSections = "there is a section for each";
  return {.title = "What is measured",
          .options = {
              {.name = "--workloads",
               .takes = "LIST",
               .value = values::read_by(&read_workloads, options.workloads),
               .help = "a,b of those below, or all",
               .unset = fmt::format("all, but most of HTTP on {} only", backends_compared_by_workers()),
               .no_config = kSections},
              {.name = "--conns",
               .letter = 'c',
               .takes = "LIST",
               .value = values::read_by(list_within<&parse_count>(1'000'000), options.conns,
                                        fmt::format("{}", fmt::join(options.conns, ","))),
               .help = "connections; of several, such as 1,2,4,...,4096, a sweep",
               .no_config = kSections},
              {.name = "--depth",
               .letter = 'D',
               .takes = "LIST",
               .value = values::read_by(list_within<&parse_count>(1'000'000), options.depth),
               .help = "... or of requests in flight per connection",
               .unset = "the workload's",
               .no_config = kSections},
              {.name = "--size",
               .takes = "LIST",
               .value = values::read_by(list_within<&parse_size>(kMostPageSize), options.size),
               .help = "... or of bytes in an echoed message, or in the page",
               .unset = "the workload's",
               .no_config = kSections},
              {.name = "--workers",
               .letter = 'w',
               .takes = "LIST",
               .value = values::read_by(list_within<&parse_count>(1024), options.workers),
               .help = "... or of the server's workers; your own has {workers} then",
               .unset = "1; of HTTP some have 1, 2, 4",
               .no_config = kSections},
              {.name = "--load-at",
               .takes = "LIST",
               .value = values::read_by(&read_shares, options.load_at),
               .help = "latency at these shares of each server's own maximum: 50%,80%,95%",
               .no_config = kSections},
              {.name = "--rate",
               .letter = 'R',
               .takes = "N",
               .value = values::read_by(&read_rate, options.rate),
               .help = "... and at N requests per second, the same for all",
               .no_config = kSections},
              {.name = "--rounds",
               .takes = "N",
               .value = values::count(options.rounds, {.least = 1, .most = 10'000}),
               .help = "how often each server is measured; a difference takes six",
               .unset = fmt::format("{}", kRounds),
               .config = {{"rounds"}}},
              {.name = "--secs",
               .letter = 'd',
               .takes = "DUR",
               .value = values::positive_duration(options.secs),
               .help = "measured time of a round; HTTP workloads are cut after five times that",
               .unset = fmt::format("{}; {} if nothing is chosen", duration_argument(kSecs),
                                    duration_argument(kWholeSecs)),
               .config = {{"secs"}}},
              {.name = "--seed",
               .takes = "N",
               .value = values::count(options.seed, {}),
               .help = "random seed for the order within the rounds",
               .rare = true,
               .config = {{"seed"}}},
              {.name = "--quick",
               .value = values::toggle(options.quick),
               .help = "a first look: 3 rounds of at most 1s, under three minutes in all",
               .no_config = "rounds and secs say what it came to"},
              {.name = "--self-test",
               .value = values::toggle(options.self_test),
               .help = "compare each server with itself: how often is a difference claimed?",
               .excludes = {{"--before", "two versions are compared with each other"}},
               .no_config = "the sections name who is whose twin"},
          }};
}

OptionGroup output_group(BenchOptions& options) {
  constexpr std::string_view kNotMeasured = "says what is written, not what is measured";
  return {.title = "Output",
          .options = {
              {.name = "-o",
               .takes = "FILE",
               .value = values::text(options.result_file),
               .help = "all rounds in full, as JSON, written as they end",
               .no_config = kNotMeasured},
              {.name = "--format",
               .takes = "NAME",
               .value = values::named(options.format, {{"log", BenchFormat::kLog},
                                                       {"table", BenchFormat::kTable},
                                                       {"markdown", BenchFormat::kMarkdown}}),
               .help = "what stdout gets: log as it goes, or at the end table or markdown",
               .no_config = kNotMeasured},
              {.name = "--progress",
               .takes = "WHEN",
               .value = values::when(options.progress),
               .help = "auto (a bar with the time left, on a terminal), on or off",
               .no_config = kNotMeasured},
              {.name = "--quiet",
               .letter = 'q',
               .value = values::toggle(options.quiet),
               .help = "leave only errors on stderr",
               .no_config = kNotMeasured},
          }};
}

constexpr std::string_view kExamples =
    "  suite bench --before './old {port}' --after './new {port}' --path /orders\n"
    "  suite bench --server 'mine=./server {port}' --backends epoll\n"
    "  suite bench --quick\n"
    "  suite bench --secs 10 -o result.json > benchmark.log\n"
    "  suite bench --backends epoll,uring --workloads echo-d1 --conns 1,2,4,...,4096\n"
    "  suite bench --backends epoll,uring --workloads echo-d1 --load-at 50%,80%,95%\n"
    "  suite bench --backends epoll,libuv --peers gevent,node --workloads echo-d1";

constexpr std::size_t kHelpColumns = 88;

// What the help ends with.
std::string help_notes() {
  return fmt::format(
      "The log goes to stdout, the ranking to stderr. A server that fails is named, the\n"
      "others go on, and the exit code is 1. If stdout cannot be written, bench stops, unless\n"
      "-o is given.\n\n"
      "{}"
      "HTTP is measured on {}, each with one, two and four workers, and for its\n"
      "table on the other backends ({}); peers are measured with\n"
      "{}. Naming workloads, or all, measures\n"
      "all that take part in them.\n\n"
      "Peers are {}, and servers in Python and Node.js (docs/peers.md).\n"
      "docs/bench.md says how servers of your own are started, asked and stopped.",
      wrapped(workloads_help(), kHelpColumns), backends_compared_by_workers(), workload_names(Extent::kTable),
      workload_names(Extent::kWellKnown), reference_names());
}

}  // namespace

OptionTable bench_table(BenchOptions& options) {
  return {.verb = "bench",
          .usage = "suite bench [flags]",
          .summary = "Measures servers against each other, interleaved, with a fresh server each round.",
          .examples = kExamples,
          .notes = help_notes(),
          .groups = {own_servers_group(options.own_flags), requests_group(options.own_flags),
                     server_group(options), measurement_group(options), output_group(options)},
          .aliases = {{"--data", "--body"}}};
}

std::string_view usual_backends(const BenchOptions& options) { return options.self_test ? "epoll" : "all"; }

std::string_view usual_peers(const BenchOptions& options) {
  const bool others_are_the_question =
      !options.own.empty() || (options.backends && options.backends->by_name);
  return options.quick || options.self_test || others_are_the_question ? "none" : "installed";
}

std::optional<std::string> name_given_twice(const Plan& plan) {
  for (const Contestant& one : plan.contestants) {
    const auto same = [&one](const Contestant& other) {
      return one.name == other.name && one.kind == other.kind;
    };
    if (std::ranges::count_if(plan.contestants, same) > 1) return one.name;
  }
  return std::nullopt;
}

std::optional<std::string> idle_own(const BenchOptions& options, const Plan& plan) {
  for (const OwnServer& server : options.own.servers) {
    if (std::ranges::find(plan.contestants, server.name, &Contestant::name) == plan.contestants.end()) {
      return server.name;
    }
  }
  return std::nullopt;
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
  const bool has_own = !options.own.empty();
  Plan plan{.rounds = options.rounds.value_or(options.quick ? kQuickRounds : kRounds),
            .secs = options.secs.value_or(usual_secs(options)),
            .repeats_disturbed = !options.quick,
            .prepare = options.own.prepare,
            .seed = options.seed};
  if (options.own.warmup) plan.warmup = *options.own.warmup;
  if (has_own) plan.ready_time = kOwnReadyTime;
  place(plan);
  plan.sections = make_sections(options, local_capacity());
  plan.contestants = make_contestants(options, plan, backends, peers);
  std::erase_if(plan.sections, [&](const Section& section) { return plan.contestants_of(section).empty(); });
  if (options.quick && !options.secs) plan.secs = quick_secs(plan);
  plan.http_limit = options.quick ? plan.secs : kHttpPatience * options.secs.value_or(kSecs);
  return plan;
}

}  // namespace suite::bench
