// What some flags of `suite load` cannot do without.
#pragma once

#include "cmd/cli/option.h"

namespace suite::load_needs {

inline constexpr Need kHttp{.refusal = " is for HTTP: give TARGET as http://HOST:PORT/path"};
inline constexpr Need kEcho{.refusal = " is for a TCP echo; the body of an HTTP request is --body"};
inline constexpr Need kReply{
    .refusal = " is for TCP: where a reply of HTTP ends is known, and --verify full compares its body"};
inline constexpr Need kTcp{.refusal = " is for TCP: a unix socket has no such thing"};
inline constexpr Need kNetwork{.refusal = ": the driver 'null' has neither sockets nor a server"};
inline constexpr Need kTls{.refusal =
                               " is for TLS: give TARGET as https://HOST:PORT/path or tls://HOST:PORT"};
inline constexpr Need kOpenLoop{.refusal = " is for an open loop: give its --rate"};
inline constexpr Need kRandomness{.refusal = " is for a TCP echo with --size, or for --arrivals poisson"};
inline constexpr Need kLatency{.refusal =
                                   " and --latency off exclude each other: there would be nothing to write"};

}  // namespace suite::load_needs
