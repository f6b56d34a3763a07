#include "cmd/bench/round.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
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
#include "cmd/bench/ready.h"
#include "cmd/results/load_document.h"
#include "common/base/units.h"
#include "common/process/child_process.h"

namespace suite::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kLoadSlack{30};       // beyond warm-up and measured time: connecting, draining, time-outs
constexpr seconds kHurriedStopTime{1};  // for both, once we are told to stop
// The load may see that a server is ending before the system says that it has ended.
constexpr milliseconds kDeathNoticeTime{500};
constexpr int kPortsTried = 100;

std::expected<ChildProcess, RoundFailure> start(const ChildCommand& command) {
  auto child = ChildProcess::start(command);
  if (!child) return failure(child.error().one_line());
  return std::move(*child);
}

std::vector<int> server_cpus(const Plan& plan, const Contestant& contestant) {
  const auto count = std::min(contestant.workers, plan.server_cpus.size());
  return {plan.server_cpus.begin(), plan.server_cpus.begin() + static_cast<std::ptrdiff_t>(count)};
}

ChildCommand server_child(const Plan& plan, const Contestant& contestant, int port) {
  return {.program = contestant.launch.program,
          .arguments = serve_arguments(plan, contestant, port),
          .cpus = server_cpus(plan, contestant),
          .out = ChildStream::kDiscard,
          .err = ChildStream::kCapture,
          .own_group = true};
}

ChildCommand load_child(const Plan& plan, const Section& section, const Contestant& contestant, int port,
                        ::pid_t server) {
  std::vector<std::string> arguments = load_arguments(plan, section, contestant, port);
  arguments.insert(arguments.end(), {"--warmup", duration_argument(plan.warmup), "--quiet"});
  if (section.workload.http) {  // its standard output is the report
    arguments.insert(arguments.end(), {"--json", load_result_in(plan.folder)});
  } else {
    arguments.insert(arguments.end(), {"--format", "json"});
  }
  arguments.insert(arguments.end(), {"--server-pid", std::to_string(server)});
  return {.program = plan.program,
          .arguments = std::move(arguments),
          .cpus = plan.load_cpus,
          .out = ChildStream::kCapture,
          .err = ChildStream::kCapture,
          .own_group = true};
}

std::expected<ChildProcess, RoundFailure> start_server(const Plan& plan, const Contestant& contestant,
                                                       int& port, int interrupt_fd) {
  const Ready& ready = contestant.launch.ready;
  for (const int first = port; port < first + kPortsTried; ++port) {
    if (!may_try(ready, port)) continue;
    auto server = start(server_child(plan, contestant, port));
    if (!server) return server;
    const auto readiness =
        await_ready(ready, *server, port, {.time = plan.ready_time, .interrupt_fd = interrupt_fd});
    if (!readiness) return std::unexpected(readiness.error());
    if (*readiness == Readiness::kReady) return server;
  }
  return failure(fmt::format("{} ports up to {} are all taken", kPortsTried, port - 1));
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

// Gives up early when the server ends, which death_of() explains.
std::expected<RoundResult, RoundFailure> run_load(const Plan& plan, const Section& section,
                                                  const Contestant& contestant, int port,
                                                  const ChildProcess& server, int interrupt_fd) {
  if (section.workload.http) std::remove(load_result_in(plan.folder).c_str());  // the former round's
  auto load = start(load_child(plan, section, contestant, port, server.pid()));
  if (!load) return std::unexpected(load.error());
  const auto longest = plan.warmup + (section.workload.http ? plan.http_limit : plan.secs) + kLoadSlack;
  const auto end = load->wait(
      {.deadline = steady_clock::now() + longest, .interrupt_fds = {interrupt_fd, server.end_fd()}});
  if (!end) {
    load->terminate(kHurriedStopTime);
    if (end.error() == Unmet::kInterrupted) return interrupted();
    return failure(fmt::format("the load did not end within {} s of its time", kLoadSlack.count()));
  }
  if (!end->clean()) {
    return failure(fmt::format("the load failed ({}): {}", end->describe(), last_line(load->err())));
  }
  auto run = only_run(section.workload.http ? contents_of(load_result_in(plan.folder)) : load->out());
  if (!run) return failure("the load's result cannot be read: " + run.error());
  if (run->counts.completed == 0) return failure("the load completed no request");
  return RoundResult{.run = std::move(*run), .report = section.workload.http ? ab_report(load->out()) : ""};
}

// Why a server that has already ended did not have to; nothing while it lives.
std::optional<RoundFailure> death_of(ChildProcess& server, milliseconds patience) {
  const auto end = server.wait({.deadline = steady_clock::now() + patience});
  if (!end) return std::nullopt;
  return RoundFailure{.why = fmt::format("the server died during the round ({}): {}", end->describe(),
                                         last_line(server.err()))};
}

bool is_ready_line(const Ready& ready, std::string_view line) {
  const auto* way = std::get_if<ReadyLine>(&ready);
  return way != nullptr && line.starts_with(way->prefix);
}

// Tells the server to end. What it did wrong, if anything: it must go when told to, with exit code 0.
std::optional<RoundFailure> stop_server(ChildProcess& server, const Ready& ready, seconds grace) {
  const auto asked = steady_clock::now();
  const ChildExit end = server.terminate(grace);
  if (end.clean()) return std::nullopt;
  if (steady_clock::now() - asked >= grace) {
    return RoundFailure{.why = fmt::format("the server did not stop within {} s of SIGTERM", grace.count())};
  }
  const std::string said = last_line(server.err());
  const std::string why = fmt::format("the server ended badly when told to stop ({})", end.describe());
  return RoundFailure{.why = is_ready_line(ready, said) ? why : why + ": " + said};
}

}  // namespace

std::expected<RoundResult, RoundFailure> measure_round(const Plan& plan, const Section& section,
                                                       const Contestant& contestant, int& port,
                                                       int interrupt_fd) {
  const Launch& launch = contestant.launch;
  auto server = start_server(plan, contestant, port, interrupt_fd);
  if (!server) return std::unexpected(server.error());
  auto result = run_load(plan, section, contestant, port, *server, interrupt_fd);
  const bool stopping = !result && result.error().interrupted;
  // A server that failed explains a load that failed, not the other way round.
  const bool suspected = !result && !stopping;
  if (auto death = death_of(*server, suspected ? kDeathNoticeTime : milliseconds(0)))
    return std::unexpected(*death);
  auto flaw = stop_server(*server, launch.ready, stopping ? kHurriedStopTime : launch.stop.grace);
  if (flaw && !stopping) return std::unexpected(*flaw);
  return result;
}

}  // namespace suite::bench
