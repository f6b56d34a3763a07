#include "cmd/bench/peer_contestants.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "servers/peers/peers.h"

namespace suite::bench {
namespace {

// For the head of a log with HTTP.
constexpr std::string_view kRemark =
    "Peers, in Python and Node.js, are asked for 10,000 pages a round; they write each client's address to\n"
    "/dev/null and listen with a backlog of 128, as in the Syncless test. The other servers write no log.\n";
constexpr std::string_view kReferenceRemark =
    "Reference servers (docs/peers.md) are asked for 10,000 pages a round too; they write no access log.\n";
static_assert(kPeerRequests == 10'000, "the remarks say so");

// Several peers are one program, which needs to be started once only.
class Examiner {
 public:
  explicit Examiner(const std::string& folder) : folder_(folder) {}

  void examine(const Peer& peer, Chosen& to, std::vector<LeftOut>& left_out) {
    const auto [known, is_new] = reasons_.try_emplace(peer.script);
    if (is_new) known->second = why_peer_cannot_run(peer, folder_);
    add_to(to, left_out, peer.name, known->second);
  }

 private:
  const std::string& folder_;
  std::map<std::string_view, std::optional<std::string>> reasons_;  // of the scripts
};

Contestant echo_contestant(const Peer& peer, Contestant contestant) {
  contestant.launch.arguments.insert(contestant.launch.arguments.end(), {"--port", "{port}"});
  contestant.stand_in = peer.echo_stand_in;
  return contestant;
}

Contestant http_contestant(const Peer& peer, Contestant contestant) {
  contestant.launch.arguments.insert(contestant.launch.arguments.end(),
                                     {"--access-log", "/dev/null", "-r", "{root}", "-p", "{port}"});
  contestant.stand_in = peer.http_stand_in;
  contestant.remark = kRemark;
  return contestant;
}

// Started by a script, which takes what it needs in this order. It serves all of the root.
Contestant reference_contestant(const Peer& peer, ServerKind kind, const std::string& folder) {
  std::vector<std::string> arguments =
      peer_command(peer, folder, kind == ServerKind::kEcho ? peer.echo : peer.http);
  std::string program = std::move(arguments.front());
  arguments.erase(arguments.begin());
  arguments.insert(arguments.end(), {"{port}", "{root}", "{workers}"});
  return {.name = std::string(peer.name),
          .launch = {.program = std::move(program),
                     .arguments = std::move(arguments),
                     .ready = PortAccepts{},
                     .stop = {.ending = Ending::kAny}},
          .budget = {.most_requests = kPeerRequests,
                     .extent = Extent::kFiles,
                     .overhead = std::chrono::milliseconds(350)},
          .kind = kind,
          .workers = peer.workers,
          .coroutine_per_connection = peer.coroutine_per_connection,
          .compared_by_connections = peer.compared_by_connections,
          .remark = kind == ServerKind::kHttp ? kReferenceRemark : std::string_view()};
}

// Its root holds one page.
Contestant contestant_of(const Peer& peer, ServerKind kind, const std::string& folder) {
  const bool is_echo = kind == ServerKind::kEcho;
  std::vector<std::string> arguments = peer_command(peer, folder, is_echo ? peer.echo : peer.http);
  std::string program = std::move(arguments.front());
  arguments.erase(arguments.begin());
  Contestant contestant{.name = peer_row(peer.name),
                        .launch = {.program = std::move(program), .arguments = std::move(arguments)},
                        .budget = {.most_requests = kPeerRequests,
                                   .extent = Extent::kWellKnown,
                                   .pace = Pace::kSlow,
                                   .overhead = std::chrono::milliseconds(600)},
                        .kind = kind,
                        .workers = peer.workers,
                        .serves_large_pages = false,
                        .keeps_connections = !peer.process_per_connection,
                        .coroutine_per_connection = peer.coroutine_per_connection};
  return is_echo ? echo_contestant(peer, std::move(contestant))
                 : http_contestant(peer, std::move(contestant));
}

}  // namespace

std::expected<Chosen, std::string> choose_peers(std::string_view list, const std::string& folder) {
  Chosen chosen;
  if (list == "none") return chosen;
  Examiner examiner(folder);
  if (list == "installed") {
    for (const Peer& peer : peers()) examiner.examine(peer, chosen, chosen.skipped);
    return chosen;
  }
  chosen.by_name = true;
  const auto names = different_names(list);
  if (!names) return std::unexpected(names.error());
  std::vector<const Peer*> named;
  for (const std::string_view name : *names) {
    const auto peer = find_peer(name);
    if (!peer) return std::unexpected(peer.error().one_line());
    named.push_back(*peer);
  }
  for (const Peer* peer : named) examiner.examine(*peer, chosen, chosen.failed);
  return chosen;
}

std::vector<Contestant> peer_contestants(std::span<const std::string> names, ServerKind kind,
                                         const std::string& folder) {
  std::vector<Contestant> contestants;
  for (const std::string& name : names) {
    const Peer& peer = **find_peer(name);
    if ((kind == ServerKind::kEcho ? peer.echo : peer.http).empty()) continue;
    contestants.push_back(peer.is_reference ? reference_contestant(peer, kind, folder)
                                            : contestant_of(peer, kind, folder));
  }
  return contestants;
}

std::string reference_names() {
  std::string names;
  for (const Peer& peer : peers()) {
    if (peer.is_reference) names += fmt::format("{}{}", names.empty() ? "" : ", ", peer.name);
  }
  return names;
}

std::string peer_row(std::string_view name) {
  const std::size_t workers = (*find_peer(name))->workers;
  return workers == 1 ? std::string(name) : fmt::format("{}-w{}", name, workers);
}

}  // namespace suite::bench
