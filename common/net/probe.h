// Whether somebody listens at an address, found out from the outside.
#pragma once

#include <chrono>

#include "common/net/endpoint.h"

namespace suite {

/// Connects, and closes again: whoever listens sees a connection without a byte. False also where there is no
/// answer within `patience`.
bool accepts_connections(const Endpoint& endpoint, std::chrono::milliseconds patience);

}  // namespace suite
