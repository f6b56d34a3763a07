#include "cmd/bench/ready.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/units.h"
#include "common/net/listener.h"
#include "common/net/probe.h"

namespace suite::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

using Outcome = std::expected<Readiness, RoundFailure>;

constexpr milliseconds kProbePause{2}, kProbePatience{100};
constexpr std::chrono::seconds kEndTime{1};  // of a server that has closed its standard error

Endpoint here(int port) { return resolve("127.0.0.1", static_cast<std::uint16_t>(port))->front(); }

Outcome ended(ChildProcess& server) {
  const ChildExit end = server.terminate(kEndTime);
  if (server.err().find("Address already in use") != std::string::npos) return Readiness::kPortTaken;
  return failure(fmt::format("the server did not start ({}): {}", end.describe(), last_line(server.err())));
}

Outcome not_ready(const ChildProcess& server, const ReadyWait& wait) {
  const std::string& said = server.err();
  return failure(
      fmt::format("the server was not ready within {}; {}", format_duration(wait.time),
                  said.empty() ? "it said nothing on stderr" : "it said last: " + last_line(said)));
}

Outcome await(const ReadyLine& ready, ChildProcess& server, int port, const ReadyWait& wait) {
  const Patience patience{.deadline = steady_clock::now() + wait.time,
                          .interrupt_fds = {wait.interrupt_fd, -1}};
  while (steady_clock::now() < patience.deadline) {
    const auto line = server.read_error_line(patience);
    if (line && line->starts_with(ready.prefix)) {
      if (line->find(fmt::format(":{} (", port)) != std::string::npos) return Readiness::kReady;
      return failure(fmt::format("the server was told port {}, and said: {}", port, *line));
    }
    if (line) continue;
    if (line.error() == Unmet::kInterrupted) return interrupted();
    if (line.error() == Unmet::kDeadline) break;
    return ended(server);
  }
  return not_ready(server, wait);
}

Outcome await(const PortAccepts& /*says nothing*/, ChildProcess& server, int port, const ReadyWait& wait) {
  const Endpoint endpoint = here(port);
  const auto deadline = steady_clock::now() + wait.time;
  while (steady_clock::now() < deadline) {
    // The end comes first: the server may have found the port taken by one that accepts.
    const auto pause = std::min(deadline, steady_clock::now() + kProbePause);
    const auto end = server.wait({.deadline = pause, .interrupt_fds = {wait.interrupt_fd, -1}});
    if (end) return ended(server);
    if (end.error() == Unmet::kInterrupted) return interrupted();
    if (accepts_connections(endpoint, kProbePatience)) return Readiness::kReady;
  }
  return not_ready(server, wait);
}

}  // namespace

Outcome await_ready(const Ready& ready, ChildProcess& server, int port, const ReadyWait& wait) {
  return std::visit([&](const auto& way) { return await(way, server, port, wait); }, ready);
}

bool may_try(const Ready& ready, int port) {
  return std::holds_alternative<ReadyLine>(ready) || claim_endpoint(here(port)).has_value();
}

}  // namespace suite::bench
