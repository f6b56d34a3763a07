// Whether somebody listens at an address, found out from the outside.
#pragma once

#include <chrono>

#include "common/net/endpoint.h"
#include "common/net/unique_fd.h"

namespace suite {

/// A connection, non-blocking; none where there is no answer within `patience`.
UniqueFd connect_within(const Endpoint& endpoint, std::chrono::milliseconds patience);

/// Connects, and closes again: whoever listens sees a connection without a byte. False also where there is no
/// answer within `patience`.
bool accepts_connections(const Endpoint& endpoint, std::chrono::milliseconds patience);

}  // namespace suite
