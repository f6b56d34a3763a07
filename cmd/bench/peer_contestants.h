// Which peers take part, and as which contestants.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/bench/chosen.h"
#include "cmd/bench/contestant.h"

namespace suite::bench {

/// The most that a peer is asked in a round of HTTP. They are a tenth as fast as the backends, and would take
/// all the time there is.
inline constexpr std::uint64_t kPeerRequests = 10'000;

/// `list` is "installed", "none" or names with commas between; `folder` is where their programs are. Of
/// "installed", those that cannot run are skipped. The error is for the user: an unknown name, or one twice.
/// Starts each program once, to see whether it can run.
std::expected<Chosen, std::string> choose_peers(std::string_view list, const std::string& folder);

/// These peers, by name, as servers of that kind; those that are none are left out. Without ports. They take
/// part in what people know from other tables (Extent::kWellKnown).
std::vector<Contestant> peer_contestants(std::span<const std::string> names, ServerKind kind,
                                         const std::string& folder);

/// Those that are whole servers, "nginx, lighttpd, caddy".
std::string reference_names();

/// The peer's name in tables: "gevent", "asyncore-w4".
std::string peer_row(std::string_view name);

}  // namespace suite::bench
