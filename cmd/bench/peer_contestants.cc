#include "cmd/bench/peer_contestants.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "cmd/bench/pages.h"
#include "servers/peers/peers.h"

namespace suite {
namespace {

constexpr std::array<std::string_view, 4> kUsualWorkloads{"echo-d1", "http-keepalive", "http-close",
                                                          "http-sequential"};

// Several peers are one program, which needs to be started once only.
class Examiner {
 public:
  explicit Examiner(const std::string& folder) : folder_(folder) {}

  void examine(const Peer& peer, Chosen& to, std::vector<LeftOut>& left_out) {
    const auto [known, is_new] = reasons_.try_emplace(peer.script);
    if (is_new) known->second = why_peer_cannot_run(peer, folder_);
    const std::string name(peer.name);
    if (known->second) {
      left_out.push_back({.name = name, .reason = *known->second});
    } else {
      to.running.push_back(name);
    }
  }

 private:
  const std::string& folder_;
  std::map<std::string_view, std::optional<std::string>> reasons_;  // of the scripts
};

// The peers' root holds one page. One that has a process for each connection would leave those waiting that
// are kept open beyond its number of processes.
bool can_do(const Peer& peer, const BenchWorkload& workload) {
  if (!workload.http) return !peer.echo.empty();
  const bool kept = workload.http->connections == Connections::kKeptAlive;
  return !peer.http.empty() && workload.http->path != kLargePath && !(kept && peer.process_per_connection);
}

std::vector<std::string_view> workloads_of(const Peer& peer, PeerWorkloads which) {
  std::vector<std::string_view> names;
  for (const BenchWorkload& workload : workloads()) {
    const bool usual = std::ranges::find(kUsualWorkloads, workload.name) != kUsualWorkloads.end();
    if (can_do(peer, workload) && (usual || which == PeerWorkloads::kAll)) names.push_back(workload.name);
  }
  return names;
}

Contestant contestant_of(const Peer& peer, ServerKind kind, const std::string& folder, PeerWorkloads which) {
  std::vector<std::string> serve =
      peer_command(peer, folder, kind == ServerKind::kEcho ? peer.echo : peer.http);
  std::string program = std::move(serve.front());
  serve.erase(serve.begin());
  if (kind == ServerKind::kHttp) serve.insert(serve.end(), {"--access-log", "/dev/null"});
  return {.name = peer_row(peer.name),
          .program = std::move(program),
          .serve = std::move(serve),
          .kind = kind,
          .workers = peer.workers,
          .workloads = workloads_of(peer, which),
          .coroutine_per_connection = peer.coroutine_per_connection};
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
  std::vector<const Peer*> named;
  const std::vector<std::string_view> names = split_list(list);
  for (const std::string_view name : names) {
    if (std::ranges::count(names, name) > 1) {
      return std::unexpected(fmt::format("'{}' is named more than once", name));
    }
    const auto peer = find_peer(name);
    if (!peer) return std::unexpected(peer.error().one_line());
    named.push_back(*peer);
  }
  for (const Peer* peer : named) examiner.examine(*peer, chosen, chosen.failed);
  return chosen;
}

std::vector<Contestant> peer_contestants(std::span<const std::string> names, ServerKind kind,
                                         const std::string& folder, PeerWorkloads which) {
  std::vector<Contestant> contestants;
  for (const std::string& name : names) {
    const Peer& peer = **find_peer(name);
    if ((kind == ServerKind::kEcho ? peer.echo : peer.http).empty()) continue;
    contestants.push_back(contestant_of(peer, kind, folder, which));
  }
  return contestants;
}

std::string peer_row(std::string_view name) {
  const std::size_t workers = (*find_peer(name))->workers;
  return workers == 1 ? std::string(name) : fmt::format("{}-w{}", name, workers);
}

}  // namespace suite
