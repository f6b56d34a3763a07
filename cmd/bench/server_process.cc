#include "cmd/bench/server_process.h"

#include <signal.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cmd/bench/command_words.h"
#include "cmd/bench/commands.h"
#include "cmd/bench/pages.h"
#include "cmd/bench/ready.h"
#include "common/base/units.h"
#include "common/process/orphans.h"

namespace suite::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kPortsTried = 100;
// A server that finds this many free ports taken, one after the other, means something else.
constexpr int kMostRefusals = 10;
constexpr std::chrono::minutes kPrepareTime{10};

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
          .out = ChildStream::kCaptureEnd,
          .err = ChildStream::kCaptureEnd,
          .own_group = true,
          .group_outlives_it = contestant.launch.stop.ending == Ending::kAny};
}

// Nothing where all went well.
std::optional<RoundFailure> prepare(const Plan& plan, const Contestant& contestant, int port,
                                    int interrupt_fd) {
  if (plan.prepare.empty()) return std::nullopt;
  CommandWords words = words_of(plan.prepare);
  const Launch launch{.program = std::move(words.program),
                      .arguments = std::move(words.arguments),
                      .through_shell = words.through_shell};
  auto child =
      start({.program = launch.program,
             .arguments = arguments_with(
                 launch, {.port = port, .root = pages_in(plan.folder), .workers = contestant.workers}),
             .cpus = {},
             .out = ChildStream::kCaptureEnd,
             .err = ChildStream::kCaptureEnd,
             .own_group = true,
             .group_outlives_it = true});
  if (!child) return RoundFailure{.why = "--prepare: " + child.error().why};
  const auto end =
      child->wait({.deadline = steady_clock::now() + kPrepareTime, .interrupt_fd = interrupt_fd});
  if (!end) {
    if (end.error() == Unmet::kInterrupted) return interrupted().error();
    return RoundFailure{.why = fmt::format("--prepare did not end within {} minutes", kPrepareTime.count())};
  }
  if (!end->clean()) {
    return RoundFailure{.why = fmt::format("--prepare failed ({}): {}", end->describe(), last_words(*child))};
  }
  if (const auto left = living_orphans(); !left.empty()) {
    return RoundFailure{.why = fmt::format("--prepare left {} running: it must have ended before the server "
                                           "starts",
                                           describe(left))};
  }
  return std::nullopt;
}

bool is_ready_line(const Ready& ready, std::string_view line) {
  const auto* way = std::get_if<ReadyLine>(&ready);
  return way != nullptr && line.starts_with(way->prefix);
}

}  // namespace

std::expected<ChildProcess, RoundFailure> start_server(const Plan& plan, const Contestant& contestant,
                                                       int& port, int interrupt_fd) {
  const Ready& ready = contestant.launch.ready;
  int refusals = 0;
  std::string refusal;
  for (const int first = port; port < first + kPortsTried && refusals < kMostRefusals; ++port) {
    if (!may_try(ready, port)) continue;
    if (auto unprepared = prepare(plan, contestant, port, interrupt_fd)) return std::unexpected(*unprepared);
    auto server = start(server_child(plan, contestant, port));
    if (!server) return server;
    const auto readiness =
        await_ready(ready, *server, port, {.time = plan.ready_time, .interrupt_fd = interrupt_fd});
    if (!readiness) return std::unexpected(readiness.error());
    if (*readiness == Readiness::kReady) return server;
    refusal = last_words(*server);
    if (!std::holds_alternative<ReadyLine>(ready)) ++refusals;
  }
  if (refusal.empty()) return failure(fmt::format("{} ports up to {} are all taken", kPortsTried, port - 1));
  return failure(fmt::format("it found every port up to {} taken: {}", port - 1, refusal));
}

std::optional<RoundFailure> death_of(ChildProcess& server, milliseconds patience) {
  const auto end = server.wait({.deadline = steady_clock::now() + patience});
  if (!end) return std::nullopt;
  if (auto background = went_into_background(*end)) return background;
  return RoundFailure{
      .why = fmt::format("the server died during the round ({}): {}", end->describe(), last_words(server))};
}

std::optional<RoundFailure> stop_server(ChildProcess& server, const Launch& launch, milliseconds grace) {
  const bool any_end = launch.stop.ending == Ending::kAny;
  const auto asked = steady_clock::now();
  const ChildExit end = server.terminate(grace, any_end ? Whom::kGroup : Whom::kChild);
  if (end.signal == SIGKILL && steady_clock::now() - asked >= grace) {
    return RoundFailure{.why = fmt::format("the server did not stop within {} of SIGTERM, and was killed",
                                           duration_argument(grace))};
  }
  if (any_end || end.clean()) return std::nullopt;
  const std::string said = last_words(server);
  const std::string why = fmt::format("the server ended badly when told to stop ({})", end.describe());
  return RoundFailure{.why = is_ready_line(launch.ready, said) ? why : why + ": " + said};
}

}  // namespace suite::bench
