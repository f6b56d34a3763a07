// One round of an exchange over loopback TCP.
#pragma once

#include <cstddef>
#include <expected>

#include "common/base/error.h"
#include "common/limits/exchange.h"
#include "common/limits/window.h"

namespace suite::limits {

/// A raw server and a raw client, a thread each, on 127.0.0.1 and a port that is free. Blocks for the round.
std::expected<Sample, Error> tcp_round(const Exchange& exchange, const RoundPlan& plan);

/// Whether the descriptors for that many connections are allowed, and otherwise what to do. Raises the soft
/// limit to the hard one.
std::expected<void, Error> check_descriptors(std::size_t connections);

}  // namespace suite::limits
