// Runs a server, and speaks to its user: the ready line, events, the totals.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/serve/serve_options.h"
#include "servers/run/serve_options.h"
#include "servers/session.h"

namespace suite {

/// What a verb serves.
struct Service {
  std::function<ServerProtocol(const ServeOptions&)> make_protocol;
  std::vector<std::string> protocols = {};  // that TLS may agree on (ALPN); empty: whatever the client says
  /// For a TLS handshake, from its first byte.
  std::chrono::nanoseconds handshake_timeout = std::chrono::seconds(10);
  bool client_speaks_first = false;  // these as ServeOptions has them
  bool heeds_hangup = false;
  /// Called at each SIGHUP, before workers learn of it, by the process that started them. Returns what of
  /// it cannot be done, to be said once, whatever the number of workers.
  std::function<std::optional<std::string>()> on_hangup = nullptr;
};

/// Checks the flags, serves until told to stop, prints the totals. Returns the exit code.
int serve_until_stopped(std::string_view verb, const ServeFlags& flags, const Service& service);

}  // namespace suite
