// The least that a TCP server can do: one thread, level-triggered epoll, and responses that are there
// already.
#pragma once

#include <expected>

#include "common/base/error.h"
#include "common/limits/exchange.h"

namespace suite::limits {

/// Answers on the connections of `listener`, which it must be possible to accept from without waiting, until
/// `stop_fd` is readable. Both are borrowed. All connections are closed at the end.
std::expected<void, Error> serve_raw(const Exchange& exchange, int listener, int stop_fd);

}  // namespace suite::limits
