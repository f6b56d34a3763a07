#include "cmd/bench/ready.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/units.h"
#include "common/http/status_probe.h"
#include "common/net/listener.h"
#include "common/net/probe.h"
#include "common/process/listening.h"
#include "common/process/orphans.h"
#include "common/process/process_tree.h"

namespace suite::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

using Outcome = std::expected<Readiness, RoundFailure>;

constexpr milliseconds kProbePause{2}, kProbePatience{100};
constexpr milliseconds kAnswerPatience{1000};
constexpr std::chrono::seconds kEndTime{1};  // of a server that has closed its standard error

Endpoint here(int port) { return resolve("127.0.0.1", static_cast<std::uint16_t>(port))->front(); }

// As the C library has it, Go, Node.js and others.
bool says_port_taken(std::string_view said) {
  return said.contains("ddress already in use") || said.contains("EADDRINUSE");
}

Outcome ended(ChildProcess& server) {
  const ChildExit end = server.terminate(kEndTime);
  if (says_port_taken(server.err()) || says_port_taken(server.out())) return Readiness::kPortTaken;
  if (auto background = went_into_background(end)) return std::unexpected(*background);
  return failure(fmt::format("the server did not start ({}): {}", end.describe(), last_words(server)));
}

// With what it waited for, where that tells anything.
Outcome not_ready(const ChildProcess& server, const ReadyWait& wait, const std::string& waited_for = {}) {
  const bool silent = server.err().empty() && server.out().empty();
  return failure(fmt::format("the server was not ready within {}{}; {}{}", format_duration(wait.time),
                             waited_for, silent ? "" : "it said last: ", last_words(server)));
}

std::vector<std::string> addresses_of(const ChildProcess& server) {
  auto tasks = tasks_of_tree(server.pid());
  for (const Orphan& orphan : living_orphans(server.pid())) {
    std::ranges::move(tasks_of_tree(orphan.pid), std::back_inserter(tasks));
  }
  return listening_addresses(tasks);
}

bool listens_on(const ChildProcess& server, int port) {
  const std::string end = fmt::format(":{}", port);
  return std::ranges::any_of(addresses_of(server),
                             [&](const std::string& address) { return address.ends_with(end); });
}

// Where it listens instead.
std::string elsewhere(const ChildProcess& server, int port) {
  const std::vector<std::string> addresses = addresses_of(server);
  if (addresses.empty()) return fmt::format(": it does not listen on 127.0.0.1:{}", port);
  return fmt::format(": it was told port {}, and listens on {}", port, fmt::join(addresses, ", "));
}

Outcome await(const ReadyLine& ready, ChildProcess& server, int port, const ReadyWait& wait) {
  const Patience patience{.deadline = steady_clock::now() + wait.time, .interrupt_fd = wait.interrupt_fd};
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

// Until `is_ready` says so, which is asked again and again. Somebody else may have taken the port meanwhile:
// one that answers and is not held by the server's processes is taken for its own only if it still lives a
// while later, as one in a container, or of another user, would.
template <typename IsReady, typename Complain>
Outcome await_sign(ChildProcess& server, int port, const ReadyWait& wait, IsReady is_ready,
                   Complain complain) {
  std::optional<steady_clock::time_point> answered;
  const auto deadline = steady_clock::now() + wait.time;
  while (steady_clock::now() < deadline) {
    // The end comes first: the server may have found the port taken by one that accepts.
    const auto pause = std::min(deadline, steady_clock::now() + kProbePause);
    const auto end = server.wait({.deadline = pause, .interrupt_fd = wait.interrupt_fd});
    if (end) return ended(server);
    if (end.error() == Unmet::kInterrupted) return interrupted();
    if (!is_ready()) continue;
    if (!answered) answered = steady_clock::now();
    if (listens_on(server, port) || steady_clock::now() - *answered > wait.foreign_time)
      return Readiness::kReady;
  }
  return complain();
}

Outcome await(const PortAccepts& /*says nothing*/, ChildProcess& server, int port, const ReadyWait& wait) {
  return await_sign(
      server, port, wait, [endpoint = here(port)] { return accepts_connections(endpoint, kProbePatience); },
      [&] { return not_ready(server, wait, elsewhere(server, port)); });
}

Outcome await(const PathAnswers& ready, ChildProcess& server, int port, const ReadyWait& wait) {
  std::optional<int> status;
  const auto is_ready = [&] {
    const auto now = status_of(here(port), ready.path, kAnswerPatience);
    if (now) status = now;
    return now && *now / 100 == 2;
  };
  return await_sign(server, port, wait, is_ready, [&] {
    return not_ready(server, wait,
                     status ? fmt::format(": GET {} was last answered with {}", ready.path, *status)
                            : elsewhere(server, port));
  });
}

}  // namespace

Outcome await_ready(const Ready& ready, ChildProcess& server, int port, const ReadyWait& wait) {
  return std::visit([&](const auto& way) { return await(way, server, port, wait); }, ready);
}

bool may_try(const Ready& ready, int port) {
  return std::holds_alternative<ReadyLine>(ready) || claim_endpoint(here(port)).has_value();
}

}  // namespace suite::bench
