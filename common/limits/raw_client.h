// The least that a load generator can do: one thread, level-triggered epoll, requests that are there already,
// and a counter.
#pragma once

#include <expected>

#include "common/base/error.h"
#include "common/limits/exchange.h"
#include "common/limits/window.h"
#include "common/net/endpoint.h"

namespace suite::limits {

/// Keeps exchange.depth requests in flight on each of `connections` connections until the window is over.
/// The error is why a connection could not be opened or broke, or that nothing has come for a second.
std::expected<Sample, Error> load_raw(const Exchange& exchange, const Endpoint& server,
                                      std::size_t connections, Window window);

}  // namespace suite::limits
