// What the load is sent to: as a user names it, and as the address that answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "common/base/error.h"
#include "common/net/endpoint.h"
#include "common/net/event_fd.h"

namespace suite {

struct TargetName {
  std::string host = "127.0.0.1";  // an address, a name, or "unix:PATH"
  std::uint16_t port = 3900;       // without meaning for a unix socket

  bool is_unix() const { return host.starts_with("unix:"); }
  /// "127.0.0.1:3900", "[::1]:3900", "unix:/run/echo.sock".
  std::string to_string() const;
};

/// Reads "[tcp://]HOST:PORT", "[tcp://]HOST" or "unix:PATH"; an IPv6 address stands in brackets. What is
/// wrong otherwise, to be read on after the text itself.
std::expected<TargetName, std::string> parse_target(std::string_view text);

/// The first of the name's addresses, in the resolver's order, that accepts a connection. One connection is
/// made to each until one does, and closed at once; `timeout` is for each. Blocks; ends early, with an Error,
/// when `interrupt` is set.
std::expected<Endpoint, Error> find_listener(const TargetName& name, std::chrono::nanoseconds timeout,
                                             const EventFd& interrupt);

}  // namespace suite
