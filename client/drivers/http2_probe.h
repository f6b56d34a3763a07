// Whether a server speaks HTTP/2 in the clear, found out before the run: what would be a hundred counted
// errors is one line, with what to do.
#pragma once

#include <chrono>
#include <expected>

#include "client/target.h"
#include "common/base/error.h"
#include "common/net/endpoint.h"
#include "common/net/event_fd.h"

namespace suite {

/// Where HTTP/2 is tried.
struct Http2Probe {
  TargetName name;
  Endpoint endpoint;
  std::chrono::nanoseconds timeout{};
};

/// Sends a connection's preface and awaits the server's; blocks. The error says what to do. Ends early when
/// `interrupt` is set. Only in builds with libnghttp2.
std::expected<void, Error> try_http2(const Http2Probe& probe, const EventFd& interrupt);

}  // namespace suite
