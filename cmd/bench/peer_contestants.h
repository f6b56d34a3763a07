// Which peers take part, and as which contestants.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/bench/contestants.h"
#include "cmd/bench/plan.h"

namespace suite {

/// `list` is "installed", "none" or names with commas between; `folder` is where their programs are. Of
/// "installed", those that cannot run are skipped. The error is for the user: an unknown name, or one twice.
/// Starts each program once, to see whether it can run.
std::expected<Chosen, std::string> choose_peers(std::string_view list, const std::string& folder);

/// Which workloads a peer takes part in.
enum class PeerWorkloads {
  kUsual,  // those of the tables that people know: echo-d1, http-keepalive, http-close, http-sequential
  kAll,    // all that it can do
};

/// These peers, by name, as servers of that kind; those that are none are left out. Without ports.
std::vector<Contestant> peer_contestants(std::span<const std::string> names, ServerKind kind,
                                         const std::string& folder, PeerWorkloads which);

/// The peer's name in tables: "gevent", "asyncore-w4".
std::string peer_row(std::string_view name);

}  // namespace suite
