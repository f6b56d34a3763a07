#include "cmd/bench/round.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cmd/bench/commands.h"
#include "cmd/bench/pages.h"
#include "cmd/bench/server_process.h"
#include "cmd/bench/worker_totals.h"
#include "cmd/results/load_document.h"
#include "common/base/units.h"
#include "common/process/child_process.h"
#include "common/process/orphans.h"

namespace suite::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kLoadSlack{30};       // beyond warm-up and measured time: connecting, draining, time-outs
constexpr seconds kHurriedStopTime{1};  // for both, once we are told to stop
constexpr std::uint64_t kLeastConnectionsPerSecond = 1000;  // connecting may take as long as that would
// The load may see that a server is ending before the system says that it has ended.
constexpr milliseconds kDeathNoticeTime{500};
// What a server that ended leaves behind may be about to end too.
constexpr milliseconds kOrphanPatience{500};

ChildCommand load_child(const Plan& plan, const Section& section, const Contestant& contestant, int port,
                        const ChildProcess* server) {
  std::vector<std::string> arguments = load_arguments(plan, section, contestant, port);
  arguments.insert(arguments.end(), {"--warmup", duration_argument(plan.warmup), "--quiet"});
  if (section.workload.counted()) {  // its standard output is the report
    arguments.insert(arguments.end(), {"--json", load_result_in(plan.folder)});
  } else {
    arguments.insert(arguments.end(), {"--format", "json"});
  }
  if (server != nullptr) arguments.insert(arguments.end(), {"--server-pid", std::to_string(server->pid())});
  return {.program = plan.program,
          .arguments = std::move(arguments),
          .cpus = plan.load_cpus,
          .out = ChildStream::kCapture,
          .err = ChildStream::kCapture,
          .own_group = true};
}

std::string contents_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Without the lines before it, which name a command with flags of ours, and the empty ones around it.
std::string ab_report(std::string_view text) {
  if (const std::size_t begin = text.find("Server Software:"); begin != std::string_view::npos) {
    text.remove_prefix(begin);
  }
  return std::string(text.substr(0, text.find_last_not_of("\n ") + 1)) + "\n";
}

std::expected<results::LoadRun, std::string> only_run(const std::string& text) {
  auto document = results::read_load_document(text);
  if (!document) return std::unexpected(document.error());
  if (document->runs.empty()) return std::unexpected("it holds no run");
  return std::move(document->runs.front());
}

// A server that is full leaves connections in the backlog: for the client they are open, and nothing comes
// back. A slow one has slow answers, too.
std::optional<std::string> why_not_held(const results::LoadRun& run) {
  if (run.connections_opened < run.connections_asked) {
    return fmt::format("it holds {} of {}", format_count(run.connections_opened),
                       format_items(run.connections_asked, "connection"));
  }
  // Without a warm-up the first requests are sent a moment after the window has begun.
  if (!run.latency || 10 * run.oldest_in_flight < 9 * run.measured) return std::nullopt;
  const auto longest = results::histogram_of(*run.latency).max().value_or(std::chrono::nanoseconds(0));
  if (run.oldest_in_flight < 2 * longest) return std::nullopt;
  return fmt::format("it does not serve all {}: some had no answer for {}, others after {} at the most",
                     format_items(run.connections_opened, "connection"),
                     format_duration(run.oldest_in_flight), format_duration(longest));
}

// Gives up early when the server ends, which death_of() explains. Without a server it is one that runs
// anyway.
std::expected<RoundResult, RoundFailure> load_server(const Plan& plan, const Section& section,
                                                     const Contestant& contestant, int port,
                                                     ChildProcess* server, int interrupt_fd) {
  const bool counted = section.workload.counted();
  if (counted) std::remove(load_result_in(plan.folder).c_str());  // the former round's
  auto load = ChildProcess::start(load_child(plan, section, contestant, port, server));
  if (!load) return failure(load.error().one_line());
  const seconds slack = kLoadSlack + seconds(section.conns / kLeastConnectionsPerSecond);
  const auto longest = plan.warmup + (counted ? plan.http_limit : plan.secs_of(section)) + slack;
  const auto end =
      load->wait({.deadline = steady_clock::now() + longest, .interrupt_fd = interrupt_fd, .beside = server});
  if (!end) {
    load->terminate(kHurriedStopTime);
    if (end.error() == Unmet::kInterrupted) return interrupted();
    return failure(fmt::format("the load did not end within {} s of its time", slack.count()));
  }
  if (!end->clean()) {
    return failure(fmt::format("the load failed ({}): {}", end->describe(), last_line(load->err())));
  }
  auto run = only_run(counted ? contents_of(load_result_in(plan.folder)) : load->out());
  if (!run) return failure("the load's result cannot be read: " + run.error());
  if (run->counts.completed == 0) return failure("the load completed no request");
  if (section.point) {
    if (const auto why = why_not_held(*run)) return failure(*why);
  }
  return RoundResult{.run = std::move(*run), .report = counted ? ab_report(load->out()) : ""};
}

// All but what the server may have left behind.
std::expected<RoundResult, RoundFailure> measure_with_server(const Plan& plan, const Section& section,
                                                             const Contestant& contestant, int& port,
                                                             int interrupt_fd) {
  const Launch& launch = contestant.launch;
  auto server = start_server(plan, contestant, port, interrupt_fd);
  if (!server) return std::unexpected(server.error());
  auto result = load_server(plan, section, contestant, port, &*server, interrupt_fd);
  const bool stopping = !result && result.error().interrupted;
  // A server that failed explains a load that failed, not the other way round.
  const bool suspected = !result && !stopping;
  if (auto death = death_of(*server, suspected ? kDeathNoticeTime : milliseconds(0)))
    return std::unexpected(*death);
  auto flaw = stop_server(*server, launch, stopping ? kHurriedStopTime : launch.stop.grace);
  if (flaw && !stopping) return std::unexpected(*flaw);
  if (result) result->worker_requests = worker_requests_in(server->err());
  return result;
}

}  // namespace

std::expected<RoundResult, RoundFailure> measure_round(const Plan& plan, const Section& section,
                                                       const Contestant& contestant, int& port,
                                                       int interrupt_fd) {
  if (section.conns > contestant.most_connections) {
    return failure(fmt::format("it holds {} here", format_items(contestant.most_connections, "connection")));
  }
  if (contestant.url) return load_server(plan, section, contestant, port, nullptr, interrupt_fd);
  auto result = measure_with_server(plan, section, contestant, port, interrupt_fd);
  const bool hurried = !result;
  const auto left =
      end_orphans(hurried ? milliseconds(0) : kOrphanPatience,
                  hurried ? std::min<milliseconds>(kHurriedStopTime, contestant.launch.stop.grace)
                          : contestant.launch.stop.grace);
  if (result && !left.empty()) {
    return failure(
        fmt::format("the server left {} running when it ended, which was stopped too", describe(left)));
  }
  return result;
}

}  // namespace suite::bench
